/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_SNIPPET_H
#define ZONG_ARCHIVE_SEARCH_SNIPPET_H

/* The words around what was found, and where it stands on the page. Found words are set between
 * U+E000 and U+E001; these two never come from the text itself. Threads: any. */

#include <zong/search.h>

#include "search_query.h"

#define ZONG_SNIPPET_AROUND 20 /* characters before and behind */
#define ZONG_SNIPPET_RANGES 64 /* places looked for on one page */
#define ZONG_SNIPPET_BYTES 4096

/* Cells @first to before @end. */
struct zong_snippet_range {
	size_t first, end;
};

/* Where the phrases stand, in the order of the page, none inside another; with @alike also where they stand but for
 * one character. */
size_t zong_snippet_ranges(const struct zong_query *query, const struct zong_cells *cells,
	bool alike, struct zong_snippet_range ret_ranges[ZONG_SNIPPET_RANGES]);
/* Around the first range; without one the beginning of the page. Caller frees; NULL: no memory. */
char *zong_snippet_text(
	const struct zong_cells *cells, const struct zong_snippet_range *ranges, size_t count);
/* One box a range and line. Returns how many. */
size_t zong_snippet_boxes(const struct zong_cells *cells, const struct zong_snippet_range *ranges,
	size_t count, struct zong_box *ret_boxes, size_t max);
/* A short text of ours, e.g. a title, marked where a phrase stands in it; NULL phrases: not marked.
 * NULL: no memory. */
char *zong_snippet_plain(const struct zong_query *query, const char *text, bool alike);
/* All of @text between the marks. */
char *zong_snippet_marked(const char *text);

#endif
