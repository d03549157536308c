/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include <zong/identity.h>

/* A word that is known to be none of a token's other uses. */
static const char purpose[] = "zong csrf 1";

void zong_identity_csrf(const char *token, char ret_csrf[ZONG_CSRF_TEXT])
{
	uint8_t digest[32];

	crypto_generichash(digest, sizeof(digest), (const unsigned char *)purpose,
		sizeof(purpose) - 1, (const unsigned char *)token, strnlen(token, ZONG_TOKEN_TEXT));
	sodium_bin2base64(ret_csrf, ZONG_CSRF_TEXT, digest, sizeof(digest),
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(digest, sizeof(digest));
}

bool zong_identity_csrf_fits(const char *token, const char *given)
{
	char csrf[ZONG_CSRF_TEXT];
	bool fits;

	if (!given || strlen(given) != ZONG_CSRF_TEXT - 1)
		return false;
	zong_identity_csrf(token, csrf);
	fits = sodium_memcmp(csrf, given, ZONG_CSRF_TEXT - 1) == 0;
	sodium_memzero(csrf, sizeof(csrf));
	return fits;
}
