/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_SAMPLE_H
#define OCR_SAMPLE_H

/* Pages made by the tests themselves: drawn by cairo, written as TIFF, JPEG, PNG and PDF. All files
 * are without a name and open for reading. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode.h"
#include "raster.h"

/* A checked pattern that looks different from each of the eight sides; @bits 1 or 8, channels 1, 3. */
void sample_pattern(uint32_t width, uint32_t height, uint8_t channels, uint8_t bits,
	struct zong_raster *ret_raster);
/* Black text on white, 8 bit grey, lines of @size pixels; NULL-terminated lines. */
void sample_text(uint32_t width, uint32_t height, double size, const char *const *lines,
	struct zong_raster *ret_raster);
/* Chinese text for tests of reading. */
extern const char *const sample_lines[];

int sample_file(const void *bytes, size_t len);

struct sample_tiff {
	uint16_t compression; /* 0: none */
	uint16_t orientation; /* of the stored rows; 0: not said */
	uint16_t photometric; /* for bilevel and grey: PHOTOMETRIC_MINISWHITE or MINISBLACK */
	unsigned int pages;   /* 0: 1 */
	bool big;	      /* BigTIFF */
	bool tiled;
	bool planar;
	uint32_t rows; /* a strip; 0: all */
};

int sample_tiff(const struct zong_raster *raster, const struct sample_tiff *how);
/* Where the numbers of @tag (of its entries of more than four bytes) of the first page stand in such a file. */
uint32_t sample_tiff_value(int fd, uint16_t tag);
int sample_png(const struct zong_raster *raster);
/* Grey or RGB; @quality 1 to 100; @orientation 0: no EXIF. */
int sample_jpeg(const struct zong_raster *raster, int quality, unsigned int orientation);
/* A PDF of one page, @width times @height points, with these bytes as image /I (dictionary without
 * length) and content stream. @image may be NULL. */
int sample_pdf(double width, double height, int rotate, const char *image_dictionary,
	const void *image, size_t image_len, const char *content);
/* A PDF page that is the raster (8 bit grey or RGB), @dpi. */
int sample_pdf_of(
	const struct zong_raster *raster, double dpi, int rotate, const char *more_content);
/* A PDF page with a text layer of these lines, A4. */
int sample_pdf_text(const char *const *lines, double size);

/* Decodes page @page of @fd, reduced, and digests it; asserts that it works. */
void sample_digest(int fd, uint32_t page, struct zong_digest *ret_digest);
int sample_decode(int fd, uint32_t page, struct zong_page *ret_page);
/* The digest of a raster, which is reduced. */
void sample_raster_digest(struct zong_raster *raster, struct zong_digest *ret_digest);

#endif
