/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"

/* Brackets that zong_utf8_fold leaves alone and that stand around a year all the same. */
static uint32_t fold_bracket(uint32_t character)
{
	switch (character) {
	case '{':
	case 0x3008: /* 〈 */
	case 0x300A: /* 《 */
	case 0x3016: /* 〖 */
	case 0x3018: /* 〘 */
	case 0xFE35: /* ︵ */
	case 0xFE59: /* ﹙ */
	case 0xFE5D: /* ﹝ */
		return '(';
	case '}':
	case 0x3009:
	case 0x300B:
	case 0x3017:
	case 0x3019:
	case 0xFE36:
	case 0xFE5A:
	case 0xFE5E:
		return ')';
	default:
		return character;
	}
}

/* The length of the normal form, or -1. No character becomes longer by it. */
static int normalise(const char *text, size_t len, char *to, size_t size)
{
	size_t count = 0;
	size_t pos = 0;

	while (pos < len) {
		size_t start = pos;
		uint32_t character = zong_utf8_next(text, len, &pos);
		uint32_t folded;

		if (character == ZONG_UTF8_BAD)
			return -1;
		if (zong_utf8_is_blank(character) || zong_code_is_invisible(character))
			continue;
		if (character < 0x20 || (character >= 0x7F && character <= 0x9F))
			return -1;
		folded = fold_bracket(zong_utf8_fold(character, false));
		if (folded >= 'a' && folded <= 'z')
			folded -= 'a' - 'A';
		if (count + (folded < 0x80 ? 1 : pos - start) >= size)
			return -1;
		if (folded < 0x80) {
			to[count++] = (char)folded;
		} else {
			memcpy(to + count, text + start, pos - start);
			count += pos - start;
		}
	}
	to[count] = '\0';
	return (int)count;
}

static bool take_end(const char *text, size_t *len, const char *end)
{
	size_t end_len = strlen(end);

	if (*len < end_len || memcmp(text + *len - end_len, end, end_len) != 0)
		return false;
	*len -= end_len;
	return true;
}

static bool serial_character(char c)
{
	return zong_code_is_digit(c) || (c >= 'A' && c <= 'Z');
}

/* `(年)` at the start of @text: its four digits as a number, else 0. */
static int bracketed_year(const char *text, size_t len)
{
	int year = 0;

	if (len < 6 || text[0] != '(' || text[5] != ')')
		return 0;
	for (size_t i = 1; i <= 4; i++) {
		if (!zong_code_is_digit(text[i]))
			return 0;
		year = year * 10 + (text[i] - '0');
	}
	return year;
}

/* Taken apart from its end, where the form leaves no choice: 号, serial, 第, kind; then the
 * province, the year and at least one character of place must be what is left. */
static bool is_modern(const char *text, size_t len, int *ret_year)
{
	size_t serial_end;
	size_t pos = 0;
	int year;

	if (!take_end(text, &len, "号"))
		return false;
	serial_end = len;
	while (len > 0 && serial_character(text[len - 1]))
		len--;
	if (len == serial_end || !take_end(text, &len, "第"))
		return false;
	if (!take_end(text, &len, "不动产权") && !take_end(text, &len, "不动产证明"))
		return false;
	if (len == 0 || !zong_utf8_is_han(zong_utf8_next(text, len, &pos)))
		return false;
	year = bracketed_year(text + pos, len - pos);
	if (year == 0 || len - pos <= 6)
		return false;
	*ret_year = year;
	return true;
}

/* The last run of digits without its leading zeros; a run of zeros is "0". */
static void last_digits(const char *text, size_t len, char *to, size_t size)
{
	size_t end = len;
	size_t start;

	while (end > 0 && !zong_code_is_digit(text[end - 1]))
		end--;
	start = end;
	while (start > 0 && zong_code_is_digit(text[start - 1]))
		start--;
	if (end - start >= size)
		start = end - size + 1;
	while (end - start > 1 && text[start] == '0')
		start++;
	memcpy(to, text + start, end - start);
	to[end - start] = '\0';
}

static int year_of_old_paper(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int year = bracketed_year(text + i, len - i);

		if (year >= 1900 && year <= 2099)
			return year;
	}
	return 0;
}

/* A year alone is no serial: 昌国用(2005) has none. */
static size_t without_last_year(const char *text, size_t len)
{
	if (len >= 6 && bracketed_year(text + len - 6, 6) != 0)
		return len - 6;
	return len;
}

int zong_cert_no_parse(const char *text, size_t len, struct zong_cert_no *ret_cert)
{
	struct zong_cert_no cert = {0};
	int count = normalise(text, len, cert.text, ZONG_LIMIT_CERT + 1);
	size_t cert_len;
	bool digit = false;

	if (count <= 0)
		return ZONG_ECERTNO;
	cert_len = (size_t)count;
	for (size_t i = 0; i < cert_len; i++)
		digit = digit || zong_code_is_digit(cert.text[i]);
	if (!digit)
		return ZONG_ECERTNO;
	cert.modern = is_modern(cert.text, cert_len, &cert.year);
	if (!cert.modern)
		cert.year = year_of_old_paper(cert.text, cert_len);
	last_digits(cert.text, without_last_year(cert.text, cert_len), cert.serial,
		sizeof(cert.serial));
	*ret_cert = cert;
	return 0;
}
