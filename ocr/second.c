/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>

#include "second.h"

/* Read beside the truth: 28 pixels did best of 28, 32, 36 and the size on paper. */
#define WEAK 0.85f  /* a line that is surer needs no second look */
#define SURER 0.02f /* by so much the second must be, or the first one stays */
#define LONGER 0.15 /* a part of the characters that may come or go */
#define WANTED 28.0 /* pixels of the usual letter, the second time */

static bool is_weak(const struct zong_draft *draft, const struct zong_line *line)
{
	return line->confidence < WEAK &&
	       zong_draft_han(&draft->reading.word[line->first], line->count) > 0;
}

/* Reads line @i again at @scale. */
static int look(struct zong_draft *draft, TessBaseAPI *chinese, uint32_t i, double scale)
{
	struct zong_reading *reading = &draft->reading;
	const struct zong_line *line = &reading->line[i];
	double before = zong_draft_characters(&reading->word[line->first], line->count);
	uint32_t count;
	float sure;
	int err = zong_draft_take_strip(draft, chinese, &draft->place[i], scale);

	if (err)
		return err;
	count = reading->words - draft->first;
	sure = zong_draft_confidence(&reading->word[draft->first], count);
	if (count == 0 || sure < line->confidence + SURER ||
		fabs(zong_draft_characters(&reading->word[draft->first], count) - before) >
			LONGER * before) {
		zong_draft_drop_words(draft);
		return 0;
	}
	return zong_draft_replace_line(draft, i);
}

int zong_second_look(struct zong_draft *draft, struct TessBaseAPI *chinese)
{
	double scale;
	uint32_t i;
	int err = 0;

	if (draft->cleaned->glyph <= 0)
		return 0;
	scale = WANTED / draft->cleaned->glyph;
	TessBaseAPISetPageSegMode(chinese, PSM_SINGLE_LINE);
	for (i = 0; i < draft->reading.lines && !err; i++)
		if (is_weak(draft, &draft->reading.line[i]))
			err = look(draft, chinese, i, scale);
	TessBaseAPISetPageSegMode(chinese, PSM_AUTO);
	return err;
}
