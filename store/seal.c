/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <zong/buffer.h>
#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/file.h>

#define CONTEXT "zongseal"
#define KEY_NAMES 3
#define KEY_MARK 4
#define MARK_SIZE 32
#define MARK_HEAD "zong seal 1\n"
#define MARK_LEN (sizeof(MARK_HEAD) - 1 + 2 * (size_t)MARK_SIZE + 1)

#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES

struct zong_seal {
	uint8_t use[ZONG_SEAL_SEGMENTS + 1]
		   [KEY_SIZE]; /* by enum zong_seal_use; the first is empty */
	uint8_t names[crypto_generichash_KEYBYTES];
	uint8_t mark[MARK_SIZE];
};

int zong_seal_new(const uint8_t key[ZONG_STORE_KEY], struct zong_seal **ret_seal)
{
	uint8_t mark_key[crypto_generichash_KEYBYTES];
	struct zong_seal *seal;
	int use;

	if (sodium_init() < 0)
		return ZONG_ENOMEM;
	seal = sodium_malloc(sizeof(*seal));
	if (!seal)
		return ZONG_ENOMEM;
	memset(seal, 0, sizeof(*seal));
	for (use = ZONG_SEAL_ROWS; use <= ZONG_SEAL_SEGMENTS; use++)
		crypto_kdf_derive_from_key(
			seal->use[use], sizeof(seal->use[use]), (uint64_t)use, CONTEXT, key);
	crypto_kdf_derive_from_key(seal->names, sizeof(seal->names), KEY_NAMES, CONTEXT, key);
	crypto_kdf_derive_from_key(mark_key, sizeof(mark_key), KEY_MARK, CONTEXT, key);
	crypto_generichash(seal->mark, sizeof(seal->mark), (const uint8_t *)MARK_HEAD,
		sizeof(MARK_HEAD) - 1, mark_key, sizeof(mark_key));
	sodium_memzero(mark_key, sizeof(mark_key));
	sodium_mprotect_readonly(seal);
	*ret_seal = seal;
	return 0;
}

void zong_seal_free(struct zong_seal *seal)
{
	sodium_free(seal);
}

void zong_seal_name(const struct zong_seal *seal, const struct zong_digest *digest,
	struct zong_digest *ret_name)
{
	crypto_generichash(ret_name->bytes, sizeof(ret_name->bytes), digest->bytes,
		sizeof(digest->bytes), seal->names, sizeof(seal->names));
}

void zong_seal_box(const struct zong_seal *seal, enum zong_seal_use use, const void *place,
	size_t place_len, void *box, size_t body_len)
{
	uint8_t *nonce = box;
	uint8_t *body = nonce + ZONG_BOX_NONCE;

	randombytes_buf(nonce, ZONG_BOX_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		body, NULL, body, body_len, place, place_len, NULL, nonce, seal->use[use]);
}

int zong_seal_open(const struct zong_seal *seal, enum zong_seal_use use, const void *place,
	size_t place_len, const void *box, size_t box_len, void *ret_body)
{
	const uint8_t *nonce = box;

	if (box_len < ZONG_BOX_MORE)
		return ZONG_ECORRUPT;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(ret_body, NULL, NULL, nonce + ZONG_BOX_NONCE,
		    box_len - ZONG_BOX_NONCE, place, place_len, nonce, seal->use[use]) != 0)
		return ZONG_ECORRUPT;
	return 0;
}

size_t zong_seal_room(size_t len)
{
	size_t need = len + ZONG_SEAL_LENGTH;
	size_t power = ZONG_SEAL_LEAST;
	size_t step;

	if (need <= ZONG_SEAL_LEAST + ZONG_SEAL_LEE)
		return ZONG_SEAL_LEAST + ZONG_SEAL_LEE;
	need -= ZONG_SEAL_LEE;
	while (power * 2 < need)
		power *= 2;
	step = power / 4;
	return (need + step - 1) / step * step + ZONG_SEAL_LEE;
}

bool zong_seal_is_room(size_t room)
{
	return room >= ZONG_SEAL_LEAST + ZONG_SEAL_LEE &&
	       zong_seal_room(room - ZONG_SEAL_LENGTH) == room;
}

/* ---- the mark ---- */

static char *mark_path(const char *dir)
{
	char *path;

	return asprintf(&path, "%s/seal", dir) < 0 ? NULL : path;
}

int zong_seal_write_mark(const struct zong_seal *seal, const char *dir)
{
	_cleanup_free_ char *path = mark_path(dir);
	char text[MARK_LEN + 1] = MARK_HEAD;

	if (!path)
		return ZONG_ENOMEM;
	sodium_bin2hex(text + sizeof(MARK_HEAD) - 1, 2 * MARK_SIZE + 1, seal->mark, MARK_SIZE);
	text[MARK_LEN - 1] = '\n';
	return zong_file_replace(path, text, MARK_LEN, 0600);
}

int zong_seal_check_mark(const struct zong_seal *seal, const char *dir)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(1024);
	_cleanup_free_ char *path = mark_path(dir);
	uint8_t mark[MARK_SIZE];
	const char *hex;
	size_t len;
	int r;

	if (!path)
		return ZONG_ENOMEM;
	r = zong_file_read(path, &text);
	if (r == ZONG_ENOENT)
		return seal ? ZONG_EKEY : 0;
	if (r)
		return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
	if (text.len != MARK_LEN || memcmp(text.data, MARK_HEAD, sizeof(MARK_HEAD) - 1) != 0)
		return ZONG_ECORRUPT;
	hex = (const char *)text.data + sizeof(MARK_HEAD) - 1;
	if (sodium_hex2bin(mark, sizeof(mark), hex, (size_t)2 * MARK_SIZE, NULL, &len, NULL) != 0 ||
		len != sizeof(mark))
		return ZONG_ECORRUPT;
	if (!seal)
		return ZONG_ESEALED;
	return sodium_memcmp(mark, seal->mark, sizeof(mark)) == 0 ? 0 : ZONG_EKEY;
}
