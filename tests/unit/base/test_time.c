/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <inttypes.h>

#include <zong/error.h>
#include <zong/time.h>

#define AT(seconds, millis) (INT64_C(seconds) * ZONG_SECOND + (millis)*INT64_C(1000))

static void assert_text(int64_t time, const char *expected)
{
	char text[ZONG_TIME_TEXT];

	zong_time_format(time, text);
	assert_string_equal(text, expected);
}

static void assert_parsed(const char *text, int64_t expected)
{
	int64_t time = 42;

	assert_int_equal(zong_time_parse(text, &time), 0);
	assert_true(time == expected);
}

static void the_clocks_run(void **state)
{
	int64_t start = zong_time_monotonic();

	(void)state;
	/* after 2024, before 2200 */
	assert_true(zong_time_now() > AT(1704067200, 0));
	assert_true(zong_time_now() < AT(7258118400, 0));
	while (zong_time_monotonic() == start)
		continue;
	assert_true(zong_time_monotonic() > start);
}

static void instants_are_written_in_utc_with_milliseconds(void **state)
{
	(void)state;
	assert_text(0, "1970-01-01T00:00:00.000Z");
	assert_text(AT(1795478400, 123) + 999, "2026-11-24T00:00:00.123Z");
	assert_text(AT(1709164800, 0), "2024-02-29T00:00:00.000Z");
	assert_text(-1, "1969-12-31T23:59:59.999Z");
	assert_text(AT(-1, 0), "1969-12-31T23:59:59.000Z");
}

static void times_outside_what_can_be_written_stop_at_the_edge(void **state)
{
	(void)state;
	assert_text(INT64_MAX, "9999-12-31T23:59:59.999Z");
	assert_text(INT64_MIN, "0001-01-01T00:00:00.000Z");
}

static void every_offset_and_fraction_is_read(void **state)
{
	(void)state;
	assert_parsed("1970-01-01T00:00:00Z", 0);
	assert_parsed("2026-11-24T00:00:00.123Z", AT(1795478400, 123));
	assert_parsed("2026-11-24T08:00:00.123+08:00", AT(1795478400, 123));
	assert_parsed("2026-11-23t16:30:00-07:30", AT(1795478400, 0));
	assert_parsed("2026-11-24 00:00:00z", AT(1795478400, 0));
	assert_parsed("2026-11-24T00:00:00.5Z", AT(1795478400, 500));
	assert_parsed("2026-11-24T00:00:00.123456789Z", AT(1795478400, 123) + 456);
	assert_parsed("2026-11-24T00:00:00-00:00", AT(1795478400, 0));
	assert_parsed("2016-12-31T23:59:60Z", AT(1483228800, 0));
	assert_parsed("2000-02-29T00:00:00Z", AT(951782400, 0));
	assert_parsed("1969-12-31T23:59:59.999Z", -1000);
}

static void writing_and_reading_agree_to_the_millisecond(void **state)
{
	(void)state;
	for (int64_t time = AT(-62135596800, 0); time < AT(253402300799, 0);
		time += AT(99999999, 987)) {
		char text[ZONG_TIME_TEXT];
		int64_t back;

		zong_time_format(time, text);
		assert_int_equal(zong_time_parse(text, &back), 0);
		assert_true(time == back);
	}
}

static void what_is_no_time_is_refused_and_changes_nothing(void **state)
{
	static const char *const bad[] = {"", "2026", "2026-11-24", "2026-11-24T00:00:00",
		"2026-11-24T00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-11-00T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T00:60:00Z",
		"2026-11-24T00:00:61Z", "2026-11-24T00:00:00.Z", "2026-11-24T00:00:00,5Z",
		"2026-11-24T00:00:00+8", "2026-11-24T00:00:00+24:00", "2026-11-24T00:00:00+0800",
		"2026-11-24T00:00:00+08:60", "2026-11-24T00:00:00Zx", " 2026-11-24T00:00:00Z",
		"0000-01-01T00:00:00Z", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:60Z",
		"-026-11-24T00:00:00Z", "+026-11-24T00:00:00Z", "20261124T000000Z"};
	int64_t time = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_time_parse(bad[i], &time), ZONG_EINVAL);
	assert_int_equal(time, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clocks_run),
		cmocka_unit_test(instants_are_written_in_utc_with_milliseconds),
		cmocka_unit_test(times_outside_what_can_be_written_stop_at_the_edge),
		cmocka_unit_test(every_offset_and_fraction_is_read),
		cmocka_unit_test(writing_and_reading_agree_to_the_millisecond),
		cmocka_unit_test(what_is_no_time_is_refused_and_changes_nothing),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
