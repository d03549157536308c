/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>

#include "render.h"
#include "sample.h"

static struct zong_buf png;
static struct zong_raster raster;
static struct zong_page page;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&png, 1 << 22);
	page = (struct zong_page)ZONG_PAGE_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&png);
	zong_raster_release(&raster);
	zong_raster_release(&page.raster);
	return 0;
}

static void decode_png(void)
{
	int fd = sample_file(png.data, png.len);

	assert_int_equal(sample_decode(fd, 1, &page), 0);
	close(fd);
}

static void a_page_is_rendered_as_it_is_with_its_resolution(void **state)
{
	struct zong_digest expected, got;

	(void)state;
	sample_pattern(333, 222, 3, 8, &raster);
	assert_int_equal(zong_render_png(&raster, 0, 300, 150, &png), 0);
	decode_png();
	assert_float_equal(page.dpi_x, 300, 0.1f);
	assert_float_equal(page.dpi_y, 150, 0.1f);
	sample_raster_digest(&page.raster, &got);
	sample_raster_digest(&raster, &expected);
	assert_memory_equal(&got, &expected, sizeof(got));
}

static void a_narrower_page_keeps_its_shape_and_is_never_enlarged(void **state)
{
	(void)state;
	sample_pattern(1000, 500, 1, 8, &raster);
	assert_int_equal(zong_render_png(&raster, 100, 300, 300, &png), 0);
	decode_png();
	assert_int_equal(page.raster.width, 100);
	assert_int_equal(page.raster.height, 50);
	assert_float_equal(page.dpi_x, 30, 0.1f);
	zong_raster_release(&page.raster);
	zong_buf_clear(&png);
	assert_int_equal(zong_render_png(&raster, 5000, 0, 0, &png), 0);
	decode_png();
	assert_int_equal(page.raster.width, 1000);
	assert_float_equal(page.dpi_x, 0, 0);
}

static void bilevel_made_smaller_becomes_the_mean(void **state)
{
	uint32_t x, y;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 64, 64, 1, 1), 0);
	for (y = 0; y < 64; y++)
		for (x = 0; x < 8; x++)
			zong_raster_row(&raster, y)[x] = 0x55;
	assert_int_equal(zong_render_png(&raster, 16, 0, 0, &png), 0);
	decode_png();
	assert_int_equal(page.raster.bits, 8);
	assert_in_range(page.raster.data[100], 127, 128);
}

static void a_page_a_line_high_survives(void **state)
{
	(void)state;
	sample_pattern(1000, 1, 1, 8, &raster);
	assert_int_equal(zong_render_png(&raster, 10, 0, 0, &png), 0);
	decode_png();
	assert_int_equal(page.raster.height, 1);
}

static void a_picture_longer_than_allowed_is_refused(void **state)
{
	(void)state;
	sample_pattern(300, 300, 3, 8, &raster);
	png.max = 100;
	assert_int_equal(zong_render_png(&raster, 0, 0, 0, &png), ZONG_ELIMIT);
}

/* The pixels of a part are those of the page at its place. */
static void expect_part(
	struct zong_box box, uint32_t left, uint32_t top, uint32_t width, uint32_t height)
{
	struct zong_raster part = zong_render_part(&raster, &box);
	size_t bits = (size_t)raster.bits * raster.channels;

	assert_int_equal(part.width, width);
	assert_int_equal(part.height, height);
	for (uint32_t y = 0; y < height; y++)
		assert_ptr_equal(zong_raster_row(&part, y),
			zong_raster_row(&raster, top + y) + left * bits / 8);
}

static void a_part_is_what_of_the_box_lies_on_the_page(void **state)
{
	(void)state;
	sample_pattern(100, 50, 3, 8, &raster);
	expect_part((struct zong_box){0, 0, 0, 0}, 0, 0, 100, 50);
	expect_part((struct zong_box){10, 20, 30, 5}, 10, 20, 30, 5);
	expect_part((struct zong_box){90, 45, 1000, UINT32_MAX - 45}, 90, 45, 10, 5);
	expect_part((struct zong_box){100, 4000, 7, 7}, 99, 49, 1, 1);
}

static void a_part_of_a_bilevel_page_begins_where_a_byte_does(void **state)
{
	struct zong_raster part;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 64, 8, 1, 1), 0);
	zong_raster_row(&raster, 3)[2] = 0x0f;
	expect_part((struct zong_box){19, 3, 10, 2}, 16, 3, 13, 2);
	part = zong_render_part(&raster, &(struct zong_box){19, 3, 10, 2});
	assert_int_equal(zong_render_png(&part, 0, 0, 0, &png), 0);
	decode_png();
	assert_int_equal(page.raster.width, 13);
	assert_int_equal(page.raster.height, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_page_is_rendered_as_it_is_with_its_resolution),
		TEST(a_narrower_page_keeps_its_shape_and_is_never_enlarged),
		TEST(bilevel_made_smaller_becomes_the_mean),
		TEST(a_page_a_line_high_survives),
		TEST(a_part_is_what_of_the_box_lies_on_the_page),
		TEST(a_part_of_a_bilevel_page_begins_where_a_byte_does),
		TEST(a_picture_longer_than_allowed_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
