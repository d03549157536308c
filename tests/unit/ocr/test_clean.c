/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <allheaders.h>

#include "clean.h"
#include "sample.h"

#define WIDTH 1240 /* A4 at 150 dpi */
#define HEIGHT 1754

static struct zong_raster raster;
static struct zong_cleaned cleaned;
static struct zong_buf steps;

static int setup(void **state)
{
	(void)state;
	assert_int_equal(zong_raster_init(&raster, WIDTH, HEIGHT, 1, 8), 0);
	cleaned = (struct zong_cleaned){0};
	zong_buf_init(&steps, 1000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	zong_cleaned_release(&cleaned);
	zong_buf_release(&steps);
	return 0;
}

static bool blank(void)
{
	bool is_blank = false;

	assert_int_equal(zong_clean_is_blank(&raster, &is_blank), 0);
	return is_blank;
}

static void spot(uint32_t x, uint32_t y, uint32_t size, uint8_t grey)
{
	uint32_t i;

	for (i = 0; i < size; i++)
		memset(zong_raster_row(&raster, y + i) + x, grey, size);
}

static void an_empty_page_of_any_grey_is_blank(void **state)
{
	static const uint8_t greys[] = {255, 230, 128, 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(greys); i++) {
		memset(raster.data, greys[i], raster.stride * HEIGHT);
		assert_true(blank());
	}
}

static void dust_a_shadow_and_a_dark_edge_are_nothing(void **state)
{
	uint32_t x, y;
	unsigned int i;

	(void)state;
	srand(7);
	/* darker to the left, as near the spine of a book */
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			zong_raster_row(&raster, y)[x] =
				(uint8_t)(x < 200 ? 180 + x / 4 : 230 + (unsigned int)rand() % 16);
	for (y = 0; y < HEIGHT; y++)
		memset(zong_raster_row(&raster, y), 20, 10);
	for (i = 0; i < 300; i++)
		spot(50 + (uint32_t)rand() % 1100, 50 + (uint32_t)rand() % 1600,
			1 + (uint32_t)rand() % 4, 90);
	assert_true(blank());
}

static void a_few_words_are_not_blank(void **state)
{
	static const char *const few[] = {"此页无正文", NULL};

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 20, few, &raster);
	assert_false(blank());
	zong_raster_reduce(&raster);
	assert_false(blank());
}

static void faint_writing_is_not_blank(void **state)
{
	size_t i;

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 22, sample_lines, &raster);
	for (i = 0; i < raster.stride * HEIGHT; i++)
		raster.data[i] = (uint8_t)(140 + raster.data[i] * 90 / 255);
	assert_false(blank());
}

static void very_faint_writing_is_made_dark(void **state)
{
	l_uint32 darkest;
	size_t i;

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 22, sample_lines, &raster);
	for (i = 0; i < raster.stride * HEIGHT; i++)
		raster.data[i] = (uint8_t)(212 + raster.data[i] * 38 / 255);
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_false(cleaned.blank);
	assert_non_null(strstr(zong_buf_str(&steps), "faint ink darkened"));
	assert_int_equal(pixGetRankValue(cleaned.pix, 1, 0.001f, &darkest), 0);
	assert_true(darkest < 60);
}

static void a_row_white_on_black_is_turned_over(void **state)
{
	uint32_t x, y;

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 22, sample_lines, &raster);
	for (y = 900; y < 980; y++)
		for (x = 200; x < 1000; x++)
			zong_raster_row(&raster, y)[x] =
				(uint8_t)(y % 40 > 28 && x % 24 > 12 ? 250 : 15);
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_non_null(strstr(zong_buf_str(&steps), "white on black turned over"));
}

static void a_blank_page_is_cleaned_to_blank(void **state)
{
	(void)state;
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_true(cleaned.blank);
}

static void light_letters_on_dark_are_turned_over(void **state)
{
	l_uint32 corner;
	size_t i;

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 26, sample_lines, &raster);
	for (i = 0; i < raster.stride * HEIGHT; i++)
		raster.data[i] = 255 - raster.data[i];
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_non_null(strstr(zong_buf_str(&steps), "turned over"));
	pixGetPixel(cleaned.pix, 5, 5, &corner);
	assert_int_equal(corner, 255);
}

static void a_page_that_is_good_is_left_alone(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 26, sample_lines, &raster);
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_string_equal(zong_buf_str(&steps), "");
	assert_float_equal((float)cleaned.scale, 1, 0);
	assert_int_equal(pixGetWidth(cleaned.pix), WIDTH);
}

static void small_and_large_letters_get_the_height_that_is_read_best(void **state)
{
	static const double sizes[] = {13, 60};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		zong_raster_release(&raster);
		sample_text(WIDTH * 2, HEIGHT, sizes[i], sample_lines, &raster);
		zong_cleaned_release(&cleaned);
		assert_int_equal(zong_clean(&raster, 0, 0, &cleaned, &steps), 0);
		assert_in_range((int)(cleaned.scale * sizes[i]), 22, 36);
	}
}

static void a_crooked_page_is_levelled_and_its_boxes_lead_back(void **state)
{
	PIX *pix, *crooked;
	struct zong_box box;
	uint32_t x, y;

	(void)state;
	zong_raster_release(&raster);
	sample_text(WIDTH, HEIGHT, 26, sample_lines, &raster);
	pix = zong_raster_to_pix(&raster);
	crooked = pixRotate(pix, 0.05f, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
	for (y = 0; y < HEIGHT; y++) {
		for (x = 0; x < WIDTH; x++) {
			l_uint32 value;

			pixGetPixel(crooked, (l_int32)x, (l_int32)y, &value);
			zong_raster_row(&raster, y)[x] = (uint8_t)value;
		}
	}
	pixDestroy(&pix);
	pixDestroy(&crooked);
	assert_int_equal(zong_clean(&raster, 150, 0, &cleaned, &steps), 0);
	assert_non_null(strstr(zong_buf_str(&steps), "skew"));
	assert_float_equal((float)cleaned.angle, -0.05f, 0.01f);
	/* a point far left and above the centre went up or down by 5 parts in a hundred of its way */
	box = zong_cleaned_box(&cleaned, 100, 100, 110, 110);
	assert_true(abs((int)box.x - 100 - (HEIGHT / 2 - 100) / 20) <= 10);
	assert_true(abs((int)box.y - 100 + (WIDTH / 2 - 100) / 20) <= 10);
}

static void the_boxes_of_a_turned_page_lead_back(void **state)
{
	/* the picture, twice as large, shows a box at 10,20 of 40 by 20 pixels of the turned page */
	static const struct zong_box expected[4] = {
		{10, 20, 40, 20},
		{20, 1650 - 10 - 40, 20, 40},
		{1230 - 10 - 40, 1650 - 20 - 20, 40, 20},
		{1230 - 20 - 20, 10, 20, 40},
	};
	unsigned int quarter;

	(void)state;
	for (quarter = 0; quarter < 4; quarter++) {
		struct zong_cleaned turned = {
			.quarter = quarter, .scale = 2, .page_width = 1230, .page_height = 1650};
		struct zong_box box = zong_cleaned_box(&turned, 20, 40, 100, 80);

		assert_memory_equal(&box, &expected[quarter], sizeof(box));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_page_of_any_grey_is_blank),
		TEST(dust_a_shadow_and_a_dark_edge_are_nothing),
		TEST(a_few_words_are_not_blank),
		TEST(faint_writing_is_not_blank),
		TEST(very_faint_writing_is_made_dark),
		TEST(a_row_white_on_black_is_turned_over),
		TEST(a_blank_page_is_cleaned_to_blank),
		TEST(light_letters_on_dark_are_turned_over),
		TEST(a_page_that_is_good_is_left_alone),
		TEST(small_and_large_letters_get_the_height_that_is_read_best),
		TEST(a_crooked_page_is_levelled_and_its_boxes_lead_back),
		TEST(the_boxes_of_a_turned_page_lead_back),
	};

	setMsgSeverity(L_SEVERITY_NONE);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
