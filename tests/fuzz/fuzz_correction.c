/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A correction of a line: the first line of the bytes is what was read, the second what it says in truth. */

#include <string.h>

#include <zong/utf8.h>

#include "correction.h"
#include "fuzz.h"
#include "sample_reading.h"

#define LINE_MOST 2000 /* bytes: ten times the longest line of a page */

/* The words say the text, blanks apart, from left to right within the box of the line. */
static void look(const Zong__Line *line, const char *text)
{
	uint64_t edge = line->box->x, end = (uint64_t)line->box->x + line->box->width;
	size_t len = strlen(text), at = 0;

	for (size_t i = 0; i < line->n_words; i++) {
		const Zong__Word *word = line->words[i];
		size_t next = at;

		while (at < len && zong_utf8_is_blank(zong_utf8_next(text, len, &next)))
			at = next;
		must_hold(*word->text && strncmp(text + at, word->text, strlen(word->text)) == 0);
		at += strlen(word->text);
		must_hold(word->box->x >= edge);
		edge = (uint64_t)word->box->x + word->box->width;
		must_hold(edge <= end);
	}
	while (at < len)
		must_hold(zong_utf8_is_blank(zong_utf8_next(text, len, &at)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	Zong__Correction correction = ZONG__CORRECTION__INIT;
	const uint8_t *end = memchr(bytes, '\n', len);
	Zong__Reading *page;
	char *before, *after;

	if (!end || len > LINE_MOST || memchr(end + 1, '\n', len - (size_t)(end + 1 - bytes)) ||
		!zong_utf8_valid((const char *)bytes, len) || end == bytes)
		return 0;
	before = strndup((const char *)bytes, (size_t)(end - bytes));
	after = strndup((const char *)end + 1, len - (size_t)(end + 1 - bytes));
	must_hold(before && after);
	page = sample_reading(before);
	correction.box = page->lines[0]->box;
	correction.before = before;
	correction.text = after;
	must_hold(zong_correction_apply_one(&correction, page) == 0);
	must_hold(page->n_lines == 1);
	look(page->lines[0], after);
	sample_free(page);
	free(before);
	free(after);
	return 0;
}
