/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_RECIPE_H
#define ZONG_STORE_RECIPE_H

/* The list of pieces that gives a file back: in memory while it comes in, in ZONG_TABLE_RECIPES as
 * rows of ZONG_RECIPE_CHUNK pieces under (file digest, offset of the row's first byte). */

#include "state.h"

struct zong_recipe_piece {
	struct zong_digest digest; /* of a segment */
	uint32_t len;
	uint32_t inline_at; /* place in ->inlines, or ZONG_RECIPE_SEGMENT */
};

#define ZONG_RECIPE_SEGMENT UINT32_MAX

struct zong_recipe {
	struct zong_recipe_piece *pieces;
	size_t count, cap;
	struct zong_buf inlines;
};

void zong_recipe_init(struct zong_recipe *recipe);
void zong_recipe_release(struct zong_recipe *recipe);
/* 0, ZONG_ENOMEM, ZONG_ELIMIT. */
int zong_recipe_add_segment(
	struct zong_recipe *recipe, const struct zong_digest *digest, size_t len);
int zong_recipe_add_inline(struct zong_recipe *recipe, const void *bytes, size_t len);

/* Can this row be one? 0 or ZONG_ECORRUPT: no pieces, a piece of no or too great length, or one
 * that is neither a segment nor inline. */
int zong_recipe_check(const Zong__Recipe *row);
bool zong_recipe_exists(struct zong_txn *txn, const struct zong_digest *file);
int zong_recipe_put(
	struct zong_txn *txn, const struct zong_digest *file, const struct zong_recipe *recipe);
/* Bytes of the file by its last row. 0, ZONG_ENOENT, ZONG_ECORRUPT. */
int zong_recipe_size(struct zong_txn *txn, const struct zong_digest *file, uint64_t *ret_size);
/* The row that holds the byte at @offset, and the offset of its first byte; freed by the caller.
 * 0, ZONG_ENOENT, ZONG_ECORRUPT (a piece that cannot be). */
int zong_recipe_get(struct zong_txn *txn, const struct zong_digest *file, uint64_t offset,
	Zong__Recipe **ret_row, uint64_t *ret_start);

#endif
