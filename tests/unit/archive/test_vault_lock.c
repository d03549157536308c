/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vault_keys.h"

#define MEMBER ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER
#define RECOVERY ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

struct bench {
	struct zong_vault_keys *keys, *elsewhere;
	struct zong_vault_key *key, *other;
	struct zong_vault_secret *secret;
	Zong__VaultLock *lock;
};

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (!bench)
		return -1;
	*state = bench;
	if (zong_vault_keys_new(&bench->keys, &bench->key) ||
		zong_vault_keys_new(&bench->elsewhere, &bench->other) ||
		zong_vault_secret_new(&bench->secret))
		return -1;
	crypto_box_keypair(bench->secret->public_key, bench->secret->bytes);
	bench->lock = zong_vault_lock_new(MEMBER, "示例甲", bench->secret->public_key, 1, "local");
	if (!bench->lock)
		return -1;
	return zong_vault_lock_set_password(
		       bench->lock, bench->keys->row, bench->secret, "correct horse", &cheap) ||
			       zong_vault_lock_seal(bench->lock, bench->keys->row, bench->key)
		       ? -1
		       : 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	zong__vault_lock__free_unpacked(bench->lock, NULL);
	zong_vault_secret_free(bench->secret);
	zong_vault_key_free(bench->key);
	zong_vault_key_free(bench->other);
	zong_vault_keys_free(bench->keys);
	zong_vault_keys_free(bench->elsewhere);
	free(bench);
	return 0;
}

static void a_lock_opens_with_its_own_secret(void **state)
{
	struct bench *bench = *state;
	struct zong_vault_secret *wrong;
	struct zong_vault_key *key = zong_vault_key_new();

	assert_non_null(key);
	assert_int_equal(
		zong_vault_lock_open(bench->lock, bench->keys->row, bench->secret, key), 0);
	assert_memory_equal(key->bytes, bench->key->bytes, sizeof(key->bytes));
	assert_int_equal(zong_vault_secret_new(&wrong), 0);
	crypto_box_keypair(wrong->public_key, wrong->bytes);
	assert_int_equal(
		zong_vault_lock_open(bench->lock, bench->keys->row, wrong, key), ZONG_EKEY);
	zong_vault_secret_free(wrong);
	zong_vault_key_free(key);
}

static void a_lock_of_another_vault_or_an_older_key_is_none(void **state)
{
	struct bench *bench = *state;
	struct zong_vault_key *key = zong_vault_key_new();

	assert_non_null(key);
	assert_int_equal(
		zong_vault_lock_open(bench->lock, bench->elsewhere->row, bench->secret, key),
		ZONG_ECORRUPT);
	bench->keys->row->generation++;
	assert_int_equal(zong_vault_lock_open(bench->lock, bench->keys->row, bench->secret, key),
		ZONG_ECORRUPT);
	zong_vault_key_free(key);
}

static void a_password_is_for_one_name_one_pair_and_one_vault(void **state)
{
	struct bench *bench = *state;
	struct zong_vault_secret *seen;

	assert_int_equal(zong_vault_secret_new(&seen), 0);
	assert_int_equal(
		zong_vault_lock_try_password(bench->lock, bench->keys->row, "correct horse", seen),
		0);
	assert_memory_equal(seen, bench->secret, sizeof(*seen));
	assert_int_equal(
		zong_vault_lock_try_password(bench->lock, bench->keys->row, "correct hors", seen),
		ZONG_EKEY);
	assert_int_equal(zong_vault_lock_try_password(
				 bench->lock, bench->elsewhere->row, "correct horse", seen),
		ZONG_EKEY);
	bench->lock->who[0] ^= 1;
	assert_int_equal(
		zong_vault_lock_try_password(bench->lock, bench->keys->row, "correct horse", seen),
		ZONG_EKEY);
	bench->lock->who[0] ^= 1;
	bench->lock->public_key.data[0] ^= 1;
	assert_int_equal(
		zong_vault_lock_try_password(bench->lock, bench->keys->row, "correct horse", seen),
		ZONG_EKEY);
	zong_vault_secret_free(seen);
}

static void what_is_of_another_shape_is_not_sound(void **state)
{
	struct bench *bench = *state;
	Zong__VaultLock *lock = bench->lock;
	char empty[] = "", *who = lock->who;

	assert_true(zong_vault_lock_sound(lock));
	lock->box.len--;
	assert_false(zong_vault_lock_sound(lock));
	lock->box.len++;
	lock->secret.len--;
	assert_false(zong_vault_lock_sound(lock));
	lock->secret.len++;
	lock->salt.len--;
	assert_false(zong_vault_lock_sound(lock));
	lock->salt.len++;
	lock->operations = 0;
	assert_false(zong_vault_lock_sound(lock));
	lock->operations = 1;
	lock->memory = 1;
	assert_false(zong_vault_lock_sound(lock));
	lock->memory = cheap.memory;
	lock->who = empty;
	assert_false(zong_vault_lock_sound(lock));
	lock->kind = RECOVERY;
	assert_true(zong_vault_lock_sound(lock)); /* a sheet is nobody's */
	lock->who = who;
	assert_false(zong_vault_lock_sound(lock));
	lock->kind = 99;
	assert_false(zong_vault_lock_sound(lock));
	lock->kind = MEMBER;
	assert_true(zong_vault_lock_sound(lock));
}

static void the_same_sheet_is_the_same_secret(void **state)
{
	uint8_t sheet[ZONG_VAULT_SHEET] = {1, 2, 3};
	struct zong_vault_secret *one, *other;

	(void)state;
	assert_int_equal(zong_vault_secret_new(&one), 0);
	assert_int_equal(zong_vault_secret_new(&other), 0);
	zong_vault_secret_of_sheet(one, sheet);
	zong_vault_secret_of_sheet(other, sheet);
	assert_memory_equal(one, other, sizeof(*one));
	sheet[31] ^= 1;
	zong_vault_secret_of_sheet(other, sheet);
	assert_memory_not_equal(one->bytes, other->bytes, sizeof(one->bytes));
	zong_vault_secret_free(one);
	zong_vault_secret_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_lock_opens_with_its_own_secret),
		TEST(a_lock_of_another_vault_or_an_older_key_is_none),
		TEST(a_password_is_for_one_name_one_pair_and_one_vault),
		TEST(what_is_of_another_shape_is_not_sound),
		cmocka_unit_test(the_same_sheet_is_the_same_secret),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
