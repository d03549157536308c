/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_FAINT_H
#define ZONG_OCR_FAINT_H

/* Faint ink, a carbon copy's or an empty toner's, as dark as any. Threads: any. */

#include <stdbool.h>

struct Pix;

/* @pix: 8 bit, changed in place; another depth is left alone. @contrast: grey steps from the paper to its
 * ink, as a survey says. Was it done; false also when memory ends. */
bool zong_faint_darken(struct Pix *pix, int contrast);

#endif
