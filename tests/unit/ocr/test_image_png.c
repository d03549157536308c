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

#include "decode.h"
#include "image.h"
#include "sample.h"

static struct zong_image_maker maker;
static uint8_t bytes[65536];
static size_t len;

static int setup(void **state)
{
	struct zong_raster raster;
	int fd;

	(void)state;
	sample_pattern(101, 57, 3, 8, &raster);
	fd = sample_png(&raster);
	len = zong_decode_read(fd, bytes, sizeof(bytes), 0);
	zong_raster_release(&raster);
	close(fd);
	zong_image_begin(&maker);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_image_end(&maker);
	return 0;
}

static int tell(void)
{
	struct zong_image_source source = {.fd = -1, .memory = bytes, .len = len};

	zong_image_again(&maker);
	return zong_image_png(&maker, &source);
}

static void a_file_gives_the_ranges_of_its_data(void **state)
{
	struct zong_image_source source = {.fd = sample_file(bytes, len)};
	uint64_t inlined = 0, ranged = 0;

	(void)state;
	assert_int_equal(tell(), 0);
	for (uint32_t i = 0; i < maker.image.pieces; i++)
		inlined += maker.image.piece[i].len;
	zong_image_again(&maker);
	assert_int_equal(zong_image_png(&maker, &source), 0);
	close(source.fd);
	assert_true(maker.image.as_stored);
	assert_int_equal(maker.image.strips, 1);
	assert_int_equal(maker.image.strip[0].rows, 57);
	for (uint32_t i = 0; i < maker.image.pieces; i++) {
		assert_memory_equal(bytes + maker.image.piece[i].offset - 4, "IDAT", 4);
		ranged += maker.image.piece[i].len;
	}
	assert_int_equal(ranged, inlined);
}

static void what_a_pdf_does_not_have_is_not_carried(void **state)
{
	const size_t depth = 24, colour = 25, interlace = 28;

	(void)state;
	bytes[depth] = 16;
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[depth] = 4; /* which RGB does not have */
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[depth] = 3; /* which nothing has */
	bytes[colour] = 0;
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[depth] = 8;
	bytes[colour] = 6; /* with alpha */
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[colour] = 3; /* a palette that is not there */
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[colour] = 2;
	bytes[interlace] = 1;
	assert_int_equal(tell(), ZONG_ENOENT);
	bytes[interlace] = 0;
	assert_int_equal(tell(), 0);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	const size_t whole = len;

	(void)state;
	for (len = 0; len + 12 < whole; len++)
		assert_true(tell() != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_file_gives_the_ranges_of_its_data, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_a_pdf_does_not_have_is_not_carried, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_cut_anywhere_is_refused, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
