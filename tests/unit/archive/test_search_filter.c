/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_filed.h"
#include "search_filter.h"
#include "search_rows.h"

/* Of which materials the words hold, as letters: contract, deed, map. */
static const char *held_by(enum zong_role role, const char *department, const char *words)
{
	static char held[8];
	const struct zong_id *all[] = {&contract, &deed, &map};
	size_t count = 0;

	sample_begin(&s, &sample, role, department, (struct zong_search){.words = words});
	assert_int_equal(zong_rows_read_sets(&s.found), 0);
	for (size_t i = 0; i < 3; i++) {
		_cleanup_row_ Zong__Material *material = NULL;
		_cleanup_row_ Zong__Case *cas = NULL;

		assert_int_equal(zong_row_material(s.txn, all[i], &material), 0);
		assert_int_equal(zong_row_case(s.txn, material->case_no, &cas), 0);
		if (zong_found_holds(&s.found, cas, material))
			held[count++] = "cdm"[i];
	}
	held[count] = '\0';
	return held;
}

static const char *held(const char *words)
{
	return held_by(ZONG_ROLE_ARCHIVIST, "", words);
}

static void types_and_kinds_hold_by_a_part_or_exactly(void **state)
{
	(void)state;
	assert_string_equal(held("类型:合同"), "c");
	assert_string_equal(held("类型:\"合同\""), "");
	assert_string_equal(held("类型:\"存量房买卖合同\""), "c");
	assert_string_equal(held("业务:登记"), "cdm");
	assert_string_equal(held("业务:转移"), "cm");
	/* Of several one is enough. */
	assert_string_equal(held("类型:合同 类型:图"), "cm");
	assert_string_equal(held("类型:合同 业务:抵押"), "");
	assert_string_equal(held("业务:登记 -类型:图"), "cd");
}

static void days_include_their_ends(void **state)
{
	(void)state;
	assert_string_equal(held("日期:2024-05"), "cd");
	assert_string_equal(held("日期:2024-05-01"), "c");
	assert_string_equal(held("日期:2024-05-02..2025-01-01"), "dm");
	assert_string_equal(held("after:2024-06"), "m");
	assert_string_equal(held("before:2024-05-31"), "c");
	assert_string_equal(held("业务:登记 -date:2024"), "m");
}

static void departments_are_those_it_was_delivered_to_and_not_withdrawn(void **state)
{
	(void)state;
	assert_string_equal(held("部门:tax"), "c");
	assert_string_equal(held("dept:housing"), "cd");
	assert_string_equal(held("dept:housing dept:tax"), "c");
	assert_string_equal(held("业务:登记 -dept:tax"), "dm");
	assert_string_equal(held("dept:bank"), "");
}

static void what_was_delivered_elsewhere_is_not_told(void **state)
{
	(void)state;
	assert_string_equal(held_by(ZONG_ROLE_DEPARTMENT, "tax", "dept:tax"), "c");
	/* The contract went there, too, and tax is not to know. */
	assert_string_equal(held_by(ZONG_ROLE_DEPARTMENT, "tax", "dept:housing"), "");
	assert_string_equal(held_by(ZONG_ROLE_DEPARTMENT, "tax", "业务:登记 -dept:housing"), "cdm");
	assert_string_equal(held_by(ZONG_ROLE_LOOKUP, "", "dept:tax"), "");
}

static void codes_and_names_may_be_asked_twice_and_excluded(void **state)
{
	(void)state;
	assert_string_equal(held("姓名:示例 姓名:示例甲"), "cm");
	assert_string_equal(held("姓名:示例甲 姓名:示例乙"), "");
	assert_string_equal(held("业务:登记 -姓名:示例甲"), "d");
	assert_string_equal(held("业务:登记 -案件:A1"), "d");
	/* By what was entered, and by what was read on a page. */
	assert_string_equal(held("业务:登记 -单元:370786001001GB00001"), "dm");
}

static void words_that_must_not_be_there_are_not_in_its_names(void **state)
{
	(void)state;
	assert_string_equal(held("业务:登记 -宗地图"), "cd");
	assert_string_equal(held("业务:登记 -奎聚路"), "d");
	assert_string_equal(held("业务:登记 -示例乙"), "cm");
	/* Nor on a page that is found by itself. */
	sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "",
		(struct zong_search){.words = "单元:370786 -附件"});
	s.found.leads = ZONG_LEADS_UNIT;
	assert_int_equal(zong_rows_unit(&s.found, &s.query.unit), 0);
	assert_int_equal(s.found.count, 2);
	for (size_t i = 0; i < s.found.count; i++)
		assert_int_equal(s.found.item[i].page, 0);
	sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "",
		(struct zong_search){.words = "单元:370786 -正文"});
	s.found.leads = ZONG_LEADS_UNIT;
	assert_int_equal(zong_rows_unit(&s.found, &s.query.unit), 0);
	assert_int_equal(s.found.item[s.found.count - 1].page, 2);
}

static void a_case_alone_has_a_kind_and_a_day_and_nothing_else(void **state)
{
	static const struct {
		const char *words;
		bool holds;
	} cases[] = {{"业务:转移", true}, {"业务:抵押", false}, {"日期:2023", true},
		{"日期:2024", false}, {"type:图", false}, {"dept:tax", false},
		{"业务:转移 -转移登记", false}, {"业务:转移 -别的", true}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_row_ Zong__Case *cas = NULL;

		sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "",
			(struct zong_search){.words = cases[i].words});
		assert_int_equal(zong_row_case(s.txn, "A3", &cas), 0);
		assert_int_equal(zong_found_holds(&s.found, cas, NULL), cases[i].holds);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types_and_kinds_hold_by_a_part_or_exactly),
		TEST(days_include_their_ends),
		TEST(departments_are_those_it_was_delivered_to_and_not_withdrawn),
		TEST(what_was_delivered_elsewhere_is_not_told),
		TEST(codes_and_names_may_be_asked_twice_and_excluded),
		TEST(words_that_must_not_be_there_are_not_in_its_names),
		TEST(a_case_alone_has_a_kind_and_a_day_and_nothing_else),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
