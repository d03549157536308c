/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ROW_PAGE_H
#define ZONG_ARCHIVE_ROW_PAGE_H

/* One page of a list that is a table as it stands, and goes on by cursor (cursor.h). Threads: any. */

#include "inside.h"

struct zong_row_page {
	enum zong_table table;
	const ProtobufCMessageDescriptor *type; /* of its rows */
	const char *prefix;			/* that its keys begin with, or NULL */
	bool backwards;
};

/* At most @max rows, bounded by ZONG_LIMIT_PAGE_ITEMS, from @cursor on (NULL: the beginning). *ret_rows: an array, each
 * row freed by the caller, then the array; *ret_next: the next cursor, NULL at the end. ZONG_ECURSOR, ZONG_ECORRUPT. */
int zong_row_page_read(struct zong_archive *archive, const struct zong_row_page *page,
	const char *cursor, size_t max, ProtobufCMessage ***ret_rows, size_t *ret_count,
	char **ret_next);

/* Every row whose key begins with @prefix ("": all), in order, for tables that go out as a whole: in transactions of ZONG_ROW_WALK rows, so that
 * none is long; what is put or deleted meanwhile may be seen or not. @each ends it with anything but 0, which is answered. */
#define ZONG_ROW_WALK 2000
typedef int zong_row_seen(const struct zong_iter *iter, void *ctx);
int zong_row_walk(struct zong_archive *archive, enum zong_table table, const char *prefix,
	zong_row_seen *each, void *ctx);

#endif
