/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_QUERY_H
#define ZONG_HTTP_QUERY_H

/* Percent-decoding and the query part of an address (WHATWG URL, application/x-www-form-urlencoded:
 * `+` is a blank there, but not in a path). Works in place: decoded text is never longer. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/limits.h>

struct zong_query_item {
	const char *name;
	const char *value;   /* "" where the item has no `=` */
};

struct zong_query {
	size_t count;
	struct zong_query_item item[ZONG_LIMIT_QUERY_ITEMS];
};

/* Decodes @text in place. ZONG_EENCODING: a `%` without two hexadecimal digits, a NUL, or bytes that
 * are no UTF-8. */
int zong_percent_decode(char *text, bool plus);
/* Cuts @text (changed, borrowed by the items) at `&` and decodes. ZONG_EENCODING, ZONG_ELIMIT (too
 * many items). */
int zong_query_parse(char *text, struct zong_query *ret_query);
/* The last item of that name, so that repeating a parameter replaces it; NULL: none. */
const char *zong_query_get(const struct zong_query *query, const char *name);

#endif
