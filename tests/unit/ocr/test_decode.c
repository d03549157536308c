/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "sample.h"

static void each_media_has_its_decoder_and_the_unknown_none(void **state)
{
	(void)state;
	assert_ptr_equal(zong_decoder_of(ZONG_MEDIA_TIFF), &zong_decoder_tiff);
	assert_ptr_equal(zong_decoder_of(ZONG_MEDIA_PDF), &zong_decoder_pdf);
	assert_ptr_equal(zong_decoder_of(ZONG_MEDIA_JPEG), &zong_decoder_jpeg);
	assert_ptr_equal(zong_decoder_of(ZONG_MEDIA_PNG), &zong_decoder_png);
	assert_null(zong_decoder_of(ZONG_MEDIA_UNKNOWN));
}

static void reading_ends_where_the_file_ends_and_leaves_its_position_alone(void **state)
{
	int fd = sample_file("0123456789", 10);
	char bytes[10];

	(void)state;
	assert_int_equal(lseek(fd, 3, SEEK_SET), 3);
	assert_int_equal(zong_decode_read(fd, bytes, 4, 8), 2);
	assert_memory_equal(bytes, "89", 2);
	assert_int_equal(zong_decode_read(fd, bytes, 4, 100), 0);
	assert_int_equal(zong_decode_read(fd, bytes, 4, UINT64_MAX - 1), 0);
	assert_int_equal(zong_decode_size(fd), 10);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 3);
	close(fd);
}

static void a_resolution_that_makes_no_sense_is_none(void **state)
{
	(void)state;
	assert_float_equal(zong_decode_dpi(300), 300, 0);
	assert_float_equal(zong_decode_dpi(0), 0, 0);
	assert_float_equal(zong_decode_dpi(-72), 0, 0);
	assert_float_equal(zong_decode_dpi(NAN), 0, 0);
	assert_float_equal(zong_decode_dpi(INFINITY), 0, 0);
	assert_float_equal(zong_decode_dpi(1e9), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_media_has_its_decoder_and_the_unknown_none),
		cmocka_unit_test(reading_ends_where_the_file_ends_and_leaves_its_position_alone),
		cmocka_unit_test(a_resolution_that_makes_no_sense_is_none),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
