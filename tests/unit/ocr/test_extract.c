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

#include <tiffio.h>

#include <zong/error.h>

#include "extract.h"
#include "sample.h"

static struct zong_buf out;

static int setup(void **state)
{
	(void)state;
	zong_buf_init(&out, 64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_buf_release(&out);
	return 0;
}

static void read_all(int fd, struct zong_buf *ret)
{
	uint64_t size = zong_decode_size(fd);
	uint8_t *room;

	zong_buf_init(ret, 64 << 20);
	room = zong_buf_room(ret, (size_t)size);
	assert_non_null(room);
	assert_int_equal(zong_decode_read(fd, room, (size_t)size, 0), size);
	ret->len = (size_t)size;
}

/* Pages 2 and 3 of 4 are the same pictures as before, and the document is two pages long. */
static void assert_extract(const struct zong_raster *raster, const struct sample_tiff *how)
{
	int fd = sample_tiff(raster, how), extract;
	struct zong_tiff_pages pages;
	struct zong_digest before, after;

	zong_buf_clear(&out);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 2, 2, &out), 0);
	extract = sample_file(out.data, out.len);
	assert_int_equal(zong_tiff_pages_find(extract, &pages), 0);
	assert_int_equal(pages.count, 2);
	zong_tiff_pages_release(&pages);
	for (uint32_t n = 1; n <= 2; n++) {
		sample_digest(fd, n + 1, &before);
		sample_digest(extract, n, &after);
		assert_memory_equal(&before, &after, sizeof(before));
	}
	close(extract);
	close(fd);
}

static void pages_of_every_kind_of_tiff_are_the_same_pictures(void **state)
{
	static const struct sample_tiff hows[] = {
		{.pages = 4},
		{.pages = 4, .big = true},
		{.pages = 4, .rows = 7, .compression = COMPRESSION_LZW},
		{.pages = 4, .tiled = true, .compression = COMPRESSION_ADOBE_DEFLATE},
		{.pages = 4, .orientation = 6, .big = true, .rows = 16},
		{.pages = 4, .planar = true, .compression = COMPRESSION_PACKBITS},
	};
	struct zong_raster raster;

	(void)state;
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		sample_pattern(203, 117, 3, 8, &raster);
		assert_extract(&raster, &hows[i]);
		zong_raster_release(&raster);
	}
	sample_pattern(203, 117, 1, 1, &raster);
	assert_extract(
		&raster, &(struct sample_tiff){.pages = 4, .compression = COMPRESSION_CCITTFAX4});
	zong_raster_release(&raster);
}

static void encoded_pixels_are_copied_bit_for_bit(void **state)
{
	struct sample_tiff how = {.pages = 3, .compression = COMPRESSION_CCITTFAX4};
	struct zong_tiff_pages pages;
	struct zong_raster raster;
	struct zong_buf whole;
	uint32_t offset = 0, len = 0;
	int fd;

	(void)state;
	sample_pattern(640, 480, 1, 1, &raster);
	fd = sample_tiff(&raster, &how);
	read_all(fd, &whole);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 2, 1, &out), 0);
	assert_int_equal(zong_tiff_pages_find(fd, &pages), 0);
	/* the entries of the second page: where its strip is, how long */
	for (size_t at = pages.offset[1] + 2; !offset || !len; at += 12) {
		uint16_t tag;

		assert_true(at + 12 <= whole.len);
		memcpy(&tag, whole.data + at, 2);
		if (tag == TIFFTAG_STRIPOFFSETS)
			memcpy(&offset, whole.data + at + 8, 4);
		if (tag == TIFFTAG_STRIPBYTECOUNTS)
			memcpy(&len, whole.data + at + 8, 4);
	}
	assert_true(len > 0 && offset + len <= whole.len);
	assert_non_null(memmem(out.data, out.len, whole.data + offset, len));
	zong_tiff_pages_release(&pages);
	zong_buf_release(&whole);
	zong_raster_release(&raster);
	close(fd);
}

static void the_same_pages_give_the_same_bytes(void **state)
{
	struct zong_buf again = ZONG_BUF_INIT(64 << 20);
	struct zong_raster raster;
	int fd;

	(void)state;
	sample_pattern(300, 200, 1, 8, &raster);
	fd = sample_pdf_of(&raster, 100, 0, NULL);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_PDF, 1, 1, &out), 0);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_PDF, 1, 1, &again), 0);
	assert_int_equal(out.len, again.len);
	assert_memory_equal(out.data, again.data, out.len);
	zong_buf_release(&again);
	zong_raster_release(&raster);
	close(fd);
}

static void a_pdf_page_is_the_same_picture(void **state)
{
	struct zong_digest before, after;
	struct zong_raster raster;
	int fd, extract;

	(void)state;
	sample_pattern(300, 200, 1, 8, &raster);
	fd = sample_pdf_of(&raster, 100, 90, NULL);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_PDF, 1, 1, &out), 0);
	extract = sample_file(out.data, out.len);
	sample_digest(fd, 1, &before);
	sample_digest(extract, 1, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	zong_raster_release(&raster);
	close(extract);
	close(fd);
}

static void pages_that_are_not_there_are_refused(void **state)
{
	struct sample_tiff how = {.pages = 2};
	struct zong_raster raster;
	int tiff, pdf, png;

	(void)state;
	sample_pattern(30, 20, 1, 8, &raster);
	tiff = sample_tiff(&raster, &how);
	pdf = sample_pdf_of(&raster, 100, 0, NULL);
	png = sample_png(&raster);
	assert_int_equal(zong_extract(tiff, ZONG_MEDIA_TIFF, 2, 2, &out), ZONG_EPAGENO);
	assert_int_equal(zong_extract(tiff, ZONG_MEDIA_TIFF, 0, 1, &out), ZONG_EPAGENO);
	assert_int_equal(zong_extract(tiff, ZONG_MEDIA_TIFF, 1, 0, &out), ZONG_EPAGENO);
	assert_int_equal(zong_extract(tiff, ZONG_MEDIA_TIFF, 2, UINT32_MAX, &out), ZONG_EPAGENO);
	assert_int_equal(zong_extract(pdf, ZONG_MEDIA_PDF, 2, 1, &out), ZONG_EPAGENO);
	assert_int_equal(zong_extract(png, ZONG_MEDIA_PNG, 1, 1, &out), ZONG_EMEDIA);
	zong_raster_release(&raster);
	close(tiff);
	close(pdf);
	close(png);
}

/* The last of 20 strips runs off the end of the file, wholly or in part: the page is taken without it, and must not
 * get whatever comes next in the new document in its place. */
static void a_strip_that_is_cut_off_is_so_again(void **state)
{
	struct sample_tiff how = {.compression = COMPRESSION_CCITTFAX4, .rows = 32, .pages = 2};
	struct zong_digest whole, before, after;
	struct zong_raster raster;
	int fd, extract;

	(void)state;
	for (unsigned int part = 0; part < 2; part++) {
		uint32_t beyond;

		sample_pattern(640, 640, 1, 1, &raster);
		fd = sample_tiff(&raster, &how);
		zong_raster_release(&raster);
		sample_digest(fd, 1, &whole);
		beyond = (uint32_t)zong_decode_size(fd) - 4 + 8 * part;
		assert_int_equal(pwrite(fd, &beyond, 4,
					 sample_tiff_value(fd, TIFFTAG_STRIPOFFSETS) + 4 * 19),
			4);
		sample_digest(fd, 1, &before);
		assert_memory_not_equal(&before, &whole, sizeof(before));
		for (uint32_t pages = 1; pages <= 2; pages++) {
			zong_buf_clear(&out);
			assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 1, pages, &out), 0);
			extract = sample_file(out.data, out.len);
			sample_digest(extract, 1, &after);
			assert_memory_equal(&before, &after, sizeof(before));
			if (pages == 2) {
				sample_digest(extract, 2, &after);
				assert_memory_equal(&whole, &after, sizeof(whole));
			}
			close(extract);
		}
		close(fd);
	}
}

/* libtiff takes the bytes that the pixels need; what is taken out would have those of the next strip there. */
static void a_strip_that_is_longer_than_the_file_says_is_not_taken_out(void **state)
{
	struct sample_tiff how = {.rows = 8, .pages = 2};
	const uint16_t few = 10;
	struct zong_raster raster;
	int fd;

	(void)state;
	sample_pattern(64, 64, 1, 8, &raster);
	fd = sample_tiff(&raster, &how);
	zong_raster_release(&raster);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 1, 2, &out), 0);
	assert_int_equal(
		pwrite(fd, &few, sizeof(few), sample_tiff_value(fd, TIFFTAG_STRIPBYTECOUNTS)), 2);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 1, 1, &out), ZONG_EDAMAGED);
	zong_buf_clear(&out);
	assert_int_equal(zong_extract(fd, ZONG_MEDIA_TIFF, 2, 1, &out), 0);
	close(fd);
}

/* Whatever byte is wrong: an error or a document, never more than was read. */
static void damage_is_an_error_or_harmless(void **state)
{
	struct sample_tiff how = {.pages = 3, .rows = 5};
	struct zong_raster raster;
	struct zong_buf whole;
	int fd;

	(void)state;
	sample_pattern(31, 20, 1, 8, &raster);
	fd = sample_tiff(&raster, &how);
	read_all(fd, &whole);
	close(fd);
	for (size_t i = 0; i < whole.len; i++) {
		int err;

		whole.data[i] ^= 0xFF;
		fd = sample_file(whole.data, whole.len);
		zong_buf_clear(&out);
		err = zong_extract(fd, ZONG_MEDIA_TIFF, 1, 2, &out);
		assert_true(err == 0 || err == ZONG_EDAMAGED || err == ZONG_EMEDIA ||
			    err == ZONG_EPAGENO || err == ZONG_ENOPAGES || err == ZONG_ELIMIT);
		close(fd);
		whole.data[i] ^= 0xFF;
	}
	zong_buf_release(&whole);
	zong_raster_release(&raster);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(pages_of_every_kind_of_tiff_are_the_same_pictures),
		TEST(encoded_pixels_are_copied_bit_for_bit),
		TEST(the_same_pages_give_the_same_bytes),
		TEST(a_pdf_page_is_the_same_picture),
		TEST(pages_that_are_not_there_are_refused),
		TEST(a_strip_that_is_cut_off_is_so_again),
		TEST(a_strip_that_is_longer_than_the_file_says_is_not_taken_out),
		TEST(damage_is_an_error_or_harmless),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
