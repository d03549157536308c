/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static uint64_t last_cursor;
static bool last_more;

static int feed(struct fixture *f, const struct zong_subject *who, const char *department,
	uint64_t after, bool open, size_t max)
{
	zong_events_free(f->events, f->event_count);
	f->events = NULL;
	f->event_count = 0;
	return zong_feed_read(f->archive, who, department, after, open, max, &f->events,
		&f->event_count, &last_cursor, &last_more, &f->err);
}

static void add(struct fixture *f, const char *no, const char *to)
{
	char pages[64];

	snprintf(pages, sizeof(pages), "text %s %s\n", no, to);
	fixture_case(f, no);
	assert_int_equal(fixture_add(f, no, "", pages, to, &f->receipt), 0);
}

static void a_department_reads_its_own_deliveries_in_order(void **state)
{
	struct fixture *f = *state;
	uint64_t start;

	assert_int_equal(feed(f, &f->tax, "tax", 0, false, 200), 0);
	start = last_cursor;
	add(f, "feed-1", "tax");
	add(f, "feed-2", "housing");
	add(f, "feed-3", "housing,tax");
	add(f, "feed-4", "tax");
	assert_int_equal(feed(f, &f->tax, "tax", start, false, 2), 0);
	assert_int_equal(f->event_count, 2);
	assert_true(last_more);
	assert_string_equal(f->events[0].delivery->case_no, "feed-1");
	assert_string_equal(f->events[1].delivery->case_no, "feed-3");
	assert_true(f->events[0].delivery->cursor < f->events[1].delivery->cursor);
	assert_int_equal(last_cursor, f->events[1].delivery->cursor);
	assert_int_equal(feed(f, &f->tax, "tax", last_cursor, false, 2), 0);
	assert_int_equal(f->event_count, 1);
	assert_false(last_more);
	assert_string_equal(f->events[0].delivery->case_no, "feed-4");
	start = last_cursor;
	assert_int_equal(feed(f, &f->tax, "tax", start, false, 2), 0);
	assert_int_equal(f->event_count, 0);
	assert_int_equal(last_cursor, start);
	assert_int_equal(feed(f, &f->tax, "tax", UINT64_MAX, false, 2), 0);
	assert_int_equal(f->event_count, 0);
}

static void reading_by_the_department_itself_counts_as_sent(void **state)
{
	struct fixture *f = *state;
	uint64_t start;

	assert_int_equal(feed(f, &f->local, "housing", 0, false, 200), 0);
	start = last_cursor;
	add(f, "sent-1", "housing");
	assert_int_equal(feed(f, &f->local, "housing", start, false, 200), 0);
	assert_int_equal(f->events[0].delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(feed(f, &f->housing, "housing", start, false, 200), 0);
	assert_int_equal(f->events[0].delivery->state, ZONG__DELIVERY_STATE__DELIVERY_SENT);
	assert_int_equal(feed(f, &f->local, "housing", start, false, 200), 0);
	assert_int_equal(f->events[0].delivery->state, ZONG__DELIVERY_STATE__DELIVERY_SENT);
	assert_true(f->events[0].delivery->sent > 0);
}

static void ended_ones_are_left_out_where_only_open_ones_are_wanted(void **state)
{
	struct fixture *f = *state;
	uint64_t start;

	assert_int_equal(feed(f, &f->tax, "tax", 0, false, 200), 0);
	start = last_cursor;
	add(f, "open-1", "tax");
	assert_int_equal(zong_delivery_receipt(f->archive, &f->tax,
				 fixture_id(&f->receipt.delivery[0]->id), NULL, &f->event, &f->err),
		0);
	add(f, "open-2", "tax");
	assert_int_equal(feed(f, &f->tax, "tax", start, true, 200), 0);
	assert_int_equal(f->event_count, 1);
	assert_string_equal(f->events[0].delivery->case_no, "open-2");
	assert_int_equal(feed(f, &f->tax, "tax", start, false, 200), 0);
	assert_int_equal(f->event_count, 2);
}

static void others_feeds_do_not_exist(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(feed(f, &f->tax, "housing", 0, false, 10), ZONG_ENOENT);
	assert_int_equal(feed(f, &f->tax, "none", 0, false, 10), ZONG_ENOENT);
	assert_int_equal(feed(f, &f->local, "none", 0, false, 10), ZONG_ENODEPARTMENT);
	assert_int_equal(feed(f, &f->archivist, "tax", 0, false, 10), ZONG_EFORBIDDEN);
	assert_int_equal(feed(f, &f->lookup, "tax", 0, false, 10), ZONG_EFORBIDDEN);
	assert_int_equal(feed(f, &f->nobody, "tax", 0, false, 10), ZONG_EUNAUTHENTICATED);
}

static void a_name_that_begins_like_another_is_another(void **state)
{
	struct fixture *f = *state;
	struct zong_subject taxes = f->tax;
	Zong__Department *department;

	assert_int_equal(zong_department_add(f->archive, &f->local, "taxes", "税", NULL, false,
				 &department, &f->err),
		0);
	zong__department__free_unpacked(department, NULL);
	snprintf(taxes.department, sizeof(taxes.department), "taxes");
	add(f, "prefix-1", "taxes");
	assert_int_equal(feed(f, &taxes, "taxes", 0, false, 200), 0);
	assert_int_equal(f->event_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_department_reads_its_own_deliveries_in_order, fixture_clear),
		cmocka_unit_test_teardown(
			reading_by_the_department_itself_counts_as_sent, fixture_clear),
		cmocka_unit_test_teardown(
			ended_ones_are_left_out_where_only_open_ones_are_wanted, fixture_clear),
		cmocka_unit_test_teardown(others_feeds_do_not_exist, fixture_clear),
		cmocka_unit_test_teardown(
			a_name_that_begins_like_another_is_another, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
