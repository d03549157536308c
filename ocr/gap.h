/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_GAP_H
#define ZONG_OCR_GAP_H

/* Wide gaps in a line of writing: between a label and what is entered behind it, between two entries. The recogniser, which
 * reads a line as one, takes the pattern of the paper in a wide gap for signs. Threads: any. */

#include <stddef.h>

#include "strip.h"

struct Pix;

#define ZONG_GAP_PARTS 12 /* a line of more is a table's; it is not parted */

/* The parts of @strip of @pix (1 or 8 bit, dark on light) that wide gaps set off, from the left, each as high as its
 * letters: a photograph beside a line makes the strip higher than the line is, and is no part. @glyph: the usual height
 * of a Han character in it. *ret_count 0: nothing stands there, or there are too many.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_gap_part(struct Pix *pix, const struct zong_strip *strip, double glyph,
	struct zong_strip ret_parts[ZONG_GAP_PARTS], size_t *ret_count);

#endif
