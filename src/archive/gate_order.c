/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers printed on pages. */
#include <stdlib.h>
#include <string.h>

#include <zong/gate.h>
#include <zong/utf8.h>

#define LINE_BYTES 64	/* bytes; a longer line is running text */
#define NUMBER_MAX 9999 /* a larger one is no page's */
#define EDGE_SHARE 0.15 /* of the page at its head and at its foot */

/* The line without blanks; "" when it is long. */
static void text_of(const Zong__Line *line, char ret_text[LINE_BYTES])
{
	size_t len = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < line->n_words; i++) {
		size_t more = strlen(line->words[i]->text);

		if (len + more >= LINE_BYTES) {
			ret_text[0] = '\0';
			return;
		}
		memcpy(ret_text + len, line->words[i]->text, more + 1);
		len += more;
	}
}

static bool skip(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

static bool skip_any(const char **at, const char *const *words)
{
	for (; *words; words++)
		if (skip(at, *words))
			return true;
	return false;
}

/* Digits, ASCII or of full width. */
static bool take_number(const char **at, unsigned int *ret_number)
{
	size_t len = strlen(*at), pos = 0;
	unsigned int number = 0;
	bool any = false;

	while (pos < len && number <= NUMBER_MAX) {
		size_t next = pos;
		uint32_t sign = zong_utf8_next(*at, len, &next);

		if (sign >= 0xFF10 && sign <= 0xFF19)
			sign = sign - 0xFF10 + '0';
		if (sign < '0' || sign > '9')
			break;
		number = number * 10 + (sign - '0');
		any = true;
		pos = next;
	}
	*at += pos;
	*ret_number = number;
	return any && number >= 1 && number <= NUMBER_MAX;
}

/* 第3页, 第3页共8页, 第3页/共8页, also where something stands before it; with @alone nothing may. */
static bool parse_words(
	const char *text, bool alone, unsigned int *ret_number, unsigned int *ret_total)
{
	static const char *const marks[] = {"/", "，", ",", "、", "(", "（", NULL};
	const char *at = strstr(text, "第");

	if (!at || (alone && at != text))
		return false;
	skip(&at, "第");
	if (!take_number(&at, ret_number) || !(skip(&at, "页") || skip(&at, "頁")))
		return false;
	skip_any(&at, marks);
	if (!skip(&at, "共") || !take_number(&at, ret_total) || *ret_total < *ret_number)
		*ret_total = 0;
	return !alone || !*at || skip(&at, "页");
}

/* 3/8, -3-, —3—, and nothing else on the line. */
static bool parse_signs(const char *text, unsigned int *ret_number, unsigned int *ret_total)
{
	static const char *const dashes[] = {"-", "—", "–", "－", "一", "·", "~", NULL};
	static const char *const slashes[] = {"/", "／", NULL};
	const char *at = text;
	bool dash = skip_any(&at, dashes);

	*ret_total = 0;
	while (dash && skip_any(&at, dashes))
		;
	if (!take_number(&at, ret_number))
		return false;
	if (dash) {
		if (!skip_any(&at, dashes))
			return false;
		while (skip_any(&at, dashes))
			;
		return !*at;
	}
	return skip_any(&at, slashes) && take_number(&at, ret_total) && !*at &&
	       *ret_total >= *ret_number;
}

static bool at_edge(const Zong__Reading *reading, const Zong__Line *line)
{
	double top = line->box ? line->box->y : 0;
	double bottom = top + (line->box ? line->box->height : 0);

	return bottom <= reading->height * EDGE_SHARE || top >= reading->height * (1 - EDGE_SHARE);
}

unsigned int zong_gate_printed(const Zong__Reading *reading, unsigned int *ret_total)
{
	/* From the foot up: what stands last on a page is its number sooner than a heading. */
	for (size_t i = reading->n_lines; i-- > 0;) {
		const Zong__Line *line = reading->lines[i];
		unsigned int number = 0, total = 0;
		char text[LINE_BYTES];

		text_of(line, text);
		if (!parse_words(text, !at_edge(reading, line), &number, &total) &&
			!(at_edge(reading, line) && parse_signs(text, &number, &total)))
			continue;
		*ret_total = total;
		return number;
	}
	*ret_total = 0;
	return 0;
}

bool zong_gate_follows(unsigned int before, unsigned int total_before, unsigned int number,
	unsigned int total, unsigned int *ret_expected)
{
	*ret_expected = before + 1;
	if (number == before + 1)
		return true;
	if (number != 1)
		return false;
	/* Another paper begins, unless this one was to go on. */
	return !total_before || before == total_before || total != total_before;
}
