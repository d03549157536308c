/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_SEAL_H
#define ZONG_STORE_SEAL_H

/* The keys of a sealed archive (a vault), and what is sealed with them. From the vault key, 32 bytes, keys for each
 * purpose are derived (libsodium's crypto_kdf, context "zongseal"), so that nothing sealed for one can be taken for another:
 *
 *     1 rows       pages of the catalog's tree (seal_page.h) and long values beside it
 *     2 segments   values in segments/
 *     3 names      segments are known by keyed names, not by their digests
 *     4 mark       tells a wrong key from a damaged archive
 *
 * A box is what lies on the disk:
 *
 *     24 bytes   nonce, random
 *     ... bytes  ciphertext of the body (XChaCha20-Poly1305, IETF)
 *     16 bytes   tag, also over the label and the place where the box belongs: it cannot be moved or exchanged
 *
 * A value of any length is first brought to one of few lengths (zong_seal_room), its own before it:
 *
 *     u32 length, big-endian; the bytes; zeros
 *
 * Threads: all may use a seal at once; nothing in it changes. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>
#include <zong/store.h>

#define ZONG_BOX_NONCE 24
#define ZONG_BOX_TAG 16
#define ZONG_BOX_MORE (ZONG_BOX_NONCE + ZONG_BOX_TAG) /* a box is so much longer than its body */
#define ZONG_SEAL_LENGTH 4			      /* before the bytes of a value */

struct zong_seal;

enum zong_seal_use {
	ZONG_SEAL_ROWS = 1,
	ZONG_SEAL_SEGMENTS,
};

/* Keys in memory that is locked and without a copy elsewhere. 0 or ZONG_ENOMEM. */
int zong_seal_new(const uint8_t key[ZONG_STORE_KEY], struct zong_seal **ret_seal);
void zong_seal_free(struct zong_seal *seal); /* wiped; NULL is fine */

/* The name of a segment with this digest. */
void zong_seal_name(const struct zong_seal *seal, const struct zong_digest *digest,
	struct zong_digest *ret_name);

/* Seals in place: the body is at @box + ZONG_BOX_NONCE already, nonce and tag are put around it. */
void zong_seal_box(const struct zong_seal *seal, enum zong_seal_use use, const void *place,
	size_t place_len, void *box, size_t body_len);
/* The body of a box of @box_len bytes into @ret_body (box_len - ZONG_BOX_MORE bytes; may be the box's own place of it).
 * 0, ZONG_ECORRUPT: not what was sealed for this place with this key. */
int zong_seal_open(const struct zong_seal *seal, enum zong_seal_use use, const void *place,
	size_t place_len, const void *box, size_t box_len, void *ret_body);

/* Length of the body that a value of @len bytes is brought to: the next of four steps in each power of two from
 * ZONG_SEAL_LEAST on. So of a length two bits and the power of two are told, at a cost of a ninth on average. ZONG_SEAL_LEE on top,
 * so that what is a power of two itself, as the longest segments are, does not go a step higher for the few bytes before it. */
#define ZONG_SEAL_LEAST 512
#define ZONG_SEAL_LEE 64
size_t zong_seal_room(size_t len);
/* Is it one that zong_seal_room gives? */
bool zong_seal_is_room(size_t room);

/* ---- the mark ---- */

/* The file "seal" in the archive's folder says that it is sealed, and by a keyed digest with which key:
 *     zong seal 1\n  64 hex digits\n */
int zong_seal_write_mark(const struct zong_seal *seal, const char *dir);
/* @seal NULL: none was given. 0 (sealed, and with this key; or not sealed and none given), ZONG_ESEALED (sealed, none
 * given), ZONG_EKEY (another key; or a key for an archive that has no seal), ZONG_ECORRUPT, ZONG_EIO. */
int zong_seal_check_mark(const struct zong_seal *seal, const char *dir);

#endif
