/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_ORDER_H
#define ZONG_OCR_ORDER_H

/* The reading order of lines that were found after the others. Threads: any. */

#include <stdbool.h>

#include <zong/arena.h>
#include <zong/reading.h>

#include "strip.h"

/* Puts lines @old and after, which stand behind all others, each to its place: before the first
 * line below it in its column. Lines with @gone are left out. @place, @gone: [reading->lines],
 * where lines lie on the level page. Words and lines are written anew in @arena, blocks numbered
 * anew: a line so put is a block of its own. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_order_insert(struct zong_reading *reading, const struct zong_strip *place,
	const bool *gone, uint32_t old, struct zong_arena *arena);

#endif
