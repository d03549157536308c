/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/bulk.h>
#include <zong/cleanup.h>
#include <zong/code.h>

#include "check.h"
#include "vault_folder.h"

#define NAMED 100 /* boxes of one vault; of more, how many there are */
#define DETAIL 256
#define TRIES 3

struct look {
	struct zong_check *check;
	const char *department;
	char (*details)[DETAIL]; /* NAMED of them */
	uint64_t found;
	struct zong_sealed_result result;
};

static int tell_all(struct zong_check *check, struct zong_txn *txn, void *ctx)
{
	const struct look *look = ctx;
	uint64_t named = look->found < NAMED ? look->found : NAMED, i;
	struct zong_finding *finding;

	(void)txn;
	for (i = 0; i < named; i++) {
		finding = zong_check_add(
			check, ZONG_FINDING_VAULT_DAMAGED, "vaults", "vault/%s", look->department);
		if (!finding)
			return ZONG_ENOMEM;
		zong_check_detail(finding, "%s", look->details[i]);
	}
	if (look->found == named)
		return 0;
	finding = zong_check_add(
		check, ZONG_FINDING_VAULT_DAMAGED, "vaults", "vault/%s", look->department);
	zong_check_detail(
		finding, "and %llu more boxes", (unsigned long long)(look->found - named));
	return finding ? 0 : ZONG_ENOMEM;
}

static int found(void *ctx, const char *detail)
{
	struct look *look = ctx;

	if (look->found < NAMED)
		snprintf(look->details[look->found], DETAIL, "%s", detail);
	look->found++;
	return 0;
}

static int progress(void *ctx, uint64_t done, uint64_t total)
{
	const struct look *look = ctx;

	return zong_check_progress(look->check, done, total) != 0;
}

/* What the store says of itself. A code: it cannot be said. */
static int look_at_store(struct look *look, const struct zong_vault_folder *folder,
	const struct zong_vault_keys *keys)
{
	const struct zong_sealed_options options = {
		.rate = look->check->options->rate,
		.found = found,
		.progress = progress,
		.ctx = look,
	};
	_cleanup_free_ char *store =
		zong_vault_folder_store(folder, zong_vault_keys_generation(keys));
	int err = store ? zong_sealed_look(store, &options, &look->result) : ZONG_ENOMEM;

	switch (err) {
	case ZONG_ENOENT:
		found(look, "its archive is missing");
		return 0;
	case ZONG_EVERSION:
		found(look, "its archive was made by a newer zong");
		return 0;
	case ZONG_ECORRUPT:
	case ZONG_EIO:
		found(look, "its archive cannot be read to its end");
		return 0;
	default:
		return err;
	}
}

static int look_once(
	struct look *look, const struct zong_vault_folder *folder, uint32_t *ret_generation)
{
	struct zong_vault_keys *keys = NULL;
	int err = zong_vault_keys_load(folder->keys, &keys);

	look->found = 0;
	*ret_generation = keys ? zong_vault_keys_generation(keys) : 0;
	if (err == ZONG_EVERSION)
		found(look, "its keys were made by a newer zong");
	else if (err && err != ZONG_ENOENT &&
		 err != ZONG_ENOMEM) /* ENOENT: not made to its end, it is none */
		found(look, "who comes to its key cannot be read: nobody does");
	if (!err)
		err = look_at_store(look, folder, keys);
	else if (err != ZONG_ENOMEM)
		err = 0;
	zong_vault_keys_free(keys);
	return err;
}

static uint32_t generation_now(const struct zong_vault_folder *folder)
{
	struct zong_vault_keys *keys = NULL;
	uint32_t generation = 0;

	if (zong_vault_keys_load(folder->keys, &keys) == 0)
		generation = zong_vault_keys_generation(keys);
	zong_vault_keys_free(keys);
	return generation;
}

/* Where it got a new key meanwhile, what was looked at is gone. */
static int look_at(struct zong_check *check, const char *dir, const char *department)
{
	struct look look = {.check = check, .department = department};
	struct zong_vault_folder folder;
	uint32_t generation = 0;
	int tries, err = zong_vault_folder_init(&folder, dir, department);

	if (err)
		return err;
	look.details = calloc(NAMED, DETAIL);
	err = look.details ? 0 : ZONG_ENOMEM;
	for (tries = 0; !err && tries < TRIES; tries++) {
		err = look_once(&look, &folder, &generation);
		if (!look.found || generation == generation_now(&folder))
			break;
	}
	if (!err && (generation || look.found))
		check->result.vaults++;
	check->result.boxes += look.result.boxes;
	check->result.box_bytes += look.result.bytes;
	if (!err && look.found)
		err = zong_check_run_step(check, tell_all, &look);
	free(look.details);
	zong_vault_folder_release(&folder);
	return err;
}

static int is_department(const struct dirent *entry)
{
	return zong_department_id_check(entry->d_name) == 0;
}

/* By their bytes, whatever the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int zong_check_vaults(struct zong_check *check, const char *dir)
{
	const struct zong_check_options *options = check->options;
	_cleanup_free_ char *path = NULL;
	struct dirent **entries = NULL;
	int i, count, err = 0;

	if (asprintf(&path, "%s/vaults", dir) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	count = scandir(path, &entries, is_department, by_name);
	if (count < 0)
		return errno == ENOENT ? 0 : zong_error_from_errno(errno);
	for (i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (!err && (!options->vaults_after || strcmp(name, options->vaults_after) > 0)) {
			if (options->vault_at)
				memcpy(options->vault_at, name, strlen(name) + 1);
			err = look_at(check, dir, name);
		}
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* ---- with its key ---- */

int zong_check_vault_open(struct zong_check *check, const char *dir, struct zong_err *err)
{
	const struct zong_check_vault *vault = check->options->vault;
	struct zong_vault_keys *keys = NULL;
	struct zong_vault_folder folder;
	int code = zong_department_id_check(vault->department);

	if (code)
		return zong_err_set(err, ZONG_EKEY, "%s", vault->department);
	code = zong_vault_folder_init(&folder, dir, vault->department);
	if (code)
		return code;
	code = zong_vault_keys_load(folder.keys, &keys);
	if (code == ZONG_ENOENT)
		code = ZONG_EKEY;
	if (!code)
		code = zong_vault_keys_open(keys, vault->member, vault->password, &check->key);
	if (!code) {
		check->dir = zong_vault_folder_store(&folder, zong_vault_keys_generation(keys));
		code = check->dir ? 0 : ZONG_ENOMEM;
	}
	if (code)
		zong_err_set(err, code, "%s", vault->department);
	zong_vault_keys_free(keys);
	zong_vault_folder_release(&folder);
	return code;
}
