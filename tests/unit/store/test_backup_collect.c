/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/time.h>

#include "backup_collect.h"
#include "backup_fixture.h"

#define DAY (86400 * ZONG_SECOND)

static size_t len_of(uint64_t seed)
{
	return (size_t)(2000 + seed * 7919 % 100000);
}

/* Gives the newest snapshot another time, as if it had been taken then. */
static void date_back(struct backup_fixture *f, const char *name, int64_t time)
{
	struct zong_backup_folder folder;
	struct zong_manifest manifest;

	assert_int_equal(zong_backup_folder_open(&folder, f->backup, NULL, NULL), 0);
	zong_manifest_init(&manifest);
	assert_int_equal(zong_backup_folder_read(&folder, name, &manifest), 0);
	manifest.about.time = time;
	assert_int_equal(zong_backup_folder_name(&folder, time, manifest.about.name), 0);
	assert_int_equal(zong_backup_folder_write(&folder, &manifest, NULL), 0);
	assert_int_equal(zong_backup_folder_delete(folder.snapshots, name), 0);
	zong_manifest_release(&manifest);
	zong_backup_folder_close(&folder);
}

static void assert_sound(struct backup_fixture *f, uint64_t snapshots)
{
	struct zong_backup_options options = {.watch = backup_fixture_watch(f)};
	struct zong_backup_check_result result;
	struct zong_err err;

	assert_int_equal(zong_backup_check(f->backup, &options, &result, &err), 0);
	assert_int_equal(result.snapshots, snapshots);
	assert_int_equal(backup_fixture_told(f), 0);
}

static int forget_segment(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;
	char name[32];

	snprintf(name, sizeof(name), "user %llu", (unsigned long long)*(uint64_t *)ctx);
	zong_key_clear(&key);
	zong_key_str(&key, name);
	return zong_txn_delete(txn, ZONG_TABLE_USERS, &key);
}

/* An archive whose segments of file @seed are gone with its rows. */
static void remove_file(struct backup_fixture *f, uint64_t seed)
{
	struct zong_digest digest;
	MDB_val key = {.mv_size = ZONG_DIGEST_SIZE, .mv_data = digest.bytes};
	MDB_txn *txn;
	bool full;

	backup_fixture_settle(f);
	backup_fixture_value(f, seed, len_of(seed), &digest);
	assert_int_equal(zong_store_write(f->store, forget_segment, &seed), 0);
	/* Recipes would miss it, and a backup tell so: the rows go, too. */
	assert_int_equal(zong_env_write_begin(&f->store->catalog, &txn), 0);
	assert_int_equal(mdb_del(txn, f->store->catalog.dbis[ZONG_TABLE_FILES], &key, NULL), 0);
	{
		uint8_t recipe[ZONG_DIGEST_SIZE + 8] = {0};
		MDB_val row = {.mv_size = sizeof(recipe), .mv_data = recipe};

		memcpy(recipe, digest.bytes, ZONG_DIGEST_SIZE);
		assert_int_equal(
			mdb_del(txn, f->store->catalog.dbis[ZONG_TABLE_RECIPES], &row, NULL), 0);
	}
	assert_int_equal(zong_env_commit(&f->store->catalog, txn, &full), 0);
	assert_int_equal(zong_env_write_begin(&f->store->segments, &txn), 0);
	/* Small enough to be a single segment. */
	assert_int_equal(
		mdb_del(txn, f->store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, NULL), 0);
	assert_int_equal(zong_env_commit(&f->store->segments, txn, &full), 0);
}

static void older_snapshots_go_and_what_only_they_needed(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	int64_t now = zong_time_now();
	struct zong_store *store;
	uint64_t i;

	backup_fixture_create(f);
	for (i = 0; i < 30; i++)
		backup_fixture_add(f, i, 2000 + i * 1000); /* one segment each */
	backup_fixture_settle(f);
	for (i = 0; i < 5; i++) {
		backup_fixture_run(f, NULL, 100000, 0, &result);
		date_back(f, result.snapshot.name, now - (10 - (int64_t)i) * DAY);
		backup_fixture_add(f, 100 + i, 60000);
		backup_fixture_settle(f);
	}
	assert_sound(f, 5);
	backup_fixture_run(f, "3d", 100000, 0, &result);
	assert_int_equal(result.removed, 3);
	assert_int_equal(result.troubles, 0);
	assert_sound(f, 3);
	store = backup_fixture_restore(f, NULL);
	for (i = 0; i < 30; i++)
		assert_true(backup_fixture_has(f, store, i, 2000 + i * 1000));
	for (i = 0; i < 5; i++)
		assert_true(backup_fixture_has(f, store, 100 + i, 60000));
	zong_store_close(store);
	assert_sound(f, 3);
}

static void what_the_archive_has_no_more_is_freed_with_the_last_snapshot(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	int64_t now = zong_time_now();
	struct zong_store *store;
	size_t before;
	uint64_t i;

	backup_fixture_create(f);
	for (i = 0; i < 24; i++)
		backup_fixture_add(f, i, len_of(i) > 60000 ? 60000 : len_of(i));
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 150000, 0, &result);
	date_back(f, result.snapshot.name, now - 2 * DAY);
	before = backup_fixture_count(f->backup, "packs");
	for (i = 0; i < 24; i++)
		if (i % 2 && len_of(i) <= 60000)
			remove_file(f, i);
	backup_fixture_run(f, "2d", 150000, 0, &result);
	assert_int_equal(result.removed, 0);
	assert_int_equal(result.bytes_freed, 0);
	assert_sound(f, 2);
	backup_fixture_run(f, "1d", 150000, 0, &result);
	assert_int_equal(result.removed, 2);
	assert_true(result.bytes_freed > 100000);
	assert_true(backup_fixture_count(f->backup, "packs") <= before + 1);
	assert_sound(f, 1);
	store = backup_fixture_restore(f, NULL);
	for (i = 0; i < 24; i++)
		if (len_of(i) > 60000)
			assert_true(backup_fixture_has(f, store, i, 60000));
		else
			assert_int_equal(backup_fixture_has(f, store, i, len_of(i)), i % 2 == 0);
	zong_store_close(store);
}

/* Ended wherever the caller is asked, and gone on with by the next run: nothing that is kept is ever missing. */
static void a_collection_may_end_anywhere(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	int64_t now = zong_time_now();
	uint64_t i, at;
	int r = ZONG_ECANCELLED;

	backup_fixture_create(f);
	for (i = 0; i < 24; i++)
		backup_fixture_add(f, i, len_of(i) > 60000 ? 60000 : len_of(i));
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 150000, 0, &result);
	date_back(f, result.snapshot.name, now - 2 * DAY);
	for (i = 1; i < 24; i += 2)
		if (len_of(i) <= 60000)
			remove_file(f, i);
	for (at = 1; r == ZONG_ECANCELLED && at < 60; at += 2) {
		f->progress = 0;
		f->cancel_at = at;
		r = backup_fixture_try(f, "1d", 150000);
		f->cancel_at = 0;
		assert_sound(f, backup_fixture_count(f->backup, "snapshots"));
	}
	assert_int_equal(r, 0);
	assert_true(at > 3);
	assert_int_equal(backup_fixture_count(f->backup, "snapshots"), 1);
}

static void nothing_is_removed_while_a_snapshot_cannot_be_read(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result result;
	char path[300];

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 5000);
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 0, 0, &result);
	snprintf(path, sizeof(path), "%s/snapshots/%s", f->backup, result.snapshot.name);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	backup_fixture_flip_path(path, 30);
	backup_fixture_run(f, "1d", 0, 0, &result);
	assert_int_equal(result.removed, 0);
	assert_int_equal(f->told[ZONG_TROUBLE_SNAPSHOT_DAMAGED], 1);
	assert_int_equal(backup_fixture_count(f->backup, "snapshots"), 3);
	backup_fixture_flip_path(path, 30);
	backup_fixture_run(f, "1d", 0, 0, &result);
	assert_int_equal(result.removed, 3);
	backup_fixture_forget(f);
	assert_sound(f, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(older_snapshots_go_and_what_only_they_needed),
		TEST(what_the_archive_has_no_more_is_freed_with_the_last_snapshot),
		TEST(a_collection_may_end_anywhere),
		TEST(nothing_is_removed_while_a_snapshot_cannot_be_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
