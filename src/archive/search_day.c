/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_day.h"

#include <stdio.h>
#include <string.h>

#include <zong/error.h>
#include <zong/retention.h>
#include <zong/utf8.h>

#define TEXT 48 /* folded; two days with all their signs need 34 */

/* Digits, and '-' for whatever parts them; ".." stays. */
static bool plain(const char *text, char ret_plain[TEXT])
{
	size_t len = strlen(text), pos = 0, used = 0;

	while (pos < len) {
		uint32_t c = zong_utf8_fold(zong_utf8_next(text, len, &pos), true);

		if (used + 1 >= TEXT)
			return false;
		if (c == 0x65E5) /* 日 */
			continue;
		if (c == '/' || c == 0x5E74 || c == 0x6708) /* 年 月 */
			c = '-';
		if ((c < '0' || c > '9') && c != '-' && c != '.')
			return false;
		ret_plain[used++] = (char)c;
	}
	ret_plain[used] = '\0';
	return true;
}

/* A number of @least to @most digits, and the sign behind it, if there is one. */
static bool take_number(const char **text, int least, int most, unsigned int *ret_number)
{
	int digits = 0;

	*ret_number = 0;
	while (**text >= '0' && **text <= '9' && digits < most) {
		*ret_number = *ret_number * 10 + (unsigned int)(*(*text)++ - '0');
		digits++;
	}
	if (digits < least)
		return false;
	if (**text == '-' || **text == '.')
		(*text)++;
	else if (**text != '\0')
		return false;
	return true;
}

static bool day(unsigned int year, unsigned int month, unsigned int day_of_month, int32_t *ret_day)
{
	char text[ZONG_DAY_TEXT + 24];

	snprintf(text, sizeof(text), "%04u-%02u-%02u", year, month, day_of_month);
	return zong_day_parse(text, ret_day) == 0;
}

static bool parse_one(const char *text, struct zong_days *ret_days)
{
	unsigned int year, month = 0, day_of_month = 0;
	bool december, has_month, has_day;

	if (!take_number(&text, 4, 4, &year))
		return false;
	has_month = *text != '\0';
	if (has_month && (!take_number(&text, 1, 2, &month) || month == 0))
		return false;
	has_day = *text != '\0';
	if (has_day && (!take_number(&text, 1, 2, &day_of_month) || *text))
		return false;
	if (has_day) {
		if (!day(year, month, day_of_month, &ret_days->from))
			return false;
		ret_days->to = ret_days->from;
		return true;
	}
	if (!day(year, has_month ? month : 1, 1, &ret_days->from))
		return false;
	december = !has_month || month == 12;
	if (!day(december ? year + 1 : year, december ? 1 : month + 1, 1, &ret_days->to))
		return false;
	ret_days->to--;
	return true;
}

int zong_days_parse(const char *text, struct zong_days *ret_days)
{
	struct zong_days first = {ZONG_DAYS_FIRST, ZONG_DAYS_FIRST};
	struct zong_days last = {ZONG_DAYS_LAST, ZONG_DAYS_LAST};
	char signs[TEXT];
	char *dots;

	if (!plain(text, signs))
		return ZONG_EINVAL;
	dots = strstr(signs, "..");
	if (!dots)
		return parse_one(signs, ret_days) ? 0 : ZONG_EINVAL;
	*dots = '\0';
	dots += 2;
	if (!signs[0] && !*dots)
		return ZONG_EINVAL;
	if ((signs[0] && !parse_one(signs, &first)) || (*dots && !parse_one(dots, &last)) ||
		first.from > last.to)
		return ZONG_EINVAL;
	ret_days->from = first.from;
	ret_days->to = last.to;
	return 0;
}
