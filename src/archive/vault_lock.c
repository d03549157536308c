/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/limits.h>

#include "vault_keys.h"

#define CONTEXT "zongkeys"
#define KEY_SHEET 2
#define NAME_MOST 64
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define SECRET_BOX (NONCE + ZONG_VAULT_SECRET + TAG)
#define BODY (ZONG_ID_SIZE + 4 + ZONG_STORE_KEY) /* vault, generation, key */
#define BOX (BODY + crypto_box_SEALBYTES)

/* What a file may ask of us, whoever wrote it. */
#define OPERATIONS_MOST 16
#define MEMORY_MOST ((uint64_t)1 << 30)
#define OPERATIONS_USUAL 3
#define MEMORY_USUAL ((uint64_t)256 << 20)

int zong_vault_secret_new(struct zong_vault_secret **ret_secret)
{
	struct zong_vault_secret *secret = sodium_malloc(sizeof(*secret));

	if (!secret)
		return ZONG_ENOMEM;
	memset(secret, 0, sizeof(*secret));
	*ret_secret = secret;
	return 0;
}

void zong_vault_secret_free(struct zong_vault_secret *secret)
{
	sodium_free(secret);
}

void zong_vault_secret_of_sheet(
	struct zong_vault_secret *secret, const uint8_t sheet[ZONG_VAULT_SHEET])
{
	crypto_kdf_derive_from_key(secret->bytes, sizeof(secret->bytes), KEY_SHEET, CONTEXT, sheet);
	crypto_scalarmult_base(secret->public_key, secret->bytes);
}

/* ---- a lock ---- */

static bool set_bytes(ProtobufCBinaryData *field, const void *bytes, size_t len)
{
	uint8_t *copy = malloc(len);

	if (!copy)
		return false;
	memcpy(copy, bytes, len);
	free(field->data);
	field->data = copy;
	field->len = len;
	return true;
}

Zong__VaultLock *zong_vault_lock_new(Zong__VaultLockKind kind, const char *who,
	const uint8_t public_key[ZONG_VAULT_PUBLIC], int64_t now, const char *by)
{
	Zong__VaultLock *lock = malloc(sizeof(*lock));

	if (!lock)
		return NULL;
	zong__vault_lock__init(lock);
	lock->kind = kind;
	lock->since = now;
	lock->who = strdup(who);
	lock->by = strdup(by);
	if (!lock->who || !lock->by ||
		!set_bytes(&lock->public_key, public_key, ZONG_VAULT_PUBLIC)) {
		zong__vault_lock__free_unpacked(lock, NULL);
		return NULL;
	}
	return lock;
}

bool zong_vault_lock_sound(const Zong__VaultLock *lock)
{
	bool named = lock->who[0] != 0 && strlen(lock->who) <= NAME_MOST;

	if (lock->public_key.len != ZONG_VAULT_PUBLIC || lock->box.len != BOX)
		return false;
	switch (lock->kind) {
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_MEMBER:
		return named && lock->secret.len == SECRET_BOX &&
		       lock->salt.len == crypto_pwhash_SALTBYTES && lock->operations > 0 &&
		       lock->operations <= OPERATIONS_MOST &&
		       lock->memory >= crypto_pwhash_MEMLIMIT_MIN && lock->memory <= MEMORY_MOST;
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_SERVICE:
		return named;
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_RECOVERY:
	case ZONG__VAULT_LOCK_KIND__VAULT_LOCK_OFFICERS:
		return lock->who[0] == 0;
	default:
		return false;
	}
}

static void put_body(const Zong__VaultKeys *row, uint8_t *body)
{
	memcpy(body, row->vault.data, ZONG_ID_SIZE);
	zong_write_be32(body + ZONG_ID_SIZE, row->generation);
}

int zong_vault_lock_seal(
	Zong__VaultLock *lock, const Zong__VaultKeys *row, const struct zong_vault_key *key)
{
	uint8_t body[BODY], box[BOX];
	int r = 0;

	put_body(row, body);
	memcpy(body + ZONG_ID_SIZE + 4, key->bytes, sizeof(key->bytes));
	/* Fails for a public key of low order, which no pair of ours has. */
	if (crypto_box_seal(box, body, sizeof(body), lock->public_key.data) != 0)
		r = ZONG_EINVAL;
	else if (!set_bytes(&lock->box, box, sizeof(box)))
		r = ZONG_ENOMEM;
	sodium_memzero(body, sizeof(body));
	return r;
}

int zong_vault_lock_open(const Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const struct zong_vault_secret *secret, struct zong_vault_key *ret_key)
{
	uint8_t body[BODY], expected[BODY];
	int r = 0;

	put_body(row, expected);
	if (crypto_box_seal_open(
		    body, lock->box.data, lock->box.len, lock->public_key.data, secret->bytes) != 0)
		r = ZONG_EKEY;
	else if (sodium_memcmp(body, expected, ZONG_ID_SIZE + 4) != 0)
		r = ZONG_ECORRUPT; /* of another vault, or an older key */
	else
		memcpy(ret_key->bytes, body + ZONG_ID_SIZE + 4, sizeof(ret_key->bytes));
	sodium_memzero(body, sizeof(body));
	return r;
}

/* ---- passwords ---- */

/* What the password opens belongs to this vault, this member and this pair. */
static size_t make_place(const Zong__VaultLock *lock, const Zong__VaultKeys *row,
	uint8_t ret_place[ZONG_ID_SIZE + ZONG_VAULT_PUBLIC + NAME_MOST])
{
	size_t len = strlen(lock->who);

	memcpy(ret_place, row->vault.data, ZONG_ID_SIZE);
	memcpy(ret_place + ZONG_ID_SIZE, lock->public_key.data, ZONG_VAULT_PUBLIC);
	memcpy(ret_place + ZONG_ID_SIZE + ZONG_VAULT_PUBLIC, lock->who, len);
	return ZONG_ID_SIZE + ZONG_VAULT_PUBLIC + len;
}

static int stretch(const Zong__VaultLock *lock, const char *password, uint8_t *ret_key)
{
	return crypto_pwhash(ret_key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES, password,
		       strlen(password), lock->salt.data, lock->operations, lock->memory,
		       crypto_pwhash_ALG_ARGON2ID13) == 0
		       ? 0
		       : ZONG_ENOMEM;
}

int zong_vault_lock_set_password(Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const struct zong_vault_secret *secret, const char *password,
	const struct zong_vault_cost *cost)
{
	uint8_t place[ZONG_ID_SIZE + ZONG_VAULT_PUBLIC + NAME_MOST];
	uint8_t box[SECRET_BOX], salt[crypto_pwhash_SALTBYTES];
	uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	size_t place_len = make_place(lock, row, place);
	int r;

	randombytes_buf(salt, sizeof(salt));
	randombytes_buf(box, NONCE);
	lock->operations = cost ? cost->operations : OPERATIONS_USUAL;
	lock->memory = cost ? cost->memory : MEMORY_USUAL;
	if (!set_bytes(&lock->salt, salt, sizeof(salt)))
		return ZONG_ENOMEM;
	r = stretch(lock, password, key);
	if (!r) {
		crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, NULL, secret->bytes,
			sizeof(secret->bytes), place, place_len, NULL, box, key);
		if (!set_bytes(&lock->secret, box, sizeof(box)))
			r = ZONG_ENOMEM;
	}
	sodium_memzero(key, sizeof(key));
	return r;
}

int zong_vault_lock_try_password(const Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const char *password, struct zong_vault_secret *ret_secret)
{
	uint8_t place[ZONG_ID_SIZE + ZONG_VAULT_PUBLIC + NAME_MOST];
	uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
	size_t place_len = make_place(lock, row, place);
	int r = stretch(lock, password, key);

	if (!r && crypto_aead_xchacha20poly1305_ietf_decrypt(ret_secret->bytes, NULL, NULL,
			  lock->secret.data + NONCE, lock->secret.len - NONCE, place, place_len,
			  lock->secret.data, key) != 0)
		r = ZONG_EKEY;
	if (!r)
		crypto_scalarmult_base(ret_secret->public_key, ret_secret->bytes);
	sodium_memzero(key, sizeof(key));
	return r;
}
