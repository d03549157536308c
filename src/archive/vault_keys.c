/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <zong/buffer.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#include "vault_keys.h"

#define HEAD "zong vault keys 1\n"
#define HEAD_LEN (sizeof(HEAD) - 1)
#define HEAD_ANY "zong vault keys " /* of any version */
#define FILE_MOST (1u << 20)
#define CONTEXT "zongkeys"
#define KEY_DIGEST 1
#define NAME_MOST 64

void zong_vault_protect_process(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

/* ---- the vault's key ---- */

struct zong_vault_key *zong_vault_key_new(void)
{
	struct zong_vault_key *key;

	if (sodium_init() < 0)
		return NULL;
	key = sodium_malloc(sizeof(*key));
	if (key)
		memset(key, 0, sizeof(*key));
	return key;
}

const uint8_t *zong_vault_key_bytes(const struct zong_vault_key *key)
{
	return key->bytes;
}

void zong_vault_key_free(struct zong_vault_key *key)
{
	sodium_free(key);
}

void zong_vault_digest(const struct zong_vault_key *key, const void *row, size_t len,
	uint8_t ret_digest[ZONG_VAULT_DIGEST])
{
	uint8_t derived[crypto_generichash_KEYBYTES];

	crypto_kdf_derive_from_key(derived, sizeof(derived), KEY_DIGEST, CONTEXT, key->bytes);
	crypto_generichash(ret_digest, ZONG_VAULT_DIGEST, row, len, derived, sizeof(derived));
	sodium_memzero(derived, sizeof(derived));
}

/* ---- the file ---- */

void zong_vault_keys_free(struct zong_vault_keys *keys)
{
	if (!keys)
		return;
	if (keys->row)
		zong__vault_keys__free_unpacked(keys->row, NULL);
	free(keys->listed);
	free(keys);
}

int zong_vault_keys_new(struct zong_vault_keys **ret_keys, struct zong_vault_key **ret_key)
{
	struct zong_vault_keys *keys = calloc(1, sizeof(*keys));
	struct zong_vault_key *key = zong_vault_key_new();
	struct zong_id id;

	if (keys)
		keys->row = malloc(sizeof(*keys->row));
	if (keys && keys->row) {
		zong__vault_keys__init(keys->row);
		keys->row->vault.data = malloc(ZONG_ID_SIZE);
	}
	if (!key || !keys || !keys->row || !keys->row->vault.data) {
		zong_vault_key_free(key);
		zong_vault_keys_free(keys);
		return ZONG_ENOMEM;
	}
	zong_id_new(&id);
	memcpy(keys->row->vault.data, id.bytes, ZONG_ID_SIZE);
	keys->row->vault.len = ZONG_ID_SIZE;
	keys->row->generation = 1;
	randombytes_buf(key->bytes, sizeof(key->bytes));
	*ret_keys = keys;
	*ret_key = key;
	return 0;
}

static bool sound(const Zong__VaultKeys *row)
{
	size_t i;

	if (row->vault.len != ZONG_ID_SIZE || row->generation == 0 || row->n_locks == 0 ||
		row->n_locks > ZONG_VAULT_LOCKS)
		return false;
	for (i = 0; i < row->n_locks; i++)
		if (!zong_vault_lock_sound(row->locks[i]))
			return false;
	return true;
}

int zong_vault_keys_parse(const void *bytes, size_t len, struct zong_vault_keys **ret_keys)
{
	const uint8_t *at = bytes;
	struct zong_vault_keys *keys;

	if (sodium_init() < 0)
		return ZONG_ENOMEM;
	if (len >= HEAD_LEN && memcmp(at, HEAD, HEAD_LEN) != 0 &&
		memcmp(at, HEAD_ANY, sizeof(HEAD_ANY) - 1) == 0)
		return ZONG_EVERSION;
	if (len < HEAD_LEN + ZONG_VAULT_DIGEST || memcmp(at, HEAD, HEAD_LEN) != 0)
		return ZONG_ECORRUPT;
	keys = calloc(1, sizeof(*keys));
	if (!keys)
		return ZONG_ENOMEM;
	at += HEAD_LEN;
	memcpy(keys->digest, at, ZONG_VAULT_DIGEST);
	at += ZONG_VAULT_DIGEST;
	keys->listed_len = len - HEAD_LEN - ZONG_VAULT_DIGEST;
	keys->listed = malloc(keys->listed_len ? keys->listed_len : 1);
	if (!keys->listed) {
		free(keys);
		return ZONG_ENOMEM;
	}
	memcpy(keys->listed, at, keys->listed_len);
	keys->row = zong__vault_keys__unpack(NULL, keys->listed_len, keys->listed);
	if (!keys->row || !sound(keys->row)) {
		zong_vault_keys_free(keys);
		return ZONG_ECORRUPT;
	}
	*ret_keys = keys;
	return 0;
}

int zong_vault_keys_load(const char *path, struct zong_vault_keys **ret_keys)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(FILE_MOST);
	int r = zong_file_read(path, &text);

	if (r)
		return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
	return zong_vault_keys_parse(text.data, text.len, ret_keys);
}

static bool has_kind(const struct zong_vault_keys *keys, Zong__VaultLockKind kind)
{
	size_t i;

	for (i = 0; i < keys->row->n_locks; i++)
		if (keys->row->locks[i]->kind == kind)
			return true;
	return false;
}

int zong_vault_keys_save(
	const struct zong_vault_keys *keys, const struct zong_vault_key *key, const char *path)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(FILE_MOST);
	size_t len = zong__vault_keys__get_packed_size(keys->row);
	uint8_t *room;

	if (!has_kind(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER) ||
		!has_kind(keys, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY))
		return ZONG_EINVAL;
	room = zong_buf_room(&text, HEAD_LEN + ZONG_VAULT_DIGEST + len);
	if (!room)
		return ZONG_ENOMEM;
	text.len += HEAD_LEN + ZONG_VAULT_DIGEST + len;
	memcpy(room, HEAD, HEAD_LEN);
	zong__vault_keys__pack(keys->row, room + HEAD_LEN + ZONG_VAULT_DIGEST);
	zong_vault_digest(key, room + HEAD_LEN + ZONG_VAULT_DIGEST, len, room + HEAD_LEN);
	return zong_file_replace(path, text.data, text.len, 0600);
}

uint32_t zong_vault_keys_generation(const struct zong_vault_keys *keys)
{
	return keys->row->generation;
}

const Zong__VaultLock *zong_vault_keys_lock(const struct zong_vault_keys *keys, size_t index)
{
	return index < keys->row->n_locks ? keys->row->locks[index] : NULL;
}

/* ---- changing ---- */

Zong__VaultLock *zong_vault_keys_find(
	const struct zong_vault_keys *keys, Zong__VaultLockKind kind, const char *who)
{
	size_t i;

	for (i = 0; i < keys->row->n_locks; i++)
		if (keys->row->locks[i]->kind == kind && strcmp(keys->row->locks[i]->who, who) == 0)
			return keys->row->locks[i];
	return NULL;
}

/* Puts it in the place of the one of the same kind and name, or behind the others. Takes @lock over, also after a failure. */
static int put_lock(
	struct zong_vault_keys *keys, const struct zong_vault_key *key, Zong__VaultLock *lock)
{
	Zong__VaultLock *old = zong_vault_keys_find(keys, lock->kind, lock->who), **grown;
	size_t i;
	int r = zong_vault_lock_seal(lock, keys->row, key);

	if (!r && !old && keys->row->n_locks >= ZONG_VAULT_LOCKS)
		r = ZONG_ELIMIT;
	if (!r && !old) {
		grown = reallocarray(
			keys->row->locks, keys->row->n_locks + 1, sizeof(Zong__VaultLock *));
		if (grown)
			keys->row->locks = grown;
		else
			r = ZONG_ENOMEM;
	}
	if (r) {
		zong__vault_lock__free_unpacked(lock, NULL);
		return r;
	}
	if (!old) {
		keys->row->locks[keys->row->n_locks++] = lock;
		return 0;
	}
	for (i = 0; keys->row->locks[i] != old; i++)
		;
	keys->row->locks[i] = lock;
	zong__vault_lock__free_unpacked(old, NULL);
	return 0;
}

static bool good_name(const char *name)
{
	return name[0] != 0 && strlen(name) <= NAME_MOST;
}

int zong_vault_keys_add_member(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *member, const char *password, const struct zong_vault_cost *cost, int64_t now,
	const char *by)
{
	struct zong_vault_secret *secret;
	Zong__VaultLock *lock;
	int r;

	if (!good_name(member) || strlen(password) < ZONG_VAULT_PASSWORD_LEAST ||
		strlen(password) > ZONG_VAULT_PASSWORD_MOST)
		return ZONG_EINVAL;
	r = zong_vault_secret_new(&secret);
	if (r)
		return r;
	crypto_box_keypair(secret->public_key, secret->bytes);
	lock = zong_vault_lock_new(
		ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER, member, secret->public_key, now, by);
	r = lock ? zong_vault_lock_set_password(lock, keys->row, secret, password, cost)
		 : ZONG_ENOMEM;
	zong_vault_secret_free(secret);
	if (r) {
		zong__vault_lock__free_unpacked(lock, NULL);
		return r;
	}
	return put_lock(keys, key, lock);
}

int zong_vault_keys_add_service(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *service, const uint8_t public_key[ZONG_VAULT_PUBLIC], int64_t now,
	const char *by)
{
	Zong__VaultLock *lock;

	if (!good_name(service))
		return ZONG_EINVAL;
	lock = zong_vault_lock_new(
		ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE, service, public_key, now, by);
	return lock ? put_lock(keys, key, lock) : ZONG_ENOMEM;
}

void zong_vault_service_pair(
	uint8_t ret_public[ZONG_VAULT_PUBLIC], uint8_t ret_secret[ZONG_VAULT_SECRET])
{
	crypto_box_keypair(ret_public, ret_secret);
}

/* A lock that @sheet opens. */
static int set_sheet(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	Zong__VaultLockKind kind, int64_t now, const char *by, const uint8_t *sheet)
{
	struct zong_vault_secret *secret;
	Zong__VaultLock *lock;
	int r = zong_vault_secret_new(&secret);

	if (r)
		return r;
	zong_vault_secret_of_sheet(secret, sheet);
	lock = zong_vault_lock_new(kind, "", secret->public_key, now, by);
	zong_vault_secret_free(secret);
	return lock ? put_lock(keys, key, lock) : ZONG_ENOMEM;
}

int zong_vault_keys_set_recovery(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	int64_t now, const char *by, uint8_t ret_sheet[ZONG_VAULT_SHEET])
{
	uint8_t sheet[ZONG_VAULT_SHEET];
	int r;

	randombytes_buf(sheet, sizeof(sheet));
	r = set_sheet(keys, key, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY, now, by, sheet);
	if (!r)
		memcpy(ret_sheet, sheet, sizeof(sheet));
	sodium_memzero(sheet, sizeof(sheet));
	return r;
}

int zong_vault_keys_set_officers(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	int64_t now, const char *by, uint8_t ret_one[ZONG_VAULT_SHEET],
	uint8_t ret_other[ZONG_VAULT_SHEET])
{
	uint8_t sheet[ZONG_VAULT_SHEET], one[ZONG_VAULT_SHEET];
	size_t i;
	int r;

	randombytes_buf(sheet, sizeof(sheet));
	randombytes_buf(one, sizeof(one));
	r = set_sheet(keys, key, ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS, now, by, sheet);
	for (i = 0; !r && i < sizeof(one); i++) {
		ret_one[i] = one[i];
		ret_other[i] = one[i] ^ sheet[i];
	}
	sodium_memzero(sheet, sizeof(sheet));
	sodium_memzero(one, sizeof(one));
	return r;
}

int zong_vault_keys_remove(struct zong_vault_keys *keys, Zong__VaultLockKind kind, const char *who)
{
	const Zong__VaultLock *lock = zong_vault_keys_find(keys, kind, who);
	size_t i, members = 0, at = 0;

	if (!lock)
		return ZONG_ENOENT;
	for (i = 0; i < keys->row->n_locks; i++) {
		members += keys->row->locks[i]->kind == ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER;
		if (keys->row->locks[i] == lock)
			at = i;
	}
	if (kind == ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER && members == 1)
		return ZONG_EINVAL;
	zong__vault_lock__free_unpacked(keys->row->locks[at], NULL);
	keys->row->n_locks--;
	memmove(keys->row->locks + at, keys->row->locks + at + 1,
		(keys->row->n_locks - at) * sizeof(Zong__VaultLock *));
	return 0;
}

int zong_vault_keys_renew(struct zong_vault_keys *keys, struct zong_vault_key **ret_key)
{
	struct zong_vault_key *key = zong_vault_key_new();
	size_t i;
	int r = key ? 0 : ZONG_ENOMEM;

	if (r)
		return r;
	randombytes_buf(key->bytes, sizeof(key->bytes));
	keys->row->generation++;
	for (i = 0; !r && i < keys->row->n_locks; i++)
		r = zong_vault_lock_seal(keys->row->locks[i], keys->row, key);
	if (r) {
		zong_vault_key_free(key);
		return r;
	}
	*ret_key = key;
	return 0;
}
