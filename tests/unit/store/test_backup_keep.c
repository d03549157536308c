/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include <zong/backup.h>
#include <zong/time.h>

static int64_t at(const char *text)
{
	int64_t time;

	assert_int_equal(zong_time_parse(text, &time), 0);
	return time;
}

static void a_rule_is_numbers_and_letters(void **state)
{
	static const char *const bad[] = {"", "d", "7", "7x", "7d,", ",7d", "7d,,4w", "0d", "7d,7d",
		"-1d", " 7d", "7d 4w", "99999999999d", "20000d", "7d,4w,12m,10y,1d"};
	struct zong_backup_keep keep;
	size_t i;

	(void)state;
	assert_int_equal(zong_backup_keep_parse("7d,4w,12m", &keep), 0);
	assert_int_equal(keep.days, 7);
	assert_int_equal(keep.weeks, 4);
	assert_int_equal(keep.months, 12);
	assert_int_equal(keep.years, 0);
	assert_int_equal(zong_backup_keep_parse("10y", &keep), 0);
	assert_int_equal(keep.years, 10);
	assert_int_equal(keep.days, 0);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(zong_backup_keep_parse(bad[i], &keep), ZONG_EINVAL);
}

static void the_last_of_each_day_is_kept(void **state)
{
	const struct zong_backup_keep keep = {.days = 2};
	const int64_t times[] = {at("2026-11-20T02:00:00Z"), at("2026-11-23T02:00:00Z"),
		at("2026-11-23T12:00:00Z"), at("2026-11-24T01:00:00Z"), at("2026-11-24T02:00:00Z")};
	const bool wanted[] = {false, false, true, false, true};
	bool kept[5];

	(void)state;
	zong_backup_keep_choose(&keep, times, 5, kept);
	assert_memory_equal(kept, wanted, sizeof(wanted));
}

static void days_without_a_snapshot_do_not_count(void **state)
{
	const struct zong_backup_keep keep = {.days = 2};
	const int64_t times[] = {at("2020-01-01T02:00:00Z"), at("2026-11-24T02:00:00Z")};
	bool kept[2];

	(void)state;
	zong_backup_keep_choose(&keep, times, 2, kept);
	assert_true(kept[0]);
	assert_true(kept[1]);
}

static void weeks_begin_on_monday_and_rules_add_up(void **state)
{
	const struct zong_backup_keep keep = {.weeks = 2, .months = 2};
	const int64_t times[] = {
		at("2026-10-31T02:00:00Z"), /* October's last */
		at("2026-11-15T02:00:00Z"), /* Sunday: the week before last */
		at("2026-11-16T02:00:00Z"), /* Monday */
		at("2026-11-22T02:00:00Z"), /* Sunday of that week: its last */
		at("2026-11-23T02:00:00Z"), /* this week, this month: the newest */
	};
	const bool wanted[] = {true, false, false, true, true};
	bool kept[5];

	(void)state;
	zong_backup_keep_choose(&keep, times, 5, kept);
	assert_memory_equal(kept, wanted, sizeof(wanted));
}

static void the_newest_is_kept_whatever_the_rule(void **state)
{
	const struct zong_backup_keep keep = {0};
	const int64_t times[] = {1, 2, 3};
	bool kept[3];

	(void)state;
	zong_backup_keep_choose(&keep, times, 3, kept);
	assert_false(kept[0] || kept[1]);
	assert_true(kept[2]);
	zong_backup_keep_choose(&keep, times, 0, kept);
}

static int in_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_numbers_and_letters),
		cmocka_unit_test(the_last_of_each_day_is_kept),
		cmocka_unit_test(days_without_a_snapshot_do_not_count),
		cmocka_unit_test(weeks_begin_on_monday_and_rules_add_up),
		cmocka_unit_test(the_newest_is_kept_whatever_the_rule),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, in_utc, NULL);
}
