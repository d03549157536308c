/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/utf8.h>

#include "alike_words.h"

#define CHARACTERS 4000 /* of a page; more do not make it better known */
#define NUMBERS 100
#define LENGTH 32 /* of a number, the rest is left out */
#define MISREAD 9 /* of so many characters of a number one may be another */

struct number {
	char text[LENGTH];
	uint8_t len;
	float confidence; /* the least of its words */
	bool partner;
};

struct page {
	uint64_t pair[CHARACTERS]; /* of neighbouring characters */
	size_t pairs, characters;
	struct number number[NUMBERS];
	size_t numbers;
	uint32_t last;
};

/* ---- taking a page to pieces ---- */

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint32_t c)
{
	return c >= 'a' && c <= 'z';
}

/* What a 1 is read as most often. */
static uint32_t upright(uint32_t c)
{
	return c == ']' || c == '[' || c == '|' || c == 'l' || c == 'i' || c == '!' ? '1' : c;
}

static void end_number(struct page *page, struct number *number)
{
	unsigned int digits = 0, i;

	for (i = 0; i < number->len; i++)
		digits += is_digit((uint8_t)number->text[i]);
	if (number->len >= ZONG_ALIKE_NUMBER_LEAST && 2 * digits >= number->len &&
		page->numbers < NUMBERS)
		page->number[page->numbers++] = *number;
	memset(number, 0, sizeof(*number));
}

static void add_character(struct page *page, struct number *number, uint32_t c, float confidence)
{
	if (page->characters >= CHARACTERS)
		return;
	c = upright(c);
	if (page->last)
		page->pair[page->pairs++] = (uint64_t)page->last << 32 | c;
	page->last = c;
	page->characters++;
	if (!is_digit(c) && !is_letter(c)) {
		end_number(page, number);
		return;
	}
	if (number->len == 0 || confidence < number->confidence)
		number->confidence = confidence;
	if (number->len < LENGTH)
		number->text[number->len++] = (char)c;
}

static int by_value(const void *a, const void *b)
{
	uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;

	return p < q ? -1 : p > q;
}

static void take_apart(const Zong__Reading *reading, struct page *page)
{
	for (size_t i = 0; i < reading->n_lines; i++) {
		const Zong__Line *line = reading->lines[i];
		struct number number = {0};

		page->last = 0;
		for (size_t j = 0; j < line->n_words; j++) {
			const char *text = line->words[j]->text;
			size_t len = strlen(text), at = 0;

			while (at < len) {
				uint32_t c = zong_utf8_fold(zong_utf8_next(text, len, &at), true);

				if (!zong_utf8_is_blank(c))
					add_character(page, &number, c, line->words[j]->confidence);
			}
		}
		end_number(page, &number);
	}
	qsort(page->pair, page->pairs, sizeof(page->pair[0]), by_value);
}

/* ---- comparing ---- */

static float share_in_common(const struct page *a, const struct page *b)
{
	size_t i = 0, j = 0, common = 0;

	while (i < a->pairs && j < b->pairs) {
		if (a->pair[i] == b->pair[j]) {
			common++;
			i++;
			j++;
		} else if (a->pair[i] < b->pair[j]) {
			i++;
		} else {
			j++;
		}
	}
	return a->pairs + b->pairs ? 2 * (float)common / (float)(a->pairs + b->pairs) : 0;
}

/* Characters to be put in, left out or changed. */
static unsigned int edits(const struct number *a, const struct number *b)
{
	unsigned int row[LENGTH + 1], i, j;

	for (j = 0; j <= b->len; j++)
		row[j] = j;
	for (i = 1; i <= a->len; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= b->len; j++) {
			unsigned int least = diagonal + (a->text[i - 1] != b->text[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
		}
	}
	return row[b->len];
}

/* A letter is taken for another one now and then, a digit hardly ever by a recogniser that is sure of it: numbers given out one
 * after the other differ in no more. */
static bool is_next(const struct number *a, const struct number *b)
{
	if (a->len != b->len || a->confidence < ZONG_ALIKE_SURE || b->confidence < ZONG_ALIKE_SURE)
		return false;
	for (unsigned int i = 0; i < a->len; i++)
		if (a->text[i] != b->text[i] &&
			!(is_digit((uint8_t)a->text[i]) && is_digit((uint8_t)b->text[i])))
			return false;
	return true;
}

/* Finds partners that differ in @off characters. */
static unsigned int pair_off(struct page *a, struct page *b, unsigned int off)
{
	unsigned int found = 0;

	for (size_t i = 0; i < a->numbers; i++) {
		struct number *one = &a->number[i];

		for (size_t j = 0; j < b->numbers && !one->partner; j++) {
			struct number *other = &b->number[j];

			if (other->partner || (off > 0 && one->len < off * MISREAD - MISREAD / 2) ||
				edits(one, other) != off || (off > 0 && is_next(one, other)))
				continue;
			one->partner = other->partner = true;
			found++;
		}
	}
	return found;
}

/* A stroke beside a long number is read as a part of it. */
static bool equally_long(const struct number *a, const struct number *b)
{
	int more = a->len > b->len ? a->len - b->len : b->len - a->len;

	return more <= (a->len < b->len ? a->len : b->len) / MISREAD;
}

static void find_conflicts(struct page *a, struct page *b, struct zong_alike_words *words)
{
	for (size_t i = 0; i < a->numbers; i++) {
		struct number *one = &a->number[i];

		for (size_t j = 0; j < b->numbers && !one->partner; j++) {
			struct number *other = &b->number[j];
			float sure;

			if (other->partner || !equally_long(one, other))
				continue;
			one->partner = other->partner = true;
			words->conflict++;
			sure = one->confidence < other->confidence ? one->confidence
								   : other->confidence;
			if (sure > words->sure)
				words->sure = sure;
		}
	}
}

/* Digits of numbers that have a partner, or have none. */
static uint32_t length_of(const struct page *page, bool partner)
{
	uint32_t length = 0;

	for (size_t i = 0; i < page->numbers; i++)
		if (page->number[i].partner == partner)
			length += page->number[i].len;
	return length;
}

int zong_alike_words_compare(
	const Zong__Reading *a, const Zong__Reading *b, struct zong_alike_words *ret_words)
{
	_cleanup_free_ struct page *pages = NULL;
	struct zong_alike_words words = {0};
	uint32_t lone;

	if (!a || !b) {
		*ret_words = words;
		return 0;
	}
	pages = calloc(2, sizeof(*pages));
	if (!pages)
		return ZONG_ENOMEM;
	take_apart(a, &pages[0]);
	take_apart(b, &pages[1]);
	words.shorter = (uint32_t)(pages[0].characters < pages[1].characters ? pages[0].characters
									     : pages[1].characters);
	words.common = share_in_common(&pages[0], &pages[1]);
	words.agree = pair_off(&pages[0], &pages[1], 0);
	words.near = pair_off(&pages[0], &pages[1], 1) + pair_off(&pages[0], &pages[1], 2);
	words.agree += words.near;
	words.agree_length = length_of(&pages[0], true);
	lone = length_of(&pages[0], false);
	words.lone_length = length_of(&pages[1], false);
	if (lone > words.lone_length)
		words.lone_length = lone;
	find_conflicts(&pages[0], &pages[1], &words);
	*ret_words = words;
	return 0;
}
