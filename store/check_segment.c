/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "check_bulk.h"
#include "pending.h"

#define WALK_MAX 65536 /* segments walked over at once, then read in the order of the disk */
#define SLICE 128      /* of them taken by one thread */

/* ---- the walk ---- */

static int by_place(const void *a, const void *b)
{
	const struct zong_bulk_slot *left = a, *right = b;

	return left->place < right->place ? -1 : left->place > right->place;
}

/* The first key behind @after, or the first one. */
static int walk_begin(
	MDB_cursor *cursor, const struct zong_digest *after, MDB_val *key, MDB_val *data)
{
	int rc;

	if (!after)
		return mdb_cursor_get(cursor, key, data, MDB_FIRST);
	key->mv_data = (void *)(uintptr_t)after->bytes;
	key->mv_size = sizeof(after->bytes);
	rc = mdb_cursor_get(cursor, key, data, MDB_SET_RANGE);
	if (rc == 0 && key->mv_size == sizeof(after->bytes) &&
		memcmp(key->mv_data, after->bytes, sizeof(after->bytes)) == 0)
		rc = mdb_cursor_get(cursor, key, data, MDB_NEXT);
	return rc;
}

/* Fills the slots with the next segments behind bulk->after. A key of a wrong length is told of. Runs under the
 * mutex. */
static int walk(struct zong_bulk *bulk, struct zong_value_reader *reader, size_t *ret_bad)
{
	struct zong_bulk_slot *slot;
	MDB_val key, data;
	int rc;
	int r = zong_value_begin(reader);

	if (r)
		return r;
	bulk->slot_count = bulk->next = 0;
	rc = walk_begin(reader->cursor, bulk->begun ? &bulk->after : NULL, &key, &data);
	while (rc == 0 && bulk->slot_count < WALK_MAX) {
		if (key.mv_size != ZONG_DIGEST_SIZE) {
			++*ret_bad;
		} else if (bulk->begun &&
			   memcmp(key.mv_data, bulk->after.bytes, ZONG_DIGEST_SIZE) <= 0) {
			r = ZONG_ECORRUPT; /* a tree that leads back to itself would never end */
			break;
		} else {
			slot = &bulk->slots[bulk->slot_count++];
			memcpy(slot->digest.bytes, key.mv_data, ZONG_DIGEST_SIZE);
			slot->place = (uintptr_t)data.mv_data;
			slot->size = (uint32_t)data.mv_size;
			zong_named_add(&bulk->named, &slot->digest, slot->size);
			bulk->after = slot->digest;
			bulk->begun = true;
		}
		rc = mdb_cursor_get(reader->cursor, &key, &data, MDB_NEXT);
	}
	bulk->ended = rc == MDB_NOTFOUND;
	zong_value_end(reader);
	if (!r && rc && rc != MDB_NOTFOUND)
		r = zong_error_from_mdb(rc);
	qsort(bulk->slots, bulk->slot_count, sizeof(*bulk->slots), by_place);
	return r;
}

static int take_slice(struct zong_bulk *bulk, struct zong_value_reader *reader,
	struct zong_bulk_slot *slice, size_t *ret_count)
{
	size_t bad = 0;
	size_t count;
	int r = 0;

	pthread_mutex_lock(&bulk->mutex);
	if (bulk->next == bulk->slot_count && !bulk->ended)
		r = walk(bulk, reader, &bad);
	count = bulk->slot_count - bulk->next;
	if (count > SLICE)
		count = SLICE;
	memcpy(slice, bulk->slots + bulk->next, count * sizeof(*slice));
	bulk->next += count;
	pthread_mutex_unlock(&bulk->mutex);
	for (; bad > 0 && !r; bad--)
		r = zong_bulk_tell(bulk, ZONG_BULK_SEGMENT_DAMAGED, NULL, NULL);
	*ret_count = count;
	if (!r && count == 0)
		r = ZONG_EEND;
	return r;
}

/* ---- reading ---- */

/* 0: fine or gone meanwhile; ZONG_ECORRUPT: its bytes are not what they should be. */
static int look_at(struct zong_value_reader *reader, const struct zong_digest *digest)
{
	struct zong_value value;
	int r = zong_value_find(reader, digest, &value);

	if (r)
		return r == ZONG_ENOENT ? 0 : r;
	r = zong_value_verify(reader, &value, digest);
	return r == ZONG_EIO ? ZONG_ECORRUPT : r;
}

/* Once more, in a transaction of its own, before anything is said. */
static int look_again(
	struct zong_bulk *bulk, struct zong_value_reader *reader, const struct zong_digest *digest)
{
	struct zong_named_entry *entry;
	int r;

	zong_value_end(reader);
	r = zong_value_begin(reader);
	if (!r)
		r = look_at(reader, digest);
	if (r != ZONG_ECORRUPT)
		return r;
	pthread_mutex_lock(&bulk->mutex);
	entry = zong_named_find(&bulk->named, digest);
	if (entry)
		entry->damaged = true;
	pthread_mutex_unlock(&bulk->mutex);
	return zong_bulk_tell(bulk, ZONG_BULK_SEGMENT_DAMAGED, digest, NULL);
}

static int check_slice(struct zong_bulk *bulk, struct zong_value_reader *reader)
{
	struct zong_bulk_slot slice[SLICE];
	uint64_t bytes = 0, all = 0;
	size_t count, i;
	int r = take_slice(bulk, reader, slice, &count);

	for (i = 0; !r && i < count; i++) {
		if (!reader->txn)
			r = zong_value_begin(reader);
		if (!r)
			r = look_at(reader, &slice[i].digest);
		if (r == ZONG_ECORRUPT)
			r = look_again(bulk, reader, &slice[i].digest);
		bytes += slice[i].size;
		all += slice[i].size;
		if (!r && (bytes >= ZONG_BULK_STEP_BYTES / 16 || i + 1 == count)) {
			zong_value_end(reader);
			r = zong_bulk_count(bulk, bytes);
			bytes = 0;
		}
	}
	zong_value_end(reader);
	if (!r) {
		pthread_mutex_lock(&bulk->mutex);
		bulk->segments += count;
		bulk->segment_bytes += all;
		pthread_mutex_unlock(&bulk->mutex);
	}
	return r;
}

/* Those on their way to segments/: a few megabytes at most. */
static int check_pending(struct zong_bulk *bulk)
{
	struct zong_value_reader reader;
	struct zong_pending_move move;
	size_t i;
	int r;

	zong_pending_move_init(&move);
	r = zong_value_reader_init(&reader, bulk->store);
	if (!r)
		r = zong_pending_collect(bulk->store, &move);
	for (i = 0; !r && i < move.count; i++) {
		const struct zong_pending_item *item = &move.items[i];
		struct zong_value value = {.map = move.values.data + item->at,
			.len = item->len,
			.offset = ZONG_VALUE_NOWHERE};

		zong_named_add(&bulk->named, &item->digest, (uint32_t)item->len);
		bulk->segments++;
		bulk->segment_bytes += item->len;
		r = zong_value_verify(&reader, &value, &item->digest);
		if (r == ZONG_ECORRUPT)
			r = zong_bulk_tell(bulk, ZONG_BULK_SEGMENT_DAMAGED, &item->digest, NULL);
	}
	zong_pending_move_release(&move);
	zong_value_reader_release(&reader);
	return r;
}

int zong_bulk_segments(struct zong_bulk *bulk)
{
	uint64_t counted;
	int r = check_pending(bulk);

	if (r)
		return r;

	bulk->slots = calloc(WALK_MAX, sizeof(*bulk->slots));
	if (!bulk->slots)
		return ZONG_ENOMEM;
	if (zong_bulk_total(bulk->store, false, NULL, &counted) == 0)
		bulk->total = counted;
	r = zong_bulk_run(bulk, check_slice);
	free(bulk->slots);
	bulk->slots = NULL;
	return r;
}

/* ---- the total ---- */

static int count_all(struct zong_env *env, MDB_txn *txn, uint64_t *ret_counted)
{
	MDB_cursor *cursor;
	MDB_val key, data;
	uint64_t counted = 0;
	int rc = mdb_cursor_open(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor);

	if (rc)
		return rc;
	rc = mdb_cursor_get(cursor, &key, &data, MDB_FIRST);
	for (; rc == 0; rc = mdb_cursor_get(cursor, &key, &data, MDB_NEXT))
		counted += data.mv_size;
	mdb_cursor_close(cursor);
	*ret_counted = counted;
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int compare_total(
	struct zong_env *env, MDB_txn *txn, uint64_t *ret_counted, uint64_t *ret_total)
{
	int rc = count_all(env, txn, ret_counted);

	if (rc)
		return rc;
	rc = zong_segment_total(env, txn, ret_total);
	if (rc != MDB_CORRUPTED)
		return rc;
	*ret_total = UINT64_MAX; /* no number at all */
	return 0;
}

/* In one transaction: the store's own writer may be moving segments. */
static int fix_total(struct zong_env *env)
{
	uint64_t counted, total;
	MDB_txn *txn;
	bool full;
	int rc;
	int r = zong_env_write_begin(env, &txn);

	if (r)
		return r;
	rc = compare_total(env, txn, &counted, &total);
	if (!rc && counted != total)
		rc = zong_segment_total_set(env, txn, counted);
	if (rc) {
		zong_env_abort(txn);
		return zong_error_from_mdb(rc);
	}
	return zong_env_commit(env, txn, &full);
}

int zong_bulk_total(struct zong_store *store, bool fix, uint64_t *ret_counted, uint64_t *ret_total)
{
	struct zong_env *env = &store->segments;
	uint64_t counted = 0, total = 0;
	MDB_txn *txn;
	int r = zong_env_read_begin(env, &txn);

	if (r)
		return r;
	if (ret_counted)
		r = zong_error_from_mdb(compare_total(env, txn, &counted, &total));
	else if (zong_segment_total(env, txn, &total))
		total = 0; /* for a progress bar */
	zong_env_read_end(env, txn);
	if (!r && fix && counted != total)
		r = fix_total(env);
	if (r)
		return r;
	if (ret_counted)
		*ret_counted = counted;
	*ret_total = total;
	return 0;
}

/* ---- putting back ---- */

int zong_bulk_restore(
	struct zong_store *store, const struct zong_digest *digest, const void *value, size_t len)
{
	struct zong_env *env = &store->segments;
	MDB_val key = {
		.mv_size = sizeof(digest->bytes), .mv_data = (void *)(uintptr_t)digest->bytes};
	MDB_val data = {.mv_size = len, .mv_data = (void *)(uintptr_t)value};
	struct zong_value_reader reader;
	struct zong_value from = {.map = value, .len = len, .offset = ZONG_VALUE_NOWHERE};
	MDB_txn *txn;
	bool full = false;
	int rc;
	int r = zong_value_reader_init(&reader, store);

	if (r)
		return r;
	r = zong_value_verify(&reader, &from, digest);
	zong_value_reader_release(&reader);
	while (!r) {
		r = zong_env_write_begin(env, &txn);
		if (r)
			break;
		rc = mdb_put(txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &key, &data, 0);
		if (rc) {
			full = rc == MDB_MAP_FULL;
			zong_env_abort(txn);
			r = zong_error_from_mdb(rc);
		} else {
			r = zong_env_commit(env, txn, &full);
		}
		if (!r || !full)
			break;
		r = zong_env_grow(env);
	}
	return r;
}

/* ---- the scrub ---- */

int zong_bulk_scrub(struct zong_store *store, uint64_t *position, uint64_t until, uint64_t budget,
	int (*found)(void *ctx, const struct zong_bulk_found *found), void *ctx,
	uint64_t *ret_segments, uint64_t *ret_bytes, bool *ret_wrapped)
{
	struct zong_bulk_found broken = {.kind = ZONG_BULK_SEGMENT_DAMAGED};
	struct zong_value_reader reader;
	struct zong_digest digest = {{0}};
	struct zong_value value;
	MDB_val key, data;
	uint64_t at;
	int rc, r;

	*ret_segments = *ret_bytes = 0;
	*ret_wrapped = false;
	r = zong_value_reader_init(&reader, store);
	while (!r && *ret_bytes < budget && *position <= until) {
		r = zong_value_begin(&reader);
		if (r)
			break;
		zong_write_be64(digest.bytes, *position);
		key.mv_data = digest.bytes;
		key.mv_size = sizeof(uint64_t);
		rc = mdb_cursor_get(reader.cursor, &key, &data, MDB_SET_RANGE);
		if (rc == MDB_NOTFOUND) {
			*ret_wrapped = true;
			break;
		}
		r = zong_error_from_mdb(rc);
		if (!r && key.mv_size < sizeof(uint64_t))
			r = ZONG_ECORRUPT;
		if (r)
			break;
		at = zong_read_be64(key.mv_data);
		if (at > until) {
			*position = until + 1; /* the loop ends; no wrap: until < UINT64_MAX here */
			break;
		}
		memset(digest.bytes, 0, sizeof(digest.bytes));
		memcpy(digest.bytes, key.mv_data,
			key.mv_size < sizeof(digest.bytes) ? key.mv_size : sizeof(digest.bytes));
		zong_value_place(&reader, &key, &data, &value);
		*ret_bytes += data.mv_size;
		++*ret_segments;
		r = key.mv_size == ZONG_DIGEST_SIZE ? zong_value_verify(&reader, &value, &digest)
						    : ZONG_ECORRUPT;
		zong_value_end(&reader);
		if (r == ZONG_ECORRUPT || r == ZONG_EIO) {
			broken.segment = &digest;
			r = found(ctx, &broken) ? ZONG_ECANCELLED : 0;
		}
		if (!r && at == UINT64_MAX) {
			*ret_wrapped = true;
			break;
		}
		if (!r)
			*position = at + 1;
	}
	zong_value_reader_release(&reader);
	return r;
}
