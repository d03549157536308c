/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <zong/error.h>

#include "form_press.h"

#define PAD (1.2 * ZONG_FORM_MM) /* between a cell's line and what is in it */
#define RULE 0.6		 /* width of the lines */

struct cell {
	struct zong_type_line *line;
	size_t lines, done;
	struct zong_type_face face;
};

static double leading_of(const struct zong_press *press)
{
	return press->table.face.size * ZONG_TYPE_LEADING;
}

static int lay_row(struct zong_press *press, const char *const *text, bool head, struct cell *cell)
{
	int err = 0;

	for (size_t i = 0; i < press->table.columns && !err; i++) {
		const struct zong_press_column *column = &press->table.column[i];

		cell[i] = (struct cell){.face = press->table.face};
		cell[i].face.bold = head || column->bold;
		err = zong_type_lay(press->type, &cell[i].face, column->width - 2 * PAD,
			text ? text[i] : column->title, &press->block, &cell[i].line,
			&cell[i].lines);
	}
	return err;
}

static size_t most_left(const struct zong_press *press, const struct cell *cell)
{
	size_t most = 0;

	for (size_t i = 0; i < press->table.columns; i++)
		if (cell[i].lines - cell[i].done > most)
			most = cell[i].lines - cell[i].done;
	return most;
}

static void show_cell(struct zong_press *press, const struct zong_press_column *column,
	struct cell *cell, size_t most, double height, bool centred)
{
	size_t lines = cell->lines - cell->done < most ? cell->lines - cell->done : most;
	double leading = leading_of(press);
	double y =
		press->y + PAD + (centred ? (height - 2 * PAD - (double)lines * leading) / 2 : 0);

	for (size_t i = 0; i < lines; i++) {
		const struct zong_type_line *line = &cell->line[cell->done++];
		double slack = column->width - 2 * PAD - line->width;
		double x = column->left + PAD;

		if (column->align == ZONG_FORM_CENTRE)
			x += slack / 2;
		else if (column->align == ZONG_FORM_RIGHT)
			x += slack;
		zong_type_show(press->type, &cell->face, press->cairo, x,
			y + cell->face.size * ZONG_TYPE_BASE, line);
		y += leading;
	}
	if (press->table.ruled) {
		cairo_rectangle(press->cairo, column->left, press->y, column->width, height);
		cairo_set_line_width(press->cairo, RULE);
		cairo_stroke(press->cairo);
	}
}

/* So many lines of each cell, @height in all. */
static void show_slice(
	struct zong_press *press, struct cell *cell, size_t most, double height, bool whole)
{
	for (size_t i = 0; i < press->table.columns; i++)
		show_cell(press, &press->table.column[i], &cell[i], most, height,
			whole && press->table.ruled);
	press->y += height;
}

int zong_press_head(struct zong_press *press)
{
	struct cell cell[ZONG_FORM_COLUMNS];
	size_t most, fit;
	int err;

	if (!press->table.columns || !press->table.head)
		return 0;
	err = lay_row(press, NULL, true, cell);
	if (err)
		return err;
	/* a head that leaves no room for rows is cut */
	fit = (size_t)(zong_press_room(press) / 2 / leading_of(press)) + 1;
	most = most_left(press, cell);
	if (most > fit)
		most = fit;
	show_slice(press, cell, most, (double)most * leading_of(press) + 2 * PAD, true);
	return 0;
}

/* How high the rest of the row is, at most a sheet. */
static double height_of(const struct zong_press *press, const struct cell *cell, bool whole)
{
	double height = (double)most_left(press, cell) * leading_of(press) + 2 * PAD;
	double sheet = press->height - 2 * press->margin;

	if (whole && height < press->table.height)
		height = press->table.height < sheet ? press->table.height : sheet;
	return height;
}

static int show_row(struct zong_press *press, struct cell *cell)
{
	bool whole = true; /* nothing of it is shown yet */

	for (;;) {
		double room = zong_press_room(press), height = height_of(press, cell, whole);
		double lines = (room - 2 * PAD) / leading_of(press);
		size_t fit = lines >= 1 ? (size_t)lines : 1;
		int err;

		if (height <= room || (press->fresh && most_left(press, cell) <= fit)) {
			show_slice(press, cell, SIZE_MAX, height < room ? height : room, whole);
			press->fresh = false;
			return 0;
		}
		if (press->fresh || (height > press->height - 2 * press->margin && lines >= 1)) {
			show_slice(press, cell, fit, room, false);
			whole = false;
		}
		err = zong_press_page(press);
		if (err)
			return err;
	}
}

int zong_press_row(struct zong_press *press, const char *const *text)
{
	struct cell cell[ZONG_FORM_COLUMNS];
	int err = lay_row(press, text, false, cell);

	return err ? err : show_row(press, cell);
}
