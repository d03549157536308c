/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/code.h>
#include <zong/file.h>
#include <zong/vaults.h>

#include "vault_folder.h"

/* One that is not made to its end has no file of keys and is none. */
static int gather_one(const char *archive, const char *department, struct zong_backup_vault *vault)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(ZONG_BACKUP_KEYS);
	struct zong_vault_keys *keys = NULL;
	struct zong_vault_folder folder;
	int r = zong_vault_folder_init(&folder, archive, department);

	if (r)
		return r;
	r = zong_file_read(folder.keys, &bytes);
	if (!r)
		r = zong_vault_keys_parse(bytes.data, bytes.len, &keys);
	if (!r) {
		vault->store = zong_vault_folder_store(&folder, zong_vault_keys_generation(keys));
		vault->name = strdup(department);
		vault->keys_len = bytes.len;
		vault->keys = zong_buf_take(&bytes, NULL);
		if (!vault->store || !vault->name || !vault->keys)
			r = ZONG_ENOMEM;
	}
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return r;
}

static int add(const char *archive, const char *department, struct zong_backup_vault **vaults,
	size_t *count, char **ret_damaged)
{
	struct zong_backup_vault *grown = realloc(*vaults, (*count + 1) * sizeof(*grown));
	int r;

	if (!grown)
		return ZONG_ENOMEM;
	*vaults = grown;
	memset(&grown[*count], 0, sizeof(*grown));
	(*count)++;
	r = gather_one(archive, department, &grown[*count - 1]);
	if (!r)
		return 0;
	zong_vaults_backup_free(&grown[*count - 1], 1, false);
	(*count)--;
	if (r != ZONG_ENOENT && !*ret_damaged)
		*ret_damaged = strdup(department);
	return r == ZONG_ENOMEM ? r : 0;
}

int zong_vaults_backup(const char *archive, struct zong_backup_vault **ret_vaults,
	size_t *ret_count, char **ret_damaged)
{
	struct zong_backup_vault *vaults = NULL;
	_cleanup_free_ char *path = NULL;
	const struct dirent *entry;
	size_t count = 0;
	DIR *dir;
	int r = 0;

	*ret_damaged = NULL;
	if (asprintf(&path, "%s/vaults", archive) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	dir = opendir(path);
	if (!dir && errno != ENOENT)
		return zong_error_from_errno(errno);
	while (dir && !r && (entry = readdir(dir)) != NULL)
		if (!zong_department_id_check(entry->d_name))
			r = add(archive, entry->d_name, &vaults, &count, ret_damaged);
	if (dir)
		closedir(dir);
	if (r) {
		zong_vaults_backup_free(vaults, count, true);
		return r;
	}
	*ret_vaults = vaults;
	*ret_count = count;
	return 0;
}

void zong_vaults_backup_free(struct zong_backup_vault *vaults, size_t count, bool array)
{
	for (size_t i = 0; i < count; i++) {
		free((void *)(uintptr_t)vaults[i].name);
		free((void *)(uintptr_t)vaults[i].store);
		free((void *)(uintptr_t)vaults[i].keys);
	}
	if (array)
		free(vaults);
}
