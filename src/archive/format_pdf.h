/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FORMAT_PDF_H
#define ZONG_ARCHIVE_FORMAT_PDF_H

/* A material as a searchable PDF/A-1b (ISO 19005-1): the images of its pages with the bytes that its
 * file has, and the words over them, invisible. Page after page: of the whole there is never more in
 * memory than one page. The same material read the same way gives the same bytes. */

#include <zong/arena.h>
#include <zong/digest.h>
#include <zong/image.h>
#include <zong/record.h>

struct zong_format_pdf {
	const Zong__Material *material;
	uint32_t pages;
	int fd; /* the material's file */
	/* @ret_image lives in @arena. ZONG_EDAMAGED: an empty page stands for it. */
	int (*image)(
		void *ctx, uint32_t page, struct zong_arena *arena, struct zong_image *ret_image);
	/* ZONG_ENOTREADY: without text. The caller frees. */
	int (*reading)(void *ctx, uint32_t page, Zong__Reading **ret_reading);
	void *ctx;
};

/* @out: an empty file for writing. Returns 0, what a callback returned, or the codes of
 * zong_pdf_file_end. */
int zong_format_pdf_write(const struct zong_format_pdf *source, int out, uint64_t *ret_size,
	struct zong_digest *ret_digest);

#endif
