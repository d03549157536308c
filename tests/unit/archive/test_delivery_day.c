/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "sample_deliveries.h"

#define DAY (86400 * ZONG_SECOND)

struct ageing {
	const Zong__Delivery *delivery;
	int64_t by;
};

/* As if it had become due that long ago. */
static int age(struct zong_txn *txn, void *ctx)
{
	const struct ageing *ageing = ctx;
	_cleanup_row_ Zong__Delivery *row = NULL;
	struct zong_deliver_place before;
	struct zong_id id;

	assert_true(zong_row_id(&ageing->delivery->id, &id));
	assert_int_equal(zong_row_delivery(txn, &id, &row), 0);
	zong_deliver_place(row, &before);
	row->due -= ageing->by;
	return zong_deliver_put(txn, row, &before);
}

static void add(struct fixture *f, const char *pages, int days_ago)
{
	struct ageing ageing = {.by = days_ago * DAY};

	zong_receipt_release(&f->receipt);
	assert_int_equal(fixture_add(f, "day-1", "", pages, "tax", &f->receipt), 0);
	ageing.delivery = f->receipt.delivery[0];
	assert_int_equal(zong_store_write(f->archive->store, age, &ageing), 0);
}

static void expect(struct fixture *f, int32_t number, uint64_t deliveries, uint64_t received)
{
	struct zong_day day;

	assert_int_equal(zong_day_get(f->archive, &f->archivist, "tax", number, &day, &f->err), 0);
	assert_int_equal(day.deliveries, deliveries);
	assert_int_equal(day.items, deliveries);
	assert_int_equal(day.received, received);
	zong_day_release(&day);
}

static void each_day_has_what_became_due_on_it(void **state)
{
	struct fixture *f = *state;
	int32_t today = zong_day_of(zong_time_now());

	fixture_case(f, "day-1");
	for (int ago = 5; ago > 0; ago--) {
		for (int i = 0; i < ago; i++) {
			char pages[64];

			snprintf(pages, sizeof(pages), "text %d天前第%d\n", ago, i);
			add(f, pages, ago);
		}
	}
	for (int ago = 5; ago > 0; ago--)
		expect(f, today - ago, (uint64_t)ago, 0);
	expect(f, today, 0, 0);
	expect(f, today - 6, 0, 0);
	expect(f, INT32_MIN, 0, 0);
	expect(f, INT32_MAX, 0, 0);
}

static int reconcile(struct fixture *f, const struct zong_subject *who, int32_t number,
	const struct zong_day_item *items, size_t count, struct zong_day_reply *reply)
{
	return zong_day_reconcile(f->archive, who, "tax", number, items, count, reply, &f->err);
}

static void both_sides_agree_or_it_is_named_what_differs(void **state)
{
	struct fixture *f = *state;
	int32_t number = zong_day_of(zong_time_now()) - 3;
	struct zong_day_reply reply;
	struct zong_day day;
	struct zong_day_item first;

	assert_int_equal(zong_day_get(f->archive, &f->tax, "tax", number, &day, &f->err), 0);
	assert_int_equal(day.items, 3);
	assert_null(day.last);
	assert_int_equal(reconcile(f, &f->tax, number, day.item, 3, &reply), 0);
	assert_int_equal(reply.differences, 0);
	assert_int_equal(reply.row->ours, 3);
	assert_int_equal(reply.row->theirs, 3);
	zong_day_reply_release(&reply);
	/* one is lost, one has other bytes, one nobody sent */
	first = day.item[0];
	day.item[1].file.bytes[0] ^= 1;
	zong_id_new(&day.item[0].delivery);
	assert_int_equal(reconcile(f, &f->tax, number, day.item, 2, &reply), 0);
	assert_int_equal(reply.row->missing, 2);
	assert_int_equal(reply.row->differing, 1);
	assert_int_equal(reply.row->unknown, 1);
	assert_int_equal(reply.differences, 4);
	assert_memory_equal(reply.difference[0].delivery.bytes, first.delivery.bytes, 16);
	assert_int_equal(reply.difference[0].how, ZONG_DAY_MISSING);
	zong_day_reply_release(&reply);
	zong_day_release(&day);
	assert_int_equal(zong_day_get(f->archive, &f->archivist, "tax", number, &day, &f->err), 0);
	assert_int_equal(day.last->missing, 2);
	zong_day_release(&day);
	assert_int_equal(fixture_log(f, "department.reconcile", "department/tax", NULL), 2);
	/* nobody speaks for another */
	assert_int_equal(reconcile(f, &f->housing, number, NULL, 0, &reply), ZONG_ENODEPARTMENT);
	assert_int_equal(reconcile(f, &f->archivist, number, NULL, 0, &reply), ZONG_EFORBIDDEN);
	assert_int_equal(zong_day_get(f->archive, &f->housing, "tax", number, &day, &f->err),
		ZONG_ENODEPARTMENT);
}

static void what_the_department_does_not_keep_is_not_counted(void **state)
{
	struct fixture *f = *state;
	int32_t today = zong_day_of(zong_time_now());

	fixture_case(f, "day-2");
	assert_int_equal(fixture_add(f, "day-2", "a", "text 甲\n", "tax", &f->receipt), 0);
	expect(f, today, 1, 0);
	assert_int_equal(zong_delivery_receipt(f->archive, &f->tax,
				 fixture_id(&f->receipt.delivery[0]->id), NULL, &f->event, &f->err),
		0);
	expect(f, today, 1, 1);
	/* the old version was received, the new one is not yet: both are theirs to have */
	assert_int_equal(sample_replace(f, "day-2", "text 乙\n"), 0);
	expect(f, today, 2, 1);
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_return(f->archive, &f->tax,
				 fixture_id(&f->other.delivery[0]->id), "缺页", &f->event, &f->err),
		0);
	expect(f, today, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_day_has_what_became_due_on_it, fixture_clear),
		cmocka_unit_test_teardown(
			both_sides_agree_or_it_is_named_what_differs, fixture_clear),
		cmocka_unit_test_teardown(
			what_the_department_does_not_keep_is_not_counted, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
