/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_snippet.h"

#include <string.h>

#include <zong/utf8.h>

#include "format.h"

#define MARK_ON 0xE000
#define MARK_OFF 0xE001

size_t zong_snippet_ranges(const struct zong_query *query, const struct zong_cells *cells,
	bool alike, struct zong_snippet_range ret_ranges[ZONG_SNIPPET_RANGES])
{
	size_t count = 0;
	size_t i = 0;

	while (i < cells->count && count < ZONG_SNIPPET_RANGES) {
		size_t longest = i;
		size_t end;

		for (size_t p = 0; p < query->phrases; p++) {
			if (zong_phrase_at(&query->phrase[p], cells, i, &end) && end > longest)
				longest = end;
			else if (alike && longest == i &&
				 zong_phrase_alike_at(&query->phrase[p], cells, i, &end))
				longest = end;
		}
		if (longest == i) {
			i++;
			continue;
		}
		ret_ranges[count++] = (struct zong_snippet_range){i, longest};
		i = longest;
	}
	return count;
}

static bool is_wide(uint32_t c)
{
	return zong_utf8_is_han(c) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF00 && c <= 0xFF60);
}

static void add_cell(struct zong_buf *buf, const struct zong_cells *cells, size_t at, bool first)
{
	const struct zong_cell *cell = &cells->cell[at];

	if (!first && cell->gap != ZONG_CELL_JOINED &&
		!(is_wide(cell->character) && is_wide(cells->cell[at - 1].character)))
		zong_buf_add_char(buf, ' ');
	if (cell->character == ZONG_UTF8_BAD)
		zong_utf8_add(buf, 0xFFFD);
	else if (cell->character != MARK_ON && cell->character != MARK_OFF)
		zong_buf_add(
			buf, zong_format_word(cells->word[cell->word]) + cell->offset, cell->len);
}

char *zong_snippet_text(
	const struct zong_cells *cells, const struct zong_snippet_range *ranges, size_t count)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_SNIPPET_BYTES);
	size_t from = count > 0 ? ranges[0].first : 0;
	size_t to = (count > 0 ? ranges[0].end : 0) + ZONG_SNIPPET_AROUND;
	size_t next = 0;
	char *text;

	if (count == 0)
		to += ZONG_SNIPPET_AROUND;
	from = from > ZONG_SNIPPET_AROUND ? from - ZONG_SNIPPET_AROUND : 0;
	/* No found word is cut through. */
	for (size_t r = 0, limit = to; r < count && ranges[r].first < limit; r++)
		to = ranges[r].end > to ? ranges[r].end : to;
	if (to > cells->count)
		to = cells->count;
	for (size_t i = from; i < to; i++) {
		bool on = next < count && ranges[next].first == i;

		if (on && i > from && cells->cell[i].gap != ZONG_CELL_JOINED &&
			!(is_wide(cells->cell[i].character) &&
				is_wide(cells->cell[i - 1].character)))
			zong_buf_add_char(&buf, ' ');
		if (on)
			zong_utf8_add(&buf, MARK_ON);
		add_cell(&buf, cells, i, i == from || on);
		if (next < count && ranges[next].end == i + 1) {
			zong_utf8_add(&buf, MARK_OFF);
			next++;
		}
	}
	zong_buf_add(&buf, "", 0);
	text = buf.err ? NULL : zong_buf_take(&buf, NULL);
	zong_buf_release(&buf);
	return text ? text : strdup("");
}

size_t zong_snippet_boxes(const struct zong_cells *cells, const struct zong_snippet_range *ranges,
	size_t count, struct zong_box *ret_boxes, size_t max)
{
	size_t boxes = 0;
	float confidence;

	for (size_t r = 0; r < count && boxes < max; r++) {
		size_t first = ranges[r].first;

		for (size_t i = first + 1; i <= ranges[r].end && boxes < max; i++) {
			if (i < ranges[r].end && cells->cell[i].gap < ZONG_CELL_LINE)
				continue;
			ret_boxes[boxes++] = zong_cells_box(cells, first, i, &confidence);
			first = i;
		}
	}
	return boxes;
}

/* The text is marked by the same rules as a page. */
char *zong_snippet_plain(const struct zong_query *query, const char *text, bool alike)
{
	struct zong_snippet_range ranges[ZONG_SNIPPET_RANGES];
	struct zong_plain plain;
	struct zong_cells cells;
	char *snippet;
	size_t count;

	zong_plain_init(&plain, text);
	if (zong_cells_init(&cells, &plain.reading))
		return NULL;
	count = zong_snippet_ranges(query, &cells, alike, ranges);
	snippet = zong_snippet_text(&cells, ranges, count);
	zong_cells_release(&cells);
	return snippet;
}

char *zong_snippet_marked(const char *text)
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_SNIPPET_BYTES);
	size_t len = zong_utf8_cut(text, strlen(text), ZONG_SNIPPET_BYTES / 2);
	char *marked;

	zong_utf8_add(&buf, MARK_ON);
	for (size_t pos = 0; pos < len;) {
		uint32_t c = zong_utf8_next(text, len, &pos);

		if (c != MARK_ON && c != MARK_OFF)
			zong_utf8_add(&buf, c);
	}
	zong_utf8_add(&buf, MARK_OFF);
	marked = buf.err ? NULL : zong_buf_take(&buf, NULL);
	zong_buf_release(&buf);
	return marked;
}
