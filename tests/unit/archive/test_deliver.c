/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/time.h>

#include "deliver.h"
#include "fixture.h"
#include "row.h"

struct step {
	const Zong__Material *material;
	const char *department;
	bool made;
	Zong__Delivery *delivery;
	struct zong_deliver_place before;
};

static int make(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;

	return zong_deliver_new(txn, step->material, step->department, &step->made);
}

static int put(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;

	return zong_deliver_put(txn, step->delivery, &step->before);
}

static uint64_t count(struct fixture *f, Zong__DeliveryState state)
{
	struct zong_txn *txn;
	uint64_t value;
	int err;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	err = zong_deliver_count(txn, state, &value);
	zong_txn_end(txn);
	assert_int_equal(err, 0);
	return value;
}

static uint64_t outbox(struct fixture *f)
{
	struct zong_txn *txn;
	uint64_t entries = 0;

	assert_int_equal(zong_store_read_begin(f->archive->store, &txn), 0);
	zong_txn_entries(txn, ZONG_TABLE_OUTBOX, &entries);
	zong_txn_end(txn);
	return entries;
}

static void a_department_gets_a_material_once(void **state)
{
	struct fixture *f = *state;
	uint64_t due = count(f, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	struct step step = {.department = "tax"};

	fixture_case(f, "deliver-1");
	assert_int_equal(fixture_add(f, "deliver-1", "", "text 甲\n", NULL, &f->receipt), 0);
	step.material = f->receipt.material;
	assert_int_equal(zong_store_write(f->archive->store, make, &step), 0);
	assert_true(step.made);
	assert_int_equal(zong_store_write(f->archive->store, make, &step), 0);
	assert_false(step.made);
	assert_int_equal(count(f, ZONG__DELIVERY_STATE__DELIVERY_DUE), due + 1);
	assert_int_equal(outbox(f), 0);
	step.department = "none";
	assert_int_equal(zong_store_write(f->archive->store, make, &step), ZONG_ENODEPARTMENT);
}

static void states_are_counted_and_the_outbox_follows(void **state)
{
	struct fixture *f = *state;
	uint64_t due;
	uint64_t sent;
	struct step step = {0};

	fixture_case(f, "deliver-2");
	assert_int_equal(fixture_add(f, "deliver-2", "", "text 乙\n", "tax", &f->receipt), 0);
	due = count(f, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sent = count(f, ZONG__DELIVERY_STATE__DELIVERY_SENT);
	step.delivery = f->receipt.delivery[0];
	zong_deliver_place(step.delivery, &step.before);
	step.delivery->state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
	step.delivery->next_attempt = 1000;
	assert_int_equal(zong_store_write(f->archive->store, put, &step), 0);
	assert_int_equal(count(f, ZONG__DELIVERY_STATE__DELIVERY_DUE), due - 1);
	assert_int_equal(count(f, ZONG__DELIVERY_STATE__DELIVERY_SENT), sent + 1);
	assert_int_equal(outbox(f), 1);
	zong_deliver_place(step.delivery, &step.before);
	step.delivery->next_attempt = 2000;
	assert_int_equal(zong_store_write(f->archive->store, put, &step), 0);
	assert_int_equal(count(f, ZONG__DELIVERY_STATE__DELIVERY_SENT), sent + 1);
	assert_int_equal(outbox(f), 1);
	zong_deliver_place(step.delivery, &step.before);
	step.delivery->next_attempt = 0;
	assert_int_equal(zong_store_write(f->archive->store, put, &step), 0);
	assert_int_equal(outbox(f), 0);
}

static void due_sent_and_waiting_are_open_all_others_ended(void **state)
{
	Zong__Delivery delivery = ZONG__DELIVERY__INIT;

	(void)state;
	for (int i = 0; i < 7; i++) {
		delivery.state = (Zong__DeliveryState)i;
		assert_int_equal(zong_deliver_ended(&delivery), i >= 2 && i <= 5);
	}
}

static void an_event_tells_material_and_kind(void **state)
{
	struct fixture *f = *state;
	struct zong_event event = {0};
	Zong__Delivery *delivery;
	struct zong_id id;

	fixture_case(f, "deliver-3");
	assert_int_equal(fixture_add(f, "deliver-3", "合同", "text 丙\n", "tax", &f->receipt), 0);
	assert_true(zong_row_id(&f->receipt.delivery[0]->id, &id));
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_row_delivery(f->txn, &id, &delivery), 0);
	assert_int_equal(zong_deliver_event(f->txn, delivery, &event), 0);
	assert_string_equal(event.material->type, "合同");
	assert_string_equal(event.kind, "转移登记");
	zong_event_release(&event);
	zong_event_release(&event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_department_gets_a_material_once, fixture_clear),
		cmocka_unit_test_teardown(states_are_counted_and_the_outbox_follows, fixture_clear),
		cmocka_unit_test(due_sent_and_waiting_are_open_all_others_ended),
		cmocka_unit_test_teardown(an_event_tells_material_and_kind, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
