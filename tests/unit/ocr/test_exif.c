/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>

#include "exif.h"

/* Little-endian: orientation 8, 120 by 150 dots a centimetre. */
static const uint8_t little[] = "Exif\0\0II*\0\x08\0\0\0\x04\0"
				"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"
				"\x1a\x01\x05\0\x01\0\0\0\x3e\0\0\0"
				"\x1b\x01\x05\0\x01\0\0\0\x46\0\0\0"
				"\x28\x01\x03\0\x01\0\0\0\x03\0\0\0"
				"\0\0\0\0"
				"\x78\0\0\0\x01\0\0\0\x2c\x01\0\0\x02\0\0\0";

static void orientation_and_resolution_are_found(void **state)
{
	struct zong_exif exif;

	(void)state;
	assert_int_equal(zong_exif_parse(little, sizeof(little) - 1, &exif), 0);
	assert_int_equal(exif.orientation, 8);
	assert_float_equal(exif.dpi_x, 304.8f, 0.01f);
	assert_float_equal(exif.dpi_y, 381.0f, 0.01f);
}

static void what_is_no_exif_leaves_everything_as_it_was(void **state)
{
	struct zong_exif exif = {.orientation = 5};

	(void)state;
	assert_int_equal(zong_exif_parse((const uint8_t *)"http://ns.adobe.com/xap", 23, &exif),
		ZONG_EINVAL);
	assert_int_equal(zong_exif_parse(little, 10, &exif), ZONG_EINVAL);
	assert_int_equal(exif.orientation, 5);
}

static void a_block_cut_anywhere_gives_what_is_still_there(void **state)
{
	struct zong_exif exif;
	size_t len;

	(void)state;
	for (len = 14; len < sizeof(little); len++) {
		uint8_t copy[sizeof(little)];

		memcpy(copy, little, len);
		assert_int_equal(zong_exif_parse(copy, len, &exif), 0);
		assert_true(exif.orientation == 1 || exif.orientation == 8);
	}
}

static void an_orientation_out_of_range_and_offsets_to_nowhere_are_ignored(void **state)
{
	uint8_t bad[sizeof(little)];
	struct zong_exif exif;

	(void)state;
	memcpy(bad, little, sizeof(bad));
	bad[24] = 9;
	memset(bad + 36, 0xff, 4);
	assert_int_equal(zong_exif_parse(bad, sizeof(bad) - 1, &exif), 0);
	assert_int_equal(exif.orientation, 1);
	assert_float_equal(exif.dpi_x, 0, 0);
	assert_float_equal(exif.dpi_y, 381.0f, 0.01f);
	memset(bad + 10, 0xff, 4); /* the directory itself */
	assert_int_equal(zong_exif_parse(bad, sizeof(bad) - 1, &exif), 0);
	assert_int_equal(exif.orientation, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orientation_and_resolution_are_found),
		cmocka_unit_test(what_is_no_exif_leaves_everything_as_it_was),
		cmocka_unit_test(a_block_cut_anywhere_gives_what_is_still_there),
		cmocka_unit_test(an_orientation_out_of_range_and_offsets_to_nowhere_are_ignored),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
