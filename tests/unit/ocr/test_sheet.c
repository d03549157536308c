/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets as `zong sheet` prints them, from paper through a scanner, and pages that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <cairo.h>
#include <poppler.h>
#include <qrencode.h>

#include <zong/error.h>

#include "cli.h"
#include "rescan.h"
#include "sample.h"
#include "sheet.h"
#include "sheet_page.h"

#define DPI 300.0

bool cli_chinese(void)
{
	return true; /* the sheet in the language that needs the larger font */
}

static struct zong_sheet sample_sheet(void)
{
	return (struct zong_sheet){.case_no = "202611240001",
		.type = "身份证明",
		.receiver = {"tax", "housing"},
		.receivers = 2};
}

/* What a printer and a clean scanner make of the PDF, which is released. */
static void scan(struct zong_buf *pdf, double dpi, struct zong_raster *ret_raster)
{
	GBytes *bytes = g_bytes_new(pdf->data, pdf->len);
	PopplerDocument *document = poppler_document_new_from_bytes(bytes, NULL, NULL);
	PopplerPage *page = poppler_document_get_page(document, 0);
	uint32_t width = (uint32_t)(210 / 25.4 * dpi), height = (uint32_t)(297 / 25.4 * dpi);
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	cairo_t *cr = cairo_create(surface);

	assert_int_equal(poppler_document_get_n_pages(document), 1);
	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_scale(cr, dpi / 72, dpi / 72);
	poppler_page_render_for_printing(page, cr);
	cairo_surface_flush(surface);
	assert_int_equal(zong_raster_init(ret_raster, width, height, 1, 8), 0);
	for (uint32_t y = 0; y < height; y++) {
		const uint8_t *row = cairo_image_surface_get_data(surface) +
				     y * (size_t)cairo_image_surface_get_stride(surface);

		for (uint32_t x = 0; x < width; x++)
			zong_raster_row(ret_raster, y)[x] = row[4 * x + 1];
	}
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	g_object_unref(page);
	g_object_unref(document);
	g_bytes_unref(bytes);
	zong_buf_release(pdf);
}

static void scan_cover(double dpi, struct zong_raster *ret_raster)
{
	struct zong_buf pdf = ZONG_BUF_INIT(4 << 20);
	struct sheet_words words = {.parties = "示例甲、示例乙", .type = "身份证明"};
	struct zong_sheet sheet = sample_sheet();

	assert_int_equal(sheet_page_cover(&sheet, &words, &pdf), 0);
	scan(&pdf, dpi, ret_raster);
}

static void scan_patch(double dpi, struct zong_raster *ret_raster)
{
	struct zong_buf pdf = ZONG_BUF_INIT(4 << 20);

	assert_int_equal(sheet_page_patch(&pdf), 0);
	scan(&pdf, dpi, ret_raster);
}

static void assert_cover(const struct zong_raster *raster)
{
	struct zong_sheet wanted = sample_sheet(), sheet;
	struct zong_sheet_marks marks;

	assert_int_equal(zong_sheet_look(raster, &marks), 0);
	assert_int_equal(zong_sheet_parse(marks.code, strlen(marks.code), &sheet), 0);
	assert_string_equal(sheet.case_no, wanted.case_no);
	assert_string_equal(sheet.type, wanted.type);
	assert_int_equal(sheet.receivers, 2);
	assert_string_equal(sheet.receiver[1], "housing");
	assert_false(marks.patch);
}

static void assert_patch(const struct zong_raster *raster, bool patch)
{
	struct zong_sheet_marks marks;

	assert_int_equal(zong_sheet_look(raster, &marks), 0);
	assert_string_equal(marks.code, "");
	assert_int_equal(marks.patch, patch);
}

/* TIFF orientations: 3 is half a turn, 6 and 8 are quarters. */
static void turn(struct zong_raster *raster, unsigned int orientation)
{
	assert_int_equal(zong_raster_orient(raster, orientation), 0);
}

static void a_printed_cover_is_read_at_every_usual_resolution(void **state)
{
	static const double dpis[] = {100, 150, 200, 240, 300, 400, 600};

	(void)state;
	for (size_t i = 0; i < sizeof(dpis) / sizeof(dpis[0]); i++) {
		struct zong_raster raster;

		scan_cover(dpis[i], &raster);
		assert_cover(&raster);
		zong_raster_release(&raster);
		scan_patch(dpis[i], &raster);
		assert_patch(&raster, true);
		zong_raster_release(&raster);
	}
}

static void it_does_not_matter_how_the_sheet_lies(void **state)
{
	static const unsigned int orientations[] = {3, 6, 8};

	(void)state;
	for (size_t i = 0; i < sizeof(orientations) / sizeof(orientations[0]); i++) {
		struct zong_raster raster;

		scan_cover(150, &raster);
		turn(&raster, orientations[i]);
		assert_cover(&raster);
		zong_raster_release(&raster);
		scan_patch(150, &raster);
		turn(&raster, orientations[i]);
		assert_patch(&raster, true);
		zong_raster_release(&raster);
	}
}

static void it_is_read_through_whatever_scanners_do(void **state)
{
	struct zong_raster cover, patch, seen;
	uint64_t seed = 20261128;

	(void)state;
	scan_cover(DPI, &cover);
	scan_patch(DPI, &patch);
	for (unsigned int i = 0; i < rescan_count; i++)
		for (int again = 0; again < 2; again++) {
			print_message("# %s\n", rescans[i].name);
			rescan_make(&cover, DPI, &rescans[i], &seed, &seen);
			assert_cover(&seen);
			zong_raster_release(&seen);
			rescan_make(&patch, DPI, &rescans[i], &seed, &seen);
			assert_patch(&seen, true);
			zong_raster_release(&seen);
		}
	zong_raster_release(&cover);
	zong_raster_release(&patch);
}

static void it_is_read_five_degrees_askew_and_full_of_dust(void **state)
{
	struct rescan how = {.name = "askew",
		.degrees = 5,
		.dpi = 200,
		.gamma = 1,
		.grain = 20,
		.specks = 300,
		.quality = 40};
	struct zong_raster cover, patch, seen;
	uint64_t seed = 7;

	(void)state;
	scan_cover(DPI, &cover);
	scan_patch(DPI, &patch);
	for (int i = 0; i < 4; i++) {
		how.threshold = i % 2 ? 128 : 0;
		rescan_make(&cover, DPI, &how, &seed, &seen);
		assert_cover(&seen);
		zong_raster_release(&seen);
		rescan_make(&patch, DPI, &how, &seed, &seen);
		assert_patch(&seen, true);
		zong_raster_release(&seen);
	}
	zong_raster_release(&cover);
	zong_raster_release(&patch);
}

static void the_densest_code_is_read_from_200_dpi(void **state)
{
	struct rescan how = {
		.name = "dense", .degrees = 2, .dpi = 200, .gamma = 1, .grain = 8, .quality = 50};
	struct zong_sheet sheet = {.receiver = {"tax"}, .receivers = 1}, back;
	struct sheet_words words = {.parties = ""};
	struct zong_buf pdf = ZONG_BUF_INIT(4 << 20);
	struct zong_raster cover, seen;
	struct zong_sheet_marks marks;
	uint64_t seed = 3;

	(void)state;
	memset(sheet.case_no, '%', sizeof(sheet.case_no) - 1);
	memset(sheet.type, ';', sizeof(sheet.type) - 5);
	assert_int_equal(sheet_page_cover(&sheet, &words, &pdf), 0);
	scan(&pdf, DPI, &cover);
	for (int i = 0; i < 4; i++) {
		how.threshold = i % 2 ? 128 : 0;
		rescan_make(&cover, DPI, &how, &seed, &seen);
		assert_int_equal(zong_sheet_look(&seen, &marks), 0);
		assert_int_equal(zong_sheet_parse(marks.code, strlen(marks.code), &back), 0);
		assert_string_equal(back.case_no, sheet.case_no);
		zong_raster_release(&seen);
	}
	zong_raster_release(&cover);
}

/* -- pages that are none -- */

static void fill(
	struct zong_raster *raster, double dpi, double x, double y, double width, double height)
{
	for (uint32_t row = (uint32_t)(y * dpi); row < (uint32_t)((y + height) * dpi); row++)
		memset(zong_raster_row(raster, row) + (size_t)(x * dpi), 0,
			(size_t)((x + width) * dpi) - (size_t)(x * dpi));
}

/* Bars of these widths below each other, from @top inches on. */
static void draw_bars(struct zong_raster *raster, double dpi, double top, double length,
	const double *widths, size_t count, double space)
{
	for (size_t i = 0; i < count; i++) {
		fill(raster, dpi, 2, top, length, widths[i]);
		top += widths[i] + space;
	}
}

static void assert_bars(
	double top, double length, const double *widths, size_t count, double space, bool patch)
{
	struct zong_raster raster;

	assert_int_equal(zong_raster_init(&raster, 1240, 1754, 1, 8), 0);
	draw_bars(&raster, 150, top, length, widths, count, space);
	assert_patch(&raster, patch);
	zong_raster_release(&raster);
}

static void only_a_patch_t_is_one(void **state)
{
	static const double t[] = {.08, .2, .08, .2}, three[] = {.2, .08, .2, .08};
	static const double others[][4] = {{.2, .2, .08, .08}, {.2, .08, .08, .2},
		{.08, .2, .2, .08}, {.08, .08, .2, .2}, {.08, .08, .08, .08}, {.2, .2, .2, .2}};
	static const double longer[] = {.08, .2, .08, .2, .08}, shorter[] = {.2, .08, .2};

	(void)state;
	assert_bars(.5, 2, t, 4, .08, true);
	assert_bars(10, 2, three, 4, .08, true); /* the same, seen upside down */
	assert_bars(.5, 2, three, 4, .08, false);
	assert_bars(10, 2, t, 4, .08, false);
	assert_bars(5.5, 2, t, 4, .08, false); /* in the middle of the page */
	assert_bars(.5, 1, t, 4, .08, false);  /* too short */
	assert_bars(.5, 2, t, 4, .2, false);
	assert_bars(.5, 2, longer, 5, .08, false);
	assert_bars(.5, 2, shorter, 3, .08, false);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_bars(.5, 2, others[i], 4, .08, false);
}

/* A QR code of @text in the middle of a page. */
static void sample_code(struct zong_raster *raster, const char *text)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_Q);

	assert_non_null(code);
	assert_int_equal(zong_raster_init(raster, 1240, 1754, 1, 8), 0);
	for (int i = 0; i < code->width * code->width; i++)
		if (code->data[i] & 1)
			fill(raster, 1, 300 + 8 * (i % code->width), 300 + 8 * (i / code->width), 8,
				8);
	QRcode_free(code);
}

static void a_foreign_code_is_passed_over(void **state)
{
	struct zong_sheet_marks marks;
	struct zong_raster raster;

	(void)state;
	sample_code(&raster, "https://example.cn/ZONG1;c=202611240001");
	assert_int_equal(zong_sheet_look(&raster, &marks), 0);
	assert_string_equal(marks.code, "");
	zong_raster_release(&raster);
	sample_code(&raster, "ZONG1;c=1\n2");
	assert_int_equal(zong_sheet_look(&raster, &marks), 0);
	assert_string_equal(marks.code, "");
	zong_raster_release(&raster);
}

static void a_damaged_text_of_ours_is_given_out_as_it_is(void **state)
{
	struct zong_sheet_marks marks;
	struct zong_raster raster;

	(void)state;
	sample_code(&raster, "ZONG1;c=202611240001;00000000");
	assert_int_equal(zong_sheet_look(&raster, &marks), 0);
	assert_string_equal(marks.code, "ZONG1;c=202611240001;00000000");
	zong_raster_release(&raster);
}

static void text_patterns_and_paper_are_none(void **state)
{
	struct zong_raster raster;

	(void)state;
	sample_text(1240, 1754, 32, sample_lines, &raster);
	assert_patch(&raster, false);
	zong_raster_release(&raster);
	for (uint8_t bits = 1; bits <= 8; bits += 7) {
		sample_pattern(1240, 1754, 1, bits, &raster);
		assert_patch(&raster, false);
		zong_raster_release(&raster);
	}
	assert_int_equal(zong_raster_init(&raster, 1240, 1754, 3, 8), 0);
	assert_patch(&raster, false);
	zong_raster_release(&raster);
	assert_int_equal(zong_raster_init(&raster, 1, 1, 1, 1), 0);
	assert_patch(&raster, false);
	zong_raster_release(&raster);
	assert_int_equal(zong_raster_init(&raster, 30000, 2, 1, 1), 0);
	assert_patch(&raster, false);
	zong_raster_release(&raster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_printed_cover_is_read_at_every_usual_resolution),
		cmocka_unit_test(it_does_not_matter_how_the_sheet_lies),
		cmocka_unit_test(it_is_read_through_whatever_scanners_do),
		cmocka_unit_test(it_is_read_five_degrees_askew_and_full_of_dust),
		cmocka_unit_test(the_densest_code_is_read_from_200_dpi),
		cmocka_unit_test(only_a_patch_t_is_one),
		cmocka_unit_test(a_foreign_code_is_passed_over),
		cmocka_unit_test(a_damaged_text_of_ours_is_given_out_as_it_is),
		cmocka_unit_test(text_patterns_and_paper_are_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
