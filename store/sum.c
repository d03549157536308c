/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sum.h"

#include <pthread.h>
#include <string.h>

#define TAG_SIZE 5
#define POLYNOMIAL UINT32_C(0x82f63b78) /* CRC-32C, reflected */

/* A tag with so few bits wrong is a damaged one: no message ends like it by chance. */
#define TAG_BITS_WRONG 2

static const uint8_t tag[TAG_SIZE] = {0xfd, 0xff, 0xff, 0xff, 0x0f};

static uint32_t tables[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	uint32_t crc;
	int i, bit;

	for (i = 0; i < 256; i++) {
		crc = (uint32_t)i;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		tables[0][i] = crc;
	}
	for (i = 0; i < 256; i++)
		for (bit = 1; bit < 8; bit++)
			tables[bit][i] =
				tables[bit - 1][i] >> 8 ^ tables[0][tables[bit - 1][i] & 0xff];
}

/* Eight bytes a step (Kounavis and Berry). */
static uint32_t crc32c(uint32_t crc, const uint8_t *bytes, size_t len)
{
	for (; len >= 8; len -= 8, bytes += 8)
		crc = tables[7][(crc ^ bytes[0]) & 0xff] ^ tables[6][(crc >> 8 ^ bytes[1]) & 0xff] ^
		      tables[5][(crc >> 16 ^ bytes[2]) & 0xff] ^ tables[4][crc >> 24 ^ bytes[3]] ^
		      tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]] ^
		      tables[0][bytes[7]];
	for (; len > 0; len--, bytes++)
		crc = crc >> 8 ^ tables[0][(crc ^ *bytes) & 0xff];
	return crc;
}

static uint32_t sum_of(const void *key, size_t key_len, const void *row, size_t len)
{
	pthread_once(&once, make_tables);
	return ~crc32c(crc32c(UINT32_MAX, key, key_len), row, len);
}

void zong_sum_put(const void *key, size_t key_len, void *row, size_t len)
{
	uint32_t sum = sum_of(key, key_len, row, len);
	uint8_t *to = (uint8_t *)row + len;
	int i;

	memcpy(to, tag, TAG_SIZE);
	for (i = 0; i < 4; i++)
		to[TAG_SIZE + i] = (uint8_t)(sum >> 8 * i);
}

static int tag_bits_wrong(const uint8_t *at)
{
	int bits = 0;
	int i;

	for (i = 0; i < TAG_SIZE; i++)
		bits += __builtin_popcount((unsigned)(at[i] ^ tag[i]));
	return bits;
}

size_t zong_sum_skip(const void *row, size_t len)
{
	if (len >= ZONG_SUM_SIZE &&
		memcmp((const uint8_t *)row + len - ZONG_SUM_SIZE, tag, TAG_SIZE) == 0)
		return len - ZONG_SUM_SIZE;
	return len;
}

enum zong_sum_state zong_sum_check(
	const void *key, size_t key_len, const void *row, size_t len, size_t *ret_len)
{
	const uint8_t *at;
	uint32_t sum = 0;
	int i;

	*ret_len = len;
	if (len < ZONG_SUM_SIZE)
		return ZONG_SUM_NONE;
	at = (const uint8_t *)row + len - ZONG_SUM_SIZE;
	if (memcmp(at, tag, TAG_SIZE) != 0)
		return tag_bits_wrong(at) <= TAG_BITS_WRONG ? ZONG_SUM_WRONG : ZONG_SUM_NONE;
	*ret_len = len - ZONG_SUM_SIZE;
	for (i = 0; i < 4; i++)
		sum |= (uint32_t)at[TAG_SIZE + i] << 8 * i;
	return sum == sum_of(key, key_len, row, *ret_len) ? ZONG_SUM_RIGHT : ZONG_SUM_WRONG;
}
