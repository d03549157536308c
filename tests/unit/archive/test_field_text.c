/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "field_text.h"
#include "sample_reading.h"

static struct zong_cells cells;
static Zong__Reading *reading;
static struct zong_buf buf;

static void lay_out(const char *text)
{
	zong_cells_release(&cells);
	sample_free(reading);
	reading = sample_reading(text);
	assert_int_equal(zong_cells_init(&cells, reading), 0);
}

static int begin(void **state)
{
	(void)state;
	zong_buf_init(&buf, 1 << 16);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	zong_cells_release(&cells);
	sample_free(reading);
	reading = NULL;
	zong_buf_release(&buf);
	return 0;
}

static void each_character_knows_its_gap_and_its_word(void **state)
{
	static const uint8_t gaps[] = {ZONG_CELL_BLOCK, ZONG_CELL_JOINED, ZONG_CELL_JOINED,
		ZONG_CELL_BLANK, ZONG_CELL_LINE, ZONG_CELL_BLOCK};
	static const uint32_t words[] = {0, 0, 1, 2, 3, 4};

	(void)state;
	lay_out("宗a|B ２\n（\n\n乙");
	assert_int_equal(cells.count, 6);
	assert_int_equal(cells.words, 5);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(cells.cell[i].gap, gaps[i]);
		assert_int_equal(cells.cell[i].word, words[i]);
	}
	assert_int_equal(cells.cell[1].character, 'A');
	assert_int_equal(cells.cell[3].character, '2');
	assert_int_equal(cells.cell[4].character, '(');
	assert_true(zong_cell_is_code(&cells.cell[1]) && zong_cell_is_code(&cells.cell[3]));
	assert_false(zong_cell_is_code(&cells.cell[0]));
}

static void blanks_inside_a_word_are_gaps(void **state)
{
	(void)state;
	lay_out("a");
	free(reading->lines[0]->words[0]->text);
	reading->lines[0]->words[0]->text = strdup("a　b\xE2\x80\x8E"
						   "c");
	zong_cells_release(&cells);
	assert_int_equal(zong_cells_init(&cells, reading), 0);
	assert_int_equal(cells.count, 3);
	assert_int_equal(cells.cell[1].gap, ZONG_CELL_BLANK);
	assert_int_equal(cells.cell[2].gap, ZONG_CELL_JOINED);
}

static void text_is_given_as_it_was_read(void **state)
{
	(void)state;
	lay_out("自 然 Ａb c\n资源");
	assert_int_equal(zong_cells_text(&cells, 0, cells.count, &buf), 0);
	assert_string_equal(zong_buf_str(&buf), "自然 Ａb c 资源");
}

static void boxes_and_confidence_come_from_the_words_touched(void **state)
{
	struct zong_box box;
	float confidence;

	(void)state;
	lay_out("ab|?c de");
	box = zong_cells_box(&cells, 1, 4, &confidence);
	assert_int_equal(box.x, 0);
	assert_int_equal(box.width, 50);
	assert_float_equal(confidence, 0.7, 0.001);
	box = zong_cells_box(&cells, 2, 2, &confidence);
	assert_int_equal(box.width, 0);
	assert_float_equal(confidence, 0, 0.001);
}

static void a_text_is_matched_whatever_its_blanks(void **state)
{
	size_t end;

	(void)state;
	lay_out("不 动|产\n权 证");
	assert_true(zong_cells_match(&cells, 0, "不动产权", &end));
	assert_int_equal(end, 4);
	assert_true(zong_cells_match(&cells, 2, "产 权", &end));
	assert_false(zong_cells_match(&cells, 0, "不动产证", &end));
	assert_false(zong_cells_match(&cells, 4, "证书", &end));
	assert_false(zong_cells_match(&cells, 5, "证", &end));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_character_knows_its_gap_and_its_word, begin, forget),
		cmocka_unit_test_setup_teardown(blanks_inside_a_word_are_gaps, begin, forget),
		cmocka_unit_test_setup_teardown(text_is_given_as_it_was_read, begin, forget),
		cmocka_unit_test_setup_teardown(
			boxes_and_confidence_come_from_the_words_touched, begin, forget),
		cmocka_unit_test_setup_teardown(
			a_text_is_matched_whatever_its_blanks, begin, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
