/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/time.h>

#include "journal.h"
#include "log_tree.h"
#include "row.h"
#include "tlog.h"

/* Of which head the last time-stamp is. */
static void key_last(struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, "log-stamped");
}

static int last_stamped(struct zong_txn *txn, Zong__LogCheckpoint **ret_row)
{
	ProtobufCMessage *row;
	struct zong_key key;
	const void *bytes;
	size_t len;
	int err;

	key_last(&key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (!err && len != sizeof(uint64_t))
		err = ZONG_ECORRUPT;
	if (err)
		return err;
	zong_tlog_key_size(zong_read_be64(bytes), &key);
	err = zong_txn_get(
		txn, ZONG_TABLE_LOG_CHECKPOINTS, &key, &zong__log_checkpoint__descriptor, &row);
	if (!err)
		*ret_row = (Zong__LogCheckpoint *)row;
	return err;
}

const char *zong_tlog_stamp_url(const struct zong_archive *archive)
{
	return archive->tlog->stamp_url;
}

/* The signed head, without what witnesses add to it later. */
static int head_to_stamp(
	struct zong_archive *archive, struct zong_txn *txn, struct zong_tlog_stamping *stamping)
{
	struct zong_checkpoint head;
	int err = zong_log_tree_whole(txn, &stamping->size);

	if (!err)
		err = zong_tlog_head(archive, txn, stamping->size, &head);
	if (!err)
		err = zong_tlog_signed(archive, &head, &stamping->note);
	if (err)
		return err;
	stamping->root = head.root;
	zong_imprint_of(archive->tlog->stamp_hash, stamping->note.data, stamping->note.len,
		&stamping->imprint);
	randombytes_buf(stamping->nonce, sizeof(stamping->nonce));
	return 0;
}

int zong_tlog_stamp_begin(struct zong_archive *archive, int64_t now,
	struct zong_tlog_stamping *ret_stamping, int64_t *ret_due)
{
	struct zong_tlog_stamping stamping = {.note = ZONG_BUF_INIT(ZONG_NOTE_MAX)};
	_cleanup_row_ Zong__LogCheckpoint *last = NULL;
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = last_stamped(txn, &last);
	*ret_due = err ? now : last->stamped + archive->tlog->stamp_every;
	/* A clock that was put back does not keep it from being stamped for years. */
	if (!err && last->stamped > now)
		*ret_due = now;
	if (!err || err == ZONG_ENOENT)
		err = *ret_due > now ? ZONG_EEND : head_to_stamp(archive, txn, &stamping);
	zong_txn_end(txn);
	if (err) {
		zong_buf_release(&stamping.note);
		return err;
	}
	*ret_stamping = stamping;
	return 0;
}

struct stamp {
	struct zong_archive *archive;
	const struct zong_tlog_stamping *stamping;
	const void *reply;
	size_t len;
	int64_t time;
};

static int fill(const struct stamp *stamp, Zong__LogCheckpoint *row)
{
	const struct zong_tlog_stamping *stamping = stamp->stamping;
	int err =
		zong_row_set_bytes(&row->root, stamping->root.bytes, sizeof(stamping->root.bytes));

	row->size = stamping->size;
	row->stamped = zong_time_now();
	row->stamp_time = stamp->time;
	if (!err)
		err = zong_row_set_bytes(&row->stamp, stamp->reply, stamp->len);
	if (!err)
		err = zong_row_set(&row->stamp_by, stamp->archive->tlog->stamp_url);
	return err ? err : zong_row_set(&row->stamp_note, zong_buf_str(&stamping->note));
}

static int put_last(struct zong_txn *txn, uint64_t size)
{
	uint8_t bytes[sizeof(size)];
	struct zong_key key;

	zong_write_be64(bytes, size);
	key_last(&key);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

static int write_stamp(struct zong_txn *txn, void *ctx)
{
	const struct stamp *stamp = ctx;
	_cleanup_row_ Zong__LogCheckpoint *row = NULL;
	char object[40], time[ZONG_TIME_TEXT];
	int err = zong_tlog_row(txn, stamp->stamping->size, &row);

	if (!err)
		err = fill(stamp, row);
	if (!err)
		err = zong_tlog_row_put(txn, row);
	if (!err)
		err = put_last(txn, stamp->stamping->size);
	if (err)
		return err;
	snprintf(object, sizeof(object), "log/%llu", (unsigned long long)stamp->stamping->size);
	zong_time_format(stamp->time, time);
	return zong_journal_add(txn, NULL, "log.stamp", object, time, NULL);
}

int zong_tlog_stamp_put(struct zong_archive *archive, const struct zong_tlog_stamping *stamping,
	const void *reply, size_t len, int64_t time)
{
	struct stamp stamp = {
		.archive = archive, .stamping = stamping, .reply = reply, .len = len, .time = time};

	return zong_store_write(archive->store, write_stamp, &stamp);
}

void zong_tlog_stamping_release(struct zong_tlog_stamping *stamping)
{
	zong_buf_release(&stamping->note);
}

int zong_tlog_stamped(struct zong_archive *archive, struct zong_buf *note, struct zong_buf *stamp)
{
	_cleanup_row_ Zong__LogCheckpoint *row = NULL;
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	err = last_stamped(txn, &row);
	zong_txn_end(txn);
	if (!err && note)
		err = zong_buf_add_str(note, row->stamp_note);
	if (!err && stamp)
		err = zong_buf_add(stamp, row->stamp.data, row->stamp.len);
	return err;
}
