/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "log_tree.h"
#include "row.h"
#include "tlog.h"

void zong_tlog_key_size(uint64_t size, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, size);
}

int zong_tlog_head(struct zong_archive *archive, struct zong_txn *txn, uint64_t size,
	struct zong_checkpoint *ret_head)
{
	const char *name = archive->tlog->signer.key.name;
	struct zong_checkpoint head = {.size = size};
	struct zong_merkle_store store;
	int err;

	zong_log_tree_of(txn, &store);
	err = zong_merkle_root(&store, size, &head.root);
	if (err)
		return err;
	memcpy(head.origin, name, strlen(name));
	*ret_head = head;
	return 0;
}

int zong_tlog_row(struct zong_txn *txn, uint64_t size, Zong__LogCheckpoint **ret_row)
{
	ProtobufCMessage *row = NULL;
	struct zong_key key;
	int err;

	zong_tlog_key_size(size, &key);
	err = zong_txn_get(
		txn, ZONG_TABLE_LOG_CHECKPOINTS, &key, &zong__log_checkpoint__descriptor, &row);
	if (err == ZONG_ENOENT) {
		row = zong_row_new(&zong__log_checkpoint__descriptor);
		err = row ? 0 : ZONG_ENOMEM;
	}
	if (err)
		return err;
	*ret_row = (Zong__LogCheckpoint *)row;
	(*ret_row)->size = size;
	return 0;
}

int zong_tlog_row_put(struct zong_txn *txn, const Zong__LogCheckpoint *row)
{
	struct zong_key key;

	zong_tlog_key_size(row->size, &key);
	return zong_txn_put(txn, ZONG_TABLE_LOG_CHECKPOINTS, &key, &row->base);
}

int zong_tlog_signed(
	struct zong_archive *archive, const struct zong_checkpoint *head, struct zong_buf *note)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_CHECKPOINT_MAX);
	int err = zong_checkpoint_format(head, &text);

	if (!err) {
		zong_buf_add(note, text.data, text.len);
		zong_buf_add_char(note, '\n');
		err = zong_note_sign(
			&archive->tlog->signer, (const char *)text.data, text.len, 0, note);
	}
	zong_buf_release(&text);
	return err;
}

int zong_tlog_note(struct zong_archive *archive, struct zong_txn *txn,
	const struct zong_checkpoint *head, struct zong_buf *note)
{
	_cleanup_row_ Zong__LogCheckpoint *row = NULL;
	int err = zong_tlog_signed(archive, head, note);

	if (!err)
		err = zong_tlog_row(txn, head->size, &row);
	return err ? err : zong_buf_add_str(note, row->cosignatures);
}

/* Rows that have only a time-stamp are passed over: there are some a day at most. */
int zong_tlog_witnessed(struct zong_txn *txn, uint64_t *ret_size)
{
	struct zong_iter iter = {0};
	bool found = false;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG_CHECKPOINTS, NULL, NULL, true);

	while (!err && !found && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__LogCheckpoint *row =
			zong__log_checkpoint__unpack(NULL, iter.value_len, iter.value);

		found = row && row->cosignatures[0];
		if (found)
			*ret_size = row->size;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}
