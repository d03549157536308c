/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>

#include "code_fold.h"

#define CREDIT_LEN 18
#define ORGANISATION_LEN 9

/* Without I, O, Z, S and V, which look like digits or like U. */
static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int credit_value(char c)
{
	const char *at = c != '\0' ? strchr(credit_alphabet, c) : NULL;

	return at ? (int)(at - credit_alphabet) : -1;
}

static bool credit_shape(const char *code)
{
	for (size_t i = 0; i < CREDIT_LEN; i++) {
		if (credit_value(code[i]) < 0)
			return false;
		/* 3 to 8: the place of the registering office, GB/T 2260. */
		if (i >= 2 && i < 8 && !zong_code_is_digit(code[i]))
			return false;
	}
	return true;
}

enum zong_code_check zong_credit_code_check(const char *text, size_t len, char ret_text[19])
{
	char code[CREDIT_LEN + 1];
	int count = zong_code_fold(text, len, ZONG_CODE_SKIP_HYPHENS, code, sizeof(code));
	int weight = 1;
	int sum = 0;
	int check;

	if (count != CREDIT_LEN || !credit_shape(code))
		return ZONG_CHECK_SHAPE;
	memcpy(ret_text, code, sizeof(code));
	for (size_t i = 0; i < CREDIT_LEN - 1; i++) {
		sum += credit_value(code[i]) * weight;
		weight = weight * 3 % 31;
	}
	/* The last remainder is in no published programme, and without it a sum of 31 n has no
	 * check character. */
	check = (31 - sum % 31) % 31;
	return credit_alphabet[check] == code[CREDIT_LEN - 1] ? ZONG_CHECK_OK
							      : ZONG_CHECK_WRONG_DIGIT;
}

static int organisation_value(char c)
{
	if (zong_code_is_digit(c))
		return c - '0';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

enum zong_code_check zong_organisation_code_check(const char *text, size_t len, char ret_text[10])
{
	static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
	char code[ORGANISATION_LEN + 1];
	int count = zong_code_fold(text, len, ZONG_CODE_SKIP_HYPHENS, code, sizeof(code));
	char last;
	int sum = 0;

	if (count != ORGANISATION_LEN)
		return ZONG_CHECK_SHAPE;
	for (size_t i = 0; i < ORGANISATION_LEN - 1; i++) {
		if (organisation_value(code[i]) < 0)
			return ZONG_CHECK_SHAPE;
		sum += organisation_value(code[i]) * weights[i];
	}
	last = code[ORGANISATION_LEN - 1];
	if (!zong_code_is_digit(last) && last != 'X')
		return ZONG_CHECK_SHAPE;
	memcpy(ret_text, code, sizeof(code));
	return "0X987654321"[sum % 11] == last ? ZONG_CHECK_OK : ZONG_CHECK_WRONG_DIGIT;
}
