/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "bracket.h"
#include "draft.h"

#define WORD_MOST 1000 /* bytes; no word is so long */

const struct zong_origin zong_draft_whole = {.scale = 1};

int zong_draft_begin(struct zong_draft *draft)
{
	draft->reading.word =
		zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->reading.word));
	draft->reading.line =
		zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->reading.line));
	draft->place = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->place));
	draft->gone = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->gone));
	draft->table = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->table));
	if (!draft->reading.word || !draft->reading.line || !draft->place || !draft->gone ||
		!draft->table)
		return ZONG_EWORKER_MEMORY;
	return 0;
}

static bool is_wide(uint32_t character)
{
	return zong_utf8_is_han(character) || (character >= 0x2e80 && character <= 0x303f) ||
	       (character >= 0x3040 && character <= 0x30ff) ||
	       (character >= 0xff00 && character <= 0xff60);
}

static uint32_t first_character(const char *text)
{
	size_t pos = 0;

	return zong_utf8_next(text, strlen(text), &pos);
}

static uint32_t last_character(const char *text)
{
	size_t pos = 0, len = strlen(text);
	uint32_t character = 0;

	while (pos < len)
		character = zong_utf8_next(text, len, &pos);
	return character;
}

/* Tesseract ends words between Han too; a real blank stands only between two letters that are not.
 */
static bool blank_between(const char *before, const char *after)
{
	return !is_wide(last_character(before)) && !is_wide(first_character(after));
}

struct zong_strip zong_draft_part(
	const struct zong_origin *origin, int left, int top, int right, int bottom)
{
	return (struct zong_strip){
		.left = (int)floor(origin->x + left / origin->scale),
		.top = (int)floor(origin->y + top / origin->scale),
		.right = (int)ceil(origin->x + right / origin->scale),
		.bottom = (int)ceil(origin->y + bottom / origin->scale),
	};
}

int zong_draft_take_word(
	struct zong_draft *draft, TessResultIterator *results, const struct zong_origin *origin)
{
	struct zong_reading *reading = &draft->reading;
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(results);
	char *text = TessResultIteratorGetUTF8Text(results, RIL_WORD);
	int left, top, right, bottom;
	struct zong_word *word;
	struct zong_strip part;
	float confidence;

	if (!text)
		return 0;
	if (!text[0] || !zong_utf8_printable(text, strlen(text)) || strpbrk(text, " \t\n") ||
		!TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom) ||
		reading->words == ZONG_LIMIT_WORDS || strlen(text) > WORD_MOST ||
		draft->text_len + strlen(text) > ZONG_LIMIT_PAGE_TEXT) {
		TessDeleteText(text);
		return 0;
	}
	word = &reading->word[reading->words];
	word->text = zong_arena_str(draft->arena, text);
	draft->text_len += strlen(text);
	TessDeleteText(text);
	if (!word->text)
		return ZONG_EWORKER_MEMORY;
	part = zong_draft_part(origin, left, top, right, bottom);
	word->box = zong_cleaned_box(draft->cleaned, part.left, part.top, part.right, part.bottom);
	confidence = TessResultIteratorConfidence(results, RIL_WORD) / 100;
	word->confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
	word->blank_before = reading->words > draft->first &&
			     blank_between(reading->word[reading->words - 1].text, word->text);
	reading->words++;
	return 0;
}

static int take_picture(
	struct zong_draft *draft, TessBaseAPI *api, PIX *pix, const struct zong_origin *origin)
{
	TessResultIterator *results = NULL;
	int err = 0;

	TessBaseAPISetImage2(api, pix);
	if (TessBaseAPIRecognize(api, NULL) == 0)
		results = TessBaseAPIGetIterator(api);
	if (!results)
		return 0;
	do
		err = zong_draft_take_word(draft, results, origin);
	while (!err && TessResultIteratorNext(results, RIL_WORD));
	TessResultIteratorDelete(results);
	return err;
}

int zong_draft_take_strip(
	struct zong_draft *draft, TessBaseAPI *api, const struct zong_strip *strip, double scale)
{
	const struct zong_cleaned *cleaned = draft->cleaned;
	double by = scale > 1 ? cleaned->scale : 1; /* from the picture that is cut to the cleaned one */
	const struct zong_strip part = {
		.left = (int)(strip->left / by),
		.top = (int)(strip->top / by),
		.right = (int)ceil(strip->right / by),
		.bottom = (int)ceil(strip->bottom / by),
	};
	struct zong_origin origin = {.scale = scale};
	PIX *pix = zong_strip_cut(
		scale > 1 ? cleaned->full : cleaned->pix, &part, scale * by, &origin.x, &origin.y);
	int err;

	if (!pix)
		return ZONG_EWORKER_MEMORY;
	origin.x *= by;
	origin.y *= by;
	err = take_picture(draft, api, pix, &origin);
	pixDestroy(&pix);
	return err;
}

void zong_draft_drop_words_from(struct zong_draft *draft, uint32_t first)
{
	struct zong_reading *reading = &draft->reading;

	while (reading->words > first)
		draft->text_len -= strlen(reading->word[--reading->words].text);
}

void zong_draft_drop_words(struct zong_draft *draft)
{
	zong_draft_drop_words_from(draft, draft->first);
}

static struct zong_box around(struct zong_box a, struct zong_box b)
{
	uint32_t right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
	uint32_t bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
	struct zong_box all = {.x = a.x < b.x ? a.x : b.x, .y = a.y < b.y ? a.y : b.y};

	all.width = right - all.x;
	all.height = bottom - all.y;
	return all;
}

/* The words taken since the last line are those of @line. */
static int fill_line(struct zong_draft *draft, struct zong_line *line)
{
	struct zong_reading *reading = &draft->reading;
	struct zong_word *word = &reading->word[draft->first];
	uint32_t i, count = reading->words - draft->first;

	line->first = draft->first;
	line->count = count;
	line->box = word[0].box;
	for (i = 1; i < count; i++)
		line->box = around(line->box, word[i].box);
	line->confidence = zong_draft_confidence(word, count);
	draft->first = reading->words;
	return zong_bracket_mend(word, count, draft->arena);
}

int zong_draft_replace_line(struct zong_draft *draft, uint32_t which)
{
	if (draft->reading.words == draft->first)
		return 0;
	draft->reorder = true;
	return fill_line(draft, &draft->reading.line[which]);
}

int zong_draft_end_line(struct zong_draft *draft, bool new_block, struct zong_strip place)
{
	struct zong_reading *reading = &draft->reading;
	struct zong_line *line = &reading->line[reading->lines];
	int err;

	if (reading->words == draft->first)
		return 0;
	err = fill_line(draft, line);
	if (reading->lines > 0)
		line->block = line[-1].block + (new_block ? 1 : 0);
	draft->place[reading->lines] = place;
	draft->gone[reading->lines] = false;
	draft->table[reading->lines] = draft->now;
	reading->lines++;
	return err;
}

float zong_draft_confidence(const struct zong_word *word, uint32_t count)
{
	double sum = 0, characters = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		double n = (double)zong_utf8_count(word[i].text, strlen(word[i].text));

		sum += n * (double)word[i].confidence;
		characters += n;
	}
	return characters > 0 ? (float)(sum / characters) : 0;
}

double zong_draft_characters(const struct zong_word *word, uint32_t count)
{
	double characters = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		characters += (double)zong_utf8_count(word[i].text, strlen(word[i].text));
	return characters;
}

static uint32_t count_that(const struct zong_word *word, uint32_t count, bool (*is)(uint32_t))
{
	uint32_t i, sum = 0;

	for (i = 0; i < count; i++) {
		size_t pos = 0, len = strlen(word[i].text);

		while (pos < len)
			sum += is(zong_utf8_next(word[i].text, len, &pos));
	}
	return sum;
}

uint32_t zong_draft_han(const struct zong_word *word, uint32_t count)
{
	return count_that(word, count, zong_utf8_is_han);
}

static bool is_letter(uint32_t c)
{
	return zong_utf8_is_han(c) || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

uint32_t zong_draft_letters(const struct zong_word *word, uint32_t count)
{
	return count_that(word, count, is_letter);
}
