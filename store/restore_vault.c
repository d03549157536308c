/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "backup_rows.h"
#include "restore.h"
#include "seal_raw.h"

#define COMMIT (32 << 20) /* bytes of boxes in one transaction */
#define DESCRIPTORS 8

struct load {
	struct zong_env catalog, segments;
	struct zong_env *env; /* of the rows that come; NULL: none yet */
	MDB_dbi dbi;
	MDB_txn *txn; /* of env */
	size_t bytes;
	uint64_t rows;
};

static int commit(struct load *load)
{
	MDB_txn *txn = load->txn;
	bool full;

	load->txn = NULL;
	load->bytes = 0;
	return txn ? zong_env_commit(load->env, txn, &full) : 0;
}

static int take_table(void *ctx, const char *name)
{
	struct load *load = ctx;
	int r = commit(load);

	load->env = NULL;
	if (strcmp(name, zong_seal_raw_tables[0]) == 0) {
		load->env = &load->catalog;
		load->dbi = load->catalog.dbis[0];
	}
	for (size_t i = 0; i < ZONG_SEGMENT_TABLE_COUNT_; i++)
		if (strcmp(name, zong_segment_tables[i]) == 0) {
			load->env = &load->segments;
			load->dbi = load->segments.dbis[i];
		}
	return r ? r : load->env ? 0 : ZONG_ECORRUPT;
}

/* Boxes come ascending by their names: each goes to the end of its table. */
static int take_row(void *ctx, const void *key, size_t key_len, const void *value, size_t value_len)
{
	struct load *load = ctx;
	MDB_val k = {.mv_size = key_len, .mv_data = (void *)(uintptr_t)key};
	MDB_val v = {.mv_size = value_len, .mv_data = (void *)(uintptr_t)value};
	int r = load->txn ? 0 : zong_env_write_begin(load->env, &load->txn);
	int rc;

	if (r)
		return r;
	rc = mdb_put(load->txn, load->dbi, &k, &v, MDB_APPEND);
	if (rc == MDB_KEYEXIST || rc == MDB_BAD_VALSIZE)
		return ZONG_ECORRUPT;
	if (rc)
		return zong_error_from_mdb(rc);
	load->rows++;
	load->bytes += key_len + value_len;
	return load->bytes < COMMIT ? 0 : commit(load);
}

static int feed(struct zong_restore *restore, const struct zong_manifest_vault *vault,
	struct zong_rows_reader *reader)
{
	_cleanup_(zong_buf_release) struct zong_buf raw = ZONG_BUF_INIT(ZONG_BACKUP_PIECE_MAX);
	int r = 0;

	for (size_t i = 0; !r && i < vault->boxes.count; i++) {
		r = zong_backup_needs_piece(&restore->needs, &vault->boxes.items[i], &raw);
		if (!r)
			r = zong_rows_read_feed(reader, raw.data, raw.len);
		if (!r && i % 256 == 0)
			r = zong_restore_progress(
				restore, ZONG_BACKUP_CATALOG, i, vault->boxes.count);
	}
	return r ? r : zong_rows_read_end(reader);
}

static int load_boxes(struct zong_restore *restore, const struct zong_manifest_vault *vault,
	struct load *load)
{
	const struct zong_rows_calls calls = {take_table, take_row, load};
	struct zong_rows_reader reader;
	int r;

	zong_rows_read_begin(&reader, &calls);
	r = feed(restore, vault, &reader);
	zong_rows_read_release(&reader);
	if (!r)
		r = commit(load);
	if (load->txn)
		zong_env_abort(load->txn);
	load->txn = NULL;
	if (!r && load->rows != vault->rows)
		r = ZONG_ECORRUPT;
	if (!r)
		r = zong_error_from_mdb(mdb_env_sync(load->catalog.mdb, 1));
	if (!r)
		r = zong_error_from_mdb(mdb_env_sync(load->segments.mdb, 1));
	return r;
}

static int write_in(const char *dir, const char *name, const void *bytes, size_t len)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	return zong_file_replace(path, bytes, len, 0600);
}

/* Of a vault: its folder, and that of its archive. */
struct place {
	char *dir, *store;
};

static int make_place(const struct zong_restore *restore, const struct zong_manifest_vault *vault,
	struct place *place)
{
	_cleanup_free_ char *all = NULL;
	int r;

	if (asprintf(&all, "%s/vaults", restore->dir) < 0) {
		all = NULL;
		return ZONG_ENOMEM;
	}
	if (asprintf(&place->dir, "%s/%s", all, vault->name) < 0) {
		place->dir = NULL;
		return ZONG_ENOMEM;
	}
	if (asprintf(&place->store, "%s/%s", place->dir, vault->store) < 0) {
		place->store = NULL;
		return ZONG_ENOMEM;
	}
	r = zong_file_make_dir(all, 0700);
	if (!r || r == ZONG_EEXIST)
		r = zong_file_make_dir(place->dir, 0700);
	if (!r)
		r = zong_file_make_dir(place->store, 0700);
	return r ? r : zong_store_make_folders(place->store);
}

/* The archive with its file "format" last, and then the keys, by which it is a vault. */
static int end_place(const struct zong_manifest_vault *vault, const struct place *place)
{
	char format[32];
	int r = write_in(place->store, "seal", vault->seal.data, vault->seal.len);

	snprintf(format, sizeof(format), "%u\n", vault->format);
	if (!r)
		r = write_in(place->store, "format", format, strlen(format));
	return r ? r : write_in(place->dir, "vault.keys", vault->keys.data, vault->keys.len);
}

static int restore_one(struct zong_restore *restore, const struct zong_manifest_vault *vault)
{
	size_t map = vault->boxes.count * (size_t)ZONG_BACKUP_PIECE_MAX * 2 + ((size_t)1 << 30);
	struct place place = {0};
	struct load load = {0};
	int r = vault->boxes.count > (UINT64_C(1) << 44) / ZONG_BACKUP_PIECE_MAX ? ZONG_ECORRUPT : 0;

	if (!r)
		r = make_place(restore, vault, &place);
	if (!r)
		r = zong_seal_raw_create(place.store, "catalog", zong_seal_raw_tables, 1, map,
			&load.catalog);
	if (!r)
		r = zong_seal_raw_create(place.store, "segments", zong_segment_tables,
			ZONG_SEGMENT_TABLE_COUNT_, map, &load.segments);
	if (!r)
		r = load_boxes(restore, vault, &load);
	zong_env_close(&load.segments);
	zong_env_close(&load.catalog);
	if (!r)
		r = end_place(vault, &place);
	free(place.store);
	free(place.dir);
	return r;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

int zong_restore_clear_vaults(const char *dir, const char *name)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/vaults%s%s", dir, name ? "/" : "", name ? name : "") < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	if (nftw(path, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		return zong_error_from_errno(errno);
	return 0;
}

/* What is wrong with one of them keeps back none of the others. */
int zong_restore_vaults(struct zong_restore *restore)
{
	int r = 0;

	for (size_t i = 0; !r && i < restore->manifest.vault_count; i++) {
		const struct zong_manifest_vault *vault = &restore->manifest.vaults[i];

		r = restore_one(restore, vault);
		if (!r)
			restore->result.vaults++;
		if (r != ZONG_ECORRUPT && r != ZONG_ENOENT)
			continue;
		zong_restore_trouble(restore, ZONG_TROUBLE_VAULT, vault->name, NULL);
		r = zong_restore_clear_vaults(restore->dir, vault->name);
	}
	return r;
}
