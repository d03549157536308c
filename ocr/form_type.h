/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_FORM_TYPE_H
#define ZONG_OCR_FORM_TYPE_H

/* Type for printed forms: text broken into lines (UAX #14, by ICU) and set in Noto Sans CJK SC, and what that has not in
 * whatever font has it. Without Pango, whose threads a worker's sandbox does not let begin. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>

#include <cairo.h>

#include <zong/arena.h>

struct zong_type;

/* How a text is set. */
struct zong_type_face {
	double size; /* points */
	bool bold;
};

struct zong_type_line {
	const char *text; /* not terminated; as long as the text that was laid */
	size_t len;
	double width; /* points, without blanks at its end */
};

#define ZONG_TYPE_LEADING 1.4 /* from line to line, of the size */
#define ZONG_TYPE_BASE 1.06   /* from the line's upper edge to its base line, of the size */

/* 0, ZONG_ENOMEM. */
int zong_type_open(struct zong_type **ret_type);
void zong_type_close(struct zong_type *type); /* NULL is fine */
/* At least one line, empty for an empty text. A word too long for @width is broken where it must be.
 * 0, ZONG_ENOMEM. */
int zong_type_lay(struct zong_type *type, const struct zong_type_face *face, double width,
	const char *text, struct zong_arena *arena, struct zong_type_line **ret_line,
	size_t *ret_lines);
/* @y: of the base line. What goes wrong shows in @cairo's status. */
void zong_type_show(struct zong_type *type, const struct zong_type_face *face, cairo_t *cairo,
	double x, double y, const struct zong_type_line *line);

#endif
