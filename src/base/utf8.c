/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/utf8.h>

#define REPLACEMENT UINT32_C(0xFFFD)

uint32_t zong_utf8_next(const char *text, size_t len, size_t *pos)
{
	const uint8_t *p = (const uint8_t *)text + *pos;
	size_t left = len - *pos;
	uint32_t character;
	uint32_t least; /* a smaller value would be an overlong form */
	size_t more;

	(*pos)++;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] >= 0xC2 && p[0] <= 0xDF) {
		more = 1;
		least = 0x80;
		character = p[0] & 0x1F;
	} else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
		more = 2;
		least = 0x800;
		character = p[0] & 0x0F;
	} else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
		more = 3;
		least = 0x10000;
		character = p[0] & 0x07;
	} else {
		return ZONG_UTF8_BAD;
	}
	if (left <= more)
		return ZONG_UTF8_BAD;
	for (size_t i = 1; i <= more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return ZONG_UTF8_BAD;
		character = character << 6 | (p[i] & 0x3F);
	}
	if (character < least || character > 0x10FFFF ||
		(character >= 0xD800 && character <= 0xDFFF))
		return ZONG_UTF8_BAD;
	*pos += more;
	return character;
}

bool zong_utf8_valid(const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (character == ZONG_UTF8_BAD || character == 0)
			return false;
	}
	return true;
}

bool zong_utf8_printable(const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (character == ZONG_UTF8_BAD)
			return false;
		if (character < 0x20 && character != '\t' && character != '\n')
			return false;
		if (character >= 0x7F && character <= 0x9F)
			return false;
	}
	return true;
}

size_t zong_utf8_count(const char *text, size_t len)
{
	size_t pos = 0;
	size_t count = 0;

	while (pos < len) {
		zong_utf8_next(text, len, &pos);
		count++;
	}
	return count;
}

size_t zong_utf8_cut(const char *text, size_t len, size_t max)
{
	size_t end = len < max ? len : max;
	size_t start = end;

	/* Back to where the last character begins: at most three bytes, else it is no UTF-8. */
	while (start > 0 && end - start < 4) {
		size_t pos = --start;
		uint8_t byte = (uint8_t)text[start];

		if ((byte & 0xC0) == 0x80)
			continue;
		if (zong_utf8_next(text, len, &pos) == ZONG_UTF8_BAD) {
			/* Cut short by the end of the text itself: not a whole character either. */
			return byte >= 0xC2 && byte <= 0xF4 ? start : end;
		}
		return pos <= end ? end : start;
	}
	return end;
}

int zong_utf8_add(struct zong_buf *buf, uint32_t character)
{
	char bytes[4];
	size_t len;

	if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF))
		character = REPLACEMENT;
	if (character < 0x80) {
		bytes[0] = (char)character;
		len = 1;
	} else if (character < 0x800) {
		bytes[0] = (char)(0xC0 | character >> 6);
		bytes[1] = (char)(0x80 | (character & 0x3F));
		len = 2;
	} else if (character < 0x10000) {
		bytes[0] = (char)(0xE0 | character >> 12);
		bytes[1] = (char)(0x80 | (character >> 6 & 0x3F));
		bytes[2] = (char)(0x80 | (character & 0x3F));
		len = 3;
	} else {
		bytes[0] = (char)(0xF0 | character >> 18);
		bytes[1] = (char)(0x80 | (character >> 12 & 0x3F));
		bytes[2] = (char)(0x80 | (character >> 6 & 0x3F));
		bytes[3] = (char)(0x80 | (character & 0x3F));
		len = 4;
	}
	return zong_buf_add(buf, bytes, len);
}

bool zong_utf8_has(const char *set, uint32_t character)
{
	size_t len = strlen(set), pos = 0;

	while (pos < len)
		if (zong_utf8_next(set, len, &pos) == character)
			return true;
	return false;
}

bool zong_utf8_is_han(uint32_t character)
{
	return (character >= 0x4E00 && character <= 0x9FFF) ||	 /* unified */
	       (character >= 0x3400 && character <= 0x4DBF) ||	 /* extension A */
	       (character >= 0xF900 && character <= 0xFAFF) ||	 /* compatibility */
	       (character >= 0x20000 && character <= 0x2EE5F) || /* extensions B to F and I */
	       (character >= 0x2F800 && character <= 0x2FA1F) || /* compatibility supplement */
	       (character >= 0x30000 && character <= 0x323AF) || /* extensions G and H */
	       character == 0x3007;				 /* the zero of dates */
}

bool zong_utf8_is_blank(uint32_t character)
{
	return (character >= 0x09 && character <= 0x0D) || character == 0x20 || character == 0xA0 ||
	       (character >= 0x2000 && character <= 0x200B) || character == 0x3000 ||
	       character == 0xFEFF;
}

uint32_t zong_utf8_fold(uint32_t character, bool lower)
{
	if (character >= 0xFF01 && character <= 0xFF5E)
		character -= 0xFF01 - 0x21;
	switch (character) {
	case 0x3000:
		return ' ';
	case 0x3014: /* 〔 */
	case 0x3010: /* 【 */
	case '[':
		return '(';
	case 0x3015: /* 〕 */
	case 0x3011: /* 】 */
	case ']':
		return ')';
	default:
		break;
	}
	if (lower && character >= 'A' && character <= 'Z')
		character += 'a' - 'A';
	return character;
}

int zong_utf8_add_folded(struct zong_buf *buf, const char *text, size_t len, bool lower)
{
	size_t pos = 0;

	while (pos < len && buf->err == 0) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		zong_utf8_add(buf, zong_utf8_fold(character, lower));
	}
	return buf->err;
}
