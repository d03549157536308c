/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SEAL_H
#define ZONG_OCR_SEAL_H

/* Red seals lie over the writing that matters most: signature and date. They are found by colour
 * and shape (round, oval or square, of a seal's size), and only there red is turned to white; black
 * under red stays, and so do red headings and red lines elsewhere. */

struct Pix;

/* @pix: 32 bit, changed in place. Returns the number of seals, 0 also when memory ends. */
int zong_seal_whiten(struct Pix *pix);

#endif
