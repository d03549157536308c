/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rule_lines.h"

#include <string.h>

#include <zong/utf8.h>

#define MARK "\xEF\xBB\xBF" /* that editors on Windows put first */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool zong_rule_word(struct zong_rule_lines *lines, const char **ret_word, size_t *ret_len)
{
	while (lines->at < lines->end && is_space(*lines->at))
		lines->at++;
	*ret_word = lines->at;
	*ret_len = 0;
	if (lines->at == lines->end || *lines->at == '#')
		return false;
	while (lines->at < lines->end && !is_space(*lines->at))
		lines->at++;
	*ret_len = (size_t)(lines->at - *ret_word);
	return true;
}

void zong_rule_rest(struct zong_rule_lines *lines, const char **ret_text, size_t *ret_len)
{
	const char *from = lines->at;
	const char *to = memchr(from, '#', (size_t)(lines->end - from));

	if (!to)
		to = lines->end;
	while (from < to && is_space(*from))
		from++;
	while (to > from && is_space(to[-1]))
		to--;
	lines->at = lines->end;
	*ret_text = from;
	*ret_len = (size_t)(to - from);
}

bool zong_rule_is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(word, name, len) == 0;
}

int zong_rule_wrong(
	const struct zong_rule_lines *lines, const char *what, const char *word, size_t len)
{
	return zong_err_set(lines->err, ZONG_EINVAL, "%s:%u %s: %.*s", lines->name, lines->line,
		what, (int)zong_utf8_cut(word, len, 100), word);
}

static int take_line(struct zong_rule_lines *lines, zong_rule_line *each)
{
	size_t len = (size_t)(lines->end - lines->at);
	const char *word;

	if (!zong_utf8_printable(lines->at, len && lines->end[-1] == '\r' ? len - 1 : len))
		return zong_rule_wrong(lines, "not plain UTF-8 text", "", 0);
	return zong_rule_word(lines, &word, &len) ? each(lines, word, len) : 0;
}

int zong_rule_lines_each(const char *text, size_t len, const char *name, zong_rule_line *each,
	void *ctx, struct zong_err *err)
{
	struct zong_rule_lines lines = {.name = name, .ctx = ctx, .err = err};
	const char *line = text, *end = text + len;
	int code = 0;

	if (len >= strlen(MARK) && memcmp(line, MARK, strlen(MARK)) == 0)
		line += strlen(MARK);
	while (line < end && !code) {
		const char *line_end = memchr(line, '\n', (size_t)(end - line));

		lines.line++;
		lines.at = line;
		lines.end = line_end ? line_end : end;
		line = lines.end + 1;
		code = take_line(&lines, each);
	}
	return code;
}
