/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/limits.h>

#include "expect.h"
#include "house.h"

#define POST "POST /api/v1/cases"

static const char whole[] = "{\"no\":\"C-1\",\"kind\":\"转移登记\",\"cause\":\"买卖\","
			    "\"units\":[\"370786 001001 gb00001 f00010001\"],"
			    "\"parties\":[{\"name\":\"示例\U00020BB7\",\"role\":\"权利人\"}],"
			    "\"certificates\":[\"鲁（2026）昌邑市不动产权第0000001号\"],"
			    "\"address\":\"示例路1号\",\"note\":\"急\"}";

static void a_case_is_opened_with_all_that_is_said_of_it(void **state)
{
	struct house *h = *state;

	expect_reply(h, POST, h->archivist, whole, 201);
	assert_string_equal(house_header(h, "Location"), "/api/v1/cases/C-1");
	expect_text(h->json, "no", "C-1");
	expect_text(h->json, "kind", "转移登记");
	expect_text(h->json, "cause", "买卖");
	expect_text(h->json, "units/0/code", "370786001001GB00001F00010001");
	expect_json(expect_at(h->json, "parties"),
		"[{\"name\":\"示例\U00020BB7\",\"role\":\"权利人\"}]");
	expect_json(
		expect_at(h->json, "certificates"), "[\"鲁（2026）昌邑市不动产权第0000001号\"]");
	expect_text(h->json, "address", "示例路1号");
	expect_text(h->json, "note", "急");
	expect_time(h->json, "opened");
	expect_json(expect_at(h->json, "materials"), "[]");
	expect_json(expect_at(h->json, "warnings"), "[]");
	assert_true(json_integer_value(expect_at(h->json, "record")) > 0);
}

static void the_same_case_again_is_the_first_one_and_another_under_its_number_refused(void **state)
{
	struct house *h = *state;
	json_int_t record;
	char opened[40];

	house_ask(h, POST, h->archivist, "", whole);
	expect_reply(h, POST, h->archivist, whole, 200);
	assert_null(house_header(h, "Location"));
	record = json_integer_value(expect_at(h->json, "record"));
	snprintf(opened, sizeof(opened), "%s", house_text(h, "opened"));
	expect_reply(h, POST, h->archivist, whole, 200);
	expect_number(h->json, "record", record);
	expect_text(h->json, "opened", opened);
	assert_int_equal(fixture_log(h->f, "case.open", "case/C-1", NULL), 1);
	expect_refusal(h, POST, h->archivist, "{\"no\":\"C-1\",\"kind\":\"抵押登记\"}", 409,
		"case-exists");
	expect_text(h->json, "subject", "C-1");
}

static void an_odd_entry_is_taken_with_a_warning_in_the_language_asked_for(void **state)
{
	static const char odd[] =
		"{\"no\":\"C-2\",\"kind\":\"x\",\"units\":[\"370786001001GB00000\"],"
		"\"parties\":[{\"name\":\"示例甲\","
		"\"idno\":\"110105194912310021\"}]}";
	struct house *h = *state;

	house_ask(h, POST, h->archivist, "Accept-Language: en\r\n", odd);
	assert_int_equal(h->status, 201);
	expect_count(h->json, "warnings", 2);
	expect_text(h->json, "warnings/0/code", "unit-serial");
	expect_text(h->json, "warnings/0/subject", "370786001001GB00000");
	expect_text(h->json, "warnings/0/text", zong_warning_text("unit-serial", "en"));
	expect_text(h->json, "warnings/1/code", "id-number");
	expect_reply(h, "GET /api/v1/cases/C-2", h->archivist, NULL, 200);
	assert_null(expect_at(h->json, "warnings"));
	expect_text(h->json, "parties/0/idno", "110105194912310021");
}

static void who_may_not_open_cases_does_not(void **state)
{
	struct house *h = *state;
	const char *others[] = {h->administrator, h->lookup, h->tax};
	size_t i;

	for (i = 0; i < 3; i++)
		expect_refusal(
			h, POST, others[i], "{\"no\":\"C-3\",\"kind\":\"x\"}", 403, "forbidden");
	expect_closed(h, POST, "{\"no\":\"C-3\",\"kind\":\"x\"}");
	expect_closed(h, "GET /api/v1/cases", NULL);
	expect_closed(h, "GET /api/v1/cases/C-3", NULL);
	expect_refusal(h, "GET /api/v1/cases", h->administrator, NULL, 403, "forbidden");
	expect_refusal(h, "GET /api/v1/cases/C-3", h->archivist, NULL, 404, "case-not-found");
}

static void what_cannot_be_a_case_is_refused_by_name_and_leaves_nothing(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *code, *subject;
	} wrong[] = {
		{"", 400, "bad-json", ""},
		{"[]", 400, "bad-json", "1:1"},
		{"{\"no\":\"C-4\",\"kind\":\"x\"", 400, "bad-json", "1:"},
		{"{\"no\":\"C-4\",\"no\":\"C-5\",\"kind\":\"x\"}", 400, "bad-json", "1:"},
		{"{\"no\":\"C-4\",\"kind\":\"\xff\"}", 400, "bad-json", "1:20"},
		{"{\"no\":\"C-4\",\"kind\":\"a\\u0000b\"}", 400, "bad-json", "1:"},
		{"{\"kind\":\"x\"}", 400, "bad-json", "no"},
		{"{\"no\":4,\"kind\":\"x\"}", 400, "bad-json", "no"},
		{"{\"no\":\"C-4\",\"kind\":\"x\",\"Kind\":\"y\"}", 400, "bad-json", "Kind"},
		{"{\"no\":\"C-4\",\"kind\":\"x\",\"units\":\"370786\"}", 400, "bad-json", "units"},
		{"{\"no\":\"C-4\",\"kind\":\"x\",\"parties\":[{}]}", 400, "bad-json", "name"},
		{"{\"no\":\"a b\",\"kind\":\"x\"}", 422, "bad-case-number", "a b"},
		{"{\"no\":\"C-4\",\"kind\":\"x\",\"units\":[\"37\"]}", 422, "bad-unit-code", "37"},
	};
	struct zong_status before, after;
	struct house *h = *state;
	size_t i;

	zong_status_peek(h->f->archive, &before);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		expect_refusal(
			h, POST, h->archivist, wrong[i].body, wrong[i].status, wrong[i].code);
		if (!strstr(house_text(h, "subject"), wrong[i].subject))
			fail_msg("%s does not name %s", h->body, wrong[i].subject);
	}
	zong_status_peek(h->f->archive, &after);
	assert_int_equal(after.cases, before.cases);
	assert_int_equal(after.log, before.log);
}

static void a_number_of_fifty_characters_is_the_longest(void **state)
{
	struct house *h = *state;
	char no[3 * ZONG_LIMIT_CASE_NO + 1] = "", body[512], line[800];
	int i;

	for (i = 0; i < ZONG_LIMIT_CASE_NO; i++)
		memcpy(no + 3 * i, "宗", 3);
	snprintf(body, sizeof(body), "{\"no\":\"%s\",\"kind\":\"x\"}", no);
	expect_reply(h, POST, h->archivist, body, 201);
	snprintf(line, sizeof(line), "GET %s", house_header(h, "Location"));
	assert_int_equal(strlen(line), strlen("GET /api/v1/cases/") + 9 * ZONG_LIMIT_CASE_NO);
	expect_reply(h, line, h->archivist, NULL, 200);
	expect_text(h->json, "no", no);
	snprintf(body, sizeof(body), "{\"no\":\"%s宗\",\"kind\":\"x\"}", no);
	expect_refusal(h, POST, h->archivist, body, 422, "bad-case-number");
}

static void a_body_over_the_limit_is_refused_by_its_length(void **state)
{
	struct house *h = *state;
	char headers[64];

	snprintf(headers, sizeof(headers), "Expect: 100-continue\r\nContent-Length: %d\r\n",
		ZONG_LIMIT_JSON + 1);
	house_ask(h, POST, h->archivist, headers, NULL);
	expect_problem(h, 413, "over-limit");
}

static void a_department_sees_a_case_only_with_what_was_sent_to_it(void **state)
{
	struct house *h = *state;

	fixture_case(h->f, "C-6");
	assert_int_equal(fixture_add(h->f, "C-6", "a", "text 甲\n", "tax", &h->f->receipt), 0);
	assert_int_equal(fixture_add(h->f, "C-6", "b", "text 乙\n", "housing", &h->f->other), 0);
	fixture_case(h->f, "C-7");
	expect_reply(h, "GET /api/v1/cases/C-6", h->archivist, NULL, 200);
	expect_count(h->json, "materials", 2);
	expect_text(h->json, "materials/0/type", "a");
	expect_json(expect_at(h->json, "materials/1/to"), "[\"housing\"]");
	expect_reply(h, "GET /api/v1/cases/C-6", h->tax, NULL, 200);
	expect_count(h->json, "materials", 1);
	expect_text(h->json, "materials/0/type", "a");
	expect_nowhere(h->json, "housing");
	expect_refusal(h, "GET /api/v1/cases/C-7", h->tax, NULL, 404, "case-not-found");
	expect_reply(h, "GET /api/v1/cases?q=C-", h->tax, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/no", "C-6");
}

static void a_list_goes_on_where_it_ended_and_shows_each_case_once(void **state)
{
	struct house *h = *state;
	char line[512], no[32];
	int i, pages = 0, next = 6;

	for (i = 0; i < 7; i++) {
		snprintf(no, sizeof(no), "LIST-%d", i);
		fixture_case(h->f, no);
	}
	fixture_case(h->f, "LISU");
	snprintf(line, sizeof(line), "GET /api/v1/cases?q=LIST-&limit=3");
	for (;;) {
		size_t j;

		expect_reply(h, line, h->lookup, NULL, 200);
		pages++;
		for (j = 0; j < json_array_size(expect_at(h->json, "items")); j++) {
			char path[32];

			snprintf(path, sizeof(path), "items/%zu/no", j);
			snprintf(no, sizeof(no), "LIST-%d", next--);
			expect_text(h->json, path, no);
		}
		if (json_is_null(expect_at(h->json, "next")))
			break;
		expect_count(h->json, "items", 3);
		snprintf(line, sizeof(line), "GET /api/v1/cases?q=LIST-&limit=3&cursor=%.200s",
			house_text(h, "next"));
	}
	assert_int_equal(next, -1);
	assert_int_equal(pages, 3);
	expect_reply(h, "GET /api/v1/cases?q=NONE-", h->lookup, NULL, 200);
	expect_json(h->json, "{\"items\":[],\"next\":null}");
}

static void a_query_that_makes_no_sense_is_told_so(void **state)
{
	static const char *const wrong[] = {"limit=0", "limit=201", "limit=-1",
		"limit=", "limit=1x", "limit=18446744073709551616", "q=%ff", "q=%4"};
	struct house *h = *state;
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "GET /api/v1/cases?%s", wrong[i]);
		expect_refusal(h, line, h->archivist, NULL, 400, "bad-query");
	}
	expect_refusal(h, "GET /api/v1/cases?cursor=!", h->archivist, NULL, 400, "bad-cursor");
	expect_reply(h, "GET /api/v1/cases?limit=200", h->archivist, NULL, 200);
	expect_reply(h, "GET /api/v1/cases?limit=5&limit=1", h->archivist, NULL, 200);
	expect_count(h->json, "items", 1);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_case_is_opened_with_all_that_is_said_of_it),
		TEST(the_same_case_again_is_the_first_one_and_another_under_its_number_refused),
		TEST(an_odd_entry_is_taken_with_a_warning_in_the_language_asked_for),
		TEST(who_may_not_open_cases_does_not),
		TEST(what_cannot_be_a_case_is_refused_by_name_and_leaves_nothing),
		TEST(a_number_of_fifty_characters_is_the_longest),
		TEST(a_body_over_the_limit_is_refused_by_its_length),
		TEST(a_department_sees_a_case_only_with_what_was_sent_to_it),
		TEST(a_list_goes_on_where_it_ended_and_shows_each_case_once),
		TEST(a_query_that_makes_no_sense_is_told_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
