/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clock that was ahead and is set back, as the sender sees it: the program is linked so that all of it asks here what time it is. */
#define _GNU_SOURCE
#include <time.h>

#include "fixture.h"
#include "receiver.h"

#include <zong/push.h>
#include <zong/time.h>

#define PATIENCE (20 * ZONG_SECOND)
#define AHEAD (8 * 3600 * ZONG_SECOND) /* of who takes the local time for UTC */

int64_t __real_zong_time_now(void);
int64_t __wrap_zong_time_now(void);

static _Atomic int64_t ahead;

int64_t __wrap_zong_time_now(void)
{
	return __real_zong_time_now() + atomic_load(&ahead);
}

struct trial {
	struct fixture *f;
	struct zong_push *push;
	struct receiver busy;
};

static int setup(void **state)
{
	struct trial *t = calloc(1, sizeof(*t));
	Zong__Department *row;
	void *fixture = NULL;
	char url[64];

	if (!t || fixture_setup_paused(&fixture))
		return -1;
	t->f = fixture;
	*state = t;
	if (receiver_open(&t->busy, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"))
		return -1;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", t->busy.port);
	if (zong_department_add(
		    t->f->archive, &t->f->local, "busy", "示例", url, true, &row, &t->f->err))
		return -1;
	zong__department__free_unpacked(row, NULL);
	return 0;
}

static int teardown(void **state)
{
	struct trial *t = *state;
	void *fixture = t->f;

	receiver_close(&t->busy);
	fixture_teardown(&fixture);
	free(t);
	return 0;
}

static int clear(void **state)
{
	struct trial *t = *state;
	void *fixture = t->f;

	atomic_store(&ahead, 0);
	zong_push_stop(t->push);
	t->push = NULL;
	return fixture_clear(&fixture);
}

static void tick(int64_t until)
{
	const struct timespec pause = {0, 5000000};

	assert_true(zong_time_monotonic() < until);
	nanosleep(&pause, NULL);
}

static void wait_calls(struct trial *t, unsigned int calls)
{
	int64_t until = zong_time_monotonic() + PATIENCE;

	while (atomic_load(&t->busy.calls) < calls)
		tick(until);
}

/* Until the first attempt of the fixture's delivery is written down as failed. */
static void wait_failed(struct trial *t)
{
	int64_t until = zong_time_monotonic() + PATIENCE, next = 0;

	while (!next) {
		tick(until);
		assert_int_equal(zong_delivery_get(t->f->archive, &t->f->local,
					 fixture_id(&t->f->receipt.delivery[0]->id), &t->f->event,
					 &t->f->err),
			0);
		if (t->f->event->delivery->attempts)
			next = t->f->event->delivery->next_attempt;
		zong_events_free(t->f->event, 1);
		t->f->event = NULL;
	}
	assert_true(next > __real_zong_time_now() + AHEAD / 2);
}

/* Sends one paper while the clock is ahead, which fails. */
static void fail_ahead(struct trial *t, const char *no)
{
	atomic_store(&ahead, AHEAD);
	fixture_case(t->f, no);
	assert_int_equal(fixture_add(t->f, no, "", "text 甲\n", "busy", &t->f->receipt), 0);
	assert_int_equal(zong_push_start(t->f->archive, &t->push, &t->f->err), 0);
	wait_failed(t);
}

static void what_was_put_off_by_a_clock_that_is_set_back_is_tried_at_once(void **state)
{
	struct trial *t = *state;
	unsigned int calls;

	fail_ahead(t, "clock-1");
	calls = atomic_load(&t->busy.calls);
	atomic_store(&ahead, 0);
	zong_archive_wake(
		t->f->archive); /* it looks at the clock twice a minute, or when something comes */
	wait_calls(t, calls + 1);
}

static void so_it_is_when_the_clock_was_set_back_while_nobody_served(void **state)
{
	struct trial *t = *state;
	unsigned int calls;

	fail_ahead(t, "clock-2");
	zong_push_stop(t->push);
	t->push = NULL;
	calls = atomic_load(&t->busy.calls);
	atomic_store(&ahead, 0);
	assert_int_equal(zong_push_start(t->f->archive, &t->push, &t->f->err), 0);
	wait_calls(t, calls + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_was_put_off_by_a_clock_that_is_set_back_is_tried_at_once, clear),
		cmocka_unit_test_teardown(
			so_it_is_when_the_clock_was_set_back_while_nobody_served, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
