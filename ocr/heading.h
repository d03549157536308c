/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_HEADING_H
#define ZONG_OCR_HEADING_H

/* Headings that the recogniser's layout passed over or tore to pieces, read one by one and put
 * behind the lines; what they stand for is gone. Threads: one at a time. */

#include "draft.h"

struct Pix;
struct TessBaseAPI;

/* @draft has the lines of the page. @ink: the cleaned picture in 1 bit; it must not belong to
 * @chinese, which is given other pictures and is back at PSM_AUTO afterwards. Returns 0 or
 * ZONG_EWORKER_MEMORY. */
int zong_heading_read(struct zong_draft *draft, struct TessBaseAPI *chinese, struct Pix *ink);

#endif
