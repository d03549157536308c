/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <allheaders.h>

#include "strip.h"

#define GLYPH 26
#define MOST 16

static struct zong_arena arena;
static PIX *page;

static int setup(void **state)
{
	(void)state;
	page = pixCreate(1200, 1000, 1);
	return page ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	zong_arena_release(&arena);
	return 0;
}

/* Letters are squares that do not touch. */
static void row(int x, int y, int size, int count)
{
	int i;

	for (i = 0; i < count; i++)
		pixRasterop(page, x + i * size * 5 / 4, y, size, size, PIX_SET, NULL, 0, 0);
}

static size_t find(const struct zong_strip *cover, size_t covers, struct zong_strip **ret_strips)
{
	size_t count = 0;

	assert_int_equal(
		zong_strip_find(page, GLYPH, cover, covers, MOST, &arena, ret_strips, &count), 0);
	return count;
}

static void a_large_row_that_nobody_read_is_found(void **state)
{
	struct zong_strip *strip;

	(void)state;
	row(100, 200, GLYPH, 20);
	row(300, 100, 48, 7);
	row(100, 300, GLYPH, 20);
	assert_int_equal(find(NULL, 0, &strip), 1);
	assert_in_range(strip->left, 296, 300);
	assert_in_range(strip->top, 96, 100);
	assert_in_range(strip->right, 300 + 6 * 60 + 48, 300 + 6 * 60 + 52);
	assert_in_range(strip->bottom, 148, 152);
}

static void letters_set_wide_are_one_row(void **state)
{
	struct zong_strip *strip;
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		row(200 + i * (48 + GLYPH), 100, 48, 1);
	assert_int_equal(find(NULL, 0, &strip), 1);
	assert_true(strip->right - strip->left > 3 * (48 + GLYPH));
}

static void what_has_been_read_is_not_read_again(void **state)
{
	const struct zong_strip all[] = {{290, 90, 730, 160}}, half[] = {{290, 90, 500, 160}};
	struct zong_strip *strip;

	(void)state;
	row(300, 100, 48, 7);
	assert_int_equal(find(all, 1, &strip), 0);
	assert_int_equal(find(half, 1, &strip), 1);
	assert_true(strip->left < 302);
}

static void a_cover_may_lie_outside_of_the_page(void **state)
{
	const struct zong_strip cover[] = {{-50, -50, 5000, 5000}};
	struct zong_strip *strip;

	(void)state;
	row(300, 100, 48, 7);
	assert_int_equal(find(cover, 1, &strip), 0);
}

static void rules_frames_dust_and_single_spots_are_no_rows(void **state)
{
	struct zong_strip *strip;
	int i;

	(void)state;
	pixRasterop(page, 50, 50, 1100, 6, PIX_SET, NULL, 0, 0);
	pixRasterop(page, 50, 50, 6, 900, PIX_SET, NULL, 0, 0);
	pixRasterop(page, 400, 400, 300, 200, PIX_SET, NULL, 0, 0);
	pixRasterop(page, 900, 800, 60, 60, PIX_SET, NULL, 0, 0);
	for (i = 0; i < 300; i++)
		pixRasterop(
			page, 100 + i * 37 % 1000, 700 + i * 53 % 90, 2, 2, PIX_SET, NULL, 0, 0);
	assert_int_equal(find(NULL, 0, &strip), 0);
}

static void there_are_never_more_than_asked_for_and_they_come_from_the_top_down(void **state)
{
	struct zong_strip *strip;
	int i, j;

	(void)state;
	for (i = 0; i < 14; i++)
		for (j = 0; j < 4; j++)
			row(20 + j * 300, 20 + i * 70, 40, 3);
	assert_int_equal(find(NULL, 0, &strip), MOST);
	for (i = 1; i < MOST; i++)
		assert_true(strip[i].top >= strip[i - 1].top);
}

static void a_strip_is_cut_with_room_and_its_place_is_told(void **state)
{
	const struct zong_strip middle = {300, 100, 708, 148}, corner = {0, 0, 408, 48};
	const struct zong_strip end = {1190, 952, 1200, 1000};
	double scale = zong_strip_scale(&middle);
	double x, y, room;
	l_uint32 paper;
	PIX *cut;

	(void)state;
	row(300, 100, 48, 7);
	cut = zong_strip_cut(page, &middle, scale, &x, &y);
	assert_non_null(cut);
	assert_int_equal(pixGetDepth(cut), 8);
	room = ZONG_STRIP_ROOM / scale;
	assert_true(x + room >= 280 && x + room <= 295);
	assert_true(y + room >= 80 && y + room <= 95);
	assert_in_range((int)(48 * scale), 30, 40);
	assert_in_range(pixGetHeight(cut) - 2 * ZONG_STRIP_ROOM, 38, 60);
	pixGetPixel(cut, 0, 0, &paper);
	assert_int_equal(paper, 255);
	pixDestroy(&cut);
	cut = zong_strip_cut(page, &corner, zong_strip_scale(&corner), &x, &y);
	assert_non_null(cut);
	room = ZONG_STRIP_ROOM / zong_strip_scale(&corner);
	assert_true(fabs(x + room) < 0.001 && fabs(y + room) < 0.001);
	pixDestroy(&cut);
	cut = zong_strip_cut(page, &end, zong_strip_scale(&end), &x, &y);
	assert_non_null(cut);
	pixDestroy(&cut);
}

static void the_pattern_of_the_paper_goes_from_a_strip_that_is_cut(void **state)
{
	const struct zong_strip strip = {100, 100, 400, 130};
	PIX *grey = pixCreate(600, 300, 8), *cut;
	double x, y;
	l_uint32 pattern, letter;
	int i;

	(void)state;
	pixSetAllArbitrary(grey, 220);
	for (i = 0; i < 300; i += 6)
		pixSetInRectArbitrary(grey, &(BOX){100 + i, 100, 2, 30, 0}, 195);
	pixSetInRectArbitrary(grey, &(BOX){110, 105, 20, 20, 0}, 60);
	cut = zong_strip_cut(grey, &strip, 1, &x, &y);
	assert_non_null(cut);
	pixGetPixel(cut, (l_int32)(300 - x), (l_int32)(110 - y), &pattern);
	pixGetPixel(cut, (l_int32)(120 - x), (l_int32)(115 - y), &letter);
	assert_int_equal(pattern, 255);
	assert_true(letter < 60);
	pixGetPixel(grey, 300, 110, &pattern); /* the page itself stays */
	pixGetPixel(grey, 120, 115, &letter);
	assert_int_equal(letter, 60);
	assert_true(pattern < 255);
	pixDestroy(&cut);
	pixDestroy(&grey);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_large_row_that_nobody_read_is_found),
		TEST(letters_set_wide_are_one_row),
		TEST(what_has_been_read_is_not_read_again),
		TEST(a_cover_may_lie_outside_of_the_page),
		TEST(rules_frames_dust_and_single_spots_are_no_rows),
		TEST(there_are_never_more_than_asked_for_and_they_come_from_the_top_down),
		TEST(a_strip_is_cut_with_room_and_its_place_is_told),
		TEST(the_pattern_of_the_paper_goes_from_a_strip_that_is_cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
