/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <png.h>

#include <zong/error.h>
#include <zong/file.h>

#include "sample.h"

static struct zong_raster raster;
static struct zong_page page;
static int fd;

static int setup(void **state)
{
	(void)state;
	page = (struct zong_page)ZONG_PAGE_INIT;
	raster = (struct zong_raster)ZONG_RASTER_INIT;
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

static void every_colour_and_depth_comes_back_as_it_was(void **state)
{
	static const uint8_t forms[][2] = {{1, 1}, {1, 8}, {3, 8}};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct zong_digest expected, got;
		int one;

		sample_pattern(101, 57, forms[i][0], forms[i][1], &raster);
		one = sample_png(&raster);
		sample_digest(one, 1, &got);
		close(one);
		sample_raster_digest(&raster, &expected);
		assert_memory_equal(&got, &expected, sizeof(got));
		zong_raster_release(&raster);
	}
	fd = -1;
}

/* What png_image cannot write and the renderer does not: 16 bit, alpha, interlaced. */
static int write_png(int bits, int colour, int interlace, const uint8_t *rows, size_t stride)
{
	int out = memfd_create("png", MFD_CLOEXEC);
	FILE *stream = fdopen(dup(out), "wb");
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_bytep row[8];
	int y;

	assert_non_null(stream);
	for (y = 0; y < 8; y++)
		row[y] = (png_bytep)(uintptr_t)(rows + stride * (size_t)y);
	png_init_io(png, stream);
	png_set_IHDR(png, info, 8, 8, bits, colour, interlace, 0, 0);
	png_set_pHYs(png, info, 11811, 5906, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	png_write_image(png, row);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	fclose(stream);
	return out;
}

static void sixteen_bits_become_eight_and_resolution_is_read(void **state)
{
	uint8_t rows[8][16];

	(void)state;
	memset(rows, 0x77, sizeof(rows));
	fd = write_png(16, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, rows[0], 16);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(page.bits, 16);
	assert_int_equal(page.raster.channels, 1);
	assert_int_equal(page.raster.data[63], 0x77);
	assert_float_equal(page.dpi_x, 300, 0.1f);
	assert_float_equal(page.dpi_y, 150, 0.1f);
}

static void what_is_transparent_lies_on_white(void **state)
{
	uint8_t rows[8][32];
	int x, y;

	(void)state;
	for (y = 0; y < 8; y++)
		for (x = 0; x < 8; x++)
			memcpy(&rows[y][4 * x], x < 4 ? "\xff\0\0\0" : "\xff\0\0\x80", 4);
	fd = write_png(8, PNG_COLOR_TYPE_RGBA, PNG_INTERLACE_ADAM7, rows[0], 32);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	assert_int_equal(page.raster.channels, 3);
	assert_memory_equal(page.raster.data, "\xff\xff\xff", 3);
	assert_memory_equal(page.raster.data + 12, "\xff\x7f\x7f", 3);
}

static void a_file_cut_in_half_is_damaged(void **state)
{
	(void)state;
	sample_text(600, 400, 24, sample_lines, &raster);
	fd = sample_png(&raster);
	assert_int_equal(ftruncate(fd, lseek(fd, 0, SEEK_END) / 2), 0);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
	assert_int_equal(ftruncate(fd, 20), 0);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
}

static void a_page_too_big_says_so(void **state)
{
	/* 60000 x 60000, each chunk with its check sum */
	static const char bytes[] = "\x89PNG\r\n\x1a\n"
				    "\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x01\0\0\0\0"
				    "\xa8\xa9\x48\xef"
				    "\0\0\0\0IDAT\x35\xaf\x06\x1e";

	(void)state;
	fd = sample_file(bytes, sizeof(bytes) - 1);
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EPIXELS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_colour_and_depth_comes_back_as_it_was),
		TEST(sixteen_bits_become_eight_and_resolution_is_read),
		TEST(what_is_transparent_lies_on_white),
		TEST(a_file_cut_in_half_is_damaged),
		TEST(a_page_too_big_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
