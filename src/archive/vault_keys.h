/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_VAULT_KEYS_H
#define ZONG_ARCHIVE_VAULT_KEYS_H

/* The inside of include/zong/vault.h, shared by what keeps the list of locks (vault_keys.c), what makes and opens one
 * (vault_lock.c) and what opens the vault (vault_open.c). */

#include <sodium.h>

#include <zong/id.h>
#include <zong/vault.h>

#define ZONG_VAULT_DIGEST 32

struct zong_vault_keys {
	Zong__VaultKeys *row; /* allocated by protobuf-c's own allocator */
	uint8_t *
		listed; /* the row as it stands in the file, and its keyed digest there; NULL in a new one */
	size_t listed_len;
	uint8_t digest[ZONG_VAULT_DIGEST];
};

struct zong_vault_key {
	uint8_t bytes[ZONG_STORE_KEY];
};

/* In locked memory. NULL: none. */
struct zong_vault_key *zong_vault_key_new(void);

/* A secret of X25519 in locked memory while it is used. */
struct zong_vault_secret {
	uint8_t bytes[ZONG_VAULT_SECRET];
	uint8_t public_key[ZONG_VAULT_PUBLIC];
};
int zong_vault_secret_new(struct zong_vault_secret **ret_secret);
/* That which a sheet stands for. */
void zong_vault_secret_of_sheet(
	struct zong_vault_secret *secret, const uint8_t sheet[ZONG_VAULT_SHEET]);
void zong_vault_secret_free(struct zong_vault_secret *secret);

/* The keyed digest that stands before the row in the file. */
void zong_vault_digest(const struct zong_vault_key *key, const void *row, size_t len,
	uint8_t ret_digest[ZONG_VAULT_DIGEST]);

/* A lock without box, to be added. NULL: no memory. */
Zong__VaultLock *zong_vault_lock_new(Zong__VaultLockKind kind, const char *who,
	const uint8_t public_key[ZONG_VAULT_PUBLIC], int64_t now, const char *by);
/* Seals the vault's key for it, in the place of what was sealed before. */
int zong_vault_lock_seal(
	Zong__VaultLock *lock, const Zong__VaultKeys *row, const struct zong_vault_key *key);
/* 0, ZONG_EKEY. */
int zong_vault_lock_open(const Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const struct zong_vault_secret *secret, struct zong_vault_key *ret_key);
/* The member's secret key, sealed with the password; and back: 0, ZONG_EKEY, ZONG_ENOMEM. */
int zong_vault_lock_set_password(Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const struct zong_vault_secret *secret, const char *password,
	const struct zong_vault_cost *cost);
int zong_vault_lock_try_password(const Zong__VaultLock *lock, const Zong__VaultKeys *row,
	const char *password, struct zong_vault_secret *ret_secret);
/* Is it of the shape that its kind has? */
bool zong_vault_lock_sound(const Zong__VaultLock *lock);

Zong__VaultLock *zong_vault_keys_find(
	const struct zong_vault_keys *keys, Zong__VaultLockKind kind, const char *who);

#endif
