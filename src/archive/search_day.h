/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_DAY_H
#define ZONG_ARCHIVE_SEARCH_DAY_H

/* Days as people write them into a search. Threads: any. */

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01, both included. */
struct zong_days {
	int32_t from, to;
};
#define ZONG_DAYS_FIRST INT32_MIN
#define ZONG_DAYS_LAST INT32_MAX

/* A year, a month or a day: 2024, 2024-5, 2024-05-01, 2024/5/1, 2024.5.1, 2024年5月1日, in any width; or two of these with
 * .. between, one of which may be left away. 0 or ZONG_EINVAL: no day of the calendar, or the end before the beginning. */
int zong_days_parse(const char *text, struct zong_days *ret_days);

#endif
