/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/file.h>
#include <zong/vaults.h>

#define IDLE 1000
#define MEMBER "示例甲"
#define PASSWORD "correct horse"

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

struct house {
	char dir[64], archive[96], backup[96], restored[96];
	struct zong_vaults *vaults;
	unsigned asked, renewals;
	char troubles[200]; /* names, each with a blank behind it */
};

static int setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));

	if (!house)
		return -1;
	*state = house;
	snprintf(house->dir, sizeof(house->dir), "/tmp/zong-vbackup.XXXXXX");
	if (!mkdtemp(house->dir))
		return -1;
	snprintf(house->archive, sizeof(house->archive), "%s/a", house->dir);
	snprintf(house->backup, sizeof(house->backup), "%s/b", house->dir);
	snprintf(house->restored, sizeof(house->restored), "%s/r", house->dir);
	if (zong_store_create(house->archive, NULL))
		return -1;
	return zong_vaults_new(house->archive, IDLE, &house->vaults);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct house *house = *state;

	zong_vaults_free(house->vaults);
	nftw(house->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(house);
	return 0;
}

static int put_row(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	zong_key_clear(&key);
	zong_key_str(&key, ctx);
	return zong_txn_put_bytes(txn, ZONG_TABLE_USERS, &key, "x", 1);
}

static void use(struct house *house, const char *department, struct zong_vaults_use *ret_use)
{
	assert_int_equal(
		zong_vaults_unlock(house->vaults, department, MEMBER, PASSWORD, "session", 0), 0);
	assert_int_equal(zong_vaults_use(house->vaults, department, "session", 0, ret_use), 0);
}

static void done(struct house *house, const struct zong_vaults_use *used)
{
	zong_vaults_done(house->vaults, used);
	zong_vaults_leave(house->vaults, NULL, "session");
}

static void make(struct house *house, const char *department, const char *row)
{
	uint8_t sheet[ZONG_VAULT_SHEET];
	struct zong_vaults_use used;

	assert_int_equal(
		zong_vaults_create(house->vaults, department, MEMBER, PASSWORD, &cheap, 7, sheet),
		0);
	use(house, department, &used);
	assert_int_equal(zong_store_write(used.store, put_row, (void *)(uintptr_t)row), 0);
	done(house, &used);
}

static bool has(struct house *house, const char *department, const char *row)
{
	struct zong_vaults_use used;
	struct zong_txn *txn;
	struct zong_key key;
	bool found;

	use(house, department, &used);
	assert_int_equal(zong_store_read_begin(used.store, &txn), 0);
	zong_key_clear(&key);
	zong_key_str(&key, row);
	found = zong_txn_has(txn, ZONG_TABLE_USERS, &key);
	zong_txn_end(txn);
	done(house, &used);
	return found;
}

static void path_of(
	const struct house *house, const char *department, const char *name, char ret_path[200])
{
	snprintf(ret_path, 200, "%s/vaults/%s/%s", house->archive, department, name);
}

/* As many renewals as are wanted, each right after it was said where the vault lies. */
static int asked(void *ctx, const char *name, struct zong_backup_vault *ret_vault)
{
	struct house *house = ctx;
	int r = zong_vaults_backup_one(house->archive, name, ret_vault);

	house->asked++;
	if (!r && house->renewals > 0) {
		house->renewals--;
		assert_int_equal(
			zong_vaults_renew(house->vaults, name, MEMBER, PASSWORD, NULL, NULL), 0);
	}
	return r;
}

static void tell(void *ctx, enum zong_backup_trouble trouble, const char *name,
	const struct zong_digest *digest)
{
	struct house *house = ctx;
	size_t len = strlen(house->troubles);

	(void)digest;
	assert_int_equal(trouble, ZONG_TROUBLE_VAULT);
	snprintf(house->troubles + len, sizeof(house->troubles) - len, "%s ", name);
}

static void back_up(struct house *house, struct zong_backup_result *result)
{
	struct zong_backup_options options = {
		.vault = asked, .vault_ctx = house, .watch = {.trouble = tell, .ctx = house}};
	char **names;

	assert_int_equal(zong_vaults_backup(house->archive, &names, &options.vault_count), 0);
	options.vaults = (const char *const *)names;
	assert_int_equal(zong_backup_run(house->archive, house->backup, &options, result, NULL), 0);
	zong_vaults_backup_free(names, options.vault_count);
}

/* The vaults are those of the restored archive from here on. */
static void restore(struct house *house)
{
	struct zong_restore_options options = {0};
	struct zong_restore_result restored;

	assert_int_equal(
		zong_restore_run(house->backup, house->restored, &options, &restored, NULL), 0);
	assert_int_equal(restored.troubles, 0);
	zong_vaults_free(house->vaults);
	house->vaults = NULL;
	assert_int_equal(zong_vaults_new(house->restored, IDLE, &house->vaults), 0);
}

static void where_there_is_no_vault_none_is_found(void **state)
{
	struct house *house = *state;
	char path[200];
	size_t count = 7;
	char **names;

	assert_int_equal(zong_vaults_backup(house->archive, &names, &count), 0);
	assert_int_equal(count, 0);
	zong_vaults_backup_free(names, count);
	/* Nor where one was not made to its end. */
	path_of(house, "", "", path);
	assert_int_equal(zong_file_make_dir(path, 0700), 0);
	path_of(house, "tax", "", path);
	assert_int_equal(zong_file_make_dir(path, 0700), 0);
	assert_int_equal(zong_vaults_backup(house->archive, &names, &count), 0);
	assert_int_equal(count, 0);
	zong_vaults_backup_free(names, count);
}

static void they_come_back_and_open_with_their_passwords(void **state)
{
	struct house *house = *state;
	struct zong_backup_result result;

	make(house, "tax", "of tax");
	make(house, "housing", "of housing");
	back_up(house, &result);
	assert_int_equal(result.vaults, 2);
	assert_string_equal(house->troubles, "");
	restore(house);
	assert_true(has(house, "tax", "of tax"));
	assert_false(has(house, "tax", "of housing"));
	assert_true(has(house, "housing", "of housing"));
}

static void a_key_renewed_while_it_is_read_leaves_none_out(void **state)
{
	struct house *house = *state;
	struct zong_backup_result result;
	char path[200];

	make(house, "tax", "of tax");
	house->renewals = 2;
	back_up(house, &result);
	assert_int_equal(house->renewals, 0);
	assert_int_equal(house->asked, 3);
	assert_int_equal(result.vaults, 1);
	assert_string_equal(house->troubles, "");
	path_of(house, "tax", "store-3", path);
	assert_int_equal(access(path, F_OK), 0);
	restore(house);
	assert_true(has(house, "tax", "of tax"));
}

static void of_a_renewal_that_was_cut_short_the_old_archive_is_taken(void **state)
{
	struct house *house = *state;
	struct zong_backup_result result;
	char path[200];

	make(house, "tax", "of tax");
	path_of(house, "tax", "vault.keys.next", path);
	assert_int_equal(zong_file_replace(path, "half", 4, 0600), 0);
	path_of(house, "tax", "store-2", path);
	assert_int_equal(zong_file_make_dir(path, 0700), 0);
	back_up(house, &result);
	assert_int_equal(result.vaults, 1);
	restore(house);
	assert_true(has(house, "tax", "of tax"));
	snprintf(path, sizeof(path), "%s/vaults/tax/vault.keys.next", house->restored);
	assert_int_not_equal(access(path, F_OK), 0);
}

static void each_that_is_damaged_is_named_and_the_others_are_in_it(void **state)
{
	struct house *house = *state;
	struct zong_backup_result result;
	char path[200];

	make(house, "bank", "of bank");
	make(house, "housing", "of housing");
	make(house, "tax", "of tax");
	make(house, "water", "of water");
	path_of(house, "bank", "vault.keys", path);
	assert_int_equal(zong_file_replace(path, "zong vault keys 1\n", 18, 0600), 0);
	path_of(house, "tax", "vault.keys", path);
	assert_int_equal(zong_file_replace(path, "", 0, 0600), 0);
	path_of(house, "water", "store-1/seal", path);
	assert_int_equal(unlink(path), 0);
	back_up(house, &result);
	assert_int_equal(result.vaults, 1);
	assert_int_equal(result.troubles, 3);
	assert_string_equal(house->troubles, "bank tax water ");
	restore(house);
	assert_true(has(house, "housing", "of housing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			where_there_is_no_vault_none_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(
			they_come_back_and_open_with_their_passwords, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_key_renewed_while_it_is_read_leaves_none_out, setup, teardown),
		cmocka_unit_test_setup_teardown(
			of_a_renewal_that_was_cut_short_the_old_archive_is_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(
			each_that_is_damaged_is_named_and_the_others_are_in_it, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
