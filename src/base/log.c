/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <zong/file.h>
#include <zong/limits.h>
#include <zong/log.h>
#include <zong/time.h>
#include <zong/utf8.h>

static atomic_int max_level = ZONG_LOG_INFO;

void zong_log_set_level(enum zong_log_level level)
{
	atomic_store(&max_level, (int)level);
}

static const char *level_name(enum zong_log_level level)
{
	switch (level) {
	case ZONG_LOG_ERROR:
		return "error";
	case ZONG_LOG_WARNING:
		return "warning";
	case ZONG_LOG_INFO:
		return "info";
	case ZONG_LOG_DEBUG:
		return "debug";
	}
	return "info";
}

/* What could forge a line or drive a terminal: C0 and C1 controls, DEL, the Unicode line breaks and
 * the characters that turn the direction of writing. */
static bool is_unsafe(uint32_t character)
{
	return character < 0x20 || (character >= 0x7F && character <= 0x9F) ||
	       (character >= 0x2028 && character <= 0x202E) ||
	       (character >= 0x2066 && character <= 0x2069);
}

static void add_escaped(struct zong_buf *line, const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		size_t at = pos;
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (character == ZONG_UTF8_BAD)
			zong_buf_add_format(line, "\\x%02x", (unsigned int)(uint8_t)text[at]);
		else if (character == '\n')
			zong_buf_add_str(line, "\\n");
		else if (is_unsafe(character))
			zong_buf_add_format(line, "\\u%04x", (unsigned int)character);
		else
			zong_buf_add(line, text + at, pos - at);
	}
}

void zong_log(enum zong_log_level level, const char *format, ...)
{
	char text[ZONG_LIMIT_LOG_TEXT];
	char time[ZONG_TIME_TEXT];
	/* An escape takes at most six bytes for one. */
	struct zong_buf line = ZONG_BUF_INIT(6 * sizeof(text) + 64);
	int saved_errno = errno;
	va_list args;
	int n;

	if ((int)level > atomic_load(&max_level))
		return;
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n >= 0) {
		size_t len = (size_t)n;

		if (len >= sizeof(text))
			len = zong_utf8_cut(text, sizeof(text) - 1, sizeof(text) - 1);
		zong_time_format(zong_time_now(), time);
		zong_buf_add_format(&line, "%s %s ", time, level_name(level));
		add_escaped(&line, text, len);
		if (len < (size_t)n)
			zong_buf_add_str(&line, "...");
		zong_buf_add_char(&line, '\n');
		/* In one write, so that lines of several threads do not mix; where the log itself
		 * cannot be written there is nobody left to tell. */
		if (line.err == 0)
			(void)zong_file_write_all(STDERR_FILENO, line.data, line.len);
	}
	zong_buf_release(&line);
	errno = saved_errno;
}
