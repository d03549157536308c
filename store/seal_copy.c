/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "state.h"
#include "version.h"

#define COMMIT_BYTES (64u << 20)
#define SEAL_MOST 4096
#define BEGINS_MAX 20 /* tries to have both snapshots of one instant; see backup.c */

struct copy {
	const char *from, *to;
	struct zong_env catalog, segments; /* of the old one */
	MDB_txn *rows, *bulk;
	uint64_t done, total; /* boxes */
	zong_store_progress *progress;
	void *ctx;
};

static const char *const catalog_tables[] = {"sealed"};

static int path_in(const char *dir, const char *name, char **ret_path)
{
	if (asprintf(ret_path, "%s/%s", dir, name) >= 0)
		return 0;
	*ret_path = NULL;
	return ZONG_ENOMEM;
}

static int open_one(const char *dir, const char *name, const char *const *tables, size_t count,
	unsigned int flags, size_t map, bool create, struct zong_env *ret_env)
{
	_cleanup_free_ char *path = NULL;
	int r = path_in(dir, name, &path);

	return r ? r : zong_env_open(ret_env, path, tables, count, flags, map, create);
}

/* Segments are committed before the rows that name them and deleted after these are: what lies between the two must be
 * nothing. */
static int begin(struct copy *copy)
{
	MDB_envinfo info;
	int tries, r;

	for (tries = 1;; tries++) {
		r = zong_env_read_begin(&copy->catalog, &copy->rows);
		if (!r)
			r = zong_env_read_begin(&copy->segments, &copy->bulk);
		if (r)
			return r;
		if (mdb_env_info(copy->catalog.mdb, &info))
			return ZONG_EIO;
		if (info.me_last_txnid == mdb_txn_id(copy->rows) || tries == BEGINS_MAX)
			return 0;
		zong_env_read_end(&copy->segments, copy->bulk);
		zong_env_read_end(&copy->catalog, copy->rows);
		copy->rows = copy->bulk = NULL;
	}
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
	int r = open_one(copy->to, name, tables, count, MDB_NOSYNC, map, true, &to);

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

static int open_from(struct copy *copy)
{
	unsigned int format;
	int r = zong_version_read(copy->from, &format);

	if (!r && zong_seal_check_mark(NULL, copy->from) != ZONG_ESEALED)
		r = ZONG_EINVAL;
	if (!r)
		r = open_one(copy->from, "catalog", catalog_tables, 1, MDB_RDONLY, (size_t)1 << 30,
			false, &copy->catalog);
	if (!r)
		r = open_one(copy->from, "segments", zong_segment_tables, ZONG_SEGMENT_TABLE_COUNT_,
			MDB_RDONLY | MDB_NORDAHEAD, (size_t)4 << 30, false, &copy->segments);
	return r;
}

static int copy_all(struct copy *copy)
{
	int r = make_dir(copy->to);

	if (!r)
		r = zong_store_make_folders(copy->to);
	if (!r)
		r = count(copy, copy->rows, copy->catalog.dbis[0]);
	if (!r)
		r = count(copy, copy->bulk, copy->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS]);
	if (!r)
		r = copy_env(copy, &copy->catalog, copy->rows, "catalog", catalog_tables, 1);
	if (!r)
		r = copy_env(copy, &copy->segments, copy->bulk, "segments", zong_segment_tables,
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
	int r = open_from(&copy);

	if (!r)
		r = begin(&copy);
	if (r)
		zong_err_set(err, r, "%s", from);
	else
		r = copy_all(&copy);
	if (r && copy.bulk)
		zong_err_set(err, r, "%s", to);
	if (copy.bulk)
		zong_env_read_end(&copy.segments, copy.bulk);
	if (copy.rows)
		zong_env_read_end(&copy.catalog, copy.rows);
	zong_env_close(&copy.segments);
	zong_env_close(&copy.catalog);
	return r;
}
