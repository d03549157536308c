/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include <zong/time.h>

#include "sample_deliveries.h"

static int list(struct fixture *f, const struct zong_subject *who, const char *state,
	const char *department, size_t max)
{
	char *cursor = f->next;
	int err;

	zong_events_free(f->events, f->event_count);
	f->events = NULL;
	f->event_count = 0;
	f->next = NULL;
	err = zong_delivery_list(f->archive, who, state, department, cursor, max, &f->events,
		&f->event_count, &f->next, &f->err);
	free(cursor);
	return err;
}

static void what_is_open_stands_in_the_list_of_its_state(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "list-1");
	assert_int_equal(fixture_add(f, "list-1", "", "text 甲\n", "tax,housing", &f->receipt), 0);
	assert_int_equal(list(f, &f->archivist, "due", NULL, 10), 0);
	assert_int_equal(f->event_count, 2);
	assert_int_equal(list(f, &f->archivist, "due", "tax", 10), 0);
	assert_int_equal(f->event_count, 1);
	assert_int_equal(sample_feed(f, &f->tax, "tax", 0), 1);
	assert_int_equal(list(f, &f->archivist, "sent", NULL, 10), 0);
	assert_int_equal(f->event_count, 1);
	assert_int_equal(list(f, &f->archivist, "overdue", NULL, 10), 0);
	assert_int_equal(f->event_count, 0);
	assert_int_equal(
		zong_delivery_return(f->archive, &f->tax, fixture_id(&f->receipt.delivery[1]->id),
			"缺页", &f->event, &f->err),
		0); /* [0] is that of housing */
	assert_int_equal(list(f, &f->archivist, "returned", NULL, 10), 0);
	assert_int_equal(f->event_count, 1);
	assert_string_equal(f->events[0].delivery->reason, "缺页");
	assert_int_equal(list(f, &f->archivist, "sent", NULL, 10), 0);
	assert_int_equal(f->event_count, 0);
	/* a newer version is on its way: nothing is to be done any more */
	assert_int_equal(sample_replace(f, "list-1", "text 乙\n"), 0);
	assert_int_equal(list(f, &f->archivist, "returned", NULL, 10), 0);
	assert_int_equal(f->event_count, 0);
}

/* As if it had been sent that long ago. */
struct ageing {
	const struct zong_id *id;
	int64_t by;
};

static int age(struct zong_txn *txn, void *ctx)
{
	const struct ageing *ageing = ctx;
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	struct zong_deliver_place before;

	assert_int_equal(zong_row_delivery(txn, ageing->id, &delivery), 0);
	zong_deliver_place(delivery, &before);
	delivery->sent -= ageing->by;
	return zong_deliver_put(txn, delivery, &before);
}

static void what_was_sent_and_not_acknowledged_in_time_is_overdue(void **state)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	struct fixture *f = *state;
	Zong__Department *row;
	struct ageing ageing = {.by = 25 * 3600 * ZONG_SECOND};
	struct zong_id id;
	bool secrets;

	fixture_case(f, "list-2");
	assert_int_equal(fixture_add(f, "list-2", "", "text 丙\n", "housing", &f->receipt), 0);
	assert_true(sample_feed(f, &f->housing, "housing", 0) > 0);
	assert_true(zong_row_id(&f->receipt.delivery[0]->id, &id));
	ageing.id = &id;
	assert_int_equal(zong_store_write(f->archive->store, age, &ageing), 0);
	assert_int_equal(list(f, &f->archivist, "overdue", NULL, 10), 0);
	assert_int_equal(f->event_count, 1);
	wish.receipt_hours = 48;
	assert_int_equal(zong_department_set(f->archive, &f->administrator, "housing", &wish, &row,
				 &secrets, &f->err),
		0);
	zong__department__free_unpacked(row, NULL);
	assert_int_equal(list(f, &f->archivist, "overdue", NULL, 10), 0);
	assert_int_equal(f->event_count, 0);
}

static void a_list_goes_on_by_its_cursor_and_shows_what_one_may_see(void **state)
{
	struct fixture *f = *state;
	size_t seen = 0, all;
	char pages[64];

	fixture_case(f, "list-3");
	for (int i = 0; i < 5; i++) {
		snprintf(pages, sizeof(pages), "text 第%d张\n", i);
		zong_receipt_release(&f->receipt);
		assert_int_equal(
			fixture_add(f, "list-3", "", pages, "tax,housing", &f->receipt), 0);
	}
	assert_int_equal(list(f, &f->archivist, "due", NULL, 200), 0);
	all = f->event_count;
	assert_true(all >= 10);
	do {
		assert_int_equal(list(f, &f->archivist, "due", NULL, 3), 0);
		assert_true(f->event_count <= 3);
		seen += f->event_count;
	} while (f->next);
	assert_int_equal(seen, all);
	assert_int_equal(list(f, &f->tax, "due", NULL, 200), 0);
	assert_true(f->event_count >= 5 && f->event_count < all);
	for (size_t i = 0; i < f->event_count; i++)
		assert_string_equal(f->events[i].delivery->department, "tax");
	assert_int_equal(list(f, &f->tax, "due", "housing", 10), ZONG_ENODEPARTMENT);
	assert_int_equal(list(f, &f->tax, "due", "nobody", 10), ZONG_ENODEPARTMENT);
	assert_int_equal(list(f, &f->lookup, "due", NULL, 10), ZONG_EFORBIDDEN);
	assert_int_equal(list(f, &f->administrator, "due", NULL, 10), ZONG_EFORBIDDEN);
	assert_int_equal(list(f, &f->archivist, "received", NULL, 10), ZONG_EINVAL);
	f->next = strdup("nonsense");
	assert_int_equal(list(f, &f->archivist, "due", NULL, 10), ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_open_stands_in_the_list_of_its_state, fixture_clear),
		cmocka_unit_test_teardown(
			what_was_sent_and_not_acknowledged_in_time_is_overdue, fixture_clear),
		cmocka_unit_test_teardown(
			a_list_goes_on_by_its_cursor_and_shows_what_one_may_see, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
