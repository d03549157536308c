/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>

#include <zong/base64.h>
#include <zong/error.h>

#define VARIANT sodium_base64_VARIANT_ORIGINAL

int zong_base64_add(struct zong_buf *buf, const void *bytes, size_t len)
{
	size_t size = sodium_base64_ENCODED_LEN(len, VARIANT);
	uint8_t *room = zong_buf_room(buf, size);

	if (!room)
		return buf->err;
	sodium_bin2base64((char *)room, size, bytes, len, VARIANT);
	buf->len += size - 1;
	return buf->err;
}

/* libsodium takes some bytes above 127 for letters of the alphabet. */
static bool is_of_alphabet(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '+' || c == '/' || c == '='))
			return false;
	}
	return true;
}

int zong_base64_read(const char *text, size_t len, void *ret_bytes, size_t max, size_t *ret_len)
{
	if (!is_of_alphabet(text, len) ||
		sodium_base642bin(ret_bytes, max, text, len, NULL, ret_len, NULL, VARIANT) != 0)
		return ZONG_EINVAL;
	return 0;
}

int zong_base64_add_read(struct zong_buf *buf, const char *text, size_t len)
{
	size_t max = len / 4 * 3, count;
	uint8_t *room = zong_buf_room(buf, max + 1);

	if (!room)
		return buf->err;
	if (zong_base64_read(text, len, room, max, &count))
		return ZONG_EINVAL;
	buf->len += count;
	return 0;
}
