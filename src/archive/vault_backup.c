/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/code.h>
#include <zong/file.h>
#include <zong/vaults.h>

#include "vault_folder.h"

int zong_vaults_backup_one(void *archive, const char *name, struct zong_backup_vault *ret_vault)
{
	struct zong_backup_vault vault = {.keys = ZONG_BUF_INIT(ZONG_BACKUP_KEYS)};
	struct zong_vault_keys *keys = NULL;
	struct zong_vault_folder folder;
	int r = zong_vault_folder_init(&folder, archive, name);

	if (r)
		return r;
	r = zong_file_read(folder.keys, &vault.keys);
	if (!r)
		r = zong_vault_keys_parse(vault.keys.data, vault.keys.len, &keys);
	if (!r) {
		vault.store = zong_vault_folder_store(&folder, zong_vault_keys_generation(keys));
		r = vault.store ? 0 : ZONG_ENOMEM;
	}
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	if (r)
		zong_backup_vault_release(&vault);
	else
		*ret_vault = vault;
	return r;
}

/* One that is not made to its end has no file of keys and is none. */
static int is_vault(const char *archive, const char *department, bool *ret_is)
{
	struct zong_vault_folder folder;
	int r = zong_vault_folder_init(&folder, archive, department);

	if (r)
		return r;
	*ret_is = access(folder.keys, F_OK) == 0 || errno != ENOENT;
	zong_vault_folder_release(&folder);
	return 0;
}

static int add(const char *department, char ***names, size_t *count)
{
	char **grown = realloc(*names, (*count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	*names = grown;
	grown[*count] = strdup(department);
	if (!grown[*count])
		return ZONG_ENOMEM;
	(*count)++;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int zong_vaults_backup(const char *archive, char ***ret_names, size_t *ret_count)
{
	_cleanup_free_ char *path = NULL;
	const struct dirent *entry;
	char **names = NULL;
	size_t count = 0;
	DIR *dir;
	int r = 0;

	if (asprintf(&path, "%s/vaults", archive) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	dir = opendir(path);
	if (!dir && errno != ENOENT)
		return zong_error_from_errno(errno);
	while (dir && !r && (entry = readdir(dir)) != NULL) {
		bool is = false;

		if (zong_department_id_check(entry->d_name))
			continue;
		r = is_vault(archive, entry->d_name, &is);
		if (!r && is)
			r = add(entry->d_name, &names, &count);
	}
	if (dir)
		closedir(dir);
	if (r) {
		zong_vaults_backup_free(names, count);
		return r;
	}
	if (count > 1)
		qsort(names, count, sizeof(*names), by_name);
	*ret_names = names;
	*ret_count = count;
	return 0;
}

void zong_vaults_backup_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}
