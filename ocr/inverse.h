/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_INVERSE_H
#define ZONG_OCR_INVERSE_H

/* Blocks of white writing on black (headings of forms, rows that a copier turned over) become black on white; a page
 * that is dark as a whole is another matter (clean.h), and so are dark edges. Threads: any. */

struct Pix;

/* @pix: 1 or 8 bit, changed in place. Returns the number of blocks, 0 also when memory ends. */
int zong_inverse_turn(struct Pix *pix);

#endif
