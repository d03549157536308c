/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define API "/api/v1"
#define P "370786001001GB000"

static void units_are_put_and_listed(void **state)
{
	struct house *h = *state;

	expect_reply(h, "PUT " API "/units/" P "01", h->archivist,
		"{\"address\":\"示例路1号\",\"area\":\"12.5\"}", 200);
	expect_text(h->json, "code", P "01");
	expect_json(expect_at(h->json, "warnings"), "[]");
	expect_reply(h, "PUT " API "/units/370786001001gc00002", h->archivist, "{}", 200);
	expect_text(h->json, "warnings/0/code", "unit-ownership");
	expect_reply(h, "GET " API "/units?limit=1", h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	assert_true(json_is_string(expect_at(h->json, "next")));
	expect_refusal(h, "PUT " API "/units/3707", h->archivist, "{}", 422, "bad-unit-code");
	expect_refusal(h, "PUT " API "/units/" P "01", h->archivist, "{\"area\":\"x\"}", 422,
		"invalid-argument");
	expect_refusal(h, "PUT " API "/units/" P "01", h->lookup, "{}", 403, "forbidden");
	expect_refusal(h, "GET " API "/units", h->tax, NULL, 403, "forbidden");
	expect_closed(h, "GET " API "/units", NULL);
	expect_closed(h, "PUT " API "/units/" P "01", "{}");
}

static void events_are_entered_listed_and_withdrawn(void **state)
{
	static const char split[] = "{\"kind\":\"split\",\"date\":\"2015-06-01\",\"before\":[\"" P
				    "11\"],\"after\":[\"" P "12\",\"" P "13\"]}";
	struct house *h = *state;
	char line[160];

	expect_reply(h, "POST " API "/unit-events", h->archivist, split, 201);
	snprintf(line, sizeof(line), "POST " API "/unit-events/%s/withdraw",
		json_string_value(expect_at(h->json, "id")));
	expect_reply(h, "POST " API "/unit-events", h->archivist, split, 200);
	expect_refusal(h, "POST " API "/unit-events", h->archivist,
		"{\"kind\":\"end\",\"date\":\"2016-06-01\",\"before\":[\"" P "11\"]}", 409,
		"unit-ended");
	expect_refusal(h, "POST " API "/unit-events", h->lookup, split, 403, "forbidden");
	expect_reply(h, "GET " API "/unit-events?code=" P "13", h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_refusal(h, line, h->archivist, "{}", 422, "reason-needed");
	expect_reply(h, line, h->archivist, "{\"reason\":\"示例\"}", 200);
	expect_text(h->json, "withdrawn/reason", "示例");
	expect_refusal(h, line, h->archivist, "{\"reason\":\"示例\"}", 409, "already-exists");
	expect_closed(h, "POST " API "/unit-events", split);
	expect_closed(h, "GET " API "/unit-events", NULL);
}

static void tables_come_and_go(void **state)
{
	struct house *h = *state;

	expect_reply(h, "POST " API "/units/import", h->archivist,
		"code,address\n" P "21,示例路\nx,y\n", 200);
	expect_number(h->json, "added", 1);
	expect_number(h->json, "refused/0/line", 3);
	expect_refusal(
		h, "POST " API "/units/import", h->archivist, "address\n1\n", 422, "bad-table");
	expect_refusal(h, "POST " API "/units/import", h->archivist, "", 422, "bad-table");
	expect_refusal(h, "POST " API "/units/import?encoding=x", h->archivist, "code\n1\n", 422,
		"invalid-argument");
	expect_refusal(h, "POST " API "/units/import", h->lookup, "code\n1\n", 403, "forbidden");
	expect_closed(h, "POST " API "/units/import", "code\n1\n");
	house_ask(h, "GET " API "/units/export?prefix=" P "21", h->lookup, "", NULL);
	assert_int_equal(h->status, 200);
	assert_non_null(strstr(h->text, "Content-Type: text/csv; charset=utf-8\r\n"));
	assert_non_null(strstr(h->text, "attachment; filename=\"units.csv\""));
	assert_non_null(strstr(h->body, P "21,,示例路,"));
	expect_refusal(h, "GET " API "/units/export", h->tax, NULL, 403, "forbidden");
	expect_reply(h, "POST " API "/unit-events/import", h->archivist,
		"kind,date,before,after\nrenumber,2015-06-01," P "21," P "22\n", 200);
	expect_number(h->json, "added", 1);
	house_ask(h, "GET " API "/unit-events/export?encoding=GBK", h->lookup, "", NULL);
	assert_int_equal(h->status, 200);
	assert_non_null(strstr(h->text, "charset=gb18030\r\n"));
	assert_non_null(strstr(h->body, "renumber,2015-06-01," P "21," P "22,"));
}

static void a_table_that_is_too_large_is_refused_before_it_comes(void **state)
{
	struct house *h = *state;

	house_ask(h, "POST " API "/units/import", h->archivist, "Content-Length: 999999999999\r\n",
		NULL);
	expect_problem(h, 413, "over-limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(units_are_put_and_listed, house_clear),
		cmocka_unit_test_teardown(events_are_entered_listed_and_withdrawn, house_clear),
		cmocka_unit_test_teardown(tables_come_and_go, house_clear),
		cmocka_unit_test_teardown(
			a_table_that_is_too_large_is_refused_before_it_comes, house_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
