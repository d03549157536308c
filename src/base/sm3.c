/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sm3.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/error.h>

#define READ_SIZE (256 * 1024)
#define PREFIX "sm3:"
#define PREFIX_LEN (sizeof(PREFIX) - 1)

_Static_assert(SM3_DIGEST_SIZE == ZONG_DIGEST_SIZE, "both are of 256 bits");

struct zong_sm3_state {
	struct sm3_ctx sm3;
};

int zong_sm3_begin(struct zong_sm3_state **ret_state)
{
	struct zong_sm3_state *state = malloc(sizeof(*state));

	if (!state)
		return ZONG_ENOMEM;
	sm3_init(&state->sm3);
	*ret_state = state;
	return 0;
}

void zong_sm3_add(struct zong_sm3_state *state, const void *bytes, size_t len)
{
	if (len)
		sm3_update(&state->sm3, len, bytes);
}

void zong_sm3_end(struct zong_sm3_state *state, struct zong_digest *ret_digest)
{
	sm3_digest(&state->sm3, sizeof(ret_digest->bytes), ret_digest->bytes);
	free(state);
}

void zong_sm3_abandon(struct zong_sm3_state *state)
{
	free(state);
}

void zong_sm3_of(const void *bytes, size_t len, struct zong_digest *ret_digest)
{
	struct zong_sm3_state state;

	sm3_init(&state.sm3);
	zong_sm3_add(&state, bytes, len);
	sm3_digest(&state.sm3, sizeof(ret_digest->bytes), ret_digest->bytes);
}

int zong_sm3_of_fd(int fd, struct zong_digest *ret_digest)
{
	_cleanup_free_ uint8_t *bytes = malloc(READ_SIZE);
	struct zong_sm3_state state;
	off_t offset = 0;

	if (!bytes)
		return ZONG_ENOMEM;
	sm3_init(&state.sm3);
	for (;;) {
		ssize_t n = pread(fd, bytes, READ_SIZE, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ZONG_EIO;
		if (n == 0)
			break;
		zong_sm3_add(&state, bytes, (size_t)n);
		offset += n;
	}
	sm3_digest(&state.sm3, sizeof(ret_digest->bytes), ret_digest->bytes);
	return 0;
}

void zong_sm3_format(const struct zong_digest *digest, char ret_text[ZONG_SM3_TEXT])
{
	char text[ZONG_DIGEST_TEXT];

	zong_digest_format(digest, text);
	snprintf(ret_text, ZONG_SM3_TEXT, PREFIX "%s", strchr(text, ':') + 1);
}

int zong_sm3_parse(const char *text, struct zong_digest *ret_digest)
{
	/* what follows is digits alone, and not another name with its own */
	if (strncmp(text, PREFIX, PREFIX_LEN) != 0 || strchr(text + PREFIX_LEN, ':'))
		return ZONG_EINVAL;
	return zong_digest_parse(text + PREFIX_LEN, ret_digest);
}
