/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "http/tile.h"

static void the_examples_of_the_description_are_read(void **state)
{
	struct zong_tile tile;
	char text[ZONG_TILE_TEXT];

	(void)state;
	assert_true(zong_tile_parse("0/x001/x234/067", true, &tile));
	assert_int_equal(tile.level, 0);
	assert_int_equal(tile.index, 1234067);
	assert_int_equal(tile.width, 256);
	assert_true(zong_tile_parse("63/000.p/255", true, &tile));
	assert_int_equal(tile.level, 63);
	assert_int_equal(tile.index, 0);
	assert_int_equal(tile.width, 255);
	assert_true(zong_tile_parse("x001/000.p/1", false, &tile));
	assert_int_equal(tile.index, 1000);
	assert_int_equal(tile.width, 1);
	zong_tile_format(&tile, false, text);
	assert_string_equal(text, "x001/000.p/1");
}

static void others_are_not(void **state)
{
	static const char *const wrong[] = {"", "0", "0/", "0/0", "0/00", "0/0000", "0/x000/001",
		"0/x001", "0/x001/", "0/x001/x002", "0/001/002", "00/000", "01/000", "64/000",
		"-1/000", "0/-01", "0/+01", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/256",
		"0/000.p/01", "0/000.p/1/", "0/000/", "0/000 ", " 0/000", "0/X001/000", "a/000",
		"entries/000", "99999999999999999999/000", "0/000.p/99999999999999999999",
		"0/x999/x999/x999/x999/x999/x999/x999/999", "0//000", "/000", "0/x0001/000"};
	struct zong_tile tile;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (zong_tile_parse(wrong[i], true, &tile))
			fail_msg("%s is taken", wrong[i]);
	assert_false(zong_tile_parse("0/000", false, &tile));
}

static void what_is_written_is_read_again(void **state)
{
	static const uint64_t indexes[] = {
		0, 1, 999, 1000, 999999, 1000000, 1234067, 72057594037927935};
	struct zong_tile tile, again;
	char text[ZONG_TILE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++) {
		tile = (struct zong_tile){.level = 2, .index = indexes[i], .width = 256};
		zong_tile_format(&tile, true, text);
		assert_true(zong_tile_parse(text, true, &again));
		assert_int_equal(again.index, indexes[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_description_are_read),
		cmocka_unit_test(others_are_not),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
