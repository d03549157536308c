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
 * already.
 *
 * In a sealed archive (seal.h) what stands there is a box with that value in it, of one of few lengths, and for a digest there
 * stands everywhere, also in recipes, the segment's name: the digest under a key. The same segment has the same name, so it
 * is stored once; but who has a file and not the key cannot tell its segments' names. */

#include <zstd.h>

#include "seal.h"
#include "state.h"

#define ZONG_SEGMENT_HEADER 5
/* The longest value, sealed or not: zong_seal_room of the longest segment. */
#define ZONG_SEGMENT_VALUE_MAX (ZONG_SEGMENT_MAX + ZONG_SEAL_LEE + ZONG_BOX_MORE)

enum zong_segment_codec {
	ZONG_SEGMENT_RAW = 0,
	ZONG_SEGMENT_ZSTD = 1,
};

/* One segment on its way to the writer. */
struct zong_segment_put {
	struct zong_digest digest; /* or name */
	const void *raw;	   /* borrowed */
	uint32_t raw_len;
	void *packed; /* owned: zstd; NULL: raw is kept */
	uint32_t packed_len;
	const struct zong_seal *seal; /* borrowed; NULL: the archive is not sealed */
	void *box;		      /* owned: the value, sealed already; NULL: when it is put */
	bool is_new; /* set by zong_segment_put: nobody had it before */
};

/* A compression context of the store, or a new one; NULL without memory. To be given back; NULL is
 * fine. */
ZSTD_CCtx *zong_segment_zstd_take(struct zong_store *store);
void zong_segment_zstd_give(struct zong_store *store, ZSTD_CCtx *zstd);
/* Compresses put->raw where it pays. Never fails: without memory the raw bytes are kept. */
void zong_segment_pack(struct zong_segment_put *put, ZSTD_CCtx *zstd);
/* Seals the value, where the archive is sealed: here, and not in the writer's thread. Never fails, likewise. */
void zong_segment_seal(struct zong_segment_put *put);
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

/* What a segment with these bytes is known by in this archive. */
void zong_segment_name(const struct zong_store *store, const void *bytes, size_t len,
	struct zong_digest *ret_name);
/* The value that a box holds, into @room (ZONG_SEGMENT_VALUE_MAX bytes); of an archive that is not sealed (@seal NULL) what is
 * kept is the value itself. 0 or ZONG_ECORRUPT. */
int zong_segment_open(const struct zong_seal *seal, const struct zong_digest *name, const void *kept,
	size_t kept_len, void *room, const uint8_t **ret_value, size_t *ret_len);
/* Wipes and frees what was kept for opening values. */
void zong_segment_drop_rooms(struct zong_store *store);
/* The @raw_len bytes of a segment out of its value. 0 or ZONG_ECORRUPT. */
int zong_segment_unpack(const void *value, size_t value_len, void *ret_bytes, size_t raw_len);
/* Here or on its way (pending.h). */
bool zong_segment_exists(struct zong_store *store, const struct zong_digest *digest);
/* In segments/ itself. */
bool zong_segment_stored(struct zong_store *store, const struct zong_digest *digest);
/* Reads @len bytes (what the recipe says) and digests them again; in a sealed archive the tag of the box, which is over the bytes and the
 * name, tells the same (zong check digests those too).
 * 0, ZONG_ECORRUPT (missing, other length, other bytes), ZONG_EIO, ZONG_ENOMEM, ZONG_ELIMIT. */
int zong_segment_get(
	struct zong_store *store, const struct zong_digest *digest, void *ret_bytes, size_t len);

#endif
