/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expect.h"
#include "house.h"

#define TRIES 500 /* of ten milliseconds */

static void ask(struct house *h)
{
	house_ask(h, "GET /metrics", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(
		house_header(h, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
	assert_string_equal(house_header(h, "Cache-Control"), "no-store");
}

/* The number behind `name ` at the beginning of a line; fails where it is not there. */
static uint64_t value(struct house *h, const char *name)
{
	size_t len = strlen(name);
	const char *p;

	ask(h);
	for (p = h->body; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
		if (strncmp(p, name, len) == 0 && p[len] == ' ')
			return strtoull(p + len + 1, NULL, 10);
	}
	fail_msg("no %s", name);
	return 0;
}

/* A request is counted when its connection has been seen to end, a moment after its reply. */
static void check_reaches(struct house *h, const char *name, uint64_t least)
{
	const struct timespec tick = {0, 10000000};
	uint64_t seen = 0;
	int i;

	for (i = 0; i < TRIES && (seen = value(h, name)) < least; i++)
		nanosleep(&tick, NULL);
	assert_true(seen >= least);
}

/* A name, perhaps with one label, and a whole number; the name was introduced by # TYPE. */
static void check_sample(const char *body, const char *line, size_t len)
{
	char name[128], type[160];
	size_t i = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	const char *p = line + i, *found;

	assert_in_range(i, 6, sizeof(name) - 1);
	assert_int_equal(strncmp(line, "zong_", 5), 0);
	memcpy(name, line, i);
	name[i] = '\0';
	snprintf(type, sizeof(type), "# TYPE %s ", name);
	found = strstr(body, type);
	if (!found || found > line)
		fail_msg("%s has no type", name);
	if (strstr(found + 1, type))
		fail_msg("%s has two types", name);
	/* By their names a counter and a gauge are told apart. */
	assert_int_equal(strncmp(found + strlen(type), "counter", 7) == 0,
		i > 6 && strcmp(name + i - 6, "_total") == 0);
	if (*p == '{') {
		p = strstr(p, "\"} ");
		assert_true(p && p < line + len);
		p += 2;
	}
	assert_int_equal(*p++, ' ');
	assert_true(p < line + len);
	for (; p < line + len; p++)
		assert_true(isdigit((unsigned char)*p) || (*p == '.' && isdigit((unsigned char)p[-1])));
}

static void every_line_is_one_that_a_scraper_reads(void **state)
{
	struct house *h = *state;
	size_t samples = 0;
	const char *line;

	ask(h);
	assert_int_equal(h->body[h->body_len - 1], '\n');
	for (line = h->body; *line; line = strchr(line, '\n') + 1) {
		size_t len = strcspn(line, "\n");

		if (strncmp(line, "# HELP zong_", 12) == 0 ||
			strncmp(line, "# TYPE zong_", 12) == 0)
			continue;
		check_sample(h->body, line, len);
		samples++;
	}
	assert_true(samples > 30);
}

static void no_object_of_the_archive_is_named(void **state)
{
	static const char *const words[] = {
		"METRIC-1", "示例甲", "370786", "tax", "housing", "税务", "扫描件", "admin", "zt_"};
	struct house *h = *state;
	size_t i;

	fixture_case(h->f, "METRIC-1");
	assert_int_equal(fixture_add(h->f, "METRIC-1", "t", "text 甲\n", "tax", &h->f->receipt), 0);
	ask(h);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_null(strstr(h->body, words[i]));
	assert_null(strstr(h->body, fixture_id(&h->f->receipt.material->id)));
}

static void the_numbers_follow_what_happens(void **state)
{
	struct house *h = *state;
	uint64_t cases = value(h, "zong_cases"), materials = value(h, "zong_materials");
	uint64_t due = value(h, "zong_deliveries{state=\"due\"}");
	uint64_t received = value(h, "zong_deliveries{state=\"received\"}");
	uint64_t up = value(h, "zong_http_uploaded_bytes_total");
	uint64_t down = value(h, "zong_http_fetched_bytes_total");
	uint64_t refused = value(h, "zong_http_requests_total{class=\"4xx\"}");
	char line[160];

	fixture_case(h->f, "METRIC-2");
	expect_upload(h, h->archivist, "{\"case\":\"METRIC-2\",\"to\":[\"tax\"]}",
		"text 甲乙\nblank\n", 201);
	snprintf(line, sizeof(line), "GET /api/v1/materials/%s/file", house_text(h, "material"));
	assert_int_equal(value(h, "zong_cases"), cases + 1);
	assert_int_equal(value(h, "zong_materials"), materials + 1);
	assert_int_equal(value(h, "zong_deliveries{state=\"due\"}"), due + 1);
	assert_int_equal(value(h, "zong_http_uploaded_bytes_total"),
		up + strlen("%PDF-1.4\ntext 甲乙\nblank\n"));
	house_ask(h, line, h->archivist, "", NULL);
	assert_int_equal(h->status, 200);
	check_reaches(
		h, "zong_http_fetched_bytes_total", down + strlen("%PDF-1.4\ntext 甲乙\nblank\n"));
	house_ask(h, "GET /api/v1/nothing", NULL, "", NULL);
	check_reaches(h, "zong_http_requests_total{class=\"4xx\"}", refused + 1);
	house_ask(h, "GET /api/v1/departments/tax/feed", h->tax, "", NULL);
	assert_int_equal(value(h, "zong_deliveries{state=\"due\"}"), 0);
	assert_int_equal(value(h, "zong_deliveries{state=\"received\"}"), received);
	assert_true(fixture_settle(h->f));
	assert_int_equal(value(h, "zong_jobs{state=\"waiting\"}"), 0);
	assert_int_equal(value(h, "zong_workers"), 2);
}

static void whoever_asks_for_the_numbers_is_one_of_them(void **state)
{
	struct house *h = *state;

	assert_true(value(h, "zong_http_requests_active") >= 1);
	assert_true(value(h, "zong_http_connections") >= 1);
	expect_refusal(h, "POST /metrics", NULL, "", 405, "method-not-allowed");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_line_is_one_that_a_scraper_reads),
		TEST(no_object_of_the_archive_is_named),
		TEST(the_numbers_follow_what_happens),
		TEST(whoever_asks_for_the_numbers_is_one_of_them),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
