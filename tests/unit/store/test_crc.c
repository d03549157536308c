/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "crc.h"

static void both_ways_give_what_the_standard_has(void **state)
{
	uint8_t bytes[32];

	(void)state;
	/* RFC 3720 §B.4: 32 zeros, 32 ones, 0 to 31; and the usual nine digits */
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(~zong_crc32c(UINT32_MAX, bytes, sizeof(bytes)), 0x8a9136aa);
	assert_int_equal(~zong_crc32c_tables(UINT32_MAX, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(~zong_crc32c(UINT32_MAX, bytes, sizeof(bytes)), 0x62a8ab43);
	assert_int_equal(~zong_crc32c_tables(UINT32_MAX, bytes, sizeof(bytes)), 0x62a8ab43);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(~zong_crc32c(UINT32_MAX, bytes, sizeof(bytes)), 0x46dd794e);
	assert_int_equal(~zong_crc32c_tables(UINT32_MAX, bytes, sizeof(bytes)), 0x46dd794e);
	assert_int_equal(~zong_crc32c(UINT32_MAX, "123456789", 9), 0xe3069283);
	assert_int_equal(~zong_crc32c_tables(UINT32_MAX, "123456789", 9), 0xe3069283);
}

static void pieces_of_any_length_and_place_give_the_same(void **state)
{
	uint8_t bytes[300];
	uint32_t seed = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(seed >> 24);
	}
	for (size_t at = 0; at < 16; at++)
		for (size_t len = 0; at + len <= 200; len++) {
			uint32_t want = zong_crc32c_tables(UINT32_MAX, bytes + at, len);

			assert_int_equal(zong_crc32c(UINT32_MAX, bytes + at, len), want);
			assert_int_equal(
				zong_crc32c(zong_crc32c(UINT32_MAX, bytes + at, len / 3),
					bytes + at + len / 3, len - len / 3),
				want);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_give_what_the_standard_has),
		cmocka_unit_test(pieces_of_any_length_and_place_give_the_same),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
