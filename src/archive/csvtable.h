/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CSVTABLE_H
#define ZONG_ARCHIVE_CSVTABLE_H

/* A table that comes as CSV (RFC 4180; commas or tabs), row by row, in UTF-8, GB 18030 or UTF-16. What is taken apart
 * is libcsv's work; here is what a person's spreadsheet needs besides: its encoding is found out, rows know their
 * lines, and a quote that is never closed costs its own line, not all that follow.
 *
 *     zong_csvtable_open(fd, len, NULL, &table, &err);     the first row has been read: the names of the columns
 *     while ((code = zong_csvtable_next(table, &row)) == 0) ...      ZONG_EEND at the end
 *     zong_csvtable_close(table);
 *
 * Memory does not grow with the table. Threads: one at a time. */

#include <stdint.h>

#include <zong/digest.h>
#include <zong/error.h>

struct zong_csvtable;

struct zong_csvtable_row {
	uint64_t line; /* its first, from 1 */
	int code; /* 0; ZONG_EENCODING: some of it is no text; ZONG_ETABLE: a quote is not closed, or stands where none can; cells are then as far as they could be read */
	size_t count; /* of cells that there are */
	const char **
		cell; /* at most ZONG_LIMIT_TABLE_COLUMNS of them, without blanks around them; borrowed until the next row */
};

/* @encoding: "utf-8", "gb18030", "gbk", "utf-16", or NULL to find out. Reads @fd from its beginning.
 * ZONG_EINVAL (encoding), ZONG_ETABLE (not one row; err says what), ZONG_EIO. */
int zong_csvtable_open(int fd, uint64_t len, const char *encoding, struct zong_csvtable **ret_table,
	struct zong_err *err);
void zong_csvtable_close(struct zong_csvtable *table); /* NULL is fine */

/* The first row. */
const struct zong_csvtable_row *zong_csvtable_columns(const struct zong_csvtable *table);
/* ZONG_EEND, ZONG_EIO, ZONG_ENOMEM. Rows without a character in them are passed over. */
int zong_csvtable_next(struct zong_csvtable *table, struct zong_csvtable_row *ret_row);
const char *zong_csvtable_encoding(const struct zong_csvtable *table); /* static */
double zong_csvtable_done(const struct zong_csvtable *table);	       /* share of its bytes */
/* Of the bytes read; call it after ZONG_EEND. */
void zong_csvtable_digest(struct zong_csvtable *table, struct zong_digest *ret_digest);

#endif
