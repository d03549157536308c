/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"
#include "recipe.h"

/* The first file in @table behind @after (NULL: from the start). A transaction for each, so
 * that none outlives a file. */
static int next_file(struct zong_store *store, enum zong_table table,
	const struct zong_digest *after, struct zong_digest *ret_file)
{
	struct zong_key_view view;
	struct zong_iter iter;
	struct zong_key from;
	struct zong_txn *txn;
	int r;

	zong_key_clear(&from);
	if (after) {
		zong_key_digest(&from, after);
		zong_key_u64(&from, UINT64_MAX); /* behind every row of that file */
	}
	r = zong_store_read_begin(store, &txn);
	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, table, NULL, after ? &from : NULL, false);
	if (!r)
		r = zong_iter_next(&iter);
	if (!r) {
		view = iter.key;
		if (!zong_key_take_digest(&view, ret_file))
			r = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r;
}

static int has_recipe(struct zong_store *store, const struct zong_digest *file, bool *ret_has)
{
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	*ret_has = zong_recipe_exists(txn, file);
	r = zong_txn_err(txn);
	zong_txn_end(txn);
	return r;
}

static int verify_file(struct zong_store *store, const struct zong_digest *file)
{
	struct zong_reader *reader;
	int r = zong_reader_open(store, file, &reader);

	if (r)
		return r;
	r = zong_reader_verify(reader);
	zong_reader_close(reader);
	return r;
}

int zong_store_verify(struct zong_store *store, uint64_t *ret_files, uint64_t *ret_broken)
{
	const struct zong_digest *after = NULL;
	struct zong_digest file;
	uint64_t files = 0, broken = 0;
	bool has;
	int r;

	for (;;) {
		r = next_file(store, ZONG_TABLE_RECIPES, after, &file);
		if (r)
			break;
		after = &file;
		files++;
		r = verify_file(store, &file);
		if (r == ZONG_ECORRUPT || r == ZONG_EIO)
			broken++;
		else if (r)
			return r;
	}
	if (r != ZONG_EEND)
		return r;
	/* A file of the catalog that has no recipe at all. */
	for (after = NULL;; after = &file) {
		r = next_file(store, ZONG_TABLE_FILES, after, &file);
		if (!r)
			r = has_recipe(store, &file, &has);
		if (r)
			break;
		if (!has) {
			files++;
			broken++;
		}
	}
	if (r != ZONG_EEND)
		return r;
	*ret_files = files;
	*ret_broken = broken;
	return 0;
}
