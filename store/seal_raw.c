/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>

#include <zong/cleanup.h>

#include "seal_raw.h"
#include "version.h"

#define BEGINS_MAX 20 /* tries to have both snapshots of one instant; see backup.c */

const char *const zong_seal_raw_tables[1] = {"sealed"};

static int open_one(const char *dir, const char *name, const char *const *tables, size_t count,
	unsigned int flags, size_t map, bool create, struct zong_env *ret_env)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	return zong_env_open(ret_env, path, tables, count, flags, map, create);
}

static void end(struct zong_seal_raw *raw)
{
	if (raw->bulk)
		zong_env_read_end(&raw->segments, raw->bulk);
	if (raw->rows)
		zong_env_read_end(&raw->catalog, raw->rows);
	raw->bulk = raw->rows = NULL;
}

/* Segments are committed before the rows that name them and deleted after these are: what lies between the two must be
 * nothing. */
static int begin(struct zong_seal_raw *raw)
{
	MDB_envinfo info;
	int tries, r;

	for (tries = 1;; tries++) {
		r = zong_env_read_begin(&raw->catalog, &raw->rows);
		if (!r)
			r = zong_env_read_begin(&raw->segments, &raw->bulk);
		if (r)
			return r;
		if (mdb_env_info(raw->catalog.mdb, &info))
			return ZONG_EIO;
		if (info.me_last_txnid == mdb_txn_id(raw->rows) || tries == BEGINS_MAX)
			return 0;
		end(raw);
	}
}

int zong_seal_raw_open(const char *dir, struct zong_seal_raw *ret_raw)
{
	struct zong_seal_raw raw = {0};
	int r = zong_version_read(dir, &raw.format);

	if (!r && zong_seal_check_mark(NULL, dir) != ZONG_ESEALED)
		r = ZONG_EINVAL;
	if (!r)
		r = open_one(dir, "catalog", zong_seal_raw_tables, 1, MDB_RDONLY, (size_t)1 << 30,
			false, &raw.catalog);
	if (!r)
		r = open_one(dir, "segments", zong_segment_tables, ZONG_SEGMENT_TABLE_COUNT_,
			MDB_RDONLY | MDB_NORDAHEAD, (size_t)4 << 30, false, &raw.segments);
	if (!r)
		r = begin(&raw);
	if (r)
		zong_seal_raw_close(&raw);
	else
		*ret_raw = raw;
	return r;
}

void zong_seal_raw_close(struct zong_seal_raw *raw)
{
	end(raw);
	zong_env_close(&raw->segments);
	zong_env_close(&raw->catalog);
}

int zong_seal_raw_again(struct zong_seal_raw *raw)
{
	end(raw);
	return begin(raw);
}

int zong_seal_raw_create(const char *dir, const char *name, const char *const *tables, size_t count,
	size_t map, struct zong_env *ret_env)
{
	return open_one(dir, name, tables, count, MDB_NOSYNC, map, true, ret_env);
}
