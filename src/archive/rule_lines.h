/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_RULE_LINES_H
#define ZONG_ARCHIVE_RULE_LINES_H

/* Files of rules that people write: UTF-8, a line a statement, words parted by blanks; a word that begins with # begins a comment. A byte
 * order mark and the line ends of Windows are fine. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/error.h>

struct zong_rule_lines {
	const char *name; /* of the file, for errors */
	unsigned int line; /* from 1 */
	const char *at, *end; /* what is left of the line */
	void *ctx;
	struct zong_err *err;
};

/* Each line that says something, behind its first @word. @each ends it with anything but 0, which is answered; ZONG_EINVAL: a line is not
 * plain text. */
typedef int zong_rule_line(struct zong_rule_lines *lines, const char *word, size_t len);
int zong_rule_lines_each(const char *text, size_t len, const char *name, zong_rule_line *each,
	void *ctx, struct zong_err *err);
/* The next word of the line; false at its end, and then it is "". */
bool zong_rule_word(struct zong_rule_lines *lines, const char **ret_word, size_t *ret_len);
/* All that is left of it up to a #, without blanks around. */
void zong_rule_rest(struct zong_rule_lines *lines, const char **ret_text, size_t *ret_len);
bool zong_rule_is(const char *word, size_t len, const char *name);
/* ZONG_EINVAL: "query.rules:12 @what: @word". */
int zong_rule_wrong(
	const struct zong_rule_lines *lines, const char *what, const char *word, size_t len);

#endif
