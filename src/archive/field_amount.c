/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/utf8.h>

#include "field_found.h"

#define YUAN 0x5143	/* 元 */
#define YUAN_OLD 0x5706 /* 圆 */
#define WAN 0x4E07	/* 万 */
#define JIAO 0x89D2
#define FEN 0x5206
#define PING 0x5E73 /* 平 */
#define FANG 0x65B9 /* 方 */
#define MI 0x7C73   /* 米 */
#define SQUARE_METRE 0x33A1
#define SQUARED 0xB2
#define MIAN 0x9762 /* 面 */
#define JI 0x79EF   /* 积 */
#define NUMBER_MAX 32
#define WORDS_MAX 40
#define MOST INT64_C(1000000000000000000)

static uint32_t character_at(const struct zong_cells *cells, size_t at)
{
	return at < cells->count ? cells->cell[at].character : 0;
}

static bool is_digit(const struct zong_cells *cells, size_t at)
{
	return character_at(cells, at) >= '0' && character_at(cells, at) <= '9';
}

/* A digit, or a comma or point between two. */
static bool of_number(const struct zong_cells *cells, size_t at, size_t first)
{
	uint32_t character = character_at(cells, at);

	if (at > first && (at >= cells->count || cells->cell[at].gap != ZONG_CELL_JOINED) &&
		!(at < cells->count && cells->cell[at].gap == ZONG_CELL_BLANK &&
			(character_at(cells, at - 1) == ',' || character_at(cells, at - 1) == '.')))
		return false;
	if (is_digit(cells, at))
		return true;
	return (character == ',' || character == '.') && at > first && is_digit(cells, at + 1);
}

/* The digits from @at, with commas and points between them, into @text. The cell behind them; @at: there are none, or
 * more than it takes. */
static size_t take_digits(const struct zong_cells *cells, size_t at, char text[NUMBER_MAX + 1])
{
	size_t end = at;

	for (; end - at < NUMBER_MAX && of_number(cells, end, at); end++)
		text[end - at] = (char)character_at(cells, end);
	text[end - at] = '\0';
	return of_number(cells, end, at) ? at : end;
}

/* Text like 1,234.50 in units of 1/1000000. False: the commas stand wrongly, or it is no number. */
static bool number_of(const char *text, int64_t *ret_millionths)
{
	const char *point = strchr(text, '.');
	size_t whole = point ? (size_t)(point - text) : strlen(text);
	const char *comma = memchr(text, ',', whole);
	int64_t value = 0;
	int64_t place = 1000000;

	if (point && (strchr(point + 1, '.') || strchr(point + 1, ',')))
		return false;
	if (comma && comma - text > 3)
		return false;
	for (size_t i = 0; i < whole; i++) {
		if (comma && ((whole - i) % 4 == 0) != (text[i] == ','))
			return false;
		if (text[i] == ',')
			continue;
		value = value * 10 + (text[i] - '0');
		if (value > MOST / 1000000)
			return false;
	}
	value *= 1000000;
	for (const char *p = point ? point + 1 : ""; *p; p++) {
		place /= 10;
		value += (*p - '0') * place;
		if (place == 0)
			return false;
	}
	*ret_millionths = value;
	return true;
}

/* Valid, unless it is repaired and waits for something that says the same. */
static void add(const struct zong_cells *cells, struct zong_finding *finding, int64_t fen,
	struct zong_field_list *found)
{
	char value[48];

	snprintf(value, sizeof(value), "%lld.%02lld", (long long)(fen / 100),
		(long long)(fen % 100));
	finding->value = value;
	finding->valid = !finding->repaired;
	zong_field_list_add_loose(found, cells, finding);
}

/* How many cells from @at on say square metres: 平方米, ㎡, m², m2. 0: they do not. */
static size_t square_metres(const struct zong_cells *cells, size_t at)
{
	uint32_t first = character_at(cells, at), second = character_at(cells, at + 1);

	if (first == SQUARE_METRE)
		return 1;
	if ((first == 'm' || first == 'M') && (second == '2' || second == SQUARED))
		return is_digit(cells, at + 2) ? 0 : 2;
	return first == PING && second == FANG && character_at(cells, at + 2) == MI ? 3 : 0;
}

/* Digits @text with a unit of area behind them that ends at finding->end. */
static void add_area(const struct zong_cells *cells, struct zong_finding *finding, const char *text,
	struct zong_field_list *found)
{
	char value[48];
	int64_t millionths;

	finding->kind = "area";
	finding->value = text;
	if (number_of(text, &millionths) && millionths % 100 == 0) {
		snprintf(value, sizeof(value), "%lld.%04lld", (long long)(millionths / 1000000),
			(long long)(millionths / 100 % 10000));
		for (size_t len = strlen(value); value[len - 1] == '0' && value[len - 3] != '.';)
			value[--len] = '\0';
		finding->value = value;
		finding->valid = true;
	}
	zong_field_list_add_loose(found, cells, finding);
}

/* Does 面积 stand before it, perhaps in the cell of a form beside it, which then says the unit somewhere else. */
static bool is_behind_area(const struct zong_cells *cells, size_t first)
{
	if (first > 0 && character_at(cells, first - 1) == ':')
		first--;
	return first >= 2 && character_at(cells, first - 1) == JI &&
	       character_at(cells, first - 2) == MIAN;
}

/* Is it the end of a line, a cell or a word. */
static bool is_end(const struct zong_cells *cells, size_t at)
{
	return at >= cells->count || cells->cell[at].gap != ZONG_CELL_JOINED;
}

/* The digits from @at, and 元, 万元 or a unit of area behind them; with @sign before them they need no unit. */
static size_t find_number(const struct zong_cells *cells, size_t first, size_t at, bool sign,
	struct zong_field_list *found)
{
	struct zong_finding finding = {.kind = "amount", .first = first};
	char text[NUMBER_MAX + 1];
	size_t i = take_digits(cells, at, text);
	int64_t value;
	bool wan;

	if (i == at)
		return 0;
	if (!sign && (square_metres(cells, i) > 0 || (strchr(text, '.') && is_end(cells, i) &&
							     is_behind_area(cells, first)))) {
		finding.end = i + square_metres(cells, i);
		add_area(cells, &finding, text, found);
		return finding.end;
	}
	wan = character_at(cells, i) == WAN;
	i += wan;
	if (character_at(cells, i) == YUAN || character_at(cells, i) == YUAN_OLD)
		i++;
	else if (!sign)
		return 0;
	finding.end = i;
	if (!number_of(text, &value) || value > MOST / 10000 ||
		value * (wan ? 10000 : 1) % 10000 != 0) {
		finding.value = text;
		zong_field_list_add_loose(found, cells, &finding);
		return i;
	}
	add(cells, &finding, value * (wan ? 10000 : 1) / 10000, found);
	return i;
}

/* 0 to 9 of 零壹贰叁肆伍陆柒捌玖, or -1. */
static int digit_word(uint32_t character)
{
	static const uint32_t words[] = {
		0x96F6, 0x58F9, 0x8D30, 0x53C1, 0x8086, 0x4F0D, 0x9646, 0x67D2, 0x634C, 0x7396};

	for (int i = 0; i < 10; i++) {
		if (words[i] == character)
			return i;
	}
	return -1;
}

/* 10, 100, 1000 of 拾佰仟, or 0. */
static int place_word(uint32_t character)
{
	switch (character) {
	case 0x62FE:
		return 10;
	case 0x4F70:
		return 100;
	case 0x4EDF:
		return 1000;
	default:
		return 0;
	}
}

static bool is_end_word(uint32_t character)
{
	return character == 0x6574 || character == 0x6B63; /* 整, 正 */
}

struct words {
	int64_t sum;	 /* yuan of 万 and 亿 that are closed */
	int64_t section; /* of the four places that are open */
	int digit;	 /* that waits for its place, or -1 */
	int place;	 /* last one: places only go down */
	int64_t yuan, fen;
	bool closed; /* 元 has come */
};

static void close_section(struct words *words, int64_t times)
{
	words->section += words->digit > 0 ? words->digit : 0;
	words->sum = times == 100000000 ? (words->sum + words->section) * times
					: words->sum + words->section * times;
	words->section = 0;
	words->digit = -1;
	words->place = 10000;
}

static bool take_fraction(struct words *words, uint32_t character)
{
	if (!words->closed || words->digit < 0)
		return false;
	words->fen += words->digit * (character == JIAO ? 10 : 1);
	words->digit = -1;
	return true;
}

/* One character of an amount in words; false: it cannot stand there. */
static bool take_word(struct words *words, uint32_t character)
{
	int digit = digit_word(character);
	int place = place_word(character);

	if (digit >= 0) {
		if (words->digit > 0)
			return false;
		words->digit = digit;
		return true;
	}
	if (place > 0) {
		if (words->closed || place >= words->place)
			return false;
		/* 拾元 is said for 壹拾元 */
		words->section += place * (words->digit > 0 ? words->digit : 1);
		words->digit = -1;
		words->place = place;
		return true;
	}
	if (character == JIAO || character == FEN)
		return take_fraction(words, character);
	if (words->closed)
		return false;
	close_section(words, character == WAN ? 10000 : character == 0x4EBF ? 100000000 : 1);
	if (character == YUAN || character == YUAN_OLD) {
		words->yuan = words->sum;
		words->closed = true;
	}
	return true;
}

static bool is_word(uint32_t character)
{
	return digit_word(character) >= 0 || place_word(character) > 0 || character == WAN ||
	       character == 0x4EBF || character == YUAN || character == YUAN_OLD ||
	       character == JIAO || character == FEN;
}

/* What the recogniser reads for the words of amounts, of which it has seen few: the word, else @character itself. */
static uint32_t word_meant(uint32_t character)
{
	static const uint32_t alike[][2] = {
		{0x5409, 0x58F9}, /* 吉 壹 */
		{0x8FC7, 0x58F9}, /* 过 壹 */
		{0x8D37, 0x8D30}, /* 贷 贰 */
		{0x53C2, 0x53C1}, /* 参 叁 */
		{0x53C4, 0x53C1}, /* 叄 叁 */
		{0x4E1A, 0x67D2}, /* 业 柒 */
		{0x8084, 0x8086}, /* 肄 肆 */
		{0x6E20, 0x67D2}, /* 渠 柒 */
		{0x6252, 0x634C}, /* 扒 捌 */
		{0x62AC, 0x62FE}, /* 抬 拾 */
		{0x4F2F, 0x4F70}, /* 伯 佰 */
		{0x4EC0, 0x4EDF}, /* 什 仟 */
	};

	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
		if (alike[i][0] == character)
			return alike[i][1];
	return character;
}

struct run {
	struct words words;
	size_t end, alike; /* so many characters are only like words */
	bool right;
};

static struct run take_run(const struct zong_cells *cells, size_t first)
{
	struct run run = {.words = {.digit = -1, .place = 10000}, .end = first, .right = true};

	for (; run.end < cells->count && run.end - first < WORDS_MAX; run.end++) {
		uint32_t character = cells->cell[run.end].character, meant = word_meant(character);

		if (!is_word(meant) ||
			(run.end > first && cells->cell[run.end].gap == ZONG_CELL_BLOCK))
			break;
		run.alike += meant != character;
		run.right &= take_word(&run.words, meant);
	}
	run.right &= run.words.digit <= 0;
	return run;
}

/* Digits that say the same behind the words, where a ￥ belongs that may have been read as anything. The cell behind
 * them, or 0. */
static size_t same_in_digits(const struct zong_cells *cells, size_t at, int64_t fen)
{
	char text[NUMBER_MAX + 1];
	int64_t value;
	size_t end;

	if (!is_digit(cells, at))
		at++;
	if (!is_digit(cells, at))
		return 0;
	end = take_digits(cells, at, text);
	if (end == at || !number_of(text, &value))
		return 0;
	return value % 10000 == 0 && value / 10000 == fen ? end : 0;
}

/* Is what stands before it the place of a digit: then something before it was misread. */
static bool is_torn_off(const struct zong_cells *cells, size_t first)
{
	return first > 0 && cells->cell[first].gap == ZONG_CELL_JOINED &&
	       place_word(word_meant(character_at(cells, first - 1))) > 0;
}

static size_t find_words(
	const struct zong_cells *cells, size_t first, struct zong_field_list *found)
{
	struct zong_finding finding = {.kind = "amount", .first = first};
	struct run run = take_run(cells, first);
	int64_t fen = run.words.yuan * 100 + run.words.fen;
	size_t digits;

	if (!run.words.closed || run.end - first < 2)
		return 0;
	if (run.alike > 0 && (!run.right || 2 * run.alike > run.end - first))
		return 0;
	finding.end = run.end + is_end_word(character_at(cells, run.end));
	if (!run.right || is_torn_off(cells, first)) {
		finding.value = "";
		zong_field_list_add_loose(found, cells, &finding);
		return finding.end;
	}
	finding.repaired = run.alike > 0;
	add(cells, &finding, fen, found);
	digits = run.words.fen || run.end < finding.end ? same_in_digits(cells, finding.end, fen)
							: 0;
	if (digits == 0)
		return finding.end;
	finding = (struct zong_finding){.kind = "amount", .first = finding.end, .end = digits};
	add(cells, &finding, fen, found);
	return digits;
}

void zong_amounts_settle(struct zong_field_list *found)
{
	for (size_t i = 0; i < found->count; i++) {
		Zong__Field *field = found->field[i];
		bool same = false;

		if (strcmp(field->kind, "amount") != 0 || field->valid || !field->repaired)
			continue;
		for (size_t j = 0; j < found->count && !same; j++)
			same = found->field[j]->valid &&
			       strcmp(found->field[j]->kind, "amount") == 0 &&
			       strcmp(found->field[j]->value, field->value) == 0;
		field->valid = field->repaired = same;
		if (!same)
			field->value[0] = '\0';
	}
}

size_t zong_find_amount(const struct zong_cells *cells, size_t at, struct zong_field_list *found)
{
	uint32_t character = cells->cell[at].character;

	if (character == 0xA5 || character == 0xFFE5)
		return is_digit(cells, at + 1) ? find_number(cells, at, at + 1, true, found) : 0;
	if (is_digit(cells, at)) {
		if (at > 0 && cells->cell[at].gap == ZONG_CELL_JOINED &&
			zong_cell_is_code(&cells->cell[at - 1]))
			return 0;
		return find_number(cells, at, at, false, found);
	}
	character = word_meant(character);
	if (digit_word(character) <= 0 && place_word(character) != 10)
		return 0;
	return find_words(cells, at, found);
}
