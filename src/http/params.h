/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_PARAMS_H
#define ZONG_HTTP_PARAMS_H

/* Percent-decoding and the query part of an address (WHATWG URL, application/x-www-form-urlencoded:
 * `+` is a blank there, but not in a path). Works in place: decoded text is never longer. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/limits.h>

struct zong_param {
	const char *name;
	const char *value; /* "" where the item has no `=` */
};

struct zong_params {
	size_t count;
	struct zong_param item[ZONG_LIMIT_QUERY_ITEMS];
};

/* Decodes @text in place. ZONG_EENCODING: a `%` without two hexadecimal digits, a NUL, or bytes
 * that are no UTF-8. */
int zong_percent_decode(char *text, bool plus);
/* Cuts @text (changed, borrowed by the items) at `&` and decodes. ZONG_EENCODING, ZONG_ELIMIT (too
 * many items). */
int zong_params_parse(char *text, struct zong_params *ret_params);
/* The last item of that name, so that repeating a parameter replaces it; NULL: none. */
const char *zong_params_get(const struct zong_params *query, const char *name);

#endif
