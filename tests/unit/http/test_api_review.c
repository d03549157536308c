/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/review"
#define WRONG "370786001001GB00001F00010002"

/* Two pages whose unit is not that of the case. */
static int setup(void **state)
{
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	fixture_case(h->f, "R-1");
	if (fixture_add(h->f, "R-1", "权证",
		    "text 单元 " WRONG "\ntext 出卖人 买受人 存量房 110105194912310021\n", "tax",
		    &h->f->receipt))
		return -1;
	return fixture_settle(h->f) ? house_clear(state) : -1;
}

/* The address of the open item of this kind. */
static const char *item(struct house *h, const char *method, const char *what, const char *verb)
{
	static char line[160];
	json_t *one;
	size_t i;

	expect_reply(h, GET, h->archivist, NULL, 200);
	line[0] = '\0';
	json_array_foreach(expect_at(h->json, "items"), i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "what")), what) == 0)
			snprintf(line, sizeof(line), "%s /api/v1/review/%s/%s", method,
				json_string_value(json_object_get(one, "id")), verb);
	}
	assert_true(line[0] != '\0');
	return line;
}

static void an_item_says_what_was_read_where_and_what_was_entered(void **state)
{
	struct house *h = *state;
	json_t *one = NULL;
	size_t i;

	expect_reply(h, GET, h->archivist, NULL, 200);
	expect_count(h->json, "items", 3);
	assert_true(json_is_null(expect_at(h->json, "next")));
	json_array_foreach(expect_at(h->json, "items"), i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "what")), "unit") == 0)
			break;
	}
	expect_text(one, "state", "open");
	expect_text(one, "case", "R-1");
	expect_text(one, "why", "disagrees");
	expect_text(one, "read", WRONG);
	expect_text(one, "entered", "370786001001GB00001F00010001");
	expect_number(one, "page", 1);
	expect_count(one, "box", 4);
	expect_time(one, "found");
	assert_null(expect_at(one, "decided"));
}

static void a_strip_is_a_picture(void **state)
{
	struct house *h = *state;

	house_ask(h, item(h, "GET", "unit", "strip"), h->archivist, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Type"), "image/png");
	assert_non_null(strstr(h->body, "picture of page 1"));
	expect_refusal(h, GET "/nothing/strip", h->archivist, NULL, 404, "not-found");
}

static void what_cannot_be_decided_so_is_told_why(void **state)
{
	struct house *h = *state;
	char line[160];

	snprintf(line, sizeof(line), "%s", item(h, "POST", "unit", "correct"));
	expect_refusal(h, line, h->archivist, "{}", 422, "invalid-argument");
	expect_refusal(h, line, h->archivist, "{\"txt\":\"x\"}", 400, "bad-json");
	expect_refusal(h, line, h->archivist, "{\"text\":\"a\\nb\"}", 422, "invalid-argument");
	snprintf(line, sizeof(line), "%s", item(h, "POST", "type", "correct"));
	expect_refusal(h, line, h->archivist, "{\"text\":\"合同\"}", 422, "not-correctable");
	snprintf(line, sizeof(line), "%s", item(h, "POST", "unit", "dismiss"));
	expect_refusal(h, line, h->archivist, "{\"reason\":\"\"}", 422, "reason-needed");
	expect_refusal(h, line, h->tax, "{\"reason\":\"x\"}", 403, "forbidden");
	expect_refusal(h, line, h->lookup, "{\"reason\":\"x\"}", 403, "forbidden");
	expect_refusal(
		h, "POST /api/v1/review/nothing/accept", h->archivist, NULL, 404, "not-found");
	expect_closed(h, GET, NULL);
	expect_closed(h, line, "{}");
}

static void each_decision_is_made_once_and_leaves_the_list(void **state)
{
	struct house *h = *state;
	char line[160];

	snprintf(line, sizeof(line), "%s", item(h, "POST", "type", "accept"));
	expect_reply(h, line, h->archivist, NULL, 200);
	expect_text(h->json, "state", "accepted");
	expect_time(h->json, "decided");
	expect_refusal(h, line, h->archivist, NULL, 409, "already-decided");
	expect_reply(
		h, item(h, "POST", "unit", "dismiss"), h->archivist, "{\"reason\":\"旧号\"}", 200);
	expect_text(h->json, "state", "dismissed");
	expect_text(h->json, "text", "旧号");
	expect_reply(h, item(h, "POST", "id", "correct"), h->archivist,
		"{\"text\":\"11010519491231002X\"}", 200);
	expect_text(h->json, "state", "corrected");
	expect_reply(h, GET, h->archivist, NULL, 200);
	expect_json(h->json, "{\"items\":[],\"next\":null}");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_item_says_what_was_read_where_and_what_was_entered),
		TEST(a_strip_is_a_picture),
		TEST(what_cannot_be_decided_so_is_told_why),
		TEST(each_decision_is_made_once_and_leaves_the_list),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, house_teardown);
}
