/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "recipe.h"

#define INLINES_MAX (256 << 20)

void zong_recipe_init(struct zong_recipe *recipe)
{
	memset(recipe, 0, sizeof(*recipe));
	zong_buf_init(&recipe->inlines, INLINES_MAX);
}

void zong_recipe_release(struct zong_recipe *recipe)
{
	free(recipe->pieces);
	zong_buf_release(&recipe->inlines);
	memset(recipe, 0, sizeof(*recipe));
}

static struct zong_recipe_piece *add(struct zong_recipe *recipe)
{
	struct zong_recipe_piece *grown;
	size_t cap;

	if (recipe->count == recipe->cap) {
		cap = recipe->cap ? recipe->cap * 2 : 32;
		grown = reallocarray(recipe->pieces, cap, sizeof(*grown));
		if (!grown)
			return NULL;
		recipe->pieces = grown;
		recipe->cap = cap;
	}
	return &recipe->pieces[recipe->count++];
}

int zong_recipe_add_segment(
	struct zong_recipe *recipe, const struct zong_digest *digest, size_t len)
{
	struct zong_recipe_piece *piece = add(recipe);

	if (!piece)
		return ZONG_ENOMEM;
	piece->digest = *digest;
	piece->len = (uint32_t)len;
	piece->inline_at = ZONG_RECIPE_SEGMENT;
	return 0;
}

int zong_recipe_add_inline(struct zong_recipe *recipe, const void *bytes, size_t len)
{
	size_t at = recipe->inlines.len;
	struct zong_recipe_piece *piece;
	int r = zong_buf_add(&recipe->inlines, bytes, len);

	if (r)
		return r;
	piece = add(recipe);
	if (!piece)
		return ZONG_ENOMEM;
	memset(&piece->digest, 0, sizeof(piece->digest));
	piece->len = (uint32_t)len;
	piece->inline_at = (uint32_t)at;
	return 0;
}

static void key_of(const struct zong_digest *file, uint64_t offset, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_digest(ret_key, file);
	zong_key_u64(ret_key, offset);
}

bool zong_recipe_exists(struct zong_txn *txn, const struct zong_digest *file)
{
	struct zong_key key;

	key_of(file, 0, &key);
	return zong_txn_has(txn, ZONG_TABLE_RECIPES, &key);
}

static void fill_row_piece(
	const struct zong_recipe *recipe, const struct zong_recipe_piece *piece, Zong__Piece *row)
{
	zong__piece__init(row);
	row->length = piece->len;
	if (piece->inline_at == ZONG_RECIPE_SEGMENT) {
		row->digest.data = (uint8_t *)(uintptr_t)piece->digest.bytes;
		row->digest.len = sizeof(piece->digest.bytes);
	} else {
		row->inline_bytes.data = recipe->inlines.data + piece->inline_at;
		row->inline_bytes.len = piece->len;
	}
}

int zong_recipe_put(
	struct zong_txn *txn, const struct zong_digest *file, const struct zong_recipe *recipe)
{
	Zong__Piece *rows = calloc(ZONG_RECIPE_CHUNK, sizeof(*rows));
	Zong__Piece **list = calloc(ZONG_RECIPE_CHUNK, sizeof(Zong__Piece *));
	struct zong_key key;
	uint64_t offset = 0, next;
	size_t done, n, i;
	int r = rows && list ? 0 : ZONG_ENOMEM;

	for (done = 0; !r && done < recipe->count; done += n) {
		Zong__Recipe row = ZONG__RECIPE__INIT;

		next = offset;
		n = recipe->count - done;
		if (n > ZONG_RECIPE_CHUNK)
			n = ZONG_RECIPE_CHUNK;
		for (i = 0; i < n; i++) {
			fill_row_piece(recipe, &recipe->pieces[done + i], &rows[i]);
			list[i] = &rows[i];
			next += recipe->pieces[done + i].len;
		}
		row.pieces = list;
		row.n_pieces = n;
		key_of(file, offset, &key);
		r = zong_txn_put(txn, ZONG_TABLE_RECIPES, &key, &row.base);
		offset = next;
	}
	free(list);
	free(rows);
	return r;
}

int zong_recipe_check(const Zong__Recipe *row)
{
	const Zong__Piece *piece;
	size_t i;

	if (row->n_pieces == 0)
		return ZONG_ECORRUPT;
	for (i = 0; i < row->n_pieces; i++) {
		piece = row->pieces[i];
		if (piece->length == 0 || piece->length > ZONG_SEGMENT_MAX)
			return ZONG_ECORRUPT;
		if (piece->digest.len != ZONG_DIGEST_SIZE &&
			(piece->digest.len != 0 || piece->inline_bytes.len != piece->length))
			return ZONG_ECORRUPT;
	}
	return 0;
}

/* The last row of the file that begins before @limit. */
static int row_before(struct zong_txn *txn, const struct zong_digest *file,
	const struct zong_key *limit, Zong__Recipe **ret_row, uint64_t *ret_start)
{
	struct zong_key prefix;
	struct zong_key_view view;
	struct zong_digest digest;
	struct zong_iter iter;
	Zong__Recipe *row = NULL;
	int r;

	zong_key_clear(&prefix);
	zong_key_digest(&prefix, file);
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_RECIPES, &prefix, limit, true);
	if (!r)
		r = zong_iter_next(&iter);
	if (!r) {
		view = iter.key;
		row = zong__recipe__unpack(NULL, iter.value_len, iter.value);
		if (!row || !zong_key_take_digest(&view, &digest) ||
			!zong_key_take_u64(&view, ret_start) || zong_recipe_check(row))
			r = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	if (r) {
		zong__recipe__free_unpacked(row, NULL);
		return r == ZONG_EEND ? ZONG_ENOENT : r;
	}
	*ret_row = row;
	return 0;
}

int zong_recipe_get(struct zong_txn *txn, const struct zong_digest *file, uint64_t offset,
	Zong__Recipe **ret_row, uint64_t *ret_start)
{
	struct zong_key limit;

	key_of(file, offset + 1, &limit);
	return row_before(txn, file, &limit, ret_row, ret_start);
}

int zong_recipe_size(struct zong_txn *txn, const struct zong_digest *file, uint64_t *ret_size)
{
	Zong__Recipe *row;
	uint64_t size;
	size_t i;
	int r = row_before(txn, file, NULL, &row, &size);

	if (r)
		return r;
	for (i = 0; i < row->n_pieces; i++)
		size += row->pieces[i]->length;
	zong__recipe__free_unpacked(row, NULL);
	*ret_size = size;
	return 0;
}
