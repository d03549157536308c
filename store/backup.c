/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/time.h>

#include "config.h"

#include "backup_collect.h"
#include "backup_copy.h"
#include "backup_rows.h"
#include "backup_sink.h"
#include "backup_vault.h"
#include "pending.h"
#include "segment.h"
#include "state.h"
#include "version.h"

#define BEGINS_MAX 20  /* a commit between the two transactions: begun anew */
#define RENEWALS_MAX 5 /* of a vault's key while it is read */
#define ROWS_STEP 4096 /* rows between two looks at the clock and the caller */

struct run {
	const struct zong_backup_options *options;
	struct zong_store *store;
	struct zong_txn *txn; /* of the catalog */
	MDB_txn *segments;
	struct zong_backup_folder folder;
	struct zong_pack_set set;
	struct zong_backup_sink sink;
	struct zong_manifest manifest;
	struct zong_pack_want *known; /* pieces of the snapshot before, and where they are */
	size_t known_count;
	bool *used; /* packs that were there before and that this snapshot needs */
	size_t old_packs;
	struct zong_manifest_pieces *pieces; /* which list a piece goes to */
	uint64_t rows, rows_total;
};

static void damaged_pack(void *ctx, uint32_t number)
{
	struct zong_backup_sink *sink = ctx;
	char name[ZONG_PACK_NAME];

	zong_pack_name(number, name);
	zong_backup_sink_trouble(sink, ZONG_TROUBLE_PACK_DAMAGED, name, NULL);
}

/* ---- one instant of both environments ---- */

/* Segments are committed before the rows that name them, and deleted after those are: where nothing was
 * committed to the catalog between its transaction and that of the segments, every segment named is there. */
static int begin_snapshot(struct run *run)
{
	MDB_envinfo info;
	int tries;
	int r;

	for (tries = 1;; tries++) {
		r = zong_store_read_begin(run->store, &run->txn);
		if (r)
			return r;
		r = zong_env_read_begin(&run->store->segments, &run->segments);
		if (r)
			return r;
		if (mdb_env_info(run->store->catalog.mdb, &info))
			return ZONG_EIO;
		/* However busy it is: a segment that is missing is told when its recipe is read. */
		if (info.me_last_txnid == mdb_txn_id(run->txn->mdb) || tries == BEGINS_MAX)
			return 0;
		zong_env_read_end(&run->store->segments, run->segments);
		zong_txn_end(run->txn);
		run->segments = NULL;
		run->txn = NULL;
	}
}

static void end_catalog(struct run *run)
{
	zong_txn_end(run->txn);
	run->txn = NULL;
}

static void end_segments(struct run *run)
{
	if (run->segments)
		zong_env_read_end(&run->store->segments, run->segments);
	run->segments = NULL;
}

/* ---- pieces ---- */

static void add_known(struct run *run, const struct zong_manifest_pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++)
		run->known[run->known_count++].digest = pieces->items[i].digest;
}

/* What the newest snapshot that can be read has brought: a piece of it need not be put again. */
static int load_known(struct run *run)
{
	_cleanup_free_ char(*names)[ZONG_BACKUP_NAME] = NULL;
	struct zong_manifest manifest;
	size_t count = 0, total, i;
	int r = zong_backup_folder_names(&run->folder, &names, &count);

	if (r)
		return r;
	zong_manifest_init(&manifest);
	for (r = ZONG_ENOENT; r && count > 0; count--) {
		zong_manifest_release(&manifest);
		zong_manifest_init(&manifest);
		r = zong_backup_folder_read(&run->folder, names[count - 1], &manifest);
		if (r == ZONG_ENOMEM || r == ZONG_EVERSION)
			break;
		if (r)
			zong_backup_sink_trouble(
				&run->sink, ZONG_TROUBLE_SNAPSHOT_DAMAGED, names[count - 1], NULL);
	}
	if (r) {
		zong_manifest_release(&manifest);
		return r == ZONG_ENOMEM || r == ZONG_EVERSION ? r : 0;
	}
	total = manifest.catalog.count + manifest.list.count;
	for (i = 0; i < manifest.vault_count; i++)
		total += manifest.vaults[i].boxes.count;
	run->known = calloc(total ? total : 1, sizeof(*run->known));
	if (run->known) {
		add_known(run, &manifest.catalog);
		add_known(run, &manifest.list);
		for (i = 0; i < manifest.vault_count; i++)
			add_known(run, &manifest.vaults[i].boxes);
		r = zong_pack_set_locate(&run->set, run->known, total);
	} else {
		r = ZONG_ENOMEM;
	}
	zong_manifest_release(&manifest);
	return r;
}

static int put_piece(struct run *run, const void *piece, size_t len)
{
	const struct zong_pack_want *known;
	struct zong_digest digest;
	int r;

	zong_digest_of(piece, len, &digest);
	r = zong_manifest_add_piece(run->pieces, &digest, (uint32_t)len);
	if (r)
		return r;
	known = zong_pack_want_find(run->known, run->known_count, &digest);
	if (known && known->place != ZONG_PACK_NOWHERE && !run->set.damaged[known->place]) {
		run->used[known->place] = true;
		return 0;
	}
	return zong_backup_sink_raw(&run->sink, &digest, piece, len);
}

/* ---- the catalog ---- */

static int emit_piece(void *ctx, const void *piece, size_t len)
{
	return put_piece(ctx, piece, len);
}

/* A segment that is named: in segments/, or on its way there in this very catalog. *ret_there. */
static int find_segment(struct run *run, const struct zong_digest *digest, bool *ret_there)
{
	MDB_val key = {.mv_size = ZONG_DIGEST_SIZE, .mv_data = (void *)(uintptr_t)digest->bytes};
	const void *pending;
	MDB_val value;
	size_t len;
	int rc = mdb_get(run->segments, run->store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS],
		&key, &value);
	int r;

	*ret_there = rc == 0;
	if (rc != MDB_NOTFOUND)
		return zong_error_from_mdb(rc);
	r = zong_pending_get(run->txn, digest, &pending, &len);
	*ret_there = r == 0;
	return r == ZONG_ENOENT ? 0 : r;
}

static int check_recipe(struct run *run, const struct zong_iter *iter)
{
	Zong__Recipe *row = zong__recipe__unpack(NULL, iter->value_len, iter->value);
	size_t i;
	int r = 0;

	if (!row)
		return 0; /* told by its checksum, or of no shape that a restore could mend */
	for (i = 0; !r && i < row->n_pieces; i++) {
		struct zong_digest digest;
		bool there;

		if (row->pieces[i]->digest.len != ZONG_DIGEST_SIZE)
			continue;
		memcpy(digest.bytes, row->pieces[i]->digest.data, ZONG_DIGEST_SIZE);
		r = find_segment(run, &digest, &there);
		if (r || there)
			continue;
		run->manifest.about.broken++;
		zong_backup_sink_trouble(&run->sink, ZONG_TROUBLE_SEGMENT_MISSING, NULL, &digest);
	}
	zong__recipe__free_unpacked(row, NULL);
	return r;
}

/* One that is on its way to segments/ goes with the catalog. */
static void check_pending(struct run *run, const struct zong_iter *iter)
{
	struct zong_buf scratch = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	struct zong_digest digest;

	if (iter->key.len != ZONG_DIGEST_SIZE)
		return;
	memcpy(digest.bytes, iter->key.bytes, ZONG_DIGEST_SIZE);
	if (zong_pack_check_value(&digest, iter->value, iter->value_kept, &scratch)) {
		run->manifest.about.broken++;
		zong_backup_sink_trouble(&run->sink, ZONG_TROUBLE_SEGMENT_BROKEN, NULL, &digest);
	}
	zong_buf_release(&scratch);
}

static int dump_table(struct run *run, struct zong_rows_writer *writer, enum zong_table table)
{
	struct zong_iter iter = {0};
	int r = zong_rows_write_table(writer, zong_catalog_tables[table]);

	if (!r)
		r = zong_iter_begin(&iter, run->txn, table, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0) {
		if (table != ZONG_TABLE_PENDING && !zong_iter_sound(&iter))
			zong_backup_sink_trouble(&run->sink, ZONG_TROUBLE_ROW_BROKEN,
				zong_catalog_tables[table], NULL);
		if (table == ZONG_TABLE_RECIPES)
			r = check_recipe(run, &iter);
		if (table == ZONG_TABLE_PENDING)
			check_pending(run, &iter);
		if (!r)
			r = zong_rows_write_row(
				writer, iter.key.bytes, iter.key.len, iter.value, iter.value_kept);
		if (!r && ++run->rows % ROWS_STEP == 0)
			r = zong_backup_sink_progress(
				&run->sink, ZONG_BACKUP_CATALOG, run->rows, run->rows_total);
	}
	zong_iter_end(&iter);
	return r == ZONG_EEND ? 0 : r;
}

static int count_rows(struct run *run)
{
	uint64_t entries;
	int table;
	int r = 0;

	for (table = 0; !r && table < ZONG_TABLE_COUNT_; table++) {
		r = zong_txn_entries(run->txn, (enum zong_table)table, &entries);
		if (!r)
			run->rows_total += entries;
	}
	return r;
}

static int dump_catalog(struct run *run)
{
	struct zong_rows_writer writer;
	int table;
	int r = count_rows(run);

	run->pieces = &run->manifest.catalog;
	zong_rows_write_begin(&writer, emit_piece, run);
	for (table = 0; !r && table < ZONG_TABLE_COUNT_; table++)
		r = dump_table(run, &writer, (enum zong_table)table);
	if (!r)
		r = zong_rows_write_end(&writer);
	run->manifest.about.rows = writer.rows;
	run->manifest.about.catalog_bytes = writer.bytes;
	zong_rows_write_release(&writer);
	return r;
}

static int read_counters(struct run *run)
{
	struct zong_backup_snapshot *about = &run->manifest.about;
	const struct {
		enum zong_counter counter;
		uint64_t *value;
	} counters[] = {
		{ZONG_COUNT_MATERIALS, &about->materials},
		{ZONG_COUNT_FILES, &about->files},
		{ZONG_COUNT_PAGES, &about->pages},
		{ZONG_COUNT_BYTES_IN, &about->bytes},
		{ZONG_COUNT_LOG, &about->log},
	};
	size_t i;
	int r = 0;

	for (i = 0; !r && i < sizeof(counters) / sizeof(*counters); i++)
		r = zong_txn_counter(run->txn, counters[i].counter, counters[i].value);
	return r;
}

/* ---- the segments ---- */

static int emit_list(void *ctx, const void *piece, size_t len)
{
	return put_piece(ctx, piece, len);
}

static void use_pack(void *ctx, size_t place)
{
	struct run *run = ctx;

	if (place < run->old_packs)
		run->used[place] = true;
}

static int copy_segments(struct run *run)
{
	struct zong_backup_copy copy = {
		.store = run->store,
		.txn = run->segments,
		.set = &run->set,
		.sink = &run->sink,
		.emit_list = emit_list,
		.use_pack = use_pack,
		.ctx = run,
	};
	int r;

	run->pieces = &run->manifest.list;
	r = zong_backup_copy_run(&copy);
	if (r)
		return r;
	run->manifest.about.segments = copy.segments;
	run->manifest.about.segment_bytes = copy.bytes;
	run->manifest.about.broken += copy.broken;
	run->manifest.segments_digest = copy.digest;
	return 0;
}

/* ---- vaults ---- */

static int dump_vault(
	struct run *run, const char *name, const struct zong_backup_vault *now, bool *ret_theirs)
{
	struct zong_manifest_vault *vault = zong_manifest_add_vault(&run->manifest);
	int r;

	if (!vault)
		return ZONG_ENOMEM;
	run->pieces = &vault->boxes;
	r = zong_backup_vault_dump(name, now, emit_piece, run, vault, ret_theirs);
	if (r)
		zong_manifest_drop_vault(&run->manifest);
	return r;
}

/* What was to be read is gone where the key was renewed just then: what is there now is read. The same again would fail again. */
static int find_and_dump_vault(struct run *run, const char *name, bool *ret_theirs)
{
	struct zong_backup_vault before = {0}, now = {0};
	int tries, r = 0;

	for (tries = 0; tries < RENEWALS_MAX; tries++) {
		int found = run->options->vault(run->options->vault_ctx, name, &now);

		if (found) {
			r = found;
			*ret_theirs = r != ZONG_ENOMEM;
			break;
		}
		if (before.store && strcmp(before.store, now.store) == 0)
			break;
		r = dump_vault(run, name, &now, ret_theirs);
		if (!r || !*ret_theirs)
			break;
		zong_backup_vault_release(&before);
		before = now;
		now = (struct zong_backup_vault){0};
	}
	zong_backup_vault_release(&before);
	zong_backup_vault_release(&now);
	return r;
}

/* One that cannot be read is told and left out; the disk of the backup, and the caller, may end all of it. */
static int take_vault(struct run *run, const char *name, struct zong_backup_result *result)
{
	bool theirs = false;
	int r = find_and_dump_vault(run, name, &theirs);

	if (r && theirs) {
		zong_backup_sink_trouble(&run->sink, ZONG_TROUBLE_VAULT, name, NULL);
		return 0;
	}
	if (r)
		return r;
	result->vaults++;
	result->boxes += run->manifest.vaults[run->manifest.vault_count - 1].rows;
	return zong_backup_sink_progress(
		&run->sink, ZONG_BACKUP_CATALOG, run->rows, run->rows_total);
}

static int take_vaults(struct run *run, struct zong_backup_result *result)
{
	int r = 0;

	for (size_t i = 0; !r && i < run->options->vault_count; i++)
		r = take_vault(run, run->options->vaults[i], result);
	run->manifest.about.vaults = run->manifest.vault_count;
	return r;
}

/* ---- the manifest ---- */

static int read_conf(struct run *run)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/zong.conf", zong_store_dir(run->store)) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	r = zong_file_read(path, &run->manifest.conf);
	return r == ZONG_ENOENT ? 0 : r;
}

static int list_packs(struct run *run)
{
	_cleanup_free_ struct zong_manifest_pack *packs =
		calloc(run->set.count ? run->set.count : 1, sizeof(*packs));
	size_t count = 0, i;

	if (!packs)
		return ZONG_ENOMEM;
	for (i = 0; i < run->set.count; i++) {
		if (i < run->old_packs && !run->used[i])
			continue;
		packs[count].number = run->set.packs[i].number;
		packs[count].size = run->set.packs[i].size;
		packs[count++].digest = run->set.packs[i].digest;
	}
	return zong_manifest_set_packs(&run->manifest, packs, count);
}

static int write_manifest(struct run *run, struct zong_backup_result *result)
{
	struct zong_backup_snapshot *about = &run->manifest.about;
	uint64_t len = 0;
	int r;

	about->store_format = ZONG_FORMAT;
	snprintf(about->version, sizeof(about->version), "%s", PACKAGE_VERSION);
	run->manifest.archive = *zong_store_id(run->store);
	r = zong_backup_folder_name(&run->folder, about->time, about->name);
	if (!r)
		r = list_packs(run);
	if (!r)
		r = zong_backup_folder_write(&run->folder, &run->manifest, &len);
	result->bytes_written = run->sink.bytes + len;
	return r;
}

/* ---- all of it ---- */

static int take(struct run *run, struct zong_backup_result *result)
{
	int r = begin_snapshot(run);

	run->manifest.about.time = zong_time_now();
	if (!r)
		r = read_counters(run);
	if (!r)
		r = read_conf(run);
	if (!r)
		r = dump_catalog(run);
	end_catalog(run); /* its freed pages are held back no longer than needed */
	if (!r)
		r = copy_segments(run);
	end_segments(run);
	if (!r)
		r = take_vaults(run, result);
	if (!r)
		r = zong_backup_sink_flush(&run->sink);
	if (!r)
		r = zong_backup_folder_touch(&run->folder);
	return r ? r : write_manifest(run, result);
}

static int prepare(struct run *run)
{
	int r = zong_pack_set_open(&run->set, run->folder.packs, damaged_pack, &run->sink);

	if (r)
		return r;
	run->old_packs = run->set.count;
	run->used = calloc(run->old_packs ? run->old_packs : 1, sizeof(*run->used));
	return run->used ? load_known(run) : ZONG_ENOMEM;
}

static int work(struct run *run, struct zong_backup_result *result)
{
	struct zong_backup_keep keep;
	int r;

	if (run->options->keep) {
		r = zong_backup_keep_parse(run->options->keep, &keep);
		if (r)
			return r;
	}
	r = prepare(run);
	if (!r)
		r = take(run, result);
	if (!r && run->options->keep)
		r = zong_backup_collect(&run->folder, &run->set, &run->sink, &keep, result);
	return r;
}

static void release(struct run *run)
{
	end_segments(run);
	end_catalog(run);
	zong_backup_sink_release(&run->sink);
	zong_pack_set_release(&run->set);
	zong_manifest_release(&run->manifest);
	zong_backup_folder_close(&run->folder);
	zong_store_close(run->store);
	free(run->known);
	free(run->used);
}

int zong_backup_run(const char *archive, const char *dest,
	const struct zong_backup_options *options, struct zong_backup_result *ret_result,
	struct zong_err *err)
{
	static const struct zong_backup_options none = {0};
	const struct zong_store_options read_only = {.read_only = true};
	struct zong_backup_result result = {0};
	struct run run = {.options = options ? options : &none};
	int r;

	zong_manifest_init(&run.manifest);
	r = zong_store_open(archive, &read_only, &run.store, err);
	if (!r)
		r = zong_backup_folder_open(&run.folder, dest, zong_store_id(run.store), err);
	if (!r) {
		r = zong_backup_sink_init(&run.sink, &run.folder, &run.set, run.options);
		if (!r)
			r = work(&run, &result);
		if (r)
			zong_err_set(err, r, "%s", dest);
	}
	if (!r) {
		result.snapshot = run.manifest.about;
		result.segments_new = run.sink.segments;
		result.troubles = run.sink.troubles;
		*ret_result = result;
	}
	release(&run);
	return r;
}
