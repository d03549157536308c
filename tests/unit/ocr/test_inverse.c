/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <allheaders.h>

#include "inverse.h"
#include "sample.h"

#define WIDTH 1240 /* A4 at 150 dpi */
#define HEIGHT 1754
#define TOP 1000 /* of the block, which is below the writing */
#define LEFT 200
#define BLOCK_WIDTH 700
#define BLOCK_HEIGHT 90

static PIX *page, *before;

static int setup(void **state)
{
	struct zong_raster raster;

	(void)state;
	sample_text(WIDTH, HEIGHT, 24, sample_lines, &raster);
	page = zong_raster_to_pix(&raster);
	zong_raster_release(&raster);
	before = page ? pixCopy(NULL, page) : NULL;
	return before ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pixDestroy(&page);
	pixDestroy(&before);
	return 0;
}

/* A block of the page black, what stands in it white. */
static void turn_block(PIX *pix, int left, int top, int width, int height)
{
	PIX *part = pixCreate(width, height, pixGetDepth(pix));

	assert_non_null(part);
	pixRasterop(part, 0, 0, width, height, PIX_NOT(PIX_SRC), pix, left, top);
	pixRasterop(pix, left, top, width, height, PIX_SRC, part, 0, 0);
	pixDestroy(&part);
}

/* Pixels of the page that are not as they were before, once both are black and white. */
static int differing(void)
{
	PIX *a = pixGetDepth(page) == 8 ? pixThresholdToBinary(page, 128) : pixClone(page);
	PIX *b = pixGetDepth(before) == 8 ? pixThresholdToBinary(before, 128) : pixClone(before);
	l_int32 count = -1;

	pixXor(a, a, b);
	pixCountPixels(a, &count, NULL);
	pixDestroy(&a);
	pixDestroy(&b);
	return count;
}

static void to_bilevel(PIX **pix)
{
	PIX *bilevel = pixThresholdToBinary(*pix, 128);

	pixDestroy(pix);
	*pix = bilevel;
}

/* All but a rim of a few pixels, as the map is coarser than the page. */
#define ROOM (4 * 8 * (BLOCK_WIDTH + BLOCK_HEIGHT))

static void a_block_of_the_writing_is_read_again_as_before(void **state)
{
	(void)state;
	turn_block(page, 100, 100, 900, 200);
	assert_int_equal(zong_inverse_turn(page), 1);
	assert_in_range(differing(), 0, ROOM);
}

static void a_black_row_without_writing_becomes_paper(void **state)
{
	(void)state;
	turn_block(page, LEFT, TOP, BLOCK_WIDTH, BLOCK_HEIGHT);
	assert_int_equal(zong_inverse_turn(page), 1);
	assert_in_range(differing(), 0, ROOM);
}

/* A ruled line runs along the block, so near that it is closed with it. */
static void the_paper_between_a_block_and_a_rule_stays_white(void **state)
{
	l_uint32 value;
	int x;

	(void)state;
	turn_block(page, LEFT, TOP, BLOCK_WIDTH, BLOCK_HEIGHT);
	for (x = LEFT - 50; x < LEFT + BLOCK_WIDTH + 50; x++) {
		pixSetPixel(page, x, TOP - 6, 0);
		pixSetPixel(page, x, TOP - 7, 0);
		pixSetPixel(before, x, TOP - 6, 0);
		pixSetPixel(before, x, TOP - 7, 0);
	}
	assert_int_equal(zong_inverse_turn(page), 1);
	for (x = LEFT + 20; x < LEFT + BLOCK_WIDTH - 20; x += 20) {
		pixGetPixel(page, x, TOP - 4, &value);
		assert_int_equal(value, 255);
		pixGetPixel(page, x, TOP - 6, &value);
		assert_int_equal(value, 0);
	}
	assert_in_range(differing(), 0, ROOM);
}

static void a_dark_scan_is_no_light_writing_on_dark(void **state)
{
	(void)state;
	pixMultConstantGray(page, 0.4f);
	assert_false(zong_inverse_turn_page(page));
	pixInvert(before, before);
	assert_true(zong_inverse_turn_page(before));
	assert_false(zong_inverse_turn_page(before));
	to_bilevel(&before);
	assert_false(zong_inverse_turn_page(before));
	pixInvert(before, before);
	assert_true(zong_inverse_turn_page(before));
}

static void bilevel_pages_too(void **state)
{
	(void)state;
	to_bilevel(&page);
	turn_block(page, 100, 100, 900, 200);
	assert_int_equal(zong_inverse_turn(page), 1);
	assert_in_range(differing(), 0, ROOM);
}

static void black_on_white_is_left_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(zong_inverse_turn(page), 0);
	assert_true(differing() == 0);
	to_bilevel(&page);
	assert_int_equal(zong_inverse_turn(page), 0);
	assert_true(differing() == 0);
}

static void a_bold_title_is_no_block(void **state)
{
	static const char *const title[] = {"不动产登记申请书存量房买卖合同", NULL};
	struct zong_raster raster;

	(void)state;
	pixDestroy(&page);
	pixDestroy(&before);
	sample_text(WIDTH, HEIGHT, 60, title, &raster);
	page = zong_raster_to_pix(&raster);
	zong_raster_release(&raster);
	assert_non_null(page);
	before = pixErodeGray(page, 3, 3); /* bold */
	pixDestroy(&page);
	page = pixCopy(NULL, before);
	assert_int_equal(zong_inverse_turn(page), 0);
	assert_true(differing() == 0);
}

static void dark_edges_and_small_squares_are_no_blocks(void **state)
{
	(void)state;
	turn_block(page, 0, 0, 40, HEIGHT);
	turn_block(page, 0, 1200, WIDTH, HEIGHT - 1200);
	turn_block(page, 600, TOP, 60, 60);
	pixDestroy(&before);
	before = pixCopy(NULL, page);
	assert_int_equal(zong_inverse_turn(page), 0);
	assert_true(differing() == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_block_of_the_writing_is_read_again_as_before),
		TEST(a_black_row_without_writing_becomes_paper),
		TEST(the_paper_between_a_block_and_a_rule_stays_white),
		TEST(a_dark_scan_is_no_light_writing_on_dark),
		TEST(bilevel_pages_too),
		TEST(black_on_white_is_left_as_it_is),
		TEST(a_bold_title_is_no_block),
		TEST(dark_edges_and_small_squares_are_no_blocks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
