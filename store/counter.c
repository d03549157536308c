/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/byteorder.h>

#include "state.h"

/* In ZONG_TABLE_META under "counter" and the counter's number, which is never given to another one.
 */
static const uint8_t numbers[ZONG_COUNTER_COUNT_] = {
	[ZONG_COUNT_MATERIALS] = 1,
	[ZONG_COUNT_FILES] = 2,
	[ZONG_COUNT_PAGES] = 3,
	[ZONG_COUNT_RASTERS] = 4,
	[ZONG_COUNT_PAGES_READ] = 5,
	[ZONG_COUNT_BYTES_IN] = 6,
	[ZONG_COUNT_BYTES_STORED] = 7,
	[ZONG_COUNT_JOBS_PARKED] = 8,
	[ZONG_COUNT_LOG] = 9,
	[ZONG_COUNT_CHANGE] = 10,
	[ZONG_COUNT_FEED] = 11,
};

void zong_counter_key(enum zong_counter counter, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_str(ret_key, "counter");
	zong_key_u8(ret_key, numbers[counter]);
}

int zong_txn_counter(struct zong_txn *txn, enum zong_counter counter, uint64_t *ret_value)
{
	struct zong_key key;
	const void *bytes;
	size_t len;
	int r;

	zong_counter_key(counter, &key);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (r == ZONG_ENOENT) {
		*ret_value = 0;
		return 0;
	}
	if (!r && len != sizeof(uint64_t))
		r = txn->err = ZONG_ECORRUPT;
	if (!r)
		*ret_value = zong_read_be64(bytes);
	return r;
}

int zong_txn_counter_set(struct zong_txn *txn, enum zong_counter counter, uint64_t value)
{
	uint8_t bytes[sizeof(value)];
	struct zong_key key;

	zong_counter_key(counter, &key);
	zong_write_be64(bytes, value);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

int zong_txn_count(struct zong_txn *txn, enum zong_counter counter, int64_t by, uint64_t *ret_value)
{
	uint64_t value;
	int r = zong_txn_counter(txn, counter, &value);

	if (r)
		return r;
	if (by < 0 && value < (uint64_t)-by)
		r = txn->err = ZONG_ECORRUPT; /* counted down what was never counted up */
	value += (uint64_t)by;
	if (!r)
		r = zong_txn_counter_set(txn, counter, value);
	if (!r && ret_value)
		*ret_value = value;
	return r;
}
