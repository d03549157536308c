/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define AROUND (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

static uint8_t seal[crypto_secretbox_KEYBYTES];

static void make_seal(void)
{
	crypto_secretbox_keygen(seal);
}

static void need_seal(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_seal);
}

int zong_cursor_make(const void *bytes, size_t len, char **ret_text)
{
	uint8_t sealed[AROUND + ZONG_LIMIT_KEY];
	size_t size = sodium_base64_ENCODED_LEN(AROUND + len, VARIANT);
	char *text;

	if (len > ZONG_LIMIT_KEY)
		return ZONG_ELIMIT;
	text = malloc(size);
	if (!text)
		return ZONG_ENOMEM;
	need_seal();
	randombytes_buf(sealed, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(sealed + crypto_secretbox_NONCEBYTES, bytes, len, sealed, seal);
	*ret_text = sodium_bin2base64(text, size, sealed, AROUND + len, VARIANT);
	return 0;
}

int zong_cursor_take(const char *text, struct zong_key *ret_key)
{
	uint8_t sealed[AROUND + ZONG_LIMIT_KEY];
	uint8_t bytes[ZONG_LIMIT_KEY];
	const char *end;
	size_t len;

	if (sodium_base642bin(
		    sealed, sizeof(sealed), text, strlen(text), NULL, &len, &end, VARIANT) != 0)
		return ZONG_ECURSOR;
	if (*end || len <= AROUND)
		return ZONG_ECURSOR;
	need_seal();
	if (crypto_secretbox_open_easy(bytes, sealed + crypto_secretbox_NONCEBYTES,
		    len - crypto_secretbox_NONCEBYTES, sealed, seal) != 0)
		return ZONG_ECURSOR;
	zong_key_clear(ret_key);
	zong_key_bytes(ret_key, bytes, len - AROUND);
	return 0;
}
