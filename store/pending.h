/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_PENDING_H
#define ZONG_STORE_PENDING_H

/* Segments of a lone small upload go into the catalog with the rows that name them: one commit, two syncs instead
 * of four. They stand in ZONG_TABLE_PENDING, digest -> value as in segments/, and are moved there later by the segment
 * thread, many at a time: first the commit in segments/, then their deletion here. So a digest is always in one of the two,
 * and who finds it in neither looks in segments/ once more: it was moved meanwhile.
 *
 * Threads: put: the catalog thread in its batch; move: the segment thread; the others any. */

#include "segment.h"
#include "state.h"

/* May these segments take this way? */
#define ZONG_PENDING_WRITE (256u << 10) /* bytes of a batch */
#define ZONG_PENDING_MOST                                                                          \
	(8u << 20) /* bytes kept; then they are moved before anything else is put */
#define ZONG_PENDING_STEP (4u << 20) /* moved in one commit */

/* Puts one unless it is here or in segments/. *kept grows by the bytes it occupies. 0 or a code; the map may be full
 * (txn->full). */
int zong_pending_put(struct zong_txn *txn, struct zong_segment_put *put, uint64_t *kept);

/* The value of @digest in @txn, borrowed. 0, ZONG_ENOENT. */
int zong_pending_get(struct zong_txn *txn, const struct zong_digest *digest, const void **ret_value,
	size_t *ret_len);

/* All that is here, in bytes. 0 or a code. */
int zong_pending_bytes(struct zong_txn *txn, uint64_t *ret_bytes);

/* A copy of the first of them, up to ZONG_PENDING_STEP bytes. */
struct zong_pending_move {
	struct zong_pending_item {
		struct zong_digest digest;
		size_t at, len; /* of the value, in ->values */
	} * items;
	size_t count, cap;
	struct zong_buf values;
};
void zong_pending_move_init(struct zong_pending_move *move);
void zong_pending_move_release(struct zong_pending_move *move);
int zong_pending_collect(struct zong_store *store, struct zong_pending_move *move);
/* Puts them into segments/. *kept grows by what is new there. LMDB's code. */
int zong_pending_store(struct zong_env *segments, MDB_txn *txn,
	const struct zong_pending_move *move, uint64_t *kept);
/* What they occupy. */
uint64_t zong_pending_move_bytes(const struct zong_pending_move *move);
/* Deletes them here: the change of a write, @ctx the move. */
int zong_pending_forget(struct zong_txn *txn, void *ctx);

#endif
