/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is typed into the box: the first line is the search, the rest is a page on which it is
 * looked for. The words around are text, every mark that opens closes, and what is marked is on the
 * page. */

#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>
#include <zong/utf8.h>

#include "sample_reading.h"
#include "fuzz.h"
#include "search_snippet.h"

#define ON "\xEE\x80\x80"
#define OFF "\xEE\x80\x81"

static void check_snippet(const char *snippet, size_t ranges)
{
	bool on = false;

	must_hold(snippet != NULL);
	must_hold(zong_utf8_valid(snippet, strlen(snippet)));
	must_hold(strlen(snippet) < ZONG_SNIPPET_BYTES);
	must_hold(ranges > 0 || !strstr(snippet, ON));
	for (const char *p = snippet; *p; p++) {
		if (strncmp(p, ON, 3) == 0) {
			must_hold(!on);
			on = true;
		} else if (strncmp(p, OFF, 3) == 0) {
			must_hold(on);
			on = false;
		}
	}
	must_hold(!on);
}

/* What holds exactly holds alike, and where something is alike there is a place to show. */
static void check_alike(const struct zong_query *query, const struct zong_cells *cells)
{
	struct zong_snippet_range ranges[ZONG_SNIPPET_RANGES];
	bool alike = zong_query_holds(query, cells, true);
	size_t count = zong_snippet_ranges(query, cells, true, ranges);

	must_hold(alike || !zong_query_holds(query, cells, false));
	must_hold(!alike || count > 0);
	must_hold(!alike || !zong_query_forbids(query, cells));
	for (size_t i = 0; i < count; i++) {
		must_hold(ranges[i].first < ranges[i].end && ranges[i].end <= cells->count);
		must_hold(i == 0 || ranges[i - 1].end <= ranges[i].first);
	}
}

static void check_page(const struct zong_query *query, const char *page)
{
	struct zong_snippet_range ranges[ZONG_SNIPPET_RANGES];
	Zong__Reading *reading = sample_reading(page);
	struct zong_cells cells;
	struct zong_box box[8];
	size_t count;
	char *snippet;

	must_hold(zong_cells_init(&cells, reading) == 0);
	count = zong_snippet_ranges(query, &cells, false, ranges);
	for (size_t i = 0; i < count; i++) {
		must_hold(ranges[i].first < ranges[i].end && ranges[i].end <= cells.count);
		must_hold(i == 0 || ranges[i - 1].end <= ranges[i].first);
	}
	must_hold(!zong_query_holds(query, &cells, false) || count > 0);
	check_alike(query, &cells);
	must_hold(zong_snippet_boxes(&cells, ranges, count, box, 8) <= 8);
	snippet = zong_snippet_text(&cells, ranges, count);
	check_snippet(snippet, count);
	free(snippet);
	zong_cells_release(&cells);
	sample_free(reading);
}

static void check(const struct zong_search *search, const char *page)
{
	struct zong_arena arena = ZONG_ARENA_INIT;
	struct zong_query query;
	struct zong_err err;
	int r = zong_query_parse(search, &arena, &query, &err);

	must_hold(r == 0 || r == ZONG_EQUERY);
	if (r == 0 && query.words) {
		must_hold(strlen(query.words) <= 3 * ZONG_LIMIT_QUERY);
		check_page(&query, page);
	}
	zong_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);
	char *page;

	if (!text)
		return 0;
	if (len)
		memcpy(text, bytes, len);
	text[len] = '\0';
	page = text + strcspn(text, "\n");
	if (*page)
		*page++ = '\0';
	check(&(struct zong_search){.words = text}, page);
	check(&(struct zong_search){.words = text, .cert = text, .party = text}, page);
	check(&(struct zong_search){.case_no = text}, page);
	check(&(struct zong_search){.parcel = text}, page);
	check(&(struct zong_search){.words = "x", .type = text, .from = text, .to = text}, page);
	free(text);
	return 0;
}
