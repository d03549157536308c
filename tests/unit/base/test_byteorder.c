/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/byteorder.h>

static const uint8_t bytes[9] = {0xFF, 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF};

static void integers_are_read_in_their_order_at_any_address(void **state)
{
	const uint8_t *p = bytes + 1;

	(void)state;
	assert_true(zong_read_be16(p) == 0x0123);
	assert_true(zong_read_le16(p) == 0x2301);
	assert_true(zong_read_be32(p) == 0x01234567);
	assert_true(zong_read_le32(p) == 0x67452301);
	assert_true(zong_read_be64(p) == UINT64_C(0x0123456789ABCDEF));
	assert_true(zong_read_le64(p) == UINT64_C(0xEFCDAB8967452301));
}

static void integers_are_written_in_their_order_at_any_address(void **state)
{
	uint8_t to[9] = {0};

	(void)state;
	zong_write_be64(to + 1, UINT64_C(0x0123456789ABCDEF));
	assert_memory_equal(to + 1, bytes + 1, 8);
	zong_write_le64(to + 1, UINT64_C(0xEFCDAB8967452301));
	assert_memory_equal(to + 1, bytes + 1, 8);
	zong_write_be32(to + 1, 0xAABBCCDD);
	assert_memory_equal(to + 1, "\xAA\xBB\xCC\xDD\x89", 5);
	zong_write_le32(to + 1, 0xAABBCCDD);
	assert_memory_equal(to + 1, "\xDD\xCC\xBB\xAA\x89", 5);
	zong_write_be16(to + 1, 0x0102);
	assert_memory_equal(to + 1, "\x01\x02\xBB", 3);
	zong_write_le16(to + 1, 0x0102);
	assert_memory_equal(to + 1, "\x02\x01\xBB", 3);
	assert_int_equal(to[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_read_in_their_order_at_any_address),
		cmocka_unit_test(integers_are_written_in_their_order_at_any_address),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
