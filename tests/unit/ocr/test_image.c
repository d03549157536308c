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
#include <zong/limits.h>

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

static void pieces_belong_to_the_strip_before_them(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		zong_image_add_strip(&maker, i + 1);
		zong_image_add_range(&maker, 10 * i, 5);
		zong_image_add_bytes(&maker, "ab", 2);
	}
	assert_int_equal(maker.err, 0);
	assert_int_equal(maker.image.strips, 100);
	assert_int_equal(maker.image.pieces, 200);
	for (uint32_t i = 0; i < 100; i++) {
		assert_int_equal(maker.image.strip[i].rows, i + 1);
		assert_int_equal(maker.image.strip[i].first, 2 * i);
		assert_int_equal(maker.image.strip[i].count, 2);
		assert_int_equal(maker.image.piece[2 * i].offset, 10 * i);
		assert_false(maker.image.piece[2 * i].inlined);
		assert_true(maker.image.piece[2 * i + 1].inlined);
		assert_int_equal(maker.image.piece[2 * i + 1].offset, 2 * i);
	}
	assert_int_equal(maker.image.bytes_len, 200);
}

static void too_many_strips_are_none(void **state)
{
	(void)state;
	for (uint32_t i = 0; i <= ZONG_LIMIT_STRIPS; i++) {
		zong_image_add_strip(&maker, 1);
		zong_image_add_range(&maker, i, 1);
	}
	assert_int_equal(maker.err, ZONG_ENOENT);
	zong_image_again(&maker);
	zong_image_add_strip(&maker, 1);
	assert_int_equal(maker.err, 0);
	assert_int_equal(maker.image.strips, 1);
}

/* Coded anew, the stream of a PNG put together again is the same picture. */
static void pixels_coded_anew_lose_nothing(void **state)
{
	static const uint8_t forms[][2] = {{1, 1}, {1, 8}, {3, 8}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct zong_raster raster;

		sample_pattern(101, 57, forms[i][0], forms[i][1], &raster);
		assert_int_equal(zong_image_of_raster(&maker, &raster, 300, 200), 0);
		assert_int_equal(maker.image.coding, ZONG_IMAGE_FLATE);
		assert_int_equal(maker.image.predictor, ZONG_IMAGE_PREDICT_PNG);
		assert_int_equal(maker.image.width, 101);
		assert_int_equal(maker.image.height, 57);
		assert_int_equal(maker.image.channels, forms[i][0]);
		assert_int_equal(maker.image.bits, forms[i][1]);
		assert_false(maker.image.as_stored);
		assert_true(maker.image.dpi_x == 300 && maker.image.dpi_y == 200);
		assert_true(maker.image.piece[0].inlined && maker.image.bytes_len > 0);
		zong_raster_release(&raster);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			pieces_belong_to_the_strip_before_them, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_strips_are_none, setup, teardown),
		cmocka_unit_test_setup_teardown(pixels_coded_anew_lose_nothing, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
