/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "seal_tree.h"
#include "state.h"
#include "sum.h"

/* Remembers the first failure; not finding something is none. */
static int note(struct zong_txn *txn, int code)
{
	if (code && code != ZONG_ENOENT && code != ZONG_EEND && !txn->err)
		txn->err = code;
	return code;
}

static int note_mdb(struct zong_txn *txn, int rc)
{
	if (rc == MDB_MAP_FULL)
		txn->full = true;
	return note(txn, zong_error_from_mdb(rc));
}

static int check_key(const struct zong_key *key)
{
	if (key->err)
		return key->err;
	return key->len ? 0 : ZONG_EINVAL;
}

static MDB_val val_of(const struct zong_key *key)
{
	return (MDB_val){.mv_size = key->len, .mv_data = (void *)(uintptr_t)key->bytes};
}

/* ---- of a sealed archive ---- */

int zong_txn_note_tree(struct zong_txn *txn, int code)
{
	if (txn->tree && txn->tree->pages.mdb_error == MDB_MAP_FULL)
		txn->full = true;
	return note(txn, code);
}

static int begin_tree(struct zong_txn *txn, struct zong_tree *tree)
{
	struct zong_tree *around;
	int r;

	memset(tree, 0, sizeof(*tree));
	if (!txn->around)
		return zong_tree_begin(
			tree, txn->store->pages, txn->mdb, txn->store->catalog.dbis[0]);
	r = zong_txn_tree(txn->around, &around);
	return r ? r : zong_tree_nest(tree, around, txn->mdb);
}

int zong_txn_tree(struct zong_txn *txn, struct zong_tree **ret_tree)
{
	struct zong_tree *tree = txn->tree;
	int r;

	if (!tree) {
		tree = malloc(sizeof(*tree));
		if (!tree)
			return note(txn, ZONG_ENOMEM);
		r = begin_tree(txn, tree);
		if (r) {
			zong_tree_release(tree);
			free(tree);
			return note(txn, r);
		}
		txn->tree = tree;
	}
	*ret_tree = tree;
	return 0;
}

int zong_txn_settle(struct zong_txn *txn)
{
	struct zong_tree *tree;
	int r;

	if (!txn->store->seal)
		return 0;
	r = zong_txn_tree(txn, &tree);
	return r ? r : zong_txn_note_tree(txn, zong_tree_settle(tree));
}

static void release_tree(struct zong_txn *txn)
{
	if (!txn->tree)
		return;
	zong_tree_release(txn->tree);
	free(txn->tree);
	txn->tree = NULL;
}

int zong_txn_finish(struct zong_txn *txn, int r)
{
	if (!txn->tree)
		return r;
	if (!r && txn->around)
		r = zong_txn_note_tree(txn, zong_tree_merge(txn->tree, txn->around->tree));
	else if (!r)
		r = zong_txn_note_tree(txn, zong_tree_flush(txn->tree));
	release_tree(txn);
	return r;
}

/* ---- beginning and ending ---- */

int zong_store_read_begin(struct zong_store *store, struct zong_txn **ret_txn)
{
	struct zong_txn *txn = calloc(1, sizeof(*txn));
	int r;

	if (!txn)
		return ZONG_ENOMEM;
	txn->store = store;
	r = zong_env_read_begin(&store->catalog, &txn->mdb);
	if (r) {
		free(txn);
		return r;
	}
	*ret_txn = txn;
	return 0;
}

void zong_txn_end(struct zong_txn *txn)
{
	if (!txn)
		return;
	if (txn->write)
		abort(); /* the writer's own: a change must not end it */
	release_tree(txn);
	zong_env_read_end(&txn->store->catalog, txn->mdb);
	free(txn);
}

int zong_txn_err(const struct zong_txn *txn)
{
	return txn->err;
}

void zong_txn_capture(struct zong_txn *txn, zong_txn_seen *seen, void *ctx)
{
	txn->seen = seen;
	txn->seen_ctx = ctx;
}

int zong_txn_reserve(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	size_t len, void **ret_room)
{
	MDB_val k = val_of(key);
	MDB_val v = {.mv_size = len};
	struct zong_tree *tree;
	int r = check_key(key);

	if (!r && !txn->write)
		r = ZONG_EINVAL;
	if (!r && len > ZONG_LIMIT_VALUE)
		r = ZONG_ELIMIT;
	if (r)
		return note(txn, r);
	if (txn->store->seal) {
		r = zong_txn_tree(txn, &tree);
		return r ? r
			 : zong_txn_note_tree(
				   txn, zong_tree_reserve(tree, table, key, len, ret_room));
	}
	r = note_mdb(txn, mdb_put(txn->mdb, txn->store->catalog.dbis[table], &k, &v, MDB_RESERVE));
	if (!r)
		*ret_room = v.mv_data;
	return r;
}

static int capture_row(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessage *row, size_t len)
{
	uint8_t *packed = malloc(len ? len : 1);
	int r;

	if (!packed)
		return note(txn, ZONG_ENOMEM);
	protobuf_c_message_pack(row, packed);
	r = check_key(key);
	if (!r)
		r = txn->seen(txn->seen_ctx, table, key, packed, len);
	free(packed);
	return note(txn, r);
}

int zong_txn_put(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessage *row)
{
	size_t len = protobuf_c_message_get_packed_size(row);
	void *room;
	int r;

	if (txn->seen)
		return capture_row(txn, table, key, row, len);
	r = zong_txn_reserve(txn, table, key, len + ZONG_SUM_SIZE, &room);
	if (r)
		return r;
	protobuf_c_message_pack(row, room);
	zong_sum_put(key->bytes, key->len, room, len);
	return 0;
}

int zong_txn_put_bytes(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void *bytes, size_t len)
{
	void *room;
	int r;

	if (txn->seen) {
		r = check_key(key);
		return note(txn, r ? r : txn->seen(txn->seen_ctx, table, key, bytes, len));
	}
	r = zong_txn_reserve(txn, table, key, len, &room);
	if (r)
		return r;
	if (len > 0)
		memcpy(room, bytes, len);
	return 0;
}

static int get_value(
	struct zong_txn *txn, enum zong_table table, const struct zong_key *key, MDB_val *ret_value)
{
	MDB_val k = val_of(key);
	struct zong_tree *tree;
	const void *bytes;
	int r = check_key(key);

	if (r)
		return note(txn, r);
	if (txn->store->seal) {
		r = zong_txn_tree(txn, &tree);
		if (!r)
			r = zong_txn_note_tree(txn,
				zong_tree_get(tree, table, key, &bytes, &ret_value->mv_size));
		if (!r)
			ret_value->mv_data = (void *)(uintptr_t)bytes;
		return r;
	}
	return note_mdb(txn, mdb_get(txn->mdb, txn->store->catalog.dbis[table], &k, ret_value));
}

int zong_txn_get_kept(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len)
{
	MDB_val v;
	int r = get_value(txn, table, key, &v);

	if (r)
		return r;
	*ret_bytes = v.mv_data;
	*ret_len = v.mv_size;
	return 0;
}

int zong_txn_get_bytes(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const void **ret_bytes, size_t *ret_len)
{
	MDB_val v;
	int r = get_value(txn, table, key, &v);

	if (r)
		return r;
	*ret_bytes = v.mv_data;
	*ret_len = zong_sum_skip(v.mv_data, v.mv_size);
	return 0;
}

static int unpack(struct zong_txn *txn, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, const void *bytes, size_t kept,
	ProtobufCMessage **ret_row)
{
	ProtobufCMessage *row;
	size_t len;

	if (zong_sum_check(key->bytes, key->len, bytes, kept, &len) == ZONG_SUM_WRONG)
		return note(txn, ZONG_ECORRUPT);
	row = protobuf_c_message_unpack(type, NULL, len, bytes);
	if (!row)
		return note(txn, ZONG_ECORRUPT);
	*ret_row = row;
	return 0;
}

/* What was opened for it is not kept. */
static int get_sealed(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **ret_row)
{
	struct zong_pages_value *value;
	struct zong_tree *tree;
	size_t len;
	int r = check_key(key);

	if (r)
		return note(txn, r);
	r = zong_txn_tree(txn, &tree);
	if (!r)
		r = zong_txn_note_tree(txn, zong_tree_take(tree, table, key, &value, &len));
	if (r)
		return r;
	r = unpack(txn, key, type, value->bytes, len, ret_row);
	zong_pages_value_free(value);
	return r;
}

int zong_txn_get(struct zong_txn *txn, enum zong_table table, const struct zong_key *key,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **ret_row)
{
	MDB_val v;
	int r;

	if (txn->store->seal)
		return get_sealed(txn, table, key, type, ret_row);
	r = get_value(txn, table, key, &v);
	return r ? r : unpack(txn, key, type, v.mv_data, v.mv_size, ret_row);
}

bool zong_txn_has(struct zong_txn *txn, enum zong_table table, const struct zong_key *key)
{
	struct zong_tree *tree;
	const void *bytes;
	size_t len;

	if (!txn->store->seal)
		return zong_txn_get_bytes(txn, table, key, &bytes, &len) == 0;
	if (check_key(key)) {
		note(txn, check_key(key));
		return false;
	}
	return zong_txn_tree(txn, &tree) == 0 &&
	       zong_txn_note_tree(txn, zong_tree_has(tree, table, key)) == 0;
}

int zong_txn_delete(struct zong_txn *txn, enum zong_table table, const struct zong_key *key)
{
	MDB_val k = val_of(key);
	struct zong_tree *tree;
	int r = check_key(key);
	int rc;

	if (!r && txn->seen)
		return 0;
	if (!r && !txn->write)
		r = ZONG_EINVAL;
	if (r)
		return note(txn, r);
	if (txn->store->seal) {
		r = zong_txn_tree(txn, &tree);
		return r ? r : zong_txn_note_tree(txn, zong_tree_delete(tree, table, key));
	}
	rc = mdb_del(txn->mdb, txn->store->catalog.dbis[table], &k, NULL);
	return rc == MDB_NOTFOUND ? 0 : note_mdb(txn, rc);
}

int zong_txn_empty(struct zong_txn *txn, enum zong_table table)
{
	struct zong_tree *tree;
	int r;

	if (!txn->write)
		return note(txn, ZONG_EINVAL);
	if (txn->store->seal) {
		r = zong_txn_tree(txn, &tree);
		return r ? r : zong_txn_note_tree(txn, zong_tree_empty(tree, table));
	}
	return note_mdb(txn, mdb_drop(txn->mdb, txn->store->catalog.dbis[table], 0));
}

int zong_txn_entries(struct zong_txn *txn, enum zong_table table, uint64_t *ret_entries)
{
	struct zong_tree *tree;
	MDB_stat stat;
	int r;

	if (txn->store->seal) {
		r = zong_txn_tree(txn, &tree);
		return r ? r : zong_txn_note_tree(txn, zong_tree_entries(tree, table, ret_entries));
	}
	r = note_mdb(txn, mdb_stat(txn->mdb, txn->store->catalog.dbis[table], &stat));

	if (r)
		return r;
	*ret_entries = stat.ms_entries;
	return 0;
}
