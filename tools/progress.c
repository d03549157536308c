/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <zong/time.h>
#include <zong/utf8.h>

void progress_init(struct progress *progress, bool quiet)
{
	memset(progress, 0, sizeof(*progress));
	progress->quiet = quiet;
	progress->terminal = isatty(STDERR_FILENO);
	progress->last_percent = -1;
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return 80;
}

/* Han and full-width forms take two columns. */
static size_t columns_of(const char *text)
{
	size_t len = strlen(text);
	size_t columns = 0;
	size_t pos = 0;

	while (pos < len) {
		uint32_t c = zong_utf8_next(text, len, &pos);

		columns += c >= 0x1100 && c != ZONG_UTF8_BAD && (c < 0x2010 || c > 0x2fff) ? 2 : 1;
	}
	return columns;
}

/* The bytes of @text that fit into @columns. */
static size_t fitting(const char *text, size_t columns)
{
	size_t len = strlen(text);
	size_t pos = 0;
	size_t used = 0;

	while (pos < len) {
		size_t before = pos;
		uint32_t c = zong_utf8_next(text, len, &pos);

		used += c >= 0x1100 && c != ZONG_UTF8_BAD && (c < 0x2010 || c > 0x2fff) ? 2 : 1;
		if (used > columns)
			return before;
	}
	return len;
}

void progress_show(struct progress *progress, const char *label, double done, const char *note)
{
	int percent = (int)(done * 100);
	size_t label_columns, bar, filled, i;

	percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
	if (progress->quiet)
		return;
	if (!progress->terminal) {
		/* so that a log stays readable */
		if (!progress->since)
			progress->since = zong_time_monotonic();
		if (zong_time_monotonic() - progress->since < 2 * ZONG_SECOND)
			return;
		if (percent / 25 == progress->last_percent / 25 && progress->last_percent >= 0)
			return;
		progress->last_percent = percent;
		fprintf(stderr, "%s: %d%% %s\n", label, percent, note);
		return;
	}
	label_columns = terminal_columns() / 2;
	bar = 20;
	filled = (size_t)percent * bar / 100;
	fprintf(stderr, "\r\033[K%.*s ", (int)fitting(label, label_columns), label);
	for (i = columns_of(label); i < label_columns; i++)
		fputc(' ', stderr);
	fputc('[', stderr);
	for (i = 0; i < bar; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3d%% %.*s", percent, (int)fitting(note, terminal_columns() / 2 - 30),
		note);
	fflush(stderr);
	progress->drawn = 1;
}

void progress_end(struct progress *progress)
{
	if (progress->drawn)
		fputs("\r\033[K", stderr);
	progress->drawn = 0;
	progress->since = 0;
	progress->last_percent = -1;
}
