/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "backup_vault.h"
#include "seal_raw.h"

struct dump {
	struct zong_rows_writer writer;
	zong_rows_emit *emit;
	void *ctx;
	bool ours; /* emit failed */
};

static int emit(void *ctx, const void *piece, size_t len)
{
	struct dump *dump = ctx;
	int r = dump->emit(dump->ctx, piece, len);

	dump->ours = dump->ours || r;
	return r;
}

static int dump_table(struct dump *dump, const char *name, MDB_txn *txn, MDB_dbi dbi)
{
	MDB_val key, value;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, dbi, &cursor);
	int r = zong_error_from_mdb(rc);

	if (!r)
		r = zong_rows_write_table(&dump->writer, name);
	while (!r && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
		r = zong_rows_write_row(
			&dump->writer, key.mv_data, key.mv_size, value.mv_data, value.mv_size);
	if (!rc || rc == MDB_NOTFOUND)
		rc = 0;
	mdb_cursor_close(cursor);
	return r ? r : zong_error_from_mdb(rc);
}

static int dump_boxes(struct dump *dump, struct zong_seal_raw *raw)
{
	int r;

	zong_rows_write_begin(&dump->writer, emit, dump);
	r = dump_table(dump, zong_seal_raw_tables[0], raw->rows, raw->catalog.dbis[0]);
	zong_env_read_end(
		&raw->catalog, raw->rows); /* its freed pages are held back no longer than needed */
	raw->rows = NULL;
	for (size_t i = 0; !r && i < ZONG_SEGMENT_TABLE_COUNT_; i++)
		r = dump_table(dump, zong_segment_tables[i], raw->bulk, raw->segments.dbis[i]);
	return r ? r : zong_rows_write_end(&dump->writer);
}

static int read_seal(const char *store, struct zong_buf *seal)
{
	_cleanup_free_ char *path = NULL;

	if (asprintf(&path, "%s/seal", store) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	return zong_file_read(path, seal);
}

static int head(
	const char *name, const struct zong_backup_vault *now, struct zong_manifest_vault *vault)
{
	const char *slash = strrchr(now->store, '/');
	const char *store = slash ? slash + 1 : now->store;

	if (!zong_manifest_vault_names(name, store))
		return ZONG_EINVAL;
	memcpy(vault->name, name, strlen(name) + 1);
	memcpy(vault->store, store, strlen(store) + 1);
	return zong_buf_add(&vault->keys, now->keys.data, now->keys.len);
}

void zong_backup_vault_release(struct zong_backup_vault *vault)
{
	free(vault->store);
	vault->store = NULL;
	zong_buf_release(&vault->keys);
}

int zong_backup_vault_dump(const char *name, const struct zong_backup_vault *now,
	zong_rows_emit *emit_piece, void *ctx, struct zong_manifest_vault *vault, bool *ret_theirs)
{
	struct dump dump = {.emit = emit_piece, .ctx = ctx};
	struct zong_seal_raw raw = {0};
	int r = head(name, now, vault);

	if (!r)
		r = zong_seal_raw_open(now->store, &raw);
	if (!r) {
		vault->format = raw.format;
		r = read_seal(now->store, &vault->seal);
		if (!r)
			r = dump_boxes(&dump, &raw);
		vault->rows = dump.writer.rows;
		zong_rows_write_release(&dump.writer);
		zong_seal_raw_close(&raw);
	}
	*ret_theirs = r && !dump.ours && r != ZONG_ENOMEM;
	return r;
}
