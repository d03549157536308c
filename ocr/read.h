/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_READ_H
#define ZONG_OCR_READ_H

/* From the pixels of a page to its words: Tesseract with chi_sim, lines of Latin that it is unsure
 * of once more with eng. Threads: one at a time. */

#include <zong/arena.h>
#include <zong/reading.h>

#include "raster.h"

struct zong_reader;

/* Loads the models from TESSDATA_PREFIX or where Tesseract keeps them. ZONG_ENOENT. */
int zong_reader_open(struct zong_reader **ret_reader);
void zong_reader_close(struct zong_reader *reader);
/* @dpi: 0 when not known. The reading lives in @arena. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_reader_read(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	struct zong_arena *arena, struct zong_reading *ret_reading);

#endif
