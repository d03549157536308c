/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_INVERSE_H
#define ZONG_OCR_INVERSE_H

/* Blocks of white writing on black (headings of forms, rows that a copier turned over) become black on white, and so do
 * pages that are dark as a whole; dark edges are left alone. Threads: any. */

#include <stdbool.h>

struct Pix;

/* @pix: 1 or 8 bit, changed in place. Returns the number of blocks, 0 also when memory ends. */
int zong_inverse_turn(struct Pix *pix);
/* The same for all of a page of light letters on dark. Was it one; false also when memory ends. */
bool zong_inverse_turn_page(struct Pix *pix);

#endif
