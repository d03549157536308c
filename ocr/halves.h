/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_HALVES_H
#define ZONG_OCR_HALVES_H

/* Two pages that lie side by side under the glass: a book, two sheets of a certificate, a card copied twice. The
 * recogniser's layout takes a line of the left and one of the right page for one line, so each page is read by itself.
 * Threads: any. */

#include <stdbool.h>

struct Pix;

/* Is @pix (1 or 8 bit, level, dark on light) wider than high, and is there between two pages, from top to bottom in its
 * middle, nothing written? *ret_middle: where. False also when memory ends. */
bool zong_halves_find(struct Pix *pix, int *ret_middle);

#endif
