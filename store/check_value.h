/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_CHECK_VALUE_H
#define ZONG_STORE_CHECK_VALUE_H

/* The value of one segment, read for a check. Through the file descriptor rather than the map: the kernel then reads
 * ahead, no page has to be mapped for it, and a sector that cannot be read is an error code instead of a
 * signal that ends the server. Where it lies in the file is found from the page that its key is on: LMDB's
 * pages begin with their own number. What does not fit together is read through the map.
 *
 *     zong_value_reader_init(&reader, env);
 *     zong_value_begin(&reader); zong_value_find(...) zong_value_load(...) ...; zong_value_end(&reader);
 *     zong_value_reader_release(&reader);
 *
 * Threads: a reader belongs to one. */

#include "segment.h"

struct zong_value_reader {
	struct zong_store *store;
	struct zong_env *env; /* segments/ */
	MDB_txn *txn;
	MDB_cursor *cursor;
	size_t page_size;
	uint8_t *kept; /* room for one value */
	uint8_t *opened; /* for what is sealed in it; of a sealed archive only */
	uint8_t *raw;  /* and for its bytes */
	ZSTD_DCtx *zstd;
};

struct zong_value {
	const uint8_t *map;
	uint64_t offset; /* in the data file; ZONG_VALUE_NOWHERE: only through the map */
	size_t len;
};
#define ZONG_VALUE_NOWHERE UINT64_MAX

int zong_value_reader_init(struct zong_value_reader *reader, struct zong_store *store);
void zong_value_reader_release(struct zong_value_reader *reader);
int zong_value_begin(struct zong_value_reader *reader);
void zong_value_end(struct zong_value_reader *reader); /* safe when there is none */

/* Where the data lies, by the key that LMDB handed out together with it. */
void zong_value_place(const struct zong_value_reader *reader, const MDB_val *key,
	const MDB_val *data, struct zong_value *ret_value);
/* In segments/, or on its way there (pending.h). May begin another transaction. 0, ZONG_ENOENT, ZONG_ECORRUPT. */
int zong_value_find(struct zong_value_reader *reader, const struct zong_digest *digest,
	struct zong_value *ret_value);
/* Its bytes (of the segment @digest, by which it was found), uncompressed, borrowed until the next one. 0, ZONG_ECORRUPT (it cannot be), ZONG_EIO (it cannot be
 * read). */
int zong_value_load(struct zong_value_reader *reader, const struct zong_value *value,
	const struct zong_digest *digest, const uint8_t **ret_bytes, size_t *ret_len);
/* The same and against its digest. */
int zong_value_verify(struct zong_value_reader *reader, const struct zong_value *value,
	const struct zong_digest *digest);

#endif
