/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PDF_PAGE_H
#define ZONG_ARCHIVE_PDF_PAGE_H

/* One page of a searchable PDF: the image as its file has it, and over it the text that was read, in
 * rendering mode 3, which shows nothing (ISO 32000-1 §9.3.6). */

#include <zong/image.h>
#include <zong/record.h>

#include "pdf_file.h"
#include "pdf_font.h"

struct zong_pdf_size {
	double width, height; /* points, upright */
};

/* What a page of @width by @height upright pixels measures; 0 dpi: taken for a sheet as wide as A4.
 * Within 3 to 14400 points, as ISO 19005-1 has it. */
struct zong_pdf_size zong_pdf_size(uint32_t width, uint32_t height, float dpi_x, float dpi_y);

/* Writes the image's strips as objects that lie in the order of their numbers from *ret_first on,
 * copying from @fd. */
void zong_pdf_image_write(
	struct zong_pdf_file *file, const struct zong_image *image, int fd, uint32_t *ret_first);
/* The content that paints them over the whole page: /I0, /I1, ... */
void zong_pdf_image_content(
	struct zong_buf *buf, const struct zong_image *image, struct zong_pdf_size size);
/* The content that puts the words on their boxes with font /F, a text object a line. Between Han
 * there is neither a blank nor a gap, which a reader would take for one. */
void zong_pdf_text_content(struct zong_buf *buf, const Zong__Reading *reading,
	struct zong_pdf_size size, struct zong_pdf_font *font);

#endif
