/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>

#include "heading.h"

#define STRIPS_MOST 16	  /* of a page; a photograph has any number of large dark spots */
#define SURE 0.60f	  /* of a line that needs no second look, and of a strip that is taken */
#define HAN_LEAST 2	  /* of a strip that is taken */
#define SHADOW_SURE 0.50f /* less than that of a line inside one that is surer than ... */
#define SHADOW_CASTER 0.80f

/* A line of which much has been read, and surely. */
static bool is_read_well(const struct zong_draft *draft, uint32_t i)
{
	const struct zong_line *line = &draft->reading.line[i];
	const struct zong_strip *place = &draft->place[i];
	double letters = (double)(place->right - place->left) / (place->bottom - place->top + 1);

	return line->confidence >= SURE &&
	       zong_draft_characters(&draft->reading.word[line->first], line->count) >= letters / 2;
}

static bool lies_in(const struct zong_strip *line, const struct zong_strip *strip)
{
	int x = line->left + (line->right - line->left) / 2;
	int y = line->top + (line->bottom - line->top) / 2;

	return x >= strip->left && x < strip->right && y >= strip->top && y < strip->bottom;
}

/* Of the lines read so far in the strip: how much and how surely, as one number. */
static double worth_of_lines(
	const struct zong_draft *draft, uint32_t lines, const struct zong_strip *strip)
{
	double worth = 0;
	uint32_t i;

	for (i = 0; i < lines; i++) {
		const struct zong_line *line = &draft->reading.line[i];

		if (!draft->gone[i] && lies_in(&draft->place[i], strip))
			worth += (double)line->confidence *
				 zong_draft_han(&draft->reading.word[line->first], line->count);
	}
	return worth;
}

static int take_strip(
	struct zong_draft *draft, TessBaseAPI *chinese, const struct zong_strip *strip)
{
	struct zong_reading *reading = &draft->reading;
	const struct zong_word *word = &reading->word[draft->first];
	uint32_t i, count, han, lines = reading->lines;
	float sure;
	int err = zong_draft_take_strip(draft, chinese, strip, zong_strip_scale(strip));

	if (err)
		return err;
	count = reading->words - draft->first;
	han = zong_draft_han(word, count);
	sure = zong_draft_confidence(word, count);
	if (han < HAN_LEAST || sure < SURE ||
		(double)sure * han <= worth_of_lines(draft, lines, strip)) {
		zong_draft_drop_words(draft);
		return 0;
	}
	for (i = 0; i < lines; i++)
		draft->gone[i] |= lies_in(&draft->place[i], strip);
	return zong_draft_end_line(draft, true, *strip);
}

/* Layout may take a piece of a large line for a line of its own, which is read to nonsense. */
static bool is_shadow(const struct zong_draft *draft, uint32_t which)
{
	const struct zong_reading *reading = &draft->reading;
	const struct zong_line *line = &reading->line[which];
	uint32_t i;

	if (line->confidence >= SHADOW_SURE)
		return false;
	for (i = 0; i < reading->lines; i++)
		if (i != which && !draft->gone[i] && reading->line[i].confidence >= SHADOW_CASTER &&
			lies_in(&draft->place[which], &draft->place[i]) &&
			draft->place[which].left >= draft->place[i].left &&
			draft->place[which].right <= draft->place[i].right)
			return true;
	return false;
}

int zong_heading_read(struct zong_draft *draft, struct TessBaseAPI *chinese, struct Pix *ink)
{
	struct zong_reading *reading = &draft->reading;
	uint32_t i, old = reading->lines;
	struct zong_strip *cover = zong_arena_calloc(draft->arena, old + 1, sizeof(*cover));
	struct zong_strip *strip = NULL;
	size_t covers = 0, strips = 0, j;
	int err;

	if (!cover)
		return ZONG_EWORKER_MEMORY;
	for (i = 0; i < old; i++)
		if (is_read_well(draft, i))
			cover[covers++] = draft->place[i];
	err = zong_strip_find(ink, draft->cleaned->glyph, cover, covers, STRIPS_MOST, draft->arena,
		&strip, &strips);
	TessBaseAPISetPageSegMode(chinese, PSM_SINGLE_LINE);
	for (j = 0; j < strips && !err; j++)
		err = take_strip(draft, chinese, &strip[j]);
	TessBaseAPISetPageSegMode(chinese, PSM_AUTO);
	for (i = 0; i < old && !err; i++) {
		draft->gone[i] |= is_shadow(draft, i);
		draft->reorder |= draft->gone[i];
	}
	draft->reorder |= reading->lines > old;
	return err;
}
