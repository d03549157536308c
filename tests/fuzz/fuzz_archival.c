/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A pattern of archival numbers, a line feed, and a number: what is taken has a normal form, which is its own, and comes
 * out again of its elements. */

#include <string.h>

#include <zong/archival.h>
#include <zong/utf8.h>

#include "fuzz.h"

static void check_number(const struct zong_archival_pattern *pattern, const char *text, size_t len)
{
	char no[ZONG_ARCHIVAL_TEXT], again[ZONG_ARCHIVAL_TEXT], after[ZONG_ARCHIVAL_TEXT];
	struct zong_archival parts;
	struct zong_err err;

	if (zong_archival_normalise(text, len, no) == 0) {
		must_hold(zong_utf8_printable(no, strlen(no)) && !strpbrk(no, " /\\"));
		must_hold(zong_archival_normalise(no, strlen(no), again) == 0);
		must_hold(strcmp(no, again) == 0);
	}
	if (zong_archival_parse(pattern, text, len, &parts, no) != 0)
		return;
	must_hold(zong_archival_make(pattern, &parts, again, &err) == 0);
	must_hold(strcmp(no, again) == 0);
	must_hold(zong_archival_series(pattern, &parts, again, after, &err) == 0);
	must_hold(
		strlen(again) + strlen(after) + strlen(parts.part[pattern->counted]) == strlen(no));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct zong_archival_pattern pattern;
	const uint8_t *end = memchr(bytes, '\n', len);
	size_t head = end ? (size_t)(end - bytes) : len;
	char *text = malloc(head + 1);
	struct zong_err err;

	if (!text)
		abort();
	memcpy(text, bytes, head);
	text[head] = '\0';
	if (zong_archival_pattern_parse(text, &pattern, &err) != 0 &&
		zong_archival_pattern_parse(ZONG_ARCHIVAL_DEFAULT, &pattern, &err) != 0)
		abort();
	check_number(&pattern, (const char *)bytes + head, len - head);
	free(text);
	return 0;
}
