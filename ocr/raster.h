/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_RASTER_H
#define ZONG_OCR_RASTER_H

/* The pixels of one page: 1 bit (1 is white, first pixel in the highest bit), 8 bit grey or 8 bit
 * RGB, rows packed, each row starting at a byte; bits behind the last pixel of a row are 0.
 * Threads: one at a time. */

#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>
#include <zong/reading.h>

struct Pix;

struct zong_raster {
	uint32_t width, height;
	uint8_t channels; /* 1, 3 */
	uint8_t bits;	  /* 1, 8; 3 channels have 8 */
	size_t stride;	  /* bytes of a row */
	uint8_t *data;	  /* owned */
};

#define ZONG_RASTER_INIT                                                                           \
	{                                                                                          \
		0                                                                                  \
	}

/* All white. Returns 0, ZONG_EDAMAGED (no width or height), ZONG_EPIXELS, ZONG_EWORKER_MEMORY. */
int zong_raster_init(struct zong_raster *raster, uint32_t width, uint32_t height, uint8_t channels,
	uint8_t bits);
void zong_raster_release(struct zong_raster *raster);
/* Makes it upright; @orientation as in TIFF 6.0 and EXIF, 1 to 8, anything else is 1.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_raster_orient(struct zong_raster *raster, unsigned int orientation);
/* Makes it the smallest of the three forms that loses nothing (in place). */
void zong_raster_reduce(struct zong_raster *raster);
enum zong_colour zong_raster_colour(const struct zong_raster *raster);
/* Of a reduced raster: "zong-raster-1", see pool.h. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_raster_digest(const struct zong_raster *raster, struct zong_digest *ret_digest);
static inline uint8_t *zong_raster_row(const struct zong_raster *raster, uint32_t y)
{
	return raster->data + raster->stride * y;
}
/* Leptonica's form of it: 1 bit (1 is black), 8 or 32 bits. NULL when memory ends. */
struct Pix *zong_raster_to_pix(const struct zong_raster *raster);

#endif
