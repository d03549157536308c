/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "code_fold.h"

static uint32_t to_ascii(uint32_t character)
{
	if ((character >= 0xFF10 && character <= 0xFF19) ||
		(character >= 0xFF21 && character <= 0xFF3A) ||
		(character >= 0xFF41 && character <= 0xFF5A))
		return character - 0xFEE0;
	return character;
}

static bool allowed(uint32_t character)
{
	if (character == ZONG_UTF8_BAD || character < 0x20 ||
		(character >= 0x7F && character <= 0x9F))
		return false;
	if (zong_utf8_is_blank(character) || zong_code_is_invisible(character))
		return false;
	return character != '/' && character != '\\' && character != 0xFF0F && character != 0xFF3C;
}

int zong_case_no_parse(const char *text, size_t len, char *ret_text, size_t ret_size)
{
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	size_t characters = 0;
	size_t count = 0;
	size_t pos = 0;

	while (pos < len) {
		size_t start = pos;
		uint32_t character = to_ascii(zong_utf8_next(text, len, &pos));
		size_t bytes = character < 0x80 ? 1 : pos - start;

		if (!allowed(character) || ++characters > ZONG_LIMIT_CASE_NO)
			return ZONG_ECASENO;
		/* 50 characters of at most 4 bytes always fit. */
		if (bytes == 1)
			no[count] = (char)character;
		else
			memcpy(no + count, text + start, bytes);
		count += bytes;
	}
	no[count] = '\0';
	/* A path of these two would be taken for a folder by whatever lies between. */
	if (count == 0 || strcmp(no, ".") == 0 || strcmp(no, "..") == 0 || count >= ret_size)
		return ZONG_ECASENO;
	memcpy(ret_text, no, count + 1);
	return 0;
}

int zong_department_id_check(const char *text)
{
	size_t len = text ? strnlen(text, ZONG_LIMIT_DEPARTMENT_ID + 1) : 0;

	if (len == 0 || len > ZONG_LIMIT_DEPARTMENT_ID || text[0] < 'a' || text[0] > 'z')
		return ZONG_EDEPARTMENT;
	for (size_t i = 1; i < len; i++) {
		if (!(text[i] >= 'a' && text[i] <= 'z') && !zong_code_is_digit(text[i]) &&
			text[i] != '-')
			return ZONG_EDEPARTMENT;
	}
	return 0;
}
