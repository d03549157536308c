/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crc.h"

#include <pthread.h>
#include <string.h>

#define POLYNOMIAL UINT32_C(0x82f63b78) /* reflected */

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
uint32_t zong_crc32c_tables(uint32_t crc, const void *from, size_t len)
{
	const uint8_t *bytes = from;

	pthread_once(&once, make_tables);
	for (; len >= 8; len -= 8, bytes += 8)
		crc = tables[7][(crc ^ bytes[0]) & 0xff] ^ tables[6][(crc >> 8 ^ bytes[1]) & 0xff] ^
		      tables[5][(crc >> 16 ^ bytes[2]) & 0xff] ^ tables[4][crc >> 24 ^ bytes[3]] ^
		      tables[3][bytes[4]] ^ tables[2][bytes[5]] ^ tables[1][bytes[6]] ^
		      tables[0][bytes[7]];
	for (; len > 0; len--, bytes++)
		crc = crc >> 8 ^ tables[0][(crc ^ *bytes) & 0xff];
	return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t by_instruction(
	uint32_t crc, const uint8_t *bytes, size_t len)
{
	uint64_t word, wide = crc;

	for (; len >= sizeof(word); len -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	for (; len > 0; len--, bytes++)
		crc = __builtin_ia32_crc32qi(crc, *bytes);
	return crc;
}

uint32_t zong_crc32c(uint32_t crc, const void *bytes, size_t len)
{
	return __builtin_cpu_supports("sse4.2") ? by_instruction(crc, bytes, len)
						: zong_crc32c_tables(crc, bytes, len);
}
#else
uint32_t zong_crc32c(uint32_t crc, const void *bytes, size_t len)
{
	return zong_crc32c_tables(crc, bytes, len);
}
#endif
