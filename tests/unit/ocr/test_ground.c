/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "ground.h"
#include "survey.h"

#define PAPER 235
#define INK 30

static PIX *page;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(1240, 1754, 8);
	pixSetAllArbitrary(page, PAPER);
	return page ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	return 0;
}

static void fill(int x, int y, int width, int height, l_uint32 level)
{
	pixSetInRectArbitrary(page, &(BOX){x, y, width, height, 0}, level);
}

static void writing(int top, l_uint32 level)
{
	for (int y = top; y < top + 200; y += 40)
		for (int x = 100; x < 1100; x += 30)
			fill(x, y, 18, 18, level);
}

static int level_of(int x, int y)
{
	l_uint32 level = 0;

	pixGetPixel(page, x, y, &level);
	return (int)level;
}

static bool even(void)
{
	struct zong_survey survey;
	bool done;

	assert_int_equal(zong_survey_take(page, &survey, NULL), 0);
	done = zong_ground_even(page, &survey);
	zong_survey_release(&survey);
	return done;
}

static void a_photograph_stays_what_it_is(void **state)
{
	(void)state;
	writing(100, INK);
	fill(700, 800, 300, 400, 120);
	assert_false(even());
	assert_int_equal(level_of(850, 1000), 120);
	fill(1140, 0, 100, 1754, 12); /* a border beside it goes */
	assert_true(even());
	assert_true(level_of(1200, 900) >= PAPER - 5);
	assert_int_equal(level_of(850, 1000), 120);
	assert_int_equal(level_of(702, 802), 120);
	assert_int_equal(level_of(105, 105), INK);
	assert_int_equal(level_of(300, 1500), PAPER);
}

static void a_shaded_block_with_writing_on_it_is_no_photograph(void **state)
{
	(void)state;
	fill(60, 60, 1100, 300, 150);
	writing(100, INK);
	assert_true(even());
	assert_true(level_of(125, 105) >= PAPER - 15);
	assert_in_range(level_of(109, 109), INK, 60);
}

static void writing_on_a_shaded_field_stays_as_dark_beside_it(void **state)
{
	(void)state;
	fill(0, 60, 1240, 300, 150);
	writing(100, INK);
	assert_true(even());
	assert_true(level_of(125, 105) >= PAPER - 15); /* between letters */
	assert_in_range(level_of(109, 109), INK, 60);
}

static void a_black_border_becomes_paper(void **state)
{
	(void)state;
	writing(100, INK);
	fill(1140, 0, 100, 1754, 12);
	fill(1180, 700, 3, 3, 30); /* dust on it */
	assert_true(even());
	assert_true(level_of(1200, 900) >= PAPER - 5);
	assert_true(level_of(1181, 701) >= PAPER - 5);
}

static void a_page_without_dark_grounds_is_not_touched(void **state)
{
	PIX *before;
	l_int32 same = 0;

	(void)state;
	writing(100, INK);
	writing(500, 200);		       /* faint */
	fill(100, 900, 1000, 8, INK);	       /* a line */
	fill(100, 1000, 400, 200, PAPER - 15); /* yellowed */
	before = pixCopy(NULL, page);
	assert_false(even());
	pixEqual(before, page, &same);
	pixDestroy(&before);
	assert_int_equal(same, 1);
}

static void black_and_white_has_no_grounds(void **state)
{
	struct zong_survey survey;
	PIX *bilevel;

	(void)state;
	writing(100, INK);
	bilevel = pixThresholdToBinary(page, 128);
	assert_int_equal(zong_survey_take(bilevel, &survey, NULL), 0);
	assert_false(zong_ground_even(bilevel, &survey));
	zong_survey_release(&survey);
	pixDestroy(&bilevel);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_photograph_stays_what_it_is),
		TEST(a_shaded_block_with_writing_on_it_is_no_photograph),
		TEST(writing_on_a_shaded_field_stays_as_dark_beside_it),
		TEST(a_black_border_becomes_paper),
		TEST(a_page_without_dark_grounds_is_not_touched),
		TEST(black_and_white_has_no_grounds),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
