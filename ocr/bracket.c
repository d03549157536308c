/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/error.h>
#include <zong/utf8.h>

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

static int mend_pairs(struct zong_word *word, uint32_t count, struct zong_arena *arena)
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

/* ---- ones ---- */

static uint32_t first_of(const char *text)
{
	size_t pos = 0;

	return text[0] ? zong_utf8_next(text, strlen(text), &pos) : 0;
}

/* A digit, or what stands behind numbers. */
static bool is_counted(uint32_t character)
{
	return zong_utf8_has("0123456789年月日号室层楼栋幢单", character);
}

static int make_one(struct zong_word *word, size_t at, struct zong_arena *arena)
{
	char *text = zong_arena_str(arena, word->text);

	if (!text)
		return ZONG_EWORKER_MEMORY;
	text[at] = '1';
	word->text = text;
	return 0;
}

static int mend_ones(struct zong_word *word, uint32_t count, struct zong_arena *arena)
{
	bool open = false;
	uint32_t i, next;
	size_t at;
	int err = 0;

	for (i = 0; i < count; i++)
		for (at = 0; word[i].text[at] && !err; at++) {
			if (word[i].text[at] == '[') {
				open = true;
			} else if (word[i].text[at] == ']') {
				next = first_of(word[i].text + at + 1);
				if (next == 0 && i + 1 < count)
					next = first_of(word[i + 1].text);
				if (!open && is_counted(next))
					err = make_one(&word[i], at, arena);
				open = false;
			}
		}
	return err;
}

int zong_bracket_mend(struct zong_word *word, uint32_t count, struct zong_arena *arena)
{
	int err = mend_pairs(word, count, arena);

	return err ? err : mend_ones(word, count, arena);
}
