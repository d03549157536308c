/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "collect.h"
#include "pending.h"

static void key_of(const struct zong_digest *digest, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_digest(ret_key, digest);
}

int zong_pending_put(struct zong_txn *txn, struct zong_segment_put *put, uint64_t *kept)
{
	size_t len = zong_segment_value_len(put);
	struct zong_key key;
	void *room;
	int r;

	put->is_new = false;
	key_of(&put->digest, &key);
	if (zong_segment_stored(txn->store, &put->digest))
		return txn->err;
	zong_collect_put(txn->store->collect, &put->digest);
	if (zong_txn_has(txn, ZONG_TABLE_PENDING, &key))
		return txn->err;
	r = zong_txn_reserve(txn, ZONG_TABLE_PENDING, &key, len, &room);
	if (r)
		return r;
	zong_segment_value(put, room);
	put->is_new = true;
	*kept += len;
	return 0;
}

int zong_pending_get(struct zong_txn *txn, const struct zong_digest *digest, const void **ret_value,
	size_t *ret_len)
{
	struct zong_key key;

	key_of(digest, &key);
	return zong_txn_get_kept(txn, ZONG_TABLE_PENDING, &key, ret_value, ret_len);
}

int zong_pending_bytes(struct zong_txn *txn, uint64_t *ret_bytes)
{
	struct zong_iter iter = {0};
	uint64_t bytes = 0;
	int r = zong_iter_begin(&iter, txn, ZONG_TABLE_PENDING, NULL, NULL, false);
	while (!r) {
		r = zong_iter_next(&iter);
		if (!r)
			bytes += iter.value_kept;
	}
	zong_iter_end(&iter);
	if (r != ZONG_EEND)
		return r;
	*ret_bytes = bytes;
	return 0;
}

void zong_pending_move_init(struct zong_pending_move *move)
{
	memset(move, 0, sizeof(*move));
	zong_buf_init(&move->values, ZONG_PENDING_STEP + ZONG_SEGMENT_VALUE_MAX);
}

void zong_pending_move_release(struct zong_pending_move *move)
{
	free(move->items);
	zong_buf_release(&move->values);
	memset(move, 0, sizeof(*move));
}

static int collect_one(struct zong_pending_move *move, const struct zong_iter *iter)
{
	struct zong_key_view view = iter->key;
	struct zong_pending_item *item;
	size_t cap;
	int r;

	if (move->count == move->cap) {
		cap = move->cap ? move->cap * 2 : 32;
		item = reallocarray(move->items, cap, sizeof(*item));
		if (!item)
			return ZONG_ENOMEM;
		move->items = item;
		move->cap = cap;
	}
	item = &move->items[move->count];
	if (!zong_key_take_digest(&view, &item->digest) || view.len > 0)
		return ZONG_ECORRUPT;
	item->at = move->values.len;
	item->len = iter->value_kept;
	r = zong_buf_add(&move->values, iter->value, iter->value_kept);
	if (!r)
		move->count++;
	return r;
}

int zong_pending_collect(struct zong_store *store, struct zong_pending_move *move)
{
	struct zong_iter iter = {0};
	struct zong_txn *txn;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_iter_begin(&iter, txn, ZONG_TABLE_PENDING, NULL, NULL, false);
	while (!r && move->values.len < ZONG_PENDING_STEP) {
		r = zong_iter_next(&iter);
		if (!r)
			r = collect_one(move, &iter);
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return r == ZONG_EEND ? 0 : r;
}

uint64_t zong_pending_move_bytes(const struct zong_pending_move *move)
{
	return move->values.len;
}

int zong_pending_store(struct zong_env *segments, MDB_txn *txn,
	const struct zong_pending_move *move, uint64_t *kept)
{
	size_t i;
	int rc;

	for (i = 0; i < move->count; i++) {
		const struct zong_pending_item *item = &move->items[i];
		MDB_val key = {.mv_size = sizeof(item->digest.bytes),
			.mv_data = (void *)(uintptr_t)item->digest.bytes};
		MDB_val value = {.mv_size = item->len, .mv_data = move->values.data + item->at};

		rc = mdb_put(txn, segments->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, &value,
			MDB_NOOVERWRITE);
		if (rc == MDB_KEYEXIST)
			continue;
		if (rc)
			return rc;
		*kept += item->len;
	}
	return 0;
}

int zong_pending_forget(struct zong_txn *txn, void *ctx)
{
	const struct zong_pending_move *move = ctx;
	struct zong_key key;
	size_t i;
	int r = 0;

	for (i = 0; !r && i < move->count; i++) {
		key_of(&move->items[i].digest, &key);
		r = zong_txn_delete(txn, ZONG_TABLE_PENDING, &key);
	}
	return r;
}
