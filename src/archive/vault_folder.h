/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_VAULT_FOLDER_H
#define ZONG_ARCHIVE_VAULT_FOLDER_H

/* A vault as it lies on the disk, see include/zong/vaults.h. One thing at a time in a folder: the caller sees to it. */

#include <zong/vault.h>

struct zong_vault_folder {
	char *dir, *keys, *next;
};

/* ARCHIVE/vaults/@department; touches nothing. */
int zong_vault_folder_init(
	struct zong_vault_folder *folder, const char *archive, const char *department);
void zong_vault_folder_release(struct zong_vault_folder *folder);
/* The store of this generation. NULL: no memory. */
char *zong_vault_folder_store(const struct zong_vault_folder *folder, uint32_t generation);

/* @keys with a member and a sheet: makes the store, and then saves them, by which it is a vault. */
int zong_vault_folder_create(const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key);
/* Seals the store of @keys anew with the next key, that of @next, which have been saved as ->next, and makes these the
 * vault's. */
int zong_vault_folder_renew(const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const struct zong_vault_keys *next, const struct zong_vault_key *next_key,
	zong_store_progress *progress, void *ctx);
/* Removes the store of a generation, as far as it is there. */
int zong_vault_folder_remove(const struct zong_vault_folder *folder, uint32_t generation);

#endif
