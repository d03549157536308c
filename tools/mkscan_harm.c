/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *title;
	double least, usual, most;
} harms[MKSCAN_HARMS] = {
	[MKSCAN_BLEED] = {"bleed", "the other side of the sheet shines through", 0, 0.5, 1},
	[MKSCAN_TWOUP] = {"twoup", "two pages side by side on one landscape sheet", 0, 0.5, 1},
	[MKSCAN_INVERSE] = {"inverse", "a block of white text on black", 0, 0.5, 1},
	[MKSCAN_SEAL] = {"seal", "round red seals over the text and the signature", 0, 0.6, 1},
	[MKSCAN_STAMP] = {"stamp", "a stamp of receipt with a date over the text", 0, 0.6, 1},
	[MKSCAN_FADED] = {"faded", "weak toner, broken strokes", 0, 0.5, 1},
	[MKSCAN_CURVE] = {"curve", "lines bend towards the spine of the book", 0, 0.5, 1},
	[MKSCAN_SHADOW] = {"shadow", "the shadow of the spine along an edge", 0, 0.5, 1},
	[MKSCAN_BORDER] = {"border", "black around the sheet", 0, 0.5, 1},
	[MKSCAN_BLUR] = {"blur", "out of focus", 0, 0.5, 1},
	[MKSCAN_DARK] = {"dark", "scanned too dark", 0, 0.5, 1},
	[MKSCAN_BRIGHT] = {"bright", "scanned too bright", 0, 0.5, 1},
	[MKSCAN_LOWCONTRAST] = {"lowcontrast", "grey on grey", 0, 0.5, 1},
	[MKSCAN_CUT] = {"cut", "an edge is cut off, and some of the text with it", 0, 0.5, 1},
	[MKSCAN_JPEGPASS] = {"jpeg", "was stored as JPEG before; STRENGTH is the quality, 30 to 90",
		30, 40, 90},
};

const char *mkscan_harm_name(enum mkscan_harm harm)
{
	return harms[harm].name;
}

const char *mkscan_harm_title(enum mkscan_harm harm)
{
	return harms[harm].title;
}

static int parse_strength(const char *word, int harm, double *ret_strength)
{
	char *end;
	double strength = strtod(word, &end);

	/* Of those from 0 on, 0 itself would be no damage. */
	if (end == word || *end || !(strength >= harms[harm].least && strength <= harms[harm].most))
		return -ERANGE;
	if (!(strength > 0))
		return -ERANGE;
	*ret_strength = strength;
	return 0;
}

int mkscan_harm_parse(const char *word, struct mkscan_harms *ret_harms)
{
	size_t len = strcspn(word, ":");

	for (int i = 0; i < MKSCAN_HARMS; i++) {
		if (strlen(harms[i].name) != len || memcmp(harms[i].name, word, len))
			continue;
		if (word[len])
			return parse_strength(word + len + 1, i, &ret_harms->strength[i]);
		ret_harms->strength[i] = harms[i].usual;
		return 0;
	}
	return -ENOENT;
}

void mkscan_harm_rng(struct mkscan_rng *rng, enum mkscan_harm harm, uint64_t seed, unsigned page)
{
	mkscan_rng_init(rng, seed ^ mkscan_hash(harms[harm].name), page);
}

/* ---- what is drawn on the sheet ---- */

struct block {
	double left, top, right, bottom; /* points, before the sheet is turned on the glass */
};

static struct block line_block(const struct mkscan_sheet *sheet, size_t i)
{
	const struct mkscan_line *line = &sheet->record->lines[i];
	struct block block = {INFINITY, INFINITY, -INFINITY, -INFINITY};

	for (size_t c = 0; c < line->n_chars; c++) {
		for (int k = 0; k < 4; k++) {
			double x = line->chars[c].corners[k].x, y = line->chars[c].corners[k].y;

			cairo_device_to_user(sheet->cr, &x, &y);
			block.left = fmin(block.left, x);
			block.right = fmax(block.right, x);
			block.top = fmin(block.top, y);
			block.bottom = fmax(block.bottom, y);
		}
	}
	return block;
}

/* Grows the block to whole lines: a line half in reverse would be nobody's print. */
static void take_lines(const struct mkscan_sheet *sheet, struct block *block)
{
	for (bool grown = true; grown;) {
		grown = false;
		for (size_t i = 0; i < sheet->record->n_lines; i++) {
			struct block line = line_block(sheet, i);

			if (line.bottom <= block->top || line.top >= block->bottom ||
				(line.top >= block->top && line.bottom <= block->bottom))
				continue;
			block->top = fmin(block->top, line.top);
			block->bottom = fmax(block->bottom, line.bottom);
			grown = true;
		}
	}
}

static void draw_inverse(
	struct mkscan_sheet *sheet, double strength, double width, struct mkscan_rng *rng)
{
	double deep = (0.06 + 0.2 * strength) * MKSCAN_SHEET_HEIGHT;
	struct block block = {MKSCAN_MARGIN - 10, 260, width - MKSCAN_MARGIN + 10, 260};
	size_t n = sheet->record->n_lines;

	if (n)
		block.top = line_block(sheet, mkscan_rng_below(rng, (uint32_t)(n / 2 + 1))).top;
	block.top = fmin(block.top, MKSCAN_SHEET_HEIGHT * 0.7);
	block.bottom = block.top + deep;
	take_lines(sheet, &block);
	cairo_save(sheet->cr);
	cairo_set_operator(sheet->cr, CAIRO_OPERATOR_DIFFERENCE);
	cairo_set_source_rgb(sheet->cr, 1, 1, 1);
	cairo_rectangle(sheet->cr, block.left, block.top - 4, block.right - block.left,
		block.bottom - block.top + 8);
	cairo_fill(sheet->cr);
	cairo_restore(sheet->cr);
}

/* Where something is pressed over running text: on a line between @from and @to of the page. */
static struct mkscan_point on_text(const struct mkscan_sheet *sheet, double width, double from,
	double to, struct mkscan_rng *rng)
{
	size_t n = sheet->record->n_lines, start = mkscan_rng_below(rng, n ? (uint32_t)n : 1);
	double across = mkscan_rng_between(rng, 0.35, 0.65);

	for (size_t i = 0; i < n; i++) {
		struct block line = line_block(sheet, (start + i) % n);
		double middle = (line.top + line.bottom) / 2 / MKSCAN_SHEET_HEIGHT;

		if (middle >= from && middle <= to)
			return (struct mkscan_point){line.left + (line.right - line.left) * across,
				(line.top + line.bottom) / 2};
	}
	return (struct mkscan_point){width * across, MKSCAN_SHEET_HEIGHT * (from + to) / 2};
}

static void draw_seals(
	struct mkscan_sheet *sheet, double strength, double width, struct mkscan_rng *rng)
{
	struct mkscan_point on = on_text(sheet, width, 0.2, 0.6, rng);
	struct mkscan_rng *before = sheet->rng;
	bool sealed = json_array_size(sheet->seals) > 0;
	double x = sheet->sign_x, y = sheet->sign_y;

	if (x <= 0) {
		struct mkscan_point low = on_text(sheet, width, 0.62, 0.95, rng);

		x = low.x;
		y = low.y;
	}
	sheet->rng = rng;
	sheet->seal_ink = 0.45 + 0.5 * strength;
	mkscan_sheet_seal(sheet, on.x, on.y, "示例不动产登记中心", "档案专用章");
	/* A paper that bears its own seal gets no second one on top of it. */
	if (!sealed)
		mkscan_sheet_seal(sheet, x + 20, y, "示例自然资源和规划局", "示例专用章");
	sheet->seal_ink = 0;
	sheet->rng = before;
}

static void draw_stamp(struct mkscan_sheet *sheet, double strength, double width, const char *date,
	struct mkscan_rng *rng)
{
	struct mkscan_point on = on_text(sheet, width, 0.12, 0.5, rng);
	struct mkscan_rng *before = sheet->rng;

	sheet->rng = rng;
	mkscan_sheet_stamp(sheet, on.x, on.y, 0.45 + 0.5 * strength, date);
	sheet->rng = before;
}

void mkscan_harm_draw(struct mkscan_sheet *sheet, const struct mkscan_harms *order, double width,
	const char *date, uint64_t seed, unsigned page)
{
	const double *strength = order->strength;
	struct mkscan_rng rng;

	if (strength[MKSCAN_INVERSE] > 0) {
		mkscan_harm_rng(&rng, MKSCAN_INVERSE, seed, page);
		draw_inverse(sheet, strength[MKSCAN_INVERSE], width, &rng);
	}
	if (strength[MKSCAN_SEAL] > 0) {
		mkscan_harm_rng(&rng, MKSCAN_SEAL, seed, page);
		draw_seals(sheet, strength[MKSCAN_SEAL], width, &rng);
	}
	if (strength[MKSCAN_STAMP] > 0) {
		mkscan_harm_rng(&rng, MKSCAN_STAMP, seed, page);
		draw_stamp(sheet, strength[MKSCAN_STAMP], width, date, &rng);
	}
}
