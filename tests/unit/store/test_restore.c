/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_fixture.h"
#include "backup_folder.h"

static int restore(
	struct backup_fixture *f, const char *snapshot, struct zong_restore_result *result)
{
	struct zong_restore_options options = {
		.snapshot = snapshot, .watch = backup_fixture_watch(f)};
	struct zong_err err = {0};

	return zong_restore_run(f->backup, f->restored, &options, result, &err);
}

static bool exists(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void every_snapshot_can_be_gone_back_to(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result results[4];
	uint64_t i, j;

	backup_fixture_create(f);
	for (i = 0; i < 4; i++) {
		backup_fixture_add(f, i, 40000 + 30000 * i);
		backup_fixture_run(f, NULL, 100000, 0, &results[i]);
	}
	for (i = 0; i < 4; i++) {
		struct zong_store *store = backup_fixture_restore(f, results[i].snapshot.name);
		uint64_t files, broken;

		for (j = 0; j < 4; j++)
			assert_int_equal(
				backup_fixture_has(f, store, j, 40000 + 30000 * j), j <= i);
		assert_int_equal(zong_store_verify(store, &files, &broken), 0);
		assert_int_equal(files, i + 1);
		assert_int_equal(broken, 0);
		zong_store_close(store);
	}
	assert_int_equal(backup_fixture_told(f), 0);
}

static void what_is_there_is_never_written_over(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_restore_result result;
	char path[256];

	backup_fixture_create(f);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	assert_int_equal(mkdir(f->restored, 0700), 0);
	snprintf(path, sizeof(path), "%s/letter", f->restored);
	assert_int_equal(zong_file_replace(path, "x", 1, 0600), 0);
	assert_int_equal(restore(f, NULL, &result), ZONG_EEXIST);
	assert_int_equal(backup_fixture_count(f->base, "restored"), 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(restore(f, NULL, &result), 0);
	assert_int_equal(restore(f, NULL, &result), ZONG_EEXIST);
	assert_false(exists(f->restored, "restoring"));
}

static void an_interrupted_restore_is_no_archive_and_is_begun_anew(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_restore_result result;
	struct zong_store *store;
	struct zong_err err;
	uint64_t at, i;
	int r = ZONG_ECANCELLED;

	backup_fixture_create(f);
	for (i = 0; i < 12; i++)
		backup_fixture_add(f, i, 90000);
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 200000, 0, NULL);
	for (at = 1; r; at++) {
		f->progress = 0;
		f->cancel_at = at;
		r = restore(f, NULL, &result);
		if (!r)
			break;
		assert_int_equal(r, ZONG_ECANCELLED);
		assert_true(exists(f->restored, "restoring"));
		assert_int_equal(zong_store_open(f->restored, NULL, &store, &err), ZONG_ENOENT);
	}
	assert_true(at > 3);
	assert_int_equal(zong_store_open(f->restored, NULL, &store, &err), 0);
	for (i = 0; i < 12; i++)
		assert_true(backup_fixture_has(f, store, i, 90000));
	zong_store_close(store);
}

static void damage_costs_the_files_it_is_in_and_is_named(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_restore_result result;
	struct zong_store *store;
	struct zong_err err;
	struct zong_digest digest;
	struct zong_buf bytes = ZONG_BUF_INIT(64 << 20);
	const uint8_t *found;
	uint64_t at, files, broken, i;
	char path[256];

	backup_fixture_create(f);
	for (i = 0; i < 6; i++)
		backup_fixture_add(f, i, 50000);
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	snprintf(path, sizeof(path), "%s/packs/00000001.pack", f->backup);
	backup_fixture_value(f, 3, 50000, &digest);
	assert_int_equal(zong_file_read(path, &bytes), 0);
	found = memmem(bytes.data, bytes.len, f->raw.data + 1000, 100);
	assert_non_null(found);
	at = (uint64_t)(found - bytes.data);
	zong_buf_release(&bytes);
	backup_fixture_flip_path(path, at);
	assert_int_equal(restore(f, NULL, &result), 0);
	assert_int_equal(result.troubles, 1);
	assert_int_equal(f->told[ZONG_TROUBLE_VALUE_DAMAGED], 1);
	assert_memory_equal(&f->last, &digest, sizeof(digest));
	assert_int_equal(zong_store_open(f->restored, NULL, &store, &err), 0);
	for (i = 0; i < 6; i++)
		assert_int_equal(backup_fixture_has(f, store, i, 50000), i != 3);
	assert_int_equal(zong_store_verify(store, &files, &broken), 0);
	assert_int_equal(broken, 1);
	zong_store_close(store);
}

static void a_damaged_catalog_gives_no_archive(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_folder folder;
	struct zong_restore_result result;
	struct zong_manifest manifest;
	struct zong_pack_entry entry;
	struct zong_pack pack;
	struct zong_backup_result made;
	char path[256];
	int fd;

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 5000);
	backup_fixture_run(f, NULL, 0, 0, &made);
	assert_int_equal(zong_backup_folder_open(&folder, f->backup, NULL, NULL), 0);
	zong_manifest_init(&manifest);
	assert_int_equal(zong_backup_folder_read(&folder, made.snapshot.name, &manifest), 0);
	assert_int_equal(zong_pack_open(folder.packs, 1, &pack), 0);
	assert_int_equal(zong_pack_fd(folder.packs, 1, &fd), 0);
	assert_int_equal(zong_pack_find(&pack, fd, &manifest.catalog.items[0].digest, &entry), 0);
	close(fd);
	zong_manifest_release(&manifest);
	zong_backup_folder_close(&folder);
	snprintf(path, sizeof(path), "%s/packs/00000001.pack", f->backup);
	backup_fixture_flip_path(path, entry.offset + 20);
	assert_int_equal(restore(f, NULL, &result), ZONG_ECORRUPT);
	assert_int_equal(f->told[ZONG_TROUBLE_SNAPSHOT_INCOMPLETE], 1);
	assert_false(exists(f->restored, "format"));
	backup_fixture_flip_path(path, entry.offset + 20);
	assert_int_equal(restore(f, NULL, &result), 0);
}

static void a_damaged_list_of_segments_costs_nothing(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_folder folder;
	struct zong_restore_result result;
	struct zong_manifest manifest;
	struct zong_pack_entry entry;
	struct zong_pack pack;
	struct zong_backup_result made;
	struct zong_store *store;
	struct zong_err err;
	char path[256];
	uint64_t i;
	int fd;

	backup_fixture_create(f);
	for (i = 0; i < 5; i++)
		backup_fixture_add(f, i, 5000);
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 0, 0, &made);
	assert_int_equal(zong_backup_folder_open(&folder, f->backup, NULL, NULL), 0);
	zong_manifest_init(&manifest);
	assert_int_equal(zong_backup_folder_read(&folder, made.snapshot.name, &manifest), 0);
	assert_int_equal(zong_pack_open(folder.packs, 1, &pack), 0);
	assert_int_equal(zong_pack_fd(folder.packs, 1, &fd), 0);
	assert_int_equal(zong_pack_find(&pack, fd, &manifest.list.items[0].digest, &entry), 0);
	close(fd);
	zong_manifest_release(&manifest);
	zong_backup_folder_close(&folder);
	snprintf(path, sizeof(path), "%s/packs/00000001.pack", f->backup);
	backup_fixture_flip_path(path, entry.offset + 20);
	assert_int_equal(restore(f, NULL, &result), 0);
	assert_int_equal(result.troubles, 1);
	assert_int_equal(zong_store_open(f->restored, NULL, &store, &err), 0);
	for (i = 0; i < 5; i++)
		assert_true(backup_fixture_has(f, store, i, 5000));
	zong_store_close(store);
}

static void a_snapshot_of_a_newer_zong_is_refused(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_folder folder;
	struct zong_restore_result result;
	struct zong_manifest manifest;
	struct zong_backup_result made;

	backup_fixture_create(f);
	backup_fixture_run(f, NULL, 0, 0, &made);
	assert_int_equal(restore(f, "2020-01-01T00-00-00Z", &result), ZONG_ENOENT);
	assert_int_equal(restore(f, "../zong-backup", &result), ZONG_ENOENT);
	assert_int_equal(zong_backup_folder_open(&folder, f->backup, NULL, NULL), 0);
	zong_manifest_init(&manifest);
	assert_int_equal(zong_backup_folder_read(&folder, made.snapshot.name, &manifest), 0);
	manifest.about.store_format++;
	assert_int_equal(zong_backup_folder_write(&folder, &manifest, NULL), 0);
	zong_manifest_release(&manifest);
	zong_backup_folder_close(&folder);
	assert_int_equal(restore(f, NULL, &result), ZONG_EVERSION);
	assert_false(exists(f->base, "restored"));
}

static void one_segment_can_be_had_alone(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_backup *backup;
	struct zong_digest digest;
	struct zong_err err;

	assert_int_equal(zong_backup_open(f->backup, &backup, &err), ZONG_ENOENT);
	backup_fixture_create(f);
	backup_fixture_add(f, 1, 50000);
	backup_fixture_settle(f);
	backup_fixture_run(f, NULL, 0, 0, NULL);
	assert_int_equal(zong_backup_open(f->backup, &backup, &err), 0);
	assert_true(zong_id_equal(zong_backup_archive(backup), zong_store_id(f->store)));
	backup_fixture_value(f, 1, 50000, &digest);
	assert_int_equal(zong_backup_segment(backup, &digest, &value), 0);
	assert_int_equal(value.len, f->value.len);
	assert_memory_equal(value.data, f->value.data, value.len);
	digest.bytes[5] ^= 1;
	assert_int_equal(zong_backup_segment(backup, &digest, &value), ZONG_ENOENT);
	zong_buf_release(&value);
	zong_backup_close(backup);
	zong_backup_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(name, backup_fixture_setup, backup_fixture_teardown)
		TEST(every_snapshot_can_be_gone_back_to),
		TEST(what_is_there_is_never_written_over),
		TEST(an_interrupted_restore_is_no_archive_and_is_begun_anew),
		TEST(damage_costs_the_files_it_is_in_and_is_named),
		TEST(a_damaged_catalog_gives_no_archive),
		TEST(a_damaged_list_of_segments_costs_nothing),
		TEST(a_snapshot_of_a_newer_zong_is_refused),
		TEST(one_segment_can_be_had_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
