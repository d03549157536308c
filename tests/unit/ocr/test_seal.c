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

/* ---- grey ---- */

#define GREY 0x6a
#define INK 0x18
#define PAPER 0xe8

static PIX *grey;

static int setup_grey(void **state)
{
	int i;

	(void)state;
	grey = pixCreate(1240, 1754, 8);
	pixSetAllArbitrary(grey, PAPER);
	for (i = 0; grey && i < 30; i++) /* lines of writing */
		pixSetInRectArbitrary(grey, &(BOX){100, 100 + 30 * i, 1000, 5, 0}, INK);
	return grey ? 0 : -1;
}

static int teardown_grey(void **state)
{
	(void)state;
	pixDestroy(&grey);
	return 0;
}

static void grey_bar(int x, int y, int width, int height, l_uint32 level)
{
	pixSetInRectArbitrary(grey, &(BOX){x, y, width, height, 0}, level);
}

/* Of @share of the whole round. */
static void grey_ring(int x, int y, int radius, int thick, double share)
{
	int i, j;

	for (j = -radius; j <= radius; j++)
		for (i = -radius; i <= radius; i++)
			if (hypot(i, j) <= radius && hypot(i, j) >= radius - thick &&
				(atan2(j, i) + M_PI) / (2 * M_PI) <= share)
				pixSetPixel(grey, x + i, y + j, GREY);
}

static int grey_of(int x, int y)
{
	l_uint32 value;

	pixGetPixel(grey, x, y, &value);
	return (int)value;
}

static void a_grey_seal_becomes_white_and_the_ink_under_it_stays(void **state)
{
	(void)state;
	grey_ring(800, 1300, 120, 12, 0.9);
	grey_ring(800, 1300, 40, 40, 1);
	grey_bar(650, 1295, 300, 10, INK);
	assert_int_equal(zong_seal_whiten_grey(grey), 1);
	assert_true(grey_of(800, 1186) >= 0xf0); /* the ring */
	assert_true(grey_of(800, 1270) >= 0xf0); /* the star */
	assert_true(grey_of(800, 1291) >= 0xf0); /* the star beside the ink */
	assert_true(grey_of(800, 1300) <= INK);
	assert_true(grey_of(660, 1300) <= INK);
	assert_int_equal(grey_of(200, 1600), PAPER);
	assert_int_equal(grey_of(200, 102), INK);
}

static void grey_that_is_no_ring_stays(void **state)
{
	PIX *before;
	l_int32 same = 0, i, j;

	(void)state;
	grey_bar(100, 1100, 200, 200, GREY); /* a field of a form */
	grey_bar(500, 1100, 200, 6, GREY);   /* a frame */
	grey_bar(500, 1294, 200, 6, GREY);
	grey_bar(500, 1100, 6, 200, GREY);
	grey_bar(694, 1100, 6, 200, GREY);
	grey_ring(950, 1200, 100, 12, 0.5); /* half a ring */
	for (j = 0; j < 8; j++)		    /* large grey letters */
		for (i = 0; i < 8; i++)
			grey_bar(100 + 25 * i, 1400 + 25 * j, 18, 18, GREY);
	before = pixCopy(NULL, grey);
	assert_int_equal(zong_seal_whiten_grey(grey), 0);
	pixEqual(before, grey, &same);
	pixDestroy(&before);
	assert_int_equal(same, 1);
}

static void a_seal_as_dark_as_the_ink_stays(void **state)
{
	(void)state;
	grey_ring(800, 1300, 120, 12, 1);
	grey_bar(100, 100, 1000, 900, GREY - ZONG_SEAL_GREY_LEAST + 5);
	assert_int_equal(zong_seal_whiten_grey(grey), 0);
	assert_int_equal(grey_of(800, 1186), GREY);
}

static void small_and_empty_pages_have_no_seal(void **state)
{
	PIX *tiny = pixCreate(3, 3, 8);

	(void)state;
	assert_int_equal(zong_seal_whiten_grey(tiny), 0);
	pixDestroy(&tiny);
	pixSetAllArbitrary(grey, PAPER);
	assert_int_equal(zong_seal_whiten_grey(grey), 0);
}

int main(void)
{
#define GREY_TEST(name) cmocka_unit_test_setup_teardown(name, setup_grey, teardown_grey)
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_round_seal_becomes_light_and_the_black_under_it_stays),
		TEST(a_red_heading_and_a_red_line_stay_red),
		TEST(a_page_without_red_is_not_touched),
		GREY_TEST(a_grey_seal_becomes_white_and_the_ink_under_it_stays),
		GREY_TEST(grey_that_is_no_ring_stays),
		GREY_TEST(a_seal_as_dark_as_the_ink_stays),
		GREY_TEST(small_and_empty_pages_have_no_seal),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
