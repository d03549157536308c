/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "gap.h"

/* A strip of 800 by 100 with letters as boxes of ink, GLYPH high. */
#define GLYPH 26
#define TOP 40
#define PAPER 240

static PIX *page;
static struct zong_strip parts[ZONG_GAP_PARTS];
static size_t count;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(900, 200, 8);
	if (!page)
		return -1;
	pixSetAllArbitrary(page, PAPER);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	return 0;
}

static void ink(int x, int y, int width, int height, int grey)
{
	BOX *box = boxCreate(x, y, width, height);

	pixSetInRectArbitrary(page, box, (l_uint32)grey);
	boxDestroy(&box);
}

/* @n letters from @x on, @step from one to the next. */
static void letters(int x, int n, int step, int grey)
{
	for (int i = 0; i < n; i++)
		ink(x + i * step, TOP, GLYPH - 2, GLYPH, grey);
}

static void part(int bottom)
{
	const struct zong_strip strip = {10, 20, 800, bottom};

	assert_int_equal(zong_gap_part(page, &strip, GLYPH, parts, &count), 0);
}

static void a_label_and_what_is_entered_are_two_parts(void **state)
{
	(void)state;
	letters(50, 2, 2 * GLYPH - 2, 90); /* spread, and grey */
	letters(180, 9, GLYPH, 20);
	part(90);
	assert_int_equal(count, 2);
	assert_in_range(parts[0].left, 40, 50);
	assert_in_range(parts[0].right, 50 + 3 * GLYPH - 4, 50 + 3 * GLYPH + 8);
	assert_in_range(parts[1].left, 170, 180);
	assert_in_range(parts[1].right, 180 + 9 * GLYPH - 2, 180 + 9 * GLYPH + 8);
	for (size_t i = 0; i < count; i++) {
		assert_in_range(parts[i].top, TOP - 8, TOP);
		assert_in_range(parts[i].bottom, TOP + GLYPH, TOP + GLYPH + 8);
	}
}

static void a_photograph_beside_a_line_is_no_part_of_it(void **state)
{
	(void)state;
	letters(50, 8, GLYPH, 20);
	ink(500, 21, 200, 150, 120);
	part(180);
	assert_int_equal(count, 1);
	assert_in_range(parts[0].right, 50 + 8 * GLYPH - 2, 50 + 8 * GLYPH + 8);
	assert_in_range(parts[0].bottom, TOP + GLYPH, TOP + GLYPH + 8);
}

static void letters_larger_than_usual_stay_what_they_are(void **state)
{
	(void)state;
	ink(50, 30, 300, 3 * GLYPH, 20);
	part(130);
	assert_int_equal(count, 1);
	assert_int_equal(parts[0].top, 20);
	assert_int_equal(parts[0].bottom, 130);
}

static void the_pattern_of_the_paper_and_dust_are_nothing(void **state)
{
	(void)state;
	letters(50, 3, GLYPH, 20);
	letters(500, 3, GLYPH, 20);
	for (int x = 10; x < 800; x += 12)
		ink(x, 70, 6, 2, PAPER - 25);
	ink(300, 50, 2, 2, 20);
	part(90);
	assert_int_equal(count, 2);
}

static void nothing_and_too_much_are_no_parts(void **state)
{
	(void)state;
	part(90);
	assert_int_equal(count, 0);
	letters(20, ZONG_GAP_PARTS + 1, 56, 20);
	part(90);
	assert_int_equal(count, 1); /* 32 apart: not wide enough */
	pixSetAllArbitrary(page, PAPER);
	for (int i = 0; i < ZONG_GAP_PARTS + 1; i++)
		ink(20 + i * 58, TOP, 12, GLYPH, 20);
	part(90);
	assert_int_equal(count, 0);
}

static void black_and_white_is_taken_as_it_is(void **state)
{
	PIX *bilevel;

	(void)state;
	letters(50, 3, GLYPH, 20);
	letters(500, 3, GLYPH, 20);
	bilevel = pixThresholdToBinary(page, 128);
	pixDestroy(&page);
	page = bilevel;
	part(90);
	assert_int_equal(count, 2);
	assert_in_range(parts[1].left, 490, 500);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_label_and_what_is_entered_are_two_parts),
		TEST(a_photograph_beside_a_line_is_no_part_of_it),
		TEST(letters_larger_than_usual_stay_what_they_are),
		TEST(the_pattern_of_the_paper_and_dust_are_nothing),
		TEST(nothing_and_too_much_are_no_parts),
		TEST(black_and_white_is_taken_as_it_is),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
