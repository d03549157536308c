/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <time.h>

#include "fixture.h"
#include "receiver.h"

#include <zong/push.h>
#include <zong/time.h>

#define SETTLE_SEND 4 /* settle.h */
#define PATIENCE (20 * ZONG_SECOND)

struct post {
	struct fixture *f;
	struct zong_push *push;
	struct receiver good, bad, hung;
};

static int add_department(struct post *p, const char *id, const struct receiver *receiver)
{
	Zong__Department *row;
	char url[64];
	int err;

	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", receiver->port);
	err = zong_department_add(p->f->archive, &p->f->local, id, id, url, true, &row, &p->f->err);
	if (!err)
		zong__department__free_unpacked(row, NULL);
	return err;
}

static int setup(void **state)
{
	struct post *p = calloc(1, sizeof(*p));
	void *fixture = NULL;

	if (!p || fixture_setup_paused(&fixture))
		return -1;
	p->f = fixture;
	*state = p;
	if (receiver_open(&p->good, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") ||
		receiver_open(&p->bad, "HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n") ||
		receiver_open(&p->hung, NULL))
		return -1;
	if (add_department(p, "good", &p->good) || add_department(p, "gone", &p->bad) ||
		add_department(p, "hung", &p->hung))
		return -1;
	return zong_push_start(p->f->archive, &p->push, &p->f->err);
}

static int teardown(void **state)
{
	struct post *p = *state;
	void *fixture = p->f;

	zong_push_stop(p->push);
	receiver_close(&p->good);
	receiver_close(&p->bad);
	receiver_close(&p->hung);
	fixture_teardown(&fixture);
	free(p);
	return 0;
}

static int clear(void **state)
{
	struct post *p = *state;
	void *fixture = p->f;

	return fixture_clear(&fixture);
}

static Zong__DeliveryState state_of(struct post *p, const Zong__Delivery *delivery)
{
	Zong__DeliveryState state;

	assert_int_equal(zong_delivery_get(p->f->archive, &p->f->local, fixture_id(&delivery->id),
				 &p->f->event, &p->f->err),
		0);
	state = p->f->event->delivery->state;
	zong_events_free(p->f->event, 1);
	p->f->event = NULL;
	return state;
}

static void wait_for(struct post *p, const Zong__Delivery *delivery, Zong__DeliveryState wanted)
{
	int64_t until = zong_time_monotonic() + PATIENCE;
	const struct timespec tick = {0, 5000000};

	while (state_of(p, delivery) != wanted) {
		assert_true(zong_time_monotonic() < until);
		nanosleep(&tick, NULL);
	}
}

static const Zong__Delivery *delivery_to(const struct zong_receipt *receipt, const char *department)
{
	size_t i;

	for (i = 0; i < receipt->deliveries; i++) {
		if (strcmp(receipt->delivery[i]->department, department) == 0)
			return receipt->delivery[i];
	}
	return NULL;
}

static void a_webhook_that_hangs_holds_up_nobody_else(void **state)
{
	struct post *p = *state;
	const struct timespec tick = {0, 5000000};

	fixture_case(p->f, "P-1");
	assert_int_equal(fixture_add(p->f, "P-1", "a", "text 甲\n", "hung", &p->f->receipt), 0);
	while (atomic_load(&p->hung.calls) == 0)
		nanosleep(&tick, NULL);
	assert_int_equal(fixture_add(p->f, "P-1", "b", "text 乙\n", "good,hung", &p->f->other), 0);
	wait_for(p, delivery_to(&p->f->other, "good"), ZONG__DELIVERY_STATE__DELIVERY_SENT);
	assert_int_equal(state_of(p, delivery_to(&p->f->receipt, "hung")),
		ZONG__DELIVERY_STATE__DELIVERY_DUE);
	/* One at a time: the second delivery of the one that hangs was not even begun. */
	assert_int_equal(atomic_load(&p->hung.calls), 1);
}

static void a_webhook_that_is_gone_is_called_once_and_never_again(void **state)
{
	struct post *p = *state;
	int64_t until = zong_time_monotonic() + PATIENCE;
	const struct timespec tick = {0, 5000000};
	Zong__Department **rows;
	bool disabled = false;
	size_t count, i;

	fixture_case(p->f, "P-2");
	assert_int_equal(fixture_add(p->f, "P-2", "a", "text 丙\n", "gone", &p->f->receipt), 0);
	while (!disabled) {
		assert_true(zong_time_monotonic() < until);
		assert_int_equal(
			zong_department_list(p->f->archive, &p->f->local, &rows, &count), 0);
		for (i = 0; i < count; i++)
			disabled |= strcmp(rows[i]->id, "gone") == 0 && *rows[i]->webhook_disabled;
		zong_departments_free(rows, count);
		nanosleep(&tick, NULL);
	}
	assert_int_equal(fixture_add(p->f, "P-2", "b", "text 丁\n", "gone,good", &p->f->other), 0);
	wait_for(p, delivery_to(&p->f->other, "good"), ZONG__DELIVERY_STATE__DELIVERY_SENT);
	assert_int_equal(atomic_load(&p->bad.calls), 1);
	assert_int_equal(state_of(p, delivery_to(&p->f->receipt, "gone")),
		ZONG__DELIVERY_STATE__DELIVERY_DUE);
}

static void what_a_kill_left_to_be_done_is_done_before_it_is_sent(void **state)
{
	struct post *p = *state;
	Zong__Department *row;
	char url[64];

	assert_int_equal(zong_department_add(p->f->archive, &p->f->local, "late", "示例", NULL,
				 true, &row, &p->f->err),
		0);
	zong__department__free_unpacked(row, NULL);
	fixture_case(p->f, "P-3");
	assert_int_equal(fixture_add(p->f, "P-3", "a", "text 戊\n", "late", &p->f->receipt), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", p->good.port);
	fixture_webhook_begun(p->f, "late", url, SETTLE_SEND);
	wait_for(p, delivery_to(&p->f->receipt, "late"), ZONG__DELIVERY_STATE__DELIVERY_SENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_webhook_that_hangs_holds_up_nobody_else, clear),
		cmocka_unit_test_teardown(
			a_webhook_that_is_gone_is_called_once_and_never_again, clear),
		cmocka_unit_test_teardown(
			what_a_kill_left_to_be_done_is_done_before_it_is_sent, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
