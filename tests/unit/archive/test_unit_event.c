/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"
#include "sample_units.h"
#include "unit.h"

#define P "370786002001GB000"

static int try(struct fixture *f, const char *kind, const char *date, const char *before,
	const char *after)
{
	return sample_event(f, &f->archivist, kind, date, before, after, NULL, NULL);
}

static bool in_table(struct fixture *f, const char *code)
{
	Zong__Unit *unit = NULL;
	struct zong_txn *txn;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_unit_get(txn, code, &unit);
	zong_txn_end(txn);
	if (!err)
		zong__unit__free_unpacked(unit, NULL);
	return err == 0;
}

static size_t events_of(struct fixture *f, const char *code)
{
	Zong__UnitEvent **events;
	size_t count;

	assert_int_equal(zong_unit_event_list(f->archive, &f->archivist, code, NULL, 100, &events,
				 &count, &f->next, &f->err),
		0);
	zong_unit_events_free(events, count);
	return count;
}

static void kinds_have_two_names(void **state)
{
	static const char *const names[] = {"split", "merge", "renumber", "area", "end"};
	static const char *const chinese[] = {"分割", "合并", "编码变更", "区划调整", "灭失"};
	Zong__UnitEventKind kind;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(zong_unit_event_kind_parse(names[i], &kind), 0);
		assert_int_equal(kind, i);
		assert_int_equal(zong_unit_event_kind_parse(chinese[i], &kind), 0);
		assert_int_equal(kind, i);
		assert_string_equal(zong_unit_event_kind_name(kind), names[i]);
	}
	assert_int_equal(zong_unit_event_kind_parse("", &kind), ZONG_EINVAL);
	assert_string_equal(zong_unit_event_kind_name((Zong__UnitEventKind)99), "unknown");
}

static void what_comes_after_enters_the_table(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], object[64];
	bool again;

	assert_int_equal(sample_event(f, &f->archivist, "split", "2015-06-01", P "01",
				 P "03 " P "02", id, &again),
		0);
	assert_false(again);
	assert_true(in_table(f, P "02") && in_table(f, P "03"));
	assert_false(in_table(f, P "01"));
	assert_int_equal(events_of(f, P "01"), 1);
	assert_int_equal(events_of(f, P "03"), 1);
	snprintf(object, sizeof(object), "unit-event/%s", id);
	assert_int_equal(fixture_log(f, "unit.event", object, NULL), 1);
	/* In another order it is the same one. */
	assert_int_equal(sample_event(f, &f->archivist, "split", "2015-06-01",
				 "370786002001gb00001", P "02 " P "03", id, &again),
		0);
	assert_true(again);
	assert_int_equal(events_of(f, P "01"), 1);
	assert_int_equal(fixture_log(f, "unit.event", object, NULL), 1);
}

static void a_code_ends_once(void **state)
{
	struct fixture *f = *state;

	sample_happened(f, "split", "2015-06-01", P "11", P "12 " P "13");
	assert_int_equal(try(f, "end", "2016-01-01", P "11", ""), ZONG_EUNITENDED);
	assert_string_equal(f->err.subject, P "11");
	assert_int_equal(events_of(f, P "11"), 1);
	/* A part was cut off and the rest kept its number: it can end yet. */
	sample_happened(f, "split", "2015-06-01", P "14", P "14 " P "15");
	sample_happened(f, "end", "2016-01-01", P "14", "");
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *kind, *date, *before, *after;
		int code;
		const char *subject;
	} wrong[] = {
		{"split", "2015-06-01", P "21", P "22", ZONG_EINVAL, "after"},
		{"split", "2015-06-01", P "21 " P "22", P "23 " P "24", ZONG_EINVAL, "before"},
		{"merge", "2015-06-01", P "21", P "22", ZONG_EINVAL, "before"},
		{"merge", "2015-06-01", P "21 " P "22", P "23 " P "24", ZONG_EINVAL, "after"},
		{"end", "2015-06-01", P "21", P "22", ZONG_EINVAL, "after"},
		{"renumber", "2015-06-01", P "21", P "21", ZONG_EINVAL, "after"},
		{"renumber", "2015-06-01", P "21", P "22F0001", ZONG_EINVAL, P "22F0001"},
		{"renumber", "2015-06-01", P "21", "370786", ZONG_EUNITCODE, "370786"},
		{"merge", "2015-06-01", P "21 " P "21", P "22", ZONG_EINVAL, P "21"},
		{"area", "2015-06-01", "370786", P "21", ZONG_EUNITCODE, P "21"},
		{"area", "2015-06-01", "370786", "370786001", ZONG_EINVAL, "370786001"},
		{"renumber", "2999-06-01", P "21", P "22", ZONG_EDATE, "date"},
		{"renumber", "2015-06-01", "示例", P "22", ZONG_EUNITCODE, "示例"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(
			try(f, wrong[i].kind, wrong[i].date, wrong[i].before, wrong[i].after),
			wrong[i].code);
		assert_string_equal(f->err.subject, wrong[i].subject);
	}
	assert_int_equal(events_of(f, P "21"), 0);
	assert_int_equal(sample_event(f, &f->lookup, "end", "2015-06-01", P "21", "", NULL, NULL),
		ZONG_EFORBIDDEN);
	assert_int_equal(sample_event(f, &f->tax, "end", "2015-06-01", P "21", "", NULL, NULL),
		ZONG_EFORBIDDEN);
}

static void a_withdrawn_event_counts_no_more(void **state)
{
	struct fixture *f = *state;
	Zong__Unit changed = ZONG__UNIT__INIT;
	Zong__UnitEvent *event;
	Zong__Unit *unit;
	unsigned int oddities;
	char id[ZONG_ID_TEXT];
	static char name[] = "示例楼", code[] = P "33";

	assert_int_equal(sample_event(f, &f->archivist, "split", "2015-06-01", P "31",
				 P "32 " P "33", id, NULL),
		0);
	changed.code = code;
	changed.name = name;
	assert_int_equal(
		zong_unit_set(f->archive, &f->archivist, &changed, &unit, &oddities, &f->err), 0);
	zong__unit__free_unpacked(unit, NULL);
	assert_int_equal(
		zong_unit_event_withdraw(f->archive, &f->archivist, id, " ", &event, &f->err),
		ZONG_EREASON);
	assert_int_equal(
		zong_unit_event_withdraw(f->archive, &f->archivist, "x", "错", &event, &f->err),
		ZONG_ENOENT);
	assert_int_equal(zong_unit_event_withdraw(f->archive, &f->tax, id, "错", &event, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_unit_event_withdraw(
				 f->archive, &f->archivist, id, "登记有误", &event, &f->err),
		0);
	assert_string_equal(event->withdrawn_reason, "登记有误");
	assert_true(event->withdrawn_record > event->record);
	zong__unit_event__free_unpacked(event, NULL);
	assert_int_equal(events_of(f, P "31"), 0);
	/* What a person changed since stays. */
	assert_false(in_table(f, P "32"));
	assert_true(in_table(f, P "33"));
	assert_int_equal(
		zong_unit_event_withdraw(f->archive, &f->archivist, id, "错", &event, &f->err),
		ZONG_EEXIST);
	sample_happened(f, "end", "2015-06-01", P "31", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_two_names),
		cmocka_unit_test_teardown(what_comes_after_enters_the_table, fixture_clear),
		cmocka_unit_test_teardown(a_code_ends_once, fixture_clear),
		cmocka_unit_test_teardown(what_cannot_be_is_refused, fixture_clear),
		cmocka_unit_test_teardown(a_withdrawn_event_counts_no_more, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
