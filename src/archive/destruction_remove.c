/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "alike.h"
#include "correction.h"
#include "deliver.h"
#include "destruction_row.h"
#include "index_rows.h"
#include "review.h"
#include "row.h"

void zong_removed_release(struct zong_removed *removed)
{
	free(removed->file);
	memset(removed, 0, sizeof(*removed));
}

static int note_file(struct zong_removed *removed, const struct zong_digest *file)
{
	struct zong_digest *grown;
	size_t cap;

	if (removed->files == removed->cap) {
		cap = removed->cap ? removed->cap * 2 : 16;
		grown = reallocarray(removed->file, cap, sizeof(*grown));
		if (!grown)
			return ZONG_ENOMEM;
		removed->file = grown;
		removed->cap = cap;
	}
	removed->file[removed->files++] = *file;
	return 0;
}

/* Is there a key under @prefix? */
static int any_under(
	struct zong_txn *txn, enum zong_table table, const struct zong_key *prefix, bool *ret_any)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, table, prefix, NULL, false);

	if (!err)
		err = zong_iter_next(&iter);
	zong_iter_end(&iter);
	*ret_any = err == 0;
	return err == ZONG_EEND ? 0 : err;
}

/* ---- page images ---- */

/* Nobody has the page any more. */
static int drop_raster(struct zong_txn *txn, const struct zong_digest *digest,
	const Zong__Raster *raster, const struct zong_key *key)
{
	bool counted = raster->state == ZONG__RASTER_STATE__RASTER_READ ||
		       raster->state == ZONG__RASTER_STATE__RASTER_BLANK;
	Zong__Reading *reading = NULL;
	int err;

	err = zong_reading_get(txn, digest, &reading);
	if (!err) {
		err = zong_index_reading_gone(txn, digest, reading);
		zong__reading__free_unpacked(reading, NULL);
		if (!err)
			err = zong_txn_delete(txn, ZONG_TABLE_READINGS, key);
	} else if (err == ZONG_ENOENT) {
		err = 0;
	}
	if (!err) {
		err = zong_job_drop(txn, digest);
		err = err == ZONG_ENOENT ? 0 : err;
	}
	if (!err)
		err = zong_alike_remove(txn, digest);
	if (!err)
		err = zong_correction_forget(txn, digest);
	if (!err)
		err = zong_txn_delete(txn, ZONG_TABLE_RASTERS, key);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_RASTERS, -1, NULL);
	if (!err && counted)
		err = zong_txn_count(txn, ZONG_COUNT_PAGES_READ, -1, NULL);
	return err;
}

/* Another place where the page stands. */
static int find_use(struct zong_txn *txn, const struct zong_key *prefix,
	struct zong_digest *ret_file, uint32_t *ret_page)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_iter iter = {0};
	struct zong_digest raster;
	struct zong_id id;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_RASTER_USE, prefix, NULL, false);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		struct zong_key_view view = iter.key;

		if (!zong_key_take_digest(&view, &raster) || !zong_key_take_id(&view, &id) ||
			!zong_key_take_u32(&view, ret_page))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	if (!err)
		err = zong_row_material(txn, &id, &material);
	if (!err && !zong_row_digest(&material->file, ret_file))
		err = ZONG_ECORRUPT;
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

/* The file goes in which the page was first seen: from now on it is that of another one. */
static int move_raster(struct zong_txn *txn, const struct zong_digest *digest, Zong__Raster *raster,
	const struct zong_key *key)
{
	struct zong_digest file;
	uint32_t page;
	int err = find_use(txn, key, &file, &page);

	if (!err)
		err = zong_row_set_bytes(&raster->file, file.bytes, sizeof(file.bytes));
	if (err)
		return err;
	raster->page = page;
	err = zong_txn_put(txn, ZONG_TABLE_RASTERS, key, &raster->base);
	if (!err)
		err = zong_job_move(txn, digest, &file, page);
	return err == ZONG_ENOENT ? 0 : err;
}

/* After the uses of the material are gone. */
static int settle_raster(
	struct zong_txn *txn, const struct zong_digest *digest, const struct zong_digest *gone_file)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest file;
	struct zong_key key;
	bool used;
	int err = zong_row_raster(txn, digest, &raster);

	if (err)
		return err == ZONG_ENOENT ? 0 : err; /* stood twice in the file */
	zong_row_key_digest(&key, digest);
	err = any_under(txn, ZONG_TABLE_RASTER_USE, &key, &used);
	if (!err && !used)
		return drop_raster(txn, digest, raster, &key);
	if (!err && gone_file && zong_row_digest(&raster->file, &file) &&
		zong_digest_equal(&file, gone_file))
		err = move_raster(txn, digest, raster, &key);
	return err;
}

static int remove_pages(struct zong_txn *txn, const struct zong_id *id, const Zong__File *file,
	const struct zong_digest *gone_file)
{
	struct zong_digest raster;
	struct zong_key key;
	int err = 0;

	for (size_t i = 0; !err && i < file->n_pages; i++) {
		if (!zong_row_digest(&file->pages[i]->raster, &raster))
			continue;
		zong_row_key_digest(&key, &raster);
		zong_key_id(&key, id);
		zong_key_u32(&key, (uint32_t)i + 1);
		err = zong_txn_delete(txn, ZONG_TABLE_RASTER_USE, &key);
	}
	for (size_t i = 0; !err && i < file->n_pages; i++)
		if (zong_row_digest(&file->pages[i]->raster, &raster))
			err = settle_raster(txn, &raster, gone_file);
	return err;
}

/* ---- the file ---- */

static int drop_file(
	struct zong_txn *txn, const struct zong_digest *digest, struct zong_removed *removed)
{
	struct zong_key key;
	int err;

	zong_row_key_digest(&key, digest);
	err = zong_txn_delete(txn, ZONG_TABLE_FILES, &key);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_FILES, -1, NULL);
	if (!err)
		err = zong_store_forget_file(txn, digest);
	return err ? err : note_file(removed, digest);
}

/* The batch that the pages came in is kept for the other materials out of it, and goes with the last one. */
static int remove_batch(struct zong_txn *txn, const struct zong_id *id,
	const struct zong_digest *digest, struct zong_removed *removed)
{
	struct zong_key key;
	bool shared;
	int err;

	zong_row_key_digest(&key, digest);
	zong_key_id(&key, id);
	err = zong_txn_delete(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key);
	zong_row_key_digest(&key, digest);
	if (!err)
		err = any_under(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key, &shared);
	return err || shared ? err : drop_file(txn, digest, removed);
}

static int remove_file(struct zong_txn *txn, const struct zong_id *id,
	const struct zong_digest *digest, struct zong_removed *removed)
{
	_cleanup_row_ Zong__File *file = NULL;
	struct zong_key key;
	bool shared;
	int err = zong_row_file(txn, digest, &file);

	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	zong_row_key_digest(&key, digest);
	zong_key_id(&key, id);
	err = zong_txn_delete(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key);
	zong_row_key_digest(&key, digest);
	if (!err)
		err = any_under(txn, ZONG_TABLE_MATERIALS_BY_FILE, &key, &shared);
	if (!err)
		err = remove_pages(txn, id, file, shared ? NULL : digest);
	return err || shared ? err : drop_file(txn, digest, removed);
}

/* ---- deliveries ---- */

struct withdrawal {
	const char *by, *reason;
	uint64_t record;
};

/* What a department has received it has; what was on its way is taken back. */
static int withdraw(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	const struct withdrawal *withdrawal = ctx;

	return zong_deliver_ended(delivery)
		       ? 0
		       : zong_deliver_take_back(txn, withdrawal->by, delivery,
				 withdrawal->reason, withdrawal->record);
}

static int withdraw_all(struct zong_txn *txn, const struct zong_id *material, const char *by,
	const char *reason, uint64_t record)
{
	struct withdrawal withdrawal = {by, reason, record};

	return zong_deliver_walk(txn, material, withdraw, &withdrawal);
}

static int put_tombstone(struct zong_txn *txn, Zong__Material *material, const struct zong_id *id,
	const struct zong_id *list, uint64_t record)
{
	struct zong_key key;

	material->destroyed = zong_time_now();
	material->destroyed_record = record;
	if (zong_row_set_bytes(&material->destroyed_list, list->bytes, sizeof(list->bytes)))
		return ZONG_ENOMEM;
	zong_row_key_id(&key, id);
	return zong_txn_put(txn, ZONG_TABLE_MATERIALS, &key, &material->base);
}

/* What stood on it proposes no link any more. The review lists of others are left to whoever looks at them next: deciding
 * what is no longer proposed does no harm. */
static int forget_links(struct zong_txn *txn, const Zong__Material *material)
{
	struct zong_touched touched = {0};
	int err = zong_chain_forget(txn, material, &touched);

	zong_touched_release(&touched);
	return err;
}

int zong_material_remove(struct zong_txn *txn, Zong__Material *material, const struct zong_id *list,
	const char *by, uint64_t record, struct zong_removed *removed)
{
	struct zong_digest digest;
	char reason[64];
	char text[ZONG_ID_TEXT];
	struct zong_id id;
	int err;

	if (!zong_row_id(&material->id, &id) || !zong_row_digest(&material->file, &digest))
		return ZONG_ECORRUPT;
	zong_id_format(list, text);
	snprintf(reason, sizeof(reason), "destruction/%s", text);
	err = withdraw_all(txn, &id, by, reason, record);
	if (!err)
		err = remove_file(txn, &id, &digest, removed);
	if (!err && zong_row_digest(&material->batch, &digest))
		err = remove_batch(txn, &id, &digest, removed);
	if (!err)
		err = put_tombstone(txn, material, &id, list, record);
	if (!err)
		err = zong_index_material_gone(txn, material);
	if (!err)
		err = zong_review_forget(txn, &id);
	if (!err)
		err = forget_links(txn, material);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_MATERIALS, -1, NULL);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_PAGES, -(int64_t)material->pages, NULL);
	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_BYTES_IN, -(int64_t)material->bytes, NULL);
	return err;
}
