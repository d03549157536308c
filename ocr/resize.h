/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_RESIZE_H
#define ZONG_OCR_RESIZE_H

/* A page in the size in which its letters are read best. Threads: any. */

#include <stdbool.h>

struct Pix;

/* @height: of a Han character of @pix in pixels, 0: not known; @dpi: as the file says, 0: it does not. */
double zong_resize_scale(struct Pix *pix, double height, float dpi);
/* @pix: 1 or 8 bit, enlarged or reduced to 8 bit unless @scale is as good as 1. Was it done; false also when memory ends. */
bool zong_resize(struct Pix **pix, double scale);

#endif
