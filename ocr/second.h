/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SECOND_H
#define ZONG_OCR_SECOND_H

/* A second look at lines of Han that the recogniser is unsure of: each is read once more, alone and at the size that is read best;
 * what it is surer of stays, if it is about as long. Threads: one at a time. */

#include "draft.h"

struct TessBaseAPI;

/* @draft has the lines of the page, none of them gone. @chinese is given other pictures and is back at PSM_AUTO
 * afterwards. Words may stand out of order then (draft->reorder). Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_second_look(struct zong_draft *draft, struct TessBaseAPI *chinese);

#endif
