/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>

#include "backup_fixture.h"

#define BYTES 400000
#define ONE 60000 /* a file of one segment: into how many a longer one is cut, its bytes decide */

static const uint8_t key[ZONG_STORE_KEY] = "a key of thirty-two bytes, fixed";
static const char keys[] = "the file of keys, whatever it says";

struct wanted {
	const char *name, *store;
	const char *before; /* NULL, or what is said when it is asked for the first time */
	unsigned asked;
};

struct all {
	struct wanted *vaults;
	size_t count;
};

static int now(void *ctx, const char *name, struct zong_backup_vault *ret_vault)
{
	struct all *all = ctx;
	struct wanted *one = all->vaults;

	while (strcmp(one->name, name) != 0) {
		one++;
		assert_true(one < all->vaults + all->count);
	}
	ret_vault->store = strdup(one->before && one->asked == 0 ? one->before : one->store);
	zong_buf_init(&ret_vault->keys, sizeof(keys));
	one->asked++;
	assert_non_null(ret_vault->store);
	return zong_buf_add(&ret_vault->keys, keys, sizeof(keys));
}

static void add_to_vault(struct backup_fixture *f, const char *store, uint64_t seed, size_t len)
{
	struct zong_store *common = f->store;
	struct zong_store_options options = {.key = key};

	assert_int_equal(zong_store_open(store, &options, &f->store, NULL), 0);
	backup_fixture_add(f, seed, len);
	zong_store_close(f->store);
	f->store = common;
}

/* A sealed archive beside the common one, with a file in it; nobody has it open. */
static void make_vault(
	struct backup_fixture *f, const char *name, uint64_t seed, size_t len, char ret_store[300])
{
	char dir[200];

	snprintf(dir, sizeof(dir), "%s/vaults", f->base);
	zong_file_make_dir(dir, 0700);
	snprintf(dir, sizeof(dir), "%s/vaults/%s", f->base, name);
	assert_int_equal(zong_file_make_dir(dir, 0700), 0);
	snprintf(ret_store, 300, "%s/store-1", dir);
	assert_int_equal(zong_store_create_sealed(ret_store, key, NULL, NULL, NULL), 0);
	add_to_vault(f, ret_store, seed, len);
}

static int run_to(struct backup_fixture *f, const char *dest, const char *keep,
	struct wanted *vaults, size_t count, struct zong_backup_result *result)
{
	struct all all = {vaults, count};
	const char *names[4];
	struct zong_backup_options options = {.vaults = names,
		.vault_count = count,
		.vault = now,
		.vault_ctx = &all,
		.keep = keep,
		.pack_bytes = 100000,
		.watch = backup_fixture_watch(f)};

	for (size_t i = 0; i < count; i++)
		names[i] = vaults[i].name;
	return zong_backup_run(f->archive, dest, &options, result, NULL);
}

static int run(struct backup_fixture *f, struct wanted *vaults, size_t count,
	struct zong_backup_result *result)
{
	return run_to(f, f->backup, NULL, vaults, count, result);
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
	make_vault(f, "tax", 2, BYTES, tax);
	make_vault(f, "housing", 3, BYTES, housing);
	struct wanted vaults[] = {
		{.name = "housing", .store = housing}, {.name = "tax", .store = tax}};

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
	make_vault(f, "tax", 2, BYTES, tax);
	struct wanted vaults[] = {
		{.name = "housing", .store = "/nowhere/store-1"}, {.name = "tax", .store = tax}};

	assert_int_equal(run(f, vaults, 2, &result), 0);
	assert_int_equal(result.vaults, 1);
	assert_int_equal(result.troubles, 1);
	assert_int_equal(f->told[ZONG_TROUBLE_VAULT], 1);
	assert_int_equal(vaults[0].asked, 2);
	assert_int_equal(vaults[1].asked, 1);
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

static void where_a_key_is_renewed_meanwhile_the_new_archive_is_taken(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_restore_result restored;
	struct zong_backup_result result;
	char tax[300];

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 50000);
	close_common(f);
	make_vault(f, "tax", 2, BYTES, tax);
	struct wanted vaults[] = {{.name = "tax", .store = tax, .before = "/gone/store-7"}};

	assert_int_equal(run(f, vaults, 1, &result), 0);
	assert_int_equal(vaults[0].asked, 2);
	assert_int_equal(result.vaults, 1);
	assert_int_equal(restore(f, &restored), 0);
	assert_true(opens(f, "tax", 2));
	assert_int_equal(backup_fixture_told(f), 0);
}

static void what_is_collected_is_nothing_that_a_vault_still_needs(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result first, second;
	struct zong_backup_check_result check;
	struct zong_restore_result restored;
	char tax[300], housing[300];

	backup_fixture_create(f);
	backup_fixture_add(f, 1, 50000);
	close_common(f);
	make_vault(f, "tax", 2, BYTES, tax);
	make_vault(f, "housing", 3, BYTES, housing);
	struct wanted vaults[] = {
		{.name = "tax", .store = tax}, {.name = "housing", .store = housing}};

	assert_int_equal(run(f, vaults, 2, &first), 0);
	add_to_vault(f, tax, 4, BYTES);
	sleep(1); /* its name is the second */
	/* The newest one alone is kept, and it has no vault of housing any more. */
	assert_int_equal(run_to(f, f->backup, "1y", vaults, 1, &second), 0);
	assert_int_equal(second.removed, 1);
	assert_true(second.bytes_freed > BYTES / 2);
	assert_int_equal(zong_backup_check(f->backup, NULL, &check, NULL), 0);
	assert_int_equal(check.snapshots, 1);
	assert_int_equal(check.troubles, 0);
	assert_int_equal(restore(f, &restored), 0);
	assert_int_equal(restored.vaults, 1);
	assert_true(opens(f, "tax", 2));
	assert_true(opens(f, "tax", 4));
	assert_int_equal(backup_fixture_told(f), 0);
}

/* How often some bytes stand in the packs of a backup. */
static unsigned in_packs(const char *backup, const void *bytes, size_t len)
{
	struct zong_buf pack = ZONG_BUF_INIT(4000000);
	unsigned count = 0;
	char path[300];

	for (int number = 1;; number++) {
		const uint8_t *at, *end;

		snprintf(path, sizeof(path), "%s/packs/%08d.pack", backup, number);
		zong_buf_clear(&pack);
		if (zong_file_read(path, &pack))
			break;
		end = pack.data + pack.len;
		for (at = pack.data; (at = memmem(at, (size_t)(end - at), bytes, len)) != NULL;
			at++)
			count++;
	}
	zong_buf_release(&pack);
	return count;
}

static uint64_t bytes_of_vault(const char *backup, const char *snapshot)
{
	struct zong_buf bytes = ZONG_BUF_INIT(4000000);
	struct zong_manifest manifest;
	uint64_t total = 0;
	char path[300];

	snprintf(path, sizeof(path), "%s/snapshots/%s", backup, snapshot);
	assert_int_equal(zong_file_read(path, &bytes), 0);
	zong_manifest_init(&manifest);
	assert_int_equal(zong_manifest_parse(&manifest, bytes.data, bytes.len), 0);
	assert_int_equal(manifest.vault_count, 1);
	for (size_t i = 0; i < manifest.vaults[0].boxes.count; i++)
		total += manifest.vaults[0].boxes.items[i].raw_len;
	zong_manifest_release(&manifest);
	zong_buf_release(&bytes);
	return total;
}

/* A thief who knows a file, here even one of the common archive, and has two backups: one of a vault that holds it, one of a vault that
 * holds another file of that length. */
static void it_does_not_tell_whether_a_known_file_is_in_a_vault(void **state)
{
	struct backup_fixture *f = *state;
	struct zong_backup_result with, without;
	struct zong_digest digest;
	char tax[300], housing[300], other[200];
	struct zong_buf known = ZONG_BUF_INIT(ONE);
	unsigned found = 0;

	backup_fixture_create(f);
	backup_fixture_add(f, 1, ONE);
	close_common(f);
	make_vault(f, "tax", 1, ONE, tax);
	make_vault(f, "housing", 2, ONE, housing);
	struct wanted holds[] = {{.name = "tax", .store = tax}},
		      does_not[] = {{.name = "housing", .store = housing}};

	snprintf(other, sizeof(other), "%s/other", f->base);
	assert_int_equal(run(f, holds, 1, &with), 0);
	assert_int_equal(run_to(f, other, NULL, does_not, 1, &without), 0);
	assert_int_equal(with.boxes, without.boxes);
	assert_int_equal(with.segments_new, without.segments_new);
	assert_int_equal(bytes_of_vault(f->backup, with.snapshot.name),
		bytes_of_vault(other, without.snapshot.name));
	backup_fixture_value(f, 1, ONE, &digest);
	assert_int_equal(zong_buf_add(&known, f->raw.data, ONE), 0);
	/* Of the common archive, and once: what is in the vault stands nowhere. */
	for (size_t at = 0; at + 48 <= ONE; at += ONE / 20) {
		unsigned there = in_packs(f->backup, known.data + at, 48);

		assert_true(there <= 1);
		found += there;
		assert_int_equal(there, in_packs(other, known.data + at, 48));
	}
	assert_true(found > 15);
	assert_int_equal(in_packs(f->backup, digest.bytes, ZONG_DIGEST_SIZE),
		in_packs(other, digest.bytes, ZONG_DIGEST_SIZE));
	backup_fixture_value(f, 2, ONE, &digest);
	for (size_t at = 0; at + 48 <= ONE; at += ONE / 20)
		assert_int_equal(in_packs(other, f->raw.data + at, 48), 0);
	assert_int_equal(in_packs(other, digest.bytes, ZONG_DIGEST_SIZE), 0);
	zong_buf_release(&known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(vaults_go_with_their_archive_and_come_back,
			backup_fixture_setup, backup_fixture_teardown),
		cmocka_unit_test_setup_teardown(one_that_cannot_be_read_keeps_nothing_else_back,
			backup_fixture_setup, backup_fixture_teardown),
		cmocka_unit_test_setup_teardown(
			where_a_key_is_renewed_meanwhile_the_new_archive_is_taken,
			backup_fixture_setup, backup_fixture_teardown),
		cmocka_unit_test_setup_teardown(
			what_is_collected_is_nothing_that_a_vault_still_needs, backup_fixture_setup,
			backup_fixture_teardown),
		cmocka_unit_test_setup_teardown(it_does_not_tell_whether_a_known_file_is_in_a_vault,
			backup_fixture_setup, backup_fixture_teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
