/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/retention.h>

#include "search_day.h"

static void assert_days(const char *text, const char *from, const char *to)
{
	struct zong_days days;
	char first[ZONG_DAY_TEXT], last[ZONG_DAY_TEXT];

	assert_int_equal(zong_days_parse(text, &days), 0);
	zong_day_format(days.from == ZONG_DAYS_FIRST ? ZONG_DAY_NEVER : days.from, first);
	zong_day_format(days.to == ZONG_DAYS_LAST ? ZONG_DAY_NEVER : days.to, last);
	assert_string_equal(first, from);
	assert_string_equal(last, to);
}

static void a_year_a_month_and_a_day_have_their_days(void **state)
{
	(void)state;
	assert_days("2024", "2024-01-01", "2024-12-31");
	assert_days("2024-02", "2024-02-01", "2024-02-29");
	assert_days("2023-2", "2023-02-01", "2023-02-28");
	assert_days("2024-12", "2024-12-01", "2024-12-31");
	assert_days("2024-05-01", "2024-05-01", "2024-05-01");
}

static void every_way_of_writing_is_taken(void **state)
{
	static const char *const ways[] = {"2024/5/1", "2024.5.1", "2024.05.01", "2024年5月1日",
		"２０２４－０５－０１", "2024年05月01日"};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		assert_days(ways[i], "2024-05-01", "2024-05-01");
	assert_days("2024年", "2024-01-01", "2024-12-31");
	assert_days("2024年5月", "2024-05-01", "2024-05-31");
}

static void two_of_them_are_a_range_and_one_may_be_left_away(void **state)
{
	(void)state;
	assert_days("2024-05-01..2024-06-30", "2024-05-01", "2024-06-30");
	assert_days("2023..2024-02", "2023-01-01", "2024-02-29");
	assert_days("2024-05..", "2024-05-01", "");
	assert_days("..2024-05", "", "2024-05-31");
	assert_days("2024.5.1..2024.5.2", "2024-05-01", "2024-05-02");
	assert_days("2024年5月1日..2024年6月1日", "2024-05-01", "2024-06-01");
}

static void what_is_no_day_is_refused(void **state)
{
	static const char *const bad[] = {"", "24", "2024-13", "2024-0", "2024-05-00", "2024-02-30",
		"20240501", "2024-05-01-01", "..", "2025..2024", "2024..x", "五月", "2024-05-01x",
		"1899", "9999-12", "2024-05-01..2024-06-30..2024-07-01",
		"2024-05-012024-05-012024-05-012024-05-012024-05-01", "\xff"};
	struct zong_days days;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_days_parse(bad[i], &days), ZONG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_year_a_month_and_a_day_have_their_days),
		cmocka_unit_test(every_way_of_writing_is_taken),
		cmocka_unit_test(two_of_them_are_a_range_and_one_may_be_left_away),
		cmocka_unit_test(what_is_no_day_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
