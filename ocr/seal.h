/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SEAL_H
#define ZONG_OCR_SEAL_H

/* Seals lie over the writing that matters most: signature and date. In a colour scan they are found by
 * red and by shape (round, oval or square, of a seal's size), in a grey one by an even grey between ink
 * and paper and by a ring; only there the seal is turned to white. What is black under it stays, and so
 * do red headings, red lines and grey fields elsewhere. */

struct Pix;

/* @pix: 32 bit, changed in place. Returns the number of seals, 0 also when memory ends. */
int zong_seal_whiten(struct Pix *pix);

/* The same for @pix of 8 bit, where ink must be darker than the seal by ZONG_SEAL_GREY_LEAST. */
int zong_seal_whiten_grey(struct Pix *pix);

#define ZONG_SEAL_GREY_LEAST 45

#endif
