/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>

const char mkscan_serif[] = "Noto Serif CJK SC";
const char mkscan_sans[] = "Noto Sans CJK SC";

/* Asked by the leak sanitizer, when built with it: what these libraries keep for the life of a
 * program, and the array that cairo 1.16 forgets for each font of a PDF, is not ours to free. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig.so\nleak:libcairo.so\n";
}

const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

void mkscan_sheet_ink(cairo_t *cr, uint32_t rgb)
{
	cairo_set_source_rgb(
		cr, ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0, (rgb & 255) / 255.0);
}

struct _PangoLayout *mkscan_sheet_type(cairo_t *cr, const struct mkscan_type *type)
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

/* @x, @y: where the baseline of @line begins. */
static void record_line(
	struct mkscan_sheet *sheet, PangoLayoutLine *line, const char *text, double x, double y)
{
	const char *from = text + line->start_index;
	const char *to = from + line->length;
	struct mkscan_line *record;
	PangoRectangle ink;

	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (from < to && strchr(" \t\r\n", to[-1]))
		to--;
	if (from == to || !sheet->record)
		return;
	record = mkscan_record_line(sheet->record, from, (size_t)(to - from));
	if (!record)
		return;
	pango_layout_line_get_extents(line, &ink, NULL);
	for (size_t i = 0; i < record->n_chars; i++) {
		const char *next = g_utf8_next_char(from);
		double top = y + ink.y / (double)PANGO_SCALE;
		int left, right;

		pango_layout_line_index_to_x(line, (int)(from - text), FALSE, &left);
		pango_layout_line_index_to_x(line, (int)(from - text), TRUE, &right);
		mkscan_record_place(&record->chars[i], sheet->cr, x + left / (double)PANGO_SCALE,
			top, x + right / (double)PANGO_SCALE,
			top + ink.height / (double)PANGO_SCALE);
		from = next;
	}
}

double mkscan_sheet_flow(struct mkscan_sheet *sheet, double x, double y, double width,
	double bottom, const struct mkscan_type *type, const char *text, size_t len,
	size_t *ret_used)
{
	double pitch = type->size * type->leading;
	PangoLayout *layout = mkscan_sheet_type(sheet->cr, type);
	PangoLayoutIter *iter;
	size_t used = len;

	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_text(layout, text, (int)len);
	mkscan_sheet_ink(sheet->cr, type->rgb);
	iter = pango_layout_get_iter(layout);
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
		PangoRectangle box;
		double left, base;

		if (y + pitch > bottom) {
			used = (size_t)line->start_index;
			break;
		}
		pango_layout_iter_get_line_extents(iter, NULL, &box);
		left = x + box.x / (double)PANGO_SCALE;
		base = y + (pitch - type->size) / 2 + type->size * 0.88;
		cairo_move_to(sheet->cr, left, base);
		pango_cairo_show_layout_line(sheet->cr, line);
		record_line(sheet, line, text, left, base);
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
	PangoLayout *layout = mkscan_sheet_type(sheet->cr, type);
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

		mkscan_sheet_ink(sheet->cr, 0x000000);
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
	mkscan_sheet_ink(sheet->cr, rgb);
	cairo_set_line_width(sheet->cr, thickness);
	cairo_move_to(sheet->cr, x1, y1);
	cairo_line_to(sheet->cr, x2, y2);
	cairo_stroke(sheet->cr);
}

void mkscan_sheet_sign(struct mkscan_sheet *sheet, double x, double y, const char *name)
{
	struct mkscan_type pen = {mkscan_serif, 17, 1.0, 0, MKSCAN_LEFT, false, 0x1a2350};
	cairo_matrix_t slant;

	sheet->sign_x = x + 25;
	sheet->sign_y = y + 10;
	cairo_save(sheet->cr);
	cairo_translate(sheet->cr, x, y + 17);
	cairo_matrix_init(&slant, 1, mkscan_rng_between(sheet->rng, -0.10, 0.02),
		mkscan_rng_between(sheet->rng, -0.35, -0.2), 1, 0, 0);
	cairo_transform(sheet->cr, &slant);
	mkscan_sheet_print(sheet, 0, -17, 200, &pen, name);
	cairo_restore(sheet->cr);
}

void mkscan_sheet_field(struct mkscan_sheet *sheet, const char *kind, const char *value)
{
	json_array_append_new(sheet->fields, json_pack("{s:s, s:s}", "kind", kind, "value", value));
}
