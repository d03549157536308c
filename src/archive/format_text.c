/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/material.h>
#include <zong/utf8.h>

#include "format.h"

static uint32_t first_character(const char *text)
{
	size_t pos = 0;

	return *text ? zong_utf8_next(text, strlen(text), &pos) : 0;
}

static uint32_t last_character(const char *text)
{
	size_t len = strlen(text);
	size_t start = len;
	size_t pos;

	if (len == 0)
		return 0;
	do {
		start--;
	} while (start > 0 && len - start < 4 && ((unsigned char)text[start] & 0xC0) == 0x80);
	pos = start;
	return zong_utf8_next(text, len, &pos);
}

/* Han and the punctuation that stands among them. */
static bool is_wide(uint32_t character)
{
	return zong_utf8_is_han(character) || (character >= 0x3000 && character <= 0x303F) ||
	       (character >= 0xFF00 && character <= 0xFF60);
}

const char *zong_format_word(const Zong__Word *word)
{
	return word && word->text ? word->text : "";
}

bool zong_format_blank(const Zong__Line *line, size_t word)
{
	if (word == 0 || word >= line->n_words || !line->words[word]->blank_before)
		return false;
	return !(is_wide(last_character(zong_format_word(line->words[word - 1]))) &&
		 is_wide(first_character(zong_format_word(line->words[word]))));
}

struct zong_box zong_format_box(const Zong__Box *box)
{
	struct zong_box plain = {0};

	if (box)
		plain = (struct zong_box){box->x, box->y, box->width, box->height};
	return plain;
}

struct zong_box zong_format_box_join(struct zong_box a, struct zong_box b)
{
	uint64_t right, bottom;
	struct zong_box joined;

	if (a.width == 0 && a.height == 0)
		return b;
	if (b.width == 0 && b.height == 0)
		return a;
	joined.x = a.x < b.x ? a.x : b.x;
	joined.y = a.y < b.y ? a.y : b.y;
	right = (uint64_t)a.x + a.width;
	if ((uint64_t)b.x + b.width > right)
		right = (uint64_t)b.x + b.width;
	bottom = (uint64_t)a.y + a.height;
	if ((uint64_t)b.y + b.height > bottom)
		bottom = (uint64_t)b.y + b.height;
	joined.width = (uint32_t)(right - joined.x);
	joined.height = (uint32_t)(bottom - joined.y);
	return joined;
}

size_t zong_format_block_end(
	const Zong__Reading *reading, size_t first, struct zong_box *ret_box, size_t *ret_words)
{
	struct zong_box box = {0};
	size_t words = 0;
	size_t i = first;

	for (; i < reading->n_lines && reading->lines[i]->block == reading->lines[first]->block;
		i++) {
		if (reading->lines[i]->n_words == 0)
			continue;
		box = zong_format_box_join(box, zong_format_box(reading->lines[i]->box));
		words += reading->lines[i]->n_words;
	}
	*ret_box = box;
	*ret_words = words;
	return i;
}

unsigned int zong_format_percent(float value)
{
	if (!(value > 0))
		return 0;
	return value >= 1 ? 100 : (unsigned int)(value * 100 + 0.5F);
}

int zong_reading_text(const Zong__Reading *reading, struct zong_buf *buf)
{
	for (size_t i = 0; i < reading->n_lines && buf->err == 0; i++) {
		const Zong__Line *line = reading->lines[i];

		for (size_t w = 0; w < line->n_words; w++) {
			if (zong_format_blank(line, w))
				zong_buf_add_char(buf, ' ');
			zong_buf_add_str(buf, zong_format_word(line->words[w]));
		}
		zong_buf_add_char(buf, '\n');
	}
	return buf->err;
}
