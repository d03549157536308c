/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "collect.h"
#include "pending.h"
#include "segment.h"

#define ZSTD_LEVEL 3

static const char total_key[] = "bytes";

ZSTD_CCtx *zong_segment_zstd_take(struct zong_store *store)
{
	ZSTD_CCtx *zstd = NULL;

	pthread_mutex_lock(&store->mutex);
	if (store->idle_zstd_count > 0)
		zstd = store->idle_zstd[--store->idle_zstd_count];
	pthread_mutex_unlock(&store->mutex);
	return zstd ? zstd : ZSTD_createCCtx();
}

void zong_segment_zstd_give(struct zong_store *store, ZSTD_CCtx *zstd)
{
	if (!zstd)
		return;
	pthread_mutex_lock(&store->mutex);
	if (store->idle_zstd_count < ZONG_STORE_IDLE_ZSTD) {
		store->idle_zstd[store->idle_zstd_count++] = zstd;
		zstd = NULL;
	}
	pthread_mutex_unlock(&store->mutex);
	ZSTD_freeCCtx(zstd);
}

void zong_segment_pack(struct zong_segment_put *put, ZSTD_CCtx *zstd)
{
	/* Less room than what pays, so that zstd gives up as soon as it cannot. */
	size_t room = put->raw_len - put->raw_len / 20;
	void *packed = malloc(room ? room : 1);
	size_t len;
	void *fit;

	if (!packed)
		return;
	len = ZSTD_compressCCtx(zstd, packed, room, put->raw, put->raw_len, ZSTD_LEVEL);
	if (ZSTD_isError(len)) {
		free(packed);
		return;
	}
	fit = realloc(packed, len ? len : 1);
	put->packed = fit ? fit : packed;
	put->packed_len = (uint32_t)len;
}

void zong_segment_put_release(struct zong_segment_put *put)
{
	free(put->packed);
	put->packed = NULL;
}

size_t zong_segment_value_len(const struct zong_segment_put *put)
{
	return ZONG_SEGMENT_HEADER + (put->packed ? put->packed_len : put->raw_len);
}

void zong_segment_value(const struct zong_segment_put *put, void *ret_value)
{
	uint8_t *to = ret_value;

	to[0] = put->packed ? ZONG_SEGMENT_ZSTD : ZONG_SEGMENT_RAW;
	zong_write_be32(to + 1, put->raw_len);
	memcpy(to + ZONG_SEGMENT_HEADER, put->packed ? put->packed : put->raw,
		zong_segment_value_len(put) - ZONG_SEGMENT_HEADER);
}

int zong_segment_put(
	struct zong_env *segments, MDB_txn *txn, struct zong_segment_put *put, uint64_t *kept)
{
	MDB_val key = {.mv_size = sizeof(put->digest.bytes), .mv_data = put->digest.bytes};
	MDB_val value = {.mv_size = zong_segment_value_len(put)};
	int rc = mdb_put(txn, segments->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, &value,
		MDB_NOOVERWRITE | MDB_RESERVE);

	put->is_new = rc == 0;
	if (rc == MDB_KEYEXIST)
		return 0;
	if (rc)
		return rc;
	zong_segment_value(put, value.mv_data);
	*kept += value.mv_size;
	return 0;
}

int zong_segment_total(struct zong_env *segments, MDB_txn *txn, uint64_t *ret_bytes)
{
	MDB_val key = {.mv_size = strlen(total_key), .mv_data = (void *)(uintptr_t)total_key};
	MDB_val value;
	int rc = mdb_get(txn, segments->dbis[ZONG_SEGMENT_TABLE_TOTALS], &key, &value);

	if (rc == MDB_NOTFOUND) {
		*ret_bytes = 0;
		return 0;
	}
	if (!rc && value.mv_size != sizeof(uint64_t))
		rc = MDB_CORRUPTED;
	if (!rc)
		*ret_bytes = zong_read_be64(value.mv_data);
	return rc;
}

int zong_segment_total_set(struct zong_env *segments, MDB_txn *txn, uint64_t bytes)
{
	uint8_t be[sizeof(bytes)];
	MDB_val key = {.mv_size = strlen(total_key), .mv_data = (void *)(uintptr_t)total_key};
	MDB_val value = {.mv_size = sizeof(be), .mv_data = be};

	zong_write_be64(be, bytes);
	return mdb_put(txn, segments->dbis[ZONG_SEGMENT_TABLE_TOTALS], &key, &value, 0);
}

static int find(struct zong_store *store, MDB_txn *txn, const struct zong_digest *digest,
	MDB_val *ret_value)
{
	MDB_val key = {
		.mv_size = sizeof(digest->bytes), .mv_data = (void *)(uintptr_t)digest->bytes};

	return mdb_get(txn, store->segments.dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, ret_value);
}

bool zong_segment_stored(struct zong_store *store, const struct zong_digest *digest)
{
	MDB_txn *txn;
	MDB_val value;
	bool found;

	if (zong_env_read_begin(&store->segments, &txn))
		return false;
	found = find(store, txn, digest, &value) == 0;
	zong_env_read_end(&store->segments, txn);
	return found && zong_collect_believe(store->collect, digest);
}

static bool is_pending(struct zong_store *store, const struct zong_digest *digest)
{
	struct zong_txn *txn;
	const void *value;
	size_t len;
	bool found;

	if (zong_store_read_begin(store, &txn))
		return false;
	found = zong_pending_get(txn, digest, &value, &len) == 0;
	zong_txn_end(txn);
	return found;
}

bool zong_segment_exists(struct zong_store *store, const struct zong_digest *digest)
{
	if (zong_segment_stored(store, digest))
		return true;
	/* A wrong no, when one came in this moment, costs a second copy until they are moved together. */
	if (!store->read_only && atomic_load(&store->pending) == 0)
		return false;
	return is_pending(store, digest) || zong_segment_stored(store, digest);
}

int zong_segment_unpack(const void *value, size_t value_len, void *ret_bytes, size_t raw_len)
{
	const uint8_t *from = value;
	size_t kept;

	if (value_len < ZONG_SEGMENT_HEADER || zong_read_be32(from + 1) != raw_len)
		return ZONG_ECORRUPT;
	kept = value_len - ZONG_SEGMENT_HEADER;
	from += ZONG_SEGMENT_HEADER;
	switch (((const uint8_t *)value)[0]) {
	case ZONG_SEGMENT_RAW:
		if (kept != raw_len)
			return ZONG_ECORRUPT;
		memcpy(ret_bytes, from, raw_len);
		return 0;
	case ZONG_SEGMENT_ZSTD:
		return ZSTD_decompress(ret_bytes, raw_len, from, kept) == raw_len ? 0
										  : ZONG_ECORRUPT;
	default:
		return ZONG_ECORRUPT;
	}
}

/* Out of segments/. ZONG_ENOENT: not there. */
static int get_stored(
	struct zong_store *store, const struct zong_digest *digest, void *ret_bytes, size_t len)
{
	MDB_txn *txn;
	MDB_val value;
	int r = zong_env_read_begin(&store->segments, &txn);

	if (r)
		return r;
	r = zong_error_from_mdb(find(store, txn, digest, &value));
	if (!r)
		r = zong_segment_unpack(value.mv_data, value.mv_size, ret_bytes, len);
	zong_env_read_end(&store->segments, txn);
	return r;
}

static int get_pending(
	struct zong_store *store, const struct zong_digest *digest, void *ret_bytes, size_t len)
{
	struct zong_txn *txn;
	const void *value;
	size_t value_len;
	int r = zong_store_read_begin(store, &txn);

	if (r)
		return r;
	r = zong_pending_get(txn, digest, &value, &value_len);
	if (!r)
		r = zong_segment_unpack(value, value_len, ret_bytes, len);
	zong_txn_end(txn);
	return r;
}

int zong_segment_get(
	struct zong_store *store, const struct zong_digest *digest, void *ret_bytes, size_t len)
{
	struct zong_digest seen;
	int r = get_stored(store, digest, ret_bytes, len);

	if (r == ZONG_ENOENT)
		r = get_pending(store, digest, ret_bytes, len);
	if (r == ZONG_ENOENT)
		r = get_stored(store, digest, ret_bytes, len);
	if (r)
		return r == ZONG_ENOENT ? ZONG_ECORRUPT : r; /* the recipe says it is there */
	zong_digest_of(ret_bytes, len, &seen);
	return zong_digest_equal(&seen, digest) ? 0 : ZONG_ECORRUPT;
}
