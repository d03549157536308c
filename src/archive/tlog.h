/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_TLOG_H
#define ZONG_ARCHIVE_TLOG_H

/* Inside of zong/tlog.h. */

#include <pthread.h>

#include <zong/tlog.h>

#include "inside.h"

struct zong_tlog {
	struct zong_note_signer signer; /* read-only after opening, and so are the witnesses */
	struct zong_note_key witness[ZONG_TLOG_WITNESSES];
	size_t witnesses;
	const char *stamp_url; /* borrowed of the settings; NULL: none */
	int64_t stamp_every;   /* microseconds */
	enum zong_timestamp_hash stamp_hash;
	pthread_mutex_t lock;  /* guards what follows */
	struct zong_checkpoint last;
	int64_t made; /* monotonic; 0: none yet */
};

/* The key, made where it is not there, and the witnesses of the settings. ZONG_EINVAL (a setting, or the key's file, with err),
 * ZONG_EIO, ZONG_ENOSPC. */
int zong_tlog_open(struct zong_archive *archive, struct zong_tlog **ret_tlog, struct zong_err *err);
void zong_tlog_close(struct zong_tlog *tlog); /* NULL is fine */

/* ---- tlog_key.c ---- */
/* DIR/keys/log.key, made as @name's where it is not there. ZONG_EINVAL (it is another name's, or no key). */
int zong_tlog_key_load(const char *dir, const char *name, struct zong_note_signer *ret_signer,
	bool *ret_made, struct zong_err *err);

/* ---- in a transaction: tlog_head.c ---- */
/* The head of size @size. */
int zong_tlog_head(struct zong_archive *archive, struct zong_txn *txn, uint64_t size,
	struct zong_checkpoint *ret_head);
/* As a note, with the cosignatures that are kept of that size. */
int zong_tlog_note(struct zong_archive *archive, struct zong_txn *txn,
	const struct zong_checkpoint *head, struct zong_buf *note);
/* The size of the latest head with cosignatures; ZONG_ENOENT. */
int zong_tlog_witnessed(struct zong_txn *txn, uint64_t *ret_size);
void zong_tlog_key_size(uint64_t size, struct zong_key *ret_key);
/* As a note, with the archive's signature alone. */
int zong_tlog_signed(
	struct zong_archive *archive, const struct zong_checkpoint *head, struct zong_buf *note);
/* What is kept of the head of this size, or an empty row for it. Freed by the caller. */
int zong_tlog_row(struct zong_txn *txn, uint64_t size, Zong__LogCheckpoint **ret_row);
int zong_tlog_row_put(struct zong_txn *txn, const Zong__LogCheckpoint *row);

#endif
