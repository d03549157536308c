/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "label_page.h"

#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <zong/barcode.h>
#include <zong/error.h>

#define INCH 72.0
#define MM (INCH / 25.4)
#define PAGE_WIDTH (210 * MM)
#define PAGE_HEIGHT (297 * MM)
#define COLUMNS 3
#define ROWS 8
#define LABEL_WIDTH (70 * MM)
#define LABEL_HEIGHT (37 * MM)
#define PAD (3.5 * MM) /* what printers shift a sheet by */
#define BAR_TOP (14.5 * MM)
#define BAR_HEIGHT (12 * MM)
#define MODULE_MOST (0.5 * MM) /* wider bars are read no better */

static cairo_status_t keep(void *ctx, const unsigned char *bytes, unsigned int len)
{
	return zong_buf_add(ctx, bytes, len) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void print(cairo_t *cr, double y, double size, int lines, const char *text)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family(font, "Noto Sans CJK SC, sans-serif");
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_context_set_language(
		pango_layout_get_context(layout), pango_language_from_string("zh-cn"));
	pango_layout_set_text(layout, text, -1);
	pango_layout_set_width(layout, (int)((LABEL_WIDTH - 2 * PAD) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_height(layout, -lines);
	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	cairo_move_to(cr, PAD, y);
	pango_cairo_show_layout(cr, layout);
	g_object_unref(layout);
}

static int draw_bars(cairo_t *cr, const char *text)
{
	struct zong_barcode code;
	double module, x;
	int err = zong_barcode_make(text, &code);

	if (err)
		return err;
	module = (LABEL_WIDTH - 2 * PAD) / (code.modules + 2 * ZONG_BARCODE_QUIET);
	if (module > MODULE_MOST)
		module = MODULE_MOST;
	x = (LABEL_WIDTH - code.modules * module) / 2;
	for (size_t i = 0; i < code.count; i++) {
		if (i % 2 == 0)
			cairo_rectangle(cr, x, BAR_TOP, code.width[i] * module, BAR_HEIGHT);
		x += code.width[i] * module;
	}
	cairo_fill(cr);
	return 0;
}

static int draw_label(cairo_t *cr, unsigned place, const struct label *label)
{
	int err;

	cairo_save(cr);
	cairo_translate(cr, place % COLUMNS * LABEL_WIDTH,
		(PAGE_HEIGHT - ROWS * LABEL_HEIGHT) / 2 + place / COLUMNS * LABEL_HEIGHT);
	print(cr, PAD, 12, 1, label->title);
	print(cr, PAD + 5.5 * MM, 7, 1, label->note);
	err = draw_bars(cr, label->code);
	print(cr, BAR_TOP + BAR_HEIGHT + 0.5 * MM, 10, 1, label->code);
	cairo_restore(cr);
	return err;
}

int label_page_draw(const struct label *label, size_t count, unsigned skip, struct zong_buf *pdf)
{
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(keep, pdf, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);
	unsigned place = skip % (COLUMNS * ROWS);
	cairo_status_t status;
	int err = 0;

	cairo_set_source_rgb(cr, 0, 0, 0);
	for (size_t i = 0; i < count && !err; i++) {
		if (place == COLUMNS * ROWS) {
			cairo_show_page(cr);
			place = 0;
		}
		err = draw_label(cr, place++, &label[i]);
	}
	cairo_show_page(cr);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (!err && (pdf->err || status != CAIRO_STATUS_SUCCESS))
		err = ZONG_ENOMEM;
	return err;
}
