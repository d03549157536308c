/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE
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
	free(put->box);
	put->packed = NULL;
	put->box = NULL;
}

static size_t plain_len(const struct zong_segment_put *put)
{
	return ZONG_SEGMENT_HEADER + (put->packed ? put->packed_len : put->raw_len);
}

static void put_plain(const struct zong_segment_put *put, uint8_t *to)
{
	to[0] = put->packed ? ZONG_SEGMENT_ZSTD : ZONG_SEGMENT_RAW;
	zong_write_be32(to + 1, put->raw_len);
	memcpy(to + ZONG_SEGMENT_HEADER, put->packed ? put->packed : put->raw,
		plain_len(put) - ZONG_SEGMENT_HEADER);
}

static void put_sealed(const struct zong_segment_put *put, uint8_t *box)
{
	uint8_t *body = box + ZONG_BOX_NONCE;
	size_t len = plain_len(put);
	size_t room = zong_seal_room(len);

	zong_write_be32(body, (uint32_t)len);
	put_plain(put, body + ZONG_SEAL_LENGTH);
	memset(body + ZONG_SEAL_LENGTH + len, 0, room - ZONG_SEAL_LENGTH - len);
	zong_seal_box(put->seal, ZONG_SEAL_SEGMENTS, put->digest.bytes, sizeof(put->digest.bytes),
		box, room);
}

void zong_segment_seal(struct zong_segment_put *put)
{
	void *box = put->seal ? malloc(zong_segment_value_len(put)) : NULL;

	if (!box)
		return;
	put_sealed(put, box);
	put->box = box;
}

size_t zong_segment_value_len(const struct zong_segment_put *put)
{
	size_t len = plain_len(put);

	return put->seal ? zong_seal_room(len) + ZONG_BOX_MORE : len;
}

void zong_segment_value(const struct zong_segment_put *put, void *ret_value)
{
	if (put->box)
		memcpy(ret_value, put->box, zong_segment_value_len(put));
	else if (put->seal)
		put_sealed(put, ret_value);
	else
		put_plain(put, ret_value);
}

void zong_segment_name(const struct zong_store *store, const void *bytes, size_t len,
	struct zong_digest *ret_name)
{
	struct zong_digest digest;

	zong_digest_of(bytes, len, &digest);
	if (store->seal)
		zong_seal_name(store->seal, &digest, ret_name);
	else
		*ret_name = digest;
}

int zong_segment_open(const struct zong_seal *seal, const struct zong_digest *name, const void *kept,
	size_t kept_len, void *room, const uint8_t **ret_value, size_t *ret_len)
{
	uint8_t *body = room;
	size_t len;
	int r;

	if (!seal) {
		*ret_value = kept;
		*ret_len = kept_len;
		return 0;
	}
	if (kept_len < ZONG_BOX_MORE + ZONG_SEAL_LENGTH || kept_len > ZONG_SEGMENT_VALUE_MAX)
		return ZONG_ECORRUPT;
	r = zong_seal_open(seal, ZONG_SEAL_SEGMENTS, name->bytes, sizeof(name->bytes), kept,
		kept_len, body);
	if (r)
		return r;
	len = zong_read_be32(body);
	if (len > kept_len - ZONG_BOX_MORE - ZONG_SEAL_LENGTH)
		return ZONG_ECORRUPT;
	*ret_value = body + ZONG_SEAL_LENGTH;
	*ret_len = len;
	return 0;
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

static uint8_t *take_room(struct zong_store *store)
{
	uint8_t *room = NULL;

	pthread_mutex_lock(&store->mutex);
	if (store->idle_room_count > 0)
		room = store->idle_rooms[--store->idle_room_count];
	pthread_mutex_unlock(&store->mutex);
	return room ? room : malloc(ZONG_SEGMENT_VALUE_MAX);
}

static void free_room(uint8_t *room)
{
	if (room)
		explicit_bzero(room, ZONG_SEGMENT_VALUE_MAX);
	free(room);
}

static void give_room(struct zong_store *store, uint8_t *room)
{
	pthread_mutex_lock(&store->mutex);
	if (store->idle_room_count < ZONG_STORE_IDLE_ROOMS) {
		store->idle_rooms[store->idle_room_count++] = room;
		room = NULL;
	}
	pthread_mutex_unlock(&store->mutex);
	free_room(room);
}

void zong_segment_drop_rooms(struct zong_store *store)
{
	while (store->idle_room_count > 0)
		free_room(store->idle_rooms[--store->idle_room_count]);
}

/* What is kept, opened and unpacked. */
static int take_out(struct zong_store *store, const struct zong_digest *name, const void *kept,
	size_t kept_len, void *ret_bytes, size_t len)
{
	const uint8_t *value;
	size_t value_len;
	uint8_t *room;
	int r;

	if (!store->seal)
		return zong_segment_unpack(kept, kept_len, ret_bytes, len);
	room = take_room(store);
	if (!room)
		return ZONG_ENOMEM;
	r = zong_segment_open(store->seal, name, kept, kept_len, room, &value, &value_len);
	if (!r)
		r = zong_segment_unpack(value, value_len, ret_bytes, len);
	give_room(store, room);
	return r;
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
		r = take_out(store, digest, value.mv_data, value.mv_size, ret_bytes, len);
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
		r = take_out(store, digest, value, value_len, ret_bytes, len);
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
	if (store->seal)
		return 0;
	zong_segment_name(store, ret_bytes, len, &seen);
	return zong_digest_equal(&seen, digest) ? 0 : ZONG_ECORRUPT;
}
