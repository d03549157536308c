/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_TIFF_SAMPLES_H
#define ZONG_OCR_TIFF_SAMPLES_H

/* One TIFF page from its own samples, row by row: any compression; strips and tiles; chunky and
 * planar; 1, 2, 4, 8, 12, 16, 32 bit unsigned and signed, 32 and 64 bit floating; grey in both
 * senses, palette, RGB, CMYK, alpha. What is darkest and lightest on the page becomes 0 and 255
 * where the samples themselves do not say (signed, 32 bit, floating). */

#include <stdint.h>
#include <tiffio.h>

#include "raster.h"

/* The current directory of @handle, not turned. Returns 0, ZONG_EDAMAGED, ZONG_EMEDIA (a kind of
 * samples this does not read; libtiff's conversion may), ZONG_EPIXELS, ZONG_EWORKER_MEMORY. */
int zong_tiff_samples(
	TIFF *handle, uint32_t width, uint32_t height, struct zong_raster *ret_raster);

#endif
