/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_RENDER_H
#define ZONG_OCR_RENDER_H

/* A page as a PNG that browsers show. Threads: any. */

#include <stdint.h>

#include <zong/buffer.h>

#include "raster.h"

/* A view of @raster, that is not to be released: the pixels of @box as far as the page reaches, its left edge where a
 * byte begins; at least one pixel. A box without width or height: all of it. */
struct zong_raster zong_render_part(const struct zong_raster *raster, const struct zong_box *box);

/* At most @max_width pixels wide (0: as it is), never enlarged; a bilevel page made smaller becomes
 * grey. Returns 0, ZONG_ELIMIT (longer than the buffer may be), ZONG_EWORKER_MEMORY. */
int zong_render_png(const struct zong_raster *raster, uint32_t max_width, float dpi_x, float dpi_y,
	struct zong_buf *ret_png);

#endif
