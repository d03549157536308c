/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_SHEET_H
#define ZONG_SHEET_H

/* Sheets (分隔页) that lie between the papers of a batch and say where the papers behind them belong. A sheet
 * has a QR code (ISO/IEC 18004, error correction Q) with a text of printable ASCII, so that every reader gives
 * it back as it was:
 *
 *     ZONG1;c=202611240001;t=%E8%BA%AB%E4%BB%BD;d=tax,housing;0a1b2c3d
 *
 *     ZONG1     ours, and its version
 *     c=        case number; always there
 *     t=        type of the material; may be missing
 *     d=        ids of the receiving departments, commas between; may be missing
 *     ........  the first four bytes of the SHA-256 of all before the last semicolon, lower-case hexadecimal
 *
 * in this order. Bytes of values other than A-Z a-z 0-9 - . _ ~ ( ) are written as % and two upper-case
 * hexadecimal digits (RFC 3986 §2.1). There is one spelling of each sheet and no other is accepted.
 *
 * A page with a Patch T (Kodak A-61599) is a sheet without words: what follows is a new material of the same
 * case, type and receivers. Counted from the edge of the page that it is nearest to, its bars are narrow, wide,
 * narrow, wide (the other way round it would be a Patch 3), parallel to the edge, with narrow spaces.
 * Threads: any. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/buffer.h>
#include <zong/limits.h>

#define ZONG_SHEET_MARK "ZONG"	/* what ours begin with, of every version */
#define ZONG_SHEET_TEXT 1000	/* longest text: a QR code that a scan of 200 dpi still resolves */
#define ZONG_SHEET_RECEIVERS 16 /* departments on one sheet */

#define ZONG_PATCH_NARROW 0.08 /* inches: bars and all spaces */
#define ZONG_PATCH_WIDE 0.20
#define ZONG_PATCH_BARS 4
#define ZONG_PATCH_WIDTH (2 * ZONG_PATCH_WIDE + 5 * ZONG_PATCH_NARROW)

struct zong_sheet {
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char type[ZONG_LIMIT_TYPE + 1]; /* may be empty */
	char receiver[ZONG_SHEET_RECEIVERS][ZONG_LIMIT_DEPARTMENT_ID + 1];
	size_t receivers;
};

/* Appends the text. ZONG_EINVAL: no case number, a value that is no printable UTF-8, or an empty receiver or one
 * with characters that no department has; ZONG_ELIMIT: longer than ZONG_SHEET_TEXT. */
int zong_sheet_write(const struct zong_sheet *sheet, struct zong_buf *buf);
/* Does the text of a code say that it is one of ours, of whatever version and whether or not it is whole? */
bool zong_sheet_is_ours(const char *text, size_t len);
/* ZONG_ENOENT: not ours; ZONG_EVERSION: of a later version; ZONG_EDAMAGED: ours, but not whole. Whether case and
 * departments exist is not looked at. */
int zong_sheet_parse(const char *text, size_t len, struct zong_sheet *ret_sheet);

#endif
