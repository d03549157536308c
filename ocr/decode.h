/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_DECODE_H
#define ZONG_OCR_DECODE_H

/* From a document to the upright pixels of its pages, one decoder a kind of file. Runs only inside
 * the sandbox. A decoder reads by position, a piece at a time, and never holds the whole file.
 *
 *     err = decoder->open(fd, &state, &pages);
 *     err = decoder->page(state, 1, &page);
 *     decoder->close(state);
 *
 * Codes: those of zong_pool_probe() and zong_pool_read() that a worker may answer, ZONG_ENOMEM as
 * ZONG_EWORKER_MEMORY. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/media.h>
#include <zong/reading.h>

#include "image.h"
#include "raster.h"

struct zong_page {
	struct zong_raster raster; /* upright, not yet reduced */
	float dpi_x, dpi_y;	   /* of the upright page; 0: not said */
	uint32_t bits;		   /* a channel, as stored */
	bool text_layer;
};

#define ZONG_PAGE_INIT                                                                             \
	{                                                                                          \
		.raster = ZONG_RASTER_INIT                                                         \
	}

struct zong_decoder {
	/* @fd stays open until close(), and the caller's. */
	int (*open)(int fd, void **ret_state, uint32_t *ret_pages);
	/* @page from 1, within the pages that open() said. On success the raster is the caller's. */
	int (*page)(void *state, uint32_t page, struct zong_page *ret_page);
	/* NULL: this kind of file has no text of its own. The text layer of @page, boxes in pixels of
	 * the raster that page() would give (which need not be made for it). A page without one is
	 * no error: then ret_reading->source is ZONG_TEXT_NONE. */
	int (*text)(void *state, uint32_t page, struct zong_arena *arena,
		struct zong_reading *ret_reading);
	/* The image of @page as the file has it encoded; NULL and ZONG_ENOENT: it is not to be had. */
	int (*image)(void *state, uint32_t page, struct zong_image_maker *maker);
	void (*close)(void *state);
};

extern const struct zong_decoder zong_decoder_tiff;
extern const struct zong_decoder zong_decoder_jpeg;
extern const struct zong_decoder zong_decoder_png;
extern const struct zong_decoder zong_decoder_pdf;

/* NULL for ZONG_MEDIA_UNKNOWN. */
const struct zong_decoder *zong_decoder_of(enum zong_media media);

/* A page of which at least this much was decoded is taken as it is, the rest white. */
#define ZONG_DECODE_ENOUGH(done, total) ((uint64_t)(done)*16 >= (uint64_t)(total)*15)

/* Reads up to @len bytes; returns how many, 0 at the end and on an error. */
size_t zong_decode_read(int fd, void *ret_bytes, size_t len, uint64_t offset);
uint64_t zong_decode_size(int fd);
/* A resolution as files state it: finite, between 1 and 100000 dpi, else 0. */
float zong_decode_dpi(double dpi);

#endif
