/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdbool.h>

#include "bench_overlap.h"

struct area {
	double left, top, right, bottom;
};

static bool to_area(const json_t *box, struct area *ret_area)
{
	double value[4];
	size_t i;

	for (i = 0; i < 4; i++) {
		const json_t *number = json_array_get(box, i);

		if (!json_is_number(number))
			return false;
		value[i] = json_number_value(number);
	}
	*ret_area = (struct area){value[0], value[1], value[0] + value[2], value[1] + value[3]};
	return true;
}

static double size_of(const struct area *area)
{
	return fmax(0, area->right - area->left) * fmax(0, area->bottom - area->top);
}

static double in_common(const struct area *a, const struct area *b)
{
	const struct area both = {fmax(a->left, b->left), fmax(a->top, b->top),
		fmin(a->right, b->right), fmin(a->bottom, b->bottom)};

	return both.right > both.left && both.bottom > both.top ? size_of(&both) : 0;
}

static bool is_within(const struct zong_box *word, const struct area *line)
{
	double x = word->x + word->width / 2.0, y = word->y + word->height / 2.0;

	return x >= line->left && x < line->right && y >= line->top && y < line->bottom;
}

/* False: there is no word in it. */
static bool around_words(
	const struct zong_reading *reading, const struct area *line, struct area *ret_area)
{
	struct area area = {HUGE_VAL, HUGE_VAL, 0, 0};
	uint32_t i;

	for (i = 0; i < reading->words; i++) {
		const struct zong_box *word = &reading->word[i].box;

		if (!is_within(word, line))
			continue;
		area.left = fmin(area.left, word->x);
		area.top = fmin(area.top, word->y);
		area.right = fmax(area.right, (double)word->x + word->width);
		area.bottom = fmax(area.bottom, (double)word->y + word->height);
	}
	*ret_area = area;
	return area.right > 0;
}

void bench_overlap_add(
	const json_t *truth, const struct zong_reading *reading, struct bench_overlap *overlap)
{
	const json_t *boxes = json_object_get(truth, "boxes");
	size_t i, count = json_array_size(boxes);

	for (i = 0; i < count; i++) {
		struct area line, words;

		if (!to_area(json_array_get(boxes, i), &line) || size_of(&line) <= 0)
			continue;
		overlap->lines++;
		if (around_words(reading, &line, &words)) {
			double common = in_common(&line, &words);

			overlap->sum += common / (size_of(&line) + size_of(&words) - common);
		}
	}
}
