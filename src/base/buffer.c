/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/buffer.h>
#include <zong/error.h>
#include <zong/utf8.h>

#define FIRST_CAPACITY 64

void zong_buf_init(struct zong_buf *buf, size_t max)
{
	*buf = (struct zong_buf)ZONG_BUF_INIT(max);
}

void zong_buf_release(struct zong_buf *buf)
{
	if (!buf)
		return;
	free(buf->data);
	zong_buf_init(buf, buf->max);
}

void zong_buf_clear(struct zong_buf *buf)
{
	buf->len = 0;
	buf->err = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Capacity for @len more bytes and the zero byte behind them. */
static inline int grow(struct zong_buf *buf, size_t len)
{
	size_t need;
	size_t cap;
	uint8_t *data;

	/* Most of what is added is short and has room; a capacity is never over the maximum. */
	if (!buf->err && len < buf->cap - buf->len)
		return 0;
	if (buf->err)
		return buf->err;
	if (len > buf->max - buf->len || len >= SIZE_MAX - buf->len)
		return buf->err = ZONG_ELIMIT;
	need = buf->len + len + 1;
	if (need <= buf->cap)
		return 0;
	cap = buf->cap ? buf->cap : FIRST_CAPACITY;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	/* Never much more than the maximum, which is what the limit was named for. */
	if (cap - 1 > buf->max)
		cap = buf->max + 1;
	data = realloc(buf->data, cap);
	if (!data)
		return buf->err = ZONG_ENOMEM;
	buf->data = data;
	buf->cap = cap;
	return 0;
}

int zong_buf_add(struct zong_buf *buf, const void *bytes, size_t len)
{
	int r = grow(buf, len);

	if (r)
		return r;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

int zong_buf_add_str(struct zong_buf *buf, const char *str)
{
	return zong_buf_add(buf, str, strlen(str));
}

int zong_buf_add_char(struct zong_buf *buf, char c)
{
	return zong_buf_add(buf, &c, 1);
}

int zong_buf_add_format(struct zong_buf *buf, const char *format, ...)
{
	va_list args;
	char *to;
	int n;

	if (buf->err)
		return buf->err;
	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return buf->err = ZONG_ENOMEM;
	to = (char *)zong_buf_room(buf, (size_t)n);
	if (!to)
		return buf->err;
	va_start(args, format);
	n = vsnprintf(to, (size_t)n + 1, format, args);
	va_end(args);
	if (n < 0)
		return buf->err = ZONG_ENOMEM;
	buf->len += (size_t)n;
	return 0;
}

uint8_t *zong_buf_room(struct zong_buf *buf, size_t len)
{
	if (grow(buf, len))
		return NULL;
	buf->data[buf->len + len] = '\0';
	return buf->data + buf->len;
}

char *zong_buf_take(struct zong_buf *buf, size_t *ret_len)
{
	char *taken;
	size_t len = buf->len;

	/* Even nothing is taken as a string of its own, so that NULL always means an error. */
	if (grow(buf, 0)) {
		zong_buf_release(buf);
		return NULL;
	}
	taken = (char *)buf->data;
	taken[len] = '\0';
	zong_buf_init(buf, buf->max);
	if (ret_len)
		*ret_len = len;
	return taken;
}

const char *zong_buf_str(const struct zong_buf *buf)
{
	if (!buf->data)
		return "";
	/* the caller of zong_buf_room() may have used less than it asked for */
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}

static const char *xml_entity(uint32_t character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	/* As references, or a parser turns them into blanks (XML 1.0 §3.3.3, §2.11). */
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* XML 1.0 §2.2, production 2; surrogates and worse are ZONG_UTF8_BAD already. */
static bool xml_allows(uint32_t character)
{
	return character >= 0x20 && character <= 0x10FFFF && character != 0xFFFE &&
	       character != 0xFFFF;
}

int zong_buf_add_xml(struct zong_buf *buf, const char *text, size_t len)
{
	size_t pos = 0;
	size_t start = 0; /* of the run that needs no escape */

	while (pos < len) {
		size_t at = pos;
		uint32_t character = zong_utf8_next(text, len, &pos);
		const char *entity = xml_entity(character);

		if (!entity && xml_allows(character))
			continue;
		zong_buf_add(buf, text + start, at - start);
		zong_buf_add_str(buf, entity ? entity : "\xEF\xBF\xBD");
		start = pos;
	}
	return zong_buf_add(buf, text + start, len - start);
}
