/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <zstd.h>

#include "state.h"

/* A row of ZONG_TABLE_READINGS is one zstd frame, with its content size and checksum, of a packed Reading: boxes
 * and confidences of a page shrink to a quarter. */
#define ZSTD_LEVEL 3

static void key_of(const struct zong_digest *raster, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_digest(ret_key, raster);
}

/* With the frame's own checksum: a reading is no plain row and has no other. */
static size_t compress(void *to, size_t room, const void *from, size_t len)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t n;

	if (!zstd)
		return (size_t)-1; /* an error of zstd */
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(zstd, to, room, from, len);
	ZSTD_freeCCtx(zstd);
	return n;
}

int zong_reading_put(
	struct zong_txn *txn, const struct zong_digest *raster, const Zong__Reading *reading)
{
	size_t len = zong__reading__get_packed_size(reading);
	size_t room = ZSTD_compressBound(len);
	uint8_t *plain;
	uint8_t *packed;
	struct zong_key key;
	size_t n;
	int r = ZONG_ENOMEM;

	if (len > ZONG_LIMIT_VALUE)
		return ZONG_ELIMIT;
	plain = malloc(len ? len : 1);
	packed = malloc(room);
	if (plain && packed) {
		zong__reading__pack(reading, plain);
		n = compress(packed, room, plain, len);
		key_of(raster, &key);
		if (!ZSTD_isError(n))
			r = zong_txn_put_bytes(txn, ZONG_TABLE_READINGS, &key, packed, n);
	}
	free(packed);
	free(plain);
	return r;
}

int zong_reading_get(
	struct zong_txn *txn, const struct zong_digest *raster, Zong__Reading **ret_reading)
{
	Zong__Reading *reading = NULL;
	unsigned long long len;
	struct zong_key key;
	const void *bytes;
	uint8_t *plain;
	size_t n;
	int r;

	key_of(raster, &key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_READINGS, &key, &bytes, &n);
	if (r)
		return r;
	len = ZSTD_getFrameContentSize(bytes, n);
	if (len > ZONG_LIMIT_VALUE) /* also what says that it is not known */
		return ZONG_ECORRUPT;
	plain = malloc(len ? (size_t)len : 1);
	if (!plain)
		return ZONG_ENOMEM;
	if (ZSTD_decompress(plain, (size_t)len, bytes, n) == len)
		reading = zong__reading__unpack(NULL, (size_t)len, plain);
	free(plain);
	if (!reading)
		return ZONG_ECORRUPT;
	*ret_reading = reading;
	return 0;
}
