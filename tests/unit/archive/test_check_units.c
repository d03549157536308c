/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_check.h"
#include "sample_units.h"

#define P "370786007001GB000"

static int setup(void **state)
{
	static const char table[] = "code,name\n" P "01F00010001,示例\n";
	struct zong_table_report report;
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	if (sample_import(f, ZONG_UNIT_TABLE_UNITS, table, sizeof(table) - 1, &report))
		return -1;
	zong_table_report_release(&report);
	return sample_event(
		f, &f->archivist, "split", "2010-01-01", P "02", P "03 " P "04", NULL, NULL);
}

static void a_sound_table_is_found_sound(void **state)
{
	assert_string_equal(sample_check(*state, false), "");
}

static void an_event_that_is_not_filed_is_filed_again(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS_BY_CODE});
	assert_non_null(strstr(sample_check(f, false), "index-missing unit_events_by_code/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void what_is_filed_without_an_event_is_taken_out(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS});
	assert_non_null(strstr(sample_check(f, false), "index-extra unit_events_by_code/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void damaged_rows_are_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_UNITS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged unit/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_UNIT_EVENTS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged unit-event/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_table_is_found_sound),
		TEST(an_event_that_is_not_filed_is_filed_again),
		TEST(what_is_filed_without_an_event_is_taken_out),
		TEST(damaged_rows_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
