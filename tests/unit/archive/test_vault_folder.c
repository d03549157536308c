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

#include "vault_folder.h"

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

struct made {
	char dir[64];
	struct zong_vault_folder folder;
	struct zong_vault_keys *keys, *next;
	struct zong_vault_key *key, *next_key;
	uint8_t sheet[ZONG_VAULT_SHEET];
};

static int setup(void **state)
{
	struct made *made = calloc(1, sizeof(*made));

	if (!made)
		return -1;
	*state = made;
	snprintf(made->dir, sizeof(made->dir), "/tmp/zong-folder.XXXXXX");
	if (!mkdtemp(made->dir) || zong_vault_folder_init(&made->folder, made->dir, "tax") ||
		zong_vault_keys_new(&made->keys, &made->key))
		return -1;
	return zong_vault_keys_add_member(
		       made->keys, made->key, "示例甲", "correct horse", &cheap, 1, "") ||
			       zong_vault_keys_set_recovery(
				       made->keys, made->key, 1, "", made->sheet) ||
			       zong_vault_folder_create(&made->folder, made->keys, made->key) ||
			       zong_vault_keys_load(made->folder.keys, &made->next) ||
			       zong_vault_keys_renew(made->next, &made->next_key) ||
			       zong_vault_keys_save(made->next, made->next_key, made->folder.next)
		       ? -1
		       : 0;
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
	struct made *made = *state;

	zong_vault_keys_free(made->keys);
	zong_vault_keys_free(made->next);
	zong_vault_key_free(made->key);
	zong_vault_key_free(made->next_key);
	zong_vault_folder_release(&made->folder);
	nftw(made->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(made);
	return 0;
}

static bool is_there(const struct made *made, uint32_t generation)
{
	char *path = zong_vault_folder_store(&made->folder, generation);
	bool there;

	assert_non_null(path);
	there = access(path, F_OK) == 0;
	free(path);
	return there;
}

static int open_store(
	const struct made *made, uint32_t generation, const struct zong_vault_key *key)
{
	struct zong_store_options options = {.key = zong_vault_key_bytes(key)};
	char *path = zong_vault_folder_store(&made->folder, generation);
	struct zong_store *store;
	int r;

	assert_non_null(path);
	r = zong_store_open(path, &options, &store, NULL);
	if (!r)
		zong_store_close(store);
	free(path);
	return r;
}

static void a_vault_that_is_there_is_not_made_again(void **state)
{
	struct made *made = *state;

	assert_int_equal(
		zong_vault_folder_create(&made->folder, made->keys, made->key), ZONG_EEXIST);
	assert_int_equal(open_store(made, 1, made->key), 0);
	assert_int_equal(open_store(made, 1, made->next_key), ZONG_EKEY);
}

static int stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	return done <= total;
}

static void a_renewal_is_all_or_nothing(void **state)
{
	struct zong_vault_keys *seen = NULL;
	struct made *made = *state;

	assert_int_equal(zong_vault_folder_renew(&made->folder, made->keys, made->key, made->next,
				 made->next_key, stop, NULL),
		ZONG_ECANCELLED);
	assert_int_equal(zong_vault_keys_load(made->folder.keys, &seen), 0);
	assert_int_equal(zong_vault_keys_generation(seen), 1);
	zong_vault_keys_free(seen);
	assert_int_equal(
		open_store(made, 1, made->key), 0); /* which changes nothing: it is looked at */
	assert_int_equal(zong_vault_folder_renew(&made->folder, made->keys, made->key, made->next,
				 made->next_key, NULL, NULL),
		0);
	assert_int_equal(zong_vault_keys_load(made->folder.keys, &seen), 0);
	assert_int_equal(zong_vault_keys_generation(seen), 2);
	zong_vault_keys_free(seen);
	assert_false(is_there(made, 1));
	assert_int_equal(open_store(made, 2, made->next_key), 0);
	assert_int_equal(open_store(made, 2, made->key), ZONG_EKEY);
	assert_int_equal(access(made->folder.next, F_OK), -1);
}

static void what_another_key_has_left_begun_is_begun_anew(void **state)
{
	struct zong_vault_key *lost;
	struct zong_vault_keys *other;
	struct made *made = *state;
	char *path = zong_vault_folder_store(&made->folder, 2);

	assert_non_null(path);
	assert_int_equal(zong_vault_keys_new(&other, &lost), 0);
	assert_int_equal(
		zong_store_create_sealed(path, zong_vault_key_bytes(lost), NULL, NULL, NULL), 0);
	assert_int_equal(zong_vault_folder_renew(&made->folder, made->keys, made->key, made->next,
				 made->next_key, NULL, NULL),
		0);
	assert_int_equal(open_store(made, 2, made->next_key), 0);
	zong_vault_key_free(lost);
	zong_vault_keys_free(other);
	free(path);
}

static void removing_what_is_not_there_is_no_error(void **state)
{
	struct made *made = *state;

	assert_int_equal(zong_vault_folder_remove(&made->folder, 7), 0);
	assert_true(is_there(made, 1));
	assert_int_equal(zong_vault_folder_remove(&made->folder, 1), 0);
	assert_false(is_there(made, 1));
	assert_int_equal(zong_vault_folder_remove(&made->folder, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_vault_that_is_there_is_not_made_again),
		TEST(a_renewal_is_all_or_nothing),
		TEST(what_another_key_has_left_begun_is_begun_anew),
		TEST(removing_what_is_not_there_is_no_error),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
