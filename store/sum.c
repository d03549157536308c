/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sum.h"

#include <string.h>

#include "crc.h"

#define TAG_SIZE 5

/* A tag with so few bits wrong is a damaged one: no message ends like it by chance. */
#define TAG_BITS_WRONG 2

static const uint8_t tag[TAG_SIZE] = {0xfd, 0xff, 0xff, 0xff, 0x0f};

static uint32_t sum_of(const void *key, size_t key_len, const void *row, size_t len)
{
	return ~zong_crc32c(zong_crc32c(UINT32_MAX, key, key_len), row, len);
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
