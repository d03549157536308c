/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TIME_H
#define ZONG_TIME_H

/* Instants are microseconds since 1970-01-01T00:00:00Z in an int64_t; in text RFC 3339 in UTC with
 * milliseconds. Deadlines and waits use the monotonic clock. Threads: any. */

#include <stdint.h>

#define ZONG_TIME_TEXT 32
#define ZONG_SECOND INT64_C(1000000)

int64_t zong_time_now(void);
int64_t zong_time_monotonic(void);
void zong_time_format(int64_t time, char ret_text[ZONG_TIME_TEXT]);
/* RFC 3339, any offset. ZONG_EINVAL otherwise. */
int zong_time_parse(const char *text, int64_t *ret_time);

#endif
