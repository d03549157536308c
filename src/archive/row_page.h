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

#endif
