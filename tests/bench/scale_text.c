/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a contract: its clauses, the parties' own names, numbers and address, and running text of other
 * papers, cut into lines and words as a recogniser gives them. */
#include <stdlib.h>
#include <string.h>

#include <zong/reading.h>
#include <zong/utf8.h>

#include "scale.h"
#include "mkscan.h"

#define LINES 26
#define LINE_CHARACTERS 19
#define PROSE_LINES 40 /* of a page of nothing but running text */
#define PROSE_CHARACTERS 25
#define WORDS_A_LINE PROSE_CHARACTERS
#define FIELDS 3
#define CHARACTER 4 /* room of one */

struct scale_page {
	char *source; /* all the text that lines are cut from */
	size_t *starts, characters;
	Zong__Reading reading;
	Zong__Line line[PROSE_LINES], *lines[PROSE_LINES];
	Zong__Word word[PROSE_LINES * WORDS_A_LINE], *words[PROSE_LINES * WORDS_A_LINE];
	Zong__Box line_box[PROSE_LINES], word_box[PROSE_LINES * WORDS_A_LINE], field_box;
	char text[PROSE_LINES * WORDS_A_LINE][3 * CHARACTER + 1];
	Zong__Field field[FIELDS], *fields[FIELDS];
	char cert[96], unit[SCALE_TEXT];
	struct scale_party party[2];
};

static void add_source(struct scale_page *page, const char *text, size_t *len)
{
	size_t more = strlen(text);

	page->source = bench_must_have(realloc(page->source, *len + more + 1));
	memcpy(page->source + *len, text, more + 1);
	*len += more;
}

static void find_starts(struct scale_page *page, size_t len)
{
	size_t pos = 0;

	page->starts = bench_must_have(calloc(len + 1, sizeof(*page->starts)));
	while (pos < len) {
		page->starts[page->characters++] = pos;
		zong_utf8_next(page->source, len, &pos);
	}
	page->starts[page->characters] = len;
}

void scale_page_source(struct scale_page *page, const char *text)
{
	size_t len = 0;

	page->characters = 0;
	free(page->starts);
	add_source(page, text, &len);
	find_starts(page, len);
}

struct scale_page *scale_page_new(void)
{
	struct scale_page *page = bench_must_have(calloc(1, sizeof(*page)));
	size_t len = 0, i;

	for (i = 0; i < mkscan_clauses_len; i++)
		add_source(page, mkscan_clauses[i], &len);
	for (i = 0; i < mkscan_prose_len; i++)
		add_source(page, mkscan_prose[i], &len);
	find_starts(page, len);
	return page;
}

void scale_page_free(struct scale_page *page)
{
	free(page->source);
	free(page->starts);
	free(page);
}

static void set_box(Zong__Box *box, uint32_t x, uint32_t y, uint32_t width)
{
	zong__box__init(box);
	box->x = x;
	box->y = y;
	box->width = width;
	box->height = 52;
}

/* Words of one to three characters out of @text from character @at on. */
static void add_line(struct scale_page *page, const char *text, size_t len, uint64_t random)
{
	Zong__Line *line = &page->line[page->reading.n_lines];
	uint32_t y = 300 + 110 * (uint32_t)page->reading.n_lines;
	size_t first = page->reading.n_lines * WORDS_A_LINE;
	size_t pos = 0, end, i;
	uint32_t x = 260 + random % 9;

	zong__line__init(line);
	set_box(&page->line_box[page->reading.n_lines], x, y, 2000);
	line->box = &page->line_box[page->reading.n_lines];
	line->confidence = 0.93f;
	line->words = page->words + first;
	while (pos < len && line->n_words < WORDS_A_LINE) {
		size_t at = first + line->n_words++;
		Zong__Word *word = &page->word[at];

		random = scale_mix(random, 5);
		end = pos;
		for (i = 0; i < random % 3 + 1 && end < len; i++)
			zong_utf8_next(text, len, &end);
		memcpy(page->text[at], text + pos, end - pos);
		page->text[at][end - pos] = '\0';
		zong__word__init(word);
		set_box(&page->word_box[at], x, y + (random >> 8) % 5, 50 * (uint32_t)i);
		x += 54 * (uint32_t)i;
		word->text = page->text[at];
		word->box = &page->word_box[at];
		word->confidence = 0.85f + (float)(random >> 20 & 0xFF) / 2000;
		page->words[at] = word;
		pos = end;
	}
	page->lines[page->reading.n_lines++] = line;
}

static void add_field(struct scale_page *page, const char *kind, char *value)
{
	Zong__Field *field = &page->field[page->reading.n_fields];

	zong__field__init(field);
	field->kind = (char *)(uintptr_t)kind;
	field->value = field->raw = value;
	field->box = &page->field_box;
	field->confidence = 0.9f;
	field->valid = 1;
	page->fields[page->reading.n_fields++] = field;
}

static void begin_reading(struct scale_page *page, uint64_t number)
{
	static char engine[] = "tesseract 5.3.0 chi_sim", steps[] = "deskew 0.3; binarise";

	zong__reading__init(&page->reading);
	page->reading.width = 2480;
	page->reading.height = 3508;
	page->reading.source = ZONG_TEXT_OCR;
	page->reading.confidence = 0.92f;
	page->reading.engine = engine;
	page->reading.steps = steps;
	page->reading.lines = page->lines;
	page->reading.fields = page->fields;
	page->reading.read = (int64_t)number;
}

/* Lines of @characters out of anywhere in the source, until there are so many. */
static void add_prose(
	struct scale_page *page, size_t lines, size_t characters, uint64_t random)
{
	while (page->reading.n_lines < lines) {
		size_t at;

		random = scale_mix(random, 6);
		at = random % (page->characters - characters);
		add_line(page, page->source + page->starts[at],
			page->starts[at + characters] - page->starts[at], random);
	}
}

const Zong__Reading *scale_page_prose(struct scale_page *page, uint64_t number)
{
	begin_reading(page, number);
	add_prose(page, PROSE_LINES, PROSE_CHARACTERS, scale_mix(number, 21));
	return &page->reading;
}

const Zong__Reading *scale_page_read(struct scale_page *page, uint64_t number, uint64_t total)
{
	uint64_t random = scale_mix(number, 20);
	char own[160];
	size_t i;

	begin_reading(page, number);
	add_line(page, "房屋买卖合同", strlen("房屋买卖合同"), random);
	for (i = 0; i < 2; i++) {
		scale_party(number, (unsigned)i, &page->party[i]);
		snprintf(own, sizeof(own), "%s方：%s", i ? "乙" : "甲", page->party[i].name);
		add_line(page, own, strlen(own), random + i);
		add_line(page, page->party[i].idno, 18, random + i);
	}
	scale_address(number, total, own);
	add_line(page, own, strlen(own), random);
	scale_unit(number, total, page->unit);
	add_line(page, page->unit, strlen(page->unit), random);
	scale_cert(number, page->cert);
	add_line(page, page->cert, strlen(page->cert), random);
	add_prose(page, LINES, LINE_CHARACTERS, random);
	set_box(&page->field_box, 700, 900, 900);
	add_field(page, "unit", page->unit);
	add_field(page, "certificate", page->cert);
	add_field(page, "id", page->party[0].idno);
	return &page->reading;
}

void scale_words(unsigned rank, uint64_t number, char ret_words[SCALE_NAME])
{
	static const char *const some[] = {
		"违约金", "守约方", "渤海湾", "回执", "监管银行", "抵押权"};
	struct scale_party party;

	if (rank == 0) {
		snprintf(ret_words, SCALE_NAME, "房屋买卖合同");
	} else if (rank == 1) {
		snprintf(
			ret_words, SCALE_NAME, "%s", some[number % (sizeof(some) / sizeof(*some))]);
	} else {
		scale_party(number, 0, &party);
		snprintf(ret_words, SCALE_NAME, "%.12s 合同", party.name + strlen("示例"));
	}
}
