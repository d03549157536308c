/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/archival.h>
#include <zong/buffer.h>
#include <zong/utf8.h>

#include "code_fold.h"

#define MIDDLE_DOT 0xB7
#define NUMBER_DIGITS 9 /* of an element without width */

enum shape { TEXT, YEAR, PERIOD, NUMBER };

static const struct {
	const char *name;
	enum shape shape;
} elements[ZONG_ARCHIVAL_ELEMENTS] = {
	[ZONG_ARCHIVAL_FONDS] = {"fonds", TEXT},
	[ZONG_ARCHIVAL_CATEGORY] = {"category", TEXT},
	[ZONG_ARCHIVAL_YEAR] = {"year", YEAR},
	[ZONG_ARCHIVAL_RETENTION] = {"retention", PERIOD},
	[ZONG_ARCHIVAL_OFFICE] = {"office", TEXT},
	[ZONG_ARCHIVAL_LIST] = {"list", NUMBER},
	[ZONG_ARCHIVAL_VOLUME] = {"volume", NUMBER},
	[ZONG_ARCHIVAL_ITEM] = {"item", NUMBER},
	[ZONG_ARCHIVAL_PAGE] = {"page", NUMBER},
};

const char *zong_archival_element_name(enum zong_archival_element element)
{
	return (unsigned int)element < ZONG_ARCHIVAL_ELEMENTS ? elements[element].name : "text";
}

/* ---- characters ---- */

static bool is_dot(uint32_t character)
{
	switch (character) {
	case '.':
	case MIDDLE_DOT:
	case 0x2022: /* bullet */
	case 0x2027: /* hyphenation point */
	case 0x2219: /* bullet operator */
	case 0x22C5: /* dot operator */
	case 0x30FB: /* katakana middle dot, and its half-width form */
	case 0xFF65:
	case 0xFF0E:
		return true;
	default:
		return false;
	}
}

/* 0: it goes; ZONG_UTF8_BAD: it cannot stand in a number. */
static uint32_t normal(uint32_t character)
{
	if (character == ZONG_UTF8_BAD)
		return character;
	if (zong_utf8_is_blank(character) || zong_code_is_invisible(character))
		return 0;
	if (is_dot(character))
		return MIDDLE_DOT;
	if (zong_code_is_hyphen(character))
		return '-';
	character = zong_utf8_fold(character, false);
	if (character >= 'a' && character <= 'z')
		character -= 'a' - 'A';
	if (character < 0x21 || (character >= 0x7F && character <= 0x9F) || character == '/' ||
		character == '\\')
		return ZONG_UTF8_BAD;
	return character;
}

int zong_archival_normalise(const char *text, size_t len, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	struct zong_buf buf = ZONG_BUF_INIT(ZONG_LIMIT_ARCHIVAL_BYTES);
	size_t pos = 0, count = 0;
	int err = 0;

	while (!err && pos < len) {
		uint32_t character = normal(zong_utf8_next(text, len, &pos));

		if (character == ZONG_UTF8_BAD || count > ZONG_LIMIT_ARCHIVAL)
			err = ZONG_EARCHIVALNO;
		else if (character && zong_utf8_add(&buf, character) == 0)
			count++;
	}
	/* a path of these two would be taken for a folder; dots are middle dots here */
	if (buf.err == ZONG_ENOMEM)
		err = ZONG_ENOMEM;
	else if (err || buf.err || count == 0 || count > ZONG_LIMIT_ARCHIVAL)
		err = ZONG_EARCHIVALNO;
	else
		memcpy(ret_no, zong_buf_str(&buf), buf.len + 1);
	zong_buf_release(&buf);
	return err;
}

/* ---- one element ---- */

static bool in_shape(enum shape shape, uint32_t character)
{
	if (character >= '0' && character <= '9')
		return true;
	if (shape == NUMBER || shape == YEAR)
		return false;
	return (character >= 'A' && character <= 'Z') || zong_utf8_is_han(character);
}

/* D and a number of years, or a word. */
static bool is_period(const char *text)
{
	static const char *const words[] = {"Y", "永久", "长期", "短期"};
	size_t digits;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	digits = text[0] == 'D' ? strspn(text + 1, "0123456789") : 0;
	return digits >= 1 && digits <= 3 && text[1 + digits] == '\0' && text[1] != '0';
}

/* @text: whole, and of the width that the step asks for. */
static bool fits(const struct zong_archival_step *step, const char *text)
{
	enum shape shape = elements[step->element].shape;
	size_t len = strlen(text), pos = 0, count = zong_utf8_count(text, len);

	if (count == 0 || (step->width && count != step->width))
		return false;
	while (pos < len)
		if (!in_shape(shape, zong_utf8_next(text, len, &pos)))
			return false;
	if (shape == YEAR)
		return count == 4 && text[0] != '0';
	if (shape == NUMBER)
		return count <= NUMBER_DIGITS && (step->width || text[0] != '0');
	return shape != PERIOD || is_period(text);
}

/* In its normal form and filled up. */
static int fill(
	const struct zong_archival_step *step, const char *text, char ret_part[ZONG_ARCHIVAL_PART])
{
	char no[ZONG_ARCHIVAL_TEXT];
	size_t len, zeros = 0;
	const char *from = no;

	if (zong_archival_normalise(text, strlen(text), no))
		return ZONG_EARCHIVALNO;
	len = strlen(no);
	if (strspn(no, "0123456789") == len && elements[step->element].shape != YEAR) {
		if (elements[step->element].shape == NUMBER)
			while (from[0] == '0' && from[1])
				from++;
		len = strlen(from);
		zeros = step->width > len ? step->width - len : 0;
	}
	if (zeros + len >= ZONG_ARCHIVAL_PART)
		return ZONG_EARCHIVALNO;
	memset(ret_part, '0', zeros);
	memcpy(ret_part + zeros, from, len + 1);
	return fits(step, ret_part) ? 0 : ZONG_EARCHIVALNO;
}

/* ---- whole numbers ---- */

/* The bytes of @text that are this step's; 0: none are. */
static size_t take(const struct zong_archival_step *step, const char *text)
{
	size_t len = strlen(text), pos = 0, count = 0;

	if (step->element == ZONG_ARCHIVAL_FIXED) {
		size_t fixed = strlen(step->text);

		return strncmp(text, step->text, fixed) == 0 ? fixed : 0;
	}
	while (pos < len && (!step->width || count < step->width)) {
		size_t behind = pos;

		if (!in_shape(elements[step->element].shape, zong_utf8_next(text, len, &behind)))
			break;
		pos = behind;
		count++;
	}
	return pos;
}

int zong_archival_parse(const struct zong_archival_pattern *pattern, const char *text, size_t len,
	struct zong_archival *ret_parts, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	struct zong_archival parts = {0};
	char no[ZONG_ARCHIVAL_TEXT];
	const char *at = no;
	int err = zong_archival_normalise(text, len, no);

	if (err)
		return err;
	for (size_t i = 0; i < pattern->steps; i++) {
		const struct zong_archival_step *step = &pattern->step[i];
		size_t taken = take(step, at);

		if (taken == 0 || taken >= ZONG_ARCHIVAL_PART)
			return ZONG_EARCHIVALNO;
		if (step->element != ZONG_ARCHIVAL_FIXED) {
			memcpy(parts.part[step->element], at, taken);
			parts.part[step->element][taken] = '\0';
			if (!fits(step, parts.part[step->element]))
				return ZONG_EARCHIVALNO;
		}
		at += taken;
	}
	if (*at)
		return ZONG_EARCHIVALNO;
	*ret_parts = parts;
	memcpy(ret_no, no, sizeof(no));
	return 0;
}

/* The steps from @from to before @to, one behind the other. */
static int write_steps(const struct zong_archival_pattern *pattern,
	const struct zong_archival *parts, size_t from, size_t to,
	char ret_text[ZONG_ARCHIVAL_TEXT], struct zong_err *err)
{
	char part[ZONG_ARCHIVAL_PART];
	size_t len = 0;

	ret_text[0] = '\0';
	for (size_t i = from; i < to; i++) {
		const struct zong_archival_step *step = &pattern->step[i];
		const char *text = step->text;

		if (step->element != ZONG_ARCHIVAL_FIXED) {
			if (fill(step, parts->part[step->element], part))
				return zong_err_set(err, ZONG_EARCHIVALNO, "%s = %s",
					elements[step->element].name, parts->part[step->element]);
			text = part;
		}
		if (len + strlen(text) > ZONG_LIMIT_ARCHIVAL_BYTES)
			return zong_err_set(err, ZONG_EARCHIVALNO, "%s", ret_text);
		memcpy(ret_text + len, text, strlen(text) + 1);
		len += strlen(text);
	}
	return 0;
}

static size_t counted_step(const struct zong_archival_pattern *pattern)
{
	size_t i = 0;

	while (i < pattern->steps && pattern->step[i].element != pattern->counted)
		i++;
	return i;
}

int zong_archival_series(const struct zong_archival_pattern *pattern,
	const struct zong_archival *parts, char ret_before[ZONG_ARCHIVAL_TEXT],
	char ret_after[ZONG_ARCHIVAL_TEXT], struct zong_err *err)
{
	size_t at = counted_step(pattern);
	int r = write_steps(pattern, parts, 0, at, ret_before, err);

	return r ? r : write_steps(pattern, parts, at + 1, pattern->steps, ret_after, err);
}

int zong_archival_join(const char *before, uint32_t number, unsigned int width, const char *after,
	char ret_no[ZONG_ARCHIVAL_TEXT])
{
	char digits[16];
	int len = snprintf(
		digits, sizeof(digits), "%0*u", (int)(width > NUMBER_DIGITS ? 0 : width), number);

	if ((width && (unsigned int)len > width) || len > NUMBER_DIGITS)
		return ZONG_ELIMIT;
	if (strlen(before) + (size_t)len + strlen(after) > ZONG_LIMIT_ARCHIVAL_BYTES)
		return ZONG_ELIMIT;
	snprintf(ret_no, ZONG_ARCHIVAL_TEXT, "%s%s%s", before, digits, after);
	return zong_utf8_count(ret_no, strlen(ret_no)) > ZONG_LIMIT_ARCHIVAL ? ZONG_ELIMIT : 0;
}

int zong_archival_make(const struct zong_archival_pattern *pattern,
	const struct zong_archival *parts, char ret_no[ZONG_ARCHIVAL_TEXT], struct zong_err *err)
{
	const char *counted = parts->part[pattern->counted];
	char no[ZONG_ARCHIVAL_TEXT];
	int r;

	while (counted[0] == '0' && counted[1])
		counted++;
	if (pattern->width && strspn(counted, "0123456789") == strlen(counted) &&
		strlen(counted) > pattern->width)
		return zong_err_set(err, ZONG_ELIMIT, "%s", counted);
	r = write_steps(pattern, parts, 0, pattern->steps, no, err);
	if (!r && zong_utf8_count(no, strlen(no)) > ZONG_LIMIT_ARCHIVAL)
		r = zong_err_set(err, ZONG_EARCHIVALNO, "%s", no);
	if (!r)
		memcpy(ret_no, no, sizeof(no));
	return r;
}
