/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "check_value.h"
#include "recipe.h"
#include "state.h"
#include "writer.h"

/* Done in steps, each a commit of the new archive that says in ZONG_TABLE_META how far it is, so that one that was cut short goes
 * on there:
 *
 *     segments   opened, named and sealed anew; old name -> new name is noted in the new archive
 *     rows       table by table; those that name segments by their new names
 *     notes      taken away again
 *
 * The file "resealed" beside it has the number of the old archive's last commit, of which this is made. */
#define STEP_SEGMENTS 32
#define STEP_BYTES (4u << 20)
#define STEP_ROWS 512
#define MARK_LEN 64

enum phase {
	PHASE_SEGMENTS,
	PHASE_ROWS,
	PHASE_NOTES,
};

/* How far it is: u8 phase, u8 table, and the last name or key. */
struct place {
	uint8_t phase, table;
	struct zong_key last; /* empty: at the beginning */
};

struct reseal {
	struct zong_store *from, *to;
	size_t commit; /* of the old catalog */
	struct place place;
	zong_store_progress *progress;
	void *ctx;
	uint64_t done, total;
	/* a step */
	struct zong_segment_put puts[STEP_SEGMENTS];
	struct zong_digest old[STEP_SEGMENTS];
	uint8_t *bytes[STEP_SEGMENTS];
	size_t count;
	struct place next;
	uint64_t rows; /* put by it */
	bool over;     /* the phase, or the table, ends with it */
};

static void place_key(struct zong_key *key)
{
	zong_key_clear(key);
	zong_key_str(key, "reseal");
}

static void note_key(struct zong_key *key, const void *name)
{
	place_key(key);
	zong_key_bytes(key, name, ZONG_DIGEST_SIZE);
}

static int put_place(struct zong_txn *txn, const struct place *place)
{
	uint8_t bytes[2 + ZONG_LIMIT_KEY];
	struct zong_key key;

	bytes[0] = place->phase;
	bytes[1] = place->table;
	memcpy(bytes + 2, place->last.bytes, place->last.len);
	place_key(&key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, 2 + place->last.len);
}

/* ZONG_ENOENT: there is none, all is done. */
static int get_place(struct zong_store *store, struct place *ret_place)
{
	struct zong_txn *txn;
	struct zong_key key;
	const void *bytes;
	size_t len;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	place_key(&key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (!r && (len < 2 || len > 2 + ZONG_LIMIT_KEY))
		r = ZONG_ECORRUPT;
	if (!r) {
		ret_place->phase = ((const uint8_t *)bytes)[0];
		ret_place->table = ((const uint8_t *)bytes)[1];
		zong_key_clear(&ret_place->last);
		zong_key_bytes(&ret_place->last, (const uint8_t *)bytes + 2, len - 2);
		if (ret_place->phase > PHASE_NOTES || ret_place->table >= ZONG_TABLE_COUNT_)
			r = ZONG_ECORRUPT;
	}
	zong_txn_end(txn);
	return r;
}

/* ---- segments ---- */

static void clear_puts(struct reseal *reseal)
{
	size_t i;

	for (i = 0; i < reseal->count; i++) {
		zong_segment_put_release(&reseal->puts[i]);
		if (reseal->bytes[i])
			explicit_bzero(reseal->bytes[i], reseal->puts[i].raw_len);
		free(reseal->bytes[i]);
		reseal->bytes[i] = NULL;
	}
	reseal->count = 0;
}

static int take_segment(struct reseal *reseal, struct zong_value_reader *reader,
	const struct zong_digest *name, const struct zong_value *value)
{
	struct zong_segment_put *put = &reseal->puts[reseal->count];
	const uint8_t *bytes;
	ZSTD_CCtx *zstd;
	size_t len;
	int r = zong_value_load(reader, value, name, &bytes, &len);

	if (r)
		return r;
	memset(put, 0, sizeof(*put));
	reseal->bytes[reseal->count] = malloc(len);
	if (!reseal->bytes[reseal->count])
		return ZONG_ENOMEM;
	memcpy(reseal->bytes[reseal->count], bytes, len);
	put->raw = reseal->bytes[reseal->count];
	put->raw_len = (uint32_t)len;
	put->seal = reseal->to->seal;
	zong_segment_name(reseal->to, bytes, len, &put->digest);
	zstd = zong_segment_zstd_take(reseal->to);
	if (zstd)
		zong_segment_pack(put, zstd);
	zong_segment_zstd_give(reseal->to, zstd);
	zong_segment_seal(put);
	reseal->old[reseal->count++] = *name;
	return 0;
}

static int take_stored(struct reseal *reseal, struct zong_value_reader *reader)
{
	const struct zong_key *last = &reseal->place.last;
	struct zong_digest name;
	struct zong_value value;
	size_t bytes = 0;
	MDB_val key, data;
	int rc, r = 0;

	key = (MDB_val){.mv_size = last->len, .mv_data = (void *)(uintptr_t)last->bytes};
	rc = mdb_cursor_get(reader->cursor, &key, &data, last->len ? MDB_SET_RANGE : MDB_FIRST);
	if (rc == 0 && last->len && key.mv_size == last->len &&
		memcmp(key.mv_data, last->bytes, last->len) == 0)
		rc = mdb_cursor_get(reader->cursor, &key, &data, MDB_NEXT);
	while (!rc && !r && reseal->count < STEP_SEGMENTS && bytes < STEP_BYTES) {
		if (key.mv_size != sizeof(name.bytes))
			return ZONG_ECORRUPT;
		memcpy(name.bytes, key.mv_data, sizeof(name.bytes));
		zong_value_place(reader, &key, &data, &value);
		bytes += data.mv_size;
		r = take_segment(reseal, reader, &name, &value);
		zong_key_clear(&reseal->next.last);
		zong_key_digest(&reseal->next.last, &name);
		rc = mdb_cursor_get(reader->cursor, &key, &data, MDB_NEXT);
	}
	reseal->over = rc == MDB_NOTFOUND;
	return r || !rc || reseal->over ? r : zong_error_from_mdb(rc);
}

/* Those on their way to segments/: with the last step, as they are few. */
static int take_pending(
	struct reseal *reseal, struct zong_value_reader *reader, struct zong_iter *iter)
{
	struct zong_value value = {
		.map = iter->value, .len = iter->value_kept, .offset = ZONG_VALUE_NOWHERE};
	struct zong_digest name;

	if (iter->key.len != sizeof(name.bytes))
		return ZONG_ECORRUPT;
	memcpy(name.bytes, iter->key.bytes, sizeof(name.bytes));
	return take_segment(reseal, reader, &name, &value);
}

static int note_names(struct zong_txn *txn, void *ctx)
{
	const struct reseal *reseal = ctx;
	struct zong_key key;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < reseal->count; i++) {
		note_key(&key, reseal->old[i].bytes);
		r = zong_txn_put_bytes(
			txn, ZONG_TABLE_META, &key, reseal->puts[i].digest.bytes, ZONG_DIGEST_SIZE);
	}
	return r ? r : put_place(txn, &reseal->next);
}

static int write_segments(struct reseal *reseal)
{
	struct zong_write write = {.change = note_names,
		.ctx = reseal,
		.puts = reseal->puts,
		.put_count = reseal->count};
	size_t i;
	int r;

	for (i = 0; i < reseal->count; i++)
		write.put_bytes += reseal->puts[i].raw_len;
	r = zong_writer_submit(reseal->to->writer, &write);
	if (!r)
		r = zong_writer_await(&write);
	reseal->done += reseal->count;
	return r;
}

static int step_pending(struct reseal *reseal, struct zong_value_reader *reader)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	int r = zong_store_read_begin(reseal->from, &txn);

	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_PENDING, NULL, NULL, false);
	while (!r && (r = zong_iter_next(&iter)) == 0) {
		r = take_pending(reseal, reader, &iter);
		if (!r && reseal->count == STEP_SEGMENTS) {
			r = write_segments(reseal);
			clear_puts(reseal);
		}
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r == ZONG_EEND ? 0 : r;
}

static int step_segments(struct reseal *reseal)
{
	struct zong_value_reader reader;
	int r = zong_value_reader_init(&reader, reseal->from);

	if (r)
		return r;
	reseal->next = reseal->place;
	r = zong_value_begin(&reader);
	if (!r)
		r = take_stored(reseal, &reader);
	zong_value_end(&reader);
	if (!r && reseal->over) {
		r = write_segments(reseal);
		clear_puts(reseal);
		if (!r)
			r = step_pending(reseal, &reader);
		reseal->next = (struct place){.phase = PHASE_ROWS};
	}
	if (!r)
		r = write_segments(reseal);
	clear_puts(reseal);
	zong_value_reader_release(&reader);
	if (!r)
		reseal->place = reseal->next;
	return r;
}

/* ---- rows ---- */

/* The new name; ZONG_ENOENT: there is no such segment. */
static int new_name(struct zong_txn *txn, const void *old, uint8_t *ret_name)
{
	struct zong_key key;
	const void *bytes;
	size_t len;
	int r;

	note_key(&key, old);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (!r && len != ZONG_DIGEST_SIZE)
		r = ZONG_ECORRUPT;
	if (!r)
		memcpy(ret_name, bytes, ZONG_DIGEST_SIZE);
	return r;
}

static int copy_recipe(
	struct zong_txn *txn, const struct zong_key *key, const struct zong_iter *iter)
{
	Zong__Recipe *row = zong__recipe__unpack(NULL, iter->value_len, iter->value);
	size_t i;
	int r = row && zong_recipe_check(row) == 0 ? 0 : ZONG_ECORRUPT;

	for (i = 0; !r && i < row->n_pieces; i++) {
		if (row->pieces[i]->digest.len != ZONG_DIGEST_SIZE)
			continue;
		r = new_name(txn, row->pieces[i]->digest.data, row->pieces[i]->digest.data);
		if (r == ZONG_ENOENT)
			r = ZONG_ECORRUPT; /* a file without one of its segments: for zong check */
	}
	if (!r)
		r = zong_txn_put(txn, ZONG_TABLE_RECIPES, key, &row->base);
	zong__recipe__free_unpacked(row, NULL);
	return r;
}

static int copy_loose(struct zong_txn *txn, const struct zong_iter *iter)
{
	uint8_t name[ZONG_DIGEST_SIZE];
	struct zong_key key;
	int r;

	if (iter->key.len != ZONG_DIGEST_SIZE)
		return ZONG_ECORRUPT;
	r = new_name(txn, iter->key.bytes, name);
	if (r)
		return r == ZONG_ENOENT ? 0 : r; /* deleted already */
	zong_key_clear(&key);
	zong_key_bytes(&key, name, sizeof(name));
	return zong_txn_put_bytes(txn, ZONG_TABLE_LOOSE, &key, iter->value, iter->value_kept);
}

static int copy_row(struct zong_txn *txn, enum zong_table table, const struct zong_iter *iter)
{
	struct zong_key key, stored;

	zong_key_clear(&key);
	zong_key_bytes(&key, iter->key.bytes, iter->key.len);
	if (table == ZONG_TABLE_PENDING)
		return 0; /* it is among the segments now */
	zong_counter_key(ZONG_COUNT_BYTES_STORED, &stored);
	if (table == ZONG_TABLE_META && key.len == stored.len &&
		memcmp(key.bytes, stored.bytes, key.len) == 0)
		return 0; /* the new one counts its own */
	if (table == ZONG_TABLE_RECIPES)
		return copy_recipe(txn, &key, iter);
	if (table == ZONG_TABLE_LOOSE)
		return copy_loose(txn, iter);
	return zong_txn_put_bytes(txn, table, &key, iter->value, iter->value_kept);
}

static bool is_last(const struct reseal *reseal, const struct zong_iter *iter)
{
	const struct zong_key *last = &reseal->place.last;

	return last->len && iter->key.len == last->len &&
	       memcmp(iter->key.bytes, last->bytes, last->len) == 0;
}

/* A step of one table, or the end of it. Runs in the new archive's writer thread, perhaps twice. */
static int copy_rows(struct zong_txn *txn, void *ctx)
{
	struct reseal *reseal = ctx;
	enum zong_table table = (enum zong_table)reseal->place.table;
	const struct zong_key *last = &reseal->place.last;
	struct zong_iter iter = {0};
	struct zong_txn *from;
	size_t bytes = 0;
	int r = zong_store_read_begin(reseal->from, &from);

	if (r)
		return r;
	reseal->next = reseal->place;
	reseal->rows = 0;
	r = zong_iter_begin(&iter, from, table, NULL, last->len ? last : NULL, false);
	while (!r && reseal->rows < STEP_ROWS && bytes < STEP_BYTES) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		if (is_last(reseal, &iter))
			continue;
		r = copy_row(txn, table, &iter);
		bytes += iter.value_kept;
		reseal->rows++;
		zong_key_clear(&reseal->next.last);
		zong_key_bytes(&reseal->next.last, iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	if (r != ZONG_EEND && zong_txn_err(from) && !r)
		r = zong_txn_err(from);
	zong_txn_end(from);
	if (r == ZONG_EEND) {
		zong_key_clear(&reseal->next.last);
		reseal->next.table++;
		if (reseal->next.table == ZONG_TABLE_COUNT_)
			reseal->next = (struct place){.phase = PHASE_NOTES};
		r = 0;
	}
	return r ? r : put_place(txn, &reseal->next);
}

static int step_rows(struct reseal *reseal)
{
	int r = zong_store_write(reseal->to, copy_rows, reseal);

	if (r)
		return r;
	reseal->place = reseal->next;
	reseal->done += reseal->rows;
	return 0;
}

/* ---- the end ---- */

/* The place goes with the last of the notes. */
static int drop_notes(struct zong_txn *txn, void *ctx)
{
	struct zong_key keys[64], prefix;
	struct reseal *reseal = ctx;
	struct zong_iter iter = {0};
	size_t count = 0, i;
	int r;

	place_key(&prefix);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_META, &prefix, NULL, false);
	while (!r && count < sizeof(keys) / sizeof(*keys)) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		if (iter.key.len == prefix.len)
			continue;
		zong_key_clear(&keys[count]);
		zong_key_bytes(&keys[count++], iter.key.bytes, iter.key.len);
	}
	zong_iter_end(&iter);
	reseal->over = r == ZONG_EEND;
	if (r == ZONG_EEND)
		r = zong_txn_delete(txn, ZONG_TABLE_META, &prefix);
	for (i = 0; !r && i < count; i++)
		r = zong_txn_delete(txn, ZONG_TABLE_META, &keys[i]);
	return r;
}

/* ---- the whole ---- */

static int last_commit(struct zong_store *store, size_t *ret_commit)
{
	MDB_envinfo info;

	if (mdb_env_info(store->catalog.mdb, &info))
		return ZONG_EIO;
	*ret_commit = info.me_last_txnid;
	return 0;
}

static int run(struct reseal *reseal)
{
	size_t commit;
	int r = 0;

	reseal->over = false;
	while (!r) {
		if (reseal->place.phase == PHASE_SEGMENTS)
			r = step_segments(reseal);
		else if (reseal->place.phase == PHASE_ROWS)
			r = step_rows(reseal);
		else
			r = zong_store_write(reseal->to, drop_notes, reseal);
		if (!r && reseal->progress &&
			reseal->progress(reseal->ctx,
				reseal->done < reseal->total ? reseal->done : reseal->total,
				reseal->total))
			r = ZONG_ECANCELLED;
		if (!r && reseal->place.phase == PHASE_NOTES && reseal->over)
			break;
		reseal->over = false;
	}
	if (!r)
		r = last_commit(reseal->from, &commit);
	if (!r && commit != reseal->commit)
		r = ZONG_ECHANGED;
	return r;
}

static int count_total(struct reseal *reseal)
{
	struct zong_store_stats stats;
	struct zong_txn *txn;
	uint64_t entries;
	int table;
	int r = zong_store_read_begin(reseal->from, &txn);

	if (r)
		return r;
	for (table = 0; !r && table < ZONG_TABLE_COUNT_; table++) {
		r = zong_txn_entries(txn, (enum zong_table)table, &entries);
		if (!r)
			reseal->total += entries;
	}
	zong_txn_end(txn);
	zong_store_stats(reseal->from, &stats);
	reseal->total += stats.segments;
	return r;
}

static int put_first_place(struct zong_txn *txn, void *ctx)
{
	const struct place place = {.phase = PHASE_SEGMENTS};

	(void)ctx;
	return put_place(txn, &place);
}

/* One that is there: gone on with if it is of what the old one is now. Without a mark an attempt ended before there was
 * anything in it. */
static int check_mark(struct reseal *reseal, const char *path, const char *mark)
{
	_cleanup_(zong_buf_release) struct zong_buf seen = ZONG_BUF_INIT(MARK_LEN);
	int r = zong_file_read(path, &seen);

	if (!r)
		return strcmp(zong_buf_str(&seen), mark) == 0 ? 0 : ZONG_ECHANGED;
	if (r != ZONG_ENOENT)
		return r;
	r = get_place(reseal->to, &reseal->place);
	if (r || reseal->place.phase != PHASE_SEGMENTS || reseal->place.last.len)
		return r == ZONG_ENOENT || !r ? ZONG_EEXIST : r;
	return zong_file_replace(path, mark, strlen(mark), 0600);
}

static int open_new(struct reseal *reseal, const char *dir, const uint8_t *key)
{
	struct zong_store_options options = {.key = key};
	_cleanup_free_ char *path = NULL;
	char mark[MARK_LEN];
	int r;

	if (asprintf(&path, "%s/resealed", dir) < 0) {
		path = NULL;
		return ZONG_ENOMEM;
	}
	snprintf(mark, sizeof(mark), "zong resealed 1 %zu\n", reseal->commit);
	r = zong_store_create_sealed(dir, key, put_first_place, NULL, NULL);
	if (r && r != ZONG_EEXIST)
		return r;
	r = zong_store_open(dir, &options, &reseal->to, NULL);
	if (r)
		return r == ZONG_ENOENT ? ZONG_EEXIST : r;
	return check_mark(reseal, path, mark);
}

int zong_store_reseal(const char *from, const uint8_t *from_key, const char *to,
	const uint8_t *to_key, zong_store_progress *progress, void *ctx, struct zong_err *err)
{
	struct zong_store_options options = {.key = from_key, .read_only = true};
	struct reseal *reseal = calloc(1, sizeof(*reseal));
	int r;

	if (!reseal)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	reseal->progress = progress;
	reseal->ctx = ctx;
	r = zong_store_open(from, &options, &reseal->from, err);
	if (!r) {
		r = last_commit(reseal->from, &reseal->commit);
		if (!r)
			r = count_total(reseal);
		if (!r)
			r = open_new(reseal, to, to_key);
		if (!r)
			r = get_place(reseal->to, &reseal->place);
		if (r == ZONG_ENOENT)
			r = 0; /* done before */
		else if (!r)
			r = run(reseal);
		if (r)
			zong_err_set(err, r, "%s", r == ZONG_ECORRUPT ? from : to);
	}
	clear_puts(reseal);
	zong_store_close(reseal->to);
	zong_store_close(reseal->from);
	free(reseal);
	return r;
}
