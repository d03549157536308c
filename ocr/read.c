/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "clean.h"
#include "order.h"
#include "orient.h"
#include "read.h"
#include "strip.h"

#define UNSURE_LINE 0.60   /* a line without Han below it is read again with eng */
#define LETTERS_LEAST 10   /* of a line that is read again with eng however sure chi_sim is */
#define UNSURE_PAGE 0.55   /* a page below it may lie on its side */
#define LAYOUT_DPI 350      /* what layout is told: with too little it takes letters for specks */
#define STRIPS_MOST 16      /* of a page; a photograph has any number of large dark spots */
#define STRIP_SURE 0.60f    /* of a strip that is taken */
#define STRIP_HAN 2         /* it has at least */
#define SHADOW_SURE 0.50f   /* less than that of a line inside one that is surer than ... */
#define SHADOW_CASTER 0.80f
#define STEPS_MAX 400
#define ENGINE_MAX 64

struct zong_reader {
	TessBaseAPI *chinese;
	TessBaseAPI *english;
	char engine[ENGINE_MAX];
};

/* A page being put together. */
struct draft {
	struct zong_arena *arena;
	const struct zong_cleaned *cleaned;
	struct zong_reading reading;
	struct zong_strip *place; /* of each line, in the cleaned picture */
	bool *gone;             /* lines that were read better since */
	uint32_t first;         /* word of the line being taken */
	size_t text_len;
	int err;
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

/* -- words and lines -- */

static bool is_wide(uint32_t character)
{
	return zong_utf8_is_han(character) || (character >= 0x2e80 && character <= 0x303f) ||
		(character >= 0x3040 && character <= 0x30ff) ||
		(character >= 0xff00 && character <= 0xff60);
}

static uint32_t first_character(const char *text)
{
	size_t pos = 0;

	return zong_utf8_next(text, strlen(text), &pos);
}

static uint32_t last_character(const char *text)
{
	size_t pos = 0, len = strlen(text);
	uint32_t character = 0;

	while (pos < len)
		character = zong_utf8_next(text, len, &pos);
	return character;
}

static bool has_han(const char *text)
{
	size_t pos = 0, len = strlen(text);

	while (pos < len)
		if (zong_utf8_is_han(zong_utf8_next(text, len, &pos)))
			return true;
	return false;
}

/* Tesseract ends words between Han too; a real blank stands only between two letters that are not. */
static bool blank_between(const char *before, const char *after)
{
	return !is_wide(last_character(before)) && !is_wide(first_character(after));
}

/* Where in the cleaned picture the one lies that is read, and by how much it is enlarged. */
struct origin {
	int x, y;
	double scale;
};

static const struct origin whole = {.scale = 1};

static struct zong_strip part_of(const struct origin *origin, int left, int top, int right, int bottom)
{
	return (struct zong_strip){
		.left = origin->x + (int)(left / origin->scale),
		.top = origin->y + (int)(top / origin->scale),
		.right = origin->x + (int)ceil(right / origin->scale),
		.bottom = origin->y + (int)ceil(bottom / origin->scale),
	};
}

static int take_word(struct draft *draft, TessResultIterator *results, const struct origin *origin)
{
	struct zong_reading *reading = &draft->reading;
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(results);
	char *text = TessResultIteratorGetUTF8Text(results, RIL_WORD);
	int left, top, right, bottom;
	struct zong_word *word;
	struct zong_strip part;
	float confidence;

	if (!text)
		return 0;
	if (!text[0] || !zong_utf8_printable(text, strlen(text)) || strpbrk(text, " \t\n") ||
		!TessPageIteratorBoundingBox(place, RIL_WORD, &left, &top, &right, &bottom) ||
		reading->words == ZONG_LIMIT_WORDS || strlen(text) > 1000 ||
		draft->text_len + strlen(text) > ZONG_LIMIT_PAGE_TEXT) {
		TessDeleteText(text);
		return 0;
	}
	word = &reading->word[reading->words];
	word->text = zong_arena_str(draft->arena, text);
	draft->text_len += strlen(text);
	TessDeleteText(text);
	if (!word->text)
		return ZONG_EWORKER_MEMORY;
	part = part_of(origin, left, top, right, bottom);
	word->box = zong_cleaned_box(draft->cleaned, part.left, part.top, part.right, part.bottom);
	confidence = TessResultIteratorConfidence(results, RIL_WORD) / 100;
	word->confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
	word->blank_before = reading->words > draft->first &&
		blank_between(reading->word[reading->words - 1].text, word->text);
	reading->words++;
	return 0;
}

static float mean_confidence(const struct zong_word *word, uint32_t count)
{
	double sum = 0, characters = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		double n = (double)zong_utf8_count(word[i].text, strlen(word[i].text));

		sum += n * (double)word[i].confidence;
		characters += n;
	}
	return characters > 0 ? (float)(sum / characters) : 0;
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

/* The line at @results is read by the other model; what it is surer of stays. */
static int read_again(struct draft *draft, TessBaseAPI *english, const int box[4])
{
	struct zong_reading *reading = &draft->reading;
	uint32_t count = reading->words - draft->first;
	struct zong_word *kept = &reading->word[draft->first];
	struct zong_word *before = zong_arena_copy(draft->arena, kept, count * sizeof(*kept));
	float sure = mean_confidence(kept, count);
	TessResultIterator *results;
	int err = 0;

	if (!before)
		return ZONG_EWORKER_MEMORY;
	set_line(english, draft->cleaned->pix, box);
	if (TessBaseAPIRecognize(english, NULL) != 0)
		return 0;
	results = TessBaseAPIGetIterator(english);
	if (!results)
		return 0;
	reading->words = draft->first;
	do
		err = take_word(draft, results, &whole);
	while (!err && TessResultIteratorNext(results, RIL_WORD));
	TessResultIteratorDelete(results);
	if (!err && mean_confidence(kept, reading->words - draft->first) <= sure) {
		memcpy(kept, before, count * sizeof(*kept));
		reading->words = draft->first + count;
	}
	return err;
}

static bool line_has_han(const struct zong_word *word, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (has_han(word[i].text))
			return true;
	return false;
}

/* A line without Han that chi_sim is unsure of, or one of many letters: of those it loses blanks. */
static bool is_for_english(const struct zong_word *word, uint32_t count)
{
	size_t letters = 0, all = 0;
	uint32_t i;
	const char *p;

	if (line_has_han(word, count))
		return false;
	if (mean_confidence(word, count) < UNSURE_LINE)
		return true;
	for (i = 0; i < count; i++) {
		for (p = word[i].text; *p; p++, all++)
			if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
				letters++;
	}
	return letters >= LETTERS_LEAST && 3 * letters >= 2 * all;
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

static void end_line(struct draft *draft, bool new_block, struct zong_strip place)
{
	struct zong_reading *reading = &draft->reading;
	uint32_t i, count = reading->words - draft->first;
	struct zong_word *word = &reading->word[draft->first];
	struct zong_line *line = &reading->line[reading->lines];

	if (count == 0)
		return;
	line->first = draft->first;
	line->count = count;
	line->box = word[0].box;
	for (i = 1; i < count; i++)
		line->box = around(line->box, word[i].box);
	line->confidence = mean_confidence(word, count);
	if (reading->lines > 0)
		line->block = line[-1].block + (new_block ? 1 : 0);
	draft->place[reading->lines] = place;
	draft->gone[reading->lines] = false;
	reading->lines++;
	draft->first = reading->words;
}

static int take_lines(struct draft *draft, struct zong_reader *reader, TessResultIterator *results)
{
	const TessPageIterator *place = TessResultIteratorGetPageIteratorConst(results);
	bool english_has_it = false, new_block = false, more = true;
	int box[4], err = 0;

	while (more && !err) {
		new_block |= TessPageIteratorIsAtBeginningOf(place, RIL_BLOCK);
		TessPageIteratorBoundingBox(place, RIL_TEXTLINE, &box[0], &box[1], &box[2], &box[3]);
		do {
			err = take_word(draft, results, &whole);
			more = TessResultIteratorNext(results, RIL_WORD);
		} while (!err && more && !TessPageIteratorIsAtBeginningOf(place, RIL_TEXTLINE));
		if (!err && draft->reading.words > draft->first) {
			const struct zong_word *word = &draft->reading.word[draft->first];
			uint32_t count = draft->reading.words - draft->first;

			if (is_for_english(word, count)) {
				if (!english_has_it)
					TessBaseAPISetImage2(reader->english, draft->cleaned->pix);
				english_has_it = true;
				err = read_again(draft, reader->english, box);
			}
		}
		if (!err && draft->reading.words > draft->first) {
			end_line(draft, new_block,
				(struct zong_strip){box[0], box[1], box[2], box[3]});
			new_block = false;
		}
	}
	return err;
}

/* -- strips -- */

static uint32_t han_of(const struct zong_word *word, uint32_t count)
{
	uint32_t i, han = 0;

	for (i = 0; i < count; i++) {
		size_t pos = 0, len = strlen(word[i].text);

		while (pos < len)
			han += zong_utf8_is_han(zong_utf8_next(word[i].text, len, &pos));
	}
	return han;
}

static double characters_of(const struct zong_word *word, uint32_t count)
{
	double characters = 0;
	uint32_t i;

	for (i = 0; i < count; i++)
		characters += (double)zong_utf8_count(word[i].text, strlen(word[i].text));
	return characters;
}

/* A line of which much has been read, and surely. */
static bool is_read_well(const struct draft *draft, uint32_t i)
{
	const struct zong_line *line = &draft->reading.line[i];
	const struct zong_strip *place = &draft->place[i];
	double letters = (double)(place->right - place->left) / (place->bottom - place->top + 1);

	return line->confidence >= UNSURE_LINE &&
		characters_of(&draft->reading.word[line->first], line->count) >= letters / 2;
}

static bool lies_in(const struct zong_strip *line, const struct zong_strip *strip)
{
	int x = line->left + (line->right - line->left) / 2;
	int y = line->top + (line->bottom - line->top) / 2;

	return x >= strip->left && x < strip->right && y >= strip->top && y < strip->bottom;
}

/* Of the lines read so far in the strip: how much and how surely, as one number. */
static double worth_of_lines(const struct draft *draft, uint32_t lines, const struct zong_strip *strip)
{
	double worth = 0;
	uint32_t i;

	for (i = 0; i < lines; i++) {
		const struct zong_line *line = &draft->reading.line[i];

		if (!draft->gone[i] && lies_in(&draft->place[i], strip))
			worth += (double)line->confidence *
				han_of(&draft->reading.word[line->first], line->count);
	}
	return worth;
}

static int take_strip(struct draft *draft, TessBaseAPI *chinese, const struct zong_strip *strip)
{
	struct zong_reading *reading = &draft->reading;
	struct origin origin;
	PIX *pix = zong_strip_cut(draft->cleaned->pix, strip, &origin.x, &origin.y, &origin.scale);
	const struct zong_word *word = &reading->word[draft->first];
	TessResultIterator *results = NULL;
	uint32_t i, count, han, lines = reading->lines;
	float sure;
	int err = 0;

	if (!pix)
		return ZONG_EWORKER_MEMORY;
	TessBaseAPISetImage2(chinese, pix);
	if (TessBaseAPIRecognize(chinese, NULL) == 0)
		results = TessBaseAPIGetIterator(chinese);
	if (results) {
		do
			err = take_word(draft, results, &origin);
		while (!err && TessResultIteratorNext(results, RIL_WORD));
		TessResultIteratorDelete(results);
	}
	pixDestroy(&pix);
	if (err)
		return err;
	count = reading->words - draft->first;
	han = han_of(word, count);
	sure = mean_confidence(word, count);
	if (han < STRIP_HAN || sure < STRIP_SURE ||
		(double)sure * han <= worth_of_lines(draft, lines, strip)) {
		reading->words = draft->first;
		return 0;
	}
	for (i = 0; i < lines; i++)
		draft->gone[i] |= lies_in(&draft->place[i], strip);
	end_line(draft, true, *strip);
	return 0;
}

/* Layout may take a piece of a large line for a line of its own, which is read to nonsense. */
static bool is_shadow(const struct draft *draft, uint32_t which)
{
	const struct zong_reading *reading = &draft->reading;
	const struct zong_line *line = &reading->line[which];
	uint32_t i;

	if (line->confidence >= SHADOW_SURE)
		return false;
	for (i = 0; i < reading->lines; i++)
		if (i != which && !draft->gone[i] && reading->line[i].confidence >= SHADOW_CASTER &&
			lies_in(&draft->place[which], &draft->place[i]) &&
			draft->place[which].left >= draft->place[i].left &&
			draft->place[which].right <= draft->place[i].right)
			return true;
	return false;
}

/* @ink: what layout saw. */
static int take_strips(struct draft *draft, TessBaseAPI *chinese, PIX *ink)
{
	struct zong_reading *reading = &draft->reading;
	uint32_t i, old = reading->lines;
	struct zong_strip *cover = zong_arena_calloc(draft->arena, old + 1, sizeof(*cover));
	struct zong_strip *strip = NULL;
	size_t covers = 0, strips = 0, j;
	bool changed = false;
	int err;

	if (!cover)
		return ZONG_EWORKER_MEMORY;
	for (i = 0; i < old; i++)
		if (is_read_well(draft, i))
			cover[covers++] = draft->place[i];
	err = zong_strip_find(ink, draft->cleaned->glyph, cover, covers, STRIPS_MOST, draft->arena,
		&strip, &strips);
	TessBaseAPISetPageSegMode(chinese, PSM_SINGLE_LINE);
	for (j = 0; j < strips && !err; j++)
		err = take_strip(draft, chinese, &strip[j]);
	TessBaseAPISetPageSegMode(chinese, PSM_AUTO);
	for (i = 0; i < old && !err; i++) {
		draft->gone[i] |= is_shadow(draft, i);
		changed |= draft->gone[i];
	}
	if (!err && (changed || reading->lines > old))
		err = zong_order_insert(reading, draft->place, draft->gone, old, draft->arena);
	return err;
}

/* -- a page -- */

static int read_cleaned(struct zong_reader *reader, const struct zong_cleaned *cleaned,
	struct draft *draft)
{
	TessResultIterator *results;
	PIX *ink;
	int err = 0;

	draft->cleaned = cleaned;
	draft->first = 0;
	draft->text_len = 0;
	draft->reading.words = draft->reading.lines = 0;
	TessBaseAPISetImage2(reader->chinese, cleaned->pix);
	TessBaseAPISetSourceResolution(reader->chinese, LAYOUT_DPI);
	if (TessBaseAPIRecognize(reader->chinese, NULL) != 0)
		return 0;
	results = TessBaseAPIGetIterator(reader->chinese);
	if (results) {
		err = take_lines(draft, reader, results);
		TessResultIteratorDelete(results);
	}
	ink = TessBaseAPIGetThresholdedImage(reader->chinese);
	if (!err && ink && cleaned->glyph > 0)
		err = take_strips(draft, reader->chinese, ink);
	pixDestroy(&ink);
	TessBaseAPIClear(reader->chinese);
	TessBaseAPIClear(reader->english);
	return err;
}

static int begin(struct draft *draft)
{
	draft->reading.word = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS,
		sizeof(*draft->reading.word));
	draft->reading.line = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS,
		sizeof(*draft->reading.line));
	draft->place = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->place));
	draft->gone = zong_arena_calloc(draft->arena, ZONG_LIMIT_WORDS, sizeof(*draft->gone));
	if (!draft->reading.word || !draft->reading.line || !draft->place || !draft->gone)
		return ZONG_EWORKER_MEMORY;
	return 0;
}

/* A page turned by so many quarters; draft->reading.source stays ZONG_TEXT_NONE when it is blank.
 * @ret_turn: by how much the page as it was read should be turned further; NULL: do not ask. */
static int read_turned(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	unsigned int quarter, struct draft *draft, unsigned int *ret_turn)
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
	draft->reading.confidence = mean_confidence(draft->reading.word, draft->reading.words);
	if (!err && ret_turn && !cleaned.blank && draft->reading.confidence < UNSURE_PAGE)
		*ret_turn = zong_orient_guess(reader->chinese, cleaned.pix);
	pixDestroy(&cleaned.pix);
	zong_buf_release(&steps);
	return err;
}

int zong_reader_read(struct zong_reader *reader, const struct zong_raster *raster, float dpi,
	struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct draft draft = {
		.arena = arena,
		.reading = {
			.width = raster->width,
			.height = raster->height,
			.engine = reader->engine,
			.steps = "",
		},
	};
	struct draft other = draft;
	unsigned int turn = 0;
	int err;

	err = begin(&draft);
	if (!err)
		err = read_turned(reader, raster, dpi, 0, &draft, &turn);
	if (!err && turn) {
		err = begin(&other);
		if (!err)
			err = read_turned(reader, raster, dpi, turn, &other, NULL);
		if (!err && other.reading.confidence > draft.reading.confidence)
			draft = other;
	}
	if (!err)
		*ret_reading = draft.reading;
	return err;
}
