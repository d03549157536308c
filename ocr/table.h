/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_TABLE_H
#define ZONG_OCR_TABLE_H

/* The cells of ruled forms. The recogniser's layout takes a row of a form for one line, and loses or mixes what stands
 * on two lines in one cell; so each cell is read by itself, and the rest of the page without them.
 *
 * A cell is an area shut in by ruled lines. Text that touches a line keeps its strokes but for those under the line
 * itself. Threads: any. */

#include <stddef.h>

#include <zong/arena.h>

#include "cell.h"

struct Pix;

struct zong_table {
	struct zong_cell *cell; /* table by table, in each row by row, left to right */
	size_t cells;
	struct zong_strip *all; /* the tables */
	struct Pix *rest;	/* the page without its tables; NULL: there are none */
};

/* @pix: 1 or 8 bit, level, dark on light; @glyph: the usual height of a Han character in it, more than 0. Cells with
 * nothing in them are left out. Returns 0, also when there is no table, or ZONG_EWORKER_MEMORY; released with
 * zong_table_release(). */
int zong_table_find(
	struct Pix *pix, double glyph, struct zong_arena *arena, struct zong_table *ret_table);
void zong_table_release(struct zong_table *table);

#endif
