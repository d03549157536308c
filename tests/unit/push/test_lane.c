/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <time.h>

#include "fixture.h"
#include "push/lane.h"
#include "receiver.h"

#include <curl/curl.h>
#include <zong/time.h>

#define PATIENCE (20 * ZONG_SECOND)

struct trial {
	struct fixture *f;
	struct receiver receiver;
	struct zong_lane_about about;
	struct zong_lane *lane;
};

static int setup(void **state)
{
	struct trial *t = calloc(1, sizeof(*t));
	Zong__Department *row;
	void *fixture = NULL;
	char url[64];

	if (!t || fixture_setup_paused(&fixture) || curl_global_init(CURL_GLOBAL_DEFAULT))
		return -1;
	t->f = fixture;
	*state = t;
	if (receiver_open(&t->receiver, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
		return -1;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/", t->receiver.port);
	if (zong_department_add(
		    t->f->archive, &t->f->local, "lane", "示例", url, true, &row, &t->f->err))
		return -1;
	zong__department__free_unpacked(row, NULL);
	t->about.archive = t->f->archive;
	t->about.attempt.archive = "archive";
	t->about.attempt.base = "https://example.invalid";
	return 0;
}

static int teardown(void **state)
{
	struct trial *t = *state;
	void *fixture = t->f;

	receiver_close(&t->receiver);
	fixture_teardown(&fixture);
	free(t);
	return 0;
}

static int clear(void **state)
{
	struct trial *t = *state;
	void *fixture = t->f;

	if (t->lane) {
		zong_lane_stop(t->lane);
		zong_lane_free(t->lane);
	}
	t->lane = NULL;
	return fixture_clear(&fixture);
}

static void start(struct trial *t)
{
	assert_int_equal(zong_lane_start(&t->about, "lane", &t->lane), 0);
	assert_string_equal(zong_lane_department(t->lane), "lane");
}

static void wait_calls(struct trial *t, unsigned int calls)
{
	int64_t until = zong_time_monotonic() + PATIENCE;
	const struct timespec tick = {0, 2000000};

	while (atomic_load(&t->receiver.calls) < calls) {
		assert_true(zong_time_monotonic() < until);
		nanosleep(&tick, NULL);
	}
}

static uint64_t sent(struct trial *t)
{
	struct zong_status status;

	zong_status_peek(t->f->archive, &status);
	return status.deliveries[ZONG__DELIVERY_STATE__DELIVERY_SENT];
}

static void wait_sent(struct trial *t, uint64_t wanted)
{
	int64_t until = zong_time_monotonic() + PATIENCE;
	const struct timespec tick = {0, 2000000};

	while (sent(t) < wanted) {
		assert_true(zong_time_monotonic() < until);
		nanosleep(&tick, NULL);
	}
}

static void what_waits_is_sent_and_what_comes_when_it_is_woken(void **state)
{
	struct trial *t = *state;

	fixture_case(t->f, "L-1");
	fixture_case(t->f, "L-2");
	assert_int_equal(fixture_add(t->f, "L-1", "a", "text 甲\n", "lane", &t->f->receipt), 0);
	assert_int_equal(fixture_add(t->f, "L-2", "a", "text 乙\n", "lane", &t->f->receipt), 0);
	start(t);
	wait_calls(t, 2);
	wait_sent(t, 2);
	assert_int_equal(fixture_add(t->f, "L-1", "b", "text 丙\n", "lane", &t->f->receipt), 0);
	assert_true(zong_lane_wake(t->lane));
	wait_calls(t, 3);
	wait_sent(t, 3);
}

static void set_rate(struct trial *t, long rate)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	Zong__Department *row;
	bool secrets;

	wish.rate = rate;
	assert_int_equal(zong_department_set(t->f->archive, &t->f->administrator, "lane", &wish,
				 &row, &secrets, &t->f->err),
		0);
	zong__department__free_unpacked(row, NULL);
}

static void add_many(struct trial *t, const char *prefix, int count)
{
	char no[16], pages[64];

	for (int i = 0; i < count; i++) {
		snprintf(no, sizeof(no), "%s-%d", prefix, i);
		snprintf(pages, sizeof(pages), "text %s 第%d\n", prefix, i);
		fixture_case(t->f, no);
		assert_int_equal(fixture_add(t->f, no, "", pages, "lane", &t->f->receipt), 0);
	}
}

/* @count events at @rate cannot have been sent sooner than this after a lane began; a slow machine only makes it longer. */
static int64_t least(int count, int rate)
{
	return count * ZONG_SECOND / rate - ZONG_SECOND / 1000;
}

static void a_rate_is_kept(void **state)
{
	struct trial *t = *state;
	unsigned int before = atomic_load(&t->receiver.calls);
	int64_t since;

	set_rate(t, 20);
	add_many(t, "R", 31);
	since = zong_time_monotonic();
	start(t);
	wait_calls(t, before + 31);
	assert_true(zong_time_monotonic() - since > least(31, 20));
	wait_sent(t, sent(t));
	set_rate(t, 0);
}

static void the_first_events_of_a_lane_keep_to_the_rate_too(void **state)
{
	struct trial *t = *state;
	unsigned int before = atomic_load(&t->receiver.calls);
	uint64_t had = sent(t);
	int64_t since;

	set_rate(t, 4);
	add_many(t, "F", 4);
	since = zong_time_monotonic();
	start(t);
	wait_calls(t, before + 4);
	assert_true(zong_time_monotonic() - since > least(4, 4));
	wait_sent(t, had + 4);
	set_rate(t, 0);
}

/* What went out while there was no rate is no debt: at one a second it would last longer than anybody waits here. */
static void a_rate_that_is_set_later_begins_with_nothing_owed(void **state)
{
	struct trial *t = *state;
	unsigned int before = atomic_load(&t->receiver.calls);
	uint64_t had = sent(t);

	add_many(t, "N", 40);
	start(t);
	wait_calls(t, before + 40);
	wait_sent(t, had + 40);
	set_rate(t, 1);
	add_many(t, "O", 2);
	assert_true(zong_lane_wake(t->lane));
	wait_calls(t, before + 42);
	wait_sent(t, had + 42);
	set_rate(t, 0);
}

static void one_that_is_stopped_ends_and_says_so(void **state)
{
	struct trial *t = *state;

	start(t);
	zong_lane_stop(t->lane);
	while (zong_lane_wake(t->lane)) {
		const struct timespec tick = {0, 1000000};

		nanosleep(&tick, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_waits_is_sent_and_what_comes_when_it_is_woken, clear),
		cmocka_unit_test_teardown(a_rate_is_kept, clear),
		cmocka_unit_test_teardown(the_first_events_of_a_lane_keep_to_the_rate_too, clear),
		cmocka_unit_test_teardown(a_rate_that_is_set_later_begins_with_nothing_owed, clear),
		cmocka_unit_test_teardown(one_that_is_stopped_ends_and_says_so, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
