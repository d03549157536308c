/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "writer.h"

#define THREADS 8
#define EACH 40

struct worker {
	struct zong_store *store;
	int number;
	int failed;
};

static void *write_many(void *arg)
{
	struct worker *worker = arg;
	char name[32];
	int i;

	for (i = 0; i < EACH; i++) {
		snprintf(name, sizeof(name), "%d/%d", worker->number, i);
		if (fixture_put(worker->store, name, "1"))
			worker->failed++;
	}
	return NULL;
}

static void writes_at_once_share_commits_and_none_is_lost(void **state)
{
	struct fixture *f = *state;
	struct worker workers[THREADS];
	pthread_t threads[THREADS];
	struct zong_store_stats stats;
	char name[32];
	int i, k;

	for (i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){f->store, i, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &workers[i]), 0);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	zong_store_stats(f->store, &stats);
	assert_int_equal(stats.writes, THREADS * EACH);
	assert_true(stats.commits > 0 && stats.commits < stats.writes);
	fixture_reopen(f);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].failed, 0);
		for (k = 0; k < EACH; k++) {
			snprintf(name, sizeof(name), "%d/%d", i, k);
			assert_true(fixture_has(f->store, name, "1"));
		}
	}
}

struct change {
	const char *name;
	int r;
	unsigned runs;
};

static int put_or_fail(struct zong_txn *txn, void *ctx)
{
	struct change *change = ctx;
	struct zong_key key;
	int r;

	change->runs++;
	zong_key_clear(&key);
	zong_key_str(&key, change->name);
	r = zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "1", 1);
	return r ? r : change->r;
}

static int hold_up(struct zong_txn *txn, void *ctx)
{
	(void)txn;
	pthread_barrier_wait(ctx); /* the writer is busy with this ... */
	pthread_barrier_wait(ctx); /* ... until the test has queued the batch */
	return 0;
}

static void a_change_that_fails_is_undone_alone_in_its_batch(void **state)
{
	struct fixture *f = *state;
	struct change changes[3] = {{"first", 0, 0}, {"second", ZONG_ECASENO, 0}, {"third", 0, 0}};
	struct zong_write writes[3] = {0};
	struct zong_write held = {.change = hold_up};
	struct zong_store_stats before, after;
	pthread_barrier_t barrier;
	size_t i;

	zong_store_stats(f->store, &before);
	pthread_barrier_init(&barrier, NULL, 2);
	held.ctx = &barrier;
	assert_int_equal(zong_writer_submit(f->store->writer, &held), 0);
	pthread_barrier_wait(&barrier);
	for (i = 0; i < 3; i++) {
		writes[i].change = put_or_fail;
		writes[i].ctx = &changes[i];
		assert_int_equal(zong_writer_submit(f->store->writer, &writes[i]), 0);
	}
	while (zong_writer_ready(f->store->writer) < 3)
		usleep(100);
	pthread_barrier_wait(&barrier);
	assert_int_equal(zong_writer_await(&held), 0);
	assert_int_equal(zong_writer_await(&writes[0]), 0);
	assert_int_equal(zong_writer_await(&writes[1]), ZONG_ECASENO);
	assert_int_equal(zong_writer_await(&writes[2]), 0);
	pthread_barrier_destroy(&barrier);
	zong_store_stats(f->store, &after);
	assert_int_equal(
		after.commits - before.commits, 2); /* the held one, and the three together */
	assert_true(fixture_has(f->store, "first", "1"));
	assert_false(fixture_has(f->store, "second", "1"));
	assert_true(fixture_has(f->store, "third", "1"));
}

static void closing_finishes_what_is_queued(void **state)
{
	struct fixture *f = *state;
	struct change change = {"queued", 0, 0};
	struct zong_write write = {.change = put_or_fail, .ctx = &change};

	assert_int_equal(zong_writer_submit(f->store->writer, &write), 0);
	fixture_reopen(f);
	assert_int_equal(sem_trywait(&write.done), 0);
	assert_int_equal(write.result, 0);
	assert_true(fixture_has(f->store, "queued", "1"));
}

struct big {
	unsigned from, runs;
};

static int put_much(struct zong_txn *txn, void *ctx)
{
	static const char filler[3000];
	struct big *big = ctx;
	struct zong_key key;
	unsigned i;
	int r = 0;

	big->runs++;
	for (i = 0; !r && i < 300; i++) {
		zong_key_clear(&key);
		zong_key_u32(&key, big->from + i);
		r = zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, filler, sizeof(filler));
	}
	return r;
}

struct reads {
	struct zong_store *store;
	pthread_mutex_t mutex;
	bool stop;
	unsigned count, failed;
};

static void *read_on(void *arg)
{
	struct reads *reads = arg;
	struct zong_txn *txn;
	uint64_t entries;
	bool stop = false;
	int r;

	while (!stop) {
		r = zong_store_read_begin(reads->store, &txn);
		if (!r) {
			zong_txn_entries(txn, ZONG_TABLE_USERS, &entries);
			usleep(200);
			r = zong_txn_err(txn);
			zong_txn_end(txn);
		}
		pthread_mutex_lock(&reads->mutex);
		reads->failed += r != 0;
		reads->count++;
		stop = reads->stop;
		pthread_mutex_unlock(&reads->mutex);
	}
	return NULL;
}

static void the_map_grows_under_readers_and_the_change_runs_again(void **state)
{
	struct fixture *f = *state;
	struct reads reads = {.store = f->store, .mutex = PTHREAD_MUTEX_INITIALIZER};
	struct zong_txn *txn, *inner;
	struct big big = {0, 0};
	size_t map = f->store->catalog.map;
	pthread_t threads[3];
	uint64_t entries;
	unsigned i;

	for (i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &reads), 0);
	for (i = 0; i < 6; i++) {
		big.from = i * 1000;
		assert_int_equal(zong_store_write(f->store, put_much, &big), 0);
	}
	pthread_mutex_lock(&reads.mutex);
	reads.stop = true;
	pthread_mutex_unlock(&reads.mutex);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(reads.failed, 0);
	assert_true(reads.count > 0);
	assert_true(big.runs > 6); /* at least one of them twice */
	assert_true(f->store->catalog.map > map);
	assert_int_equal(zong_store_read_begin(f->store, &txn), 0);
	assert_int_equal(zong_store_read_begin(f->store, &inner), 0);
	zong_txn_entries(inner, ZONG_TABLE_USERS, &entries);
	zong_txn_end(inner);
	zong_txn_end(txn);
	assert_int_equal(entries, 6 * 300);
}

static void *grow(void *arg)
{
	struct big big = {0, 0};
	struct zong_store *store = arg;
	unsigned i;
	int r = 0;

	for (i = 0; !r && i < 4; i++) {
		big.from = i * 1000;
		r = zong_store_write(store, put_much, &big);
	}
	return r ? arg : NULL;
}

static void a_read_begun_within_a_read_does_not_wait_for_the_map_for_ever(void **state)
{
	struct fixture *f = *state;
	struct zong_txn *outer, *inner;
	size_t map = f->store->catalog.map;
	pthread_t thread;
	void *failed;
	int i;

	assert_int_equal(zong_store_read_begin(f->store, &outer), 0);
	assert_int_equal(pthread_create(&thread, NULL, grow, f->store), 0);
	/* Long enough for the writer to stand at the gate. */
	for (i = 0; i < 20; i++) {
		assert_int_equal(zong_store_read_begin(f->store, &inner), 0);
		usleep(10000);
		zong_txn_end(inner);
	}
	assert_int_equal(f->store->catalog.map, map);
	zong_txn_end(outer);
	pthread_join(thread, &failed);
	assert_null(failed);
	assert_true(f->store->catalog.map > map);
}

static void segments_that_do_not_fit_make_their_map_grow(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	size_t map = f->store->segments.map;

	fixture_noise(&f->bytes, 12 << 20, 1);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, &result),
		0);
	assert_true(f->store->segments.map > map);
	assert_int_equal(result.bytes_new, f->bytes.len);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	fixture_reopen(f);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	assert_true(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) <
		fixture_most((12 << 20) + 10000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
#define SMALL(name) cmocka_unit_test_setup_teardown(name, fixture_setup_small, fixture_teardown)
		TEST(writes_at_once_share_commits_and_none_is_lost),
		TEST(a_change_that_fails_is_undone_alone_in_its_batch),
		TEST(closing_finishes_what_is_queued),
		SMALL(the_map_grows_under_readers_and_the_change_runs_again),
		SMALL(a_read_begun_within_a_read_does_not_wait_for_the_map_for_ever),
		SMALL(segments_that_do_not_fit_make_their_map_grow),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
