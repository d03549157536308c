/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEGMENT_H
#define ZONG_STORE_SEGMENT_H

/* A segment: at most ZONG_SEGMENT_MAX bytes of a file, kept once under their SHA-256.
 *
 * Value in segments/:
 *     u8  codec       0 the bytes themselves, 1 zstd
 *     u32 raw length  big-endian
 *     ... bytes
 * zstd (level 3) is kept only where it saves a twentieth or more: scans are mostly compressed
 * already. */

#include <zstd.h>

#include "state.h"

#define ZONG_SEGMENT_HEADER 5

enum zong_segment_codec {
	ZONG_SEGMENT_RAW = 0,
	ZONG_SEGMENT_ZSTD = 1,
};

/* One segment on its way to the writer. */
struct zong_segment_put {
	struct zong_digest digest;
	const void *raw; /* borrowed */
	uint32_t raw_len;
	void *packed; /* owned: zstd; NULL: raw is kept */
	uint32_t packed_len;
	bool is_new; /* set by zong_segment_put: nobody had it before */
};

/* A compression context of the store, or a new one; NULL without memory. To be given back; NULL is
 * fine. */
ZSTD_CCtx *zong_segment_zstd_take(struct zong_store *store);
void zong_segment_zstd_give(struct zong_store *store, ZSTD_CCtx *zstd);
/* Compresses put->raw where it pays. Never fails: without memory the raw bytes are kept. */
void zong_segment_pack(struct zong_segment_put *put, ZSTD_CCtx *zstd);
void zong_segment_put_release(struct zong_segment_put *put);

/* What stands in segments/ for it. */
size_t zong_segment_value_len(const struct zong_segment_put *put);
void zong_segment_value(const struct zong_segment_put *put, void *ret_value);
/* Puts it unless it is there. *kept grows by the bytes it occupies. LMDB's code. Writer thread
 * only. */
int zong_segment_put(
	struct zong_env *segments, MDB_txn *txn, struct zong_segment_put *put, uint64_t *kept);
/* Total of bytes kept, as it stands in @txn. LMDB's code. */
int zong_segment_total(struct zong_env *segments, MDB_txn *txn, uint64_t *ret_bytes);
int zong_segment_total_set(struct zong_env *segments, MDB_txn *txn, uint64_t bytes);

/* The @raw_len bytes of a segment out of its value. 0 or ZONG_ECORRUPT. */
int zong_segment_unpack(const void *value, size_t value_len, void *ret_bytes, size_t raw_len);
/* Here or on its way (pending.h). */
bool zong_segment_exists(struct zong_store *store, const struct zong_digest *digest);
/* In segments/ itself. */
bool zong_segment_stored(struct zong_store *store, const struct zong_digest *digest);
/* Reads @len bytes (what the recipe says) and digests them again.
 * 0, ZONG_ECORRUPT (missing, other length, other bytes), ZONG_EIO, ZONG_ENOMEM, ZONG_ELIMIT. */
int zong_segment_get(
	struct zong_store *store, const struct zong_digest *digest, void *ret_bytes, size_t len);

#endif
