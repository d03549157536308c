/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "http/executor.h"
#include "http/request.h"

#define REQUESTS 200

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned int running, most, done;
static bool gate_open;
static struct zong_request requests[REQUESTS];

/* `local` marks requests that wait for the gate. */
static void work(struct zong_request *req)
{
	pthread_mutex_lock(&lock);
	if (req->local) {
		running++;
		if (running > most)
			most = running;
		pthread_cond_broadcast(&changed);
		while (!gate_open)
			pthread_cond_wait(&changed, &lock);
		running--;
	}
	done++;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static int reset(void **state)
{
	int i;

	(void)state;
	running = most = done = 0;
	gate_open = false;
	for (i = 0; i < REQUESTS; i++)
		requests[i].local = false;
	return 0;
}

static void wait_until(unsigned int *value, unsigned int wanted)
{
	pthread_mutex_lock(&lock);
	while (*value < wanted)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void open_gate(void)
{
	pthread_mutex_lock(&lock);
	gate_open = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void slow_work_leaves_room_for_quick_work(void **state)
{
	struct zong_executor *executor;
	int i;

	(void)state;
	assert_int_equal(zong_executor_start(4, 2, work, &executor), 0);
	for (i = 0; i < 10; i++) {
		requests[i].local = true;
		assert_true(zong_executor_add(executor, &requests[i], true));
	}
	wait_until(&running, 2);
	for (i = 10; i < REQUESTS; i++)
		assert_true(zong_executor_add(executor, &requests[i], false));
	wait_until(&done, REQUESTS - 10);
	assert_int_equal(most, 2);
	open_gate();
	wait_until(&done, REQUESTS);
	assert_int_equal(most, 2);
	zong_executor_free(executor);
}

static void stopping_does_what_is_waiting_and_takes_nothing_more(void **state)
{
	struct zong_executor *executor;
	int i;

	(void)state;
	assert_int_equal(zong_executor_start(2, 1, work, &executor), 0);
	for (i = 0; i < REQUESTS - 1; i++)
		assert_true(zong_executor_add(executor, &requests[i], i % 2 == 0));
	zong_executor_stop(executor);
	assert_int_equal(done, REQUESTS - 1);
	assert_false(zong_executor_add(executor, &requests[REQUESTS - 1], false));
	zong_executor_free(executor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(slow_work_leaves_room_for_quick_work, reset),
		cmocka_unit_test_setup(stopping_does_what_is_waiting_and_takes_nothing_more, reset),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
