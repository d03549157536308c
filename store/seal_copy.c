/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "seal_raw.h"

#define COMMIT_BYTES (64u << 20)
#define SEAL_MOST 4096

struct copy {
	const char *from, *to;
	struct zong_seal_raw raw; /* of the old one */
	uint64_t done, total; /* boxes */
	zong_store_progress *progress;
	void *ctx;
};

static int path_in(const char *dir, const char *name, char **ret_path)
{
	if (asprintf(ret_path, "%s/%s", dir, name) >= 0)
		return 0;
	*ret_path = NULL;
	return ZONG_ENOMEM;
}

static int count(struct copy *copy, MDB_txn *txn, MDB_dbi dbi)
{
	MDB_stat stat;

	if (mdb_stat(txn, dbi, &stat))
		return ZONG_EIO;
	copy->total += stat.ms_entries;
	return 0;
}

/* Up to COMMIT_BYTES from where the cursor stands, in one commit. ZONG_EEND: that was the last of the table. */
static int copy_some(struct copy *copy, MDB_cursor *cursor, struct zong_env *to, size_t table)
{
	size_t bytes = 0;
	MDB_val key, value;
	MDB_txn *txn;
	bool full;
	int rc = 0;
	int r = zong_env_write_begin(to, &txn);

	if (r)
		return r;
	while (!rc && bytes < COMMIT_BYTES) {
		rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
		if (!rc)
			rc = mdb_put(txn, to->dbis[table], &key, &value, MDB_APPEND);
		if (!rc) {
			bytes += key.mv_size + value.mv_size;
			copy->done++;
		}
	}
	if (rc && rc != MDB_NOTFOUND) {
		zong_env_abort(txn);
		return zong_error_from_mdb(rc);
	}
	r = zong_env_commit(to, txn, &full);
	if (!r && copy->progress && copy->progress(copy->ctx, copy->done, copy->total))
		r = ZONG_ECANCELLED;
	return !r && rc == MDB_NOTFOUND ? ZONG_EEND : r;
}

static int copy_table(
	struct copy *copy, struct zong_env *from, MDB_txn *txn, struct zong_env *to, size_t table)
{
	MDB_cursor *cursor;
	int r = zong_error_from_mdb(mdb_cursor_open(txn, from->dbis[table], &cursor));

	if (r)
		return r;
	while (!r)
		r = copy_some(copy, cursor, to, table);
	mdb_cursor_close(cursor);
	return r == ZONG_EEND ? 0 : r;
}

static int copy_env(struct copy *copy, struct zong_env *from, MDB_txn *txn, const char *name,
	const char *const *tables, size_t count)
{
	size_t map = (size_t)zong_env_bytes(from) * 2 + ((size_t)1 << 30);
	struct zong_env to = {0};
	size_t table;
	int r = zong_seal_raw_create(copy->to, name, tables, count, map, &to);

	for (table = 0; !r && table < count; table++)
		r = copy_table(copy, from, txn, &to, table);
	if (!r)
		r = zong_error_from_mdb(mdb_env_sync(to.mdb, 1));
	zong_env_close(&to);
	return r;
}

static int copy_file(struct copy *copy, const char *name)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(SEAL_MOST);
	_cleanup_free_ char *from = NULL, *to = NULL;
	int r = path_in(copy->from, name, &from);

	if (!r)
		r = path_in(copy->to, name, &to);
	if (!r)
		r = zong_file_read(from, &bytes);
	return r ? r : zong_file_replace(to, bytes.data, bytes.len, 0600);
}

static int make_dir(const char *dir)
{
	const struct dirent *entry;
	DIR *handle;
	int r = zong_file_make_dir(dir, 0700);

	if (r != ZONG_EEXIST)
		return r;
	handle = opendir(dir);
	if (!handle)
		return errno == ENOTDIR ? ZONG_EEXIST : zong_error_from_errno(errno);
	r = 0;
	for (entry = readdir(handle); entry && !r; entry = readdir(handle))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = ZONG_EEXIST;
	closedir(handle);
	return r;
}

static int copy_all(struct copy *copy)
{
	int r = make_dir(copy->to);

	if (!r)
		r = zong_store_make_folders(copy->to);
	if (!r)
		r = count(copy, copy->raw.rows, copy->raw.catalog.dbis[0]);
	if (!r)
		r = count(copy, copy->raw.bulk, copy->raw.segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS]);
	if (!r)
		r = copy_env(copy, &copy->raw.catalog, copy->raw.rows, "catalog",
			zong_seal_raw_tables, 1);
	if (!r)
		r = copy_env(copy, &copy->raw.segments, copy->raw.bulk, "segments", zong_segment_tables,
			ZONG_SEGMENT_TABLE_COUNT_);
	if (!r)
		r = copy_file(copy, "seal");
	/* Last: by this it is an archive. */
	return r ? r : copy_file(copy, "format");
}

int zong_store_copy_sealed(const char *from, const char *to, zong_store_progress *progress,
	void *ctx, struct zong_err *err)
{
	struct copy copy = {.from = from, .to = to, .progress = progress, .ctx = ctx};
	int r = zong_seal_raw_open(from, &copy.raw);

	if (r)
		return zong_err_set(err, r, "%s", from);
	r = copy_all(&copy);
	if (r)
		zong_err_set(err, r, "%s", to);
	zong_seal_raw_close(&copy.raw);
	return r;
}
