/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SUM_H
#define ZONG_STORE_SUM_H

/* The checksum that stands behind each row (message) of the catalog, so that a bit that has turned is noticed
 * even where the row still reads as one.
 *
 *     packed message
 *     fd ff ff ff 0f       protobuf: field 536870911 (the last one), 32 bits
 *     u32 little-endian    CRC-32C over the key and the packed message
 *
 * So a row is still a protobuf message for anybody else. It is put by zong_txn_put, checked by
 * zong_txn_get, and taken off before a value leaves the store; nothing above knows of it. Rows written
 * before there were checksums have none and are taken as they are. Values that are no messages
 * (ids, counters, readings) have none: they are derived, or zstd has its own. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONG_SUM_SIZE 9

enum zong_sum_state {
	ZONG_SUM_NONE, /* an old row */
	ZONG_SUM_RIGHT,
	ZONG_SUM_WRONG, /* what stands there is not what was put */
};

/* Behind @len bytes at @row, where there is room for ZONG_SUM_SIZE more. */
void zong_sum_put(const void *key, size_t key_len, void *row, size_t len);
/* *ret_len: of the message, without the checksum. */
enum zong_sum_state zong_sum_check(
	const void *key, size_t key_len, const void *row, size_t len, size_t *ret_len);
/* The same without looking whether it is right: for walks over many rows. */
size_t zong_sum_skip(const void *row, size_t len);

#endif
