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
#include <zong/time.h>

#include "chain.h"

#define DAY (INT64_C(86400) * ZONG_SECOND)

static void kinds_say_what_a_case_does(void **state)
{
	static const struct {
		const char *kind;
		unsigned int roles;
		const char *link;
	} samples[] = {
		{"", ZONG_ROLE_TITLE, "title"},
		{"转移登记", ZONG_ROLE_TITLE, "title"},
		{"国有建设用地使用权及房屋所有权首次登记", ZONG_ROLE_TITLE, "title"},
		{"存量房买卖", ZONG_ROLE_TITLE, "title"},
		{"换证", ZONG_ROLE_TITLE, "title"},
		{"抵押登记", ZONG_ROLE_MORTGAGE, "mortgage"},
		{"抵押权首次登记", ZONG_ROLE_MORTGAGE, "mortgage"},
		{"抵押权转移登记", ZONG_ROLE_MORTGAGE, "mortgage"},
		{"抵押权变更登记", ZONG_ROLE_MORTGAGE, "mortgage"},
		{"转移登记+抵押权首次登记", ZONG_ROLE_TITLE | ZONG_ROLE_MORTGAGE, "title"},
		{"存量房买卖及抵押", ZONG_ROLE_TITLE | ZONG_ROLE_MORTGAGE, "title"},
		{"抵押权注销登记", ZONG_ROLE_DISCHARGE, "discharge"},
		{"抵押解除", ZONG_ROLE_DISCHARGE, "discharge"},
		{"抵押注销+转移登记", ZONG_ROLE_DISCHARGE | ZONG_ROLE_TITLE, "title"},
		{"查封登记", ZONG_ROLE_SEIZURE, "seizure"},
		{"预查封", ZONG_ROLE_SEIZURE, "seizure"},
		{"解封", ZONG_ROLE_LIFTING, "lifting"},
		{"注销查封登记", ZONG_ROLE_LIFTING, "lifting"},
		{"解除限制", ZONG_ROLE_LIFTING, "lifting"},
		{"预告登记", ZONG_ROLE_BURDEN, "other"},
		{"异议登记", ZONG_ROLE_BURDEN, "other"},
		{"居住权首次登记", ZONG_ROLE_BURDEN, "other"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		unsigned int roles = zong_chain_roles(samples[i].kind);

		if (roles != samples[i].roles)
			fail_msg("%s: %u, not %u", samples[i].kind, roles, samples[i].roles);
		assert_string_equal(
			zong_link_kind_name(zong_chain_kind(roles)), samples[i].link);
	}
}

static void names_and_kinds_are_one_to_one(void **state)
{
	Zong__LinkKind kind;

	(void)state;
	for (int i = 0; i <= ZONG__LINK_KIND__LINK_OTHER; i++) {
		assert_int_equal(zong_link_kind_parse(zong_link_kind_name(i), &kind), 0);
		assert_int_equal(kind, i);
	}
	assert_int_equal(zong_link_kind_parse("", &kind), ZONG_EINVAL);
	assert_string_equal(zong_link_kind_name((Zong__LinkKind)77), "unknown");
	assert_string_equal(zong_link_state_name((Zong__LinkState)77), "unknown");
}

static Zong__Case case_of(const char *no, const char *opened)
{
	Zong__Case cas = ZONG__CASE__INIT;
	int32_t day;

	assert_int_equal(zong_day_parse(opened, &day), 0);
	cas.no = (char *)(uintptr_t)no;
	cas.opened = day * DAY;
	return cas;
}

static void the_day_is_that_of_the_number_where_it_has_one(void **state)
{
	static const struct {
		const char *no, *day;
		bool known;
		int year;
	} samples[] = {
		{"201503020001", "2015-03-02", true, 2015},
		{"20150302", "2015-03-02", true, 2015},
		{"2015-0001", "2026-01-01", false, 2015},
		{"20151302001", "2026-01-01", false, 2015}, /* no such month */
		{"15030200001", "2026-01-01", false, 0},
		{"A1", "2026-01-01", false, 0},
		{"示例", "2026-01-01", false, 0},
		{"99990101", "2026-01-01", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		Zong__Case cas = case_of(samples[i].no, "2026-01-01");
		struct zong_chain_day day;
		int32_t expected;

		zong_chain_day_of(&cas, &day);
		assert_int_equal(zong_day_parse(samples[i].day, &expected), 0);
		assert_int_equal(day.day, expected);
		assert_int_equal(day.known, samples[i].known);
		assert_int_equal(day.year, samples[i].year);
	}
}

static void the_numbers_say_which_was_first_or_the_archive_guesses(void **state)
{
	static const struct {
		const char *a, *a_opened, *b, *b_opened;
		int order;
		bool sure;
	} samples[] = {
		{"201503020001", "2026-01-01", "201903020001", "2025-01-01", -1, true},
		{"201903020001", "2025-01-01", "201503020001", "2026-01-01", 1, true},
		{"2015-1", "2026-01-01", "2019-1", "2025-01-01", -1, true},
		{"2015-1", "2026-01-01", "201903020001", "2025-01-01", -1, true},
		{"201503020001", "2026-01-01", "201503020002", "2025-01-01", -1, true},
		{"20150302-1", "2026-01-01", "20150302-10", "2026-01-01", -1, false},
		{"2015-2", "2025-01-01", "2015-1", "2026-01-01", -1, false},
		{"A2", "2025-01-01", "A1", "2026-01-01", -1, false},
		{"A1", "2025-01-01", "A2", "2025-01-01", -1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		Zong__Case a = case_of(samples[i].a, samples[i].a_opened);
		Zong__Case b = case_of(samples[i].b, samples[i].b_opened);
		bool sure;

		assert_int_equal(zong_chain_compare(&a, &b, &sure) < 0, samples[i].order < 0);
		assert_int_equal(sure, samples[i].sure);
		assert_int_equal(zong_chain_compare(&b, &a, &sure) < 0, samples[i].order > 0);
		assert_int_equal(sure, samples[i].sure);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_say_what_a_case_does),
		cmocka_unit_test(names_and_kinds_are_one_to_one),
		cmocka_unit_test(the_day_is_that_of_the_number_where_it_has_one),
		cmocka_unit_test(the_numbers_say_which_was_first_or_the_archive_guesses),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
