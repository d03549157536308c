/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who gets which worker; the workers are real, what they do is not asked. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "lease.h"

static struct zong_pool *pool;
static struct zong_err err;

static int start_with(struct zong_pool_options options)
{
	const char *build = getenv("ZONG_BUILD");
	char path[4096];

	snprintf(path, sizeof(path), "%s/zong-ocr", build ? build : ".");
	options.worker = path;
	options.allow_no_landlock = true;
	return zong_pool_start(&options, &pool, &err);
}

static int start_with_spare(unsigned int workers, unsigned int spare)
{
	return start_with((struct zong_pool_options){.workers = workers, .spare = spare});
}

static int start(unsigned int workers)
{
	return start_with_spare(workers, 0);
}

static int teardown(void **state)
{
	(void)state;
	zong_pool_stop(pool);
	pool = NULL;
	return 0;
}

static void the_worker_that_has_the_document_open_is_preferred(void **state)
{
	struct zong_worker *first, *second, *again;
	struct zong_digest key;

	(void)state;
	zong_digest_of("document", 8, &key);
	assert_int_equal(start(2), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, &key, NULL, &first, &err), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &second, &err), 0);
	assert_ptr_not_equal(first, second);
	first->key = key;
	first->has_key = true;
	zong_lease_give_back(pool, first);
	zong_lease_give_back(pool, second);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, &key, NULL, &again, &err), 0);
	assert_ptr_equal(again, first);
	zong_lease_give_back(pool, again);
	/* without a key the one idle longest */
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &again, &err), 0);
	assert_ptr_equal(again, second);
	zong_lease_give_back(pool, again);
}

static enum zong_urgency order[2];
static unsigned int taken;

static void *wait_for_worker(void *data)
{
	enum zong_urgency urgency = *(enum zong_urgency *)data;
	struct zong_worker *worker;

	if (zong_lease_take(pool, urgency, NULL, NULL, &worker, NULL))
		return NULL;
	order[taken++] = urgency; /* there is one worker, so one at a time */
	zong_lease_give_back(pool, worker);
	return NULL;
}

static void wait_until_waiting(enum zong_urgency urgency)
{
	unsigned int waiting = 0;

	while (waiting == 0) {
		pthread_mutex_lock(&pool->mutex);
		waiting = pool->waiting[urgency];
		pthread_mutex_unlock(&pool->mutex);
		usleep(1000);
	}
}

static void whoever_a_person_waits_for_goes_first(void **state)
{
	enum zong_urgency patient = ZONG_PATIENT, urgent = ZONG_URGENT;
	struct zong_worker *worker;
	pthread_t threads[2];

	(void)state;
	taken = 0;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	pthread_create(&threads[0], NULL, wait_for_worker, &patient);
	wait_until_waiting(ZONG_PATIENT);
	pthread_create(&threads[1], NULL, wait_for_worker, &urgent);
	wait_until_waiting(ZONG_URGENT);
	zong_lease_give_back(pool, worker);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	assert_int_equal(taken, 2);
	assert_int_equal(order[0], ZONG_URGENT);
	assert_int_equal(order[1], ZONG_PATIENT);
}

static void *take_patiently(void *data)
{
	struct zong_worker **ret_worker = data;

	zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, ret_worker, NULL);
	return NULL;
}

static void the_spare_worker_is_for_those_who_cannot_wait(void **state)
{
	struct zong_worker *reading, *urgent, *next = NULL;
	pthread_t thread;

	(void)state;
	assert_int_equal(start_with_spare(1, 1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &reading, &err), 0);
	assert_int_equal(pthread_create(&thread, NULL, take_patiently, &next), 0);
	/* one worker is free, and only an urgent call gets it */
	assert_int_equal(zong_lease_take(pool, ZONG_URGENT, NULL, NULL, &urgent, &err), 0);
	assert_null(__atomic_load_n(&next, __ATOMIC_ACQUIRE));
	zong_lease_give_back(pool, reading);
	pthread_join(thread, NULL);
	assert_ptr_equal(next, reading);
	zong_lease_give_back(pool, next);
	zong_lease_give_back(pool, urgent);
}

static void a_dead_worker_is_replaced(void **state)
{
	struct zong_worker *worker;
	struct zong_pool_stats stats;
	char why[ZONG_LEASE_WHY];
	pid_t pid;

	(void)state;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	pid = worker->process.pid;
	kill(pid, SIGKILL);
	assert_int_equal(zong_lease_bury(pool, worker, ZONG_EEND, why), ZONG_EWORKER);
	zong_lease_give_back(pool, worker);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	assert_int_not_equal(worker->process.pid, pid);
	assert_true(worker->process.pid > 0);
	zong_lease_give_back(pool, worker);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.restarts, 1);
}

static void the_cause_of_an_end_is_told(void **state)
{
	struct zong_worker *worker;
	char why[ZONG_LEASE_WHY];

	(void)state;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	assert_int_equal(zong_lease_bury(pool, worker, ZONG_ETIMEOUT, why), ZONG_EWORKER_TIMEOUT);
	assert_string_equal(why, "over its deadline");
	zong_lease_give_back(pool, worker);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	assert_int_equal(zong_lease_bury(pool, worker, ZONG_EPROTO, why), ZONG_EPROTO);
	zong_lease_give_back(pool, worker);
}

/* Leases of one question each, until the worker is another one. */
static unsigned int leases_of_a_worker(unsigned int most)
{
	struct zong_worker *worker;
	pid_t first = 0, pid = 0;
	unsigned int leases;

	for (leases = 0; leases <= most; leases++) {
		assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
		pid = worker->process.pid;
		worker->served++;
		zong_lease_give_back(pool, worker);
		if (first && pid != first)
			break;
		first = pid;
	}
	return leases;
}

static void a_worker_is_replaced_after_so_many_questions_and_that_is_no_death(void **state)
{
	struct zong_pool_stats stats;

	(void)state;
	assert_int_equal(start_with((struct zong_pool_options){.workers = 1, .recycle_pages = 3}), 0);
	assert_int_equal(leases_of_a_worker(10), 3);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.recycled, 1);
	assert_int_equal(stats.restarts, 0);
}

static void a_worker_is_replaced_when_it_holds_too_much(void **state)
{
	struct zong_worker *worker;
	uint64_t held;

	(void)state;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	held = zong_process_memory(&worker->process);
	zong_lease_give_back(pool, worker);
	assert_true(held > 10 << 20); /* its models alone */
	zong_pool_stop(pool);
	assert_int_equal(
		start_with((struct zong_pool_options){.workers = 1, .recycle_bytes = held / 4}), 0);
	assert_int_equal(leases_of_a_worker(10), 1);
	zong_pool_stop(pool);
	assert_int_equal(
		start_with((struct zong_pool_options){.workers = 1, .recycle_bytes = held * 4}), 0);
	assert_int_equal(leases_of_a_worker(4), 5);
}

static struct zong_pool_call waiting_call;

static void *take_with_call(void *data)
{
	struct zong_worker *worker;
	int *result = data;

	*result = zong_lease_take(pool, ZONG_PATIENT, NULL, &waiting_call, &worker, NULL);
	return NULL;
}

static void who_is_cancelled_waits_no_longer_and_nobody_dies(void **state)
{
	struct zong_worker *worker, *again;
	struct zong_pool_stats stats;
	pthread_t thread;
	int result = 0;
	pid_t pid;

	(void)state;
	waiting_call = (struct zong_pool_call)ZONG_POOL_CALL_INIT;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_URGENT, NULL, NULL, &worker, &err), 0);
	pid = worker->process.pid;
	assert_int_equal(pthread_create(&thread, NULL, take_with_call, &result), 0);
	wait_until_waiting(ZONG_PATIENT);
	zong_pool_call_cancel(pool, &waiting_call);
	pthread_join(thread, NULL);
	assert_int_equal(result, ZONG_ECANCELLED);
	zong_lease_give_back(pool, worker);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &again, &err), 0);
	assert_int_equal(again->process.pid, pid);
	zong_lease_give_back(pool, again);
	zong_pool_stats(pool, &stats);
	assert_int_equal(stats.restarts, 0);
}

/* It may have been killed after its answer: nobody else gets it. */
static void a_worker_whose_call_was_cancelled_late_is_replaced_before_the_next_one(void **state)
{
	struct zong_pool_call call = ZONG_POOL_CALL_INIT;
	struct zong_worker *worker;
	char why[ZONG_LEASE_WHY];
	pid_t pid;

	(void)state;
	assert_int_equal(start(1), 0);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, &call, &worker, &err), 0);
	pid = worker->process.pid;
	zong_pool_call_cancel(pool, &call);
	zong_lease_give_back(pool, worker);
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, NULL, &worker, &err), 0);
	assert_int_not_equal(worker->process.pid, pid);
	zong_lease_give_back(pool, worker);
	/* and while it works, its end is nobody's fault */
	call = (struct zong_pool_call)ZONG_POOL_CALL_INIT;
	assert_int_equal(zong_lease_take(pool, ZONG_PATIENT, NULL, &call, &worker, &err), 0);
	zong_pool_call_cancel(pool, &call);
	assert_int_equal(zong_lease_bury(pool, worker, ZONG_EEND, why), ZONG_ECANCELLED);
	zong_lease_give_back(pool, worker);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_worker_that_has_the_document_open_is_preferred),
		TEST(whoever_a_person_waits_for_goes_first),
		TEST(the_spare_worker_is_for_those_who_cannot_wait),
		TEST(a_dead_worker_is_replaced),
		TEST(the_cause_of_an_end_is_told),
		TEST(a_worker_is_replaced_after_so_many_questions_and_that_is_no_death),
		TEST(a_worker_is_replaced_when_it_holds_too_much),
		TEST(who_is_cancelled_waits_no_longer_and_nobody_dies),
		TEST(a_worker_whose_call_was_cancelled_late_is_replaced_before_the_next_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
