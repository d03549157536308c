/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/byteorder.h>

#include "pending.h"

#define VALUE_MAX ZONG_SEGMENT_VALUE_MAX

int zong_value_reader_init(struct zong_value_reader *reader, struct zong_store *store)
{
	MDB_stat stat;

	memset(reader, 0, sizeof(*reader));
	reader->store = store;
	reader->env = &store->segments;
	reader->kept = malloc(VALUE_MAX);
	reader->raw = malloc(ZONG_SEGMENT_MAX);
	reader->zstd = ZSTD_createDCtx();
	reader->opened = store->seal ? malloc(VALUE_MAX) : NULL;
	if (!reader->kept || !reader->raw || !reader->zstd || (store->seal && !reader->opened)) {
		zong_value_reader_release(reader);
		return ZONG_ENOMEM;
	}
	if (mdb_env_stat(reader->env->mdb, &stat) == 0)
		reader->page_size = stat.ms_psize;
	return 0;
}

void zong_value_reader_release(struct zong_value_reader *reader)
{
	zong_value_end(reader);
	ZSTD_freeDCtx(reader->zstd);
	free(reader->opened);
	free(reader->raw);
	free(reader->kept);
	memset(reader, 0, sizeof(*reader));
}

int zong_value_begin(struct zong_value_reader *reader)
{
	int r = zong_env_read_begin(reader->env, &reader->txn);
	int rc;

	if (r) {
		reader->txn = NULL;
		return r;
	}
	rc = mdb_cursor_open(
		reader->txn, reader->env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &reader->cursor);
	if (rc) {
		reader->cursor = NULL;
		zong_value_end(reader);
	}
	return zong_error_from_mdb(rc);
}

void zong_value_end(struct zong_value_reader *reader)
{
	if (reader->cursor)
		mdb_cursor_close(reader->cursor);
	if (reader->txn)
		zong_env_read_end(reader->env, reader->txn);
	reader->cursor = NULL;
	reader->txn = NULL;
}

void zong_value_place(const struct zong_value_reader *reader, const MDB_val *key,
	const MDB_val *data, struct zong_value *ret_value)
{
	uintptr_t page, base;
	uint64_t number;

	ret_value->map = data->mv_data;
	ret_value->len = data->mv_size;
	ret_value->offset = ZONG_VALUE_NOWHERE;
	if (!reader->page_size)
		return;
	page = (uintptr_t)key->mv_data & ~(uintptr_t)(reader->page_size - 1);
	memcpy(&number, (const void *)page, sizeof(number)); /* as the machine writes it */
	if (number > page / reader->page_size)
		return; /* a damaged page */
	base = page - (uintptr_t)number * reader->page_size;
	if (base < (uintptr_t)data->mv_data)
		ret_value->offset = (uintptr_t)data->mv_data - base;
}

static int find_stored(struct zong_value_reader *reader, const struct zong_digest *digest,
	struct zong_value *ret_value)
{
	MDB_val key = {
		.mv_size = sizeof(digest->bytes), .mv_data = (void *)(uintptr_t)digest->bytes};
	MDB_val data;
	int rc = mdb_cursor_get(reader->cursor, &key, &data, MDB_SET_KEY);

	if (rc)
		return zong_error_from_mdb(rc);
	zong_value_place(reader, &key, &data, ret_value);
	return 0;
}

/* A copy: the catalog's transaction is not kept open for it. */
static int find_pending(struct zong_value_reader *reader, const struct zong_digest *digest,
	struct zong_value *ret_value)
{
	struct zong_txn *txn;
	const void *value;
	size_t len;
	int r = zong_store_read_begin(reader->store, &txn);

	if (r)
		return r;
	r = zong_pending_get(txn, digest, &value, &len);
	if (!r && len > VALUE_MAX)
		r = ZONG_ECORRUPT;
	if (!r) {
		memcpy(reader->kept, value, len);
		*ret_value = (struct zong_value){
			.map = reader->kept, .offset = ZONG_VALUE_NOWHERE, .len = len};
	}
	zong_txn_end(txn);
	return r;
}

int zong_value_find(struct zong_value_reader *reader, const struct zong_digest *digest,
	struct zong_value *ret_value)
{
	int r = find_stored(reader, digest, ret_value);

	if (r != ZONG_ENOENT)
		return r;
	r = find_pending(reader, digest, ret_value);
	if (r != ZONG_ENOENT)
		return r;
	zong_value_end(reader); /* it was moved meanwhile: our snapshot is older */
	r = zong_value_begin(reader);
	return r ? r : find_stored(reader, digest, ret_value);
}

/* The value as kept: from the file, or from the map where the two do not agree on what it begins with (then the
 * place was worked out wrongly). */
static int read_kept(
	struct zong_value_reader *reader, const struct zong_value *value, const uint8_t **ret_kept)
{
	size_t done = 0;
	mdb_filehandle_t fd;
	ssize_t n;

	*ret_kept = value->map;
	if (value->offset == ZONG_VALUE_NOWHERE || mdb_env_get_fd(reader->env->mdb, &fd))
		return 0;
	while (done < value->len) {
		n = pread(
			fd, reader->kept + done, value->len - done, (off_t)(value->offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ZONG_EIO;
		if (n == 0)
			return 0;
		done += (size_t)n;
	}
	if (memcmp(reader->kept, value->map, ZONG_SEGMENT_HEADER) == 0)
		*ret_kept = reader->kept;
	return 0;
}

int zong_value_load(struct zong_value_reader *reader, const struct zong_value *value,
	const struct zong_digest *digest, const uint8_t **ret_bytes, size_t *ret_len)
{
	const uint8_t *kept;
	size_t kept_len, raw_len, n;
	int r;

	if (value->len <= ZONG_SEGMENT_HEADER || value->len > VALUE_MAX)
		return ZONG_ECORRUPT;
	r = read_kept(reader, value, &kept);
	if (!r)
		r = zong_segment_open(reader->store->seal, digest, kept, value->len,
			reader->opened, &kept, &kept_len);
	if (r)
		return r;
	if (kept_len <= ZONG_SEGMENT_HEADER)
		return ZONG_ECORRUPT;
	raw_len = zong_read_be32(kept + 1);
	if (raw_len == 0 || raw_len > ZONG_SEGMENT_MAX)
		return ZONG_ECORRUPT;
	if (kept[0] == ZONG_SEGMENT_RAW) {
		if (kept_len - ZONG_SEGMENT_HEADER != raw_len)
			return ZONG_ECORRUPT;
		*ret_bytes = kept + ZONG_SEGMENT_HEADER;
	} else if (kept[0] == ZONG_SEGMENT_ZSTD) {
		n = ZSTD_decompressDCtx(reader->zstd, reader->raw, raw_len,
			kept + ZONG_SEGMENT_HEADER, kept_len - ZONG_SEGMENT_HEADER);
		if (n != raw_len) /* or an error, which is greater */
			return ZONG_ECORRUPT;
		*ret_bytes = reader->raw;
	} else {
		return ZONG_ECORRUPT;
	}
	*ret_len = raw_len;
	return 0;
}

int zong_value_verify(struct zong_value_reader *reader, const struct zong_value *value,
	const struct zong_digest *digest)
{
	struct zong_digest seen;
	const uint8_t *bytes;
	size_t len;
	int r = zong_value_load(reader, value, digest, &bytes, &len);

	if (r)
		return r;
	zong_segment_name(reader->store, bytes, len, &seen);
	return zong_digest_equal(&seen, digest) ? 0 : ZONG_ECORRUPT;
}
