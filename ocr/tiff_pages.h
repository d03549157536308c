/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_TIFF_PAGES_H
#define ZONG_OCR_TIFF_PAGES_H

/* Where the pages of a TIFF are: the chain of its directories (TIFF 6.0 section 2; BigTIFF), walked
 * once. libtiff counts from the first directory each time, which is square in the pages, and gives
 * up a whole file for one bad directory. Reduced images and masks are no pages unless there is
 * nothing else; a chain that bites its own tail ends there. */

#include <stdint.h>

struct zong_tiff_pages {
	uint64_t *offset; /* of the directory of each page; owned */
	uint32_t count;
};

/* Returns 0, ZONG_EDAMAGED, ZONG_ENOPAGES, ZONG_EPAGES, ZONG_EWORKER_MEMORY. */
int zong_tiff_pages_find(int fd, struct zong_tiff_pages *ret_pages);
void zong_tiff_pages_release(struct zong_tiff_pages *pages);

#endif
