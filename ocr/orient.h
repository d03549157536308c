/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_ORIENT_H
#define ZONG_OCR_ORIENT_H

/* Which way up is a page that was read badly? The recogniser itself is asked, with one small window
 * of the page turned each way: what it reads with most confidence is upright. Slower than looking at
 * letter shapes, but right for Han, and only few pages need it. */

struct Pix;
struct TessBaseAPI;

/* @pix: dark on light, 1 or 8 bit, unchanged. The number of quarters clockwise by which to turn it;
 * 0 when no way is clearly better than as it is, and when memory ends. Leaves @api without an image,
 * its mode of segmentation that of whole pages. */
unsigned int zong_orient_guess(struct TessBaseAPI *api, struct Pix *pix);

#endif
