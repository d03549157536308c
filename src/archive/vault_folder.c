/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/code.h>
#include <zong/file.h>

#include "vault_folder.h"

#define DESCRIPTORS 8

int zong_vault_folder_init(
	struct zong_vault_folder *folder, const char *archive, const char *department)
{
	memset(folder, 0, sizeof(*folder));
	if (asprintf(&folder->dir, "%s/vaults/%s", archive, department) < 0)
		folder->dir = NULL;
	if (folder->dir && asprintf(&folder->keys, "%s/vault.keys", folder->dir) < 0)
		folder->keys = NULL;
	if (folder->keys && asprintf(&folder->next, "%s/vault.keys.next", folder->dir) < 0)
		folder->next = NULL;
	if (folder->next)
		return 0;
	zong_vault_folder_release(folder);
	return ZONG_ENOMEM;
}

void zong_vault_folder_release(struct zong_vault_folder *folder)
{
	free(folder->dir);
	free(folder->keys);
	free(folder->next);
	memset(folder, 0, sizeof(*folder));
}

char *zong_vault_folder_store(const struct zong_vault_folder *folder, uint32_t generation)
{
	char *path;

	return asprintf(&path, "%s/store-%u", folder->dir, generation) < 0 ? NULL : path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

int zong_vault_folder_remove(const struct zong_vault_folder *folder, uint32_t generation)
{
	_cleanup_free_ char *path = zong_vault_folder_store(folder, generation);

	if (!path)
		return ZONG_ENOMEM;
	if (access(path, F_OK) != 0)
		return errno == ENOENT ? 0 : zong_error_from_errno(errno);
	if (nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS) != 0)
		return errno ? zong_error_from_errno(errno) : ZONG_EIO;
	return zong_file_sync_dir(folder->dir);
}

static int make_folder(const struct zong_vault_folder *folder)
{
	_cleanup_free_ char *above = strdup(folder->dir);
	int r;

	if (!above)
		return ZONG_ENOMEM;
	*strrchr(above, '/') = 0;
	r = zong_file_make_dir(above, 0700);
	if (r && r != ZONG_EEXIST)
		return r;
	r = zong_file_make_dir(folder->dir, 0700);
	return r == ZONG_EEXIST ? 0 : r;
}

int zong_vault_folder_create(const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key)
{
	uint32_t generation = zong_vault_keys_generation(keys);
	_cleanup_free_ char *store = zong_vault_folder_store(folder, generation);
	int r = store ? make_folder(folder) : ZONG_ENOMEM;

	if (r)
		return r;
	if (access(folder->keys, F_OK) == 0)
		return ZONG_EEXIST;
	/* Of an attempt whose key nobody has any more. */
	r = zong_vault_folder_remove(folder, generation);
	if (!r)
		r = zong_store_create_sealed(store, zong_vault_key_bytes(key), NULL, NULL, NULL);
	return r ? r : zong_vault_keys_save(keys, key, folder->keys);
}

static int make_it_so(const struct zong_vault_folder *folder)
{
	if (rename(folder->next, folder->keys) != 0)
		return zong_error_from_errno(errno);
	return zong_file_sync_dir(folder->dir);
}

int zong_vault_folder_renew(const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys, const struct zong_vault_key *key,
	const struct zong_vault_keys *next, const struct zong_vault_key *next_key,
	zong_store_progress *progress, void *ctx)
{
	uint32_t old = zong_vault_keys_generation(keys), new = zong_vault_keys_generation(next);
	_cleanup_free_ char *from = zong_vault_folder_store(folder, old);
	_cleanup_free_ char *to = zong_vault_folder_store(folder, new);
	int tries, r = ZONG_ECHANGED;

	if (!from || !to)
		return ZONG_ENOMEM;
	/* It was used since an attempt was cut short, or that one had another key: from the beginning. */
	for (tries = 0; tries < 2 && (r == ZONG_ECHANGED || r == ZONG_EKEY || r == ZONG_EEXIST);
		tries++) {
		if (tries > 0) {
			r = zong_vault_folder_remove(folder, new);
			if (r)
				return r;
		}
		r = zong_store_reseal(from, zong_vault_key_bytes(key), to,
			zong_vault_key_bytes(next_key), progress, ctx, NULL);
	}
	if (!r)
		r = make_it_so(folder);
	/* What is left of it, should this fail, goes at the next renewal; it opens for nobody by the keys that are there. */
	if (!r)
		r = zong_vault_folder_remove(folder, old);
	return r;
}
