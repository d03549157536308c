/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_BOX_H
#define ZONG_ARCHIVE_SEARCH_BOX_H

/* The text of the one box taken apart at its blanks:
 *
 *     合同              a word, or several (search_phrase.h)
 *     "a b"             a phrase that stands there exactly
 *     2024*             words that begin so
 *     类型:合同 type:合同  an operator: what is found must be so; quoted, it is exactly so
 *     -抵押 -"a b" -type:x   it must not be so
 *
 * Colons, stars, quotes and minus signs may be of any width, names of operators in either case. A name that is none of
 * an operator is text (12:30, http://...), and so is a minus that stands alone or inside a word. Threads: any. */

#include <stdbool.h>

#include <zong/arena.h>
#include <zong/error.h>

enum zong_box_op {
	ZONG_BOX_TEXT,
	ZONG_BOX_TYPE,
	ZONG_BOX_KIND,
	ZONG_BOX_DEPT,
	ZONG_BOX_CASE,
	ZONG_BOX_UNIT,
	ZONG_BOX_CERT,
	ZONG_BOX_PARTY,
	ZONG_BOX_DATE,	 /* a day, month, year, or from..to */
	ZONG_BOX_FROM,	 /* ... and later */
	ZONG_BOX_TO,	 /* ... and earlier */
	ZONG_BOX_BEFORE, /* earlier, without it */
};

struct zong_box_token {
	enum zong_box_op op;
	const char *text; /* without quotes and star; of an operator its value */
	const char *name; /* the operator as it was written, for errors */
	bool quoted, begins, without;
};

/* Everything lives in the arena. 0, ZONG_ENOMEM, ZONG_EQUERY (an operator without value, or more than
 * ZONG_LIMIT_OPERATORS; err names it). */
int zong_box_split(const char *words, struct zong_arena *arena, struct zong_box_token **ret_tokens,
	size_t *ret_count, struct zong_err *err);

#endif
