/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_fixture.h"

#define BYTES 400000

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";
static const char keys[] = "the file of keys, whatever it says";

/* A sealed archive beside the common one, with a file in it; nobody has it open. */
static void make_vault(struct backup_fixture *f, const char *name, uint64_t seed, char ret_store[300])
{
	struct zong_store *common = f->store;
	struct zong_store_options options = {.key = key};
	char dir[200];

	snprintf(dir, sizeof(dir), "%s/vaults", f->base);
	zong_file_make_dir(dir, 0700);
	snprintf(dir, sizeof(dir), "%s/vaults/%s", f->base, name);
	assert_int_equal(zong_file_make_dir(dir, 0700), 0);
	snprintf(ret_store, 300, "%s/store-1", dir);
	assert_int_equal(zong_store_create_sealed(ret_store, key, NULL, NULL, NULL), 0);
	assert_int_equal(zong_store_open(ret_store, &options, &f->store, NULL), 0);
	backup_fixture_add(f, seed, BYTES);
	zong_store_close(f->store);
	f->store = common;
}

static int run(struct backup_fixture *f, const struct zong_backup_vault *vaults, size_t count,
	struct zong_backup_result *result)
{
	struct zong_backup_options options = {.vaults = vaults,
		.vault_count = count,
		.pack_bytes = 100000,
		.watch = backup_fixture_watch(f)};

	return zong_backup_run(f->archive, f->backup, &options, result, NULL);
}

static int restore(struct backup_fixture *f, struct zong_restore_result *result)
{
	struct zong_restore_options options = {.watch = backup_fixture_watch(f)};

	return zong_restore_run(f->backup, f->restored, &options, result, NULL);
}

static bool opens(struct backup_fixture *f, const char *name, uint64_t seed)
{
	struct zong_store_options options = {.key = key};
	struct zong_buf read = ZONG_BUF_INIT(1000);
	struct zong_store *store;
	char path[300];
	bool has;

	snprintf(path, sizeof(path), "%s/vaults/%s/store-1", f->restored, name);
	assert_int_equal(zong_store_open(path, NULL, &store, NULL), ZONG_ESEALED);
	if (zong_store_open(path, &options, &store, NULL))
		return false;
	has = backup_fixture_has(f, store, seed, BYTES);
	zong_store_close(store);
	snprintf(path, sizeof(path), "%s/vaults/%s/vault.keys", f->restored, name);
	assert_int_equal(zong_file_read(path, &read), 0);
	has = has && read.len == sizeof(keys) && memcmp(read.data, keys, sizeof(keys)) == 0;
	zong_buf_release(&read);
	return has;
}

static void close_common(struct backup_fixture *f)
{
	backup_fixture_settle(f);
	zong_store_close(f->store);
	f->store = NULL;
}

static void vaults_go_with_their_archive_and_come_back(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result first, second;
	struct zong_backup_check_result check;
	struct zong_restore_result restored;
	char tax[300], housing[300];

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 50000);
	close_common(f);
	make_vault(f, "tax", 2, tax);
	make_vault(f, "housing", 3, housing);
	const struct zong_backup_vault vaults[] = {
		{"housing", housing, keys, sizeof(keys)}, {"tax", tax, keys, sizeof(keys)}};

	assert_int_equal(run(f, vaults, 2, &first), 0);
	assert_int_equal(first.vaults, 2);
	assert_true(first.boxes > 2);
	/* nothing has changed: nothing but the manifest is written */
	sleep(1); /* its name is the second */
	assert_int_equal(run(f, vaults, 2, &second), 0);
	assert_true(second.bytes_written < first.bytes_written / 20);
	assert_int_equal(zong_backup_check(f->backup, NULL, &check, NULL), 0);
	assert_int_equal(check.troubles, 0);
	assert_int_equal(restore(f, &restored), 0);
	assert_int_equal(restored.vaults, 2);
	assert_true(opens(f, "tax", 2));
	assert_true(opens(f, "housing", 3));
	assert_int_equal(backup_fixture_told(f), 0);
}

static void one_that_cannot_be_read_keeps_nothing_else_back(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_restore_result restored;
	struct zong_backup_result result;
	char tax[300], path[300];
	struct zong_store *store;
	int last = 0;

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 50000);
	close_common(f);
	make_vault(f, "tax", 2, tax);
	const struct zong_backup_vault vaults[] = {
		{"housing", "/nowhere/store-1", keys, sizeof(keys)}, {"tax", tax, keys, sizeof(keys)}};

	assert_int_equal(run(f, vaults, 2, &result), 0);
	assert_int_equal(result.vaults, 1);
	assert_int_equal(result.troubles, 1);
	assert_int_equal(f->told[ZONG_TROUBLE_VAULT], 1);
	/* the last pack has boxes of the vault alone */
	do
		snprintf(path, sizeof(path), "%s/packs/%08d.pack", f->backup, ++last);
	while (access(path, F_OK) == 0);
	snprintf(path, sizeof(path), "%s/packs/%08d.pack", f->backup, last - 1);
	assert_true(last > 3);
	assert_int_equal(unlink(path), 0);
	backup_fixture_forget(f);
	assert_int_equal(restore(f, &restored), 0);
	assert_int_equal(restored.vaults, 0);
	assert_true(f->told[ZONG_TROUBLE_VAULT] == 1);
	assert_int_equal(zong_store_open(f->restored, NULL, &store, NULL), 0);
	assert_true(backup_fixture_has(f, store, 1, 50000));
	zong_store_close(store);
	snprintf(path, sizeof(path), "%s/vaults/tax", f->restored);
	assert_int_not_equal(access(path, F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vaults_go_with_their_archive_and_come_back,
			backup_fixture_setup, backup_fixture_teardown),
		cmocka_unit_test_setup_teardown(one_that_cannot_be_read_keeps_nothing_else_back,
			backup_fixture_setup, backup_fixture_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
