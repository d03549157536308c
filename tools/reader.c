/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"

#include <stdio.h>
#include <string.h>

#include <zong/utf8.h>

#define DAY_DIGITS 8

struct part {
	const char *at;
	size_t len;
};

/* The next member; false: there is none. */
static bool next_part(const char **at, const char *end, struct part *ret_part)
{
	const char *tab;

	if (!*at)
		return false;
	tab = memchr(*at, '\t', (size_t)(end - *at));
	ret_part->at = *at;
	ret_part->len = (size_t)((tab ? tab : end) - *at);
	*at = tab ? tab + 1 : NULL;
	return true;
}

static bool is(const struct part *part, const char *word)
{
	return part->len == strlen(word) && memcmp(part->at, word, part->len) == 0;
}

/* The value where the member has this name. */
static bool has_name(const struct part *part, const char *name, struct part *ret_value)
{
	size_t len = strlen(name);

	if (part->len <= len || part->at[len] != '=' || memcmp(part->at, name, len) != 0)
		return false;
	ret_value->at = part->at + len + 1;
	ret_value->len = part->len - len - 1;
	return true;
}

static bool set(char *member, size_t size, const struct part *value)
{
	if (value->len >= size)
		return false;
	memcpy(member, value->at, value->len);
	member[value->len] = '\0';
	return true;
}

/* Readers give 20301231; a day is 2030-12-31. */
static bool set_until(struct reader_line *line, const struct part *value)
{
	char digits[DAY_DIGITS + 1];

	if (!set(line->until, sizeof(line->until), value))
		return false;
	if (value->len != DAY_DIGITS || strspn(line->until, "0123456789") != DAY_DIGITS)
		return true;
	memcpy(digits, line->until, sizeof(digits));
	snprintf(
		line->until, sizeof(line->until), "%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
	return true;
}

static const char *parse_card(const char *at, const char *end, struct reader_line *line)
{
	struct part part, value;

	while (next_part(&at, end, &part)) {
		bool fits = true;

		if (has_name(&part, "name", &value))
			fits = set(line->name, sizeof(line->name), &value);
		else if (has_name(&part, "idno", &value))
			fits = set(line->idno, sizeof(line->idno), &value);
		else if (has_name(&part, "kind", &value))
			fits = set(line->kind, sizeof(line->kind), &value);
		else if (has_name(&part, "until", &value))
			fits = set_until(line, &value);
		if (!fits)
			return "a member is too long";
	}
	return line->name[0] && line->idno[0] ? NULL : "a card without name= or idno=";
}

static const char *parse(const char *at, size_t len, struct reader_line *line)
{
	const char *end = at + len;
	struct part word, rest;

	if (len >= READER_LINE)
		return "a line is too long";
	if (!zong_utf8_valid(at, len) || memchr(at, '\0', len))
		return "a line is not UTF-8";
	next_part(&at, end, &word);
	if (is(&word, "zong-reader 1")) {
		line->word = READER_HELLO;
		return NULL;
	}
	if (is(&word, "card")) {
		line->word = READER_CARD;
		return parse_card(at, end, line);
	}
	if (is(&word, "gone")) {
		line->word = READER_GONE;
		return NULL;
	}
	if (is(&word, "error")) {
		line->word = READER_ERROR;
		rest.at = at ? at : end;
		rest.len = (size_t)(end - rest.at);
		set(line->text, sizeof(line->text), &rest);
		return NULL;
	}
	return "a line begins with another word than card, gone or error";
}

bool reader_parse(
	const char *line, size_t len, struct reader_line *ret_line, const char **ret_wrong)
{
	if (len && line[len - 1] == '\r')
		len--;
	memset(ret_line, 0, sizeof(*ret_line));
	*ret_wrong = parse(line, len, ret_line);
	return !*ret_wrong;
}

bool reader_format(const struct reader_line *card, char *line, size_t size)
{
	int len = snprintf(line, size, "card\tname=%s\tidno=%s%s%s%s%s", card->name, card->idno,
		card->kind[0] ? "\tkind=" : "", card->kind, card->until[0] ? "\tuntil=" : "",
		card->until);

	return len > 0 && (size_t)len < size && !strpbrk(card->name, "\t\n") &&
	       !strpbrk(card->idno, "\t\n");
}
