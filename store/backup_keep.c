/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zong/backup.h>
#include <zong/time.h>

#define KEEP_MOST 10000

int zong_backup_keep_parse(const char *text, struct zong_backup_keep *ret_keep)
{
	struct zong_backup_keep keep = {0};

	for (;;) {
		unsigned long number;
		unsigned *to;
		char *end;

		if (*text < '0' || *text > '9')
			return ZONG_EINVAL;
		number = strtoul(text, &end, 10);
		to = *end == 'd'   ? &keep.days
		     : *end == 'w' ? &keep.weeks
		     : *end == 'm' ? &keep.months
		     : *end == 'y' ? &keep.years
				   : NULL;
		if (!to || *to || number == 0 || number > KEEP_MOST)
			return ZONG_EINVAL;
		*to = (unsigned)number;
		text = end + 1;
		if (*text == '\0')
			break;
		if (*text++ != ',')
			return ZONG_EINVAL;
	}
	*ret_keep = keep;
	return 0;
}

enum period { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH, PERIOD_YEAR };

/* A word for the day, week, month or year that an instant lies in; equal for the same one. */
static void name_period(int64_t time, enum period period, char ret_name[16])
{
	time_t seconds = (time_t)(time / ZONG_SECOND);
	size_t len = 0;
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		memset(&tm, 0, sizeof(tm));
	switch (period) {
	case PERIOD_DAY:
		len = strftime(ret_name, 16, "%Y-%m-%d", &tm);
		break;
	case PERIOD_WEEK:
		len = strftime(ret_name, 16, "%G-W%V", &tm);
		break;
	case PERIOD_MONTH:
		len = strftime(ret_name, 16, "%Y-%m", &tm);
		break;
	case PERIOD_YEAR:
		len = strftime(ret_name, 16, "%Y", &tm);
		break;
	}
	if (len == 0)
		snprintf(ret_name, 16, "?");
}

/* From the newest back: the first one met of a period is its last. */
static void choose(
	enum period period, unsigned most, const int64_t *times, size_t count, bool *kept)
{
	char last[16] = "", name[16];
	unsigned periods = 0;
	size_t i;

	for (i = count; i > 0 && periods < most; i--) {
		name_period(times[i - 1], period, name);
		if (strcmp(name, last) == 0)
			continue;
		memcpy(last, name, sizeof(last));
		kept[i - 1] = true;
		periods++;
	}
}

void zong_backup_keep_choose(
	const struct zong_backup_keep *keep, const int64_t *times, size_t count, bool *ret_kept)
{
	memset(ret_kept, 0, count * sizeof(*ret_kept));
	if (count == 0)
		return;
	ret_kept[count - 1] = true;
	choose(PERIOD_DAY, keep->days, times, count, ret_kept);
	choose(PERIOD_WEEK, keep->weeks, times, count, ret_kept);
	choose(PERIOD_MONTH, keep->months, times, count, ret_kept);
	choose(PERIOD_YEAR, keep->years, times, count, ret_kept);
}
