/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_FORM_H
#define ZONG_OCR_FORM_H

/* A form (zong/form.h) as it is packed, and its drawing in the worker.
 *
 *     packed  u32 magic, f32 width, height, margin (mm), u8 numbered, u64 seconds, text title, text foot, blocks
 *     block   u8 kind, then
 *       TEXT   f32 size, u8 bold, u8 align, text
 *       SPACE  f32 mm
 *       PAGE
 *       TABLE  f32 size, u8 ruled, f32 least height, u8 columns, each: f32 share, u8 align, u8 bold, text title
 *       ROW    text for each column of the table before it
 *       QR     f32 mm, text code, text beside
 *       BARS   f32 mm, text code
 *
 * in the pieces of wire.h. */

#include <stdint.h>

#include <zong/buffer.h>

#define ZONG_FORM_MAGIC UINT32_C(0x5A464D31)

enum zong_form_kind {
	ZONG_FORM_KIND_TEXT = 1,
	ZONG_FORM_KIND_SPACE = 2,
	ZONG_FORM_KIND_PAGE = 3,
	ZONG_FORM_KIND_TABLE = 4,
	ZONG_FORM_KIND_ROW = 5,
	ZONG_FORM_KIND_QR = 6,
	ZONG_FORM_KIND_BARS = 7,
};

/* Draws it as a PDF, appended to @pdf. 0, ZONG_EPROTO (not well-formed), ZONG_EPAGES (over ZONG_LIMIT_FORM_PAGES),
 * ZONG_ELIMIT (over pdf->max, or a code that holds no such text), ZONG_EWORKER_MEMORY. */
int zong_form_draw(const uint8_t *packed, size_t len, struct zong_buf *pdf, uint32_t *ret_pages);

#endif
