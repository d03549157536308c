/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/parcels/"

static void open_case(struct house *h, const char *no, const char *unit)
{
	char body[256];

	snprintf(body, sizeof(body), "{\"no\":\"%s\",\"kind\":\"x\",\"units\":[\"%s\"]}", no, unit);
	expect_reply(h, "POST /api/v1/cases", h->archivist, body, 201);
}

static void what_lies_under_a_code_is_shown(void **state)
{
	struct house *h = *state;

	open_case(h, "P-1", "370786001001GB00011F00010001");
	open_case(h, "P-2", "370786001001GB00011F00010002");
	assert_int_equal(fixture_add(h->f, "P-1", "t", "text 甲\n", "tax", &h->f->receipt), 0);
	expect_reply(h, GET "370786001001GB00011", h->lookup, NULL, 200);
	expect_text(h->json, "code", "370786001001GB00011");
	expect_text(h->json, "level", "parcel");
	expect_text(h->json, "printed", "370786 001001 GB00011");
	expect_json(expect_at(h->json, "warnings"), "[]");
	expect_count(h->json, "units", 2);
	expect_text(h->json, "units/1/code", "370786001001GB00011F00010002");
	expect_count(h->json, "cases", 2);
	expect_text(h->json, "cases/0/no", "P-1");
	expect_count(h->json, "materials", 1);
	expect_text(h->json, "materials/0/id", fixture_id(&h->f->receipt.material->id));
	assert_true(json_is_null(expect_at(h->json, "next")));
	expect_count(h->json, "", 14);
}

static void each_level_is_found_however_its_code_is_written(void **state)
{
	static const struct {
		const char *code, *level;
		size_t cases;
	} codes[] = {
		{"370786001001GB00011F00010002", "unit", 1},
		{"370786001001gb00011f00010002", "unit", 1},
		{"370786%20001001%20GB00011%20F00010002", "unit", 1},
		{"370786001001GB00011F0001", "building", 2},
		{"370786001001GB0001", "prefix", 2},
		{"370786", "prefix", 2},
	};
	struct house *h = *state;
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(line, sizeof(line), GET "%s", codes[i].code);
		expect_reply(h, line, h->archivist, NULL, 200);
		expect_text(h->json, "level", codes[i].level);
		expect_count(h->json, "cases", codes[i].cases);
	}
}

static void what_is_odd_about_the_code_is_said_in_the_language_asked_for(void **state)
{
	struct house *h = *state;

	open_case(h, "P-3", "370786000000GB00000");
	house_ask(h, GET "370786000000GB00000", h->archivist, "Accept-Language: en\r\n", NULL);
	assert_int_equal(h->status, 200);
	expect_count(h->json, "warnings", 2);
	expect_text(h->json, "warnings/0/code", "unit-virtual");
	expect_text(h->json, "warnings/0/text", zong_warning_text("unit-virtual", "en"));
	expect_text(h->json, "warnings/1/code", "unit-serial");
	expect_text(h->json, "warnings/1/subject", "370786000000GB00000");
}

static void a_department_sees_below_a_parcel_only_its_own(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET "370786001001GB00011", h->tax, NULL, 200);
	expect_count(h->json, "cases", 1);
	expect_text(h->json, "cases/0/no", "P-1");
	expect_count(h->json, "units", 1);
	expect_count(h->json, "materials", 1);
	/* Where it has nothing, it is as if there were nothing. */
	expect_refusal(h, GET "370786001001GB00011F00010002", h->tax, NULL, 404, "not-found");
	expect_refusal(h, GET "370786001001GB99999", h->tax, NULL, 404, "not-found");
	expect_refusal(h, GET "370786001001GB99999", h->archivist, NULL, 404, "not-found");
	expect_refusal(h, GET "370786001001GB00011", h->administrator, NULL, 403, "forbidden");
	expect_closed(h, GET "370786001001GB00011", NULL);
}

static void what_is_no_code_is_refused(void **state)
{
	static const char *const wrong[] = {"3", "37078", "37078x", "370786001001XX00011",
		"370786001001GB00011F000100011", "%E5%AE%97%E5%AE%97%E5%AE%97"};
	struct house *h = *state;
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), GET "%s", wrong[i]);
		expect_refusal(h, line, h->archivist, NULL, 422, "bad-unit-code");
	}
	expect_refusal(h, GET "370786?limit=201", h->archivist, NULL, 400, "bad-query");
	expect_refusal(h, GET "370786?cursor=!", h->archivist, NULL, 400, "bad-cursor");
}

static void a_long_list_goes_on_and_shows_each_case_once(void **state)
{
	struct house *h = *state;
	char line[512], no[32], unit[40];
	int i, seen[7] = {0};

	for (i = 0; i < 7; i++) {
		snprintf(no, sizeof(no), "P-1%d", i);
		snprintf(unit, sizeof(unit), "370786001001GB00012F0001%04d", i + 1);
		open_case(h, no, unit);
	}
	snprintf(line, sizeof(line), GET "370786001001GB00012?limit=3");
	for (i = 0; i < 10; i++) {
		size_t j, count;

		expect_reply(h, line, h->archivist, NULL, 200);
		count = json_array_size(expect_at(h->json, "cases"));
		assert_in_range(count, 0, 3);
		for (j = 0; j < count; j++) {
			char path[32];
			const char *text;

			snprintf(path, sizeof(path), "cases/%zu/no", j);
			text = json_string_value(expect_at(h->json, path));
			assert_int_equal(strncmp(text, "P-1", 3), 0);
			assert_in_range(text[3], '0', '6');
			seen[text[3] - '0']++;
		}
		if (json_is_null(expect_at(h->json, "next")))
			break;
		snprintf(line, sizeof(line), GET "370786001001GB00012?limit=3&cursor=%.200s",
			house_text(h, "next"));
	}
	assert_in_range(i, 2, 3);
	for (i = 0; i < 7; i++)
		assert_int_equal(seen[i], 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_lies_under_a_code_is_shown),
		TEST(each_level_is_found_however_its_code_is_written),
		TEST(what_is_odd_about_the_code_is_said_in_the_language_asked_for),
		TEST(a_department_sees_below_a_parcel_only_its_own),
		TEST(what_is_no_code_is_refused),
		TEST(a_long_list_goes_on_and_shows_each_case_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
