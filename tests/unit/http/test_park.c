/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>

#include <zong/time.h>

#include "fixture.h"
#include "http/executor.h"
#include "http/park.h"
#include "http/request.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned int returned;

struct trial {
	struct fixture *f;
	struct zong_executor *executor;
	struct zong_park *park;
	struct zong_request request[3];
};

static void work(struct zong_request *req)
{
	(void)req;
	pthread_mutex_lock(&lock);
	returned++;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void wait_for(unsigned int wanted)
{
	pthread_mutex_lock(&lock);
	while (returned < wanted)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static int setup(void **state)
{
	struct trial *t = calloc(1, sizeof(*t));
	void *fixture = NULL;

	returned = 0;
	if (!t || fixture_setup_paused(&fixture))
		return -1;
	t->f = fixture;
	*state = t;
	if (zong_executor_start(2, 1, work, &t->executor))
		return -1;
	return zong_park_start(t->f->archive, t->executor, &t->park);
}

static int teardown(void **state)
{
	struct trial *t = *state;
	void *fixture = t->f;

	zong_park_stop(t->park);
	zong_executor_free(t->executor);
	zong_park_free(t->park);
	fixture_teardown(&fixture);
	free(t);
	return 0;
}

static struct zong_request *waiting(struct trial *t, int i, int64_t seconds)
{
	t->request[i].park_until = zong_time_monotonic() + seconds * ZONG_SECOND;
	t->request[i].park_number = zong_archive_number(t->f->archive);
	return &t->request[i];
}

static void a_commit_sends_back_whoever_waits(void **state)
{
	struct trial *t = *state;

	assert_true(zong_park_may(t->park));
	zong_park_add(t->park, waiting(t, 0, 3600));
	zong_park_add(t->park, waiting(t, 1, 3600));
	fixture_case(t->f, "park-1");
	wait_for(2);
}

static void what_was_committed_since_it_looked_sends_it_back_at_once(void **state)
{
	struct trial *t = *state;
	struct zong_request *req = waiting(t, 0, 3600);

	fixture_case(t->f, "park-2");
	zong_park_add(t->park, req);
	wait_for(1);
}

static void a_deadline_sends_back_those_whose_it_is(void **state)
{
	struct trial *t = *state;
	unsigned int back;

	zong_park_add(t->park, waiting(t, 0, 3600));
	zong_park_add(t->park, waiting(t, 1, 0));
	wait_for(1);
	pthread_mutex_lock(&lock);
	back = returned;
	pthread_mutex_unlock(&lock);
	assert_int_equal(back, 1);
}

static void stopping_sends_back_all_and_takes_no_more(void **state)
{
	struct trial *t = *state;

	zong_park_add(t->park, waiting(t, 0, 3600));
	zong_park_stop(t->park);
	wait_for(1);
	assert_false(zong_park_may(t->park));
	zong_park_add(t->park, waiting(t, 1, 3600));
	wait_for(2);
	zong_park_free(t->park);
	assert_int_equal(zong_park_start(t->f->archive, t->executor, &t->park), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_commit_sends_back_whoever_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_was_committed_since_it_looked_sends_it_back_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_deadline_sends_back_those_whose_it_is, setup, teardown),
		cmocka_unit_test_setup_teardown(
			stopping_sends_back_all_and_takes_no_more, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
