/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

int zong_cursor_make(const void *bytes, size_t len, char **ret_text)
{
	size_t size = sodium_base64_ENCODED_LEN(len, VARIANT);
	char *text = malloc(size);

	if (!text)
		return ZONG_ENOMEM;
	*ret_text = sodium_bin2base64(text, size, bytes, len, VARIANT);
	return 0;
}

int zong_cursor_take(const char *text, struct zong_key *ret_key)
{
	uint8_t bytes[ZONG_LIMIT_KEY];
	const char *end;
	size_t len;

	if (sodium_base642bin(
		    bytes, sizeof(bytes), text, strlen(text), NULL, &len, &end, VARIANT) != 0)
		return ZONG_ECURSOR;
	if (*end || len == 0)
		return ZONG_ECURSOR;
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, bytes, len);
	return 0;
}
