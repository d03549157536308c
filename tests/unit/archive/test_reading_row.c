/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "reading_row.h"

static void all_of_a_reading_is_kept(void **state)
{
	struct zong_word word[] = {
		{.text = "示例", .box = {1, 2, 3, 4}, .confidence = 0.5f},
		{.text = "甲", .box = {5, 6, 7, 8}, .confidence = 0.75f, .blank_before = true},
		{.text = "乙", .box = {9, 10, 11, 12}, .confidence = 1},
	};
	struct zong_line line[] = {
		{.box = {1, 2, 11, 12}, .confidence = 0.6f, .first = 0, .count = 2, .block = 0},
		{.box = {0, 0, 0, 0}, .first = 2, .count = 0, .block = 1},
		{.box = {9, 10, 11, 12}, .confidence = 1, .first = 2, .count = 1, .block = 2},
	};
	struct zong_reading reading = {.width = 100,
		.height = 200,
		.source = ZONG_TEXT_OCR,
		.confidence = 0.7f,
		.engine = "engine",
		.steps = "steps",
		.line = line,
		.lines = 3,
		.word = word,
		.words = 3};
	Zong__Reading *row;

	(void)state;
	assert_int_equal(zong_reading_row(&reading, &row), 0);
	assert_int_equal(row->width, 100);
	assert_int_equal(row->height, 200);
	assert_int_equal(row->source, ZONG_TEXT_OCR);
	assert_string_equal(row->engine, "engine");
	assert_string_equal(row->steps, "steps");
	assert_true(row->read > 0);
	assert_int_equal(row->n_lines, 3);
	assert_int_equal(row->lines[0]->n_words, 2);
	assert_int_equal(row->lines[1]->n_words, 0);
	assert_int_equal(row->lines[2]->block, 2);
	assert_string_equal(row->lines[0]->words[1]->text, "甲");
	assert_true(row->lines[0]->words[1]->blank_before);
	assert_int_equal(row->lines[0]->words[1]->box->height, 8);
	assert_string_equal(row->lines[2]->words[0]->text, "乙");
	zong__reading__free_unpacked(row, NULL);
}

static void a_page_without_lines_is_a_reading_too(void **state)
{
	struct zong_reading reading = {.width = 1, .height = 1, .source = ZONG_TEXT_LAYER};
	Zong__Reading *row;

	(void)state;
	assert_int_equal(zong_reading_row(&reading, &row), 0);
	assert_int_equal(row->n_lines, 0);
	assert_string_equal(row->engine, "");
	zong__reading__free_unpacked(row, NULL);
}

static void a_line_that_points_outside_the_words_is_refused(void **state)
{
	struct zong_word word = {.text = "x"};
	struct zong_line line[] = {{.first = 0, .count = 2}, {.first = 2, .count = 0},
		{.first = UINT32_MAX, .count = 1}, {.first = 1, .count = UINT32_MAX}};
	Zong__Reading *row = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct zong_reading reading = {
			.line = &line[i], .lines = 1, .word = &word, .words = 1};

		assert_int_equal(zong_reading_row(&reading, &row), ZONG_EPROTO);
		assert_null(row);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_a_reading_is_kept),
		cmocka_unit_test(a_page_without_lines_is_a_reading_too),
		cmocka_unit_test(a_line_that_points_outside_the_words_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
