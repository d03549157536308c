/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>

#include "gap.h"
#include "second.h"

#define WEAK 0.85f  /* a line that is surer needs no second look, */
#define FEW 6	    /* but for one of fewer letters, */
#define WEAK_FEW 0.93f /* of which one that is wrong is as sure */
#define SURER 0.02f /* by so much the second must be, or the first one stays */
#define LONGER 0.15 /* a part of the letters that may come or go, and one more */
#define LETTER 0.8  /* of the height of a line */
#define DUST 0.60f  /* a part of the line that is less sure and has no Han is no writing */

/* Pixels of the usual letter: read beside the truth, no size is the best one for every line. */
static const double sizes[] = {28, 36};

static bool is_weak(const struct zong_draft *draft, const struct zong_line *line)
{
	const struct zong_word *word = &draft->reading.word[line->first];
	bool few = zong_draft_letters(word, line->count) < FEW;

	return line->confidence < (few ? WEAK_FEW : WEAK) && zong_draft_han(word, line->count) > 0;
}

/* The words from @first on are no writing. */
static bool is_dust(const struct zong_draft *draft, uint32_t first)
{
	const struct zong_word *word = &draft->reading.word[first];
	uint32_t count = draft->reading.words - first;

	return zong_draft_han(word, count) == 0 && zong_draft_confidence(word, count) < DUST;
}

/* Of the letters of a part, which may be larger than the usual ones. */
static double height_of(const struct zong_draft *draft, const struct zong_strip *part)
{
	return fmax(draft->cleaned->glyph, LETTER * (part->bottom - part->top));
}

/* All parts of a line, in @size, one after the other. *ret_least: how sure the least sure one is. */
static int read_parts(struct zong_draft *draft, TessBaseAPI *chinese,
	const struct zong_strip *parts, size_t count, double size, float *ret_least)
{
	const struct zong_word *word = draft->reading.word;
	uint32_t first;
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		first = draft->reading.words;
		err = zong_draft_take_strip(
			draft, chinese, &parts[i], size / height_of(draft, &parts[i]));
		if (count > 1 && is_dust(draft, first))
			zong_draft_drop_words_from(draft, first);
		else
			*ret_least = fminf(*ret_least, zong_draft_confidence(&word[first],
							       draft->reading.words - first));
	}
	return err;
}

/* Is about as much there as in the line? Signs may go that never were there. */
static bool is_as_long(const struct zong_word *before, uint32_t befores,
	const struct zong_word *after, uint32_t afters)
{
	double all = zong_draft_letters(before, befores);

	return fabs(zong_draft_letters(after, afters) - all) <= LONGER * all + 1;
}

/* Reads line @i again in one size; what is surer takes its place. */
static int look(struct zong_draft *draft, TessBaseAPI *chinese, uint32_t i,
	const struct zong_strip *parts, size_t count, double size)
{
	struct zong_reading *reading = &draft->reading;
	const struct zong_line *line = &reading->line[i];
	const struct zong_word *word = &reading->word[draft->first];
	float least = 1;
	uint32_t words;
	int err = read_parts(draft, chinese, parts, count, size, &least);

	if (err)
		return err;
	words = reading->words - draft->first;
	if (words == 0 || zong_draft_confidence(word, words) < line->confidence + SURER ||
		least < fminf(DUST, line->confidence) ||
		!is_as_long(&reading->word[line->first], line->count, word, words)) {
		zong_draft_drop_words(draft);
		return 0;
	}
	return zong_draft_replace_line(draft, i);
}

static int look_again(struct zong_draft *draft, TessBaseAPI *chinese, uint32_t i)
{
	const struct zong_cleaned *cleaned = draft->cleaned;
	struct zong_strip parts[ZONG_GAP_PARTS], whole = draft->place[i];
	size_t count, k;
	int err = zong_gap_part(cleaned->pix, &whole, cleaned->glyph, parts, &count);

	if (!err && count == 0)
		parts[count++] = whole;
	for (k = 0; k < sizeof(sizes) / sizeof(*sizes) && !err; k++)
		if (is_weak(draft, &draft->reading.line[i]))
			err = look(draft, chinese, i, parts, count, sizes[k]);
	return err;
}

int zong_second_look(struct zong_draft *draft, struct TessBaseAPI *chinese)
{
	uint32_t i;
	int err = 0;

	if (draft->cleaned->glyph <= 0)
		return 0;
	TessBaseAPISetPageSegMode(chinese, PSM_SINGLE_LINE);
	for (i = 0; i < draft->reading.lines && !err; i++)
		if (is_weak(draft, &draft->reading.line[i]))
			err = look_again(draft, chinese, i);
	TessBaseAPISetPageSegMode(chinese, PSM_AUTO);
	return err;
}
