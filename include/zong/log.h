/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_LOG_H
#define ZONG_LOG_H

/* What the running program tells whoever runs it: one line an event on standard error, with the
 * time, the level and the text; line breaks and control characters inside are escaped. It is not
 * the archive's record (who did what to which object): that is src/archive/journal.
 * Secrets and the contents of papers never go here. Threads: any. */

enum zong_log_level { ZONG_LOG_ERROR, ZONG_LOG_WARNING, ZONG_LOG_INFO, ZONG_LOG_DEBUG };

/* The one mutable global of the program. Default ZONG_LOG_INFO. */
void zong_log_set_level(enum zong_log_level level);
void zong_log(enum zong_log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define zong_log_error(...) zong_log(ZONG_LOG_ERROR, __VA_ARGS__)
#define zong_log_warning(...) zong_log(ZONG_LOG_WARNING, __VA_ARGS__)
#define zong_log_info(...) zong_log(ZONG_LOG_INFO, __VA_ARGS__)
#define zong_log_debug(...) zong_log(ZONG_LOG_DEBUG, __VA_ARGS__)

#endif
