/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "seal_tree.h"
#include "state.h"
#include "sum.h"

struct state {
	struct zong_txn *txn;
	MDB_cursor *cursor;		/* or, of a sealed archive, */
	struct zong_tree_cursor *sealed;
	bool backwards;
	bool begun;
	struct zong_key prefix;
	struct zong_key edge; /* where to begin: first >= edge, or last < edge; empty: an end of the
				 table */
};

static int fail(struct zong_txn *txn, int code)
{
	if (!txn->err)
		txn->err = code;
	return code;
}

static int compare(const struct zong_key *a, const struct zong_key *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->bytes, b->bytes, len);

	if (order)
		return order;
	return a->len < b->len ? -1 : a->len > b->len;
}

/* The least key greater than all that begin with @prefix; empty where there is none. */
static void after_prefix(const struct zong_key *prefix, struct zong_key *ret_key)
{
	*ret_key = *prefix;
	while (ret_key->len > 0) {
		if (ret_key->bytes[ret_key->len - 1] != 0xff) {
			ret_key->bytes[ret_key->len - 1]++;
			return;
		}
		ret_key->len--;
	}
}

static void find_edge(struct state *state, const struct zong_key *from)
{
	if (!state->backwards) {
		state->edge = state->prefix;
		if (from && compare(from, &state->prefix) > 0)
			state->edge = *from;
		return;
	}
	after_prefix(&state->prefix, &state->edge);
	if (from && (state->edge.len == 0 || compare(from, &state->edge) < 0))
		state->edge = *from;
}

static int open_sealed(struct state *state, enum zong_table table)
{
	struct zong_tree *tree;
	int r = zong_txn_tree(state->txn, &tree);

	if (r)
		return r;
	state->sealed = malloc(sizeof(*state->sealed));
	if (!state->sealed)
		return ZONG_ENOMEM;
	zong_tree_cursor_init(state->sealed, tree, table);
	return 0;
}

int zong_iter_begin(struct zong_iter *iter, struct zong_txn *txn, enum zong_table table,
	const struct zong_key *prefix, const struct zong_key *from, bool backwards)
{
	struct state *state;
	int r;

	memset(iter, 0, sizeof(*iter));
	if ((prefix && prefix->err) || (from && from->err))
		return fail(txn, ZONG_ELIMIT);
	state = calloc(1, sizeof(*state));
	if (!state)
		return fail(txn, ZONG_ENOMEM);
	state->txn = txn;
	state->backwards = backwards;
	if (prefix)
		state->prefix = *prefix;
	find_edge(state, from);
	if (txn->store->seal)
		r = open_sealed(state, table);
	else
		r = zong_error_from_mdb(mdb_cursor_open(
			txn->mdb, txn->store->catalog.dbis[table], &state->cursor));
	if (r) {
		free(state);
		return fail(txn, r);
	}
	iter->state_ = state;
	return 0;
}

int zong_iter_again(struct zong_iter *iter, const struct zong_key *prefix)
{
	struct state *state = iter->state_;

	if (prefix->err)
		return fail(state->txn, ZONG_ELIMIT);
	state->prefix.len = state->edge.len = prefix->len;
	memcpy(state->prefix.bytes, prefix->bytes, prefix->len);
	memcpy(state->edge.bytes, prefix->bytes, prefix->len);
	state->backwards = state->begun = false;
	return 0;
}

static int step(struct state *state, MDB_val *key, MDB_val *value)
{
	MDB_cursor *cursor = state->cursor;
	int rc;

	if (state->begun)
		return mdb_cursor_get(cursor, key, value, state->backwards ? MDB_PREV : MDB_NEXT);
	state->begun = true;
	if (state->edge.len == 0)
		return mdb_cursor_get(cursor, key, value, state->backwards ? MDB_LAST : MDB_FIRST);
	key->mv_data = state->edge.bytes;
	key->mv_size = state->edge.len;
	rc = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
	if (!state->backwards)
		return rc;
	if (rc == MDB_NOTFOUND)
		return mdb_cursor_get(cursor, key, value, MDB_LAST);
	return rc ? rc : mdb_cursor_get(cursor, key, value, MDB_PREV);
}

static int step_sealed(struct state *state, MDB_val *key, MDB_val *value)
{
	struct zong_tree_cursor *cursor = state->sealed;
	int r;

	if (state->begun)
		return zong_tree_cursor_step(
			cursor, state->backwards ? ZONG_TREE_PREV : ZONG_TREE_NEXT, key, value);
	state->begun = true;
	if (state->edge.len == 0)
		return zong_tree_cursor_step(
			cursor, state->backwards ? ZONG_TREE_LAST : ZONG_TREE_FIRST, key, value);
	r = zong_tree_cursor_seek(cursor, state->edge.bytes, state->edge.len, key, value);
	if (!state->backwards)
		return r;
	if (r == ZONG_EEND)
		return zong_tree_cursor_step(cursor, ZONG_TREE_LAST, key, value);
	return r ? r : zong_tree_cursor_step(cursor, ZONG_TREE_PREV, key, value);
}

static int step_any(struct state *state, MDB_val *key, MDB_val *value)
{
	int rc;

	if (state->sealed)
		return zong_txn_note_tree(state->txn, step_sealed(state, key, value));
	rc = step(state, key, value);
	if (rc == MDB_NOTFOUND)
		return ZONG_EEND;
	return rc ? fail(state->txn, zong_error_from_mdb(rc)) : 0;
}

int zong_iter_next(struct zong_iter *iter)
{
	struct state *state = iter->state_;
	MDB_val key, value;
	int r;

	if (!state)
		return ZONG_EEND;
	r = step_any(state, &key, &value);
	if (r)
		return r;
	if (key.mv_size < state->prefix.len ||
		memcmp(key.mv_data, state->prefix.bytes, state->prefix.len) != 0)
		return ZONG_EEND;
	iter->key.bytes = key.mv_data;
	iter->key.len = key.mv_size;
	iter->value = value.mv_data;
	iter->value_len = zong_sum_skip(value.mv_data, value.mv_size);
	iter->value_kept = value.mv_size;
	return 0;
}

bool zong_iter_sound(const struct zong_iter *iter)
{
	size_t len;

	return zong_sum_check(iter->key.bytes, iter->key.len, iter->value, iter->value_kept,
		       &len) != ZONG_SUM_WRONG;
}

void zong_iter_end(struct zong_iter *iter)
{
	struct state *state = iter->state_;

	if (!state)
		return;
	if (state->sealed)
		zong_tree_cursor_release(state->sealed);
	else
		mdb_cursor_close(state->cursor);
	free(state->sealed);
	free(state);
	iter->state_ = NULL;
}
