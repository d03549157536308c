/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/archival.h>
#include <zong/utf8.h>

#define MOST_WIDTH 9 /* digits of a number; letters of the others */

struct reader {
	const char *text;
	size_t len, at;
	struct zong_archival_pattern pattern;
	struct zong_err *err;
};

/* People count characters, from 1. */
static int wrong(struct reader *reader, size_t at, const char *what)
{
	return zong_err_set(reader->err, ZONG_EINVAL, "archival-number: %zu: %s",
		zong_utf8_count(reader->text, at) + 1, what);
}

static int add_step(struct reader *reader, size_t at, const struct zong_archival_step *step)
{
	if (reader->pattern.steps == ZONG_ARCHIVAL_STEPS)
		return wrong(reader, at, "too many elements");
	reader->pattern.step[reader->pattern.steps++] = *step;
	return 0;
}

/* Up to the next brace. */
static int take_fixed(struct reader *reader)
{
	struct zong_archival_step step = {.element = ZONG_ARCHIVAL_FIXED};
	size_t len = strcspn(reader->text + reader->at, "{}");
	char no[ZONG_ARCHIVAL_TEXT];

	if (zong_archival_normalise(reader->text + reader->at, len, no) ||
		strlen(no) >= sizeof(step.text))
		return wrong(reader, reader->at, "text that cannot stand in a number");
	memcpy(step.text, no, strlen(no) + 1);
	reader->at += len;
	return add_step(reader, reader->at - len, &step);
}

static bool names(const char *text, size_t len, const char *name)
{
	return strlen(name) == len && strncmp(text, name, len) == 0;
}

/* ":4}" or "}". */
static int take_width(struct reader *reader, size_t at, struct zong_archival_step *step)
{
	const char *text = reader->text + at;

	if (*text == ':') {
		step->width = (unsigned int)(text[1] - '0');
		if (text[1] < '1' || text[1] > '0' + MOST_WIDTH || text[2] != '}')
			return wrong(reader, at, "a width from 1 to 9, then }");
		text += 2;
	}
	if (*text != '}')
		return wrong(reader, at, "no }");
	reader->at = (size_t)(text - reader->text) + 1;
	return 0;
}

static int take_element(struct reader *reader)
{
	struct zong_archival_step step = {.element = ZONG_ARCHIVAL_FONDS};
	size_t begin = reader->at, at = begin + 1;
	size_t len = strcspn(reader->text + at, ":{}");
	int element = 0;
	int r;

	while (element < ZONG_ARCHIVAL_ELEMENTS &&
		!names(reader->text + at, len,
			zong_archival_element_name((enum zong_archival_element)element)))
		element++;
	if (element == ZONG_ARCHIVAL_ELEMENTS)
		return wrong(reader, at,
			"fonds, category, year, retention, office, list, volume or item");
	if (element == ZONG_ARCHIVAL_PAGE)
		return wrong(reader, at, "a volume has no page number");
	step.element = (enum zong_archival_element)element;
	for (size_t i = 0; i < reader->pattern.steps; i++)
		if (reader->pattern.step[i].element == step.element)
			return wrong(reader, at, "stands there twice");
	r = take_width(reader, at + len, &step);
	if (!r && step.element == ZONG_ARCHIVAL_YEAR && step.width && step.width != 4)
		return wrong(reader, at, "a year has four digits");
	if (!r && step.element == ZONG_ARCHIVAL_RETENTION && step.width)
		return wrong(reader, at, "Y and D30 are not equally long");
	return r ? r : add_step(reader, begin, &step);
}

/* May what follows begin with a character that the element takes for its own? Letters and Han may not follow a number
 * without width either: it reads better, and is one rule less to know. */
static int check_borders(struct reader *reader)
{
	const struct zong_archival_pattern *pattern = &reader->pattern;

	for (size_t i = 0; i + 1 < pattern->steps; i++) {
		const struct zong_archival_step *step = &pattern->step[i], *next = step + 1;
		size_t pos = 0;
		uint32_t c;

		if (step->element == ZONG_ARCHIVAL_FIXED || step->width ||
			step->element == ZONG_ARCHIVAL_YEAR)
			continue;
		c = next->element == ZONG_ARCHIVAL_FIXED
			    ? zong_utf8_next(next->text, strlen(next->text), &pos)
			    : '0';
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || zong_utf8_is_han(c))
			return zong_err_set(reader->err, ZONG_EINVAL,
				"archival-number: {%s}: where it ends cannot be told; give a width "
				"or a connector",
				zong_archival_element_name(step->element));
	}
	return 0;
}

/* A volume is counted where the pattern has one, else an item. A year is always four digits. */
static int find_counted(struct reader *reader)
{
	struct zong_archival_pattern *pattern = &reader->pattern;
	bool found = false;

	for (size_t i = 0; i < pattern->steps; i++) {
		struct zong_archival_step *step = &pattern->step[i];

		if (step->element == ZONG_ARCHIVAL_YEAR)
			step->width = 4;
		if (step->element != ZONG_ARCHIVAL_VOLUME && step->element != ZONG_ARCHIVAL_ITEM)
			continue;
		if (found)
			return wrong(reader, reader->len, "{volume} or {item}, not both");
		found = true;
		pattern->counted = step->element;
		pattern->width = step->width;
	}
	return found ? 0 : wrong(reader, reader->len, "no {volume} and no {item}");
}

int zong_archival_pattern_parse(
	const char *text, struct zong_archival_pattern *ret_pattern, struct zong_err *err)
{
	struct reader reader = {.text = text, .len = strlen(text), .err = err};
	int r = 0;

	if (reader.len > ZONG_LIMIT_ARCHIVAL_PATTERN)
		return wrong(&reader, ZONG_LIMIT_ARCHIVAL_PATTERN, "too long");
	while (!r && reader.at < reader.len) {
		if (text[reader.at] == '}')
			r = wrong(&reader, reader.at, "} without {");
		else
			r = text[reader.at] == '{' ? take_element(&reader) : take_fixed(&reader);
	}
	if (!r)
		r = find_counted(&reader);
	if (!r)
		r = check_borders(&reader);
	if (!r)
		*ret_pattern = reader.pattern;
	return r;
}
