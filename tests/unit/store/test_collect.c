/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "collect.h"
#include "fixture.h"
#include "segment.h"

#define FILE_BYTES (600 << 10)

static int forget(struct zong_txn *txn, void *ctx)
{
	return zong_store_forget_file(txn, ctx);
}

static void forget_file(struct fixture *f, struct zong_digest *digest)
{
	assert_int_equal(zong_store_write(f->store, forget, digest), 0);
}

static struct zong_digest store_noise(struct fixture *f, size_t len, uint64_t seed)
{
	struct zong_ingest_result result;

	zong_buf_clear(&f->bytes);
	fixture_noise(&f->bytes, len, seed);
	assert_int_equal(fixture_store_bytes(f->store, zong_buf_str(&f->bytes), f->bytes.len,
				 ZONG_MEDIA_PDF, &result),
		0);
	return result.digest;
}

static uint64_t segments(struct fixture *f)
{
	struct zong_store_stats stats;

	zong_store_stats(f->store, &stats);
	return stats.segments;
}

static uint64_t waiting(struct fixture *f)
{
	uint64_t loose;

	assert_int_equal(zong_collect_waiting(f->store, &loose), 0);
	return loose;
}

static void run(struct fixture *f, enum zong_collect_mode mode, struct zong_collect_result *result)
{
	assert_int_equal(zong_collect_run(f->store, mode, NULL, NULL, result), 0);
}

/* Do 64 bytes from the middle of what is in f->bytes stand in the data file? */
static bool stands_in(struct fixture *f, const char *name)
{
	struct zong_buf data = ZONG_BUF_INIT((size_t)1 << 30);
	char path[256];
	bool found;

	snprintf(path, sizeof(path), "%s/%s/data.mdb", f->dir, name);
	assert_int_equal(zong_file_read(path, &data), 0);
	found = memmem(zong_buf_str(&data), data.len, zong_buf_str(&f->bytes) + f->bytes.len / 2,
			64) != NULL;
	zong_buf_release(&data);
	return found;
}

static void the_segments_of_a_file_that_was_taken_away_go(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_digest kept = store_noise(f, FILE_BYTES, 1);
	uint64_t before = segments(f);
	struct zong_digest gone = store_noise(f, FILE_BYTES, 2);
	struct zong_reader *reader;

	assert_true(segments(f) > before);
	forget_file(f, &gone);
	assert_int_equal(zong_reader_open(f->store, &gone, &reader), ZONG_ENOENT);
	assert_true(waiting(f) > 0);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_int_equal(segments(f), before);
	assert_true(result.deleted > 0);
	assert_int_equal(result.deleted, result.looked);
	assert_int_equal(waiting(f), 0);
	zong_buf_clear(&f->bytes);
	fixture_noise(&f->bytes, FILE_BYTES, 1);
	fixture_assert_file(f->store, &kept, zong_buf_str(&f->bytes), f->bytes.len);
}

static void what_another_file_holds_stays(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_ingest_result both;
	struct zong_digest gone = store_noise(f, FILE_BYTES, 3);
	uint64_t before = segments(f);

	/* The same bytes and some behind them: the first segments are the same. */
	fixture_noise(&f->bytes, FILE_BYTES, 4);
	assert_int_equal(fixture_store_bytes(f->store, zong_buf_str(&f->bytes), f->bytes.len,
				 ZONG_MEDIA_PDF, &both),
		0);
	assert_true(both.bytes_shared > 0);
	forget_file(f, &gone);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_true(result.named > 0);
	assert_true(segments(f) >= before);
	fixture_assert_file(f->store, &both.digest, zong_buf_str(&f->bytes), f->bytes.len);
	assert_int_equal(waiting(f), 0);
}

static void the_bytes_kept_are_counted_down(void **state)
{
	struct fixture *f = *state;
	uint64_t before = fixture_counter(f->store, ZONG_COUNT_BYTES_STORED);
	struct zong_collect_result result;
	struct zong_digest gone = store_noise(f, FILE_BYTES, 5);

	forget_file(f, &gone);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_true(result.bytes >= FILE_BYTES);
	assert_int_equal(fixture_put(f->store, "next", "commit"), 0);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_BYTES_STORED), before);
}

static void the_bytes_are_not_left_in_the_data_file(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_digest gone = store_noise(f, FILE_BYTES, 6);

	assert_true(fixture_key() || stands_in(f, "segments"));
	forget_file(f, &gone);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_true(result.wiped > 0);
	assert_false(stands_in(f, "segments"));
}

static int delete_row(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	zong_key_clear(&key);
	zong_key_str(&key, "row");
	return zong_txn_delete(txn, ZONG_TABLE_USERS, &key);
}

static void deleted_rows_are_not_left_in_the_catalog(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_digest gone = store_noise(f, FILE_BYTES, 9);

	forget_file(f, &gone);
	zong_buf_clear(&f->bytes);
	for (int i = 0; i < 3000; i++)
		zong_buf_add_format(&f->bytes, "%d ", i * 7919);
	assert_int_equal(fixture_put(f->store, "row", zong_buf_str(&f->bytes)), 0);
	assert_true(fixture_key() || stands_in(f, "catalog"));
	assert_int_equal(zong_store_write(f->store, delete_row, NULL), 0);
	assert_true(fixture_key() || stands_in(f, "catalog"));
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_false(stands_in(f, "catalog"));
}

struct returning {
	struct fixture *f;
	int times;
};

/* Brings the bytes in f->bytes again while the recipes are looked through. */
static bool bring_again(void *ctx)
{
	struct returning *returning = ctx;
	struct fixture *f = returning->f;

	if (returning->times++ == 0)
		assert_int_equal(fixture_store_bytes(f->store, zong_buf_str(&f->bytes),
					 f->bytes.len, ZONG_MEDIA_PDF, NULL),
			0);
	return false;
}

static void an_upload_of_the_same_bytes_meanwhile_saves_them(void **state)
{
	struct fixture *f = *state;
	struct returning returning = {.f = f};
	struct zong_collect_result result;
	struct zong_digest digest = store_noise(f, FILE_BYTES, 12);

	/* More recipes than one step looks at. */
	forget_file(f, &digest);
	for (int i = 0; i < 600; i++) {
		struct zong_buf tiny = ZONG_BUF_INIT(64);

		zong_buf_add_format(&tiny, "tiny %d", i);
		assert_int_equal(fixture_store_bytes(f->store, zong_buf_str(&tiny), tiny.len,
					 ZONG_MEDIA_PDF, NULL),
			0);
		zong_buf_release(&tiny);
	}
	assert_int_equal(
		zong_collect_run(f->store, ZONG_COLLECT_LOOSE, bring_again, &returning, &result),
		0);
	assert_true(returning.times > 0);
	assert_int_equal(result.deleted, 0);
	fixture_assert_file(f->store, &digest, zong_buf_str(&f->bytes), f->bytes.len);
	/* Struck off only when a recipe is seen to name it. */
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_int_equal(waiting(f), 0);
	fixture_assert_file(f->store, &digest, zong_buf_str(&f->bytes), f->bytes.len);
}

static atomic_int asked;

static bool count_asked(void *ctx)
{
	(void)ctx;
	atomic_fetch_add(&asked, 1);
	return false;
}

static void *collect_in_thread(void *ctx)
{
	struct fixture *f = ctx;

	return (void *)(intptr_t)zong_collect_run(
		f->store, ZONG_COLLECT_LOOSE, count_asked, NULL, NULL);
}

/* Until the run has come by some times more. */
static void await_asked(int more)
{
	int until = atomic_load(&asked) + more;

	while (atomic_load(&asked) < until)
		usleep(1000);
}

static int put_recipe(struct zong_txn *txn, void *ctx)
{
	bool known;

	return zong_ingest_put(ctx, txn, &known);
}

static void an_upload_that_began_before_is_waited_for(void **state)
{
	struct fixture *f = *state;
	struct zong_ingest *ingest;
	struct zong_digest digest;
	pthread_t thread;
	void *code;
	int fd;

	/* Larger than one batch, so that segments are looked at long before the recipe is written. */
	digest = store_noise(f, ZONG_SEGMENT_BATCH * 2 + FILE_BYTES, 13);
	forget_file(f, &digest);
	fd = fixture_file(zong_buf_str(&f->bytes), f->bytes.len);
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_PDF, NULL, NULL,
				 NULL, &ingest),
		0);
	assert_int_equal(pthread_create(&thread, NULL, collect_in_thread, f), 0);
	await_asked(2); /* it could have deleted by now, did it not wait */
	assert_int_equal(zong_store_write_file(f->store, ingest, put_recipe, ingest), 0);
	zong_ingest_free(ingest);
	pthread_join(thread, &code);
	close(fd);
	assert_int_equal((intptr_t)code, 0);
	fixture_assert_file(f->store, &digest, zong_buf_str(&f->bytes), f->bytes.len);
}

static void what_a_failed_upload_left_is_found_by_the_whole_sweep(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_ingest *ingest;
	uint64_t before;
	int fd;

	run(f, ZONG_COLLECT_ALL, &result);
	before = segments(f);
	zong_buf_clear(&f->bytes);
	fixture_noise(&f->bytes, ZONG_SEGMENT_BATCH * 2 + FILE_BYTES, 14);
	fd = fixture_file(zong_buf_str(&f->bytes), f->bytes.len);
	assert_int_equal(zong_ingest_begin(f->store, fd, f->bytes.len, ZONG_MEDIA_PDF, NULL, NULL,
				 NULL, &ingest),
		0);
	zong_ingest_free(ingest);
	close(fd);
	assert_true(segments(f) > before);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_true(segments(f) > before);
	run(f, ZONG_COLLECT_COUNT, &result);
	assert_int_equal(result.loose, segments(f) - before);
	assert_true(result.bytes > ZONG_SEGMENT_BATCH);
	run(f, ZONG_COLLECT_ALL, &result);
	assert_int_equal(segments(f), before);
}

static bool stop_now(void *ctx)
{
	(*(int *)ctx)++;
	return true;
}

static void a_run_that_was_stopped_goes_on_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	struct zong_digest digest = store_noise(f, FILE_BYTES, 15);
	int times = 0;

	forget_file(f, &digest);
	assert_int_equal(zong_collect_run(f->store, ZONG_COLLECT_LOOSE, stop_now, &times, NULL),
		ZONG_ECANCELLED);
	assert_int_equal(times, 1);
	fixture_reopen(f);
	assert_true(waiting(f) > 0);
	run(f, ZONG_COLLECT_LOOSE, &result);
	assert_true(result.deleted > 0);
	assert_int_equal(waiting(f), 0);
}

static void an_open_read_keeps_pages_from_being_wiped_and_sees_its_bytes(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest = store_noise(f, FILE_BYTES, 16);
	uint64_t before;
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key, value;
	pthread_t thread;
	void *code;

	forget_file(f, &digest);
	before = segments(f);
	assert_int_equal(zong_env_read_begin(&f->store->segments, &txn), 0);
	assert_int_equal(pthread_create(&thread, NULL, collect_in_thread, f), 0);
	while (segments(f) == before)
		usleep(1000);
	await_asked(4);
	assert_int_equal(
		mdb_cursor_open(txn, f->store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor),
		0);
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		struct zong_digest name, seen;
		uint8_t *raw = malloc(ZONG_SEGMENT_MAX), *room = malloc(ZONG_SEGMENT_VALUE_MAX);
		const uint8_t *head;
		size_t len, head_len;

		assert_non_null(raw);
		assert_non_null(room);
		memcpy(name.bytes, key.mv_data, sizeof(name.bytes));
		assert_int_equal(zong_segment_open(f->store->seal, &name, value.mv_data,
					 value.mv_size, room, &head, &head_len),
			0);
		len = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 |
		      head[4];
		assert_int_equal(zong_segment_unpack(head, head_len, raw, len), 0);
		zong_segment_name(f->store, raw, len, &seen);
		free(room);
		free(raw);
		assert_memory_equal(seen.bytes, key.mv_data, sizeof(seen.bytes));
	}
	mdb_cursor_close(cursor);
	zong_env_read_end(&f->store->segments, txn);
	pthread_join(thread, &code);
	assert_int_equal((intptr_t)code, 0);
	assert_false(stands_in(f, "segments"));
}

/* ---- many threads ---- */

#define FILES 12
#define PARTS 8
#define PART_BYTES (20 << 10)

struct race {
	struct fixture *f;
	pthread_mutex_t mutex;
	bool there[FILES]; /* by what was acknowledged last */
	struct zong_digest digest[FILES];
	struct zong_buf file[FILES];
	bool stop;
	int failed;
};

struct racer {
	struct race *race;
	unsigned seed;
	int first, step; /* its own files */
};

static bool over(struct race *race)
{
	bool stop;

	pthread_mutex_lock(&race->mutex);
	stop = race->stop;
	pthread_mutex_unlock(&race->mutex);
	return stop;
}

static bool reads_back(struct race *race, int i)
{
	struct zong_reader *reader;
	int r = zong_reader_open(race->f->store, &race->digest[i], &reader);

	if (r)
		return false;
	r = open("/dev/null", O_WRONLY);
	if (zong_reader_copy(reader, r))
		race->failed++;
	close(r);
	zong_reader_close(reader);
	return true;
}

/* Uploads and takes away its own files; others share their segments. */
static void *run_racer(void *ctx)
{
	struct racer *racer = ctx;
	struct race *race = racer->race;
	int i;

	while (!over(race)) {
		i = racer->first + racer->step * (int)(rand_r(&racer->seed) % (FILES / 3));
		if (race->there[i] && !reads_back(race, i))
			race->failed++;
		if (race->there[i] && rand_r(&racer->seed) % 2) {
			race->there[i] = false;
			race->failed +=
				zong_store_write(race->f->store, forget, &race->digest[i]) != 0;
		} else {
			race->failed +=
				fixture_store_bytes(race->f->store, zong_buf_str(&race->file[i]),
					race->file[i].len, ZONG_MEDIA_PDF,
					&(struct zong_ingest_result){0}) != 0;
			race->there[i] = true;
		}
	}
	return NULL;
}

static void uploads_that_bring_back_what_is_being_destroyed_lose_nothing(void **state)
{
	struct fixture *f = *state;
	struct race race = {.f = f, .mutex = PTHREAD_MUTEX_INITIALIZER};
	struct racer racers[3];
	pthread_t threads[3];
	const char *seconds = getenv("ZONG_TEST_RACE_SECONDS");
	int rounds = seconds ? (int)strtol(seconds, NULL, 10) * 20 : 24;
	unsigned seed = 20261124;

	for (int i = 0; i < FILES; i++) {
		zong_buf_init(&race.file[i], 1 << 20);
		for (int p = 0; p < PARTS; p++) /* streams of a PDF: each a segment */ {
			size_t at;

			zong_buf_add_format(&race.file[i], "%d 0 obj\n<</Length %d>>\nstream\n",
				p + 1, PART_BYTES);
			at = race.file[i].len;
			fixture_noise(&race.file[i], PART_BYTES, 100 + rand_r(&seed) % 10);
			assert_int_equal(race.file[i].len - at, PART_BYTES);
			zong_buf_add_str(&race.file[i], "\nendstream\nendobj\n");
		}
		zong_digest_of(zong_buf_str(&race.file[i]), race.file[i].len, &race.digest[i]);
	}
	for (int i = 0; i < 3; i++) {
		racers[i] = (struct racer){&race, seed + (unsigned)i, i, 3};
		assert_int_equal(pthread_create(&threads[i], NULL, run_racer, &racers[i]), 0);
	}
	for (int i = 0; i < rounds; i++) {
		assert_int_equal(zong_collect_run(f->store,
					 i % 8 == 7 ? ZONG_COLLECT_ALL : ZONG_COLLECT_LOOSE, NULL,
					 NULL, NULL),
			0);
		if (seconds)
			usleep(20 * 1000);
	}
	pthread_mutex_lock(&race.mutex);
	race.stop = true;
	pthread_mutex_unlock(&race.mutex);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(race.failed, 0);
	for (int i = 0; i < FILES; i++) {
		assert_int_equal(reads_back(&race, i), race.there[i]);
		zong_buf_release(&race.file[i]);
	}
	assert_int_equal(race.failed, 0);
}

static void nothing_that_is_named_is_lost_and_no_garbage_stays(void **state)
{
	struct fixture *f = *state;
	struct zong_collect_result result;
	uint64_t files, broken;

	run(f, ZONG_COLLECT_ALL, &result);
	run(f, ZONG_COLLECT_COUNT, &result);
	assert_int_equal(result.loose, 0);
	assert_int_equal(zong_store_verify(f->store, &files, &broken), 0);
	assert_int_equal(broken, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_segments_of_a_file_that_was_taken_away_go),
		cmocka_unit_test(what_another_file_holds_stays),
		cmocka_unit_test(the_bytes_kept_are_counted_down),
		cmocka_unit_test(the_bytes_are_not_left_in_the_data_file),
		cmocka_unit_test(deleted_rows_are_not_left_in_the_catalog),
		cmocka_unit_test(an_upload_of_the_same_bytes_meanwhile_saves_them),
		cmocka_unit_test(an_upload_that_began_before_is_waited_for),
		cmocka_unit_test(what_a_failed_upload_left_is_found_by_the_whole_sweep),
		cmocka_unit_test(a_run_that_was_stopped_goes_on_after_a_restart),
		cmocka_unit_test(an_open_read_keeps_pages_from_being_wiped_and_sees_its_bytes),
		cmocka_unit_test(uploads_that_bring_back_what_is_being_destroyed_lose_nothing),
		cmocka_unit_test(nothing_that_is_named_is_lost_and_no_garbage_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
