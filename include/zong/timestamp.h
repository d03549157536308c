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

#define ZONG_TIMESTAMP_REQUEST 69         /* bytes of a request at most */
#define ZONG_TIMESTAMP_NONCE 8
#define ZONG_TIMESTAMP_MAX (64 * 1024)    /* of an answer; with a chain of certificates some thousand */
#define ZONG_TIMESTAMP_QUERY_TYPE "application/timestamp-query"
#define ZONG_TIMESTAMP_REPLY_TYPE "application/timestamp-reply"

enum zong_timestamp_hash {
	ZONG_TIMESTAMP_SHA256,
	ZONG_TIMESTAMP_SM3, /* 1.2.156.10197.1.401, which authorities in China ask for (GB/T 20520) */
};

/* What a time-stamp is over. */
struct zong_imprint {
	enum zong_timestamp_hash hash;
	struct zong_digest digest;
};

void zong_imprint_of(
	enum zong_timestamp_hash hash, const void *bytes, size_t len, struct zong_imprint *ret_imprint);
/* For a time-stamp over @imprint, with the authority's certificates; returns how long it is. @nonce: any bytes; those that are asked
 * with come back in it: its first byte is made one that a positive number of that length has. */
size_t zong_timestamp_request(const struct zong_imprint *imprint, uint8_t nonce[ZONG_TIMESTAMP_NONCE],
	uint8_t ret_request[ZONG_TIMESTAMP_REQUEST]);
/* When the authority says it was. @nonce NULL: any. ZONG_EINVAL: no such answer. ZONG_ECANCELLED: the authority has refused. ZONG_ECORRUPT: it
 * is about something else. */
int zong_timestamp_read(const void *reply, size_t len, const struct zong_imprint *imprint,
	const uint8_t nonce[ZONG_TIMESTAMP_NONCE], int64_t *ret_time);
/* The same of one that is kept: is it about these bytes, by whichever hash? */
int zong_timestamp_about(const void *reply, size_t len, const void *bytes, size_t bytes_len,
	enum zong_timestamp_hash *ret_hash, int64_t *ret_time);

#endif
