/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_EXTRACT_H
#define ZONG_OCR_EXTRACT_H

/* Some pages of a document as a document of their own, of the same kind. The encoded pixels are copied bit for
 * bit, never decoded and encoded again; the same pages of the same file give the same bytes.
 *
 * TIFF (classic and BigTIFF, either byte order): every tag of each page as it is, but for those that point to further
 * directories (SubIFDs, EXIF, GPS), which are left away. PDF: qpdf, streams as they are. */

#include <stdint.h>

#include <zong/buffer.h>
#include <zong/media.h>

#include "tiff_pages.h"

/* @fd is read by position. Appends to @out. 0, ZONG_EMEDIA (a kind that has no pages to take out, or TIFF's old
 * JPEG), ZONG_EPAGENO, ZONG_EDAMAGED (also where the file contradicts itself about the length of its strips),
 * ZONG_ELIMIT (over out->max), ZONG_EWORKER_MEMORY. */
int zong_extract(
	int fd, enum zong_media media, uint32_t first, uint32_t count, struct zong_buf *out);

int zong_extract_tiff(int fd, const struct zong_tiff_pages *pages, uint32_t first, uint32_t count,
	struct zong_buf *out);
int zong_extract_pdf(int fd, uint32_t first, uint32_t count, struct zong_buf *out);

#endif
