/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_VAULT_H
#define ZONG_VAULT_H

/* The keys of a vault: how the members of a department, and nobody else, come to the 32 bytes that its archive is sealed with
 * (zong_store_create_sealed). They are in a file beside it:
 *
 *     "zong vault keys 1\n"
 *     32 bytes   keyed BLAKE2b of what follows, under a key derived from the vault's (crypto_kdf, context "zongkeys", 1)
 *     ...        VaultKeys (store/record.proto)
 *
 * Each way in is a lock, a key pair of X25519 for which the vault's key is sealed (crypto_box_seal). What differs is where its
 * secret key comes from: a member's is in the file, sealed with what Argon2id makes of the password; a service keeps its own;
 * that of the recovery sheet is derived from the 32 bytes on it; that of the officers from 32 bytes of which each has one
 * share, and one share alone is random. So a new key of the vault can be sealed for all without knowing their passwords.
 *
 * Whoever has the file learns who the members and services are, since when, and how many. He can take locks away, which is noticed
 * as soon as anybody opens one that is left (the keyed digest), and put none in. A file that was copied earlier opens, with a password
 * of then, the vault as it was then: after a member has gone, or a password has become known, the vault's key is to be made anew
 * (zong_vault_keys_renew, zong_store_reseal).
 *
 *     zong_vault_keys_new(&keys, &key);                          once; key is the vault's
 *     zong_vault_keys_add_member(keys, key, "name", password, …); zong_vault_keys_save(keys, key, path);
 *     zong_vault_keys_load(path, &keys); zong_vault_keys_open(keys, "name", password, &key);
 *     zong_store_open(dir, &(struct zong_store_options){.key = zong_vault_key_bytes(key)}, …);
 *     zong_vault_key_free(key); zong_vault_keys_free(keys);
 *
 * Keys lie in locked memory that is wiped when freed. Threads: an object is for one thread at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/error.h>
#include <zong/form.h>
#include <zong/store.h>

#define ZONG_VAULT_PASSWORD_LEAST 10 /* characters' bytes: it is all that stands between a thief and the vault */
#define ZONG_VAULT_PASSWORD_MOST 1024
#define ZONG_VAULT_LOCKS 256  /* in one file */
#define ZONG_VAULT_SHEET 32   /* bytes that a sheet for the safe stands for */
#define ZONG_VAULT_PUBLIC 32  /* bytes of a service's keys */
#define ZONG_VAULT_SECRET 32

struct zong_vault_keys;
struct zong_vault_key;

/* What Argon2id is asked to do. NULL in its place: 3 operations in 256 MiB. */
struct zong_vault_cost {
	uint64_t operations, memory;
};

/* No core files and no other process looking into this one's memory from now on (RLIMIT_CORE, PR_SET_DUMPABLE). */
void zong_vault_protect_process(void);

const uint8_t *zong_vault_key_bytes(const struct zong_vault_key *key); /* ZONG_STORE_KEY of them */
void zong_vault_key_free(struct zong_vault_key *key);		       /* wiped; NULL is fine */

/* A new vault's, with no lock yet, and its key. */
int zong_vault_keys_new(struct zong_vault_keys **ret_keys, struct zong_vault_key **ret_key);
/* 0, ZONG_ENOENT, ZONG_ECORRUPT (not such a file, or one that is cut off), ZONG_EVERSION, ZONG_EIO. Nothing of it is believed but
 * its shape until a lock has been opened. */
int zong_vault_keys_load(const char *path, struct zong_vault_keys **ret_keys);
int zong_vault_keys_parse(const void *bytes, size_t len, struct zong_vault_keys **ret_keys);
/* All or nothing. @key: the vault's. 0, ZONG_EINVAL (no member or no recovery sheet: nobody could open it again), ZONG_EIO, ZONG_ENOSPC. */
int zong_vault_keys_save(
	const struct zong_vault_keys *keys, const struct zong_vault_key *key, const char *path);
void zong_vault_keys_free(struct zong_vault_keys *keys); /* NULL is fine */
/* Of the vault's key: 1, and one more each time it is made anew. */
uint32_t zong_vault_keys_generation(const struct zong_vault_keys *keys);
/* Its locks: VaultLock, borrowed. NULL behind the last one. */
const Zong__VaultLock *zong_vault_keys_lock(const struct zong_vault_keys *keys, size_t index);

/* ---- opening ---- */

/* 0, ZONG_EKEY (no such member, another password), ZONG_ECORRUPT (it opens, but locks were taken away or changed by somebody
 * without the key), ZONG_ENOMEM. Who is no member costs the same work and hears the same. */
int zong_vault_keys_open(const struct zong_vault_keys *keys, const char *member, const char *password,
	struct zong_vault_key **ret_key);
int zong_vault_keys_open_service(const struct zong_vault_keys *keys, const char *service,
	const uint8_t secret[ZONG_VAULT_SECRET], struct zong_vault_key **ret_key);
int zong_vault_keys_open_recovery(const struct zong_vault_keys *keys,
	const uint8_t sheet[ZONG_VAULT_SHEET], struct zong_vault_key **ret_key);
/* Both shares, in either order. */
int zong_vault_keys_open_officers(const struct zong_vault_keys *keys,
	const uint8_t one[ZONG_VAULT_SHEET], const uint8_t other[ZONG_VAULT_SHEET],
	struct zong_vault_key **ret_key);

/* ---- changing; in memory, until saved ---- */

/* @by: who does it. A member who is there gets this password and a new key pair. 0, ZONG_EINVAL (name empty or too long, password too
 * short or too long), ZONG_ELIMIT (ZONG_VAULT_LOCKS). */
int zong_vault_keys_add_member(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *member, const char *password, const struct zong_vault_cost *cost, int64_t now,
	const char *by);
/* Likewise; @public_key is of the pair whose secret key the service has. */
int zong_vault_keys_add_service(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const char *service, const uint8_t public_key[ZONG_VAULT_PUBLIC], int64_t now, const char *by);
/* A pair for a service. */
void zong_vault_service_pair(
	uint8_t ret_public[ZONG_VAULT_PUBLIC], uint8_t ret_secret[ZONG_VAULT_SECRET]);
/* A new sheet in the place of the one before, which opens nothing any more. To be printed once and wiped. */
int zong_vault_keys_set_recovery(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	int64_t now, const char *by, uint8_t ret_sheet[ZONG_VAULT_SHEET]);
int zong_vault_keys_set_officers(struct zong_vault_keys *keys, const struct zong_vault_key *key,
	int64_t now, const char *by, uint8_t ret_one[ZONG_VAULT_SHEET],
	uint8_t ret_other[ZONG_VAULT_SHEET]);
/* ZONG_ENOENT; ZONG_EINVAL: the last member. */
int zong_vault_keys_remove(struct zong_vault_keys *keys, Zong__VaultLockKind kind, const char *who);
/* A new key for the vault, sealed for all who have a lock. The archive is then sealed with it by zong_store_reseal; that done,
 * these keys are saved. After a failure @keys are to be thrown away. */
int zong_vault_keys_renew(struct zong_vault_keys *keys, struct zong_vault_key **ret_key);

/* ---- sheets ---- */

/* The 32 bytes of a sheet as text to be typed off paper: 13 groups of four of Crockford's letters and digits and one
 * that checks the group and its place, by "-". Terminated. */
#define ZONG_VAULT_SHEET_TEXT 78
#define ZONG_VAULT_SHEET_GROUPS 13
void zong_vault_sheet_format(
	const uint8_t sheet[ZONG_VAULT_SHEET], char ret_text[ZONG_VAULT_SHEET_TEXT]);
/* Blanks, "-", either case, and O for 0, I or L for 1 are taken. 0, ZONG_EINVAL: *ret_group is the group, from 1, that has a mistake (or is missing, or is too
 * much). */
int zong_vault_sheet_parse(
	const char *text, uint8_t ret_sheet[ZONG_VAULT_SHEET], unsigned int *ret_group);

/* The sheet on paper, to be printed once and put into an envelope: a form to be drawn with zong_pool_draw, and released with
 * zong_vault_sheet_release, which wipes it. What is drawn has the secret in it and is the caller's to wipe. */
enum zong_vault_paper_kind {
	ZONG_VAULT_PAPER_RECOVERY, /* opens the vault by itself */
	ZONG_VAULT_PAPER_OFFICER_ONE,
	ZONG_VAULT_PAPER_OFFICER_OTHER,
};
struct zong_vault_paper_about {
	enum zong_vault_paper_kind paper;
	const char *department; /* its name, as people know it */
	const char *by;		/* who has it made */
	int64_t time;
};
void zong_vault_sheet_print(struct zong_form *form, const struct zong_vault_paper_about *about,
	const uint8_t sheet[ZONG_VAULT_SHEET]);
void zong_vault_sheet_release(struct zong_form *form);

#endif
