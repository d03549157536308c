/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/log.h>

#include "log_tree.h"
#include "row.h"

#define LINES_AT_ONCE 4096 /* of one transaction of catching up */
#define NONCE_TAG 0x6a	   /* field 13, bytes; its length in one byte follows */
#define NONCE_FIELD (2 + ZONG_LOG_NONCE)
#define SALT 32

/* ---- the table ---- */

void zong_log_tree_key(unsigned level, uint64_t index, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u8(ret_key, (uint8_t)level);
	zong_key_u64(ret_key, index);
}

/* Through an iterator: with zong_txn_get a damaged node would make the whole change fail. */
static int get(void *ctx, unsigned level, uint64_t index, struct zong_digest *ret_hash)
{
	_cleanup_row_ Zong__LogNode *node = NULL;
	struct zong_iter iter = {0};
	struct zong_key key;
	int err;

	zong_log_tree_key(level, index, &key);
	err = zong_iter_begin(&iter, ctx, ZONG_TABLE_LOG_TREE, &key, NULL, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err && zong_iter_sound(&iter))
		node = zong__log_node__unpack(NULL, iter.value_len, iter.value);
	if (!err && (!node || !zong_row_digest(&node->hash, ret_hash)))
		err = ZONG_ECORRUPT;
	zong_iter_end(&iter);
	return err == ZONG_EEND ? ZONG_ECORRUPT : err;
}

static int put(void *ctx, unsigned level, uint64_t index, const struct zong_digest *hash)
{
	Zong__LogNode node = ZONG__LOG_NODE__INIT;
	struct zong_key key;

	node.hash.data = (uint8_t *)(uintptr_t)hash->bytes;
	node.hash.len = sizeof(hash->bytes);
	zong_log_tree_key(level, index, &key);
	return zong_txn_put(ctx, ZONG_TABLE_LOG_TREE, &key, &node.base);
}

void zong_log_tree_of(struct zong_txn *txn, struct zong_merkle_store *ret_store)
{
	*ret_store = (struct zong_merkle_store){.get = get, .put = put, .ctx = txn};
}

int zong_log_tree_size(struct zong_txn *txn, uint64_t *ret_size)
{
	struct zong_iter iter = {0};
	struct zong_key leaves;
	struct zong_key_view view;
	uint64_t last = 0;
	uint8_t level;
	int err;

	zong_key_clear(&leaves);
	zong_key_u8(&leaves, 0);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG_TREE, &leaves, NULL, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		view = iter.key;
		if (!zong_key_take_u8(&view, &level) || !zong_key_take_u64(&view, &last))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	if (!err)
		*ret_size = last + 1;
	if (err == ZONG_EEND) {
		*ret_size = 0;
		err = 0;
	}
	return err;
}

int zong_log_tree_whole(struct zong_txn *txn, uint64_t *ret_size)
{
	uint64_t size, lines;
	int err = zong_log_tree_size(txn, &size);

	if (!err)
		err = zong_txn_counter(txn, ZONG_COUNT_LOG, &lines);
	if (err)
		return err;
	if (size != lines)
		return ZONG_ECORRUPT;
	*ret_size = size;
	return 0;
}

/* ---- entries ---- */

static void key_salt(struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, "log-salt");
}

/* That of a line without one. */
static int add_nonce(struct zong_txn *txn, uint64_t seq, struct zong_buf *entry)
{
	static const uint8_t head[] = {NONCE_TAG, ZONG_LOG_NONCE};
	struct zong_digest nonce;
	struct zong_key key;
	const void *salt;
	uint8_t number[8];
	size_t len;
	int err;

	key_salt(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &salt, &len);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (len != SALT)
		return ZONG_ECORRUPT;
	zong_write_be64(number, seq);
	zong_digest_hmac(salt, len, number, sizeof(number), &nonce);
	zong_buf_add(entry, head, sizeof(head));
	return zong_buf_add(entry, nonce.bytes, ZONG_LOG_NONCE);
}

int zong_log_entry(struct zong_txn *txn, uint64_t seq, const Zong__LogRecord *record,
	const void *row, size_t len, struct zong_buf *entry)
{
	int err;

	zong_buf_clear(entry);
	zong_buf_add(entry, row, len);
	err = record->nonce.len ? entry->err : add_nonce(txn, seq, entry);
	return !err && entry->len > ZONG_LOG_ENTRY ? ZONG_ELIMIT : err;
}

int zong_log_entry_at(struct zong_txn *txn, uint64_t seq, struct zong_buf *entry)
{
	_cleanup_row_ Zong__LogRecord *record = NULL;
	struct zong_key key;
	const void *row;
	size_t len;
	int err;

	zong_key_clear(&key);
	zong_key_u64(&key, seq);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_LOG, &key, &row, &len);
	if (err)
		return err;
	record = zong__log_record__unpack(NULL, len, row);
	return record ? zong_log_entry(txn, seq, record, row, len, entry) : ZONG_ECORRUPT;
}

/* ---- growing ---- */

static int append(struct zong_txn *txn, uint64_t size, const void *entry, size_t len)
{
	struct zong_merkle_store store;
	struct zong_digest leaf;
	int err = zong_merkle_leaf(entry, len, &leaf);

	if (err)
		return err;
	zong_log_tree_of(txn, &store);
	err = zong_merkle_append(&store, size, &leaf);
	/* The tile that this leaf completes cannot be hashed, as one of its leaves is damaged. Nobody's work waits for
	 * that: there will be no head of the log until zong check has made it anew from the lines. */
	return err == ZONG_ECORRUPT ? 0 : err;
}

int zong_log_tree_append(struct zong_txn *txn, uint64_t seq, const void *entry, size_t len)
{
	uint64_t size;
	int err = zong_log_tree_size(txn, &size);

	if (err || size != seq - 1)
		return err;
	return append(txn, size, entry, len);
}

/* For the lines that have no nonce. */
static int need_salt(struct zong_txn *txn)
{
	uint8_t salt[SALT];
	struct zong_key key;
	int err;

	key_salt(&key);
	if (zong_txn_has(txn, ZONG_TABLE_META, &key))
		return 0;
	randombytes_buf(salt, sizeof(salt));
	err = zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, salt, sizeof(salt));
	sodium_memzero(salt, sizeof(salt));
	return err;
}

struct catching_up {
	struct zong_buf entry;
	uint64_t size, lines; /* of the tree and the log, after the step */
	bool stuck;	      /* the line that comes next cannot be read */
};

static int catch_up_line(struct zong_txn *txn, struct catching_up *up, const struct zong_iter *iter)
{
	_cleanup_row_ Zong__LogRecord *record = NULL;
	int err;

	if (zong_iter_sound(iter))
		record = zong__log_record__unpack(NULL, iter->value_len, iter->value);
	if (!record || record->seq != up->size + 1) {
		up->stuck = true;
		return 0;
	}
	err = zong_log_entry(txn, record->seq, record, iter->value, iter->value_len, &up->entry);
	if (!err)
		err = append(txn, up->size, up->entry.data, up->entry.len);
	if (!err)
		up->size++;
	return err;
}

static int catch_up_some(struct zong_txn *txn, void *ctx)
{
	struct catching_up *up = ctx;
	struct zong_iter iter = {0};
	struct zong_key from;
	unsigned int done;
	int err = zong_txn_counter(txn, ZONG_COUNT_LOG, &up->lines);

	up->stuck = false;
	if (!err)
		err = zong_log_tree_size(txn, &up->size);
	if (err || up->size >= up->lines)
		return err;
	err = need_salt(txn);
	zong_key_clear(&from);
	zong_key_u64(&from, up->size + 1);
	if (!err)
		err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG, NULL, &from, false);
	for (done = 0; !err && !up->stuck && done < LINES_AT_ONCE; done++) {
		err = zong_iter_next(&iter);
		if (!err)
			err = catch_up_line(txn, up, &iter);
	}
	zong_iter_end(&iter);
	if (err == ZONG_EEND) {
		up->stuck = up->size < up->lines; /* the last lines are gone */
		err = 0;
	}
	return err;
}

/* Most archives are up to it: told without a write. */
static int is_behind(struct zong_store *store, bool *ret_behind)
{
	uint64_t size, lines;
	struct zong_txn *txn;
	int err = zong_store_read_begin(store, &txn);

	if (err)
		return err;
	err = zong_txn_counter(txn, ZONG_COUNT_LOG, &lines);
	if (!err)
		err = zong_log_tree_size(txn, &size);
	zong_txn_end(txn);
	if (!err)
		*ret_behind = size < lines;
	return err;
}

int zong_log_tree_catch_up(struct zong_store *store)
{
	struct catching_up up = {.entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY)};
	bool behind;
	int err = is_behind(store, &behind);

	if (err || !behind)
		return err;
	zong_log_info("log: the tree over its lines is made");
	do {
		err = zong_store_write(store, catch_up_some, &up);
	} while (!err && !up.stuck && up.size < up.lines);
	if (!err && up.stuck)
		zong_log_warning("log: line %llu cannot be read, so the tree ends before it; zong "
				 "check says more",
			(unsigned long long)up.size + 1);
	zong_buf_release(&up.entry);
	return err;
}
