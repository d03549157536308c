/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAMPLE_READING_H
#define SAMPLE_READING_H

/* Readings as a worker makes them, from plain text: lines end with a line feed, '|' stands between
 * two words without a blank, ' ' between two with one, a line feed at the start of a line begins a
 * block. Every word is 10 high, 10 wide a byte, on line n at y = 20 n; its confidence is 0.9, that
 * of a word with ? is 0.5. */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/reading.h>
#include <zong/record.h>

static inline void *sample_alloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static inline Zong__Box *sample_box(uint32_t x, uint32_t y, uint32_t width)
{
	Zong__Box *box = sample_alloc(sizeof(*box));

	zong__box__init(box);
	box->x = x;
	box->y = y;
	box->width = width;
	box->height = 10;
	return box;
}

static inline void sample_add_word(
	Zong__Line *line, const char *text, size_t len, uint32_t x, uint32_t y, bool blank)
{
	Zong__Word *word = sample_alloc(sizeof(*word));
	Zong__Word **words = realloc(line->words, (line->n_words + 1) * sizeof(Zong__Word *));

	if (!words)
		abort();
	zong__word__init(word);
	word->text = sample_alloc(len + 1);
	memcpy(word->text, text, len);
	word->box = sample_box(x, y, (uint32_t)len * 10);
	word->confidence = memchr(text, '?', len) ? 0.5F : 0.9F;
	word->blank_before = blank;
	line->words = words;
	line->words[line->n_words++] = word;
}

static inline Zong__Line *sample_line(const char *text, size_t len, uint32_t number, uint32_t block)
{
	Zong__Line *line = sample_alloc(sizeof(*line));
	bool blank = false;
	size_t start = 0;

	zong__line__init(line);
	line->box = sample_box(0, number * 20, (uint32_t)len * 10);
	line->confidence = 0.9F;
	line->block = block;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '|' && text[i] != ' ')
			continue;
		if (i > start)
			sample_add_word(line, text + start, i - start, (uint32_t)start * 10,
				number * 20, blank);
		blank = i < len && text[i] == ' ';
		start = i + 1;
	}
	return line;
}

static inline Zong__Reading *sample_reading(const char *text)
{
	Zong__Reading *reading = sample_alloc(sizeof(*reading));
	uint32_t block = 0;

	zong__reading__init(reading);
	reading->width = 2000;
	reading->height = 3000;
	reading->source = ZONG_TEXT_OCR;
	reading->confidence = 0.9F;
	reading->engine = strdup("sample <1>");
	reading->steps = strdup("rotate 90; scale 1.5");
	reading->read = 1700000000000000;
	while (*text) {
		size_t len = strcspn(text, "\n");
		Zong__Line **lines;

		if (len == 0) {
			block++;
			text++;
			continue;
		}
		lines = realloc(reading->lines, (reading->n_lines + 1) * sizeof(Zong__Line *));
		if (!lines)
			abort();
		reading->lines = lines;
		reading->lines[reading->n_lines] =
			sample_line(text, len, (uint32_t)reading->n_lines, block);
		reading->n_lines++;
		text += len + (text[len] == '\n');
	}
	return reading;
}

static inline void sample_free(Zong__Reading *reading)
{
	if (reading)
		zong__reading__free_unpacked(reading, NULL);
}

#endif
