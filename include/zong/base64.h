/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BASE64_H
#define ZONG_BASE64_H

/* Base 64 of RFC 4648 §4, in the one form that encoding gives: padded, no blanks, no bits beyond the end. So that
 * two texts that differ are never the same bytes. By libsodium. Threads: any. */

#include <stddef.h>

#include <zong/buffer.h>

/* Characters for @len bytes. */
#define ZONG_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* Appends the bytes as text. Returns buf->err. */
int zong_base64_add(struct zong_buf *buf, const void *bytes, size_t len);
/* At most @max bytes. ZONG_EINVAL: no such text, or of more bytes. */
int zong_base64_read(const char *text, size_t len, void *ret_bytes, size_t max, size_t *ret_len);
/* Appends what the text stands for. ZONG_EINVAL, or buf->err. */
int zong_base64_add_read(struct zong_buf *buf, const char *text, size_t len);

#endif
