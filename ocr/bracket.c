/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/error.h>

#include "bracket.h"

/* All but the ASCII ones are three bytes long, so that one can stand in the place of another. */
static const char *const angle[2] = {"\u3008", "\u3009"}, *const wide[2] = {"\uff08", "\uff09"};
static const char ascii[2] = {'(', ')'};

/* A bracket in a line. */
struct bracket {
	uint32_t word;
	size_t at;
	int side; /* 0 opens, 1 closes */
	bool angle;
};

static bool bracket_at(const char *text, size_t at, struct bracket *ret_bracket)
{
	int side;

	for (side = 0; side < 2; side++) {
		bool is_angle = strncmp(text + at, angle[side], 3) == 0;

		if (!is_angle && text[at] != ascii[side] && strncmp(text + at, wide[side], 3) != 0)
			continue;
		ret_bracket->at = at;
		ret_bracket->side = side;
		ret_bracket->angle = is_angle;
		return true;
	}
	return false;
}

static int make_round(
	struct zong_word *word, const struct bracket *bracket, struct zong_arena *arena)
{
	char *text = zong_arena_str(arena, word[bracket->word].text);

	if (!text)
		return ZONG_EWORKER_MEMORY;
	memcpy(text + bracket->at, wide[bracket->side], 3);
	word[bracket->word].text = text;
	return 0;
}

int zong_bracket_mend(struct zong_word *word, uint32_t count, struct zong_arena *arena)
{
	struct bracket open = {.side = 1}, found = {0};
	uint32_t i;
	size_t at;
	int err = 0;

	for (i = 0; i < count; i++)
		for (at = 0; word[i].text[at] && !err; at++) {
			if (!bracket_at(word[i].text, at, &found))
				continue;
			found.word = i;
			if (found.side == 1 && open.side == 0 && found.angle != open.angle)
				err = make_round(word, found.angle ? &found : &open, arena);
			open = found;
		}
	return err;
}
