/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/error.h>

#define READ_SIZE (256 * 1024)
#define PREFIX "sha256:"
#define PREFIX_LEN (sizeof(PREFIX) - 1)

struct zong_digest_state {
	gnutls_hash_hd_t hash;
};

/* SHA-256 over memory cannot fail; a library that says so is broken, and a wrong digest would be
 * believed for ever. */
static void must(int gnutls_code)
{
	if (gnutls_code < 0)
		abort();
}

int zong_digest_begin(struct zong_digest_state **ret_state)
{
	struct zong_digest_state *state = malloc(sizeof(*state));

	if (!state)
		return ZONG_ENOMEM;
	if (gnutls_hash_init(&state->hash, GNUTLS_DIG_SHA256) < 0) {
		free(state);
		return ZONG_ENOMEM;
	}
	*ret_state = state;
	return 0;
}

void zong_digest_add(struct zong_digest_state *state, const void *bytes, size_t len)
{
	if (len)
		must(gnutls_hash(state->hash, bytes, len));
}

void zong_digest_end(struct zong_digest_state *state, struct zong_digest *ret_digest)
{
	gnutls_hash_deinit(state->hash, ret_digest->bytes);
	free(state);
}

void zong_digest_abandon(struct zong_digest_state *state)
{
	if (!state)
		return;
	gnutls_hash_deinit(state->hash, NULL);
	free(state);
}

void zong_digest_of(const void *bytes, size_t len, struct zong_digest *ret_digest)
{
	must(gnutls_hash_fast(GNUTLS_DIG_SHA256, len ? bytes : "", len, ret_digest->bytes));
}

int zong_digest_of_fd(int fd, struct zong_digest *ret_digest)
{
	_cleanup_free_ uint8_t *bytes = malloc(READ_SIZE);
	struct zong_digest_state *state;
	off_t offset = 0;
	int r;

	if (!bytes)
		return ZONG_ENOMEM;
	r = zong_digest_begin(&state);
	if (r)
		return r;
	for (;;) {
		ssize_t n = pread(fd, bytes, READ_SIZE, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			zong_digest_abandon(state);
			return ZONG_EIO;
		}
		if (n == 0)
			break;
		zong_digest_add(state, bytes, (size_t)n);
		offset += n;
	}
	zong_digest_end(state, ret_digest);
	return 0;
}

void zong_digest_hmac(
	const void *key, size_t key_len, const void *bytes, size_t len, struct zong_digest *ret_mac)
{
	must(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key_len ? key : "", key_len, len ? bytes : "", len,
		ret_mac->bytes));
}

void zong_digest_format(const struct zong_digest *digest, char ret_text[ZONG_DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *to = ret_text + PREFIX_LEN;

	memcpy(ret_text, PREFIX, PREFIX_LEN);
	for (size_t i = 0; i < ZONG_DIGEST_SIZE; i++) {
		*to++ = digits[digest->bytes[i] >> 4];
		*to++ = digits[digest->bytes[i] & 15];
	}
	*to = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int zong_digest_parse(const char *text, struct zong_digest *ret_digest)
{
	struct zong_digest digest;

	if (strncmp(text, PREFIX, PREFIX_LEN) == 0)
		text += PREFIX_LEN;
	if (strnlen(text, 2 * ZONG_DIGEST_SIZE + 1) != 2 * ZONG_DIGEST_SIZE)
		return ZONG_EINVAL;
	for (size_t i = 0; i < ZONG_DIGEST_SIZE; i++) {
		int high = hex_value(text[2 * i]);
		int low = hex_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return ZONG_EINVAL;
		digest.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*ret_digest = digest;
	return 0;
}

bool zong_digest_equal(const struct zong_digest *a, const struct zong_digest *b)
{
	return zong_equal_secret(a->bytes, b->bytes, ZONG_DIGEST_SIZE);
}

bool zong_equal_secret(const void *a, const void *b, size_t len)
{
	return len == 0 || gnutls_memcmp(a, b, len) == 0;
}
