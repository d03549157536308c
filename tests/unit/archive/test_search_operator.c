/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/retention.h>

#include "search_operator.h"

static struct zong_arena arena;
static struct zong_query query;
static struct zong_err err;

static int forget(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

static int parse(struct zong_search search)
{
	zong_arena_release(&arena);
	return zong_query_parse(&search, &arena, &query, &err);
}

static void ask(const char *words)
{
	assert_int_equal(parse((struct zong_search){.words = words}), 0);
}

static void the_first_of_a_code_is_the_member_and_a_further_one_a_filter(void **state)
{
	(void)state;
	ask("合同 案件:A1 单元:370786 证号:00012 姓名:示例甲 案件:A12 姓名:示例乙");
	assert_string_equal(query.words, "合同");
	assert_string_equal(query.case_no, "A1");
	assert_string_equal(query.unit.text, "370786");
	assert_true(query.cert.tail);
	assert_string_equal(query.party.name, "示例甲");
	assert_int_equal(query.filters, 2);
	assert_int_equal(query.filter[0].what, ZONG_FILTER_CASE);
	assert_string_equal(query.filter[0].text, "A12");
	assert_string_equal(query.filter[1].party.name, "示例乙");
	/* What is said beside the box goes first. */
	assert_int_equal(
		parse((struct zong_search){.words = "case:A1", .case_no = "B", .type = "表"}), 0);
	assert_null(query.words);
	assert_string_equal(query.case_no, "B");
	assert_int_equal(query.filters, 2);
}

static void names_are_parts_unless_they_are_quoted(void **state)
{
	(void)state;
	ask("类型:合同 kind:\"转移 登记\" dept:TAX -type:A");
	assert_null(query.words);
	assert_int_equal(query.filters, 4);
	assert_string_equal(query.filter[0].text, "合同");
	assert_false(query.filter[0].whole || query.filter[0].without);
	assert_string_equal(query.filter[1].text, "转移登记");
	assert_true(query.filter[1].whole);
	assert_string_equal(query.filter[2].text, "tax");
	assert_true(query.filter[3].without);
	assert_true(zong_query_filters(&query, ZONG_FILTER_TYPE));
	assert_false(zong_query_filters(&query, ZONG_FILTER_DAYS));
}

static void assert_all_days(const char *words, const char *from, const char *to)
{
	char first[ZONG_DAY_TEXT], last[ZONG_DAY_TEXT];
	struct zong_days days;

	ask(words);
	days = zong_query_days(&query);
	zong_day_format(days.from == ZONG_DAYS_FIRST ? ZONG_DAY_NEVER : days.from, first);
	zong_day_format(days.to == ZONG_DAYS_LAST ? ZONG_DAY_NEVER : days.to, last);
	assert_string_equal(first, from);
	assert_string_equal(last, to);
}

static void days_are_narrowed_from_both_sides(void **state)
{
	(void)state;
	assert_all_days("日期:2024-05", "2024-05-01", "2024-05-31");
	assert_all_days("after:2024-05", "2024-05-01", "");
	assert_all_days("before:2024-05", "", "2024-04-30");
	assert_all_days("至:2024-05", "", "2024-05-31");
	assert_all_days("自:2024-02-03 至:2024-05", "2024-02-03", "2024-05-31");
	assert_all_days("date:2024 from:2024-03", "2024-03-01", "2024-12-31");
	assert_all_days("x -date:2024", "", "");
	assert_int_equal(parse((struct zong_search){.from = "2024-05-01", .to = "2024"}), 0);
	assert_int_equal(query.filters, 2);
}

static void impossible_values_are_refused_by_name(void **state)
{
	static const struct {
		const char *words, *subject;
	} bad[] = {{"日期:2024-13 合同", "日期:2024-13"}, {"证号:x", "证号:x"},
		{"unit:37", "unit:37"}, {"case:/", "case:/"}, {"-date:x a", "date:x"},
		{"type:", "type:"}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse((struct zong_search){.words = bad[i].words}), ZONG_EQUERY);
		assert_string_equal(err.subject, bad[i].subject);
	}
	assert_int_equal(parse((struct zong_search){.words = "a", .from = "x"}), ZONG_EQUERY);
	assert_string_equal(err.subject, "from");
	assert_int_equal(parse((struct zong_search){.dept = "\xff"}), ZONG_EQUERY);
	assert_string_equal(err.subject, "dept");
}

static void only_what_must_not_be_is_no_question(void **state)
{
	static const char *const bad[] = {"-抵押", "-type:合同", "-\"a b\" -case:A1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(parse((struct zong_search){.words = bad[i]}), ZONG_EQUERY);
	ask("type:合同 -抵押");
	assert_int_equal(query.withouts, 1);
	assert_int_equal(query.phrases, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_first_of_a_code_is_the_member_and_a_further_one_a_filter, forget),
		cmocka_unit_test_teardown(names_are_parts_unless_they_are_quoted, forget),
		cmocka_unit_test_teardown(days_are_narrowed_from_both_sides, forget),
		cmocka_unit_test_teardown(impossible_values_are_refused_by_name, forget),
		cmocka_unit_test_teardown(only_what_must_not_be_is_no_question, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
