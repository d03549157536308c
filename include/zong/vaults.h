/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_VAULTS_H
#define ZONG_VAULTS_H

/* The vaults of an archive, one a department, in ARCHIVE/vaults/DEPARTMENT:
 *
 *     vault.keys        who comes to its key (vault.h)
 *     store-1           the sealed archive (store.h); the number is the generation of the key
 *     vault.keys.next   while a new key is being made: those of store-2
 *
 * A vault is open in this process as long as a session that has unlocked it is there and not idle, and while its store is
 * in use; then it is closed and its key wiped. Who has not unlocked it, is no member, or asks for one that does not exist hears
 * the same, after the same work.
 *
 *     zong_vaults_new("archive", idle, &vaults);
 *     zong_vaults_create(vaults, "tax", "name", password, NULL, now, sheet);     sheet is to be printed once
 *     zong_vaults_unlock(vaults, "tax", "name", password, session, now);
 *     zong_vaults_use(vaults, "tax", session, now, &use); ... use.store ...; zong_vaults_done(vaults, &use);
 *     zong_vaults_leave(vaults, session);  zong_vaults_sweep(vaults, now) now and then;  zong_vaults_free(vaults);
 *
 * Threads: any. Argon2id's work is done without a lock that others wait for, but for those who change keys too. */

#include <zong/backup.h>
#include <zong/vault.h>

#define ZONG_VAULTS_SESSIONS 256 /* that have one vault open at once */
#define ZONG_VAULTS_SESSION 64   /* longest key of a session */

struct zong_vaults;

/* What is built around the store of a vault while it is open: an archive (zong/vault_access.h). @opened is called when the store has been
 * opened, and its failure is that of the unlocking; @closing before the store is closed, when nobody uses it. */
struct zong_vaults_hooks {
	void *ctx;
	int (*opened)(void *ctx, const char *department, struct zong_store *store, void **ret_around);
	void (*closing)(void *ctx, void *around);
};

/* A vault in use. */
struct zong_vaults_use {
	struct zong_store *store;
	void *around;			       /* by the hooks, else NULL */
	char member[ZONG_LIMIT_NAME + 1];      /* who has unlocked it in this session */
};

/* @idle: microseconds after its last use that a session keeps a vault open. */
int zong_vaults_new(const char *archive, int64_t idle, struct zong_vaults **ret_vaults);
/* Before the first is opened. */
void zong_vaults_hook(struct zong_vaults *vaults, const struct zong_vaults_hooks *hooks);
/* From now on a thread of its own closes what nobody needs any more, so that zong_vaults_done and zong_vaults_leave wait for nothing.
 * ZONG_ENOMEM. */
int zong_vaults_start(struct zong_vaults *vaults);
/* Closes all; nothing may be in use. NULL is fine. */
void zong_vaults_free(struct zong_vaults *vaults);

/* With its first member and its sheet for the safe. What an attempt that was cut short has left is cleared away. 0, ZONG_EDEPARTMENT,
 * ZONG_EEXIST, ZONG_EINVAL (name or password, see zong_vault_keys_add_member), ZONG_EIO, ZONG_ENOSPC. */
int zong_vaults_create(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, const struct zong_vault_cost *cost, int64_t now,
	uint8_t ret_sheet[ZONG_VAULT_SHEET]);

/* For @session, from now on. 0, ZONG_EKEY (also: no such vault), ZONG_ECORRUPT, ZONG_EBUSY (another process has it), ZONG_ELIMIT. */
int zong_vaults_unlock(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, const char *session, int64_t now);
/* Its store, to be given back with zong_vaults_done. ZONG_ESEALED: this session has not unlocked it, or too long ago. */
int zong_vaults_use(struct zong_vaults *vaults, const char *department, const char *session,
	int64_t now, struct zong_vaults_use *ret_use);
void zong_vaults_done(struct zong_vaults *vaults, const struct zong_vaults_use *use);
/* By a service's secret key (zong_vault_keys_open_service) in place of a password; the same codes. */
int zong_vaults_unlock_service(struct zong_vaults *vaults, const char *department, const char *service,
	const uint8_t secret[ZONG_VAULT_SECRET], const char *session, int64_t now);
/* The session ends, for all vaults (@department NULL) or locks one. */
void zong_vaults_leave(struct zong_vaults *vaults, const char *department, const char *session);
/* Those that this member, or service, has unlocked it in: he is none any more, or has another password. */
void zong_vaults_put_out(struct zong_vaults *vaults, const char *department, const char *member);
/* Closes what has been idle. */
void zong_vaults_sweep(struct zong_vaults *vaults, int64_t now);
/* How many are open. */
size_t zong_vaults_open(struct zong_vaults *vaults);

/* Changes who comes to the key: @change is given keys and key, and what it has done is saved if it returns 0. As @member, with
 * the password. Its code, ZONG_EKEY as above, ZONG_EINVAL, ZONG_EIO, ZONG_ENOSPC. */
typedef int zong_vaults_change(
	struct zong_vault_keys *keys, const struct zong_vault_key *key, void *ctx);
int zong_vaults_change_keys(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, zong_vaults_change *change, void *ctx);
/* The same by the sheet from the safe, or by both officers' ones (@other NULL: the sheet): for a new password where all are
 * forgotten. */
int zong_vaults_recover(struct zong_vaults *vaults, const char *department,
	const uint8_t sheet[ZONG_VAULT_SHEET], const uint8_t *other, zong_vaults_change *change,
	void *ctx);

/* The vaults of an archive that go into its backup (backup.h): those whose file of keys is there. Names, ascending. */
int zong_vaults_backup(const char *archive, char ***ret_names, size_t *ret_count);
void zong_vaults_backup_free(char **names, size_t count);
/* For zong_backup_options.vault, with the path of the archive as ->vault_ctx: the keys of one, and the archive that goes with them. ZONG_ENOENT,
 * ZONG_ECORRUPT, those of reading a file. */
int zong_vaults_backup_one(void *archive, const char *name, struct zong_backup_vault *ret_vault);

/* A new key for all who are left, and the vault sealed with it (zong_store_reseal). Nobody may have it open (ZONG_EBUSY). Cut short,
 * also by a kill, the same call goes on; until it has returned 0 the vault is as it was. @progress may be NULL. */
int zong_vaults_renew(struct zong_vaults *vaults, const char *department, const char *member,
	const char *password, zong_store_progress *progress, void *ctx);

#endif
