/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "vault_keys.h"

/* A lock that nobody has, so that who is no member costs the same: the cost of some member's, and nothing that opens. */
static int try_nobody(
	const struct zong_vault_keys *keys, const char *password, struct zong_vault_secret *secret)
{
	size_t i;

	for (i = 0; i < keys->row->n_locks; i++)
		if (keys->row->locks[i]->kind == ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER) {
			Zong__VaultLock other = *keys->row->locks[i];
			uint8_t salt[crypto_pwhash_SALTBYTES];

			randombytes_buf(salt, sizeof(salt));
			other.salt.data = salt;
			if (zong_vault_lock_try_password(&other, keys->row, password, secret) ==
				ZONG_ENOMEM)
				return ZONG_ENOMEM;
			break;
		}
	return ZONG_EKEY;
}

/* The list of locks is as whoever had the key left it. */
static int check_list(const struct zong_vault_keys *keys, const struct zong_vault_key *key)
{
	uint8_t digest[ZONG_VAULT_DIGEST];

	if (!keys->listed)
		return 0; /* never saved yet */
	zong_vault_digest(key, keys->listed, keys->listed_len, digest);
	return sodium_memcmp(digest, keys->digest, sizeof(digest)) == 0 ? 0 : ZONG_ECORRUPT;
}

static int open_lock(const struct zong_vault_keys *keys, const Zong__VaultLock *lock,
	const struct zong_vault_secret *secret, struct zong_vault_key **ret_key)
{
	struct zong_vault_key *key = zong_vault_key_new();
	int r = key ? 0 : ZONG_ENOMEM;

	if (!r)
		r = zong_vault_lock_open(lock, keys->row, secret, key);
	if (!r)
		r = check_list(keys, key);
	if (r) {
		zong_vault_key_free(key);
		return r;
	}
	*ret_key = key;
	return 0;
}

int zong_vault_keys_open(const struct zong_vault_keys *keys, const char *member,
	const char *password, struct zong_vault_key **ret_key)
{
	const Zong__VaultLock *lock =
		zong_vault_keys_find(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER, member);
	struct zong_vault_secret *secret;
	int r;

	if (strlen(password) > ZONG_VAULT_PASSWORD_MOST)
		return ZONG_EKEY;
	r = zong_vault_secret_new(&secret);
	if (r)
		return r;
	r = lock ? zong_vault_lock_try_password(lock, keys->row, password, secret)
		 : try_nobody(keys, password, secret);
	if (!r)
		r = open_lock(keys, lock, secret, ret_key);
	zong_vault_secret_free(secret);
	return r;
}

int zong_vault_keys_open_service(const struct zong_vault_keys *keys, const char *service,
	const uint8_t secret_bytes[ZONG_VAULT_SECRET], struct zong_vault_key **ret_key)
{
	const Zong__VaultLock *lock =
		zong_vault_keys_find(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE, service);
	struct zong_vault_secret *secret;
	int r;

	if (!lock)
		return ZONG_EKEY;
	r = zong_vault_secret_new(&secret);
	if (r)
		return r;
	memcpy(secret->bytes, secret_bytes, sizeof(secret->bytes));
	r = open_lock(keys, lock, secret, ret_key);
	zong_vault_secret_free(secret);
	return r;
}

static int open_sheet(const struct zong_vault_keys *keys, Zong__VaultLockKind kind,
	const uint8_t *sheet, struct zong_vault_key **ret_key)
{
	const Zong__VaultLock *lock = zong_vault_keys_find(keys, kind, "");
	struct zong_vault_secret *secret;
	int r;

	if (!lock)
		return ZONG_EKEY;
	r = zong_vault_secret_new(&secret);
	if (r)
		return r;
	zong_vault_secret_of_sheet(secret, sheet);
	r = open_lock(keys, lock, secret, ret_key);
	zong_vault_secret_free(secret);
	return r;
}

int zong_vault_keys_open_recovery(const struct zong_vault_keys *keys,
	const uint8_t sheet[ZONG_VAULT_SHEET], struct zong_vault_key **ret_key)
{
	return open_sheet(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY, sheet, ret_key);
}

int zong_vault_keys_open_officers(const struct zong_vault_keys *keys,
	const uint8_t one[ZONG_VAULT_SHEET], const uint8_t other[ZONG_VAULT_SHEET],
	struct zong_vault_key **ret_key)
{
	uint8_t sheet[ZONG_VAULT_SHEET];
	size_t i;
	int r;

	for (i = 0; i < sizeof(sheet); i++)
		sheet[i] = one[i] ^ other[i];
	r = open_sheet(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS, sheet, ret_key);
	sodium_memzero(sheet, sizeof(sheet));
	return r;
}
