/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include <sodium.h>

#include <zong/cleanup.h>
#include <zong/digest.h>

#include "push/webhook.h"

#define SIGNED_MAX (64 * 1024)

static void add_base64(struct zong_buf *buf, const uint8_t *bytes, size_t len)
{
	char text[sodium_base64_ENCODED_LEN(crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2base64(text, sizeof(text), bytes, len, sodium_base64_VARIANT_ORIGINAL);
	zong_buf_add_str(buf, text);
}

static void add_hmac(
	const struct zong_webhook_keys *keys, const struct zong_buf *content, struct zong_buf *buf)
{
	struct zong_digest mac;

	zong_digest_hmac(keys->secret, keys->secret_len, content->data, content->len, &mac);
	zong_buf_add_str(buf, "v1,");
	add_base64(buf, mac.bytes, sizeof(mac.bytes));
}

static void add_ed25519(
	const struct zong_webhook_keys *keys, const struct zong_buf *content, struct zong_buf *buf)
{
	uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
	uint8_t signature[crypto_sign_BYTES];

	crypto_sign_seed_keypair(public_key, secret_key, keys->seed);
	crypto_sign_detached(signature, NULL, content->data, content->len, secret_key);
	sodium_memzero(secret_key, sizeof(secret_key));
	zong_buf_add_str(buf, " v1a,");
	add_base64(buf, signature, sizeof(signature));
}

int zong_webhook_sign(const struct zong_webhook_keys *keys, size_t count, const char *id,
	int64_t timestamp, const void *body, size_t len, struct zong_buf *buf)
{
	_cleanup_(zong_buf_release) struct zong_buf content = ZONG_BUF_INIT(SIGNED_MAX);

	zong_buf_add_format(&content, "%s.%" PRId64 ".", id, timestamp);
	if (zong_buf_add(&content, body, len))
		return content.err;
	for (size_t i = 0; i < count; i++) {
		if (i)
			zong_buf_add_str(buf, " ");
		add_hmac(&keys[i], &content, buf);
		if (keys[i].seed)
			add_ed25519(&keys[i], &content, buf);
	}
	return buf->err;
}
