/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_WEBHOOK_H
#define ZONG_PUSH_WEBHOOK_H

/* Signatures of Standard Webhooks 1.0: over "id.timestamp.body", symmetric `v1` (HMAC-SHA256) and
 * asymmetric `v1a` (ed25519). Pure functions; threads: any. */

#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>

#define ZONG_WEBHOOK_SEED 32

struct zong_webhook_keys {
	const uint8_t *secret; /* HMAC key, as it is behind `whsec_` when decoded */
	size_t secret_len;
	const uint8_t *seed; /* ZONG_WEBHOOK_SEED bytes, or NULL: no v1a */
};

/* Appends the value of the header webhook-signature: "v1,<base64> v1a,<base64>", of each of the keys.
 * @timestamp: seconds since 1970. ZONG_ENOMEM, ZONG_ELIMIT. */
int zong_webhook_sign(const struct zong_webhook_keys *keys, size_t count, const char *id, int64_t timestamp,
	const void *body, size_t len, struct zong_buf *buf);

#endif
