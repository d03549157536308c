/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "form_press.h"

#define FOOT_SIZE 9.0
#define FOOT_GAP (6 * ZONG_FORM_MM) /* between what stands on the sheet and its foot */

double zong_press_room(const struct zong_press *press)
{
	return press->height - press->margin - press->y;
}

static double place(enum zong_form_align align, double left, double width, double used)
{
	if (align == ZONG_FORM_CENTRE)
		return left + (width - used) / 2;
	return align == ZONG_FORM_RIGHT ? left + width - used : left;
}

static void show_foot(struct zong_press *press, enum zong_form_align align, const char *text)
{
	static const struct zong_type_face face = {.size = FOOT_SIZE};
	double width = press->width - 2 * press->margin;
	struct zong_type_line *line;
	size_t lines;

	if (zong_type_lay(press->type, &face, width, text, &press->block, &line, &lines) == 0)
		zong_type_show(press->type, &face, press->cairo,
			place(align, press->margin, width, line->width),
			press->height - press->margin + FOOT_GAP, line);
}

void zong_press_end_page(struct zong_press *press)
{
	char text[64];

	if (press->foot[0])
		show_foot(press, ZONG_FORM_LEFT, press->foot);
	if (press->numbered) {
		snprintf(text, sizeof(text), "第 %u 页  共 %u 页", (unsigned int)press->page,
			(unsigned int)press->pages);
		show_foot(press, ZONG_FORM_RIGHT, text);
	}
	cairo_show_page(press->cairo);
}

int zong_press_page(struct zong_press *press)
{
	zong_press_end_page(press);
	if (press->page == ZONG_LIMIT_FORM_PAGES)
		return ZONG_EPAGES;
	press->page++;
	press->y = press->margin;
	press->fresh = true;
	return zong_press_head(press);
}

int zong_press_lines(struct zong_press *press, const struct zong_type_face *face,
	enum zong_form_align align, double left, double width, const char *text)
{
	double leading = face->size * ZONG_TYPE_LEADING;
	struct zong_type_line *line;
	size_t lines;
	int err = zong_type_lay(press->type, face, width, text, &press->block, &line, &lines);

	for (size_t i = 0; i < lines && !err; i++) {
		if (leading > zong_press_room(press) && !press->fresh)
			err = zong_press_page(press);
		if (err)
			break;
		zong_type_show(press->type, face, press->cairo,
			place(align, left, width, line[i].width),
			press->y + face->size * ZONG_TYPE_BASE, &line[i]);
		press->y += leading;
		press->fresh = false;
	}
	return err;
}

int zong_press_text(struct zong_press *press, const struct zong_type_face *face,
	enum zong_form_align align, const char *text)
{
	return zong_press_lines(
		press, face, align, press->margin, press->width - 2 * press->margin, text);
}
