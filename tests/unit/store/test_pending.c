/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "pending.h"
#include "writer_state.h"

#define PAGE 65536
#define PATIENCE 500 /* hundredths of a second */

static uint64_t pending_rows(struct zong_store *store)
{
	struct zong_txn *txn;
	uint64_t entries = 0;

	assert_int_equal(zong_store_read_begin(store, &txn), 0);
	assert_int_equal(zong_txn_entries(txn, ZONG_TABLE_PENDING, &entries), 0);
	zong_txn_end(txn);
	return entries;
}

static uint64_t stored_segments(struct zong_store *store)
{
	MDB_stat stat;
	MDB_txn *txn;

	assert_int_equal(zong_env_read_begin(&store->segments, &txn), 0);
	assert_int_equal(
		mdb_stat(txn, store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &stat), 0);
	zong_env_read_end(&store->segments, txn);
	return stat.ms_entries;
}

static void await_moved(struct zong_store *store)
{
	int i;

	for (i = 0; i < PATIENCE && pending_rows(store) > 0; i++)
		usleep(10000);
	assert_int_equal(pending_rows(store), 0);
}

static void store_page(struct fixture *f, uint64_t seed, struct zong_ingest_result *ret_result)
{
	f->bytes.len = 0;
	fixture_noise(&f->bytes, PAGE, seed);
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, f->bytes.len,
				 ZONG_MEDIA_UNKNOWN, ret_result),
		0);
}

static void a_lone_page_takes_one_commit_and_is_moved_when_nothing_comes(void **state)
{
	struct fixture *f = *state;
	struct zong_store_stats before, after;
	struct zong_ingest_result result;
	uint64_t stored;

	zong_store_stats(f->store, &before);
	store_page(f, 1, &result);
	zong_store_stats(f->store, &after);
	assert_int_equal(after.commits - before.commits, 1);
	assert_int_equal(result.bytes_new, PAGE);
	assert_true(after.segments > 0);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	assert_true(stored >= PAGE);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	await_moved(f->store);
	assert_int_equal(stored_segments(f->store), after.segments);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), stored);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

static void what_was_on_its_way_is_there_after_a_restart_and_goes_on(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	uint64_t stored;

	store_page(f, 2, &result);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	fixture_reopen(f);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	await_moved(f->store);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), stored);
}

static void what_is_on_its_way_is_shared_like_everything_else(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result first, second;
	uint64_t rows, stored;
	size_t cut;

	store_page(f, 3, &first);
	rows = pending_rows(f->store);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	/* Another file with the same bytes behind a few of its own. */
	cut = f->bytes.len;
	assert_int_equal(zong_buf_add(&f->more, "other head", 10), 0);
	assert_int_equal(zong_buf_add(&f->more, f->bytes.data, cut), 0);
	assert_int_equal(fixture_store_bytes(
				 f->store, f->more.data, f->more.len, ZONG_MEDIA_UNKNOWN, &second),
		0);
	assert_true(second.bytes_shared > 0 || pending_rows(f->store) > rows);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED) - stored > 0,
		second.bytes_new > 10);
	await_moved(f->store);
	fixture_assert_file(f->store, &first.digest, f->bytes.data, f->bytes.len);
	fixture_assert_file(f->store, &second.digest, f->more.data, f->more.len);
}

struct uploader {
	struct zong_store *store;
	uint64_t seed;
	struct zong_digest digests[40];
};

static void *upload(void *arg)
{
	struct uploader *u = arg;
	struct zong_buf bytes = ZONG_BUF_INIT(PAGE);
	struct zong_ingest_result result;
	size_t i;

	for (i = 0; i < sizeof(u->digests) / sizeof(*u->digests); i++) {
		bytes.len = 0;
		fixture_noise(&bytes, PAGE, u->seed * 1000 + i);
		if (fixture_store_bytes(
			    u->store, bytes.data, bytes.len, ZONG_MEDIA_UNKNOWN, &result))
			abort();
		u->digests[i] = result.digest;
	}
	zong_buf_release(&bytes);
	return NULL;
}

/* Enough to go over ZONG_PENDING_MOST, so that moving and putting meet. */
static void many_pages_from_few_hands_are_all_there(void **state)
{
	struct fixture *f = *state;
	struct uploader uploaders[4];
	pthread_t threads[4];
	size_t i, k;

	for (i = 0; i < 4; i++) {
		uploaders[i].store = f->store;
		uploaders[i].seed = i + 10;
		assert_int_equal(pthread_create(&threads[i], NULL, upload, &uploaders[i]), 0);
	}
	for (i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 4; i++)
		for (k = 0; k < sizeof(uploaders->digests) / sizeof(*uploaders->digests); k++) {
			f->bytes.len = 0;
			fixture_noise(&f->bytes, PAGE, uploaders[i].seed * 1000 + k);
			fixture_assert_file(
				f->store, &uploaders[i].digests[k], f->bytes.data, f->bytes.len);
		}
	await_moved(f->store);
	if (fixture_key())
		assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED),
			stored_segments(f->store) *
				(zong_seal_room(PAGE + ZONG_SEGMENT_HEADER) + ZONG_BOX_MORE));
	else
		assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED),
			4 * 40 * PAGE + stored_segments(f->store) * ZONG_SEGMENT_HEADER);
}

static int refuse(struct zong_txn *txn, void *ctx)
{
	(void)txn;
	(void)ctx;
	return ZONG_EEXIST;
}

static int put_recipe(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static void a_change_that_is_refused_leaves_nothing_on_its_way(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest *ingest;
	int fd;

	fixture_noise(&f->bytes, PAGE, 5);
	fd = fixture_file(f->bytes.data, f->bytes.len);
	assert_int_equal(zong_ingest_begin(
				 f->store, fd, PAGE, ZONG_MEDIA_UNKNOWN, NULL, NULL, NULL, &ingest),
		0);
	assert_int_equal(zong_store_write_file(f->store, ingest, refuse, NULL), ZONG_EEXIST);
	assert_int_equal(pending_rows(f->store), 0);
	assert_int_equal(zong_store_write_file(f->store, ingest, put_recipe, ingest), 0);
	fixture_assert_file(f->store, &zong_ingest_result(ingest)->digest, f->bytes.data, PAGE);
	zong_ingest_free(ingest);
	close(fd);
}

/* The end of a file may look like the checksum behind a row. */
static void a_page_may_end_in_anything(void **state)
{
	static const uint8_t end[] = {0xfd, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3, 4};
	struct fixture *f = *state;
	struct zong_ingest_result result;

	fixture_noise(&f->bytes, PAGE, 7);
	memcpy(f->bytes.data + PAGE - sizeof(end), end, sizeof(end));
	assert_int_equal(fixture_store_bytes(f->store, f->bytes.data, PAGE, ZONG_MEDIA_UNKNOWN,
				 &result),
		0);
	assert_true(pending_rows(f->store) > 0);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, PAGE);
	await_moved(f->store);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, PAGE);
}

/* As after a crash between the two commits of a move. */
static void what_is_in_both_places_is_stored_once_in_the_end(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest_result result;
	struct zong_pending_move move;
	uint64_t stored, kept = 0;
	MDB_txn *txn;
	bool full;

	store_page(f, 6, &result);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	zong_pending_move_init(&move);
	assert_int_equal(zong_pending_collect(f->store, &move), 0);
	fixture_reopen(f);
	assert_int_equal(zong_env_write_begin(&f->store->segments, &txn), 0);
	assert_int_equal(zong_pending_store(&f->store->segments, txn, &move, &kept), 0);
	assert_int_equal(zong_segment_total_set(&f->store->segments, txn, kept), 0);
	assert_int_equal(zong_env_commit(&f->store->segments, txn, &full), 0);
	zong_pending_move_release(&move);
	fixture_reopen(f);
	await_moved(f->store);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), stored);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

/* What a commit leaves that failed and is in force all the same: the counts are of before, the table is empty. A
 * collection, which waits until nothing is on its way, comes to an end. */
static void what_is_counted_is_counted_again_after_a_failed_commit(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result collected;
	struct zong_ingest_result result;
	uint64_t stored;

	store_page(f, 9, &result);
	await_moved(f->store);
	stored = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	f->store->writer->stored = 1;
	f->store->writer->unsure = true;
	atomic_store(&f->store->pending, 12345);
	assert_int_equal(
		zong_collect_run(f->store, ZONG_COLLECT_ALL, NULL, NULL, &collected), 0);
	assert_int_equal(atomic_load(&f->store->pending), 0);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), stored);
	fixture_assert_file(f->store, &result.digest, f->bytes.data, f->bytes.len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_lone_page_takes_one_commit_and_is_moved_when_nothing_comes),
		TEST(what_was_on_its_way_is_there_after_a_restart_and_goes_on),
		TEST(what_is_on_its_way_is_shared_like_everything_else),
		TEST(many_pages_from_few_hands_are_all_there),
		TEST(a_change_that_is_refused_leaves_nothing_on_its_way),
		TEST(a_page_may_end_in_anything),
		TEST(what_is_in_both_places_is_stored_once_in_the_end),
		TEST(what_is_counted_is_counted_again_after_a_failed_commit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
