/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PDF_FONT_H
#define ZONG_ARCHIVE_PDF_FONT_H

/* The font of invisible text: every character is the same empty square of one em. Codes are given as
 * characters come; what they mean stands in the ToUnicode map, from which text is copied and found.
 * The font program is made here and embedded, as ISO 19005-1 §6.3.4 asks. */

#include <stdint.h>

#include <zong/buffer.h>

#include "pdf_file.h"

#define ZONG_PDF_ASCENT 0.88 /* of the size: where the square lies about the base line */
#define ZONG_PDF_DESCENT 0.12

struct zong_pdf_font {
	uint16_t *code;	     /* of each character; 0: none yet */
	uint32_t *character; /* of each code */
	uint32_t codes;
};

/* 0, ZONG_ENOMEM. */
int zong_pdf_font_init(struct zong_pdf_font *font);
void zong_pdf_font_release(struct zong_pdf_font *font);
/* 0: there are too many different ones. */
uint16_t zong_pdf_font_code(struct zong_pdf_font *font, uint32_t character);
/* Object @number and what it needs. */
void zong_pdf_font_write(
	const struct zong_pdf_font *font, struct zong_pdf_file *file, uint32_t number);

#endif
