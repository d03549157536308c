/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "seal.h"

#define RED 0xd0303000
#define BLACK 0x20202000

static PIX *page;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(1240, 1754, 32);
	pixSetAll(page);
	return page ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	return 0;
}

static void ring(int x, int y, int radius, int thick)
{
	int i, j;

	for (j = -radius; j <= radius; j++)
		for (i = -radius; i <= radius; i++)
			if (hypot(i, j) <= radius && hypot(i, j) >= radius - thick)
				pixSetPixel(page, x + i, y + j, RED);
}

static void bar(int x, int y, int width, int height, l_uint32 colour)
{
	int i, j;

	for (j = 0; j < height; j++)
		for (i = 0; i < width; i++)
			pixSetPixel(page, x + i, y + j, colour);
}

static int red_of(int x, int y)
{
	l_uint32 value;

	pixGetPixel(page, x, y, &value);
	return (int)(value >> 24);
}

static int green_of(int x, int y)
{
	l_uint32 value;

	pixGetPixel(page, x, y, &value);
	return (int)(value >> 16 & 255);
}

static void a_round_seal_becomes_light_and_the_black_under_it_stays(void **state)
{
	(void)state;
	ring(800, 1300, 120, 12);
	ring(800, 1300, 40, 40);
	bar(650, 1295, 300, 10, BLACK);
	assert_true(zong_seal_whiten(page) >= 1);
	assert_true(green_of(800, 1185) >= 0xd0); /* the ring */
	assert_true(green_of(800, 1270) >= 0xd0); /* the star */
	assert_int_equal(red_of(800, 1300), 0x20);
	assert_int_equal(red_of(660, 1300), 0x20);
}

static void a_red_heading_and_a_red_line_stay_red(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 14; i++)
		bar(150 + 65 * i, 120, 50, 55, RED);
	bar(100, 240, 1040, 6, RED);
	assert_int_equal(zong_seal_whiten(page), 0);
	assert_int_equal(green_of(160, 130), 0x30);
	assert_int_equal(green_of(500, 243), 0x30);
}

static void a_page_without_red_is_not_touched(void **state)
{
	PIX *before = pixCopy(NULL, page);
	l_int32 same = 0;

	(void)state;
	bar(100, 100, 1000, 40, BLACK);
	pixDestroy(&before);
	before = pixCopy(NULL, page);
	assert_int_equal(zong_seal_whiten(page), 0);
	pixEqual(before, page, &same);
	assert_int_equal(same, 1);
	pixDestroy(&before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_round_seal_becomes_light_and_the_black_under_it_stays),
		TEST(a_red_heading_and_a_red_line_stay_red),
		TEST(a_page_without_red_is_not_touched),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
