/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_IMAGE_H
#define ZONG_OCR_IMAGE_H

/* Tells the image of a page as its file has it (zong/image.h), for whoever copies it. Runs only
 * inside the sandbox.
 *
 *     struct zong_image_maker maker;
 *     zong_image_begin(&maker);
 *     err = decoder->image(state, page, &maker);     ZONG_ENOENT: nothing to be carried as it is
 *     if (err == ZONG_ENOENT)
 *         err = zong_image_of_raster(&maker, &raster, dpi_x, dpi_y);
 *     ... maker.image ...
 *     zong_image_end(&maker);
 *
 * Errors of the adding functions stick in maker.err. Threads: one at a time. */

#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/image.h>

#include "raster.h"

struct zong_image_maker {
	struct zong_image image; /* points into what follows */
	struct zong_image_strip *strip;
	struct zong_image_piece *piece;
	uint8_t palette[768];
	struct zong_buf bytes;
	int err; /* 0, ZONG_ENOENT (too many strips or pieces), ZONG_EWORKER_MEMORY, ZONG_ELIMIT */
};

void zong_image_begin(struct zong_image_maker *maker);
/* As after begin: what was added is forgotten. */
void zong_image_again(struct zong_image_maker *maker);
void zong_image_end(struct zong_image_maker *maker);
/* The pieces that follow are this strip's. */
void zong_image_add_strip(struct zong_image_maker *maker, uint32_t rows);
void zong_image_add_range(struct zong_image_maker *maker, uint64_t offset, uint64_t len);
void zong_image_add_bytes(struct zong_image_maker *maker, const void *bytes, size_t len);

/* Coded anew, without loss; @raster is upright and reduced. Returns 0, ZONG_ELIMIT,
 * ZONG_EWORKER_MEMORY. */
int zong_image_of_raster(
	struct zong_image_maker *maker, const struct zong_raster *raster, float dpi_x, float dpi_y);

/* Bytes of a PNG: of a file, or in memory (@memory not NULL), where pieces become inline. */
struct zong_image_source {
	int fd;
	const uint8_t *memory;
	size_t len;
};
/* ZONG_ENOENT: interlaced, deeper than 8 bits, with transparency, or no whole PNG. */
int zong_image_png(struct zong_image_maker *maker, const struct zong_image_source *source);

/* The current directory of an open TIFF; @fd: its file. ZONG_ENOENT: tiles, planes, LZW and whatever
 * else a PDF does not have. */
struct tiff;
int zong_image_tiff(struct zong_image_maker *maker, struct tiff *handle, int fd);

#endif
