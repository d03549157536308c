/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "retention_look.h"

#define FIRST_YEAR 1900
#define LAST_YEAR 9999

/* Days of the proleptic Gregorian calendar since 1970-01-01: years are counted from March, so that the leap day is the
 * last one of a year, in eras of 400 years. */
static int32_t day_from_civil(int32_t year, int32_t month, int32_t day)
{
	int32_t era, year_of_era, day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static void civil_from_day(int32_t day, int32_t *year, int32_t *month, int32_t *day_of_month)
{
	int32_t era, day_of_era, year_of_era, day_of_year, shifted;

	day += 719468;
	era = (day >= 0 ? day : day - 146096) / 146097;
	day_of_era = day - era * 146097;
	year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (5 * day_of_year + 2) / 153;
	*day_of_month = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

static bool take_number(const char **text, int digits, int32_t *ret_number)
{
	int32_t number = 0;

	while (digits-- > 0) {
		if (**text < '0' || **text > '9')
			return false;
		number = number * 10 + (*(*text)++ - '0');
	}
	*ret_number = number;
	return true;
}

int zong_day_parse(const char *text, int32_t *ret_day)
{
	int32_t year, month, day, year_back, month_back, day_back, number;

	if (!take_number(&text, 4, &year) || *text++ != '-' || !take_number(&text, 2, &month) ||
		*text++ != '-' || !take_number(&text, 2, &day) || *text != '\0')
		return ZONG_EINVAL;
	if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > 31)
		return ZONG_EINVAL;
	number = day_from_civil(year, month, day);
	/* A 31 April comes back as 1 May. */
	civil_from_day(number, &year_back, &month_back, &day_back);
	if (year_back != year || month_back != month || day_back != day)
		return ZONG_EINVAL;
	*ret_day = number;
	return 0;
}

void zong_day_format(int32_t day, char ret_text[ZONG_DAY_TEXT])
{
	int32_t year, month, day_of_month;

	ret_text[0] = '\0';
	if (day == ZONG_DAY_NEVER)
		return;
	civil_from_day(day, &year, &month, &day_of_month);
	snprintf(ret_text, ZONG_DAY_TEXT, "%04d-%02d-%02d", (int)year % 100000, (int)month,
		(int)day_of_month);
}

int32_t zong_day_of(int64_t time)
{
	time_t seconds = (time_t)(time / ZONG_SECOND);
	struct tm local;

	if (!localtime_r(&seconds, &local))
		return (int32_t)(seconds / 86400);
	return day_from_civil(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

int32_t zong_day_add_years(int32_t day, uint32_t years)
{
	int32_t year, month, day_of_month;

	if (day == ZONG_DAY_NEVER)
		return day;
	civil_from_day(day, &year, &month, &day_of_month);
	if (years > LAST_YEAR || year + (int32_t)years > LAST_YEAR)
		return ZONG_DAY_NEVER;
	/* Of 29 February in a year without one: 1 March, by the arithmetic of day_from_civil. */
	return day_from_civil(year + (int32_t)years, month, day_of_month);
}

int32_t zong_retention_today(const struct zong_archive *archive)
{
	return archive->today ? archive->today : zong_day_of(zong_time_now());
}
