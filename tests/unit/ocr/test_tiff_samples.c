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

#include <tiffio.h>

#include <zong/error.h>

#include "tiff_samples.h"

#define WIDTH 4

static struct zong_raster raster;

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	return 0;
}

/* A page of one row. */
struct row {
	uint16_t bits, count, photometric, format;
	int extra; /* EXTRASAMPLE_..., -1: none */
	const void *bytes;
	const uint16_t *palette; /* red, green, blue of 1 << bits each */
};

static int read_row(const struct row *row)
{
	int fd = memfd_create("row", MFD_CLOEXEC);
	TIFF *tiff = TIFFFdOpen(fd, "row", "w");
	uint16_t extra = (uint16_t)row->extra;
	size_t colours = (size_t)1 << row->bits % 16;
	int err;

	assert_non_null(tiff);
	TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, WIDTH);
	TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1);
	TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, row->bits);
	TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, row->count);
	TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, row->photometric);
	TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 1);
	if (row->format)
		TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, row->format);
	if (row->extra >= 0)
		TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
	if (row->palette)
		TIFFSetField(tiff, TIFFTAG_COLORMAP, row->palette, row->palette + colours,
			row->palette + 2 * colours);
	assert_int_equal(TIFFWriteScanline(tiff, (void *)(uintptr_t)row->bytes, 0, 0), 1);
	TIFFFlush(tiff);
	fd = dup(fd);
	TIFFClose(tiff);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	tiff = TIFFFdOpen(fd, "row", "r");
	assert_non_null(tiff);
	err = zong_tiff_samples(tiff, WIDTH, 1, &raster);
	TIFFClose(tiff);
	return err;
}

static void few_bits_are_spread_over_0_to_255(void **state)
{
	static const uint8_t two[] = {0, 85, 170, 255}, four[] = {0, 17, 136, 255};

	(void)state;
	assert_int_equal(
		read_row(&(struct row){2, 1, PHOTOMETRIC_MINISBLACK, 0, -1, "\x1b", NULL}), 0);
	assert_memory_equal(raster.data, two, WIDTH);
	zong_raster_release(&raster);
	assert_int_equal(
		read_row(&(struct row){4, 1, PHOTOMETRIC_MINISBLACK, 0, -1, "\x01\x8f", NULL}), 0);
	assert_memory_equal(raster.data, four, WIDTH);
}

static void white_zero_is_turned_over(void **state)
{
	(void)state;
	assert_int_equal(read_row(&(struct row){
				 8, 1, PHOTOMETRIC_MINISWHITE, 0, -1, "\x00\x01\xfe\xff", NULL}),
		0);
	assert_memory_equal(raster.data, "\xff\xfe\x01\x00", WIDTH);
}

static void twelve_and_sixteen_bits_keep_their_upper_eight(void **state)
{
	static const uint16_t wide[] = {0, 0x8080, 0x1212, 0xffff};

	(void)state;
	assert_int_equal(read_row(&(struct row){12, 1, PHOTOMETRIC_MINISBLACK, 0, -1,
				 "\x00\x08\x00\x12\x3f\xff", NULL}),
		0);
	assert_memory_equal(raster.data, "\x00\x80\x12\xff", WIDTH);
	zong_raster_release(&raster);
	assert_int_equal(
		read_row(&(struct row){16, 1, PHOTOMETRIC_MINISBLACK, 0, -1, wide, NULL}), 0);
	assert_memory_equal(raster.data, "\x00\x80\x12\xff", WIDTH);
}

static void samples_without_a_scale_go_from_the_darkest_to_the_lightest(void **state)
{
	static const float floats[] = {-5, 5, 0, -5}, customary[] = {0, 0.2f, 1, 0};
	static const int16_t shorts[] = {-300, 300, 0, -300};
	static const uint32_t longs[] = {1000000, 3000000, 2000000, 1000000};

	(void)state;
	assert_int_equal(read_row(&(struct row){32, 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP,
				 -1, floats, NULL}),
		0);
	assert_memory_equal(raster.data, "\x00\xff\x80\x00", WIDTH);
	zong_raster_release(&raster);
	assert_int_equal(read_row(&(struct row){32, 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP,
				 -1, customary, NULL}),
		0);
	assert_memory_equal(raster.data, "\x00\x33\xff\x00", WIDTH);
	zong_raster_release(&raster);
	assert_int_equal(read_row(&(struct row){16, 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_INT, -1,
				 shorts, NULL}),
		0);
	assert_memory_equal(raster.data, "\x00\xff\x80\x00", WIDTH);
	zong_raster_release(&raster);
	assert_int_equal(read_row(&(struct row){32, 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_UINT,
				 -1, longs, NULL}),
		0);
	assert_memory_equal(raster.data, "\x00\xff\x80\x00", WIDTH);
}

static void a_palette_gives_its_colours(void **state)
{
	static const uint16_t palette[12] = {
		0xff00, 0, 0, 0x8000, 0, 0xff00, 0, 0x8000, 0, 0, 0xff00, 0x8000};
	static const uint16_t short_palette[12] = {
		0xff, 0, 0, 0x80, 0, 0xff, 0, 0x80, 0, 0, 0xff, 0x80};
	static const uint8_t colours[] = "\xff\0\0\0\xff\0\0\0\xff\x80\x80\x80";

	(void)state;
	assert_int_equal(
		read_row(&(struct row){2, 1, PHOTOMETRIC_PALETTE, 0, -1, "\x1b", palette}), 0);
	assert_int_equal(raster.channels, 3);
	assert_memory_equal(raster.data, colours, 12);
	zong_raster_release(&raster);
	assert_int_equal(
		read_row(&(struct row){2, 1, PHOTOMETRIC_PALETTE, 0, -1, "\x1b", short_palette}),
		0);
	assert_memory_equal(raster.data, colours, 12);
}

static void cmyk_becomes_rgb(void **state)
{
	(void)state;
	assert_int_equal(read_row(&(struct row){8, 4, PHOTOMETRIC_SEPARATED, 0, -1,
				 "\0\0\0\0\xff\0\0\0\0\0\0\xff\0\xff\xff\0", NULL}),
		0);
	assert_memory_equal(raster.data, "\xff\xff\xff\0\xff\xff\0\0\0\xff\0\0", 12);
}

static void what_is_transparent_lies_on_white(void **state)
{
	(void)state;
	assert_int_equal(read_row(&(struct row){8, 2, PHOTOMETRIC_MINISBLACK, 0,
				 EXTRASAMPLE_UNASSALPHA, "\0\xff\0\0\x64\x80\xff\x10", NULL}),
		0);
	assert_int_equal(raster.data[0], 0);
	assert_int_equal(raster.data[1], 255);
	assert_in_range(raster.data[2], 176, 178);
	assert_int_equal(raster.data[3], 255);
	zong_raster_release(&raster);
	assert_int_equal(read_row(&(struct row){8, 2, PHOTOMETRIC_MINISBLACK, 0,
				 EXTRASAMPLE_ASSOCALPHA, "\0\xff\0\0\x32\x80\xff\xff", NULL}),
		0);
	assert_memory_equal(raster.data, "\0\xff\xb1\xff", 4);
}

static void samples_of_a_kind_nobody_writes_are_left_to_libtiff(void **state)
{
	(void)state;
	assert_int_equal(read_row(&(struct row){16, 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP,
				 -1, "\0\0\0\0\0\0\0\0", NULL}),
		ZONG_EMEDIA);
	assert_int_equal(read_row(&(struct row){8, 3, PHOTOMETRIC_CIELAB, 0, -1,
				 "\0\0\0\0\0\0\0\0\0\0\0\0", NULL}),
		ZONG_EMEDIA);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(few_bits_are_spread_over_0_to_255),
		TEST(white_zero_is_turned_over),
		TEST(twelve_and_sixteen_bits_keep_their_upper_eight),
		TEST(samples_without_a_scale_go_from_the_darkest_to_the_lightest),
		TEST(a_palette_gives_its_colours),
		TEST(cmyk_becomes_rgb),
		TEST(what_is_transparent_lies_on_white),
		TEST(samples_of_a_kind_nobody_writes_are_left_to_libtiff),
	};

	TIFFSetErrorHandler(NULL);
	TIFFSetWarningHandler(NULL);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
