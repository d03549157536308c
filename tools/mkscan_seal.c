/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is pressed on a paper after it was written: round seals, stamps with a date. */
#include "mkscan.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

static const uint32_t seal_red = 0xd0202a;

static void seal_star(cairo_t *cr, double radius)
{
	for (int i = 0; i < 10; i++) {
		double r = i % 2 ? radius * 0.382 : radius;
		double angle = -M_PI / 2 + i * M_PI / 5;

		cairo_line_to(cr, r * cos(angle), r * sin(angle));
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

static void seal_glyph(
	struct mkscan_sheet *sheet, const char *glyph, size_t len, double size, double stretch)
{
	struct mkscan_type type = {mkscan_serif, size, 1.0, 0, MKSCAN_CENTRE, true, seal_red};
	PangoLayout *layout = mkscan_sheet_type(sheet->cr, &type);
	PangoRectangle ink;

	pango_layout_set_text(layout, glyph, (int)len);
	pango_layout_get_extents(layout, NULL, &ink);
	cairo_scale(sheet->cr, 1, stretch);
	cairo_move_to(sheet->cr, -ink.width / 2.0 / PANGO_SCALE, -ink.height / 2.0 / PANGO_SCALE);
	pango_cairo_show_layout(sheet->cr, layout);
	g_object_unref(layout);
}

static void seal_circle_text(struct mkscan_sheet *sheet, const char *text, double radius)
{
	glong n = g_utf8_strlen(text, -1);
	double sweep = fmin(n * 0.36, 4.5);

	for (glong i = 0; i < n; i++) {
		const char *next = g_utf8_next_char(text);
		double angle = n > 1 ? -sweep / 2 + sweep * i / (n - 1) : 0;

		cairo_save(sheet->cr);
		cairo_rotate(sheet->cr, angle);
		cairo_translate(sheet->cr, 0, -radius * 0.76);
		seal_glyph(sheet, text, (size_t)(next - text), radius * 0.25, 1.25);
		cairo_restore(sheet->cr);
		text = next;
	}
}

/* The rubber never takes ink evenly. On a PDF surface that would force a bitmap: left out there. */
static void press_wear(struct mkscan_sheet *sheet, double radius)
{
	if (sheet->vector)
		return;
	cairo_save(sheet->cr);
	cairo_set_operator(sheet->cr, CAIRO_OPERATOR_DEST_OUT);
	for (int i = 0; i < 900; i++) {
		double angle = mkscan_rng_between(sheet->rng, 0, 2 * M_PI);
		double r = radius * sqrt(mkscan_rng_between(sheet->rng, 0, 1.05));
		double dot = mkscan_rng_between(sheet->rng, 0.1, 0.8);

		cairo_set_source_rgba(sheet->cr, 0, 0, 0, mkscan_rng_between(sheet->rng, 0.2, 0.9));
		cairo_arc(sheet->cr, r * cos(angle), r * sin(angle), dot, 0, 2 * M_PI);
		cairo_fill(sheet->cr);
	}
	cairo_restore(sheet->cr);
}

/* Ends what the caller saved and grouped. Ink on ink darkens: the text below stays visible. */
static void press(cairo_t *cr, double ink)
{
	cairo_pop_group_to_source(cr);
	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY);
	cairo_paint_with_alpha(cr, ink);
	cairo_restore(cr);
}

void mkscan_sheet_seal(
	struct mkscan_sheet *sheet, double cx, double cy, const char *owner, const char *caption)
{
	const double radius = 58; /* 41 mm across, near the 42 mm of an office seal */
	cairo_t *cr = sheet->cr;

	cairo_save(cr);
	cairo_translate(cr, cx, cy);
	cairo_rotate(cr, mkscan_rng_between(sheet->rng, -0.14, 0.14));
	cairo_push_group(cr);
	cairo_new_path(cr); /* the text before has left a current point: an arc would start there */
	mkscan_sheet_ink(cr, seal_red);
	cairo_set_line_width(cr, 3.2);
	cairo_arc(cr, 0, 0, radius - 1.6, 0, 2 * M_PI);
	cairo_stroke(cr);
	seal_star(cr, radius * 0.28);
	seal_circle_text(sheet, owner, radius);
	cairo_save(cr);
	cairo_translate(cr, 0, radius * 0.58);
	seal_glyph(sheet, caption, strlen(caption), radius * 0.2, 1.1);
	cairo_restore(cr);
	press_wear(sheet, radius);
	press(cr, sheet->seal_ink > 0 ? sheet->seal_ink : 0.85);
	json_array_append_new(sheet->seals, json_sprintf("%s %s", owner, caption));
}

void mkscan_sheet_stamp(
	struct mkscan_sheet *sheet, double cx, double cy, double ink, const char *date)
{
	const double width = 158, height = 74;
	const uint32_t colour = mkscan_rng_below(sheet->rng, 2) ? seal_red : 0x2c3a9c;
	const struct mkscan_type types[] = {
		{mkscan_sans, 12, 1.4, 0, MKSCAN_CENTRE, true, colour},
		{mkscan_sans, 18, 1.3, 0, MKSCAN_CENTRE, true, colour},
		{mkscan_sans, 13, 1.4, 0, MKSCAN_CENTRE, true, colour},
	};
	const char *const words[] = {"示例不动产登记中心", "收件专用章", date};
	struct mkscan_record *record = sheet->record;
	cairo_t *cr = sheet->cr;
	double y = -height / 2 + 6;

	cairo_save(cr);
	cairo_translate(cr, cx, cy);
	cairo_rotate(cr, mkscan_rng_between(sheet->rng, -0.1, 0.1));
	cairo_push_group(cr);
	cairo_new_path(cr);
	mkscan_sheet_ink(cr, colour);
	cairo_set_line_width(cr, 2.2);
	cairo_rectangle(cr, -width / 2, -height / 2, width, height);
	cairo_stroke(cr);
	/* What a stamp says is no text of the page. */
	sheet->record = NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		y = mkscan_sheet_print(sheet, -width / 2, y, width, &types[i], words[i]);
	sheet->record = record;
	press_wear(sheet, width / 2);
	press(cr, ink);
	json_array_append_new(sheet->seals, json_sprintf("%s %s %s", words[0], words[1], words[2]));
}
