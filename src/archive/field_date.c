/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "code_fold.h"
#include "field_found.h"

#define YEAR 0x5E74
#define MONTH 0x6708
#define DAY 0x65E5
#define HAO 0x53F7 /* 号, said for 日 */

static bool is_digit(const struct zong_cells *cells, size_t at)
{
	return at < cells->count && cells->cell[at].character >= '0' &&
	       cells->cell[at].character <= '9';
}

static bool is(const struct zong_cells *cells, size_t at, uint32_t character)
{
	return at < cells->count && cells->cell[at].character == character &&
	       cells->cell[at].gap != ZONG_CELL_BLOCK;
}

/* 日 or 号, or what is read for a 日 that a seal, a ruled line or the scan has hurt: behind year, month and a
 * number nothing else can stand there. */
static bool is_day(const struct zong_cells *cells, size_t at, bool *repaired)
{
	static const uint32_t alike[] = {0x66F0, 0x76EE, 0x53E3, 'H'}; /* 曰 目 口 H */

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (is(cells, at, alike[i])) {
			*repaired = true;
			return true;
		}
	}
	return is(cells, at, DAY) || is(cells, at, HAO);
}

/* @least to @most digits that end where digits end. */
static bool take_number(
	const struct zong_cells *cells, size_t *at, size_t least, size_t most, int *ret_number)
{
	size_t i = *at;
	int number = 0;

	if (least < 4 && i < cells->count && cells->cell[i].gap == ZONG_CELL_BLOCK)
		return false;
	while (is_digit(cells, i) && i - *at < most &&
		(i == *at || cells->cell[i].gap == ZONG_CELL_JOINED))
		number = number * 10 + (int)(cells->cell[i++].character - '0');
	if (i - *at < least || (is_digit(cells, i) && cells->cell[i].gap == ZONG_CELL_JOINED))
		return false;
	*at = i;
	*ret_number = number;
	return true;
}

/* 0 to 9 of 〇一二三四五六七八九, or -1. */
static int han_digit(const struct zong_cells *cells, size_t at)
{
	static const uint32_t digits[] = {
		0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};
	uint32_t character = at < cells->count ? cells->cell[at].character : 0;

	/* 〇, 零, and the rings that are written or read for them */
	if (character == 0x3007 || character == 0x96F6 || character == 0x25CB ||
		character == 0x25EF || character == 'O' || character == '0')
		return 0;
	for (int i = 0; i < 9; i++) {
		if (digits[i] == character)
			return i + 1;
	}
	return -1;
}

static bool take_han_year(const struct zong_cells *cells, size_t *at, int *ret_year)
{
	int year = 0;

	for (size_t i = 0; i < 4; i++) {
		int digit = han_digit(cells, *at + i);

		if (digit < 0 || (i > 0 && cells->cell[*at + i].gap == ZONG_CELL_BLOCK))
			return false;
		year = year * 10 + digit;
	}
	*at += 4;
	*ret_year = year;
	return true;
}

/* 一 to 三十一. */
static bool take_han_number(const struct zong_cells *cells, size_t *at, int *ret_number)
{
	size_t i = *at;
	int tens = 0;
	int digit = han_digit(cells, i);

	if (digit >= 0)
		i++;
	if (is(cells, i, 0x5341)) { /* 十 */
		tens = digit > 0 ? digit : 1;
		i++;
		digit = han_digit(cells, i);
		if (digit > 0)
			i++;
		else
			digit = 0;
	}
	if (i == *at || digit < 0)
		return false;
	*at = i;
	*ret_number = tens * 10 + digit;
	return true;
}

static bool date_exists(int year, int month, int day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1900 || year > 2199 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && leap ? 1 : 0);
}

struct date {
	int year, month, day;
	bool repaired;
};

static void add(const struct zong_cells *cells, size_t first, size_t end, const struct date *date,
	struct zong_field_list *found)
{
	char value[48];
	struct zong_finding finding = {.kind = "date", .value = value, .first = first, .end = end};

	snprintf(value, sizeof(value), "%04d-%02d-%02d", date->year, date->month, date->day);
	finding.valid = date_exists(date->year, date->month, date->day);
	finding.repaired = date->repaired;
	zong_field_list_add_loose(found, cells, &finding);
}

static size_t find_digits(
	const struct zong_cells *cells, size_t first, struct zong_field_list *found)
{
	size_t at = first;
	struct date date = {0};
	uint32_t separator;
	bool han;

	if (!take_number(cells, &at, 4, 4, &date.year) || at >= cells->count || date.year < 1900 ||
		date.year > 2199)
		return 0;
	separator = cells->cell[at].character;
	han = separator == YEAR;
	if ((!han && separator != '-' && separator != '.' && separator != '/') ||
		!is(cells, at, separator))
		return 0;
	at++;
	if (!take_number(cells, &at, 1, 2, &date.month) || !is(cells, at, han ? MONTH : separator))
		return 0;
	at++;
	if (!take_number(cells, &at, 1, 2, &date.day))
		return 0;
	if (han && !is_day(cells, at, &date.repaired))
		return 0;
	/* 2026-11-24-0001 and 2026.11.24.3 are numbers */
	if (!han && is(cells, at, separator) && is_digit(cells, at + 1) &&
		!(is_digit(cells, at + 4) && is(cells, at + 5, separator)))
		return 0;
	at += han;
	add(cells, first, at, &date, found);
	return at;
}

static size_t find_han(const struct zong_cells *cells, size_t first, struct zong_field_list *found)
{
	struct date date = {0};
	size_t at = first;

	if (!take_han_year(cells, &at, &date.year) || !is(cells, at, YEAR))
		return 0;
	at++;
	if (!take_han_number(cells, &at, &date.month) || !is(cells, at, MONTH))
		return 0;
	at++;
	if (!take_han_number(cells, &at, &date.day) || !is_day(cells, at, &date.repaired))
		return 0;
	add(cells, first, at + 1, &date, found);
	return at + 1;
}

size_t zong_find_date(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	if (is_digit(cells, at)) {
		if (at > 0 && cells->cell[at].gap == ZONG_CELL_JOINED &&
			zong_cell_is_code(&cells->cell[at - 1]))
			return 0;
		return find_digits(cells, at, found);
	}
	return han_digit(cells, at) > 0 ? find_han(cells, at, found) : 0;
}
