/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <tiffio.h>

#include <zong/error.h>

#include "decode.h"
#include "image.h"
#include "sample.h"

static struct zong_image_maker maker;

static int setup(void **state)
{
	(void)state;
	zong_image_begin(&maker);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_image_end(&maker);
	return 0;
}

static int tell(uint8_t channels, uint8_t bits, const struct sample_tiff *how)
{
	struct zong_raster raster;
	uint32_t pages;
	void *document;
	int fd, err;

	zong_image_again(&maker);
	sample_pattern(104, 57, channels, bits, &raster);
	fd = sample_tiff(&raster, how);
	zong_raster_release(&raster);
	assert_int_equal(zong_decoder_tiff.open(fd, &document, &pages), 0);
	err = zong_decoder_tiff.image(document, 1, &maker);
	zong_decoder_tiff.close(document);
	close(fd);
	return err;
}

static void fax_strips_are_told_one_by_one(void **state)
{
	static const uint16_t photometric[] = {PHOTOMETRIC_MINISWHITE, PHOTOMETRIC_MINISBLACK};
	static const struct {
		uint16_t compression;
		enum zong_image_fax fax;
	} kinds[] = {{COMPRESSION_CCITTFAX4, ZONG_IMAGE_FAX_T6},
		{COMPRESSION_CCITTFAX3, ZONG_IMAGE_FAX_T4},
		{COMPRESSION_CCITTRLE, ZONG_IMAGE_FAX_ALIGNED}};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct sample_tiff how = {.compression = kinds[i / 2].compression,
			.photometric = photometric[i % 2],
			.rows = 10,
			.orientation = 6};

		assert_int_equal(tell(1, 1, &how), 0);
		assert_int_equal(maker.image.coding, ZONG_IMAGE_FAX);
		assert_int_equal(maker.image.fax, kinds[i / 2].fax);
		assert_int_equal(maker.image.inverted, i % 2);
		assert_int_equal(maker.image.orientation, 6);
		assert_int_equal(maker.image.strips, 6);
		assert_int_equal(maker.image.strip[5].rows, 7);
		assert_true(maker.image.as_stored);
	}
}

static void deflate_goes_as_it_is(void **state)
{
	struct sample_tiff how = {.compression = COMPRESSION_ADOBE_DEFLATE};

	(void)state;
	assert_int_equal(tell(3, 8, &how), 0);
	assert_int_equal(maker.image.coding, ZONG_IMAGE_FLATE);
	assert_int_equal(maker.image.channels, 3);
	how.photometric = PHOTOMETRIC_MINISWHITE;
	assert_int_equal(tell(1, 8, &how), 0);
	assert_true(maker.image.inverted);
}

static void what_a_pdf_does_not_have_is_not_carried(void **state)
{
	static const struct sample_tiff kinds[] = {
		{.compression = COMPRESSION_LZW},
		{.compression = COMPRESSION_PACKBITS},
		{.compression = COMPRESSION_NONE},
		{.compression = COMPRESSION_ADOBE_DEFLATE, .tiled = true},
		{.compression = COMPRESSION_ADOBE_DEFLATE, .planar = true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		assert_int_equal(tell(3, 8, &kinds[i]), ZONG_ENOENT);
}

/* All strips are the first one. The page can be decoded; copied out strip by strip it would be longer
 * than its file, which the server does not take. */
static void strips_that_share_their_bytes_are_not_carried(void **state)
{
	struct sample_tiff how = {.compression = COMPRESSION_ADOBE_DEFLATE, .rows = 2};
	struct zong_raster raster;
	uint32_t offset, len, pages, offsets, counts, i;
	const uint32_t size = 2; /* libtiff writes such small counts as SHORTs */
	struct zong_digest digest;
	void *document;
	int fd;

	(void)state;
	sample_pattern(104, 400, 3, 8, &raster);
	fd = sample_tiff(&raster, &how);
	zong_raster_release(&raster);
	offsets = sample_tiff_value(fd, TIFFTAG_STRIPOFFSETS);
	counts = sample_tiff_value(fd, TIFFTAG_STRIPBYTECOUNTS);
	assert_int_equal(pread(fd, &offset, 4, offsets), 4);
	len = (uint32_t)zong_decode_size(fd) / 150;
	for (i = 0; i < 200; i++)
		assert_int_equal(pwrite(fd, &offset, 4, offsets + 4 * i), 4);
	for (i = 0; i < 200; i++)
		assert_int_equal(pwrite(fd, &len, size, counts + size * i), size);
	sample_digest(fd, 1, &digest);
	assert_int_equal(zong_decoder_tiff.open(fd, &document, &pages), 0);
	zong_image_again(&maker);
	assert_int_equal(zong_decoder_tiff.image(document, 1, &maker), ZONG_ENOENT);
	zong_decoder_tiff.close(document);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fax_strips_are_told_one_by_one, setup, teardown),
		cmocka_unit_test_setup_teardown(deflate_goes_as_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_a_pdf_does_not_have_is_not_carried, setup, teardown),
		cmocka_unit_test_setup_teardown(
			strips_that_share_their_bytes_are_not_carried, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
