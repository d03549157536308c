/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_DIGEST_H
#define ZONG_DIGEST_H

/* SHA-256 (FIPS 180-4) by GnuTLS, which uses the processor's own instructions.
 * In text a digest is "sha256:" and 64 lower-case hexadecimal digits. Threads: any, one per state.
 *
 * Beside it SM3 (GB/T 32905-2016) by Nettle, where Chinese rules ask for it: of the same length, "sm3:" and 64 digits. A file is named
 * by its SHA-256 alone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONG_DIGEST_SIZE 32
#define ZONG_DIGEST_TEXT 72 /* "sha256:" + 64 + NUL */

struct zong_digest {
	uint8_t bytes[ZONG_DIGEST_SIZE];
};

struct zong_digest_state; /* a running digest */

int zong_digest_begin(struct zong_digest_state **ret_state);
void zong_digest_add(struct zong_digest_state *state, const void *bytes, size_t len);
/* Ends the state and frees it. */
void zong_digest_end(struct zong_digest_state *state, struct zong_digest *ret_digest);
void zong_digest_abandon(struct zong_digest_state *state);

void zong_digest_of(const void *bytes, size_t len, struct zong_digest *ret_digest);
/* Digest of everything in an open file, from its start; does not move the file offset.
 * Returns 0 or ZONG_EIO. */
int zong_digest_of_fd(int fd, struct zong_digest *ret_digest);
void zong_digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
	struct zong_digest *ret_mac);

void zong_digest_format(const struct zong_digest *digest, char ret_text[ZONG_DIGEST_TEXT]);
/* Accepts "sha256:<hex>" and bare "<hex>", either case. ZONG_EINVAL otherwise. */
int zong_digest_parse(const char *text, struct zong_digest *ret_digest);
/* ---- SM3, likewise; its digests are equal where zong_digest_equal says so ---- */

#define ZONG_SM3_TEXT 69 /* "sm3:" + 64 + NUL */

struct zong_sm3_state;

int zong_sm3_begin(struct zong_sm3_state **ret_state);
void zong_sm3_add(struct zong_sm3_state *state, const void *bytes, size_t len);
void zong_sm3_end(struct zong_sm3_state *state, struct zong_digest *ret_digest);
void zong_sm3_abandon(struct zong_sm3_state *state); /* NULL is fine */
void zong_sm3_of(const void *bytes, size_t len, struct zong_digest *ret_digest);
int zong_sm3_of_fd(int fd, struct zong_digest *ret_digest);
void zong_sm3_format(const struct zong_digest *digest, char ret_text[ZONG_SM3_TEXT]);
/* Accepts "sm3:<hex>", either case. ZONG_EINVAL otherwise. */
int zong_sm3_parse(const char *text, struct zong_digest *ret_digest);

/* In constant time. */
bool zong_digest_equal(const struct zong_digest *a, const struct zong_digest *b);
/* Are @len bytes equal, in constant time. */
bool zong_equal_secret(const void *a, const void *b, size_t len);

#endif
