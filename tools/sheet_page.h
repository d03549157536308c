/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TOOLS_SHEET_PAGE_H
#define ZONG_TOOLS_SHEET_PAGE_H

/* Draws the sheets of zong/sheet.h as a PDF of one page, A4. */

#include <zong/buffer.h>
#include <zong/sheet.h>

/* What people read beside the code; texts may be empty, NULL is none. */
struct sheet_words {
	const char *parties, *type, *receivers;
};

/* ZONG_EINVAL and ZONG_ELIMIT as zong_sheet_write, ZONG_ENOMEM. */
int sheet_page_cover(
	const struct zong_sheet *sheet, const struct sheet_words *words, struct zong_buf *pdf);
/* ZONG_ENOMEM. */
int sheet_page_patch(struct zong_buf *pdf);

#endif
