/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_PHRASE_H
#define ZONG_ARCHIVE_SEARCH_PHRASE_H

/* Words of a search as phrases, split by the rules of the text index (so that what the index found is
 * found again on the page, for marks and boxes), and looked for on a page. Threads: any. */

#include <zong/arena.h>

#include "field_text.h"

struct zong_phrase_char {
	uint32_t character; /* folded like a cell's, and simplified */
	bool apart;	    /* of a word: something stands between it and the character before */
};

struct zong_phrase {
	struct zong_phrase_char *chars;
	size_t len;
	size_t han;  /* characters of scripts without blanks */
	bool quoted; /* stood in double quotes */
	bool begins; /* its last word only begins so */
};

/* Appends the phrases of @text to @phrases, which has room for strlen(text) of them. With @begins the last one is a
 * beginning, if it ends in a word. 0 or ZONG_ENOMEM. */
int zong_phrases_add(struct zong_phrase *phrases, size_t *count, const char *text, bool begins,
	struct zong_arena *arena);

/* Does the phrase stand at cell @at; *ret_end is behind its last cell. Punctuation and blanks
 * between do not count; words are whole words. */
bool zong_phrase_at(const struct zong_phrase *phrase, const struct zong_cells *cells, size_t at,
	size_t *ret_end);
/* The same, but one of its Han may be any other sign. Only of a phrase that is not quoted and has ZONG_TEXT_ALIKE_LEAST
 * of them. */
bool zong_phrase_alike_at(const struct zong_phrase *phrase, const struct zong_cells *cells,
	size_t at, size_t *ret_end);
bool zong_phrase_may_be_alike(const struct zong_phrase *phrase);

#endif
