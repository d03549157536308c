/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/code.h>

#include "code_fold.h"

#define NEW_LEN 18
#define OLD_LEN 15

/* The first two digits: provinces (GB/T 2260), 8 for residents from Hong Kong, Macau and Taiwan, 9
 * for foreigners. Counties are not looked at: a code that was revoked stays in the numbers given
 * out under it. */
static bool region_exists(const char *text)
{
	static const char regions[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 "
				      "46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 ";

	if (text[0] == '9')
		return true;
	for (const char *p = regions; *p; p += 3) {
		if (p[0] == text[0] && p[1] == text[1])
			return true;
	}
	return false;
}

static int number(const char *digits, size_t len)
{
	int value = 0;

	for (size_t i = 0; i < len; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static bool date_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1800 || year > 2199 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static char check_character(const char *text)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;

	for (size_t i = 0; i < NEW_LEN - 1; i++)
		sum += (text[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

static bool has_shape(const char *text, size_t len)
{
	if (len != NEW_LEN && len != OLD_LEN)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!zong_code_is_digit(text[i]) && !(i == NEW_LEN - 1 && text[i] == 'X'))
			return false;
	}
	return region_exists(text);
}

enum zong_code_check zong_id_no_check(const char *text, size_t len, char ret_text[19])
{
	char id[NEW_LEN + 1];
	int count = zong_code_fold(text, len, ZONG_CODE_KEEP_HYPHENS, id, sizeof(id));

	if (count < 0 || !has_shape(id, (size_t)count))
		return ZONG_CHECK_SHAPE;
	memcpy(ret_text, id, (size_t)count + 1);
	if (count == OLD_LEN) {
		if (!date_exists(1900 + number(id + 6, 2), number(id + 8, 2), number(id + 10, 2)))
			return ZONG_CHECK_WRONG_DATE;
		return ZONG_CHECK_OK;
	}
	if (!date_exists(number(id + 6, 4), number(id + 10, 2), number(id + 12, 2)))
		return ZONG_CHECK_WRONG_DATE;
	return check_character(id) == id[NEW_LEN - 1] ? ZONG_CHECK_OK : ZONG_CHECK_WRONG_DIGIT;
}
