/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "correction.h"

#include <stdlib.h>
#include <string.h>

#include <zong/limits.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "field.h"
#include "field_text.h"
#include "format.h"
#include "row.h"

/* Bytes of the text of a line. */
#define LINE_TEXT_MAX ZONG_LIMIT_PAGE_TEXT

/* ---- words of a line ---- */

static bool is_wide(uint32_t character)
{
	return zong_utf8_is_han(character) || (character >= 0x3000 && character <= 0x303F) ||
	       (character >= 0xFF00 && character <= 0xFF60);
}

static uint64_t width_of(const char *text, size_t len)
{
	uint64_t width = 0;
	size_t pos = 0;

	while (pos < len)
		width += is_wide(zong_utf8_next(text, len, &pos)) ? 2 : 1;
	return width;
}

/* The part of @text that begins at @at and is one word: a wide character, or others up to a blank or a wide one. */
static size_t word_end(const char *text, size_t len, size_t at)
{
	size_t pos = at;

	if (is_wide(zong_utf8_next(text, len, &pos)))
		return pos;
	while (pos < len) {
		size_t next = pos;
		uint32_t character = zong_utf8_next(text, len, &next);

		if (zong_utf8_is_blank(character) || is_wide(character))
			break;
		pos = next;
	}
	return pos;
}

static Zong__Word *make_word(const char *text, size_t len, const Zong__Box *box)
{
	Zong__Word *word = zong_row_new(&zong__word__descriptor);

	if (!word)
		return NULL;
	word->text = strndup(text, len);
	word->box = zong_row_new(&zong__box__descriptor);
	if (!word->text || !word->box) {
		zong__word__free_unpacked(word, NULL);
		return NULL;
	}
	word->box->x = box->x;
	word->box->y = box->y;
	word->box->width = box->width;
	word->box->height = box->height;
	return word;
}

static void drop_words(Zong__Line *line)
{
	for (size_t i = 0; i < line->n_words; i++)
		zong__word__free_unpacked(line->words[i], NULL);
	free(line->words);
	line->words = NULL;
	line->n_words = 0;
}

/* What of the text was there before: so many bytes from its beginning and from its end, whole characters. */
static void common(const char *before, const char *text, size_t *ret_head, size_t *ret_tail)
{
	size_t m = strlen(before), n = strlen(text), most = m < n ? m : n, head = 0, tail = 0;

	while (head < most && before[head] == text[head])
		head++;
	while (head > 0 && head < n && ((unsigned char)text[head] & 0xC0) == 0x80)
		head--;
	while (tail < most - head && before[m - 1 - tail] == text[n - 1 - tail])
		tail++;
	while (tail > 0 && ((unsigned char)text[n - tail] & 0xC0) == 0x80)
		tail--;
	*ret_head = head;
	*ret_tail = tail;
}

static int set_words(Zong__Line *line, const Zong__Correction *correction)
{
	const char *text = correction->text;
	size_t len = strlen(text), at = 0, head, tail;
	uint64_t all = width_of(text, len), done = 0;
	Zong__Word **words = calloc(len + 1, sizeof(*words));
	bool blank = false;

	if (!words)
		return ZONG_ENOMEM;
	common(correction->before, text, &head, &tail);
	drop_words(line);
	line->words = words;
	while (at < len) {
		size_t end = at;
		Zong__Box box = *correction->box;

		if (zong_utf8_is_blank(zong_utf8_next(text, len, &end))) {
			blank = line->n_words > 0;
			done += width_of(text + at, end - at);
			at = end;
			continue;
		}
		end = word_end(text, len, at);
		box.x += (uint32_t)(done * correction->box->width / all);
		done += width_of(text + at, end - at);
		box.width = correction->box->x + (uint32_t)(done * correction->box->width / all) -
			    box.x;
		words[line->n_words] = make_word(text + at, end - at, &box);
		if (!words[line->n_words])
			return ZONG_ENOMEM;
		words[line->n_words]->blank_before = blank;
		words[line->n_words]->confidence =
			end <= head || at >= len - tail ? line->confidence : 1;
		line->n_words++;
		blank = false;
		at = end;
	}
	return 0;
}

/* ---- the line at a place ---- */

static uint64_t overlap(uint32_t a, uint32_t a_len, uint32_t b, uint32_t b_len)
{
	uint64_t from = a > b ? a : b;
	uint64_t a_end = (uint64_t)a + a_len, b_end = (uint64_t)b + b_len;
	uint64_t to = a_end < b_end ? a_end : b_end;

	return to > from ? to - from : 0;
}

/* The line that has most in common with the box: half of the smaller one at least. */
static Zong__Line *line_at(const Zong__Reading *reading, const Zong__Box *box)
{
	Zong__Line *best = NULL;
	uint64_t most = 0;

	for (size_t i = 0; i < reading->n_lines; i++) {
		const Zong__Box *own = reading->lines[i]->box;
		uint64_t shared, smaller, area;

		if (!own)
			continue;
		shared = overlap(own->x, own->width, box->x, box->width) *
			 overlap(own->y, own->height, box->y, box->height);
		area = (uint64_t)own->width * own->height;
		smaller = (uint64_t)box->width * box->height;
		smaller = area < smaller ? area : smaller;
		if (shared > most && shared * 2 >= smaller) {
			most = shared;
			best = reading->lines[i];
		}
	}
	return best;
}

static int append_line(Zong__Reading *reading, const Zong__Box *box, Zong__Line **ret_line)
{
	Zong__Line *line = zong_row_new(&zong__line__descriptor);
	Zong__Line **lines =
		realloc(reading->lines, (reading->n_lines + 1) * sizeof(*reading->lines));

	if (lines)
		reading->lines = lines;
	if (line)
		line->box = zong_row_new(&zong__box__descriptor);
	if (!lines || !line || !line->box) {
		if (line)
			zong__line__free_unpacked(line, NULL);
		return ZONG_ENOMEM;
	}
	line->box->x = box->x;
	line->box->y = box->y;
	line->box->width = box->width;
	line->box->height = box->height;
	if (reading->n_lines)
		line->block = reading->lines[reading->n_lines - 1]->block + 1;
	lines[reading->n_lines++] = line;
	*ret_line = line;
	return 0;
}

int zong_correction_apply_one(const Zong__Correction *correction, Zong__Reading *reading)
{
	Zong__Line *line;
	int err = 0;

	if (!correction->box)
		return 0;
	line = line_at(reading, correction->box);
	if (!line)
		err = append_line(reading, correction->box, &line);
	return err ? err : set_words(line, correction);
}

int zong_correction_apply(
	struct zong_txn *txn, const struct zong_digest *raster, Zong__Reading *reading)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t applied = 0;
	int err;

	zong_row_key_digest(&prefix, raster);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_CORRECTIONS, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Correction *correction =
			zong__correction__unpack(NULL, iter.value_len, iter.value);

		if (!correction) {
			err = ZONG_ECORRUPT;
			break;
		}
		err = zong_correction_apply_one(correction, reading);
		zong__correction__free_unpacked(correction, NULL);
		applied++;
	}
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	return applied ? zong_fields_find(reading) : 0;
}

/* ---- keeping one ---- */

/* The cells of a page in which a field stands. */
static bool find_cells(const struct zong_cells *cells, const Zong__Field *field, size_t *ret_first,
	size_t *ret_end)
{
	struct zong_box wanted = zong_format_box(field->box);

	for (size_t i = 0; i < cells->count; i++) {
		float confidence;
		struct zong_box box;

		if (!zong_cells_match(cells, i, field->raw, ret_end))
			continue;
		box = zong_cells_box(cells, i, *ret_end, &confidence);
		*ret_first = i;
		if (box.x == wanted.x && box.y == wanted.y && box.width == wanted.width &&
			box.height == wanted.height)
			return true;
	}
	return false;
}

/* The text of the words @first_word to before @end_word, cells @first to before @end of it replaced by @text. */
static void line_text(const struct zong_cells *cells, const size_t words[2], const size_t range[2],
	const char *text, struct zong_buf *buf)
{
	for (size_t i = 0; i < cells->count; i++) {
		const struct zong_cell *cell = &cells->cell[i];
		bool within = i >= range[0] && i < range[1];

		if (cell->word < words[0] || cell->word >= words[1])
			continue;
		if (cell->gap == ZONG_CELL_BLANK && buf->len && (!within || i == range[0]))
			zong_buf_add_char(buf, ' ');
		if (i == range[0])
			zong_buf_add_str(buf, text);
		if (!within)
			zong_buf_add(buf, zong_format_word(cells->word[cell->word]) + cell->offset,
				cell->len);
	}
}

static int put_line(struct zong_txn *txn, const struct zong_digest *raster, const Zong__Line *line,
	const char *before, const char *text, const char *by, uint64_t record)
{
	Zong__Correction row = ZONG__CORRECTION__INIT;
	struct zong_key key;

	if (!line->box || strcmp(before, text) == 0)
		return 0;
	row.box = line->box;
	row.before = (char *)(uintptr_t)before;
	row.text = (char *)(uintptr_t)text;
	row.time = zong_time_now();
	row.by = (char *)(uintptr_t)by;
	row.record = record;
	zong_row_key_digest(&key, raster);
	zong_key_u32(&key, line->box->y);
	zong_key_u32(&key, line->box->x);
	return zong_txn_put(txn, ZONG_TABLE_CORRECTIONS, &key, &row.base);
}

static int put_lines(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, const struct zong_cells *cells, const size_t range[2],
	const char *text, const char *by, uint64_t record)
{
	const size_t none[2] = {SIZE_MAX, SIZE_MAX};
	size_t first_word = cells->cell[range[0]].word, last_word = cells->cell[range[1] - 1].word;
	size_t words[2] = {0, 0};
	int err = 0;

	for (size_t i = 0; i < reading->n_lines && !err; i++) {
		struct zong_buf before = ZONG_BUF_INIT(LINE_TEXT_MAX),
				after = ZONG_BUF_INIT(LINE_TEXT_MAX);

		words[0] = words[1];
		words[1] += reading->lines[i]->n_words;
		if (words[1] <= first_word || words[0] > last_word)
			continue;
		line_text(cells, words, none, "", &before);
		line_text(cells, words, range, text, &after);
		err = before.err ? before.err : after.err;
		if (!err)
			err = put_line(txn, raster, reading->lines[i], zong_buf_str(&before),
				zong_buf_str(&after), by, record);
		zong_buf_release(&before);
		zong_buf_release(&after);
	}
	return err;
}

int zong_correction_put(struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading *reading, const Zong__Field *field, const char *text, const char *by,
	uint64_t record)
{
	struct zong_cells cells;
	size_t range[2];
	int err = zong_cells_init(&cells, reading);

	if (err)
		return err;
	err = find_cells(&cells, field, &range[0], &range[1])
		      ? put_lines(txn, raster, reading, &cells, range, text, by, record)
		      : ZONG_ENOENT;
	zong_cells_release(&cells);
	return err;
}

int zong_correction_forget(struct zong_txn *txn, const struct zong_digest *raster)
{
	struct zong_key prefix;
	int err = 0;

	zong_row_key_digest(&prefix, raster);
	/* one by one, as a walk does not bear that its table changes */
	while (!err) {
		struct zong_iter iter = {0};
		struct zong_key key;

		err = zong_iter_begin(&iter, txn, ZONG_TABLE_CORRECTIONS, &prefix, NULL, false);
		if (!err)
			err = zong_iter_next(&iter);
		zong_key_clear(&key);
		if (!err)
			zong_key_bytes(&key, iter.key.bytes, iter.key.len);
		zong_iter_end(&iter);
		if (!err)
			err = zong_txn_delete(txn, ZONG_TABLE_CORRECTIONS, &key);
	}
	return err == ZONG_EEND ? 0 : err;
}
