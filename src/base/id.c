/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/id.h>
#include <zong/time.h>

/* The 122 free bits of a version 7 UUID: 48 of milliseconds and 12 of chance in @high, 62 of
 * chance in @low (RFC 9562 §5.7). */
#define LOW_BITS 62
#define LOW_MASK ((UINT64_C(1) << LOW_BITS) - 1)

/* What keeps the ids of one process ascending; nothing else reads it. */
static pthread_mutex_t last_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t last_high;
static uint64_t last_low;

static void random_bytes(void *to, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = getrandom((uint8_t *)to + got, len - got, 0);

		if (n < 0 && errno == EINTR)
			continue;
		/* An id that can be guessed or repeats is worse than no program. */
		if (n < 0)
			abort();
		got += (size_t)n;
	}
}

void zong_id_new(struct zong_id *ret_id)
{
	uint64_t chance[2];
	uint64_t ms = (uint64_t)(zong_time_now() / 1000) & ((UINT64_C(1) << 48) - 1);
	uint64_t high;
	uint64_t low;

	random_bytes(chance, sizeof(chance));
	pthread_mutex_lock(&last_lock);
	if (ms > last_high >> 12) {
		high = ms << 12 | (chance[0] & 0xFFF);
		low = chance[1] & LOW_MASK;
	} else {
		/* The same millisecond, or the clock went back: a random step further (§6.2,
		 * method 2), which still cannot be guessed and, after a fork, does not repeat. */
		high = last_high;
		low = last_low + 1 + (chance[1] >> 32);
		high += low >> LOW_BITS;
		low &= LOW_MASK;
	}
	last_high = high;
	last_low = low;
	pthread_mutex_unlock(&last_lock);

	zong_write_be64(ret_id->bytes, (high >> 12) << 16 | UINT64_C(7) << 12 | (high & 0xFFF));
	zong_write_be64(ret_id->bytes + 8, UINT64_C(2) << LOW_BITS | low);
}

static bool hyphen_at(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

void zong_id_format(const struct zong_id *id, char ret_text[ZONG_ID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t nibble = 0;

	for (size_t i = 0; i < ZONG_ID_TEXT - 1; i++) {
		uint8_t byte;

		if (hyphen_at(i)) {
			ret_text[i] = '-';
			continue;
		}
		byte = id->bytes[nibble / 2];
		ret_text[i] = digits[nibble % 2 ? byte & 15 : byte >> 4];
		nibble++;
	}
	ret_text[ZONG_ID_TEXT - 1] = '\0';
}

int zong_id_parse(const char *text, struct zong_id *ret_id)
{
	struct zong_id id = {{0}};
	size_t nibble = 0;

	if (strnlen(text, ZONG_ID_TEXT) != ZONG_ID_TEXT - 1)
		return ZONG_EINVAL;
	for (size_t i = 0; i < ZONG_ID_TEXT - 1; i++) {
		char c = text[i];
		unsigned int value;

		if (hyphen_at(i)) {
			if (c != '-')
				return ZONG_EINVAL;
			continue;
		}
		if (c >= '0' && c <= '9')
			value = (unsigned int)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = (unsigned int)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			value = (unsigned int)(c - 'A' + 10);
		else
			return ZONG_EINVAL;
		id.bytes[nibble / 2] |= (uint8_t)(nibble % 2 ? value : value << 4);
		nibble++;
	}
	*ret_id = id;
	return 0;
}

bool zong_id_equal(const struct zong_id *a, const struct zong_id *b)
{
	return memcmp(a->bytes, b->bytes, ZONG_ID_SIZE) == 0;
}
