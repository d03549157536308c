/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/utf8.h>

#include "sample_reading.h"
#include "search_snippet.h"

#define ON "\xEE\x80\x80"
#define OFF "\xEE\x80\x81"

static struct zong_snippet_range ranges[ZONG_SNIPPET_RANGES];
static struct zong_arena arena;
static struct zong_query query;
static struct zong_cells cells;
static Zong__Reading *reading;
static size_t count;
static char *text;

static int forget(void **state)
{
	(void)state;
	zong_cells_release(&cells);
	sample_free(reading);
	reading = NULL;
	zong_arena_release(&arena);
	free(text);
	text = NULL;
	return 0;
}

static const char *snippet_of(const char *words, const char *page, bool alike)
{
	struct zong_search search = {.words = words};
	struct zong_err err;

	forget(NULL);
	assert_int_equal(zong_query_parse(&search, &arena, &query, &err), 0);
	reading = sample_reading(page);
	assert_int_equal(zong_cells_init(&cells, reading), 0);
	count = zong_snippet_ranges(&query, &cells, alike, ranges);
	text = zong_snippet_text(&cells, ranges, count);
	assert_non_null(text);
	assert_true(zong_utf8_valid(text, strlen(text)));
	return text;
}

static const char *snippet(const char *words, const char *page)
{
	return snippet_of(words, page, false);
}

static void what_is_alike_is_marked_where_it_stands(void **state)
{
	(void)state;
	assert_string_equal(snippet_of("自然资源局", "昌邑市目然资源局文件", true),
		"昌邑市" ON "目然资源局" OFF "文件");
	assert_string_equal(
		snippet_of("自然资源局", "昌邑市目然资源局文件", false), "昌邑市目然资源局文件");
	assert_string_equal(snippet_of("自然资源局", "自然资源局与自然货源局", true),
		ON "自然资源局" OFF "与" ON "自然货源局" OFF);
}

static void found_words_are_marked_and_han_stand_without_blanks(void **state)
{
	(void)state;
	assert_string_equal(snippet("资源", "自 然 资 源 局"), "自然" ON "资源" OFF "局");
	assert_string_equal(snippet("b", "a b c"), "a " ON "b" OFF " c");
	assert_string_equal(snippet("land", "Land use\nland"), ON "Land" OFF " use " ON "land" OFF);
	assert_string_equal(snippet("资源 局", "资源 局"), ON "资源" OFF ON "局" OFF);
	assert_string_equal(snippet("编号", "编号 A1 日期 2018"), ON "编号" OFF " A1 日期 2018");
}

static void twenty_characters_stand_on_each_side(void **state)
{
	char page[100 * 3 + 1];
	char expected[64 * 3];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(page + i * 3, i == 50 ? "甲" : "宗", 4);
	snippet("甲", page);
	memset(expected, 0, sizeof(expected));
	for (size_t i = 0; i < 20; i++)
		strncat(expected, "宗", 4);
	strncat(expected, ON "甲" OFF, 16);
	for (size_t i = 0; i < 20; i++)
		strncat(expected, "宗", 4);
	assert_string_equal(text, expected);
}

static void without_a_found_word_the_page_begins(void **state)
{
	(void)state;
	assert_string_equal(snippet("没有", "自然资源"), "自然资源");
	assert_int_equal(count, 0);
	assert_string_equal(snippet("没有", ""), "");
}

static void marks_of_the_text_itself_and_bad_bytes_do_not_come_through(void **state)
{
	(void)state;
	assert_string_equal(
		snippet("资源", ON "自" OFF "然 资源 \xFF"), "自然" ON "资源" OFF " \xEF\xBF\xBD");
	free(text);
	text = zong_snippet_marked("a" ON "b");
	assert_string_equal(text, ON "ab" OFF);
}

static void each_line_of_a_found_word_has_its_box(void **state)
{
	struct zong_box box[3];

	(void)state;
	snippet("自然资源", "x|自|然\n资|源\n自然资源\n自然资源");
	assert_int_equal(count, 3);
	assert_int_equal(zong_snippet_boxes(&cells, ranges, count, box, 3), 3);
	assert_int_equal(box[0].x, 20);
	assert_int_equal(box[0].width, 70);
	assert_int_equal(box[1].y, 20);
	assert_int_equal(box[2].y, 40);
	assert_int_equal(box[2].width, 120);
}

static void a_title_is_marked_as_a_page_is(void **state)
{
	(void)state;
	snippet("合同", "");
	free(text);
	text = zong_snippet_plain(&query, "买卖合同 2018", false);
	assert_string_equal(text, "买卖" ON "合同" OFF " 2018");
	free(text);
	text = zong_snippet_plain(&query, "", false);
	assert_string_equal(text, "");
}

static void a_page_of_nothing_else_is_bounded(void **state)
{
	char page[2000 * 3 + 1];

	(void)state;
	for (size_t i = 0; i < 2000; i++)
		memcpy(page + i * 3, "宗", 4);
	snippet("宗", page);
	assert_int_equal(count, ZONG_SNIPPET_RANGES);
	assert_true(strlen(text) < ZONG_SNIPPET_BYTES);
	assert_true(strlen(text) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_is_alike_is_marked_where_it_stands, forget),
		cmocka_unit_test_teardown(
			found_words_are_marked_and_han_stand_without_blanks, forget),
		cmocka_unit_test_teardown(twenty_characters_stand_on_each_side, forget),
		cmocka_unit_test_teardown(without_a_found_word_the_page_begins, forget),
		cmocka_unit_test_teardown(
			marks_of_the_text_itself_and_bad_bytes_do_not_come_through, forget),
		cmocka_unit_test_teardown(each_line_of_a_found_word_has_its_box, forget),
		cmocka_unit_test_teardown(a_title_is_marked_as_a_page_is, forget),
		cmocka_unit_test_teardown(a_page_of_nothing_else_is_bounded, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
