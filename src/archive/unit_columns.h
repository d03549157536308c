/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_UNIT_COLUMNS_H
#define ZONG_ARCHIVE_UNIT_COLUMNS_H

/* The columns of the two tables, and what they are called. Threads: any. */

#include <stddef.h>

#include <zong/unit.h>

enum {
	ZONG_COLUMN_CODE,
	ZONG_COLUMN_NAME,
	ZONG_COLUMN_ADDRESS,
	ZONG_COLUMN_USAGE,
	ZONG_COLUMN_AREA,
	ZONG_COLUMN_BEGAN,
	ZONG_COLUMN_ENDED,
	ZONG_COLUMN_NOTE
};
enum {
	ZONG_COLUMN_KIND,
	ZONG_COLUMN_DATE,
	ZONG_COLUMN_BEFORE,
	ZONG_COLUMN_AFTER,
	ZONG_COLUMN_REASON
};
#define ZONG_COLUMNS_MAX 8

/* How many of them there are, and how many of the first must be there. */
size_t zong_unit_columns(enum zong_unit_table table, size_t *ret_needed);
/* What a column is called in a table that we write; static. */
const char *zong_unit_column_name(enum zong_unit_table table, size_t column);
/* Which column a name means, blanks and case apart; ZONG_COLUMNS_MAX: none. */
size_t zong_unit_column_of(enum zong_unit_table table, const char *name);

#endif
