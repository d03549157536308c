/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TIMESTAMP_H
#define ZONG_TIMESTAMP_H

/* Time-stamps of RFC 3161: the request for one, and what an authority answers, as far as whoever asked must look into it: is it
 * about what was asked. The signature in it is for those who trust the authority (openssl ts -verify).
 *
 * Requests and answers are DER. Answers come from outside and may be anything. Threads: pure functions. */

#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>

#define ZONG_TIMESTAMP_REQUEST 69         /* bytes of a request */
#define ZONG_TIMESTAMP_NONCE 8
#define ZONG_TIMESTAMP_MAX (64 * 1024)    /* of an answer; with a chain of certificates some thousand */
#define ZONG_TIMESTAMP_QUERY_TYPE "application/timestamp-query"
#define ZONG_TIMESTAMP_REPLY_TYPE "application/timestamp-reply"

/* For a time-stamp over @imprint (SHA-256), with the authority's certificates. @nonce: any bytes; those that are asked with come
 * back in it: its first byte is made one that a positive number of that length has. */
void zong_timestamp_request(const struct zong_digest *imprint, uint8_t nonce[ZONG_TIMESTAMP_NONCE],
	uint8_t ret_request[ZONG_TIMESTAMP_REQUEST]);
/* When the authority says it was. @nonce NULL: any. ZONG_EINVAL: no such answer. ZONG_ECANCELLED: the authority has refused. ZONG_ECORRUPT: it
 * is about something else. */
int zong_timestamp_read(const void *reply, size_t len, const struct zong_digest *imprint,
	const uint8_t nonce[ZONG_TIMESTAMP_NONCE], int64_t *ret_time);

#endif
