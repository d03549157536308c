/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_LOOK_H
#define ZONG_OCR_LOOK_H

/* The look of a page (zong/look.h), made from the picture of its ink.
 *
 * Only what has the size of writing counts: ruled lines, photographs and shadows are what scanners disagree about,
 * and on a form they are the larger part of the ink and say nothing. The page is levelled by its own angle, laid
 * with the middle of its writing on the middle of the grid, in millimetres. The hash is the signs of the 256
 * lowest waves (cosine transform) of that grid. */

#include <stdbool.h>

#include <zong/look.h>

struct Pix;
struct Pixa;

/* @ink: 1 bit, black is ink; @pieces: its connected pieces with their boxes; @dpi: of @ink.
 * *ret_any false: there is too little to know it by. */
void zong_look_make(struct Pix *ink, struct Pixa *pieces, double dpi, bool *ret_any,
	struct zong_look *ret_look);

#endif
