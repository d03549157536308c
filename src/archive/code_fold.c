/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "code_fold.h"

#include <zong/utf8.h>

bool zong_code_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool zong_code_is_hyphen(uint32_t character)
{
	return character == '-' || (character >= 0x2010 && character <= 0x2015) ||
	       character == 0x2212 || character == 0xFE63 || character == 0xFF0D;
}

bool zong_code_is_invisible(uint32_t character)
{
	return (character >= 0x200B && character <= 0x200F) ||
	       (character >= 0x2028 && character <= 0x202F) ||
	       (character >= 0x205F && character <= 0x206F) || character == 0xAD ||
	       character == 0xFEFF;
}

int zong_code_fold(
	const char *text, size_t len, enum zong_code_hyphens hyphens, char *ret_code, size_t size)
{
	size_t count = 0;
	size_t pos = 0;

	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (zong_utf8_is_blank(character))
			continue;
		if (hyphens == ZONG_CODE_SKIP_HYPHENS && zong_code_is_hyphen(character))
			continue;
		character = zong_utf8_fold(character, false);
		if (character >= 'a' && character <= 'z')
			character -= 'a' - 'A';
		if (character <= 0x20 || character >= 0x7F || count + 1 >= size)
			return -1;
		ret_code[count++] = (char)character;
	}
	if (size > 0)
		ret_code[count] = '\0';
	return (int)count;
}
