/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/file.h>

#include "vault_keys.h"

#define MEMBER ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER
#define SERVICE ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE
#define RECOVERY ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY
#define OFFICERS ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

struct ring {
	char dir[64], path[96];
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	uint8_t sheet[ZONG_VAULT_SHEET], one[ZONG_VAULT_SHEET], other[ZONG_VAULT_SHEET];
	uint8_t service[ZONG_VAULT_SECRET];
};

static int setup(void **state)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	uint8_t public_key[ZONG_VAULT_PUBLIC];

	if (!ring)
		return -1;
	*state = ring;
	snprintf(ring->dir, sizeof(ring->dir), "/tmp/zong-keys.XXXXXX");
	if (!mkdtemp(ring->dir) || zong_vault_keys_new(&ring->keys, &ring->key))
		return -1;
	snprintf(ring->path, sizeof(ring->path), "%s/vault.keys", ring->dir);
	zong_vault_service_pair(public_key, ring->service);
	return zong_vault_keys_add_member(
		       ring->keys, ring->key, "示例甲", "correct horse", &cheap, 42, "local") ||
			       zong_vault_keys_add_member(ring->keys, ring->key, "示例乙",
				       "another battery", &cheap, 43, "示例甲") ||
			       zong_vault_keys_add_service(ring->keys, ring->key, "scanner",
				       public_key, 44, "示例甲") ||
			       zong_vault_keys_set_recovery(
				       ring->keys, ring->key, 45, "示例甲", ring->sheet) ||
			       zong_vault_keys_set_officers(ring->keys, ring->key, 46, "示例甲",
				       ring->one, ring->other) ||
			       zong_vault_keys_save(ring->keys, ring->key, ring->path)
		       ? -1
		       : 0;
}

static int teardown(void **state)
{
	struct ring *ring = *state;

	unlink(ring->path);
	rmdir(ring->dir);
	zong_vault_keys_free(ring->keys);
	zong_vault_key_free(ring->key);
	free(ring);
	return 0;
}

static void reload(struct ring *ring)
{
	zong_vault_keys_free(ring->keys);
	ring->keys = NULL;
	assert_int_equal(zong_vault_keys_load(ring->path, &ring->keys), 0);
}

/* Ends the test unless @r is 0 and the key is the vault's. */
static void assert_opened(struct ring *ring, int r, struct zong_vault_key *key)
{
	assert_int_equal(r, 0);
	assert_memory_equal(
		zong_vault_key_bytes(key), zong_vault_key_bytes(ring->key), ZONG_STORE_KEY);
	zong_vault_key_free(key);
}

static void each_way_opens_it_and_no_other(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_key *key = NULL;
	int r;

	reload(ring);
	r = zong_vault_keys_open(ring->keys, "示例甲", "correct horse", &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open(ring->keys, "示例乙", "another battery", &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_service(ring->keys, "scanner", ring->service, &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_recovery(ring->keys, ring->sheet, &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_officers(ring->keys, ring->one, ring->other, &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_officers(ring->keys, ring->other, ring->one, &key);
	assert_opened(ring, r, key);

	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例甲", "correct horsf", &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例甲", "another battery", &key), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open(ring->keys, "示例甲", "", &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "nobody", "correct horse", &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "scanner", "correct horse", &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open_service(ring->keys, "scanner", ring->sheet, &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open_service(ring->keys, "other", ring->service, &key), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open_recovery(ring->keys, ring->one, &key), ZONG_EKEY);
	/* One officer alone, twice or with somebody else's sheet. */
	assert_int_equal(
		zong_vault_keys_open_officers(ring->keys, ring->one, ring->one, &key), ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open_officers(ring->keys, ring->one, ring->sheet, &key), ZONG_EKEY);
}

static void a_new_password_takes_the_place_of_the_old_one(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_key *key = NULL;
	int r;

	assert_int_equal(zong_vault_keys_add_member(ring->keys, ring->key, "示例甲",
				 "a new one, longer", &cheap, 50, "示例甲"),
		0);
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), 0);
	reload(ring);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例甲", "correct horse", &key), ZONG_EKEY);
	r = zong_vault_keys_open(ring->keys, "示例甲", "a new one, longer", &key);
	assert_opened(ring, r, key);
	assert_int_equal(
		zong_vault_keys_add_member(ring->keys, ring->key, "x", "too short", &cheap, 0, ""),
		ZONG_EINVAL);
	assert_int_equal(zong_vault_keys_add_member(
				 ring->keys, ring->key, "", "long enough it is", &cheap, 0, ""),
		ZONG_EINVAL);
}

static void who_was_removed_opens_it_no_more_and_the_last_member_stays(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_key *key = NULL;

	assert_int_equal(zong_vault_keys_remove(ring->keys, MEMBER, "示例乙"), 0);
	assert_int_equal(zong_vault_keys_remove(ring->keys, SERVICE, "scanner"), 0);
	assert_int_equal(zong_vault_keys_remove(ring->keys, OFFICERS, ""), 0);
	assert_int_equal(zong_vault_keys_remove(ring->keys, MEMBER, "nobody"), ZONG_ENOENT);
	assert_int_equal(zong_vault_keys_remove(ring->keys, MEMBER, "示例甲"), ZONG_EINVAL);
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), 0);
	reload(ring);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例乙", "another battery", &key), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open_service(ring->keys, "scanner", ring->service, &key),
		ZONG_EKEY);
	assert_int_equal(
		zong_vault_keys_open_officers(ring->keys, ring->one, ring->other, &key), ZONG_EKEY);
	assert_null(zong_vault_keys_lock(ring->keys, 2));
	/* Nobody could open it when all is forgotten. */
	assert_int_equal(zong_vault_keys_remove(ring->keys, RECOVERY, ""), 0);
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), ZONG_EINVAL);
}

static void a_new_sheet_makes_the_old_one_worthless(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_key *key = NULL;
	uint8_t sheet[ZONG_VAULT_SHEET];
	int r;

	assert_int_equal(zong_vault_keys_set_recovery(ring->keys, ring->key, 60, "x", sheet), 0);
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), 0);
	reload(ring);
	assert_int_equal(zong_vault_keys_open_recovery(ring->keys, ring->sheet, &key), ZONG_EKEY);
	r = zong_vault_keys_open_recovery(ring->keys, sheet, &key);
	assert_opened(ring, r, key);
}

static void a_new_key_is_for_all_who_are_left(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_key *fresh, *key = NULL;
	int r;

	assert_int_equal(zong_vault_keys_remove(ring->keys, MEMBER, "示例乙"), 0);
	assert_int_equal(zong_vault_keys_renew(ring->keys, &fresh), 0);
	assert_memory_not_equal(
		zong_vault_key_bytes(fresh), zong_vault_key_bytes(ring->key), ZONG_STORE_KEY);
	assert_int_equal(zong_vault_keys_generation(ring->keys), 2);
	assert_int_equal(zong_vault_keys_save(ring->keys, fresh, ring->path), 0);
	zong_vault_key_free(ring->key);
	ring->key = fresh;
	reload(ring);
	r = zong_vault_keys_open(ring->keys, "示例甲", "correct horse", &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_service(ring->keys, "scanner", ring->service, &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_recovery(ring->keys, ring->sheet, &key);
	assert_opened(ring, r, key);
	r = zong_vault_keys_open_officers(ring->keys, ring->one, ring->other, &key);
	assert_opened(ring, r, key);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例乙", "another battery", &key), ZONG_EKEY);
}

static void nothing_of_a_secret_stands_in_the_file(void **state)
{
	struct ring *ring = *state;
	struct zong_buf text = ZONG_BUF_INIT(1 << 20);

	assert_int_equal(zong_file_read(ring->path, &text), 0);
	assert_null(memmem(text.data, text.len, ring->key->bytes, 16));
	assert_null(memmem(text.data, text.len, ring->sheet, 16));
	assert_null(memmem(text.data, text.len, ring->one, 16));
	assert_null(memmem(text.data, text.len, ring->service, 16));
	assert_null(memmem(text.data, text.len, "horse", 5));
	zong_buf_release(&text);
}

/* Opens by the sheet: what does not come out as the same key must be an error. */
static int open_bytes(const struct ring *ring, const void *bytes, size_t len)
{
	struct zong_vault_keys *keys;
	struct zong_vault_key *key;
	int r = zong_vault_keys_parse(bytes, len, &keys);

	if (r)
		return r;
	r = zong_vault_keys_open_recovery(keys, ring->sheet, &key);
	if (!r) {
		assert_memory_equal(key->bytes, ring->key->bytes, ZONG_STORE_KEY);
		zong_vault_key_free(key);
	}
	zong_vault_keys_free(keys);
	return r;
}

static void any_bit_that_is_turned_and_any_cut_is_noticed(void **state)
{
	struct ring *ring = *state;
	struct zong_buf text = ZONG_BUF_INIT(1 << 20);
	size_t at;

	assert_int_equal(zong_file_read(ring->path, &text), 0);
	assert_int_equal(open_bytes(ring, text.data, text.len), 0);
	for (at = 0; at < text.len; at++) {
		text.data[at] ^= 1 << at % 8;
		assert_int_not_equal(open_bytes(ring, text.data, text.len), 0);
		text.data[at] ^= 1 << at % 8;
	}
	for (at = 0; at < text.len; at++)
		assert_int_not_equal(open_bytes(ring, text.data, at), 0);
	text.data[16] = '2'; /* another version */
	assert_int_equal(open_bytes(ring, text.data, text.len), ZONG_EVERSION);
	zong_buf_release(&text);
}

/* Somebody with the disk adds a service of his own, so that the next key would be sealed for it too. */
static void a_lock_that_was_put_in_without_the_key_is_noticed(void **state)
{
	struct ring *ring = *state;
	struct zong_buf text = ZONG_BUF_INIT(1 << 20);
	uint8_t public_key[ZONG_VAULT_PUBLIC], secret[ZONG_VAULT_SECRET];
	struct zong_vault_key *made_up, *key = NULL;
	struct zong_vault_keys *keys;
	size_t len;

	assert_int_equal(zong_vault_keys_load(ring->path, &keys), 0);
	made_up = zong_vault_key_new();
	assert_non_null(made_up);
	zong_vault_service_pair(public_key, secret);
	assert_int_equal(
		zong_vault_keys_add_service(keys, made_up, "mine", public_key, 1, "me"), 0);
	len = zong__vault_keys__get_packed_size(keys->row);
	assert_int_equal(zong_file_read(ring->path, &text), 0);
	text.len = sizeof("zong vault keys 1\n") - 1 + ZONG_VAULT_DIGEST;
	zong__vault_keys__pack(keys->row, zong_buf_room(&text, len));
	text.len += len;
	assert_int_equal(zong_file_replace(ring->path, text.data, text.len, 0600), 0);
	reload(ring);
	assert_int_equal(
		zong_vault_keys_open(ring->keys, "示例甲", "correct horse", &key), ZONG_ECORRUPT);
	assert_int_equal(
		zong_vault_keys_open_recovery(ring->keys, ring->sheet, &key), ZONG_ECORRUPT);
	zong_vault_keys_free(keys);
	zong_vault_key_free(made_up);
	zong_buf_release(&text);
}

static void a_file_may_not_ask_for_endless_work(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_keys *keys = NULL;

	zong_vault_keys_find(ring->keys, MEMBER, "示例甲")->memory = UINT64_C(1) << 40;
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), 0);
	assert_int_equal(zong_vault_keys_load(ring->path, &keys), ZONG_ECORRUPT);
	zong_vault_keys_find(ring->keys, MEMBER, "示例甲")->memory = cheap.memory;
	zong_vault_keys_find(ring->keys, MEMBER, "示例甲")->operations = 1000;
	assert_int_equal(zong_vault_keys_save(ring->keys, ring->key, ring->path), 0);
	assert_int_equal(zong_vault_keys_load(ring->path, &keys), ZONG_ECORRUPT);
}

static void files_that_are_none_have_their_codes(void **state)
{
	struct ring *ring = *state;
	struct zong_vault_keys *keys = NULL;

	assert_int_equal(zong_vault_keys_load("/nonexistent/vault.keys", &keys), ZONG_ENOENT);
	assert_int_equal(zong_file_replace(ring->path, "", 0, 0600), 0);
	assert_int_equal(zong_vault_keys_load(ring->path, &keys), ZONG_ECORRUPT);
	assert_int_equal(zong_file_replace(ring->path, "hello", 5, 0600), 0);
	assert_int_equal(zong_vault_keys_load(ring->path, &keys), ZONG_ECORRUPT);
	zong_vault_keys_free(NULL);
	zong_vault_key_free(NULL);
}

static void a_process_that_protects_itself_leaves_no_core(void **state)
{
	struct rlimit limit;
	int status;
	pid_t child;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		zong_vault_protect_process();
		_exit(getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0 ||
			prctl(PR_GET_DUMPABLE) != 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(each_way_opens_it_and_no_other),
		TEST(a_new_password_takes_the_place_of_the_old_one),
		TEST(who_was_removed_opens_it_no_more_and_the_last_member_stays),
		TEST(a_new_sheet_makes_the_old_one_worthless),
		TEST(a_new_key_is_for_all_who_are_left),
		TEST(nothing_of_a_secret_stands_in_the_file),
		TEST(any_bit_that_is_turned_and_any_cut_is_noticed),
		TEST(a_lock_that_was_put_in_without_the_key_is_noticed),
		TEST(a_file_may_not_ask_for_endless_work),
		TEST(files_that_are_none_have_their_codes),
		TEST(a_process_that_protects_itself_leaves_no_core),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
