/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

const char mkscan_serif[] = "Noto Serif CJK SC";
const char mkscan_sans[] = "Noto Sans CJK SC";

static const uint32_t seal_red = 0xd0202a;

static void set_colour(cairo_t *cr, uint32_t rgb)
{
	cairo_set_source_rgb(
		cr, ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);
}

static PangoLayout *set_type(cairo_t *cr, const struct mkscan_type *type)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_new();
	cairo_font_options_t *options = cairo_font_options_create();

	/* Metrics must not depend on resolution or skew, or a page would break its lines elsewhere.
	 */
	pango_context_set_round_glyph_positions(pango_layout_get_context(layout), FALSE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
	cairo_font_options_destroy(options);

	pango_font_description_set_family(font, type->family);
	pango_font_description_set_absolute_size(font, type->size * PANGO_SCALE);
	pango_font_description_set_weight(
		font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_context_set_language(
		pango_layout_get_context(layout), pango_language_from_string("zh-cn"));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_indent(layout, (int)(type->indent * PANGO_SCALE));
	pango_layout_set_alignment(layout, type->align == MKSCAN_LEFT	  ? PANGO_ALIGN_LEFT
					   : type->align == MKSCAN_CENTRE ? PANGO_ALIGN_CENTER
									  : PANGO_ALIGN_RIGHT);
	return layout;
}

static void record_line(struct mkscan_sheet *sheet, const char *text, size_t len)
{
	while (len && (*text == ' ' || *text == '\t')) {
		text++;
		len--;
	}
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	if (len)
		json_array_append_new(sheet->lines, json_stringn(text, len));
}

double mkscan_sheet_flow(struct mkscan_sheet *sheet, double x, double y, double width,
	double bottom, const struct mkscan_type *type, const char *text, size_t len,
	size_t *ret_used)
{
	double pitch = type->size * type->leading;
	PangoLayout *layout = set_type(sheet->cr, type);
	PangoLayoutIter *iter;
	size_t used = len;

	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, (int)len);
	set_colour(sheet->cr, type->rgb);
	iter = pango_layout_get_iter(layout);
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle box;

		if (y + pitch > bottom) {
			used = (size_t)line->start_index;
			break;
		}
		pango_layout_iter_get_line_extents(iter, NULL, &box);
		cairo_move_to(sheet->cr, x + box.x / (double)PANGO_SCALE,
			y + (pitch - type->size) / 2 + type->size * 0.88);
		pango_cairo_show_layout_line(sheet->cr, line);
		record_line(sheet, text + line->start_index, (size_t)line->length);
		y += pitch;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	g_object_unref(layout);
	*ret_used = used;
	return y;
}

double mkscan_sheet_print(struct mkscan_sheet *sheet, double x, double y, double width,
	const struct mkscan_type *type, const char *text)
{
	size_t used;

	return mkscan_sheet_flow(sheet, x, y, width, INFINITY, type, text, strlen(text), &used);
}

static double text_height(
	struct mkscan_sheet *sheet, double width, const struct mkscan_type *type, const char *text)
{
	PangoLayout *layout = set_type(sheet->cr, type);
	double height;

	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, -1);
	height = pango_layout_get_line_count(layout) * type->size * type->leading;
	g_object_unref(layout);
	return height;
}

double mkscan_sheet_row(struct mkscan_sheet *sheet, double x, double y, double height,
	const struct mkscan_cell *cells, size_t n_cells)
{
	const double pad = 4;

	for (size_t i = 0; i < n_cells; i++) {
		double need =
			text_height(sheet, cells[i].width - 2 * pad, cells[i].type, cells[i].text);

		height = fmax(height, need + 2 * pad);
	}
	for (size_t i = 0; i < n_cells; i++) {
		double inner = cells[i].width - 2 * pad;
		double need = text_height(sheet, inner, cells[i].type, cells[i].text);

		set_colour(sheet->cr, 0x000000);
		cairo_set_line_width(sheet->cr, 0.75);
		cairo_rectangle(sheet->cr, x, y, cells[i].width, height);
		cairo_stroke(sheet->cr);
		mkscan_sheet_print(sheet, x + pad, y + (height - need) / 2, inner, cells[i].type,
			cells[i].text);
		x += cells[i].width;
	}
	return y + height;
}

void mkscan_sheet_rule(struct mkscan_sheet *sheet, double x1, double y1, double x2, double y2,
	double thickness, uint32_t rgb)
{
	set_colour(sheet->cr, rgb);
	cairo_set_line_width(sheet->cr, thickness);
	cairo_move_to(sheet->cr, x1, y1);
	cairo_line_to(sheet->cr, x2, y2);
	cairo_stroke(sheet->cr);
}

void mkscan_sheet_sign(struct mkscan_sheet *sheet, double x, double y, const char *name)
{
	struct mkscan_type pen = {mkscan_serif, 17, 1.0, 0, MKSCAN_LEFT, false, 0x1a2350};
	cairo_matrix_t slant;

	cairo_save(sheet->cr);
	cairo_translate(sheet->cr, x, y + 17);
	cairo_matrix_init(&slant, 1, mkscan_rng_between(sheet->rng, -0.10, 0.02),
		mkscan_rng_between(sheet->rng, -0.35, -0.2), 1, 0, 0);
	cairo_transform(sheet->cr, &slant);
	mkscan_sheet_print(sheet, 0, -17, 200, &pen, name);
	cairo_restore(sheet->cr);
}

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
	PangoLayout *layout = set_type(sheet->cr, &type);
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
static void seal_wear(struct mkscan_sheet *sheet, double radius)
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
	set_colour(cr, seal_red);
	cairo_set_line_width(cr, 3.2);
	cairo_arc(cr, 0, 0, radius - 1.6, 0, 2 * M_PI);
	cairo_stroke(cr);
	seal_star(cr, radius * 0.28);
	seal_circle_text(sheet, owner, radius);
	cairo_save(cr);
	cairo_translate(cr, 0, radius * 0.58);
	seal_glyph(sheet, caption, strlen(caption), radius * 0.2, 1.1);
	cairo_restore(cr);
	seal_wear(sheet, radius);
	cairo_pop_group_to_source(cr);
	/* Ink on ink darkens: the text below stays visible through the seal. */
	cairo_set_operator(cr, CAIRO_OPERATOR_MULTIPLY);
	cairo_paint_with_alpha(cr, 0.85);
	cairo_restore(cr);
	json_array_append_new(sheet->seals, json_sprintf("%s %s", owner, caption));
}

void mkscan_sheet_field(struct mkscan_sheet *sheet, const char *kind, const char *value)
{
	json_array_append_new(sheet->fields, json_pack("{s:s, s:s}", "kind", kind, "value", value));
}
