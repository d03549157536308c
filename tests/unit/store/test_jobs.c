/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <string.h>

#include "fixture.h"

/* A job with storage of its own. */
struct job {
	Zong__Job row;
	struct zong_id id;
	uint8_t raster[ZONG_DIGEST_SIZE];
	char kind[8];
};

static void job_init(struct job *job, uint8_t raster, int64_t due)
{
	memset(job, 0, sizeof(*job));
	zong__job__init(&job->row);
	zong_id_new(&job->id);
	memset(job->raster, raster, sizeof(job->raster));
	memcpy(job->kind, "read", 5);
	job->row.id.data = job->id.bytes;
	job->row.id.len = sizeof(job->id.bytes);
	job->row.raster.data = job->raster;
	job->row.raster.len = sizeof(job->raster);
	job->row.kind = job->kind;
	job->row.due = due;
}

static int add(struct zong_txn *txn, void *ctx)
{
	return zong_job_add(txn, ctx);
}

static int done(struct zong_txn *txn, void *ctx)
{
	return zong_job_done(txn, ctx);
}

static int again(struct zong_txn *txn, void *ctx)
{
	return zong_job_again(txn, ctx, 5000, ZONG_EWORKER, "died");
}

static int park(struct zong_txn *txn, void *ctx)
{
	return zong_job_park(txn, ctx, ZONG_EWORKER_TIMEOUT, "too slow");
}

static int retry(struct zong_txn *txn, void *ctx)
{
	return zong_job_retry(txn, ctx);
}

static void assert_counts(struct fixture *f, uint64_t waiting, uint64_t running, uint64_t parked)
{
	uint64_t w, r, p;

	zong_job_counts(f->store, &w, &r, &p);
	assert_int_equal(w, waiting);
	assert_int_equal(r, running);
	assert_int_equal(p, parked);
}

static void the_job_that_is_due_first_comes_first_and_each_once(void **state)
{
	struct fixture *f = *state;
	struct job jobs[3];
	Zong__Job *taken[3] = {NULL};
	int64_t due;
	size_t i;

	job_init(&jobs[0], 1, 300);
	job_init(&jobs[1], 2, 100);
	job_init(&jobs[2], 3, 200);
	for (i = 0; i < 3; i++)
		assert_int_equal(zong_store_write(f->store, add, &jobs[i].row), 0);
	assert_counts(f, 3, 0, 0);
	assert_int_equal(zong_job_take(f->store, 50, &taken[0], &due), ZONG_EEND);
	assert_int_equal(due, 100);
	assert_int_equal(zong_job_take(f->store, 250, &taken[0], &due), 0);
	assert_int_equal(zong_job_take(f->store, 250, &taken[1], &due), 0);
	assert_memory_equal(taken[0]->id.data, jobs[1].id.bytes, ZONG_ID_SIZE);
	assert_memory_equal(taken[1]->id.data, jobs[2].id.bytes, ZONG_ID_SIZE);
	assert_int_equal(zong_job_take(f->store, 250, &taken[2], &due), ZONG_EEND);
	assert_int_equal(due, 300);
	assert_counts(f, 1, 2, 0);
	assert_int_equal(zong_store_write(f->store, done, taken[0]), 0);
	zong_job_release(f->store, taken[0]);
	zong_job_release(f->store, taken[1]); /* as it was */
	zong__job__free_unpacked(taken[0], NULL);
	zong__job__free_unpacked(taken[1], NULL);
	assert_counts(f, 2, 0, 0);
	assert_int_equal(zong_job_take(f->store, 1000, &taken[0], &due), 0);
	assert_memory_equal(taken[0]->id.data, jobs[2].id.bytes, ZONG_ID_SIZE);
	zong_job_release(f->store, taken[0]);
	zong__job__free_unpacked(taken[0], NULL);
}

static void an_empty_queue_has_no_next_time(void **state)
{
	struct fixture *f = *state;
	Zong__Job *job;
	int64_t due = -1;

	assert_int_equal(zong_job_take(f->store, 1000, &job, &due), ZONG_EEND);
	assert_int_equal(due, 0);
	assert_counts(f, 0, 0, 0);
}

static void a_raster_has_one_job_until_it_is_done(void **state)
{
	struct fixture *f = *state;
	struct job first, second;

	job_init(&first, 1, 10);
	job_init(&second, 1, 20);
	assert_int_equal(zong_store_write(f->store, add, &first.row), 0);
	assert_int_equal(zong_store_write(f->store, add, &second.row), 0);
	assert_counts(f, 1, 0, 0);
	assert_int_equal(zong_store_write(f->store, park, &first.row), 0);
	assert_int_equal(zong_store_write(f->store, add, &second.row), 0);
	assert_counts(f, 0, 0, 1);
	assert_int_equal(zong_store_write(f->store, done, &first.row), 0);
	assert_counts(f, 0, 0, 0);
	assert_int_equal(zong_store_write(f->store, add, &second.row), 0);
	assert_counts(f, 1, 0, 0);
	assert_int_equal(zong_store_write(f->store, done, &first.row), ZONG_ENOENT);
}

static void a_job_put_off_counts_its_tries_and_comes_when_due(void **state)
{
	struct fixture *f = *state;
	struct job job;
	Zong__Job *taken;
	int64_t due;

	job_init(&job, 1, 10);
	assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	assert_int_equal(zong_job_take(f->store, 10, &taken, &due), 0);
	assert_int_equal(zong_store_write(f->store, again, taken), 0);
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
	assert_int_equal(zong_job_take(f->store, 4999, &taken, &due), ZONG_EEND);
	assert_int_equal(due, 5000);
	assert_int_equal(zong_job_take(f->store, 5000, &taken, &due), 0);
	assert_int_equal(taken->tries, 1);
	assert_int_equal(taken->err, ZONG_EWORKER);
	assert_string_equal(taken->reason, "died");
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
}

static void a_parked_job_waits_until_somebody_retries_it(void **state)
{
	struct fixture *f = *state;
	struct zong_id unknown;
	struct job job;
	Zong__Job *taken;
	int64_t due;

	job_init(&job, 1, 10);
	zong_id_new(&unknown);
	assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	assert_int_equal(zong_store_write(f->store, retry, &job.id), ZONG_EINVAL);
	assert_int_equal(zong_store_write(f->store, retry, &unknown), ZONG_ENOENT);
	assert_int_equal(zong_store_write(f->store, park, &job.row), 0);
	assert_counts(f, 0, 0, 1);
	assert_int_equal(zong_job_take(f->store, 1000000, &taken, &due), ZONG_EEND);
	fixture_reopen(f);
	assert_counts(f, 0, 0, 1);
	assert_int_equal(zong_store_write(f->store, retry, &job.id), 0);
	assert_counts(f, 1, 0, 0);
	assert_int_equal(zong_job_take(f->store, 1, &taken, &due), 0);
	assert_int_equal(taken->tries, 0);
	assert_false(taken->parked);
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
}

static void after_a_restart_a_taken_job_is_simply_due(void **state)
{
	struct fixture *f = *state;
	struct job job;
	Zong__Job *taken;
	int64_t due;

	job_init(&job, 1, 10);
	assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	assert_int_equal(zong_job_take(f->store, 10, &taken, &due), 0);
	zong__job__free_unpacked(taken, NULL);
	fixture_reopen(f);
	assert_int_equal(zong_job_take(f->store, 10, &taken, &due), 0);
	zong__job__free_unpacked(taken, NULL);
}

struct worker {
	struct zong_store *store;
	unsigned taken, failed;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	Zong__Job *job;
	int64_t due;

	while (zong_job_take(worker->store, 1000, &job, &due) == 0) {
		worker->taken++;
		if (zong_store_write(worker->store, done, job))
			worker->failed++; /* also when another had done it already */
		zong_job_release(worker->store, job);
		zong__job__free_unpacked(job, NULL);
	}
	return NULL;
}

static void workers_at_once_share_the_jobs_and_do_none_twice(void **state)
{
	struct fixture *f = *state;
	struct worker workers[4];
	pthread_t threads[4];
	struct job job;
	unsigned total = 0;
	int i;

	for (i = 0; i < 60; i++) {
		job_init(&job, (uint8_t)i, i);
		assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	}
	for (i = 0; i < 4; i++) {
		workers[i] = (struct worker){f->store, 0, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		total += workers[i].taken;
		assert_int_equal(workers[i].failed, 0);
	}
	assert_int_equal(total, 60);
	assert_counts(f, 0, 0, 0);
}

struct moved {
	struct zong_digest raster, file;
};

static int drop(struct zong_txn *txn, void *ctx)
{
	const struct moved *moved = ctx;

	return zong_job_drop(txn, &moved->raster);
}

static int move(struct zong_txn *txn, void *ctx)
{
	const struct moved *moved = ctx;

	return zong_job_move(txn, &moved->raster, &moved->file, 7);
}

static void a_job_follows_its_page_to_another_file_and_goes_with_it(void **state)
{
	struct fixture *f = *state;
	struct moved moved;
	Zong__Job *taken;
	struct job job;
	int64_t due;

	job_init(&job, 9, 10);
	memset(moved.raster.bytes, 9, sizeof(moved.raster.bytes));
	memset(moved.file.bytes, 77, sizeof(moved.file.bytes));
	assert_int_equal(zong_store_write(f->store, move, &moved), ZONG_ENOENT);
	assert_int_equal(zong_store_write(f->store, drop, &moved), ZONG_ENOENT);
	assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	assert_int_equal(zong_store_write(f->store, move, &moved), 0);
	assert_int_equal(zong_job_take(f->store, 20, &taken, &due), 0);
	assert_int_equal(taken->page, 7);
	assert_memory_equal(taken->file.data, moved.file.bytes, sizeof(moved.file.bytes));
	zong_job_release(f->store, taken);
	zong__job__free_unpacked(taken, NULL);
	assert_int_equal(zong_store_write(f->store, drop, &moved), 0);
	assert_counts(f, 0, 0, 0);
	/* A parked one is counted down. */
	job_init(&job, 9, 10);
	assert_int_equal(zong_store_write(f->store, add, &job.row), 0);
	assert_int_equal(zong_store_write(f->store, park, &job.row), 0);
	assert_counts(f, 0, 0, 1);
	assert_int_equal(zong_store_write(f->store, drop, &moved), 0);
	assert_counts(f, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(the_job_that_is_due_first_comes_first_and_each_once),
		TEST(an_empty_queue_has_no_next_time),
		TEST(a_raster_has_one_job_until_it_is_done),
		TEST(a_job_put_off_counts_its_tries_and_comes_when_due),
		TEST(a_parked_job_waits_until_somebody_retries_it),
		TEST(after_a_restart_a_taken_job_is_simply_due),
		TEST(workers_at_once_share_the_jobs_and_do_none_twice),
		TEST(a_job_follows_its_page_to_another_file_and_goes_with_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
