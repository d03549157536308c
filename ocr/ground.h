/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_GROUND_H
#define ZONG_OCR_GROUND_H

/* Dark grounds on a page: shaded fields of a form, the shadow of a spine, the border of the glass. The recogniser looks for
 * one threshold for all of the page, and takes their edges for letters. Only they are made as light as the paper, and what is
 * written on them stays as dark beside it as it was: to flatten all of the page was measured to ruin faint writing, and to take
 * out photographs, which the layout keeps clear of, to have their outlines read. Threads: any. */

#include <stdbool.h>

struct Pix;
struct zong_survey;

/* @pix: the 8 bit of which @survey was taken, changed in place; another depth is left alone. Was there any; false also when
 * memory ends. */
bool zong_ground_even(struct Pix *pix, const struct zong_survey *survey);

#endif
