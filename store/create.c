/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "seal_pages.h"
#include "state.h"
#include "version.h"

/* Making an archive is many steps. The first puts this file, with the format's number in it, the last
 * calls it "format": a folder that has it is what a crash or a full disk has left of an attempt, it
 * holds nothing of anybody's, and the next attempt clears it away. */
#define UNFINISHED "unfinished"

static const char *const folders[] = {"catalog", "segments", "text", "spool"};
/* What making one puts into it. */
static const char *const parts[] = {"catalog/data.mdb", "catalog/lock.mdb", "segments/data.mdb",
	"segments/lock.mdb", "lock", "seal", NULL};

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* ---- what is there ---- */

/* One that was being written when the attempt ended, before anything else was there. */
static bool is_draft(const char *name)
{
	return strncmp(name, UNFINISHED ".", strlen(UNFINISHED ".")) == 0;
}

/* 0: nothing but drafts, which are removed. */
static int check_empty(int dir)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *handle = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;
	int r = 0;

	if (!handle) {
		r = zong_error_from_errno(errno);
		if (copy >= 0)
			close(copy);
		return r;
	}
	while (!r) {
		entry = readdir(handle);
		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!is_draft(entry->d_name))
			r = ZONG_EEXIST;
		else if (unlinkat(dir, entry->d_name, 0) != 0)
			r = zong_error_from_errno(errno);
	}
	closedir(handle);
	return r;
}

/* Only what making an archive puts there: a folder with more in it is none of ours. */
static int clear(int dir)
{
	size_t i;

	for (i = 0; parts[i]; i++)
		if (unlinkat(dir, parts[i], 0) != 0 && errno != ENOENT)
			return zong_error_from_errno(errno);
	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (unlinkat(dir, folders[i], AT_REMOVEDIR) != 0 && errno != ENOENT)
			return errno == ENOTEMPTY ? ZONG_EEXIST : zong_error_from_errno(errno);
	return 0;
}

static int check_free(int dir)
{
	if (faccessat(dir, UNFINISHED, F_OK, 0) != 0)
		return errno == ENOENT ? check_empty(dir) : zong_error_from_errno(errno);
	if (faccessat(dir, "format", F_OK, 0) == 0)
		return ZONG_EEXIST;
	/* Perhaps it had its name already and finish() took that back: were a power cut to undo this, but
	 * not what is removed now, it would be an archive without its parts. */
	return fsync(dir) == 0 ? clear(dir) : zong_error_from_errno(errno);
}

/* ---- making it ---- */

static int write_file(const char *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = path_in(dir, name);

	if (!path)
		return ZONG_ENOMEM;
	return zong_file_replace(path, text, strlen(text), 0600);
}

int zong_store_make_folders(const char *dir)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < sizeof(folders) / sizeof(*folders); i++) {
		_cleanup_free_ char *path = path_in(dir, folders[i]);

		r = path ? zong_file_make_dir(path, 0700) : ZONG_ENOMEM;
	}
	return r;
}

/* The archive's id and the first change. */
static int write_first(struct zong_store *store, zong_store_change *change, void *ctx)
{
	struct zong_txn txn = {.store = store, .write = true};
	struct zong_key key;
	struct zong_id id;
	bool full;
	int r = zong_env_write_begin(&store->catalog, &txn.mdb);

	if (r)
		return r;
	zong_id_new(&id);
	zong_store_id_key(&key);
	r = zong_txn_put_bytes(&txn, ZONG_TABLE_META, &key, id.bytes, sizeof(id.bytes));
	if (!r && change)
		r = change(&txn, ctx);
	if (!r)
		r = txn.err;
	r = zong_txn_finish(&txn, r);
	if (r) {
		zong_env_abort(txn.mdb);
		return r;
	}
	return zong_env_commit(&store->catalog, txn.mdb, &full);
}

/* By this the directory is an archive. */
static int finish(const char *dir, int fd)
{
	int r;

	if (renameat(fd, UNFINISHED, fd, "format") != 0)
		return zong_error_from_errno(errno);
	r = zong_file_sync_dir(dir);
	/* Whoever hears that it failed can do it again; where not even that can be written, all is there
	 * but perhaps not durable. */
	if (r && renameat(fd, "format", fd, UNFINISHED) != 0)
		r = zong_file_sync_dir(dir);
	return r;
}

static int prepare_seal(struct zong_store *store, const uint8_t *key)
{
	int r = zong_seal_new(key, &store->seal);

	if (!r)
		r = zong_pages_new(store->seal, &store->pages);
	return r ? r : zong_seal_write_mark(store->seal, store->dir);
}

static int fill(const char *dir, int fd, const struct zong_store_maps *maps, const uint8_t *key,
	zong_store_change *change, void *ctx)
{
	struct zong_store store = {.dir = (char *)(uintptr_t)dir};
	char format[32];
	int r;

	snprintf(format, sizeof(format), "%u\n", ZONG_FORMAT);
	r = write_file(dir, UNFINISHED, format);
	if (!r)
		r = zong_store_make_folders(dir);
	if (!r)
		r = write_file(dir, "lock", "");
	if (!r && key)
		r = prepare_seal(&store, key);
	if (!r)
		r = zong_store_open_envs(&store, maps, true);
	if (!r)
		r = write_first(&store, change, ctx);
	zong_env_close(&store.segments);
	zong_env_close(&store.catalog);
	zong_pages_free(store.pages);
	zong_seal_free(store.seal);
	return r ? r : finish(dir, fd);
}

static int create(const char *dir, const struct zong_store_maps *maps, const uint8_t *key,
	zong_store_change *change, void *ctx, struct zong_err *err)
{
	_cleanup_close_ int fd = -1;
	int r = zong_file_make_dir(dir, 0700);

	if (r == ZONG_EEXIST)
		r = 0;
	if (!r) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			r = errno == ENOTDIR ? ZONG_EEXIST : zong_error_from_errno(errno);
	}
	if (!r && flock(fd, LOCK_EX | LOCK_NB) != 0)
		r = errno == EWOULDBLOCK ? ZONG_EBUSY : zong_error_from_errno(errno);
	if (!r)
		r = check_free(fd);
	if (!r)
		r = fill(dir, fd, maps ? maps : &zong_store_usual_maps, key, change, ctx);
	return r ? zong_err_set(err, r, "%s", dir) : 0;
}

int zong_store_create_sized(
	const char *dir, const struct zong_store_maps *maps, struct zong_err *err)
{
	return create(dir, maps, NULL, NULL, NULL, err);
}

int zong_store_create_with(
	const char *dir, zong_store_change *change, void *ctx, struct zong_err *err)
{
	return create(dir, NULL, NULL, change, ctx, err);
}

int zong_store_create(const char *dir, struct zong_err *err)
{
	return create(dir, NULL, NULL, NULL, NULL, err);
}

int zong_store_create_sealed(const char *dir, const uint8_t *key, zong_store_change *change,
	void *ctx, struct zong_err *err)
{
	return create(dir, NULL, key, change, ctx, err);
}
