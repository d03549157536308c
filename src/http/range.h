/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_RANGE_H
#define ZONG_HTTP_RANGE_H

/* Byte ranges and validators of RFC 9110 §13 and §14, for one strong ETag. Pure functions. */

#include <stdbool.h>
#include <stdint.h>

enum zong_range_kind {
	ZONG_RANGE_WHOLE,   /* answer 200 with everything */
	ZONG_RANGE_PART,    /* answer 206 with first..last */
	ZONG_RANGE_OUTSIDE, /* answer 416 */
};

struct zong_range {
	enum zong_range_kind kind;
	uint64_t first, last; /* of a part, both included */
};

/* @header: Range as it came, or NULL. Another unit, several ranges and what is no range are
 * ignored, as §14.2 allows: the whole is answered. @size 0: every range lies outside. */
void zong_range_parse(const char *header, uint64_t size, struct zong_range *ret_range);
/* Does If-None-Match hold @etag (with its quotes), weakly compared, or `*`? */
bool zong_etag_matches(const char *header, const char *etag);
/* May the range be honoured: If-Range is absent or is exactly @etag. A date never is: we give none.
 */
bool zong_if_range_holds(const char *header, const char *etag);

#endif
