/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_ORDER_H
#define ZONG_OCR_ORDER_H

/* The reading order of lines that were found after the others. Threads: any. */

#include <stdbool.h>

#include <zong/arena.h>
#include <zong/reading.h>

#include "strip.h"

/* What is known of the lines, all [reading->lines]. */
struct zong_order {
	const struct zong_strip *place; /* where each lies on the level page */
	const bool *gone;		/* those are left out */
	const struct zong_strip *const *table; /* the one each is in, NULL: in none */
	uint32_t old; /* lines before it stand in order */
};

/* Puts lines @old and after, which stand behind all others, each to its place: before the first
 * line below it in its column; those of a table one behind the other. Words and lines are written anew in
 * @arena, blocks numbered anew. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_order_insert(
	struct zong_reading *reading, const struct zong_order *known, struct zong_arena *arena);

#endif
