/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_FORM_PRESS_H
#define ZONG_OCR_FORM_PRESS_H

/* The sheets that a form's blocks are put on, one below the other. All lengths here are in points. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cairo.h>

#include <zong/arena.h>
#include <zong/form.h>

#include "form_type.h"

#define ZONG_FORM_MM (72.0 / 25.4)

struct zong_press_table {
	size_t columns; /* 0: none is under way */
	struct zong_type_face face;
	bool ruled, head;
	double height; /* of a row at least */
	struct zong_press_column {
		double left, width;
		enum zong_form_align align;
		bool bold;
		const char *title; /* in the press's arena for tables */
	} column[ZONG_FORM_COLUMNS];
};

struct zong_press {
	cairo_t *cairo;
	struct zong_type *type;
	double width, height, margin;
	const char *foot;
	bool numbered;
	uint32_t pages; /* all of them, once they are known; else 0 */

	double y;      /* where the next block goes */
	uint32_t page; /* under way, from 1 */
	bool fresh;    /* nothing but a head is on it */
	struct zong_press_table table;
	struct zong_arena block; /* of one block; of a table's head until the next one */
	struct zong_arena titles;
};

/* 0, ZONG_ENOMEM, ZONG_EPAGES. */
int zong_press_page(struct zong_press *press);
void zong_press_end_page(struct zong_press *press); /* its foot, and out with it */
int zong_press_text(struct zong_press *press, const struct zong_type_face *face,
	enum zong_form_align align, const char *text);
/* Lines within @left and @width of the sheet, on further sheets where one ends. */
int zong_press_lines(struct zong_press *press, const struct zong_type_face *face,
	enum zong_form_align align, double left, double width, const char *text);
/* Draws the head of press->table, if it has one. */
int zong_press_head(struct zong_press *press);
int zong_press_row(struct zong_press *press, const char *const *cell);
/* ZONG_ELIMIT: no code holds that. */
int zong_press_qr(struct zong_press *press, double size, const char *code, const char *beside);
int zong_press_bars(struct zong_press *press, double height, const char *code);
/* What is left of the sheet. */
double zong_press_room(const struct zong_press *press);

#endif
