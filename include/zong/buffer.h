/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_BUFFER_H
#define ZONG_BUFFER_H

/* A growing run of bytes with a named maximum and a sticky error: append as often as needed, look
 * once at the end. The bytes are always followed by a zero byte that does not count, so that a
 * buffer of text can be read as a C string. Threads: one at a time. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct zong_buf {
	uint8_t *data; /* owned; NULL while empty */
	size_t len;
	size_t cap;
	size_t max;    /* never grows beyond this many bytes */
	int err;       /* 0, ZONG_ENOMEM or ZONG_ELIMIT; after an error appends do nothing */
};

#define ZONG_BUF_INIT(maximum) { .max = (maximum) }

void zong_buf_init(struct zong_buf *buf, size_t max);
void zong_buf_release(struct zong_buf *buf);
/* Forgets the contents and the error, keeps the memory. */
void zong_buf_clear(struct zong_buf *buf);
/* Each returns buf->err. */
int zong_buf_add(struct zong_buf *buf, const void *bytes, size_t len);
int zong_buf_add_str(struct zong_buf *buf, const char *str);
int zong_buf_add_char(struct zong_buf *buf, char c);
int zong_buf_add_format(struct zong_buf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Makes room for @len more bytes and returns where they go (NULL on error); then add to ->len. */
uint8_t *zong_buf_room(struct zong_buf *buf, size_t len);
/* Moves the bytes out (caller frees with free); the buffer is empty afterwards. NULL when buf->err. */
char *zong_buf_take(struct zong_buf *buf, size_t *ret_len);
/* The bytes as a C string; "" while empty. Borrowed until the next append. */
const char *zong_buf_str(const struct zong_buf *buf);
/* Text escaped for XML content and attribute values; characters XML 1.0 forbids become U+FFFD. */
int zong_buf_add_xml(struct zong_buf *buf, const char *text, size_t len);

#endif
