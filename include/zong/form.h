/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_FORM_H
#define ZONG_FORM_H

/* A printed form as data: what stands on it, block under block, not where. It is filled by whoever has the rows and drawn
 * as a PDF by zong_pool_draw() (pool.h), in a worker that sees nothing but this. Blocks flow from the top; what does not fit
 * goes on on the next page, a table with its head again. The same form gives the same bytes.
 *
 *     struct zong_form form;
 *     zong_form_begin(&form, &(struct zong_form_paper){.title = "查询记录簿", .time = now, .numbered = true});
 *     zong_form_text(&form, &(struct zong_form_type){.size = 20, .bold = true, .align = ZONG_FORM_CENTRE}, "查询记录簿");
 *     zong_form_table(&form, &(struct zong_form_ruling){.size = 10, .ruled = true}, columns, 2);
 *     zong_form_row(&form, (const char *const[]){"1", "示例甲"});
 *     err = zong_pool_draw(pool, &form, out_fd, &len, &problem);
 *     zong_form_release(&form);
 *
 * Lengths are in millimetres, sizes of type in points. Text is UTF-8; a line feed ends a line, other control characters and
 * what is no UTF-8 are drawn as blanks; NULL is "". Lines are broken by UAX #14. Text is cut after 65,535 bytes.
 * Errors stick in form.packed.err and zong_pool_draw() returns them: ZONG_ENOMEM, ZONG_ELIMIT (over ZONG_LIMIT_FORM bytes).
 * Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/buffer.h>

#define ZONG_FORM_COLUMNS 16 /* of a table at most */

struct zong_form {
	struct zong_buf packed; /* as it goes to the worker: ocr/form.h */
	size_t columns;		/* of the table that rows now belong to */
};

enum zong_form_align {
	ZONG_FORM_LEFT = 0,
	ZONG_FORM_CENTRE = 1,
	ZONG_FORM_RIGHT = 2,
};

struct zong_form_paper {
	double width, height; /* 0: A4 upright; within 20 to 1200 */
	double margin;	      /* 0: 20, on all four sides; below it stands the foot */
	const char *title;    /* of the document, not drawn */
	const char *foot;     /* at the left of each page's foot; NULL: nothing */
	bool numbered;	      /* 第 n 页 共 N 页 at its right */
	int64_t time;	      /* µs of Unix time, when the document was made; not drawn */
};

/* Any members may be 0: then as wide as the page, size 11, left, upright. */
struct zong_form_type {
	double size;
	bool bold;
	enum zong_form_align align;
};

struct zong_form_ruling {
	double size;   /* of the type, 0: 10 */
	bool ruled;    /* lines around each cell */
	double height; /* of a row at least */
};

struct zong_form_column {
	const char *title; /* NULL in all: the table has no head */
	double share;	   /* of the width, against the others'; above 0 */
	enum zong_form_align align;
	bool bold; /* a column of labels */
};

void zong_form_begin(struct zong_form *form, const struct zong_form_paper *paper);
void zong_form_release(struct zong_form *form);

void zong_form_text(
	struct zong_form *form, const struct zong_form_type *type, const char *text);
void zong_form_space(struct zong_form *form, double height);
/* What follows begins on a new page. */
void zong_form_page(struct zong_form *form);
/* Begins a table; rows are added until another block comes. */
void zong_form_table(struct zong_form *form, const struct zong_form_ruling *ruling,
	const struct zong_form_column *column, size_t columns);
/* A cell for each column of the table. */
void zong_form_row(struct zong_form *form, const char *const *cell);
/* A QR code (ISO/IEC 18004, level M), @size with its quiet zone, and @beside it the text that says what it is for. */
void zong_form_qr(struct zong_form *form, double size, const char *code, const char *beside);
/* A bar code (barcode.h), @height, in the middle, with its letters below. */
void zong_form_bars(struct zong_form *form, double height, const char *code);

#endif
