/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "pdf.h"

#define CHARACTERS_LEAST 8 /* fewer are a page number or a stamp, not the text of a page */
#define BAD_MOST 0.1	   /* of characters that stand for nothing: a font without a map */
#define COVERED 0.6	   /* the share of a page that images cover when it counts as a scan */

static bool stands_for_nothing(uint32_t character)
{
	return character == ZONG_UTF8_BAD || character == 0xfffd || character < 0x20 ||
	       (character >= 0x7f && character < 0xa0) ||
	       (character >= 0xe000 && character <= 0xf8ff) || character >= 0xf0000;
}

bool zong_pdf_has_text(PopplerPage *page, const struct zong_pdf_survey *survey)
{
	char *text;
	size_t len, pos = 0, good = 0, bad = 0;

	/* Over a scan lies what some program has read; we read it ourselves. Visible writing over a
	 * background picture is the page's own. */
	if (survey->cover >= COVERED && survey->glyphs == 0)
		return false;
	text = poppler_page_get_text(page);
	if (!text)
		return false;
	len = strlen(text);
	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (character == '\n' || character == '\f' || character == '\r' ||
			zong_utf8_is_blank(character))
			continue;
		if (stands_for_nothing(character))
			bad++;
		else
			good++;
	}
	g_free(text);
	return good >= CHARACTERS_LEAST && (double)bad <= BAD_MOST * (double)(good + bad);
}

/* -- characters to words, words to lines -- */

struct layer {
	struct zong_arena *arena;
	struct zong_reading *reading;
	double scale;
	struct zong_buf word;  /* being built */
	PopplerRectangle area; /* of it, points */
	bool blank;	       /* one was met since the last word of the line */
	bool word_blank;       /* ... before the word being built */
	bool after_han;	       /* the last word ends so */
	bool word_han;
	uint32_t line_first;
};

static uint32_t pixel(double value, uint32_t most)
{
	double rounded = round(value);

	if (!(rounded > 0))
		return 0;
	return rounded > most ? most : (uint32_t)rounded;
}

static struct zong_box box_of(const struct layer *layer, const PopplerRectangle *area)
{
	uint32_t x1 = pixel(area->x1 * layer->scale, layer->reading->width);
	uint32_t x2 = pixel(area->x2 * layer->scale, layer->reading->width);
	uint32_t y1 = pixel(area->y1 * layer->scale, layer->reading->height);
	uint32_t y2 = pixel(area->y2 * layer->scale, layer->reading->height);

	return (struct zong_box){
		.x = x1,
		.y = y1,
		.width = x2 > x1 ? x2 - x1 : 0,
		.height = y2 > y1 ? y2 - y1 : 0,
	};
}

static int end_word(struct layer *layer)
{
	struct zong_reading *reading = layer->reading;
	struct zong_word *word;

	if (layer->word.len == 0)
		return 0;
	if (reading->words < ZONG_LIMIT_WORDS) {
		word = &reading->word[reading->words];
		word->text =
			zong_arena_strn(layer->arena, zong_buf_str(&layer->word), layer->word.len);
		if (!word->text || layer->word.err)
			return ZONG_EWORKER_MEMORY;
		word->box = box_of(layer, &layer->area);
		word->confidence = 1;
		word->blank_before = layer->word_blank && reading->words > layer->line_first;
		reading->words++;
	}
	layer->after_han = layer->word_han;
	zong_buf_clear(&layer->word);
	return 0;
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

static int end_line(struct layer *layer)
{
	struct zong_reading *reading = layer->reading;
	struct zong_line *line, *last;
	uint32_t i;
	int err = end_word(layer);

	layer->blank = false;
	if (err || reading->words == layer->line_first)
		return err;
	line = &reading->line[reading->lines];
	line->first = layer->line_first;
	line->count = reading->words - layer->line_first;
	line->confidence = 1;
	line->box = reading->word[line->first].box;
	for (i = 1; i < line->count; i++)
		line->box = around(line->box, reading->word[line->first + i].box);
	if (reading->lines > 0) {
		last = line - 1;
		/* A gap of more than a line, or a step upwards, begins a new block. */
		line->block = last->block;
		if (line->box.y > last->box.y + 5 * (last->box.height / 2) ||
			line->box.y < last->box.y)
			line->block++;
	}
	reading->lines++;
	layer->line_first = reading->words;
	return 0;
}

static int take_character(struct layer *layer, uint32_t character, const PopplerRectangle *area)
{
	bool han = zong_utf8_is_han(character) || (character >= 0x3001 && character <= 0x303f) ||
		   (character >= 0xff01 && character <= 0xff5e);
	int err = 0;

	if (character == '\n' || character == '\r' || character == '\f')
		return end_line(layer);
	if (zong_utf8_is_blank(character)) {
		err = end_word(layer);
		layer->blank = true;
		return err;
	}
	if (stands_for_nothing(character))
		character = 0xfffd;
	/* Han stand one by one, each with its own box. */
	if (layer->word.len > 0 && (han || layer->word_han))
		err = end_word(layer);
	if (err)
		return err;
	if (layer->word.len == 0) {
		layer->area = *area;
		layer->word_han = han;
		layer->word_blank = layer->blank && !(han && layer->after_han);
		layer->blank = false;
	} else {
		layer->area.x1 = fmin(layer->area.x1, area->x1);
		layer->area.y1 = fmin(layer->area.y1, area->y1);
		layer->area.x2 = fmax(layer->area.x2, area->x2);
		layer->area.y2 = fmax(layer->area.y2, area->y2);
	}
	return zong_utf8_add(&layer->word, character) ? ZONG_EWORKER_MEMORY : 0;
}

int zong_pdf_text(PopplerPage *page, double scale, uint32_t width, uint32_t height,
	struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct zong_reading reading = {
		.width = width,
		.height = height,
		.source = ZONG_TEXT_LAYER,
		.confidence = 1,
		.engine = "text layer",
		.steps = "",
	};
	struct layer layer = {.arena = arena,
		.reading = &reading,
		.scale = scale,
		.word = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT)};
	PopplerRectangle *areas = NULL;
	guint count = 0, i = 0;
	size_t pos = 0, len;
	char *text;
	int err = 0;

	reading.word = zong_arena_calloc(arena, ZONG_LIMIT_WORDS, sizeof(*reading.word));
	reading.line = zong_arena_calloc(arena, ZONG_LIMIT_WORDS, sizeof(*reading.line));
	if (!reading.word || !reading.line)
		return ZONG_EWORKER_MEMORY;
	text = poppler_page_get_text(page);
	if (!text || !poppler_page_get_text_layout(page, &areas, &count)) {
		g_free(text);
		return ZONG_EDAMAGED;
	}
	len = strlen(text);
	if (len > ZONG_LIMIT_PAGE_TEXT)
		len = zong_utf8_cut(text, len, ZONG_LIMIT_PAGE_TEXT);
	while (pos < len && i < count && !err) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		err = take_character(&layer, character, &areas[i++]);
	}
	if (!err)
		err = end_line(&layer);
	g_free(text);
	g_free(areas);
	zong_buf_release(&layer.word);
	if (!err)
		*ret_reading = reading;
	return err;
}
