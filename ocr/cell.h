/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_CELL_H
#define ZONG_OCR_CELL_H

/* The picture of one cell of a ruled form (table.h): its writing on clean paper. What is much paler than the writing of
 * the page shines through from the back. Threads: any. */

#include <stdbool.h>

#include "strip.h"

struct Pix;

struct zong_cell {
	struct zong_strip at; /* what the picture shows of the page */
	struct Pix *pix;      /* 8 bit */
	bool one_line;	      /* there is no room for two */
	const struct zong_strip *table;
};

/* How much darker than paper the writing on @pix is, in grey steps. @pix: 1 or 8 bit. */
double zong_cell_contrast(struct Pix *pix);
/* Everything in @pix (8 bit) under the black of @mask, which is as large, becomes paper. */
void zong_cell_blot(struct Pix *pix, struct Pix *mask);
/* @shape: black is the inside of the cell, half as large as @at, which is its place in @pix (1 or 8 bit). @glyph: the
 * usual height of a Han character; @contrast: as above. ret_cell->pix is NULL when nothing is written in it, freed
 * with pixDestroy otherwise. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_cell_cut(struct Pix *pix, struct Pix *shape, const struct zong_strip *at, double glyph,
	double contrast, struct zong_cell *ret_cell);

#endif
