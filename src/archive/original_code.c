/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/place.h>

#define DIGITS 8

/* ISO/IEC 7064 MOD 11-2: a number and its check, weighted by powers of two, leave 1 modulo 11. */
static char check_of(const char *digits)
{
	unsigned sum = 0;

	for (int i = 0; i < DIGITS; i++)
		sum = (sum + (unsigned)(digits[i] - '0')) * 2 % 11;
	return "10X98765432"[sum];
}

void zong_paper_code_format(char letter, uint32_t number, char ret_code[ZONG_ORIGINAL_CODE])
{
	snprintf(ret_code, ZONG_ORIGINAL_CODE, "%c%08u", letter, (unsigned)(number % 100000000u));
	ret_code[1 + DIGITS] = check_of(ret_code + 1);
	ret_code[1 + DIGITS + 1] = '\0';
}

/* Capitals without the blanks around; false when it is longer than a code of a place, or empty. */
static bool take(const char *text, char ret_code[ZONG_PLACE_CODE])
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, " \t\r\n");
	if (len == 0 || len >= ZONG_PLACE_CODE || text[len + strspn(text + len, " \t\r\n")])
		return false;
	for (size_t i = 0; i < len; i++)
		ret_code[i] =
			(char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 'a' + 'A' : text[i]);
	ret_code[len] = '\0';
	return true;
}

static bool is_paper_code(const char *code, char letter)
{
	return strlen(code) == ZONG_ORIGINAL_CODE - 1 && code[0] == letter &&
	       strspn(code + 1, "0123456789") >= DIGITS && code[1 + DIGITS] == check_of(code + 1);
}

int zong_original_code_parse(const char *text, char ret_code[ZONG_ORIGINAL_CODE])
{
	char code[ZONG_PLACE_CODE];

	if (!text || !take(text, code) || !is_paper_code(code, 'Y'))
		return ZONG_EORIGINALCODE;
	memcpy(ret_code, code, ZONG_ORIGINAL_CODE);
	return 0;
}

int zong_place_code_parse(const char *text, char ret_code[ZONG_PLACE_CODE])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
	char code[ZONG_PLACE_CODE];

	if (!text || !take(text, code) || code[strspn(code, letters)] || code[0] == '-' ||
		code[0] == '.')
		return ZONG_EPLACECODE;
	if ((code[0] == 'W' || code[0] == 'Y') && code[1] >= '0' && code[1] <= '9' &&
		!is_paper_code(code, 'W'))
		return ZONG_EPLACECODE;
	snprintf(ret_code, ZONG_PLACE_CODE, "%s", code);
	return 0;
}
