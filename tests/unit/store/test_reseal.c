/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/bulk.h>
#include <zong/file.h>

#include "fixture.h"
#include "segment.h"

static const uint8_t old_key[ZONG_STORE_KEY] = "the old key, of thirty-two bytes";
static const uint8_t new_key[ZONG_STORE_KEY] = "the new key, of thirty-two bytes";

#define FILES 7
#define ROWS 3000

struct resealing {
	char base[128], old[160], new[160];
	struct zong_digest digest[FILES];
	struct zong_buf bytes[FILES];
	struct zong_id id;
};

static int put_rows(struct zong_txn *txn, void *ctx)
{
	Zong__Case row = ZONG__CASE__INIT;
	char no[32];
	struct zong_key key;
	int i, r = 0;

	(void)ctx;
	for (i = 0; !r && i < ROWS; i++) {
		snprintf(no, sizeof(no), "2026%05d", i);
		row.no = no;
		row.opened = i;
		zong_key_clear(&key);
		zong_key_str(&key, no);
		r = zong_txn_put(txn, ZONG_TABLE_CASES, &key, &row.base);
		if (!r && i < ROWS / 3)
			r = zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, no, sizeof(no));
	}
	return r ? r : zong_txn_count(txn, ZONG_COUNT_FILES, FILES, NULL);
}

static int forget(struct zong_txn *txn, void *ctx)
{
	return zong_store_forget_file(txn, ctx);
}

static int setup(void **state)
{
	static const size_t lens[FILES] = {3000000, 70000, 300, 900000, 5000, 1200000, 64000};
	struct zong_store_options options = {.key = old_key};
	struct resealing *re = calloc(1, sizeof(*re));
	struct zong_store *store;
	int i;

	if (!re)
		return -1;
	*state = re;
	snprintf(re->base, sizeof(re->base), "/tmp/zong-reseal.XXXXXX");
	if (!mkdtemp(re->base))
		return -1;
	snprintf(re->old, sizeof(re->old), "%s/old", re->base);
	snprintf(re->new, sizeof(re->new), "%s/new", re->base);
	if (zong_store_create_sealed(re->old, old_key, NULL, NULL, NULL) ||
		zong_store_open(re->old, &options, &store, NULL))
		return -1;
	re->id = *zong_store_id(store);
	for (i = 0; i < FILES; i++) {
		struct zong_ingest_result result;

		zong_buf_init(&re->bytes[i], 1 << 24);
		fixture_noise(&re->bytes[i], lens[i], (uint64_t)i + 1);
		if (fixture_store_bytes(
			    store, re->bytes[i].data, lens[i], ZONG_MEDIA_UNKNOWN, &result))
			return -1;
		re->digest[i] = result.digest;
	}
	/* One that is gone, its segments not yet collected; and the last small one is on its way to segments/. */
	if (zong_store_write(store, put_rows, NULL) ||
		zong_store_write(store, forget, &re->digest[FILES - 2]))
		return -1;
	zong_store_close(store);
	return 0;
}

static int teardown(void **state)
{
	struct resealing *re = *state;
	struct fixture *f = calloc(1, sizeof(*f));
	void *taken = f;
	int i;

	for (i = 0; i < FILES; i++)
		zong_buf_release(&re->bytes[i]);
	if (!f)
		return -1;
	snprintf(f->dir, sizeof(f->dir), "%s", re->base);
	free(re);
	return fixture_teardown(&taken);
}

static bool skipped(enum zong_table table)
{
	return table == ZONG_TABLE_META || table == ZONG_TABLE_RECIPES ||
	       table == ZONG_TABLE_LOOSE || table == ZONG_TABLE_PENDING;
}

/* All rows that do not name segments are the same. */
static void assert_same_rows(struct zong_store *old, struct zong_store *new)
{
	struct zong_txn *from, *to;
	uint64_t from_count, to_count;
	int table;

	assert_int_equal(zong_store_read_begin(old, &from), 0);
	assert_int_equal(zong_store_read_begin(new, &to), 0);
	for (table = 0; table < ZONG_TABLE_COUNT_; table++) {
		struct zong_iter a = {0}, b = {0};
		int r;

		if (table != ZONG_TABLE_PENDING) {
			assert_int_equal(zong_txn_entries(from, table, &from_count), 0);
			assert_int_equal(zong_txn_entries(to, table, &to_count), 0);
			assert_int_equal(from_count, to_count);
		}
		if (skipped(table))
			continue;
		assert_int_equal(zong_iter_begin(&a, from, table, NULL, NULL, false), 0);
		assert_int_equal(zong_iter_begin(&b, to, table, NULL, NULL, false), 0);
		do {
			r = zong_iter_next(&a);
			assert_int_equal(zong_iter_next(&b), r);
			if (r)
				continue;
			assert_int_equal(a.key.len, b.key.len);
			assert_memory_equal(a.key.bytes, b.key.bytes, a.key.len);
			assert_int_equal(a.value_kept, b.value_kept);
			assert_memory_equal(a.value, b.value, a.value_kept);
			assert_true(zong_iter_sound(&b));
		} while (!r);
		zong_iter_end(&a);
		zong_iter_end(&b);
	}
	zong_txn_end(from);
	zong_txn_end(to);
}

static void assert_whole(struct resealing *re)
{
	struct zong_store_options looking = {.key = old_key, .read_only = true};
	struct zong_store_options options = {.key = new_key}, stale = {.key = old_key};
	struct zong_store *old, *new;
	struct zong_collect_result collected;
	uint64_t files, broken;
	int i;

	assert_int_equal(zong_store_open(re->new, &stale, &new, NULL), ZONG_EKEY);
	assert_int_equal(zong_store_open(re->old, &looking, &old, NULL), 0);
	assert_int_equal(zong_store_open(re->new, &options, &new, NULL), 0);
	assert_memory_equal(zong_store_id(new)->bytes, re->id.bytes, sizeof(re->id.bytes));
	assert_same_rows(old, new);
	assert_int_equal(zong_store_verify(new, &files, &broken), 0);
	assert_int_equal(files, FILES - 1);
	assert_int_equal(broken, 0);
	for (i = 0; i < FILES; i++)
		if (i != FILES - 2)
			fixture_assert_file(
				new, &re->digest[i], re->bytes[i].data, re->bytes[i].len);
	/* What was to be collected still is, under its new name; then nothing is left over. */
	assert_int_equal(zong_collect_run(new, ZONG_COLLECT_LOOSE, NULL, NULL, &collected), 0);
	assert_true(collected.deleted > 0);
	assert_int_equal(zong_collect_run(new, ZONG_COLLECT_COUNT, NULL, NULL, &collected), 0);
	assert_int_equal(collected.loose, 0);
	zong_store_close(new);
	zong_store_close(old);
}

static void all_is_there_under_the_new_key_and_only_under_it(void **state)
{
	struct resealing *re = *state;
	struct zong_err err;

	assert_int_equal(
		zong_store_reseal(re->old, old_key, re->new, new_key, NULL, NULL, &err), 0);
	/* Once more is no error and does nothing. */
	assert_int_equal(
		zong_store_reseal(re->old, old_key, re->new, new_key, NULL, NULL, &err), 0);
	assert_whole(re);
}

static void the_totals_are_those_of_the_new_archive(void **state)
{
	struct zong_store_options options = {.key = new_key};
	struct resealing *re = *state;
	struct zong_store *store;
	struct zong_err err;
	uint64_t counted, total;

	assert_int_equal(
		zong_store_reseal(re->old, old_key, re->new, new_key, NULL, NULL, &err), 0);
	assert_int_equal(zong_store_open(re->new, &options, &store, NULL), 0);
	assert_int_equal(fixture_put(store, "a", "commit"), 0);
	assert_int_equal(zong_collect_run(store, ZONG_COLLECT_ALL, NULL, NULL, NULL),
		0); /* all in segments/ */
	assert_int_equal(fixture_put(store, "another", "commit"), 0);
	assert_int_equal(zong_bulk_total(store, false, &counted, &total), 0);
	assert_int_equal(counted, total);
	assert_int_equal(fixture_counter(store, ZONG_COUNT_BYTES_STORED), counted);
	assert_int_equal(fixture_counter(store, ZONG_COUNT_FILES), FILES);
	zong_store_close(store);
}

struct until {
	int left;
};

static int die(void *ctx, uint64_t done, uint64_t total)
{
	struct until *until = ctx;

	(void)done;
	(void)total;
	if (--until->left == 0)
		raise(SIGKILL);
	return 0;
}

static void killed_at_each_step_it_goes_on(void **state)
{
	struct resealing *re = *state;
	int status, attempts = 0;
	pid_t child;

	for (;;) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			struct until until = {.left = 2};

			_exit(zong_store_reseal(
				re->old, old_key, re->new, new_key, die, &until, NULL));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status))
			break;
		assert_int_equal(WTERMSIG(status), SIGKILL);
		assert_true(++attempts < 200);
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(attempts > 10);
	assert_whole(re);
}

static void killed_at_any_moment_it_goes_on(void **state)
{
	struct resealing *re = *state;
	int status, attempts = 0;
	pid_t child;

	/* A little later each time, whatever it is doing then; so it ends. */
	for (;;) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			_exit(zong_store_reseal(
				re->old, old_key, re->new, new_key, NULL, NULL, NULL));
		usleep((useconds_t)attempts * 1500);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status))
			break;
		assert_true(++attempts < 2000);
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_whole(re);
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	uint64_t *seen = ctx;

	assert_true(done <= total);
	*seen = done;
	return done > 2000;
}

static void one_that_was_stopped_goes_on_unless_the_old_one_has_changed(void **state)
{
	struct zong_store_options options = {.key = old_key};
	struct resealing *re = *state;
	struct zong_store *store;
	uint64_t seen = 0;
	struct zong_err err;

	assert_int_equal(zong_store_reseal(re->old, old_key, re->new, new_key, stop, &seen, &err),
		ZONG_ECANCELLED);
	assert_true(seen > 2000);
	assert_int_equal(
		zong_store_reseal(re->old, old_key, re->new, old_key, NULL, NULL, &err), ZONG_EKEY);
	assert_int_equal(zong_store_open(re->old, &options, &store, NULL), 0);
	assert_int_equal(fixture_put(store, "late", "row"), 0);
	zong_store_close(store);
	assert_int_equal(zong_store_reseal(re->old, old_key, re->new, new_key, NULL, NULL, &err),
		ZONG_ECHANGED);
}

static void what_is_no_such_archive_is_not_touched(void **state)
{
	struct resealing *re = *state;
	struct zong_err err;
	char path[200];

	assert_int_equal(
		zong_store_reseal(re->old, new_key, re->new, new_key, NULL, NULL, &err), ZONG_EKEY);
	assert_int_equal(zong_file_make_dir(re->new, 0700), 0);
	snprintf(path, sizeof(path), "%s/something", re->new);
	assert_int_equal(zong_file_replace(path, "x", 1, 0600), 0);
	assert_int_equal(zong_store_reseal(re->old, old_key, re->new, new_key, NULL, NULL, &err),
		ZONG_EEXIST);
	snprintf(path, sizeof(path), "%s/resealed", re->new);
	assert_int_not_equal(access(path, F_OK), 0);
	/* Another vault with the same key, finished long ago. */
	snprintf(path, sizeof(path), "%s/third", re->base);
	assert_int_equal(zong_store_create_sealed(path, new_key, NULL, NULL, NULL), 0);
	assert_int_equal(
		zong_store_reseal(re->old, old_key, path, new_key, NULL, NULL, &err), ZONG_EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(all_is_there_under_the_new_key_and_only_under_it),
		TEST(the_totals_are_those_of_the_new_archive),
		TEST(killed_at_each_step_it_goes_on),
		TEST(killed_at_any_moment_it_goes_on),
		TEST(one_that_was_stopped_goes_on_unless_the_old_one_has_changed),
		TEST(what_is_no_such_archive_is_not_touched),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
