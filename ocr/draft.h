/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_DRAFT_H
#define ZONG_OCR_DRAFT_H

/* The reading of a page while it is put together, word by word and line by line, from what the
 * recogniser says.
 *
 *     zong_draft_begin(&draft);
 *     zong_draft_take_word(&draft, results, &zong_draft_whole); ... for each word of a line
 *     zong_draft_end_line(&draft, new_block, place);
 *
 * Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/arena.h>
#include <zong/reading.h>

#include "clean.h"
#include "strip.h"

struct TessBaseAPI;
struct TessResultIterator;

struct zong_draft {
	struct zong_arena *arena;
	const struct zong_cleaned *cleaned;
	struct zong_reading reading;
	struct zong_strip *place; /* of each line, in the cleaned picture */
	bool *gone;		  /* lines that were read better since */
	const struct zong_strip **table; /* each line is in, NULL: in none */
	const struct zong_strip *now;	 /* in which lines are being read */
	bool reorder;		  /* words or lines do not stand in order, or some are gone */
	uint32_t first;		  /* word of the line being taken */
	size_t text_len;
};

/* Where in the cleaned picture the one lies that is read, and by how much it is enlarged. */
struct zong_origin {
	double x, y;
	double scale;
};

extern const struct zong_origin zong_draft_whole;

/* A box of the picture that is read as one of the cleaned picture. */
struct zong_strip zong_draft_part(
	const struct zong_origin *origin, int left, int top, int right, int bottom);

/* Room for the most words and lines that a page may have. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_draft_begin(struct zong_draft *draft);
/* The word at @results; what is not printable, or over a limit, is left out.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_draft_take_word(struct zong_draft *draft, struct TessResultIterator *results,
	const struct zong_origin *origin);
/* All words that @api reads in the strip of the cleaned picture, enlarged by @scale: of the full-size one, where there is
 * more to see. Returns 0, also when it reads none, or ZONG_EWORKER_MEMORY. */
int zong_draft_take_strip(struct zong_draft *draft, struct TessBaseAPI *api,
	const struct zong_strip *strip, double scale);
/* Forgets the words taken since the last line; those from word @first on. */
void zong_draft_drop_words(struct zong_draft *draft);
void zong_draft_drop_words_from(struct zong_draft *draft, uint32_t first);
/* Makes a line of the words taken since the last one, if there are any, their brackets mended.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_draft_end_line(struct zong_draft *draft, bool new_block, struct zong_strip place);
/* They take the place of the words of line @which. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_draft_replace_line(struct zong_draft *draft, uint32_t which);

/* Of @count words: the mean weighted by characters, 0 when there are none; characters; Han; Han, Latin letters and
 * digits, without the points and quotes that the pattern of the paper is taken for. */
float zong_draft_confidence(const struct zong_word *word, uint32_t count);
double zong_draft_characters(const struct zong_word *word, uint32_t count);
uint32_t zong_draft_han(const struct zong_word *word, uint32_t count);
uint32_t zong_draft_letters(const struct zong_word *word, uint32_t count);

#endif
