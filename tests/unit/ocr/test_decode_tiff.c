/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <tiffio.h>

#include <zong/error.h>

#include "sample.h"

static struct zong_raster raster;
static struct zong_digest expected;

static int teardown(void **state)
{
	(void)state;
	zong_raster_release(&raster);
	return 0;
}

static void gives_the_same_raster(const struct sample_tiff *how)
{
	int fd = sample_tiff(&raster, how);
	struct zong_digest got;

	sample_digest(fd, 1, &got);
	close(fd);
	assert_memory_equal(&got, &expected, sizeof(got));
}

static void make(uint8_t channels, uint8_t bits)
{
	struct zong_raster copy;

	sample_pattern(150, 103, channels, bits, &raster);
	sample_pattern(150, 103, channels, bits, &copy);
	sample_raster_digest(&copy, &expected);
	zong_raster_release(&copy);
}

static void a_bilevel_page_is_the_same_in_every_compression(void **state)
{
	static const uint16_t compressions[] = {COMPRESSION_NONE, COMPRESSION_CCITTRLE,
		COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_ADOBE_DEFLATE};
	struct sample_tiff how = {0};
	size_t i;

	(void)state;
	make(1, 1);
	for (i = 0; i < sizeof(compressions) / sizeof(*compressions); i++) {
		how.compression = compressions[i];
		how.rows = i % 2 ? 16 : 0;
		how.photometric = PHOTOMETRIC_MINISWHITE;
		gives_the_same_raster(&how);
		how.photometric = PHOTOMETRIC_MINISBLACK;
		gives_the_same_raster(&how);
	}
}

static void grey_and_rgb_are_the_same_in_strips_tiles_planes_and_bigtiff(void **state)
{
	uint8_t channels;

	(void)state;
	for (channels = 1; channels <= 3; channels += 2) {
		make(channels, 8);
		gives_the_same_raster(&(struct sample_tiff){.photometric = PHOTOMETRIC_MINISBLACK});
		gives_the_same_raster(&(struct sample_tiff){.photometric = PHOTOMETRIC_MINISWHITE,
			.compression = COMPRESSION_LZW,
			.rows = 7});
		gives_the_same_raster(&(struct sample_tiff){.photometric = PHOTOMETRIC_MINISBLACK,
			.compression = COMPRESSION_ADOBE_DEFLATE,
			.tiled = true});
		gives_the_same_raster(
			&(struct sample_tiff){.photometric = PHOTOMETRIC_MINISBLACK, .big = true});
		if (channels == 3)
			gives_the_same_raster(&(struct sample_tiff){
				.planar = true, .compression = COMPRESSION_LZW});
		zong_raster_release(&raster);
	}
}

static void one_page_stored_in_eight_ways_is_one_page(void **state)
{
	/* stored so that the reader, following the tag, gets the page back */
	static const unsigned int inverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
	uint16_t orientation;

	(void)state;
	make(1, 1);
	for (orientation = 1; orientation <= 8; orientation++) {
		struct zong_page page = ZONG_PAGE_INIT;
		struct zong_raster stored;
		struct zong_digest got;
		int fd;

		sample_pattern(150, 103, 1, 1, &stored);
		assert_int_equal(zong_raster_orient(&stored, inverse[orientation]), 0);
		fd = sample_tiff(
			&stored, &(struct sample_tiff){.compression = COMPRESSION_CCITTFAX4,
					 .photometric = PHOTOMETRIC_MINISWHITE,
					 .orientation = orientation});
		assert_int_equal(sample_decode(fd, 1, &page), 0);
		assert_int_equal(page.raster.width, 150);
		assert_float_equal(page.dpi_x, orientation >= 5 ? 200 : 300, 0.01f);
		assert_float_equal(page.dpi_y, orientation >= 5 ? 300 : 200, 0.01f);
		sample_raster_digest(&page.raster, &got);
		assert_memory_equal(&got, &expected, sizeof(got));
		zong_raster_release(&page.raster);
		zong_raster_release(&stored);
		close(fd);
	}
}

static void every_page_of_a_file_can_be_had_in_any_order(void **state)
{
	struct sample_tiff how = {.compression = COMPRESSION_CCITTFAX4, .pages = 3};
	uint32_t page;
	int fd;

	(void)state;
	make(1, 1);
	how.photometric = PHOTOMETRIC_MINISWHITE;
	fd = sample_tiff(&raster, &how);
	for (page = 3; page >= 1; page--) {
		struct zong_digest got;

		sample_digest(fd, page, &got);
		assert_memory_equal(&got, &expected, sizeof(got));
	}
	close(fd);
}

static void a_page_of_which_much_is_lost_is_damaged_and_one_that_lost_a_row_is_not(void **state)
{
	static const char zeros[1500];
	struct zong_page page = ZONG_PAGE_INIT;
	off_t len;
	int fd;

	(void)state;
	make(3, 8);
	fd = sample_tiff(&raster, &(struct sample_tiff){.compression = COMPRESSION_LZW, .rows = 1});
	len = lseek(fd, 0, SEEK_END);
	assert_true(len > 2000);
	/* a strip a row: many rows destroyed, then one of 103 */
	assert_int_equal(pwrite(fd, zeros, sizeof(zeros), 8), (ssize_t)sizeof(zeros));
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
	close(fd);
	fd = sample_tiff(&raster, &(struct sample_tiff){.compression = COMPRESSION_LZW, .rows = 1});
	assert_int_equal(pwrite(fd, "\0\0\0\0\0\0\0\0", 8, 12), 8);
	assert_int_equal(sample_decode(fd, 1, &page), 0);
	zong_raster_release(&page.raster);
	close(fd);
}

static void bytes_that_only_begin_like_a_tiff_are_refused(void **state)
{
	static const char few[] = "II*\0\x08\0\0\0\x01";
	struct zong_page page = ZONG_PAGE_INIT;
	int fd = sample_file(few, sizeof(few));

	(void)state;
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EDAMAGED);
	close(fd);
}

static void a_page_too_big_to_decode_says_so_before_it_takes_memory(void **state)
{
	static const uint8_t file[] = "II*\0\x08\0\0\0\x05\0"
				      "\x00\x01\x04\0\x01\0\0\0\0\0\x01\0"
				      "\x01\x01\x04\0\x01\0\0\0\0\0\x01\0"
				      "\x02\x01\x03\0\x01\0\0\0\x01\0\0\0"
				      "\x11\x01\x04\0\x01\0\0\0\x08\0\0\0"
				      "\x17\x01\x04\0\x01\0\0\0\x08\0\0\0"
				      "\0\0\0\0";
	struct zong_page page = ZONG_PAGE_INIT;
	int fd = sample_file(file, sizeof(file) - 1);

	(void)state;
	assert_int_equal(sample_decode(fd, 1, &page), ZONG_EPIXELS);
	close(fd);
}

/* libtiff takes a tile for read when its code ends early. What it has not written must not be what lay in memory: that
 * were another picture each time, and might be of another document. */
static void a_tile_that_ends_early_is_the_same_each_time(void **state)
{
	struct sample_tiff how = {.compression = COMPRESSION_CCITTFAX4, .tiled = true};
	static const uint8_t nothing[4096];
	struct zong_raster drawn;
	uint32_t place, len = 60, cut, good = 0;

	(void)state;
	for (cut = 0; cut < len; cut += 5) {
		struct zong_page once = ZONG_PAGE_INIT, again = ZONG_PAGE_INIT;
		int fd, err;

		sample_pattern(64, 64, 1, 1, &drawn);
		fd = sample_tiff(&drawn, &how);
		zong_raster_release(&drawn);
		place = sample_tiff_value(fd, TIFFTAG_TILEOFFSETS);
		len = sample_tiff_value(fd, TIFFTAG_TILEBYTECOUNTS);
		assert_true(len > 50 && len < sizeof(nothing));
		assert_int_equal(pwrite(fd, nothing, len - cut, place + cut), len - cut);
		mallopt(M_PERTURB, 0x55);
		err = sample_decode(fd, 1, &once);
		mallopt(M_PERTURB, 0xaa);
		assert_int_equal(sample_decode(fd, 1, &again), err);
		mallopt(M_PERTURB, 0);
		good += !err;
		if (!err)
			assert_memory_equal(once.raster.data, again.raster.data,
				once.raster.stride * once.raster.height);
		zong_raster_release(&once.raster);
		zong_raster_release(&again.raster);
		close(fd);
	}
	assert_true(good > 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_bilevel_page_is_the_same_in_every_compression),
		TEST(grey_and_rgb_are_the_same_in_strips_tiles_planes_and_bigtiff),
		TEST(one_page_stored_in_eight_ways_is_one_page),
		TEST(every_page_of_a_file_can_be_had_in_any_order),
		TEST(a_page_of_which_much_is_lost_is_damaged_and_one_that_lost_a_row_is_not),
		TEST(a_tile_that_ends_early_is_the_same_each_time),
		TEST(bytes_that_only_begin_like_a_tiff_are_refused),
		TEST(a_page_too_big_to_decode_says_so_before_it_takes_memory),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
