/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zong/error.h>
#include <zong/time.h>

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z: what RFC 3339 can say. */
#define FIRST_SECOND INT64_C(-62135596800)
#define LAST_SECOND INT64_C(253402300799)

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) != 0)
		abort();
	return (int64_t)now.tv_sec * ZONG_SECOND + now.tv_nsec / 1000;
}

int64_t zong_time_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t zong_time_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* A page of a feed has three thousand times in it; printf would take a third of its making. */
static void put_digits(char *to, int count, int number)
{
	while (count-- > 0) {
		to[count] = (char)('0' + number % 10);
		number /= 10;
	}
}

void zong_time_format(int64_t time, char ret_text[ZONG_TIME_TEXT])
{
	int64_t micros = time % ZONG_SECOND;
	int64_t seconds = time / ZONG_SECOND;
	struct tm tm;
	time_t clock;

	if (micros < 0) {
		micros += ZONG_SECOND;
		seconds--;
	}
	if (seconds < FIRST_SECOND) {
		seconds = FIRST_SECOND;
		micros = 0;
	} else if (seconds > LAST_SECOND) {
		seconds = LAST_SECOND;
		micros = ZONG_SECOND - 1;
	}
	clock = (time_t)seconds;
	if (!gmtime_r(&clock, &tm))
		abort();
	put_digits(ret_text, 4, tm.tm_year + 1900);
	put_digits(ret_text + 5, 2, tm.tm_mon + 1);
	put_digits(ret_text + 8, 2, tm.tm_mday);
	put_digits(ret_text + 11, 2, tm.tm_hour);
	put_digits(ret_text + 14, 2, tm.tm_min);
	put_digits(ret_text + 17, 2, tm.tm_sec);
	put_digits(ret_text + 20, 3, (int)(micros / 1000));
	ret_text[4] = ret_text[7] = '-';
	ret_text[10] = 'T';
	ret_text[13] = ret_text[16] = ':';
	ret_text[19] = '.';
	ret_text[23] = 'Z';
	ret_text[24] = '\0';
}

/* Reads exactly @digits decimal digits at *@text and moves behind them; -1 when there are fewer. */
static int read_number(const char **text, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	*text += digits;
	return value;
}

static bool read_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static int days_of(int year, int month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Any number of digits; what is finer than a microsecond is dropped. */
static int read_fraction(const char **text, int64_t *ret_micros)
{
	int64_t unit = ZONG_SECOND / 10;
	int64_t micros = 0;
	int digits = 0;

	*ret_micros = 0;
	if (!read_char(text, '.'))
		return 0;
	for (; **text >= '0' && **text <= '9'; (*text)++) {
		micros += unit * (**text - '0');
		unit /= 10;
		digits++;
	}
	*ret_micros = micros;
	return digits ? 0 : ZONG_EINVAL;
}

static int read_offset(const char **text, int *ret_seconds)
{
	int hours;
	int minutes;
	int sign;

	if (read_char(text, 'Z') || read_char(text, 'z')) {
		*ret_seconds = 0;
		return 0;
	}
	if (read_char(text, '+'))
		sign = 1;
	else if (read_char(text, '-'))
		sign = -1;
	else
		return ZONG_EINVAL;
	hours = read_number(text, 2);
	if (hours < 0 || hours > 23 || !read_char(text, ':'))
		return ZONG_EINVAL;
	minutes = read_number(text, 2);
	if (minutes < 0 || minutes > 59)
		return ZONG_EINVAL;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

static int read_date(const char **text, struct tm *ret_tm)
{
	int year = read_number(text, 4);
	int month;
	int day;

	if (year < 1 || !read_char(text, '-'))
		return ZONG_EINVAL;
	month = read_number(text, 2);
	if (month < 1 || month > 12 || !read_char(text, '-'))
		return ZONG_EINVAL;
	day = read_number(text, 2);
	if (day < 1 || day > days_of(year, month))
		return ZONG_EINVAL;
	ret_tm->tm_year = year - 1900;
	ret_tm->tm_mon = month - 1;
	ret_tm->tm_mday = day;
	return 0;
}

static int read_clock_time(const char **text, struct tm *ret_tm)
{
	ret_tm->tm_hour = read_number(text, 2);
	if (ret_tm->tm_hour < 0 || ret_tm->tm_hour > 23 || !read_char(text, ':'))
		return ZONG_EINVAL;
	ret_tm->tm_min = read_number(text, 2);
	if (ret_tm->tm_min < 0 || ret_tm->tm_min > 59 || !read_char(text, ':'))
		return ZONG_EINVAL;
	ret_tm->tm_sec = read_number(text, 2);
	/* 60 is a leap second, which counts as the first of the next minute. */
	if (ret_tm->tm_sec < 0 || ret_tm->tm_sec > 60)
		return ZONG_EINVAL;
	return 0;
}

int zong_time_parse(const char *text, int64_t *ret_time)
{
	struct tm tm = {0};
	int64_t micros;
	int64_t seconds;
	int offset;

	if (read_date(&text, &tm))
		return ZONG_EINVAL;
	if (!read_char(&text, 'T') && !read_char(&text, 't') && !read_char(&text, ' '))
		return ZONG_EINVAL;
	if (read_clock_time(&text, &tm) || read_fraction(&text, &micros) ||
		read_offset(&text, &offset) || *text != '\0')
		return ZONG_EINVAL;
	seconds = (int64_t)timegm(&tm) - offset;
	if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
		return ZONG_EINVAL;
	*ret_time = seconds * ZONG_SECOND + micros;
	return 0;
}
