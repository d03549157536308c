/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/range.h"

#define HUGE_FILE (UINT64_C(16) << 30)

static void check_part(const char *header, uint64_t size, uint64_t first, uint64_t last)
{
	struct zong_range range;

	zong_range_parse(header, size, &range);
	assert_int_equal(range.kind, ZONG_RANGE_PART);
	assert_int_equal(range.first, first);
	assert_int_equal(range.last, last);
}

static void check_kind(const char *header, uint64_t size, enum zong_range_kind kind)
{
	struct zong_range range;

	zong_range_parse(header, size, &range);
	assert_int_equal(range.kind, kind);
}

static void one_range_is_a_part(void **state)
{
	(void)state;
	check_part("bytes=0-0", 100, 0, 0);
	check_part("bytes=10-19", 100, 10, 19);
	check_part("bytes=10-", 100, 10, 99);
	check_part("bytes=10-1000", 100, 10, 99);
	check_part("bytes=-5", 100, 95, 99);
	check_part("bytes=-500", 100, 0, 99);
	check_part("BYTES = 1-2 ", 100, 1, 2);
	check_part("bytes=17179869183-", HUGE_FILE, HUGE_FILE - 1, HUGE_FILE - 1);
}

static void a_range_behind_the_end_lies_outside(void **state)
{
	(void)state;
	check_kind("bytes=100-", 100, ZONG_RANGE_OUTSIDE);
	check_kind("bytes=100-200", 100, ZONG_RANGE_OUTSIDE);
	check_kind("bytes=-0", 100, ZONG_RANGE_OUTSIDE);
	check_kind("bytes=0-", 0, ZONG_RANGE_OUTSIDE);
	check_kind("bytes=-1", 0, ZONG_RANGE_OUTSIDE);
	check_kind("bytes=99999999999999999999999999-", 100, ZONG_RANGE_OUTSIDE);
}

static void what_is_no_single_range_of_bytes_is_not_heeded(void **state)
{
	static const char *const odd[] = {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1",
		"bytes=5-1", "bytes=1-2,4-5", "pages=1-2", "bytes=1-2x", "bytes=--1", "bytes:1-2",
		"bytes=1-2-3", "bytes=+1-2"};
	size_t i;

	(void)state;
	check_kind(NULL, 100, ZONG_RANGE_WHOLE);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		check_kind(odd[i], 100, ZONG_RANGE_WHOLE);
}

static void numbers_that_do_not_fit_reach_behind_every_file(void **state)
{
	(void)state;
	check_part("bytes=1-18446744073709551616", 100, 1, 99);
	check_part("bytes=-18446744073709551616", 100, 0, 99);
	check_part("bytes=1-99999999999999999999999999999999999999", HUGE_FILE, 1, HUGE_FILE - 1);
}

static void an_etag_is_found_in_a_list(void **state)
{
	(void)state;
	assert_true(zong_etag_matches("\"abc\"", "\"abc\""));
	assert_true(zong_etag_matches("W/\"abc\"", "\"abc\""));
	assert_true(zong_etag_matches("\"x\", \"abc\"", "\"abc\""));
	assert_true(zong_etag_matches("\"a,b\",\"abc\"", "\"abc\""));
	assert_true(zong_etag_matches("*", "\"abc\""));
	assert_false(zong_etag_matches("\"ab\"", "\"abc\""));
	assert_false(zong_etag_matches("abc", "\"abc\""));
	assert_false(zong_etag_matches("\"x,\"abc\"", "\"nothing\""));
	assert_false(zong_etag_matches("\"", "\"abc\""));
	assert_false(zong_etag_matches("", "\"abc\""));
	assert_false(zong_etag_matches(NULL, "\"abc\""));
}

static void a_range_holds_only_for_the_very_same_bytes(void **state)
{
	(void)state;
	assert_true(zong_if_range_holds(NULL, "\"abc\""));
	assert_true(zong_if_range_holds("\"abc\"", "\"abc\""));
	assert_false(zong_if_range_holds("W/\"abc\"", "\"abc\""));
	assert_false(zong_if_range_holds("Tue, 24 Nov 2026 08:00:00 GMT", "\"abc\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_range_is_a_part),
		cmocka_unit_test(a_range_behind_the_end_lies_outside),
		cmocka_unit_test(what_is_no_single_range_of_bytes_is_not_heeded),
		cmocka_unit_test(numbers_that_do_not_fit_reach_behind_every_file),
		cmocka_unit_test(an_etag_is_found_in_a_list),
		cmocka_unit_test(a_range_holds_only_for_the_very_same_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
