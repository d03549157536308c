/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/access.h>
#include <zong/byteorder.h>

#include "journal.h"
#include "log_tree.h"
#include "tlog.h"

/* Does the tree have hashes of @level from *@first on, @width of them? */
static int find(
	struct zong_txn *txn, unsigned level, uint64_t index, unsigned width, uint64_t *ret_first)
{
	uint64_t size, kept;
	int err = zong_log_tree_whole(txn, &size);

	if (err)
		return err;
	kept = zong_merkle_kept(size, level);
	if (width == 0 || width > ZONG_MERKLE_TILE_WIDTH || index > kept / ZONG_MERKLE_TILE_WIDTH ||
		index * ZONG_MERKLE_TILE_WIDTH + width > kept)
		return ZONG_ENOENT;
	*ret_first = index * ZONG_MERKLE_TILE_WIDTH;
	return 0;
}

int zong_tlog_tile(struct zong_archive *archive, unsigned level, uint64_t index, unsigned width,
	struct zong_buf *tile)
{
	struct zong_merkle_store store;
	struct zong_digest hash;
	struct zong_txn *txn;
	uint64_t first;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	zong_log_tree_of(txn, &store);
	err = find(txn, level, index, width, &first);
	for (unsigned i = 0; !err && i < width; i++) {
		err = store.get(store.ctx, level, first + i, &hash);
		if (!err)
			err = zong_buf_add(tile, hash.bytes, sizeof(hash.bytes));
	}
	zong_txn_end(txn);
	return err;
}

int zong_tlog_entries(struct zong_archive *archive, const struct zong_subject *who, uint64_t index,
	unsigned width, struct zong_buf *bundle)
{
	struct zong_buf entry = ZONG_BUF_INIT(2 * ZONG_LOG_ENTRY);
	struct zong_txn *txn;
	uint8_t length[2];
	char object[64];
	uint64_t first;
	int err = zong_access_may(who, ZONG_VERB_LOG_READ, NULL);

	if (err)
		return err;
	snprintf(object, sizeof(object), "log/entries/%llu", (unsigned long long)index);
	err = zong_journal_read(archive->journal, who, "log.read", object);
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = find(txn, 0, index, width, &first);
	for (unsigned i = 0; !err && i < width; i++) {
		err = zong_log_entry_at(txn, first + i + 1, &entry);
		if (err == ZONG_ENOENT)
			err = ZONG_ECORRUPT;
		if (err)
			break;
		zong_write_be16(length, (uint16_t)entry.len);
		zong_buf_add(bundle, length, sizeof(length));
		err = zong_buf_add(bundle, entry.data, entry.len);
	}
	zong_txn_end(txn);
	zong_buf_release(&entry);
	return err;
}

int zong_tlog_consistency(struct zong_archive *archive, uint64_t from, uint64_t *to,
	struct zong_merkle_proof *ret_proof, struct zong_buf *note)
{
	struct zong_merkle_store store;
	struct zong_checkpoint head;
	struct zong_txn *txn;
	uint64_t size, last;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	zong_log_tree_of(txn, &store);
	err = zong_log_tree_whole(txn, &size);
	last = *to ? *to : size;
	if (!err && (from > size || last > size))
		err = ZONG_ENOENT;
	if (!err)
		err = zong_merkle_consistency(&store, from, last, ret_proof);
	if (!err)
		err = zong_tlog_head(archive, txn, last, &head);
	if (!err)
		err = zong_tlog_note(archive, txn, &head, note);
	zong_txn_end(txn);
	if (!err)
		*to = last;
	return err;
}
