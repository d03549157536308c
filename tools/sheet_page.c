/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "sheet_page.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <zong/error.h>

#define INCH 72.0
#define MM (INCH / 25.4)
#define PAGE_WIDTH (210 * MM)
#define PAGE_HEIGHT (297 * MM)
#define MARGIN (20 * MM)
#define CODE_SIZE (90 * MM) /* with its margin of four modules (ISO/IEC 18004 §6.3.8) */
#define CODE_MARGIN 4
#define PATCH_EDGE                                                                                 \
	(12 * MM) /* beyond what printers cannot reach, within the 95 mm that readers look at */
#define PATCH_LENGTH (100 * MM)
#define LEAST_SIZE 7.0

static cairo_status_t keep(void *ctx, const unsigned char *bytes, unsigned int len)
{
	return zong_buf_add(ctx, bytes, len) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static cairo_t *page_begin(struct zong_buf *pdf)
{
	cairo_surface_t *surface =
		cairo_pdf_surface_create_for_stream(keep, pdf, PAGE_WIDTH, PAGE_HEIGHT);
	cairo_t *cr = cairo_create(surface);

	cairo_surface_destroy(surface);
	cairo_set_source_rgb(cr, 0, 0, 0);
	return cr;
}

static int page_end(cairo_t *cr, const struct zong_buf *pdf)
{
	cairo_surface_t *surface = cairo_surface_reference(cairo_get_target(cr));
	cairo_status_t status;

	cairo_show_page(cr);
	status = cairo_status(cr);
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	return pdf->err || status != CAIRO_STATUS_SUCCESS ? ZONG_ENOMEM : 0;
}

/* -- text -- */

struct type {
	double size;
	bool bold;
	double width; /* lines are broken there; one that must not be is made smaller */
	int lines;    /* at most; the rest is left away with dots */
};

static PangoLayout *lay(cairo_t *cr, const struct type *type, double size, const char *text)
{
	PangoLayout *layout = pango_cairo_create_layout(cr);
	PangoFontDescription *font = pango_font_description_new();

	pango_font_description_set_family(font, "Noto Sans CJK SC, sans-serif");
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_font_description_set_weight(
		font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_context_set_language(
		pango_layout_get_context(layout), pango_language_from_string("zh-cn"));
	pango_layout_set_text(layout, text, -1);
	if (type->lines > 1) {
		pango_layout_set_width(layout, (int)(type->width * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_height(layout, -type->lines);
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	}
	return layout;
}

/* Prints @text centred below @y; returns where it ends. */
static double print(cairo_t *cr, double y, const struct type *type, const char *text)
{
	double size = type->size;
	PangoLayout *layout;
	int width, height;

	for (;;) {
		layout = lay(cr, type, size, text);
		pango_layout_get_size(layout, &width, &height);
		if (type->lines > 1 || size <= LEAST_SIZE || width <= type->width * PANGO_SCALE)
			break;
		g_object_unref(layout);
		size *= 0.9;
	}
	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	pango_layout_set_width(layout, (int)(type->width * PANGO_SCALE));
	if (type->lines <= 1)
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_MIDDLE);
	pango_layout_get_size(layout, NULL, &height);
	cairo_move_to(cr, (PAGE_WIDTH - type->width) / 2, y);
	pango_cairo_show_layout(cr, layout);
	g_object_unref(layout);
	return y + height / (double)PANGO_SCALE;
}

static double print_row(cairo_t *cr, double y, const char *label, const char *value)
{
	static const struct type type = {.size = 17, .width = PAGE_WIDTH - 2 * MARGIN, .lines = 3};
	struct zong_buf text = ZONG_BUF_INIT(64 * 1024);

	if (value && *value) {
		zong_buf_add_format(&text, "%s%s%s", label, T(": ", "："), value);
		y = print(cr, y + 3 * MM, &type, zong_buf_str(&text));
	}
	zong_buf_release(&text);
	return y;
}

/* -- the cover -- */

static int draw_code(cairo_t *cr, double x, double y, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_Q);
	double module;

	if (!code)
		return ZONG_ENOMEM;
	module = CODE_SIZE / (code->width + 2 * CODE_MARGIN);
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, module, module);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			if (code->data[row * code->width + column] & 1)
				cairo_rectangle(cr, CODE_MARGIN + column, CODE_MARGIN + row, 1, 1);
	cairo_fill(cr);
	cairo_restore(cr);
	QRcode_free(code);
	return 0;
}

static double print_head(cairo_t *cr, double y)
{
	static const struct type title = {
		.size = 46, .bold = true, .width = PAGE_WIDTH - 2 * MARGIN};
	static const struct type note = {
		.size = 22, .bold = true, .width = PAGE_WIDTH - 2 * MARGIN};

	y = print(cr, y, &title, "分隔页");
	return print(cr, y, &note, "请勿归档　此页不属于材料");
}

int sheet_page_cover(
	const struct zong_sheet *sheet, const struct sheet_words *words, struct zong_buf *pdf)
{
	static const struct type number = {
		.size = 54, .bold = true, .width = PAGE_WIDTH - 2 * MARGIN};
	static const struct type foot = {.size = 12, .width = PAGE_WIDTH - 2 * MARGIN, .lines = 2};
	struct zong_buf text = ZONG_BUF_INIT(ZONG_SHEET_TEXT);
	int err = zong_sheet_write(sheet, &text);
	cairo_t *cr;
	double y;

	if (err) {
		zong_buf_release(&text);
		return err;
	}
	cr = page_begin(pdf);
	y = print_head(cr, MARGIN);
	err = draw_code(cr, (PAGE_WIDTH - CODE_SIZE) / 2, y + 4 * MM, zong_buf_str(&text));
	y = print(cr, y + CODE_SIZE + 6 * MM, &number, sheet->case_no);
	y = print_row(cr, y, T("Parties", "当事人"), words->parties);
	y = print_row(cr, y, T("Type", "材料类型"), words->type);
	print_row(cr, y, T("To", "接收部门"), words->receivers);
	print(cr, PAGE_HEIGHT - MARGIN - 24, &foot,
		T("Lay it before the papers that it names and scan all in one go.",
			"夹在所属材料之前，一起扫描；这一页不会存入材料。"));
	zong_buf_release(&text);
	return page_end(cr, pdf) && !err ? ZONG_ENOMEM : err;
}

/* -- Patch T -- */

/* Along the upper edge of a page @width wide. */
static void draw_patch(cairo_t *cr, double width)
{
	double y = PATCH_EDGE;

	for (int bar = 0; bar < ZONG_PATCH_BARS; bar++) {
		double height = (bar % 2 ? ZONG_PATCH_WIDE : ZONG_PATCH_NARROW) * INCH;

		cairo_rectangle(cr, (width - PATCH_LENGTH) / 2, y, PATCH_LENGTH, height);
		y += height + ZONG_PATCH_NARROW * INCH;
	}
	cairo_fill(cr);
}

int sheet_page_patch(struct zong_buf *pdf)
{
	static const struct type name = {.size = 22, .width = PAGE_WIDTH / 2};
	static const struct type foot = {.size = 14, .width = PAGE_WIDTH / 2, .lines = 3};
	cairo_t *cr = page_begin(pdf);
	double y;

	/* one along each edge, so that it does not matter how the sheet lies */
	for (int edge = 0; edge < 4; edge++) {
		cairo_save(cr);
		cairo_translate(cr, PAGE_WIDTH / 2, PAGE_HEIGHT / 2);
		cairo_rotate(cr, edge * G_PI_2);
		cairo_translate(cr, (edge % 2 ? -PAGE_HEIGHT : -PAGE_WIDTH) / 2,
			(edge % 2 ? -PAGE_WIDTH : -PAGE_HEIGHT) / 2);
		draw_patch(cr, edge % 2 ? PAGE_HEIGHT : PAGE_WIDTH);
		cairo_restore(cr);
	}
	y = print_head(cr, 105 * MM);
	y = print(cr, y + 8 * MM, &name, "Patch T");
	print(cr, y + 8 * MM, &foot,
		T("What follows is another paper of the same case and type.",
			"后面是同一案件、同一类型的另一份材料。"));
	return page_end(cr, pdf);
}
