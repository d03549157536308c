/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CSVOUT_H
#define ZONG_ARCHIVE_CSVOUT_H

/* A table that goes out as CSV (RFC 4180) into a file without a name, in UTF-8 with the mark that spreadsheets want, or in
 * GB 18030.
 *
 *     zong_csvout_begin(&out, spool, encoding); zong_csvout_row(&out, cells, count) ...
 *     zong_csvout_end(&out, &fd, &len)   or   zong_csvout_release(&out)
 *
 * Threads: one at a time. */

#include <iconv.h>
#include <stdint.h>

#include <zong/buffer.h>

struct zong_csvout {
	int fd;
	uint64_t len;
	iconv_t convert; /* (iconv_t)-1: UTF-8 */
	struct zong_buf text;
};

/* @encoding: "utf-8", "gb18030", "gbk"; NULL or "": utf-8. ZONG_EINVAL (encoding), ZONG_EIO, ZONG_ENOSPC. */
int zong_csvout_begin(struct zong_csvout *out, const char *spool, const char *encoding);
int zong_csvout_row(struct zong_csvout *out, const char *const *cells, size_t count);
/* Writes the rest and hands the file over; nothing is left to release. */
int zong_csvout_end(struct zong_csvout *out, int *ret_fd, uint64_t *ret_len);
void zong_csvout_release(struct zong_csvout *out);

#endif
