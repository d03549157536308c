/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "fixture.h"
#include "inside.h"

static int add(struct fixture *f, const char *no, const char *kind, const char *date)
{
	Zong__Case *row = NULL;
	bool again;
	int err = zong_case_event_add(
		f->archive, &f->archivist, no, kind, date, &row, &again, &f->err);

	if (!err)
		zong__case__free_unpacked(row, NULL);
	return err;
}

static void today_is_the_last_day_that_an_event_can_have(void **state)
{
	struct fixture *f = *state;
	char day[ZONG_DAY_TEXT];

	fixture_case(f, "E-1");
	f->archive->today = zong_day_of(zong_time_now());
	zong_day_format(f->archive->today + 1, day);
	assert_int_equal(add(f, "E-1", "注销", day), ZONG_EDATE);
	assert_string_equal(f->err.subject, day);
	zong_day_format(f->archive->today, day);
	assert_int_equal(add(f, "E-1", "注销", day), 0);
	f->archive->today = 0;
	assert_int_equal(add(f, "E-1", "注销", "1899-12-31"), ZONG_EDATE);
	assert_int_equal(add(f, "E-1", "注销", "1900-01-01"), 0);
	assert_int_equal(add(f, "E-1", "注销", "2021-02-29"), ZONG_EDATE);
	assert_int_equal(add(f, "E-1", "注销", "2020-02-29"), 0);
	assert_int_equal(add(f, "E-1", "注销", ""), ZONG_EDATE);
}

static void a_kind_that_is_no_name_is_refused(void **state)
{
	struct fixture *f = *state;
	char longer[ZONG_LIMIT_TYPE + 2];

	fixture_case(f, "E-2");
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(add(f, "E-2", "", "2020-01-01"), ZONG_EINVAL);
	assert_int_equal(add(f, "E-2", " 　", "2020-01-01"), ZONG_EINVAL);
	assert_int_equal(add(f, "E-2", "opened", "2020-01-01"), ZONG_EINVAL);
	assert_int_equal(add(f, "E-2", longer, "2020-01-01"), ZONG_ELIMIT);
	assert_int_equal(add(f, "E-2", "\xe6\xb3", "2020-01-01"), ZONG_EENCODING);
	assert_int_equal(add(f, "E-2", "注\x01销", "2020-01-01"), ZONG_EENCODING);
	longer[ZONG_LIMIT_TYPE] = '\0';
	assert_int_equal(add(f, "E-2", longer, "2020-01-01"), 0);
	assert_int_equal(fixture_log(f, "case.event", "case/E-2", NULL), 1);
}

static void the_same_event_on_another_day_is_another_one(void **state)
{
	struct fixture *f = *state;
	struct zong_subject another = f->archivist;
	Zong__Case *row;
	bool again;

	snprintf(another.key, sizeof(another.key), "token:another");
	fixture_case(f, "E-3");
	assert_int_equal(add(f, "E-3", "注销", "2020-01-01"), 0);
	assert_int_equal(add(f, "E-3", "注销", "2020-01-02"), 0);
	assert_int_equal(add(f, "E-3", "解除查封", "2020-01-01"), 0);
	assert_int_equal(zong_case_event_add(f->archive, &another, "E-3", "注销", "2020-01-02",
				 &row, &again, &f->err),
		0);
	zong__case__free_unpacked(f->cas, NULL);
	f->cas = row;
	assert_true(again);
	assert_int_equal(row->n_events, 3);
	assert_string_equal(row->events[1]->kind, "注销");
	assert_int_equal(row->events[1]->day, row->events[0]->day + 1);
	/* who said so first is who said so */
	assert_string_equal(row->events[1]->by, f->archivist.key);
	assert_true(row->events[1]->record > 0);
}

static void a_case_has_so_many_events_and_no_more(void **state)
{
	struct fixture *f = *state;
	char day[ZONG_DAY_TEXT];

	fixture_case(f, "E-4");
	for (int32_t i = 0; i < ZONG_LIMIT_EVENTS; i++) {
		zong_day_format(i, day);
		assert_int_equal(add(f, "E-4", "注销", day), 0);
	}
	assert_int_equal(add(f, "E-4", "注销", "2020-01-01"), ZONG_ELIMIT);
	assert_string_equal(f->err.subject, "events");
	assert_int_equal(add(f, "E-4", "注销", day), 0); /* is there */
}

static void who_may_not_learns_nothing_of_the_case(void **state)
{
	struct fixture *f = *state;
	const struct zong_subject *others[] = {&f->tax, &f->lookup, &f->nobody};
	int codes[2];
	Zong__Case *row;
	bool again;

	fixture_case(f, "E-5");
	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 0; j < 2; j++)
			codes[j] = zong_case_event_add(f->archive, others[i], j ? "E-5" : "E-none",
				"注销", "2020-01-01", &row, &again, &f->err);
		assert_true(codes[0] == ZONG_EFORBIDDEN || codes[0] == ZONG_EUNAUTHENTICATED);
		assert_int_equal(codes[0], codes[1]);
	}
	assert_int_equal(add(f, "E-none", "注销", "2020-01-01"), ZONG_ENOCASE);
	assert_int_equal(add(f, "E 5/", "注销", "2020-01-01"), ZONG_ENOCASE);
	assert_int_equal(fixture_log(f, "case.event", "case/E-5", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			today_is_the_last_day_that_an_event_can_have, fixture_clear),
		cmocka_unit_test_teardown(a_kind_that_is_no_name_is_refused, fixture_clear),
		cmocka_unit_test_teardown(
			the_same_event_on_another_day_is_another_one, fixture_clear),
		cmocka_unit_test_teardown(a_case_has_so_many_events_and_no_more, fixture_clear),
		cmocka_unit_test_teardown(who_may_not_learns_nothing_of_the_case, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
