/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms are packed, drawn, and read back from the PDF by poppler. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <poppler.h>
#include <zbar.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/form.h>
#include <zong/limits.h>

#include "form.h"

/* What the libraries never give back: fontconfig its configuration, cairo some KB a drawing (a worker is replaced after so
 * many). Asked for by the leak sanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libcairo\n";
}

static struct zong_form form;
static struct zong_buf pdf, text;
static PopplerDocument *document;
static uint32_t pages;

static int setup(void **state)
{
	(void)state;
	memset(&form, 0, sizeof(form));
	zong_buf_init(&pdf, 256 << 20);
	zong_buf_init(&text, 16 << 20);
	document = NULL;
	pages = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (document)
		g_object_unref(document);
	zong_form_release(&form);
	zong_buf_release(&pdf);
	zong_buf_release(&text);
	return 0;
}

static void begin(const struct zong_form_paper *paper)
{
	static const struct zong_form_paper usual = {.title = "样表", .numbered = true};

	zong_form_begin(&form, paper ? paper : &usual);
}

static int draw(void)
{
	assert_int_equal(form.packed.err, 0);
	zong_buf_clear(&pdf);
	return zong_form_draw(form.packed.data, form.packed.len, &pdf, &pages);
}

/* Draws and opens it. */
static void print(void)
{
	GBytes *bytes;
	const char *keep = getenv("ZONG_KEEP_FORM");

	assert_int_equal(draw(), 0);
	if (keep) {
		FILE *file = fopen(keep, "w");

		fwrite(pdf.data, 1, pdf.len, file);
		fclose(file);
	}
	bytes = g_bytes_new_static(pdf.data, pdf.len);
	if (document)
		g_object_unref(document);
	document = poppler_document_new_from_bytes(bytes, NULL, NULL);
	g_bytes_unref(bytes);
	assert_non_null(document);
	assert_int_equal(poppler_document_get_n_pages(document), pages);
}

static const char *page_text(uint32_t number)
{
	PopplerPage *page = poppler_document_get_page(document, (int)number - 1);
	char *words = poppler_page_get_text(page);

	/* without blanks, which readers find where there is a gap and not where a blank is */
	zong_buf_clear(&text);
	for (const char *at = words; *at; at++)
		if (*at != ' ')
			zong_buf_add_char(&text, *at);
	g_free(words);
	g_object_unref(page);
	return zong_buf_str(&text);
}

static void assert_on_page(uint32_t number, const char *words)
{
	if (!strstr(page_text(number), words))
		fail_msg("page %u has no '%s' but: %s", number, words, page_text(number));
}

/* What the only code on page 1 says. */
static void assert_code(const char *words)
{
	PopplerPage *page = poppler_document_get_page(document, 0);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1240, 1754);
	cairo_t *cairo = cairo_create(surface);
	zbar_image_scanner_t *scanner = zbar_image_scanner_create();
	zbar_image_t *image = zbar_image_create();
	unsigned char *grey = malloc(1240 * 1754);
	char found[256] = "";

	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_scale(cairo, 150 / 72.0, 150 / 72.0);
	poppler_page_render(page, cairo);
	cairo_surface_flush(surface);
	for (int y = 0; y < 1754; y++)
		for (int x = 0; x < 1240; x++)
			grey[y * 1240 + x] = cairo_image_surface_get_data(
				surface)[y * cairo_image_surface_get_stride(surface) + 4 * x];
	zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
	zbar_image_set_size(image, 1240, 1754);
	zbar_image_set_data(image, grey, 1240 * 1754, NULL);
	if (zbar_scan_image(scanner, image) > 0)
		snprintf(found, sizeof(found), "%s",
			zbar_symbol_get_data(zbar_image_first_symbol(image)));
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
	free(grey);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	g_object_unref(page);
	assert_string_equal(found, words);
}

/* -- what is drawn -- */

static void text_can_be_read_and_copied_from_it(void **state)
{
	(void)state;
	begin(&(struct zong_form_paper){
		.title = "查询证明", .foot = "示例登记大厅", .numbered = true});
	zong_form_text(&form,
		&(struct zong_form_type){.size = 22, .bold = true, .align = ZONG_FORM_CENTRE},
		"不动产登记资料查询结果证明");
	zong_form_text(&form, &(struct zong_form_type){.size = 11},
		"查询人示例甲于二〇二六年申请查询，编号 20261129-00001。");
	print();
	assert_int_equal(pages, 1);
	assert_on_page(1, "不动产登记资料查询结果证明");
	assert_on_page(1, "20261129-00001");
	assert_on_page(1, "示例登记大厅");
	assert_on_page(1, "共1页");
}

static void characters_beyond_the_font_are_set_in_another(void **state)
{
	(void)state;
	begin(NULL);
	/* U+20089 of extension B, Latin with marks, Greek, a square metre */
	zong_form_text(&form, &(struct zong_form_type){.size = 11}, "𠂉 é Ω ㎡ 甲");
	print();
	assert_on_page(1, "éΩ㎡甲");
	assert_on_page(1, "𠂉");
}

static void long_text_is_broken_into_lines_and_pages(void **state)
{
	struct zong_buf prose = ZONG_BUF_INIT(1 << 16);

	(void)state;
	for (int i = 0; i < 3000; i++)
		zong_buf_add_str(&prose, i % 30 == 29 ? "，" : "示");
	zong_buf_add_str(&prose, "终");
	begin(NULL);
	zong_form_text(&form, &(struct zong_form_type){.size = 14}, zong_buf_str(&prose));
	zong_buf_release(&prose);
	print();
	assert_true(pages >= 2);
	assert_on_page(1, "第1页");
	assert_on_page(pages, "终");
	/* no line begins with a comma */
	for (uint32_t i = 1; i <= pages; i++)
		assert_null(strstr(page_text(i), "\n，"));
}

static void a_word_without_an_end_is_broken_anyway(void **state)
{
	char word[2001];

	(void)state;
	memset(word, 'W', 2000);
	word[2000] = 0;
	begin(NULL);
	zong_form_text(&form, &(struct zong_form_type){.size = 20}, word);
	zong_form_text(&form, &(struct zong_form_type){.size = 20}, "后");
	print();
	assert_int_equal(pages, 3);
	assert_on_page(3, "后");
}

static void line_feeds_end_lines(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_text(&form, &(struct zong_form_type){.size = 11}, "一\n\n二\n");
	zong_form_text(&form, &(struct zong_form_type){.size = 11}, "");
	zong_form_text(&form, &(struct zong_form_type){.size = 11}, NULL);
	print();
	assert_on_page(1, "一\n");
	assert_on_page(1, "二");
}

/* -- tables -- */

static const struct zong_form_column columns[] = {
	{.title = "序号", .share = 1, .align = ZONG_FORM_CENTRE},
	{.title = "题名", .share = 6},
	{.title = "页号", .share = 1, .align = ZONG_FORM_RIGHT},
};

static void a_table_goes_on_with_its_head(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){.ruled = true}, columns, 3);
	for (int i = 1; i <= 200; i++) {
		char number[12], title[64];

		snprintf(number, sizeof(number), "%d", i);
		snprintf(title, sizeof(title), "示例材料第%d件", i);
		zong_form_row(&form, (const char *const[]){number, title, number});
	}
	print();
	assert_true(pages > 3);
	for (uint32_t i = 1; i <= pages; i++)
		assert_on_page(i, "题名");
	assert_on_page(1, "示例材料第1件");
	assert_on_page(pages, "示例材料第200件");
}

static void a_row_higher_than_a_page_loses_nothing(void **state)
{
	struct zong_buf lines = ZONG_BUF_INIT(1 << 16);

	(void)state;
	for (int i = 0; i < 150; i++)
		zong_buf_add_format(&lines, "第%d行\n", i);
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){.ruled = true}, columns, 3);
	zong_form_row(&form, (const char *const[]){"1", "前", "1"});
	zong_form_row(&form, (const char *const[]){"2", zong_buf_str(&lines), "2"});
	zong_form_row(&form, (const char *const[]){"3", "后", "3"});
	zong_buf_release(&lines);
	print();
	assert_true(pages >= 3);
	zong_buf_clear(&text);
	for (int i = 0; i < 150; i++) {
		char line[20];
		bool found = false;

		snprintf(line, sizeof(line), "第%d行", i);
		for (uint32_t n = 1; n <= pages && !found; n++)
			found = strstr(page_text(n), line);
		assert_true(found);
	}
	assert_on_page(pages, "后");
}

static void rows_have_the_height_that_is_asked_for(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){.ruled = true, .height = 120},
		(const struct zong_form_column[]){{.share = 1, .bold = true}, {.share = 4}}, 2);
	for (int i = 0; i < 4; i++)
		zong_form_row(&form, (const char *const[]){"说明", ""});
	print();
	assert_int_equal(pages, 2); /* two of 120 mm on a sheet of 257 */
	zong_form_release(&form);
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){.height = 1200}, columns, 3);
	zong_form_row(&form, (const char *const[]){"1", "高过一页", ""});
	zong_form_row(&form, (const char *const[]){"2", "高过一页", ""});
	print();
	assert_int_equal(pages, 2);
}

static void a_page_is_begun_where_one_is_asked_for(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_page(&form); /* the first one is empty */
	zong_form_text(&form, &(struct zong_form_type){0}, "一");
	zong_form_space(&form, 100);
	zong_form_page(&form);
	zong_form_text(&form, &(struct zong_form_type){0}, "二");
	zong_form_space(&form, 1000);
	zong_form_text(&form, &(struct zong_form_type){0}, "三");
	print();
	assert_int_equal(pages, 3);
	assert_on_page(3, "三");
}

/* -- codes -- */

static void a_qr_code_says_what_it_was_given(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_qr(&form, 35, "http://127.0.0.1/check?n=20261129-00001", "扫码核验");
	print();
	assert_on_page(1, "扫码核验");
	assert_code("http://127.0.0.1/check?n=20261129-00001");
}

static void a_bar_code_says_what_it_was_given(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_bars(&form, 14, "J001-DA-2026-0001");
	print();
	assert_on_page(1, "J001-DA-2026-0001");
	assert_code("J001-DA-2026-0001");
}

static void a_code_that_holds_no_such_text_is_refused(void **state)
{
	char words[4000];

	(void)state;
	memset(words, 'a', sizeof(words) - 1);
	words[sizeof(words) - 1] = 0;
	begin(NULL);
	zong_form_qr(&form, 35, words, "");
	assert_int_equal(draw(), ZONG_ELIMIT);
	zong_form_release(&form);
	begin(NULL);
	zong_form_bars(&form, 14, "宗");
	assert_int_equal(draw(), ZONG_ELIMIT);
}

/* -- sameness, limits, harm -- */

static void the_same_form_gives_the_same_bytes(void **state)
{
	struct zong_buf first = ZONG_BUF_INIT(1 << 20);

	(void)state;
	begin(&(struct zong_form_paper){.title = "一", .time = INT64_C(1790000000000000)});
	zong_form_text(&form, &(struct zong_form_type){.bold = true}, "示例甲 abc é Ω");
	zong_form_table(&form, &(struct zong_form_ruling){0}, columns, 3);
	zong_form_row(&form, (const char *const[]){"1", "示例", "2"});
	assert_int_equal(draw(), 0);
	zong_buf_add(&first, pdf.data, pdf.len);
	assert_int_equal(draw(), 0);
	assert_int_equal(first.len, pdf.len);
	assert_memory_equal(first.data, pdf.data, pdf.len);
	zong_buf_release(&first);
}

static void what_cannot_be_drawn_is_a_blank(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_text(&form, &(struct zong_form_type){0}, "甲\x01\xFF\x7F乙\xE5");
	print();
	assert_on_page(1, "甲乙");
}

static void too_many_pages_are_refused(void **state)
{
	(void)state;
	begin(NULL);
	for (int i = 0; i <= ZONG_LIMIT_FORM_PAGES; i++) {
		zong_form_text(&form, &(struct zong_form_type){0}, "页");
		zong_form_page(&form);
	}
	assert_int_equal(draw(), ZONG_EPAGES);
}

static void more_than_a_form_holds_sticks(void **state)
{
	static char much[65535];

	(void)state;
	memset(much, 'a', sizeof(much) - 1);
	begin(NULL);
	for (int i = 0; i < ZONG_LIMIT_FORM / 65536 + 2; i++)
		zong_form_text(&form, &(struct zong_form_type){0}, much);
	assert_int_equal(form.packed.err, ZONG_ELIMIT);
	zong_form_release(&form);
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){0}, columns, 0);
	assert_int_equal(form.packed.err, ZONG_ELIMIT);
}

static void a_form_that_is_harmed_is_refused(void **state)
{
	(void)state;
	begin(NULL);
	zong_form_table(&form, &(struct zong_form_ruling){0}, columns, 3);
	zong_form_row(&form, (const char *const[]){"1", "示例", "2"});
	zong_form_qr(&form, 30, "a", "b");
	assert_int_equal(draw(), 0);
	for (size_t len = 0; len < form.packed.len; len++) {
		int err = zong_form_draw(form.packed.data, len, &pdf, &pages);

		/* between two blocks it is whole */
		assert_true(err == ZONG_EPROTO || err == 0);
	}
	zong_form_release(&form);
	begin(&(struct zong_form_paper){.width = 30, .height = 30});
	assert_int_equal(draw(), ZONG_EPROTO); /* margins of 20 leave nothing */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(text_can_be_read_and_copied_from_it),
		TEST(characters_beyond_the_font_are_set_in_another),
		TEST(long_text_is_broken_into_lines_and_pages),
		TEST(a_word_without_an_end_is_broken_anyway),
		TEST(line_feeds_end_lines),
		TEST(a_table_goes_on_with_its_head),
		TEST(a_row_higher_than_a_page_loses_nothing),
		TEST(rows_have_the_height_that_is_asked_for),
		TEST(a_page_is_begun_where_one_is_asked_for),
		TEST(a_qr_code_says_what_it_was_given),
		TEST(a_bar_code_says_what_it_was_given),
		TEST(a_code_that_holds_no_such_text_is_refused),
		TEST(the_same_form_gives_the_same_bytes),
		TEST(what_cannot_be_drawn_is_a_blank),
		TEST(too_many_pages_are_refused),
		TEST(more_than_a_form_holds_sticks),
		TEST(a_form_that_is_harmed_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
