/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>

#include "clean.h"
#include "draft.h"
#include "halves.h"
#include "heading.h"
#include "order.h"
#include "orient.h"
#include "read.h"
#include "second.h"
#include "table.h"

#define UNSURE_LINE 0.60 /* a line without Han below it is read again with eng */
#define CELL_AGAIN 1.4f   /* by so much a cell is enlarged in which nothing was read */
#define LETTERS_LEAST 10 /* of a line that is read again with eng however sure chi_sim is */
#define UNSURE_PAGE 0.55 /* a page below it may lie on its side */
#define LAYOUT_DPI 350	 /* what layout is told: with too little it takes letters for specks */
#define STEPS_MAX 400
#define ENGINE_MAX 64

struct zong_reader {
	TessBaseAPI *chinese;
	TessBaseAPI *english;
	char engine[ENGINE_MAX];
};

static TessBaseAPI *load(const char *language)
{
	TessBaseAPI *api = TessBaseAPICreate();

	if (!api)
		return NULL;
	if (TessBaseAPIInit2(api, NULL, language, OEM_LSTM_ONLY) != 0) {
		TessBaseAPIDelete(api);
		return NULL;
	}
	return api;
}

int zong_reader_open(struct zong_reader **ret_reader)
{
	struct zong_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return ZONG_EWORKER_MEMORY;
	reader->chinese = load("chi_sim");
	reader->english = load("eng");
	if (!reader->chinese || !reader->english) {
		zong_reader_close(reader);
		return ZONG_ENOENT;
	}
	TessBaseAPISetPageSegMode(reader->chinese, PSM_AUTO);
	TessBaseAPISetPageSegMode(reader->english, PSM_SINGLE_LINE);
	snprintf(reader->engine, sizeof(reader->engine), "tesseract %s chi_sim", TessVersion());
	*ret_reader = reader;
	return 0;
}

void zong_reader_close(struct zong_reader *reader)
{
	if (!reader)
		return;
	if (reader->chinese)
		TessBaseAPIDelete(reader->chinese);
	if (reader->english)
		TessBaseAPIDelete(reader->english);
	free(reader);
}

/* With room around it: letters that touch the edge of a line are misread. */
static void set_line(TessBaseAPI *api, PIX *pix, const int box[4])
{
	int room = (box[3] - box[1]) / 4 + 1;
	int left = box[0] > room ? box[0] - room : 0, top = box[1] > room ? box[1] - room : 0;
	int right = box[2] + room, bottom = box[3] + room;

	if (right > pixGetWidth(pix))
		right = pixGetWidth(pix);
	if (bottom > pixGetHeight(pix))
		bottom = pixGetHeight(pix);
	TessBaseAPISetRectangle(api, left, top, right - left, bottom - top);
}

/* A picture that is being read, and where in the cleaned one it lies. */
struct view {
	PIX *pix;
	struct zong_origin origin;
};

/* The line at @results is read by the other model; what it is surer of stays. */
static int read_again(
	struct zong_draft *draft, const struct view *view, TessBaseAPI *english, const int box[4])
{
	struct zong_reading *reading = &draft->reading;
	uint32_t count = reading->words - draft->first;
	struct zong_word *kept = &reading->word[draft->first];
	struct zong_word *before = zong_arena_copy(draft->arena, kept, count * sizeof(*kept));
	float sure = zong_draft_confidence(kept, count);
	TessResultIterator *results;
	int err = 0;

	if (!before)
		return ZONG_EWORKER_MEMORY;
	set_line(english, view->pix, box);
	if (TessBaseAPIRecognize(english, NULL) != 0)
		return 0;
	results = TessBaseAPIGetIterator(english);
	if (!results)
		return 0;
	reading->words = draft->first;
	do
		err = zong_draft_take_word(draft, results, &view->origin);
	while (!err && TessResultIteratorNext(results, RIL_WORD));
	TessResultIteratorDelete(results);
	if (!err && zong_draft_confidence(kept, reading->words - draft->first) <= sure) {
		memcpy(kept, before, count * sizeof(*kept));
		reading->words = draft->first + count;
	}
	return err;
}

/* A line without Han that chi_sim is unsure of, or one of many letters: of those it loses blanks. */
static bool is_for_english(const struct zong_word *word, uint32_t count)
{
	size_t letters = 0, all = 0;
	uint32_t i;
	const char *p;

	if (zong_draft_han(word, count) > 0)
		return false;
	if (zong_draft_confidence(word, count) < UNSURE_LINE)
		return true;
	for (i = 0; i < count; i++) {
		for (p = word[i].text; *p; p++, all++)
			if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
				letters++;
	}
	return letters >= LETTERS_LEAST && 3 * letters >= 2 * all;
}

static int take_lines(struct zong_draft *draft, struct zong_reader *reader, const struct view *view,
	TessResultIterator *results)
{
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(results);
	bool english_has_it = false, new_block = false, more = true;
	int box[4], err = 0;

	while (more && !err) {
		new_block |= TessPageIteratorIsAtBeginningOf(place, RIL_BLOCK);
		TessPageIteratorBoundingBox(
			place, RIL_TEXTLINE, &box[0], &box[1], &box[2], &box[3]);
		do {
			err = zong_draft_take_word(draft, results, &view->origin);
			more = TessResultIteratorNext(results, RIL_WORD);
		} while (!err && more && !TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE));
		if (!err && draft->reading.words > draft->first) {
			const struct zong_word *word = &draft->reading.word[draft->first];
			uint32_t count = draft->reading.words - draft->first;

			if (is_for_english(word, count)) {
				if (!english_has_it)
					TessBaseAPISetImage2(reader->english, view->pix);
				english_has_it = true;
				err = read_again(draft, view, reader->english, box);
			}
		}
		if (!err && draft->reading.words > draft->first) {
			err = zong_draft_end_line(draft, new_block,
				zong_draft_part(&view->origin, box[0], box[1], box[2], box[3]));
			new_block = false;
		}
	}
	return err;
}

static int read_view(struct zong_reader *reader, const struct view *view, struct zong_draft *draft)
{
	TessResultIterator *results;
	int err;

	TessBaseAPISetImage2(reader->chinese, view->pix);
	TessBaseAPISetSourceResolution(reader->chinese, LAYOUT_DPI);
	if (TessBaseAPIRecognize(reader->chinese, NULL) != 0)
		return 0;
	results = TessBaseAPIGetIterator(reader->chinese);
	if (!results)
		return 0;
	err = take_lines(draft, reader, view, results);
	TessResultIteratorDelete(results);
	return err;
}

/* A few letters by themselves are passed over now and then, in one size and not in the next. */
static int read_cell_enlarged(
	struct zong_reader *reader, const struct zong_cell *cell, struct zong_draft *draft)
{
	struct view view = {.origin = {cell->at.left, cell->at.top, CELL_AGAIN}};
	int err;

	view.pix = pixScaleGeneral(cell->pix, CELL_AGAIN, CELL_AGAIN, 0, 0);
	if (!view.pix)
		return ZONG_EWORKER_MEMORY;
	err = read_view(reader, &view, draft);
	pixDestroy(&view.pix);
	return err;
}

static int read_cells(
	struct zong_reader *reader, const struct zong_table *table, struct zong_draft *draft)
{
	size_t i;
	int err = 0;

	for (i = 0; i < table->cells && !err; i++) {
		const struct zong_cell *cell = &table->cell[i];
		const struct view view = {
			.pix = cell->pix, .origin = {cell->at.left, cell->at.top, 1}};
		uint32_t lines = draft->reading.lines;

		TessBaseAPISetPageSegMode(
			reader->chinese, cell->one_line ? PSM_SINGLE_LINE : PSM_SINGLE_BLOCK);
		draft->now = cell->table;
		err = read_view(reader, &view, draft);
		if (!err && draft->reading.lines == lines)
			err = read_cell_enlarged(reader, cell, draft);
	}
	draft->now = NULL;
	TessBaseAPISetPageSegMode(reader->chinese, PSM_AUTO);
	return err;
}

/* -- a page -- */

static int read_half(struct zong_reader *reader, PIX *pix, int left, int right,
	struct zong_draft *draft)
{
	const struct zong_strip half = {left, 0, right, pixGetHeight(pix)};
	struct view view = {.pix = zong_strip_clip(pix, &half), .origin = {left, 0, 1}};
	int err = view.pix ? read_view(reader, &view, draft) : ZONG_EWORKER_MEMORY;

	pixDestroy(&view.pix);
	return err;
}

/* What is not in a table; two pages side by side one after the other. *ret_ink: all of it in 1 bit. */
static int read_rest(
	struct zong_reader *reader, PIX *pix, struct zong_draft *draft, PIX **ret_ink)
{
	const struct view view = {.pix = pix, .origin = {.scale = 1}};
	int middle, err;

	if (zong_halves_find(pix, &middle)) {
		err = read_half(reader, pix, 0, middle, draft);
		if (!err)
			err = read_half(reader, pix, middle, pixGetWidth(pix), draft);
		TessBaseAPISetImage2(reader->chinese, pix);
	} else {
		err = read_view(reader, &view, draft);
	}
	*ret_ink = TessBaseAPIGetThresholdedImage(reader->chinese);
	return err;
}

static int read_parts(struct zong_reader *reader, const struct zong_table *table,
	struct zong_draft *draft, uint32_t *ret_lines, PIX **ret_ink)
{
	PIX *rest = table->rest ? table->rest : draft->cleaned->pix;
	int err = read_rest(reader, rest, draft, ret_ink);

	*ret_lines = draft->reading.lines;
	return err ? err : read_cells(reader, table, draft);
}

static int read_cleaned(
	struct zong_reader *reader, const struct zong_cleaned *cleaned, struct zong_draft *draft)
{
	struct zong_table table = {0};
	struct zong_order known = {draft->place, draft->gone, draft->table, 0};
	PIX *ink = NULL;
	int err = 0;

	draft->cleaned = cleaned;
	draft->first = 0;
	draft->text_len = 0;
	draft->reading.words = draft->reading.lines = 0;
	if (cleaned->glyph > 0)
		err = zong_table_find(cleaned->pix, cleaned->glyph, draft->arena, &table);
	if (!err)
		err = read_parts(reader, &table, draft, &known.old, &ink);
	draft->reorder = table.cells > 0;
	if (!err)
		err = zong_second_look(draft, reader->chinese);
	if (!err && ink && cleaned->glyph > 0)
		err = zong_heading_read(draft, reader->chinese, ink);
	if (!err && draft->reorder && draft->reading.lines > 0)
		err = zong_order_insert(&draft->reading, &known, draft->arena);
	pixDestroy(&ink);
	zong_table_release(&table);
	TessBaseAPIClear(reader->chinese);
	TessBaseAPIClear(reader->english);
	return err;
}

/* A page turned by so many quarters; draft->reading.source stays ZONG_TEXT_NONE when it is blank.
 * @ret_turn: by how much the page as it was read should be turned further; NULL: do not ask. */
static int read_turned(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	unsigned int quarter, struct zong_draft *draft, unsigned int *ret_turn)
{
	struct zong_buf steps = ZONG_BUF_INIT(STEPS_MAX);
	struct zong_cleaned cleaned;
	int err;

	err = zong_clean(raster, dpi, quarter, &cleaned, &steps);
	if (err) {
		zong_buf_release(&steps);
		return err;
	}
	if (!cleaned.blank)
		err = read_cleaned(reader, &cleaned, draft);
	if (!err && !cleaned.blank) {
		draft->reading.source = ZONG_TEXT_OCR;
		draft->reading.steps = zong_arena_str(draft->arena, zong_buf_str(&steps));
		err = draft->reading.steps ? 0 : ZONG_EWORKER_MEMORY;
	}
	draft->reading.confidence =
		zong_draft_confidence(draft->reading.word, draft->reading.words);
	if (!err && ret_turn && !cleaned.blank && draft->reading.confidence < UNSURE_PAGE)
		*ret_turn = zong_orient_guess(reader->chinese, cleaned.pix);
	zong_cleaned_release(&cleaned);
	zong_buf_release(&steps);
	return err;
}

int zong_reader_read(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct zong_draft draft = {
		.arena = arena,
		.reading =
			{
				.width = raster->width,
				.height = raster->height,
				.engine = reader->engine,
				.steps = "",
			},
	};
	struct zong_draft other = draft;
	unsigned int turn = 0;
	int err;

	err = zong_draft_begin(&draft);
	if (!err)
		err = read_turned(reader, raster, dpi, 0, &draft, &turn);
	if (!err && turn) {
		err = zong_draft_begin(&other);
		if (!err)
			err = read_turned(reader, raster, dpi, turn, &other, NULL);
		if (!err && other.reading.confidence > draft.reading.confidence)
			draft = other;
	}
	if (!err)
		*ret_reading = draft.reading;
	return err;
}
