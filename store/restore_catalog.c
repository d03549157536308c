/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "backup_rows.h"
#include "restore.h"

#define COMMIT (32 << 20) /* bytes of rows in one transaction */

struct load {
	struct zong_restore *restore;
	struct zong_env env;
	MDB_txn *txn;
	int table; /* of the rows that come; -1: none */
	size_t bytes;
	uint64_t rows;
};

static int begin(struct load *load)
{
	return load->txn ? 0 : zong_env_write_begin(&load->env, &load->txn);
}

static int commit(struct load *load)
{
	MDB_txn *txn = load->txn;
	bool full;

	load->txn = NULL;
	load->bytes = 0;
	return txn ? zong_env_commit(&load->env, txn, &full) : 0;
}

static int take_table(void *ctx, const char *name)
{
	struct load *load = ctx;
	int i;

	for (i = 0; i < ZONG_TABLE_COUNT_; i++)
		if (strcmp(zong_catalog_tables[i], name) == 0) {
			load->table = i;
			return 0;
		}
	return ZONG_ECORRUPT; /* the format says that we know them all */
}

/* Rows come ascending: each goes to the end of its table. */
static int take_row(void *ctx, const void *key, size_t key_len, const void *value, size_t value_len)
{
	struct load *load = ctx;
	struct zong_restore *restore = load->restore;
	MDB_val k = {.mv_size = key_len, .mv_data = (void *)(uintptr_t)key};
	MDB_val v = {.mv_size = value_len, .mv_data = (void *)(uintptr_t)value};
	int r = begin(load);
	int rc;

	if (r)
		return r;
	rc = mdb_put(load->txn, load->env.dbis[load->table], &k, &v, MDB_APPEND);
	if (rc == MDB_KEYEXIST || rc == MDB_BAD_VALSIZE)
		return ZONG_ECORRUPT; /* not ascending, no key */
	if (rc)
		return zong_error_from_mdb(rc);
	load->rows++;
	load->bytes += key_len + value_len;
	if (load->bytes < COMMIT)
		return 0;
	r = commit(load);
	return r ? r
		 : zong_restore_progress(
			   restore, ZONG_BACKUP_CATALOG, load->rows, restore->manifest.about.rows);
}

static int feed_pieces(struct load *load, struct zong_rows_reader *reader)
{
	struct zong_restore *restore = load->restore;
	const struct zong_manifest_pieces *pieces = &restore->manifest.catalog;
	_cleanup_(zong_buf_release) struct zong_buf raw = ZONG_BUF_INIT(ZONG_BACKUP_PIECE_MAX);
	size_t i;
	int r = 0;

	for (i = 0; !r && i < pieces->count; i++) {
		r = zong_backup_needs_piece(&restore->needs, &pieces->items[i], &raw);
		if (r == ZONG_ECORRUPT || r == ZONG_ENOENT || r == ZONG_EIO) {
			zong_restore_trouble(restore, ZONG_TROUBLE_SNAPSHOT_INCOMPLETE,
				restore->manifest.about.name, &pieces->items[i].digest);
			return ZONG_ECORRUPT;
		}
		if (!r)
			r = zong_rows_read_feed(reader, raw.data, raw.len);
	}
	return r ? r : zong_rows_read_end(reader);
}

static int load_all(struct load *load)
{
	const struct zong_rows_calls calls = {take_table, take_row, load};
	struct zong_rows_reader reader;
	int r;

	zong_rows_read_begin(&reader, &calls);
	r = feed_pieces(load, &reader);
	if (!r && (load->rows != load->restore->manifest.about.rows))
		r = ZONG_ECORRUPT;
	if (!r)
		r = commit(load);
	zong_rows_read_release(&reader);
	if (load->txn)
		zong_env_abort(load->txn);
	load->txn = NULL;
	return r;
}

int zong_restore_catalog(struct zong_restore *restore)
{
	const struct zong_backup_snapshot *about = &restore->manifest.about;
	struct load load = {.restore = restore, .table = -1};
	_cleanup_free_ char *path = NULL;
	uint64_t map;
	int r;

	/* Addresses cost nothing: large enough at once, so that it never grows. Values of more than half a page take
	 * whole ones. */
	map = about->catalog_bytes / 4096 * 4096 * 3 + about->rows * 64 + (UINT64_C(1) << 30);
	if (about->catalog_bytes > UINT64_C(1) << 44 || about->rows > UINT64_C(1) << 38)
		return ZONG_ECORRUPT;
	if (asprintf(&path, "%s/catalog", restore->dir) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	r = zong_env_open(&load.env, path, zong_catalog_tables, ZONG_TABLE_COUNT_, MDB_NOSYNC,
		(size_t)map, true);
	if (r)
		return r;
	r = load_all(&load);
	if (!r)
		r = zong_error_from_mdb(mdb_env_sync(load.env.mdb, 1));
	zong_env_close(&load.env);
	return r;
}
