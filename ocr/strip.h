/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_STRIP_H
#define ZONG_OCR_STRIP_H

/* Strips of writing larger than the rest of the page that the recogniser's layout passed over:
 * headings, mostly. Layout takes letters of nearly twice the usual height for pictures. Ink is
 * gathered into rows; a row that is large and for the most part not covered by lines already read
 * is a strip. Threads: any. */

#include <stddef.h>

#include <zong/arena.h>

struct Pix;

/* Left, top, right, bottom; right and bottom are just outside. */
struct zong_strip {
	int left, top, right, bottom;
};

/* @ink: 1 bit, black is ink; @glyph: the usual height of a Han character in it; @cover: what has
 * been read well. At most @most strips, from the top down, in @arena. Returns 0 or
 * ZONG_EWORKER_MEMORY. */
int zong_strip_find(struct Pix *ink, double glyph, const struct zong_strip *cover, size_t covers,
	size_t most, struct zong_arena *arena, struct zong_strip **ret_strips, size_t *ret_count);
/* By how much to enlarge a strip for letters of the height that the recogniser was taught. */
double zong_strip_scale(const struct zong_strip *strip);
/* That part of @pix. NULL when memory ends, or nothing of it lies in @pix; freed with pixDestroy. */
struct Pix *zong_strip_clip(struct Pix *pix, const struct zong_strip *strip);

/* The part of it, of @pix of 1 bit, that is ink; -1 when memory ends, or nothing of it lies in @pix. */
double zong_strip_ink(struct Pix *pix, const struct zong_strip *strip);

#define ZONG_STRIP_ROOM 20 /* pixels of paper around a strip that was cut */

/* A strip with room around it, enlarged by @scale. @pix: 1 or 8 bit, the strip is of it. @ret_x, @ret_y: where in
 * @pix the picture begins, which may be before its own beginning. NULL when memory ends; freed with pixDestroy. */
struct Pix *zong_strip_cut(struct Pix *pix, const struct zong_strip *strip, double scale,
	double *ret_x, double *ret_y);

#endif
