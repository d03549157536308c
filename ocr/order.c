/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/error.h>

#include "order.h"

static int middle(const struct zong_strip *strip)
{
	return strip->top + (strip->bottom - strip->top) / 2;
}

static bool same_column(const struct zong_strip *a, const struct zong_strip *b)
{
	return a->left < b->right && b->left < a->right;
}

/* Where in @order[@count] what lies at @own belongs. A short line below it need not reach into its
 * column. */
static uint32_t place_of(const struct zong_strip *place, const uint32_t *order, uint32_t count,
	const struct zong_strip *own)
{
	uint32_t i, after = 0;
	bool column = false;

	for (i = 0; i < count; i++) {
		if (!same_column(&place[order[i]], own))
			continue;
		if (middle(&place[order[i]]) > middle(own)) {
			while (i > 0 && middle(&place[order[i - 1]]) > middle(own) &&
				same_column(&place[order[i - 1]], &place[order[i]]))
				i--;
			return i;
		}
		column = true;
		after = i + 1;
	}
	if (column)
		return after;
	for (i = 0; i < count; i++)
		if (middle(&place[order[i]]) > middle(own))
			return i;
	return count;
}

/* A table begins where its first row does, as wide as it is; its other lines follow the first. */
static uint32_t place_in_table(
	const struct zong_order *known, const uint32_t *order, uint32_t count, uint32_t which)
{
	const struct zong_strip *table = known->table[which];
	struct zong_strip head = *table;
	uint32_t i;

	for (i = count; i > 0; i--)
		if (known->table[order[i - 1]] == table)
			return i;
	head.bottom = head.top + 1;
	return place_of(known->place, order, count, &head);
}

static uint32_t place_for(
	const struct zong_order *known, const uint32_t *order, uint32_t count, uint32_t which)
{
	if (which < known->old)
		return count;
	if (known->table[which])
		return place_in_table(known, order, count, which);
	return place_of(known->place, order, count, &known->place[which]);
}

int zong_order_insert(
	struct zong_reading *reading, const struct zong_order *known, struct zong_arena *arena)
{
	struct zong_word *word = zong_arena_calloc(arena, reading->words, sizeof(*word));
	struct zong_line *line = zong_arena_calloc(arena, reading->lines, sizeof(*line));
	uint32_t *order = zong_arena_calloc(arena, reading->lines, sizeof(*order));
	uint32_t i, count = 0, words = 0;

	if (!word || !line || !order)
		return ZONG_EWORKER_MEMORY;
	for (i = 0; i < reading->lines; i++) {
		uint32_t at;

		if (known->gone[i])
			continue;
		at = place_for(known, order, count, i);
		memmove(&order[at + 1], &order[at], (count - at) * sizeof(*order));
		order[at] = i;
		count++;
	}
	for (i = 0; i < count; i++) {
		const struct zong_line *from = &reading->line[order[i]];
		bool apart = i > 0 && ((order[i] >= known->old) != (order[i - 1] >= known->old) ||
					      from->block != reading->line[order[i - 1]].block);

		line[i] = *from;
		line[i].first = words;
		line[i].block = i > 0 ? line[i - 1].block + apart : 0;
		memcpy(&word[words], &reading->word[from->first], from->count * sizeof(*word));
		words += from->count;
	}
	reading->word = word;
	reading->words = words;
	reading->line = line;
	reading->lines = count;
	return 0;
}
