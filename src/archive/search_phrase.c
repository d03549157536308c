/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_phrase.h"

#include <string.h>

#include <zong/error.h>
#include <zong/script.h>
#include <zong/store.h>
#include <zong/utf8.h>

enum class { GRAM, WORD, BLANK, SPLIT, QUOTE, MARK };

/* As the index has it (store.h, zong_text_search): what is written without blanks stands character
 * by character, everything else that is no punctuation as words. */
static enum class class_of(uint32_t c) {
	if (zong_utf8_is_han(c) || c == 0x3005 || (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) ||
		(c >= 0xAC00 && c <= 0xD7A3)) return GRAM;
	if (zong_utf8_is_blank(c)) return BLANK;
	if (c == '"' || c == 0x201C || c == 0x201D) return QUOTE;
	if (c == ',' || c == ';' || c == '!' || c == '?' || c == 0x3001 ||
		c == 0x3002) return SPLIT;
	if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z')
		? WORD
		: MARK;
	if ((c >= 0x2150 && c <= 0x218F) || (c >= 0x2460 && c <= 0x24FF)) return WORD;
	if (c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c <= 0x2BFF) ||
		(c >= 0x3000 && c <= 0x3040) || c == 0x30FB || (c >= 0xFE10 && c <= 0xFE6F) ||
		(c >= 0xFF00 && c <= 0xFF65) || c >= 0xFFF0) return c > 0xFFFF
		? WORD
		: MARK;
	return WORD;
}

static uint32_t fold(uint32_t c)
{
	c = zong_script_fold(zong_utf8_fold(c, false));
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

int zong_phrases_add(struct zong_phrase *phrases, size_t *count, const char *text, bool begins,
	struct zong_arena *arena)
{
	size_t len = strlen(text);
	struct zong_phrase_char *chars = zong_arena_calloc(arena, len + 1, sizeof(*chars));
	struct zong_phrase *phrase = NULL;
	bool quoted = false;
	bool apart = false;
	size_t used = 0;
	size_t pos = 0;

	if (!chars)
		return ZONG_ENOMEM;
	while (pos < len) {
		uint32_t c = fold(zong_utf8_next(text, len, &pos));
		enum class class = class_of(c);

		if (class == GRAM || class == WORD) {
			if (!phrase) {
				phrase = &phrases[(*count)++];
				*phrase = (struct zong_phrase){
					.chars = chars + used, .quoted = quoted};
			}
			chars[used++] = (struct zong_phrase_char){c, apart};
			phrase->len++;
			phrase->han += class == GRAM;
			phrase->begins = begins && class == WORD;
			apart = false;
			continue;
		}
		apart = true;
		if (class == QUOTE)
			quoted = !quoted;
		if (phrase && (class == QUOTE || (!quoted && (class == BLANK || class == SPLIT)))) {
			/* Another one may follow, and only the last is a beginning. */
			bool last = text[pos] == '\0';

			phrase->begins = phrase->begins && last;
			phrase = NULL;
		}
	}
	return 0;
}

static bool is_apart(const struct zong_cells *cells, size_t at)
{
	return at == 0 || cells->cell[at].gap != ZONG_CELL_JOINED ||
	       class_of(cells->cell[at - 1].character) != WORD;
}

static bool is_mark(uint32_t character)
{
	enum class class = class_of(character);

	return class != GRAM && class != WORD;
}

/* Does character @i of the phrase stand at *at, or behind punctuation there; *at is moved to it. @word: the one before is
 * of a word. */
static bool fits(const struct zong_phrase *phrase, size_t i, bool word_before,
	const struct zong_cells *cells, size_t *at)
{
	bool word = class_of(phrase->chars[i].character) == WORD;

	while (i > 0 && *at < cells->count && is_mark(cells->cell[*at].character))
		(*at)++;
	if (*at >= cells->count || zong_script_fold(cells->cell[*at].character) != phrase->chars[i].character)
		return false;
	if (word && i == 0 && !is_apart(cells, *at))
		return false;
	return !word || !word_before || is_apart(cells, *at) == phrase->chars[i].apart;
}

/* A word ends where it ends on the page; where only its beginning was asked for, *at is moved behind it. */
static bool ends(const struct zong_phrase *phrase, const struct zong_cells *cells, size_t *at)
{
	if (class_of(phrase->chars[phrase->len - 1].character) != WORD)
		return true;
	while (*at < cells->count && class_of(cells->cell[*at].character) == WORD &&
		!is_apart(cells, *at)) {
		if (!phrase->begins)
			return false;
		(*at)++;
	}
	return true;
}

/* From character @from on. *ret_other: the first that does not stand there; then *ret_end is where it should. */
static bool stands(const struct zong_phrase *phrase, size_t from, const struct zong_cells *cells,
	size_t at, size_t *ret_other, size_t *ret_end)
{
	bool word = false;

	for (size_t i = from; i < phrase->len; i++) {
		size_t here = at;

		if (!fits(phrase, i, word, cells, &here)) {
			*ret_other = i;
			*ret_end = at;
			return false;
		}
		word = class_of(phrase->chars[i].character) == WORD;
		at = here + 1;
	}
	*ret_other = phrase->len;
	*ret_end = at;
	return phrase->len > 0 && ends(phrase, cells, ret_end);
}

bool zong_phrase_at(const struct zong_phrase *phrase, const struct zong_cells *cells, size_t at,
	size_t *ret_end)
{
	size_t other;

	return stands(phrase, 0, cells, at, &other, ret_end);
}

bool zong_phrase_may_be_alike(const struct zong_phrase *phrase)
{
	return !phrase->quoted && !phrase->begins && phrase->han >= ZONG_TEXT_ALIKE_LEAST;
}

bool zong_phrase_alike_at(const struct zong_phrase *phrase, const struct zong_cells *cells,
	size_t at, size_t *ret_end)
{
	size_t other, end, none;

	if (!zong_phrase_may_be_alike(phrase))
		return false;
	if (stands(phrase, 0, cells, at, &other, ret_end))
		return true;
	end = *ret_end;
	if (other == phrase->len || class_of(phrase->chars[other].character) != GRAM)
		return false;
	/* Any one sign in its place: what is there, be it a mark, or what is behind the marks. */
	if (end < cells->count && stands(phrase, other + 1, cells, end + 1, &none, ret_end))
		return true;
	while (end < cells->count && is_mark(cells->cell[end].character))
		end++;
	return end < cells->count && stands(phrase, other + 1, cells, end + 1, &none, ret_end);
}
