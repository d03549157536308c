/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SHEET_H
#define ZONG_OCR_SHEET_H

/* Is a page a separator sheet (zong/sheet.h)? Looks for a QR code of ours (ZBar) and for a Patch T, on a picture
 * of the page of some 150 to 250 dpi, whichever way round the page lies. Codes of others are passed over. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/sheet.h>

#include "raster.h"

struct Pix;

struct zong_sheet_marks {
	bool patch;
	char code[ZONG_SHEET_TEXT + 1]; /* printable ASCII that begins as ours do; "" for none */
};

/* Loads what reading codes needs; before the sandbox closes. ZONG_EWORKER_MEMORY. */
int zong_sheet_warm_up(void);
/* 0 or ZONG_EWORKER_MEMORY. */
int zong_sheet_look(const struct zong_raster *raster, struct zong_sheet_marks *ret_marks);

/* Parts of the above, on an 8 bit picture. */
int zong_sheet_code(struct Pix *grey, char ret_code[ZONG_SHEET_TEXT + 1]);
int zong_sheet_patch(struct Pix *grey, bool *ret_patch);

#endif
