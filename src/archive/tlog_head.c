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

static int kept_lines(struct zong_txn *txn, uint64_t size, struct zong_buf *lines)
{
	ProtobufCMessage *row;
	struct zong_key key;
	int err;

	zong_tlog_key_size(size, &key);
	err = zong_txn_get(
		txn, ZONG_TABLE_LOG_CHECKPOINTS, &key, &zong__log_checkpoint__descriptor, &row);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	zong_buf_add_str(lines, ((Zong__LogCheckpoint *)row)->cosignatures);
	protobuf_c_message_free_unpacked(row, NULL);
	return lines->err;
}

int zong_tlog_note(struct zong_archive *archive, struct zong_txn *txn,
	const struct zong_checkpoint *head, struct zong_buf *note)
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
	return err ? err : kept_lines(txn, head->size, note);
}

int zong_tlog_witnessed(struct zong_txn *txn, uint64_t *ret_size)
{
	struct zong_iter iter = {0};
	struct zong_key_view view;
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOG_CHECKPOINTS, NULL, NULL, true);

	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		view = iter.key;
		if (!zong_key_take_u64(&view, ret_size))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? ZONG_ENOENT : err;
}
