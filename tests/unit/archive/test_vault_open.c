/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/vault.h>

static const struct zong_vault_cost cheap = {.operations = 1, .memory = 8192};

static void keys_that_were_never_saved_open_as_they_are(void **state)
{
	struct zong_vault_keys *keys;
	struct zong_vault_key *key, *opened = NULL;

	(void)state;
	assert_int_equal(zong_vault_keys_new(&keys, &key), 0);
	assert_int_equal(zong_vault_keys_open(keys, "示例甲", "correct horse", &opened), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_add_member(
				 keys, key, "示例甲", "correct horse", &cheap, 1, "local"),
		0);
	assert_int_equal(zong_vault_keys_open(keys, "示例甲", "correct horse", &opened), 0);
	assert_memory_equal(
		zong_vault_key_bytes(opened), zong_vault_key_bytes(key), ZONG_STORE_KEY);
	zong_vault_key_free(opened);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
}

static void a_password_without_end_is_wrong_and_nothing_else(void **state)
{
	char *password = malloc(1 << 20);
	struct zong_vault_keys *keys;
	struct zong_vault_key *key, *opened = NULL;

	(void)state;
	assert_non_null(password);
	memset(password, 'x', (1 << 20) - 1);
	password[(1 << 20) - 1] = 0;
	assert_int_equal(zong_vault_keys_new(&keys, &key), 0);
	assert_int_equal(zong_vault_keys_add_member(
				 keys, key, "示例甲", "correct horse", &cheap, 1, "local"),
		0);
	assert_int_equal(zong_vault_keys_open(keys, "示例甲", password, &opened), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open(keys, "示例乙", password, &opened), ZONG_EKEY);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
	free(password);
}

static void each_share_of_the_officers_is_random(void **state)
{
	uint8_t one[2][ZONG_VAULT_SHEET], other[2][ZONG_VAULT_SHEET];
	struct zong_vault_keys *keys;
	struct zong_vault_key *key, *opened = NULL;

	(void)state;
	assert_int_equal(zong_vault_keys_new(&keys, &key), 0);
	assert_int_equal(zong_vault_keys_set_officers(keys, key, 1, "x", one[0], other[0]), 0);
	assert_int_equal(zong_vault_keys_open_officers(keys, one[0], other[0], &opened), 0);
	zong_vault_key_free(opened);
	assert_int_equal(zong_vault_keys_set_officers(keys, key, 2, "x", one[1], other[1]), 0);
	assert_memory_not_equal(one[0], one[1], ZONG_VAULT_SHEET);
	assert_memory_not_equal(other[0], other[1], ZONG_VAULT_SHEET);
	/* A share of before goes with none of now. */
	assert_int_equal(zong_vault_keys_open_officers(keys, one[0], other[0], &opened), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open_officers(keys, one[0], other[1], &opened), ZONG_EKEY);
	assert_int_equal(zong_vault_keys_open_officers(keys, one[1], other[0], &opened), ZONG_EKEY);
	/* Nor is it the sheet for the safe. */
	assert_int_equal(zong_vault_keys_open_recovery(keys, one[1], &opened), ZONG_EKEY);
	zong_vault_key_free(key);
	zong_vault_keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_that_were_never_saved_open_as_they_are),
		cmocka_unit_test(a_password_without_end_is_wrong_and_nothing_else),
		cmocka_unit_test(each_share_of_the_officers_is_random),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
