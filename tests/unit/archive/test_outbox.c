/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "deliver.h"
#include "fixture.h"
#include "row.h"

static int setup(void **state)
{
	Zong__Department *department;
	struct fixture *f;
	static const char *const ids[] = {"bank", "court"};

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	for (int i = 0; i < 2; i++) {
		if (zong_department_add(f->archive, &f->local, ids[i], "示例",
			    "https://example.org/hook", false, &department, &f->err))
			return -1;
		zong__department__free_unpacked(department, NULL);
	}
	return 0;
}

/* How many of @department may be sent at @now. */
static size_t take(struct fixture *f, const char *department, int64_t now, const char *busy)
{
	zong_outbox_release(&f->outbox);
	assert_int_equal(zong_outbox_take(f->archive, department, now, &busy, busy ? 1 : 0, 10,
				 &f->outbox),
		0);
	return f->outbox.count;
}

static int done(struct fixture *f, const struct zong_id *id, int status, const char *error,
	int64_t next)
{
	struct zong_outbox_result result = {.delivery = *id, .status = status, .next = next};

	snprintf(result.error, sizeof(result.error), "%s", error);
	return zong_outbox_done(f->archive, &result, 1);
}

static struct zong_id add(struct fixture *f, const char *no, const char *pages, const char *to)
{
	struct zong_id id;

	fixture_case(f, no);
	assert_int_equal(fixture_add(f, no, "", pages, to, &f->receipt), 0);
	assert_true(zong_row_id(&f->receipt.delivery[0]->id, &id));
	return id;
}

static void refresh(struct fixture *f)
{
	char id[ZONG_ID_TEXT];

	memcpy(id, fixture_id(&f->receipt.delivery[0]->id), sizeof(id));
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_get(f->archive, &f->local, id, &f->event, &f->err), 0);
}

static void what_is_due_comes_with_its_department_until_it_is_sent(void **state)
{
	struct fixture *f = *state;
	int64_t now;
	struct zong_id id = add(f, "out-1", "text 甲\n", "bank,tax");

	now = zong_time_now();
	assert_int_equal(take(f, "bank", now, NULL), 1);
	assert_string_equal(f->outbox.department->id, "bank");
	assert_int_equal(f->outbox.department->secret.len, 32);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, id.bytes, 16);
	assert_string_equal(f->outbox.event[0].kind, "转移登记");
	assert_int_equal(take(f, "bank", now, NULL), 1);
	assert_int_equal(take(f, "tax", now, NULL), 0);
	assert_null(f->outbox.department); /* has no webhook */
	assert_int_equal(done(f, &id, 204, "", 0), 0);
	assert_int_equal(take(f, "bank", now, NULL), 0);
	assert_int_equal(f->outbox.due, 0);
	refresh(f);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_SENT);
	assert_int_equal(f->event->delivery->attempts, 1);
	assert_int_equal(fixture_log(f, "delivery.sent", NULL, NULL), 1);
}

static void a_failed_attempt_comes_again_at_its_time(void **state)
{
	struct fixture *f = *state;
	struct zong_id id = add(f, "out-2", "text 乙\n", "bank");
	int64_t now = zong_time_now();
	int64_t later = now + 100 * ZONG_SECOND;

	assert_int_equal(done(f, &id, 500, "HTTP 500", later), 0);
	assert_int_equal(take(f, "bank", now, NULL), 0);
	assert_int_equal(f->outbox.due, later);
	assert_int_equal(take(f, "bank", later, NULL), 1);
	assert_string_equal(f->outbox.event[0].delivery->last_error, "HTTP 500");
	assert_int_equal(
		f->outbox.event[0].delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(done(f, &id, 0, "\xff\xfe", 0), 0);
	assert_int_equal(take(f, "bank", later, NULL), 0);
	refresh(f);
	assert_int_equal(f->event->delivery->attempts, 2);
	assert_string_equal(f->event->delivery->last_error, "HTTP 0");
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_true(f->event->delivery->dead);
	assert_int_equal(fixture_log(f, "delivery.dead", NULL, NULL), 1);
}

static void what_is_dead_is_sent_again_when_somebody_says_so(void **state)
{
	struct fixture *f = *state;
	struct zong_id id = add(f, "out-9", "text 壬\n", "bank");
	char text[ZONG_ID_TEXT];
	uint64_t count;

	zong_id_format(&id, text);
	assert_int_equal(zong_delivery_replay(f->archive, &f->local, text, &f->event, &f->err),
		ZONG_EDELIVERYSTATE);
	assert_int_equal(done(f, &id, 500, "HTTP 500", 0), 0);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 0);
	assert_int_equal(zong_delivery_replay(f->archive, &f->tax, text, &f->event, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_delivery_replay(f->archive, &f->local, text, &f->event, &f->err), 0);
	assert_false(f->event->delivery->dead);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 1);
	assert_int_equal(f->outbox.event[0].delivery->attempts, 0);
	assert_int_equal(done(f, &id, 500, "HTTP 500", 0), 0);
	assert_int_equal(
		zong_delivery_replay_all(f->archive, &f->local, "bank", &count, &f->err), 0);
	assert_int_equal(count, 2); /* the one of out-2, too */
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 2);
	assert_int_equal(
		zong_delivery_replay_all(f->archive, &f->local, "bank", &count, &f->err), 0);
	assert_int_equal(count, 0);
	assert_int_equal(
		zong_delivery_replay_all(f->archive, &f->local, "none", &count, &f->err),
		ZONG_ENODEPARTMENT);
	for (size_t i = 0; i < 2; i++) {
		struct zong_id each;

		assert_true(zong_row_id(&f->outbox.event[i].delivery->id, &each));
		assert_int_equal(done(f, &each, 200, "", 0), 0);
	}
}

static void what_is_of_one_case_goes_in_its_order(void **state)
{
	struct fixture *f = *state;
	struct zong_id first = add(f, "out-10", "text 一\n", "bank"), other, second;
	int64_t now, later;

	assert_int_equal(fixture_add(f, "out-10", "", "text 二\n", "bank", &f->other), 0);
	assert_true(zong_row_id(&f->other.delivery[0]->id, &second));
	zong_receipt_release(&f->receipt);
	other = add(f, "out-11", "text 三\n", "bank");
	now = zong_time_now();
	assert_int_equal(take(f, "bank", now, NULL), 2);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, first.bytes, 16);
	assert_memory_equal(f->outbox.event[1].delivery->id.data, other.bytes, 16);
	assert_int_equal(take(f, "bank", now, "out-10"), 1);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, other.bytes, 16);
	/* the second waits as long as the first, and goes after it */
	later = now + 100 * ZONG_SECOND;
	assert_int_equal(done(f, &first, 500, "HTTP 500", later), 0);
	assert_int_equal(take(f, "bank", now, NULL), 1);
	assert_int_equal(done(f, &other, 200, "", 0), 0);
	assert_int_equal(take(f, "bank", now, NULL), 0);
	assert_int_equal(f->outbox.due, later);
	assert_int_equal(take(f, "bank", later, NULL), 1);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, first.bytes, 16);
	assert_int_equal(done(f, &first, 200, "", 0), 0);
	assert_int_equal(take(f, "bank", later, NULL), 1);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, second.bytes, 16);
	assert_int_equal(done(f, &second, 200, "", 0), 0);
}

static void departments_with_something_to_send_come_one_after_the_other(void **state)
{
	struct fixture *f = *state;
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1] = "";
	int64_t due, now;
	struct zong_id bank = add(f, "out-3", "text 丙\n", "bank");
	struct zong_id court = add(f, "out-4", "text 丁\n", "court");

	now = zong_time_now();
	assert_int_equal(zong_outbox_department(f->archive, department, department, &due), 0);
	assert_string_equal(department, "bank");
	assert_true(due <= now);
	assert_int_equal(zong_outbox_department(f->archive, department, department, &due), 0);
	assert_string_equal(department, "court");
	assert_int_equal(
		zong_outbox_department(f->archive, department, department, &due), ZONG_EEND);
	assert_int_equal(done(f, &court, 200, "", 0), 0);
	assert_int_equal(done(f, &bank, 200, "", 0), 0);
	assert_int_equal(zong_outbox_department(f->archive, "", department, &due), ZONG_EEND);
}

static void what_was_received_meanwhile_is_not_sent(void **state)
{
	struct fixture *f = *state;
	struct zong_id id = add(f, "out-5", "text 戊\n", "bank");
	struct zong_subject bank = f->tax;

	memcpy(bank.department, "bank", 5);
	assert_int_equal(zong_delivery_receipt(f->archive, &bank,
				 fixture_id(&f->receipt.delivery[0]->id), NULL, &f->event, &f->err),
		0);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 0);
	/* an attempt that was under way changes nothing of the end */
	assert_int_equal(done(f, &id, 500, "HTTP 500", 5), 0);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 0);
	refresh(f);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
}

static void a_webhook_that_is_gone_is_disabled_and_the_feed_keeps_all(void **state)
{
	struct fixture *f = *state;
	struct zong_id first = add(f, "out-6", "text 己\n", "court");
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1];
	uint64_t cursor;
	int64_t due;
	bool more;

	add(f, "out-7", "text 庚\n", "court");
	assert_int_equal(done(f, &first, 410, "HTTP 410", 0), 0);
	assert_int_equal(take(f, "court", zong_time_now() + 1000 * ZONG_SECOND, NULL), 0);
	assert_null(f->outbox.department);
	add(f, "out-8", "text 辛\n", "court");
	assert_int_equal(zong_outbox_department(f->archive, "", department, &due), ZONG_EEND);
	assert_int_equal(zong_feed_read(f->archive, &f->local, "court", 0, true, 50, &f->events,
				 &f->event_count, &cursor, &more, &f->err),
		0);
	assert_int_equal(f->event_count, 4); /* out-4 was sent, which is not its end */
}

static int done_at(struct fixture *f, const struct zong_id *id, const char *webhook, int64_t next)
{
	struct zong_outbox_result result = {
		.delivery = *id, .status = 410, .next = next, .error = "HTTP 410"};

	result.webhook = webhook;
	return zong_outbox_done(f->archive, &result, 1);
}

static void what_an_address_says_that_is_no_longer_the_departments_disables_nothing(void **state)
{
	struct fixture *f = *state;
	const char *hook = "https://example.org/hook";
	size_t gone = fixture_log(f, "webhook.gone", NULL, NULL);
	struct zong_id first = add(f, "out-12", "text 子\n", "bank"), second, third;
	char department[ZONG_LIMIT_DEPARTMENT_ID + 1];
	int64_t due, later = zong_time_now() + 100 * ZONG_SECOND;

	zong_receipt_release(&f->receipt);
	second = add(f, "out-13", "text 丑\n", "bank");
	zong_receipt_release(&f->receipt);
	third = add(f, "out-14", "text 寅\n", "bank");
	assert_int_equal(done_at(f, &first, "https://example.org/old", later), 0);
	assert_int_equal(fixture_log(f, "webhook.gone", NULL, NULL), gone);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 2);
	assert_non_null(f->outbox.department);
	assert_int_equal(take(f, "bank", later, NULL), 3);
	/* those under way all say it, and one fails: told once, and nothing is to be sent any more */
	assert_int_equal(done_at(f, &first, hook, later), 0);
	assert_int_equal(done_at(f, &second, hook, later), 0);
	assert_int_equal(done(f, &third, 500, "HTTP 500", later), 0);
	assert_int_equal(fixture_log(f, "webhook.gone", NULL, NULL), gone + 1);
	assert_int_equal(zong_outbox_department(f->archive, "", department, &due), ZONG_EEND);
	refresh(f);
	assert_int_equal(f->event->delivery->next_attempt, 0);
	assert_false(f->event->delivery->dead);
	/* nor is one lost whose attempts are all made */
	assert_int_equal(done(f, &third, 500, "HTTP 500", 0), 0);
	refresh(f);
	assert_false(f->event->delivery->dead);
}

static int lose_material(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	struct zong_deliver_place before;
	struct zong_id nowhere;
	int err = zong_row_delivery(txn, ctx, &delivery);

	if (err)
		return err;
	zong_deliver_place(delivery, &before);
	zong_id_new(&nowhere);
	err = zong_row_set_bytes(&delivery->material, nowhere.bytes, sizeof(nowhere.bytes));
	return err ? err : zong_deliver_put(txn, delivery, &before);
}

static void what_is_damaged_is_given_up_and_holds_up_nothing_of_its_case(void **state)
{
	struct fixture *f = *state;
	size_t dead = fixture_log(f, "delivery.dead", NULL, NULL);
	struct zong_id first = add(f, "out-15", "text 卯\n", "bank"), second;

	assert_int_equal(fixture_add(f, "out-15", "", "text 辰\n", "bank", &f->other), 0);
	assert_true(zong_row_id(&f->other.delivery[0]->id, &second));
	assert_int_equal(zong_store_write(f->archive->store, lose_material, &first), 0);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 1);
	assert_memory_equal(f->outbox.event[0].delivery->id.data, second.bytes, 16);
	assert_int_equal(fixture_log(f, "delivery.dead", NULL, NULL), dead + 1);
	assert_int_equal(done(f, &second, 200, "", 0), 0);
	assert_int_equal(take(f, "bank", zong_time_now(), NULL), 0);
	assert_int_equal(f->outbox.due, 0);
}

static void an_unknown_delivery_is_told(void **state)
{
	struct fixture *f = *state;
	struct zong_id id;

	zong_id_new(&id);
	assert_int_equal(done(f, &id, 200, "", 0), ZONG_ENODELIVERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_due_comes_with_its_department_until_it_is_sent, fixture_clear),
		cmocka_unit_test_teardown(a_failed_attempt_comes_again_at_its_time, fixture_clear),
		cmocka_unit_test_teardown(
			what_is_dead_is_sent_again_when_somebody_says_so, fixture_clear),
		cmocka_unit_test_teardown(what_is_of_one_case_goes_in_its_order, fixture_clear),
		cmocka_unit_test_teardown(
			departments_with_something_to_send_come_one_after_the_other, fixture_clear),
		cmocka_unit_test_teardown(what_was_received_meanwhile_is_not_sent, fixture_clear),
		cmocka_unit_test_teardown(
			a_webhook_that_is_gone_is_disabled_and_the_feed_keeps_all, fixture_clear),
		cmocka_unit_test_teardown(an_unknown_delivery_is_told, fixture_clear),
		cmocka_unit_test_teardown(
			what_is_damaged_is_given_up_and_holds_up_nothing_of_its_case,
			fixture_clear),
		cmocka_unit_test_teardown(
			what_an_address_says_that_is_no_longer_the_departments_disables_nothing,
			fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
