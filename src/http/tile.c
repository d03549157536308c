/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/tile.h"

#define WIDTH 256u
#define LEVELS 64u
#define GROUP 1000u
#define INDEX_MAX (UINT64_MAX / WIDTH) /* so that no leaf's number overflows */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number without zeros before it, below @end. */
static bool take_number(const char **at, unsigned end, unsigned *ret_number)
{
	const char *text = *at;
	unsigned number = 0;

	if (!is_digit(*text) || (*text == '0' && is_digit(text[1])))
		return false;
	for (; is_digit(*text); text++) {
		number = number * 10 + (unsigned)(*text - '0');
		if (number >= end)
			return false;
	}
	*ret_number = number;
	*at = text;
	return true;
}

static bool take_group(const char **at, uint64_t *index)
{
	unsigned number = 0;

	for (int i = 0; i < 3; i++) {
		if (!is_digit((*at)[i]))
			return false;
		number = number * 10 + (unsigned)((*at)[i] - '0');
	}
	if (*index > (INDEX_MAX - number) / GROUP)
		return false;
	*index = *index * GROUP + number;
	*at += 3;
	return true;
}

/* Groups of three digits, all but the last behind an x; the first is not 000 where others follow. */
static bool take_index(const char **at, uint64_t *ret_index)
{
	uint64_t index = 0;
	bool first = true;

	while (**at == 'x') {
		++*at;
		if (!take_group(at, &index) || **at != '/' || (first && index == 0))
			return false;
		++*at;
		first = false;
	}
	if (!take_group(at, &index))
		return false;
	*ret_index = index;
	return true;
}

bool zong_tile_parse(const char *text, bool levelled, struct zong_tile *ret_tile)
{
	struct zong_tile tile = {.width = WIDTH};

	if (levelled && (!take_number(&text, LEVELS, &tile.level) || *text++ != '/'))
		return false;
	if (!take_index(&text, &tile.index))
		return false;
	if (strncmp(text, ".p/", 3) == 0) {
		text += 3;
		if (!take_number(&text, WIDTH, &tile.width) || tile.width == 0)
			return false;
	}
	if (*text)
		return false;
	*ret_tile = tile;
	return true;
}

void zong_tile_format(const struct zong_tile *tile, bool levelled, char ret_text[ZONG_TILE_TEXT])
{
	unsigned group[8];
	uint64_t index = tile->index;
	size_t count = 0, at = 0;

	do {
		group[count++] = (unsigned)(index % GROUP);
		index /= GROUP;
	} while (index && count < 8);
	if (levelled)
		at += (size_t)snprintf(ret_text, ZONG_TILE_TEXT, "%u/", tile->level);
	while (count > 1)
		at += (size_t)snprintf(
			ret_text + at, ZONG_TILE_TEXT - at, "x%03u/", group[--count]);
	at += (size_t)snprintf(ret_text + at, ZONG_TILE_TEXT - at, "%03u", group[0]);
	if (tile->width < WIDTH)
		snprintf(ret_text + at, ZONG_TILE_TEXT - at, ".p/%u", tile->width);
}
