/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_PROBE_H
#define ZONG_OCR_PROBE_H

/* What can be told of a page without reading it: its image and digest, whether it is blank, what it looks like, how well it
 * was scanned, whether it is a separator sheet. Threads: any. */

#include <zong/media.h>
#include <zong/pool.h>

#include "decode.h"
#include "look.h"
#include "sheet.h"

/* Where what is told lies; large, so it belongs to who asks again and again. */
struct zong_probe_room {
	struct zong_look look;
	uint8_t packed[ZONG_LOOK_PACKED];
	struct zong_sheet_marks marks;
};

/* A page as a decoder gives it becomes what is digested and read. @media: of its document. */
void zong_probe_reduce(struct zong_page *page, enum zong_media media);
/* @page: reduced. ret_probe->err is 0, or a code and all else is empty; its look and code lie in @room. */
void zong_probe_take(const struct zong_page *page, struct zong_probe_room *room,
	struct zong_probe_page *ret_probe);

#endif
