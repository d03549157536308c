/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/time.h>

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

static int64_t last_due;

static int next(struct fixture *f, int64_t now, const char *busy)
{
	zong_outbox_item_release(&f->item);
	return zong_outbox_next(f->archive, now, &busy, busy ? 1 : 0, &f->item, &last_due);
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
	assert_int_equal(next(f, now, NULL), 0);
	assert_string_equal(f->item.department->id, "bank");
	assert_int_equal(f->item.department->secret.len, 32);
	assert_memory_equal(f->item.event.delivery->id.data, id.bytes, 16);
	assert_string_equal(f->item.event.kind, "转移登记");
	assert_int_equal(next(f, now, NULL), 0);
	assert_int_equal(zong_outbox_done(f->archive, &id, 204, "", 0), 0);
	assert_int_equal(next(f, now, NULL), ZONG_EEND);
	assert_int_equal(last_due, 0);
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

	assert_int_equal(zong_outbox_done(f->archive, &id, 500, "HTTP 500", later), 0);
	assert_int_equal(next(f, now, NULL), ZONG_EEND);
	assert_int_equal(last_due, later);
	assert_int_equal(next(f, later, NULL), 0);
	assert_string_equal(f->item.event.delivery->last_error, "HTTP 500");
	assert_int_equal(f->item.event.delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(zong_outbox_done(f->archive, &id, 0, "\xff\xfe", 0), 0);
	assert_int_equal(next(f, later, NULL), ZONG_EEND);
	refresh(f);
	assert_int_equal(f->event->delivery->attempts, 2);
	assert_string_equal(f->event->delivery->last_error, "HTTP 0");
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
}

static void a_busy_department_is_passed_over(void **state)
{
	struct fixture *f = *state;
	struct zong_id bank = add(f, "out-3", "text 丙\n", "bank");
	struct zong_id court = add(f, "out-4", "text 丁\n", "court");
	int64_t now = zong_time_now();

	assert_int_equal(next(f, now, "bank"), 0);
	assert_string_equal(f->item.department->id, "court");
	assert_int_equal(zong_outbox_done(f->archive, &court, 200, "", 0), 0);
	assert_int_equal(next(f, now, "bank"), ZONG_EEND);
	assert_int_equal(next(f, now, NULL), 0);
	assert_int_equal(zong_outbox_done(f->archive, &bank, 200, "", 0), 0);
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
	assert_int_equal(next(f, zong_time_now(), NULL), ZONG_EEND);
	/* an attempt that was under way changes nothing of the end */
	assert_int_equal(zong_outbox_done(f->archive, &id, 500, "HTTP 500", 5), 0);
	assert_int_equal(next(f, zong_time_now(), NULL), ZONG_EEND);
	refresh(f);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
}

static void a_webhook_that_is_gone_is_disabled_and_the_feed_keeps_all(void **state)
{
	struct fixture *f = *state;
	struct zong_id first = add(f, "out-6", "text 己\n", "court");
	uint64_t cursor;
	bool more;

	add(f, "out-7", "text 庚\n", "court");
	assert_int_equal(zong_outbox_done(f->archive, &first, 410, "HTTP 410", 0), 0);
	assert_int_equal(next(f, zong_time_now() + 1000 * ZONG_SECOND, NULL), ZONG_EEND);
	assert_int_equal(last_due, 0);
	add(f, "out-8", "text 辛\n", "court");
	assert_int_equal(next(f, zong_time_now() + 1000 * ZONG_SECOND, NULL), ZONG_EEND);
	assert_int_equal(zong_feed_read(f->archive, &f->local, "court", 0, true, 50, &f->events,
				 &f->event_count, &cursor, &more, &f->err),
		0);
	assert_int_equal(f->event_count, 4); /* out-4 was sent, which is not its end */
}

static void an_unknown_delivery_is_told(void **state)
{
	struct fixture *f = *state;
	struct zong_id id;

	zong_id_new(&id);
	assert_int_equal(zong_outbox_done(f->archive, &id, 200, NULL, 0), ZONG_ENODELIVERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_due_comes_with_its_department_until_it_is_sent, fixture_clear),
		cmocka_unit_test_teardown(a_failed_attempt_comes_again_at_its_time, fixture_clear),
		cmocka_unit_test_teardown(a_busy_department_is_passed_over, fixture_clear),
		cmocka_unit_test_teardown(what_was_received_meanwhile_is_not_sent, fixture_clear),
		cmocka_unit_test_teardown(
			a_webhook_that_is_gone_is_disabled_and_the_feed_keeps_all, fixture_clear),
		cmocka_unit_test_teardown(an_unknown_delivery_is_told, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
