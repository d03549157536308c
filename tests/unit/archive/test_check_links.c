/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_check.h"
#include "sample_links.h"

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup(state))
		return -1;
	f = *state;
	sample_link_case(f, "201503020101", "首次登记", "01", "鲁(2015)昌邑市不动产权第0900001号");
	sample_link_case(f, "201603020101", "转移登记", "01", "鲁(2015)昌邑市不动产权第0900001号");
	sample_link_case(f, "201703020101", "抵押登记", "02", "鲁(2015)昌邑市不动产权第0900001号");
	return 0;
}

static void sound_links_are_found_sound(void **state)
{
	assert_string_equal(sample_check(*state, false), "");
}

static void an_entry_that_is_missing_is_put(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_LINKS_BY_EARLIER});
	do_harm(f, (struct harm){.table = ZONG_TABLE_LINKS_OPEN});
	assert_non_null(strstr(sample_check(f, false), "index-missing links_by_earlier/"));
	assert_non_null(strstr(sample_check(f, false), "index-missing links_open/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void an_entry_without_a_link_is_taken_out(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_LINKS});
	assert_non_null(strstr(sample_check(f, false), "index-extra links_by_earlier/"));
	assert_non_null(strstr(sample_check(f, false), "index-extra links_open/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void damaged_links_and_lost_cases_are_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_CASES});
	assert_non_null(strstr(sample_check(f, false), "row-missing link/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_LINKS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged link/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sound_links_are_found_sound),
		TEST(an_entry_that_is_missing_is_put),
		TEST(an_entry_without_a_link_is_taken_out),
		TEST(damaged_links_and_lost_cases_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
