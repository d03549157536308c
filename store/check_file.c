/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "check_bulk.h"
#include "recipe.h"

/* A file's recipe, read in one snapshot. */
struct plan {
	struct zong_recipe recipe;
	uint64_t size;
	bool sound; /* rows follow each other without a hole and are what they should be */
	bool has_sm3;
	struct zong_digest sm3; /* as the file's row has it */
};

/* ---- which file ---- */

/* The first file behind @behind in the table of recipes. Keys that are none are passed over: they are rows' business. */
static int next_file(
	struct zong_store *store, const struct zong_digest *behind, struct zong_digest *ret_file)
{
	struct zong_digest last; /* @behind may be @ret_file */
	const struct zong_digest *after = behind ? &last : NULL;
	struct zong_key_view view;
	struct zong_iter iter;
	struct zong_key from;
	struct zong_txn *txn;
	int r;

	zong_key_clear(&from);
	if (behind) {
		last = *behind;
		zong_key_digest(&from, after);
		zong_key_u64(&from, UINT64_MAX); /* behind every row of that file */
		zong_key_u8(&from, 0);
	}
	r = zong_store_read_begin(store, &txn);
	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_RECIPES, NULL, after ? &from : NULL, false);
	while (!r) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		view = iter.key;
		if (view.len != ZONG_DIGEST_SIZE + sizeof(uint64_t) ||
			!zong_key_take_digest(&view, ret_file))
			continue;
		if (!after || memcmp(ret_file->bytes, after->bytes, sizeof(after->bytes)) > 0)
			break;
		if (memcmp(ret_file->bytes, after->bytes, sizeof(after->bytes)) < 0)
			r = ZONG_ECORRUPT; /* out of order: damaged pages */
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

static int take_file(struct zong_bulk *bulk, struct zong_digest *ret_file)
{
	int r = ZONG_EEND;

	pthread_mutex_lock(&bulk->mutex);
	if (!bulk->ended)
		r = next_file(bulk->store, bulk->begun ? &bulk->after : NULL, ret_file);
	if (!r) {
		bulk->after = *ret_file;
		bulk->begun = true;
	} else {
		bulk->ended = true;
	}
	pthread_mutex_unlock(&bulk->mutex);
	return r;
}

/* ---- its recipe ---- */

static int add_row(struct plan *plan, const Zong__Recipe *row)
{
	const Zong__Piece *piece;
	struct zong_digest digest;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < row->n_pieces; i++) {
		piece = row->pieces[i];
		if (piece->digest.len == 0) {
			r = zong_recipe_add_inline(
				&plan->recipe, piece->inline_bytes.data, piece->inline_bytes.len);
		} else {
			memcpy(digest.bytes, piece->digest.data, sizeof(digest.bytes));
			r = zong_recipe_add_segment(&plan->recipe, &digest, piece->length);
		}
		plan->size += piece->length;
	}
	return r;
}

/* A row that is damaged, or not there, is told of where rows are looked at. */
static void read_sm3(struct zong_txn *txn, const struct zong_digest *file, struct plan *plan)
{
	struct zong_key key;
	const void *bytes;
	Zong__File *row = NULL;
	size_t len;

	zong_key_clear(&key);
	zong_key_digest(&key, file);
	plan->has_sm3 = false;
	if (zong_txn_get_bytes(txn, ZONG_TABLE_FILES, &key, &bytes, &len) == 0)
		row = zong__file__unpack(NULL, len, bytes);
	if (row && row->sm3.len == sizeof(plan->sm3.bytes)) {
		memcpy(plan->sm3.bytes, row->sm3.data, sizeof(plan->sm3.bytes));
		plan->has_sm3 = true;
	}
	zong__file__free_unpacked(row, NULL);
}

/* ZONG_ENOENT: it has none (any more). */
static int read_plan(struct zong_store *store, const struct zong_digest *file, struct plan *plan)
{
	struct zong_key_view view;
	struct zong_digest digest;
	struct zong_iter iter;
	struct zong_key prefix;
	struct zong_txn *txn;
	Zong__Recipe *row;
	uint64_t offset;
	bool any = false;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	zong_recipe_release(&plan->recipe);
	zong_recipe_init(&plan->recipe);
	plan->size = 0;
	plan->sound = true;
	read_sm3(txn, file, plan);
	zong_key_clear(&prefix);
	zong_key_digest(&prefix, file);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_RECIPES, &prefix, NULL, false);
	while (!r) {
		r = zong_iter_next(&iter);
		if (r)
			break;
		any = true;
		view = iter.key;
		row = zong__recipe__unpack(NULL, iter.value_len, iter.value);
		if (!zong_iter_sound(&iter) || !row || zong_recipe_check(row) ||
			!zong_key_take_digest(&view, &digest) ||
			!zong_key_take_u64(&view, &offset) || view.len > 0 || offset != plan->size)
			plan->sound = false;
		else
			r = add_row(plan, row);
		zong__recipe__free_unpacked(row, NULL);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	if (r == ZONG_EEND)
		r = any ? 0 : ZONG_ENOENT;
	return r;
}

/* ---- its bytes ---- */

/* Of a file while it is put together. */
struct sums {
	struct zong_digest_state *sha;
	struct zong_sm3_state *sm3; /* NULL: its row has none to compare with */
};

static void sums_add(struct sums *sums, const void *bytes, size_t len)
{
	zong_digest_add(sums->sha, bytes, len);
	if (sums->sm3)
		zong_sm3_add(sums->sm3, bytes, len);
}

static void sums_abandon(struct sums *sums)
{
	if (sums->sha)
		zong_digest_abandon(sums->sha);
	zong_sm3_abandon(sums->sm3);
}

/* One piece that is a segment: there, and as long as the recipe says; into @sums unless that is NULL. */
static int check_piece(struct zong_value_reader *reader, const struct zong_recipe_piece *piece,
	struct sums *sums)
{
	struct zong_value value;
	const uint8_t *bytes;
	size_t len;
	int r;

	if (!reader->txn) {
		r = zong_value_begin(reader);
		if (r)
			return r;
	}
	r = zong_value_find(reader, &piece->digest, &value);
	if (r)
		return r;
	if (!sums && reader->store->seal) /* quick: only what it says of itself, which is its length */
		return value.len > ZONG_BOX_MORE + zong_seal_room(0) / 2 ? 0 : ZONG_ECORRUPT;
	if (!sums)
		return value.len > ZONG_SEGMENT_HEADER &&
				       zong_read_be32(value.map + 1) == piece->len
			       ? 0
			       : ZONG_ECORRUPT;
	r = zong_value_load(reader, &value, &piece->digest, &bytes, &len);
	if (r)
		return r == ZONG_EIO ? ZONG_ECORRUPT : r;
	if (len != piece->len)
		return ZONG_ECORRUPT;
	sums_add(sums, bytes, len);
	return 0;
}

/* 0, ZONG_ENOENT (a segment is not there), ZONG_ECORRUPT, or an error that ends the check. */
static int run_through(struct zong_bulk *bulk, struct zong_value_reader *reader,
	const struct plan *plan, struct sums *sums)
{
	const struct zong_recipe_piece *piece;
	uint64_t step = 0;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < plan->recipe.count; i++) {
		piece = &plan->recipe.pieces[i];
		if (piece->inline_at != ZONG_RECIPE_SEGMENT) {
			if (sums)
				sums_add(sums, plan->recipe.inlines.data + piece->inline_at,
					piece->len);
		} else {
			r = check_piece(reader, piece, sums);
		}
		step += sums ? piece->len : ZONG_SEGMENT_INLINE;
		if (!r && step >= ZONG_BULK_STEP_BYTES / 16) {
			zong_value_end(reader);
			r = sums ? zong_bulk_count(bulk, step) : 0;
			step = 0;
		}
	}
	zong_value_end(reader);
	if (!r && sums)
		r = zong_bulk_count(bulk, step);
	return r;
}

/* As above; *ret_sm3_wrong: what its row says beside is not so. */
static int digest_file(struct zong_bulk *bulk, struct zong_value_reader *reader,
	const struct plan *plan, const struct zong_digest *file, bool *ret_sm3_wrong)
{
	struct sums sums = {NULL, NULL};
	struct zong_digest seen;
	int r = 0;

	*ret_sm3_wrong = false;
	if (!plan->sound)
		return ZONG_ECORRUPT;
	if (!bulk->options.quick)
		r = zong_digest_begin(&sums.sha);
	if (!r && sums.sha && plan->has_sm3)
		r = zong_sm3_begin(&sums.sm3);
	if (!r)
		r = run_through(bulk, reader, plan, sums.sha ? &sums : NULL);
	if (r || !sums.sha) {
		sums_abandon(&sums);
		return r;
	}
	if (sums.sm3) {
		zong_sm3_end(sums.sm3, &seen);
		*ret_sm3_wrong = !zong_digest_equal(&seen, &plan->sm3);
	}
	zong_digest_end(sums.sha, &seen);
	return zong_digest_equal(&seen, file) ? 0 : ZONG_ECORRUPT;
}

/* ---- what to say ---- */

static int look_at_segment(struct zong_value_reader *reader, const struct zong_recipe_piece *piece)
{
	struct zong_value value;
	int r = zong_value_begin(reader);

	if (!r)
		r = zong_value_find(reader, &piece->digest, &value);
	if (!r)
		r = zong_value_verify(reader, &value, &piece->digest);
	zong_value_end(reader);
	return r == ZONG_EIO ? ZONG_ECORRUPT : r;
}

/* Which of its segments it is; where they are all sound it is the recipe or the file itself. A segment that a file
 * holds several times is told of once. */
static int tell_file(struct zong_bulk *bulk, struct zong_value_reader *reader,
	const struct plan *plan, const struct zong_digest *file)
{
	const struct zong_recipe_piece *piece, *told = NULL;
	bool any = false;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < plan->recipe.count; i++) {
		piece = &plan->recipe.pieces[i];
		if (piece->inline_at != ZONG_RECIPE_SEGMENT)
			continue;
		r = look_at_segment(reader, piece);
		if (r != ZONG_ENOENT && r != ZONG_ECORRUPT)
			continue;
		any = true;
		if (told && zong_digest_equal(&told->digest, &piece->digest)) {
			r = 0;
			continue;
		}
		told = piece;
		r = zong_bulk_tell(bulk,
			r == ZONG_ENOENT ? ZONG_BULK_SEGMENT_MISSING : ZONG_BULK_SEGMENT_DAMAGED,
			&piece->digest, file);
	}
	if (r)
		return r;
	if (!plan->sound)
		return zong_bulk_tell(bulk, ZONG_BULK_RECIPE_DAMAGED, NULL, file);
	return any ? 0 : zong_bulk_tell(bulk, ZONG_BULK_FILE_DAMAGED, NULL, file);
}

/* Marks its segments as named; false: one of them is known to be damaged. */
static bool name_segments(struct zong_bulk *bulk, const struct plan *plan)
{
	struct zong_named_entry *entry;
	bool sound = true;
	size_t i;

	pthread_mutex_lock(&bulk->mutex);
	for (i = 0; i < plan->recipe.count; i++) {
		if (plan->recipe.pieces[i].inline_at != ZONG_RECIPE_SEGMENT)
			continue;
		entry = zong_named_find(&bulk->named, &plan->recipe.pieces[i].digest);
		if (!entry)
			continue;
		entry->named = true;
		sound = sound && !entry->damaged;
	}
	pthread_mutex_unlock(&bulk->mutex);
	return sound;
}

static int check_plan(struct zong_bulk *bulk, struct zong_value_reader *reader, struct plan *plan,
	const struct zong_digest *file)
{
	bool sm3_wrong;
	int r = read_plan(bulk->store, file, plan);

	if (r)
		return r == ZONG_ENOENT ? 0 : r; /* taken away meanwhile */
	r = digest_file(bulk, reader, plan, file, &sm3_wrong);
	if (!name_segments(bulk, plan) && !r)
		r = ZONG_ECORRUPT; /* quick looks at no bytes, and the pass before has */
	if (!r && sm3_wrong)
		r = zong_bulk_tell(bulk, ZONG_BULK_SM3_WRONG, NULL, file);
	if (r != ZONG_ENOENT && r != ZONG_ECORRUPT)
		return r;
	/* Anew, before anything is said: it may have been on its way out. */
	r = read_plan(bulk->store, file, plan);
	if (!r)
		r = tell_file(bulk, reader, plan, file);
	return r == ZONG_ENOENT ? 0 : r;
}

static int check_file(struct zong_bulk *bulk, struct zong_value_reader *reader)
{
	struct plan plan = {0};
	struct zong_digest file;
	int r = take_file(bulk, &file);

	if (r)
		return r;
	zong_recipe_init(&plan.recipe);
	r = check_plan(bulk, reader, &plan, &file);
	if (!r) {
		pthread_mutex_lock(&bulk->mutex);
		bulk->files++;
		if (!bulk->options.quick)
			bulk->file_bytes += plan.size;
		pthread_mutex_unlock(&bulk->mutex);
	}
	zong_recipe_release(&plan.recipe);
	return r;
}

/* Bytes of all files, for the progress; in one walk that is over in moments. */
static uint64_t expected(struct zong_store *store)
{
	struct zong_txn *txn;
	struct zong_iter iter;
	uint64_t bytes = 0;
	Zong__File *row;

	if (zong_store_read_begin(store, &txn))
		return 0;
	if (zong_iter_begin(&iter, txn, ZONG_TABLE_FILES, NULL, NULL, false) == 0)
		while (zong_iter_next(&iter) == 0) {
			row = zong__file__unpack(NULL, iter.value_len, iter.value);
			if (row)
				bytes += row->bytes;
			zong__file__free_unpacked(row, NULL);
		}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return bytes;
}

int zong_bulk_files(struct zong_bulk *bulk)
{
	bulk->total = bulk->options.quick ? 0 : expected(bulk->store);
	return zong_bulk_run(bulk, check_file);
}

int zong_bulk_files_of(struct zong_store *store, const struct zong_digest *segment,
	int (*each)(void *ctx, const struct zong_digest *file), void *ctx)
{
	struct plan plan = {0};
	struct zong_digest file;
	bool begun = false;
	size_t i;
	int r = 0;

	zong_recipe_init(&plan.recipe);
	while (!r) {
		r = next_file(store, begun ? &file : NULL, &file);
		if (r)
			break;
		begun = true;
		r = read_plan(store, &file, &plan);
		if (r == ZONG_ENOENT) {
			r = 0;
			continue;
		}
		for (i = 0; !r && i < plan.recipe.count; i++)
			if (plan.recipe.pieces[i].inline_at == ZONG_RECIPE_SEGMENT &&
				zong_digest_equal(&plan.recipe.pieces[i].digest, segment))
				break;
		if (!r && i < plan.recipe.count)
			r = each(ctx, &file);
	}
	zong_recipe_release(&plan.recipe);
	return r == ZONG_EEND ? 0 : r;
}
