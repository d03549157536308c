/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "halves.h"

#define WIDTH 2000
#define HEIGHT 1400

static PIX *page;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(WIDTH, HEIGHT, 8);
	pixSetAllArbitrary(page, 235);
	return page ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	return 0;
}

static void ink(int x, int y, int width, int height)
{
	pixSetInRectArbitrary(page, &(BOX){x, y, width, height, 0}, 30);
}

/* Lines of letters from @left to @right. */
static void writing(int left, int right)
{
	for (int y = 100; y < HEIGHT - 100; y += 60)
		for (int x = left; x + 24 <= right; x += 40)
			ink(x, y, 24, 24);
}

static bool find(int *ret_middle)
{
	bool found = zong_halves_find(page, ret_middle), found_bilevel;
	PIX *bilevel = pixThresholdToBinary(page, 128);
	int middle = 0;

	found_bilevel = zong_halves_find(bilevel, &middle);
	pixDestroy(&bilevel);
	assert_int_equal(found, found_bilevel);
	return found;
}

static void two_pages_are_parted_between_them(void **state)
{
	int middle = 0;

	(void)state;
	writing(100, 920);
	writing(1080, 1900);
	assert_true(find(&middle));
	assert_in_range(middle, 920, 1080);
}

static void some_dust_and_a_fold_off_the_middle_do_no_harm(void **state)
{
	int middle = 0;

	(void)state;
	writing(100, 1000);
	writing(1150, 1900);
	ink(1060, 700, 4, 4);
	assert_true(find(&middle));
	assert_in_range(middle, 1000, 1150);
}

static void one_page_is_not_parted(void **state)
{
	int middle = 0;

	(void)state;
	writing(100, 1900); /* from edge to edge, with narrow gaps */
	assert_false(find(&middle));
}

static void what_crosses_the_middle_holds_the_page_together(void **state)
{
	int middle = 0;

	(void)state;
	writing(100, 920);
	writing(1080, 1900);
	ink(200, 40, 1600, 30); /* a heading, or the lines of a table */
	assert_false(find(&middle));
}

static void an_empty_half_is_no_page(void **state)
{
	int middle = 0;

	(void)state;
	writing(100, 920);
	assert_false(find(&middle));
	pixSetAllArbitrary(page, 235);
	assert_false(find(&middle));
}

static void a_page_that_is_not_wide_is_not_looked_at(void **state)
{
	int middle = 0;
	PIX *tall;

	(void)state;
	writing(100, 920);
	writing(1080, 1900);
	tall = pixScaleBySampling(page, 0.5f, 1);
	assert_false(zong_halves_find(tall, &middle));
	pixDestroy(&tall);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(two_pages_are_parted_between_them),
		TEST(some_dust_and_a_fold_off_the_middle_do_no_harm),
		TEST(one_page_is_not_parted),
		TEST(what_crosses_the_middle_holds_the_page_together),
		TEST(an_empty_half_is_no_page),
		TEST(a_page_that_is_not_wide_is_not_looked_at),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
