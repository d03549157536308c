/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include <zong/error.h>
#include <zong/utf8.h>

#include "bench_score.h"

/* Folded characters without blanks and line ends. */
static size_t characters_of(const struct zong_buf *text, uint32_t **ret)
{
	uint32_t *out = calloc(text->len + 1, sizeof(*out));
	const char *str = (const char *)text->data;
	size_t pos = 0, n = 0;

	while (out && pos < text->len) {
		uint32_t c = zong_utf8_fold(zong_utf8_next(str, text->len, &pos), true);

		if (!zong_utf8_is_blank(c) && c != '\n' && c != '\r' && c != '\f')
			out[n++] = c;
	}
	*ret = out;
	return n;
}

static size_t distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t *row = calloc(m + 1, sizeof(*row)), i, j, result;

	if (!row)
		return n + m;
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (j = 1; j <= m; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < change)
				change = row[j] + 1;
			if (row[j - 1] + 1 < change)
				change = row[j - 1] + 1;
			row[j] = change;
		}
	}
	result = row[m];
	free(row);
	return result;
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Characters of @a that are in @b as often; sorts both. */
static size_t common(uint32_t *a, size_t n, uint32_t *b, size_t m)
{
	size_t i = 0, j = 0, count = 0;

	qsort(a, n, sizeof(*a), by_value);
	qsort(b, m, sizeof(*b), by_value);
	while (i < n && j < m) {
		if (a[i] == b[j]) {
			i++;
			j++;
			count++;
		} else if (a[i] < b[j]) {
			i++;
		} else {
			j++;
		}
	}
	return count;
}

int bench_compare(const struct zong_buf *truth, const struct zong_buf *text, size_t *ret_characters,
	struct bench_score *ret_score)
{
	uint32_t *a = NULL, *b = NULL;
	size_t n = characters_of(truth, &a), m = characters_of(text, &b);
	int err = a && b ? 0 : ZONG_ENOMEM;

	if (!err) {
		*ret_characters = n;
		ret_score->wrong = distance(a, n, b, m);
		ret_score->found = common(a, n, b, m);
	}
	free(a);
	free(b);
	return err;
}
