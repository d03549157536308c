/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "fixture.h"
#include "row.h"

static int32_t day(const char *text)
{
	int32_t number;

	assert_int_equal(zong_day_parse(text, &number), 0);
	return number;
}

static void days_are_those_of_the_calendar(void **state)
{
	static const char *const good[] = {
		"1970-01-01", "2000-02-29", "2024-02-29", "1999-12-31", "9999-12-31", "1900-03-01"};
	static const char *const bad[] = {"", "2023-02-29", "1900-02-29", "2024-13-01",
		"2024-00-01", "2024-04-31", "2024-1-1", "2024-01-01 ", "24-01-01", "1899-12-31",
		"2024/01/01", "二〇二四-01-01"};
	char text[ZONG_DAY_TEXT];
	int32_t number;

	(void)state;
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1970-01-02"), 1);
	assert_int_equal(day("2000-03-01") - day("2000-02-28"), 2);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		zong_day_format(day(good[i]), text);
		assert_string_equal(text, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_day_parse(bad[i], &number), ZONG_EINVAL);
	zong_day_format(ZONG_DAY_NEVER, text);
	assert_string_equal(text, "");
}

static void years_later_is_the_same_day_or_the_one_after_february(void **state)
{
	(void)state;
	assert_int_equal(zong_day_add_years(day("2015-01-31"), 5), day("2020-01-31"));
	assert_int_equal(zong_day_add_years(day("2020-02-29"), 4), day("2024-02-29"));
	assert_int_equal(zong_day_add_years(day("2020-02-29"), 5), day("2025-03-01"));
	assert_int_equal(zong_day_add_years(ZONG_DAY_NEVER, 1), ZONG_DAY_NEVER);
	assert_int_equal(zong_day_add_years(day("2020-01-01"), 9000), ZONG_DAY_NEVER);
}

static int set_rule(
	struct fixture *f, const char *kind, const char *type, const char *event, uint32_t years)
{
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;

	rule.kind = (char *)(uintptr_t)kind;
	rule.type = (char *)(uintptr_t)type;
	rule.event = (char *)(uintptr_t)event;
	rule.permanent = !event[0] && !years;
	rule.years = years;
	return zong_rules_set(f->archive, &f->administrator, &rule, &f->err);
}

static struct zong_verdict judge(struct fixture *f, const char *id)
{
	struct zong_verdict verdict;

	zong_row_cleanup(&f->material);
	f->material = NULL;
	assert_int_equal(
		zong_retention_of(f->archive, &f->archivist, id, &f->material, &verdict, &f->err),
		0);
	return verdict;
}

static void add_event(struct fixture *f, const char *no, const char *kind, const char *date)
{
	Zong__Case *row;
	bool again;

	assert_int_equal(zong_case_event_add(
				 f->archive, &f->archivist, no, kind, date, &row, &again, &f->err),
		0);
	zong__case__free_unpacked(row, NULL);
}

static void the_most_exact_rules_count_and_of_them_the_latest(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT];

	f->archive->today = day("2026-06-01");
	fixture_case(f, "R-1");
	assert_int_equal(fixture_add(f, "R-1", "合同", "text r1\n", NULL, &f->receipt), 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	assert_int_equal(judge(f, id).state, ZONG_KEPT_PERMANENT);
	assert_int_equal(set_rule(f, "", "合同", "注销", 1), 0);
	assert_int_equal(judge(f, id).state, ZONG_KEPT_WAITING);
	add_event(f, "R-1", "注销", "2020-01-31");
	assert_int_equal(judge(f, id).state, ZONG_KEPT_DUE);
	/* the kind of the case outweighs the type of the material */
	assert_int_equal(set_rule(f, "转移登记", "", "注销", 10), 0);
	assert_int_equal(judge(f, id).state, ZONG_KEPT_RUNNING);
	assert_int_equal(judge(f, id).due, day("2030-01-31"));
	assert_int_equal(set_rule(f, "转移登记", "合同", "注销", 2), 0);
	assert_int_equal(judge(f, id).state, ZONG_KEPT_DUE);
	/* a second reason as exact as the first */
	assert_int_equal(set_rule(f, "转移登记", "合同", "解除", 2), 0);
	assert_int_equal(judge(f, id).state, ZONG_KEPT_WAITING);
	add_event(f, "R-1", "解除", "2025-01-01");
	assert_int_equal(judge(f, id).due, day("2027-01-01"));
	assert_int_equal(set_rule(f, "转移登记", "合同", "", 0), 0);
	assert_int_equal(judge(f, id).state, ZONG_KEPT_PERMANENT);
}

static void a_later_event_of_the_same_kind_counts(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT];

	f->archive->today = day("2026-06-01");
	fixture_case(f, "R-2");
	assert_int_equal(fixture_add(f, "R-2", "收据", "text r2\n", NULL, &f->receipt), 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	assert_int_equal(set_rule(f, "转移登记", "收据", "注销", 5), 0);
	add_event(f, "R-2", "注销", "2024-01-01");
	add_event(f, "R-2", "注销", "2020-01-01");
	assert_int_equal(judge(f, id).due, day("2029-01-01"));
}

static void a_rule_that_says_nothing_is_refused(void **state)
{
	struct fixture *f = *state;
	Zong__RetentionRule rule = ZONG__RETENTION_RULE__INIT;

	assert_int_equal(set_rule(f, "", "", "注销", 0), ZONG_EINVAL);
	assert_int_equal(set_rule(f, "", "", "", 5), ZONG_EINVAL);
	assert_int_equal(set_rule(f, "", "", "注销", ZONG_LIMIT_YEARS + 1), ZONG_EINVAL);
	assert_int_equal(set_rule(f, "\x01", "", "注销", 1), ZONG_EENCODING);
	rule.permanent = true;
	assert_int_equal(
		zong_rules_set(f->archive, &f->archivist, &rule, &f->err), ZONG_EFORBIDDEN);
}

static void a_set_of_rules_takes_the_place_of_all_or_none_does(void **state)
{
	struct fixture *f = *state;
	Zong__RetentionRule good = ZONG__RETENTION_RULE__INIT, bad = ZONG__RETENTION_RULE__INIT;
	const Zong__RetentionRule *both[] = {&good, &bad};
	struct zong_rules rules;

	good.permanent = true;
	assert_int_equal(
		zong_rules_replace(f->archive, &f->administrator, both, 2, &f->err), ZONG_EINVAL);
	assert_int_equal(zong_rules_list(f->archive, &f->archivist, &rules), 0);
	assert_true(rules.count > 1);
	zong_rules_release(&rules);
	assert_int_equal(zong_rules_replace(f->archive, &f->administrator, both, 1, &f->err), 0);
	assert_int_equal(zong_rules_list(f->archive, &f->archivist, &rules), 0);
	assert_int_equal(rules.count, 1);
	zong_rules_release(&rules);
	/* none at all: the built-in one */
	assert_int_equal(zong_rules_replace(f->archive, &f->administrator, NULL, 0, &f->err), 0);
	assert_int_equal(zong_rules_list(f->archive, &f->archivist, &rules), 0);
	assert_int_equal(rules.count, 1);
	assert_true(rules.rule[0]->permanent);
	zong_rules_release(&rules);
}

static void what_is_due_is_listed_page_by_page(void **state)
{
	struct fixture *f = *state;
	struct zong_due *due;
	char *cursor = NULL, *next;
	size_t count, seen = 0;
	char pages[32];

	f->archive->today = day("2026-06-01");
	fixture_case(f, "R-3");
	assert_int_equal(set_rule(f, "", "证明", "注销", 1), 0);
	add_event(f, "R-3", "注销", "2010-01-01");
	for (int i = 0; i < 5; i++) {
		snprintf(pages, sizeof(pages), "text due%d\n", i);
		assert_int_equal(fixture_add(f, "R-3", "证明", pages, NULL, &f->receipt), 0);
	}
	do {
		assert_int_equal(zong_retention_due(f->archive, &f->archivist, "R-3", cursor, 2,
					 &due, &count, &next, &f->err),
			0);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(due[i].verdict.state, ZONG_KEPT_DUE);
		seen += count;
		zong_due_free(due, count);
		free(cursor);
		cursor = next;
	} while (cursor);
	assert_int_equal(seen, 5);
	assert_int_equal(zong_retention_due(
				 f->archive, &f->tax, NULL, NULL, 2, &due, &count, &next, &f->err),
		ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_are_those_of_the_calendar),
		cmocka_unit_test(years_later_is_the_same_day_or_the_one_after_february),
		cmocka_unit_test_teardown(
			the_most_exact_rules_count_and_of_them_the_latest, fixture_clear),
		cmocka_unit_test_teardown(a_later_event_of_the_same_kind_counts, fixture_clear),
		cmocka_unit_test_teardown(a_rule_that_says_nothing_is_refused, fixture_clear),
		cmocka_unit_test_teardown(
			a_set_of_rules_takes_the_place_of_all_or_none_does, fixture_clear),
		cmocka_unit_test_teardown(what_is_due_is_listed_page_by_page, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
