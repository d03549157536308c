/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <allheaders.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "sample.h"

static void a_page_of_no_size_or_too_many_pixels_is_refused(void **state)
{
	struct zong_raster raster;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 0, 5, 1, 8), ZONG_EDAMAGED);
	assert_int_equal(zong_raster_init(&raster, 5, 0, 1, 8), ZONG_EDAMAGED);
	assert_int_equal(zong_raster_init(&raster, 200000, 200000, 1, 1), ZONG_EPIXELS);
	assert_int_equal(zong_raster_init(&raster, UINT32_MAX, 1, 1, 1), ZONG_EPIXELS);
}

static void rgb_that_is_grey_becomes_grey_and_grey_that_is_black_and_white_one_bit(void **state)
{
	struct zong_raster raster;
	uint32_t x, y;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 13, 7, 3, 8), 0);
	memset(zong_raster_row(&raster, 2) + 3 * 5, 100, 3);
	zong_raster_reduce(&raster);
	assert_int_equal(raster.channels, 1);
	assert_int_equal(raster.bits, 8);
	assert_int_equal(zong_raster_colour(&raster), ZONG_COLOUR_GREY);
	assert_int_equal(zong_raster_row(&raster, 2)[5], 100);
	zong_raster_row(&raster, 2)[5] = 0;
	zong_raster_reduce(&raster);
	assert_int_equal(raster.bits, 1);
	assert_int_equal(raster.stride, 2);
	for (y = 0; y < 7; y++)
		for (x = 0; x < 13; x++)
			assert_int_equal(!(zong_raster_row(&raster, y)[x / 8] & 0x80 >> x % 8),
				x == 5 && y == 2);
	/* the bits behind the last pixel are 0 */
	assert_int_equal(zong_raster_row(&raster, 0)[1] & 0x07, 0);
	zong_raster_release(&raster);
}

static void one_coloured_pixel_keeps_a_page_rgb(void **state)
{
	struct zong_raster raster;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 9, 9, 3, 8), 0);
	zong_raster_row(&raster, 8)[3 * 8] = 254;
	zong_raster_reduce(&raster);
	assert_int_equal(zong_raster_colour(&raster), ZONG_COLOUR_RGB);
	zong_raster_release(&raster);
}

/* What undoes each orientation: all their own inverse but the two quarter turns. */
static void turning_there_and_back_gives_the_same_page(void **state)
{
	static const unsigned int inverse[] = {0, 1, 2, 3, 4, 5, 8, 7, 6};
	uint8_t bits;
	unsigned int orientation;

	(void)state;
	for (bits = 1; bits <= 8; bits += 7) {
		for (orientation = 1; orientation <= 8; orientation++) {
			struct zong_raster raster, turned;

			sample_pattern(37, 21, 1, bits, &raster);
			sample_pattern(37, 21, 1, bits, &turned);
			assert_int_equal(zong_raster_orient(&turned, orientation), 0);
			assert_int_equal(turned.width, orientation >= 5 ? 21 : 37);
			if (orientation > 1)
				assert_true(
					turned.width != raster.width ||
					memcmp(turned.data, raster.data, raster.stride * 21) != 0);
			assert_int_equal(zong_raster_orient(&turned, inverse[orientation]), 0);
			assert_int_equal(turned.width, 37);
			assert_memory_equal(turned.data, raster.data, raster.stride * 21);
			zong_raster_release(&raster);
			zong_raster_release(&turned);
		}
	}
}

static void orientation_6_puts_the_first_row_at_the_right(void **state)
{
	struct zong_raster raster;

	(void)state;
	assert_int_equal(zong_raster_init(&raster, 4, 2, 1, 8), 0);
	raster.data[0] = 1;
	raster.data[3] = 2;
	assert_int_equal(zong_raster_orient(&raster, 6), 0);
	assert_int_equal(zong_raster_row(&raster, 0)[1], 1);
	assert_int_equal(zong_raster_row(&raster, 3)[1], 2);
	zong_raster_release(&raster);
}

static void the_digest_is_that_of_the_written_rule(void **state)
{
	/* "zong-raster-1", 9, 2, 1, 1, then 0xff 0x80 twice */
	static const uint8_t bytes[] =
		"zong-raster-1\0\0\0\x09\0\0\0\x02\0\0\0\x01\0\0\0\x01\xff\x80\xff\x80";
	struct zong_digest expected, got;
	struct zong_raster raster;

	(void)state;
	zong_digest_of(bytes, sizeof(bytes) - 1, &expected);
	assert_int_equal(zong_raster_init(&raster, 9, 2, 1, 1), 0);
	assert_int_equal(zong_raster_digest(&raster, &got), 0);
	assert_memory_equal(&got, &expected, sizeof(got));
	zong_raster_release(&raster);
}

static void leptonica_sees_the_same_pixels(void **state)
{
	struct zong_raster raster;
	uint32_t x, y, value, channels;
	uint8_t bits;

	(void)state;
	for (channels = 1; channels <= 3; channels += 2) {
		for (bits = channels == 3 ? 8 : 1; bits <= 8; bits += 7) {
			PIX *pix;

			sample_pattern(45, 11, (uint8_t)channels, bits, &raster);
			pix = zong_raster_to_pix(&raster);
			assert_non_null(pix);
			for (y = 0; y < 11; y++) {
				for (x = 0; x < 45; x++) {
					const uint8_t *row = zong_raster_row(&raster, y);

					pixGetPixel(pix, (l_int32)x, (l_int32)y, &value);
					if (bits == 1)
						assert_int_equal(
							value, !(row[x / 8] & 0x80 >> x % 8));
					else if (channels == 1)
						assert_int_equal(value, row[x]);
					else
						assert_int_equal(value >> 8,
							row[3 * x] << 16 | row[3 * x + 1] << 8 |
								row[3 * x + 2]);
				}
			}
			pixDestroy(&pix);
			zong_raster_release(&raster);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_of_no_size_or_too_many_pixels_is_refused),
		cmocka_unit_test(
			rgb_that_is_grey_becomes_grey_and_grey_that_is_black_and_white_one_bit),
		cmocka_unit_test(one_coloured_pixel_keeps_a_page_rgb),
		cmocka_unit_test(turning_there_and_back_gives_the_same_page),
		cmocka_unit_test(orientation_6_puts_the_first_row_at_the_right),
		cmocka_unit_test(the_digest_is_that_of_the_written_rule),
		cmocka_unit_test(leptonica_sees_the_same_pixels),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
