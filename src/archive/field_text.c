/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "field_text.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/utf8.h>

#include "code_fold.h"
#include "format.h"

static uint32_t fold(uint32_t character)
{
	character = zong_utf8_fold(character, false);
	return character >= 'a' && character <= 'z' ? character - 'a' + 'A' : character;
}

/* @gap: what stands before the word. */
static void add_word(struct zong_cells *cells, const Zong__Word *word, enum zong_cell_gap gap)
{
	const char *text = zong_format_word(word);
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len) {
		size_t start = pos;
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (zong_utf8_is_blank(character)) {
			if (gap == ZONG_CELL_JOINED)
				gap = ZONG_CELL_BLANK;
			continue;
		}
		if (zong_code_is_invisible(character))
			continue;
		cells->cell[cells->count++] = (struct zong_cell){
			.character = fold(character),
			.word = (uint32_t)cells->words,
			.offset = (uint32_t)start,
			.len = (uint8_t)(pos - start),
			.gap = (uint8_t)gap,
		};
		gap = ZONG_CELL_JOINED;
	}
	cells->word[cells->words++] = word;
}

static enum zong_cell_gap gap_before(const Zong__Reading *reading, size_t line, size_t word)
{
	if (word > 0)
		return reading->lines[line]->words[word]->blank_before ? ZONG_CELL_BLANK
								       : ZONG_CELL_JOINED;
	if (line > 0 && reading->lines[line - 1]->block == reading->lines[line]->block)
		return ZONG_CELL_LINE;
	return ZONG_CELL_BLOCK;
}

int zong_cells_init(struct zong_cells *cells, const Zong__Reading *reading)
{
	size_t words = 0;
	size_t bytes = 0;

	for (size_t i = 0; i < reading->n_lines; i++) {
		words += reading->lines[i]->n_words;
		for (size_t w = 0; w < reading->lines[i]->n_words; w++)
			bytes += strlen(zong_format_word(reading->lines[i]->words[w]));
	}
	*cells = (struct zong_cells){0};
	if (bytes >= UINT32_MAX || words >= UINT32_MAX)
		return ZONG_ENOMEM;
	cells->cell = calloc(bytes + 1, sizeof(*cells->cell));
	cells->word = calloc(words + 1, sizeof(*cells->word));
	if (!cells->cell || !cells->word) {
		zong_cells_release(cells);
		return ZONG_ENOMEM;
	}
	for (size_t i = 0; i < reading->n_lines; i++) {
		for (size_t w = 0; w < reading->lines[i]->n_words; w++)
			add_word(cells, reading->lines[i]->words[w], gap_before(reading, i, w));
	}
	return 0;
}

void zong_plain_init(struct zong_plain *plain, const char *text)
{
	zong__word__init(&plain->word);
	zong__line__init(&plain->line);
	zong__reading__init(&plain->reading);
	plain->word.text = (char *)(uintptr_t)text;
	plain->words[0] = &plain->word;
	plain->line.words = plain->words;
	plain->line.n_words = 1;
	plain->lines[0] = &plain->line;
	plain->reading.lines = plain->lines;
	plain->reading.n_lines = 1;
}

void zong_cells_release(struct zong_cells *cells)
{
	free(cells->cell);
	free(cells->word);
	*cells = (struct zong_cells){0};
}

bool zong_cell_is_code(const struct zong_cell *cell)
{
	return (cell->character >= '0' && cell->character <= '9') ||
	       (cell->character >= 'A' && cell->character <= 'Z');
}

int zong_cells_text(const struct zong_cells *cells, size_t first, size_t end, struct zong_buf *buf)
{
	for (size_t i = first; i < end && i < cells->count; i++) {
		const struct zong_cell *cell = &cells->cell[i];

		if (i > first && cell->gap != ZONG_CELL_JOINED &&
			!(zong_utf8_is_han(cell->character) &&
				zong_utf8_is_han(cells->cell[i - 1].character)))
			zong_buf_add_char(buf, ' ');
		zong_buf_add(
			buf, zong_format_word(cells->word[cell->word]) + cell->offset, cell->len);
	}
	return buf->err;
}

struct zong_box zong_cells_box(
	const struct zong_cells *cells, size_t first, size_t end, float *ret_confidence)
{
	struct zong_box box = {0};
	float confidence = 0;
	size_t words = 0;

	for (size_t i = first; i < end && i < cells->count; i++) {
		const Zong__Word *word = cells->word[cells->cell[i].word];

		if (i > first && cells->cell[i].word == cells->cell[i - 1].word)
			continue;
		box = zong_format_box_join(box, zong_format_box(word->box));
		confidence += word->confidence;
		words++;
	}
	*ret_confidence = words > 0 ? confidence / (float)words : 0;
	return box;
}

bool zong_cells_repaired(const struct zong_cells *cells, size_t first, size_t end)
{
	for (size_t i = first; i < end && i < cells->count; i++)
		if (cells->word[cells->cell[i].word]->repaired)
			return true;
	return false;
}

bool zong_cells_match(const struct zong_cells *cells, size_t at, const char *text, size_t *ret_end)
{
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len) {
		uint32_t character = zong_utf8_next(text, len, &pos);

		if (zong_utf8_is_blank(character) || zong_code_is_invisible(character))
			continue;
		if (at >= cells->count || cells->cell[at].character != fold(character))
			return false;
		at++;
	}
	*ret_end = at;
	return true;
}
