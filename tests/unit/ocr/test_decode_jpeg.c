/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample.h"

static struct zong_raster raster;
static struct zong_page page;
static int fd;

static int setup(void **state)
{
	(void)state;
	page = (struct zong_page)ZONG_PAGE_INIT;
	sample_text(600, 400, 24, sample_lines, &raster);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	zong_raster_release(&page.raster);
	close(fd);
	return 0;
}

static double apart(const struct zong_raster *a, const struct zong_raster *b)
{
	size_t i, len = a->stride * a->height;
	double sum = 0;

	assert_int_equal(a->width, b->width);
	assert_int_equal(a->height, b->height);
	assert_int_equal(a->channels, b->channels);
	for (i = 0; i < len; i++)
		sum += abs(a->data[i] - b->data[i]);
	return sum / (double)len;
}

static void a_grey_jpeg_is_decoded_with_its_resolution(void **state)
{
	(void)state;
	fd = sample_jpeg(&raster, 95, 0);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_true(apart(&page.raster, &raster) < 2);
	assert_float_equal(page.dpi_x, 300, 0.01f);
	assert_float_equal(page.dpi_y, 200, 0.01f);
	assert_int_equal(page.bits, 8);
}

static void the_orientation_of_a_camera_is_followed(void **state)
{
	(void)state;
	/* the camera was turned: what it stored has to be turned by a quarter clockwise */
	assert_int_equal(zong_raster_orient(&raster, 8), 0);
	fd = sample_jpeg(&raster, 95, 6);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(zong_raster_orient(&raster, 6), 0);
	assert_true(apart(&page.raster, &raster) < 2);
	assert_float_equal(page.dpi_x, 200, 0.01f);
}

static void a_file_that_ends_early_is_damaged_and_one_without_its_last_bytes_is_not(void **state)
{
	off_t len;

	(void)state;
	fd = sample_jpeg(&raster, 95, 0);
	len = lseek(fd, 0, SEEK_END);
	assert_int_equal(ftruncate(fd, len - 2), 0);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(ftruncate(fd, len / 2), 0);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
	assert_int_equal(ftruncate(fd, 30), 0);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
}

static void a_page_too_big_says_so(void **state)
{
	uint8_t bytes[4096];
	ssize_t len, i;

	(void)state;
	fd = sample_jpeg(&raster, 10, 0);
	len = pread(fd, bytes, sizeof(bytes), 0);
	for (i = 0; i + 9 < len; i++) {
		if (bytes[i] == 0xff && bytes[i + 1] == 0xc0) {
			assert_int_equal(pwrite(fd, "\xff\x00\xff\x00", 4, i + 5), 4);
			break;
		}
	}
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EPIXELS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_grey_jpeg_is_decoded_with_its_resolution),
		TEST(the_orientation_of_a_camera_is_followed),
		TEST(a_file_that_ends_early_is_damaged_and_one_without_its_last_bytes_is_not),
		TEST(a_page_too_big_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
