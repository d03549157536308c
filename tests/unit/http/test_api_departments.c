/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/departments"
#define POST "POST /api/v1/departments"
#define FEED "GET /api/v1/departments/tax/feed"

static void a_department_is_added_and_listed(void **state)
{
	struct house *h = *state;

	expect_reply(
		h, POST, h->administrator, "{\"id\":\"court\",\"name\":\"法院\U00020BB7\"}", 201);
	expect_time(h->json, "created");
	json_object_del(h->json, "created");
	expect_json(h->json, "{\"id\":\"court\",\"name\":\"法院\U00020BB7\",\"webhook\":null,"
			     "\"allow_private\":false,\"webhook_disabled\":null,\"rate\":0,"
			     "\"concurrency\":0,\"wait_reading\":false,\"wait_previous\":false,"
			     "\"receipt_hours\":24,\"old_keys_until\":null,\"certificates\":[]}");
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_count(h->json, "items", 3);
	expect_text(h->json, "items/0/id", "court"); /* by their ids */
	expect_text(h->json, "items/1/id", "housing");
	expect_text(h->json, "items/2/id", "tax");
	expect_refusal(h, POST, h->administrator, "{\"id\":\"court\",\"name\":\"别的\"}", 409,
		"already-exists");
	expect_reply(h, GET, h->tax, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/id", "tax");
}

static void the_secret_of_a_webhook_is_answered_once(void **state)
{
	struct house *h = *state;
	char secret[128], key[128];

	expect_reply(h, POST, h->administrator,
		"{\"id\":\"bank\",\"name\":\"银行\",\"webhook\":\"https://bank.example/in\"}", 201);
	snprintf(secret, sizeof(secret), "%s", house_text(h, "secret"));
	snprintf(key, sizeof(key), "%s", house_text(h, "public_key"));
	assert_int_equal(strncmp(secret, "whsec_", 6), 0);
	assert_int_equal(strlen(secret), 6 + 44);
	assert_int_equal(strncmp(key, "whpk_", 5), 0);
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_text(h->json, "items/0/id", "bank");
	expect_text(h->json, "items/0/public_key", key);
	expect_text(h->json, "items/0/webhook", "https://bank.example/in");
	expect_nowhere(h->json, "whsec_");
	expect_nowhere(h->json, secret + 6);
	expect_refusal(h, POST, h->administrator,
		"{\"id\":\"bank\",\"name\":\"银行\",\"webhook\":\"https://bank.example/in\"}", 409,
		"already-exists");
	expect_nowhere(h->json, "whsec_");
}

static void an_address_inside_must_be_allowed(void **state)
{
	static const char in[] =
		"{\"id\":\"in\",\"name\":\"内\",\"webhook\":\"http://127.0.0.1:1/\"}";
	static const char allowed[] = "{\"id\":\"in\",\"name\":\"内\",\"webhook\":"
				      "\"http://127.0.0.1:1/\",\"allow_private\":true}";
	struct house *h = *state;

	expect_refusal(h, POST, h->administrator, in, 422, "bad-webhook");
	expect_reply(h, POST, h->administrator, allowed, 201);
	assert_true(json_is_true(expect_at(h->json, "allow_private")));
}

static void what_cannot_be_a_department_is_refused(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *code;
	} wrong[] = {
		{"", 400, "bad-json"},
		{"{\"id\":\"a\"}", 400, "bad-json"},
		{"{\"name\":\"x\"}", 400, "bad-json"},
		{"{\"id\":\"a\",\"name\":\"x\",\"allow_private\":1}", 400, "bad-json"},
		{"{\"id\":\"a\",\"name\":\"x\",\"web_hook\":\"x\"}", 400, "bad-json"},
		{"{\"id\":\"A\",\"name\":\"x\"}", 422, "bad-department"},
		{"{\"id\":\"1a\",\"name\":\"x\"}", 422, "bad-department"},
		{"{\"id\":\"a/b\",\"name\":\"x\"}", 422, "bad-department"},
		{"{\"id\":\"a23456789012345678901234567890123\",\"name\":\"x\"}", 422,
			"bad-department"},
		{"{\"id\":\"a\",\"name\":\"x\",\"webhook\":\"ftp://a.example/\"}", 422,
			"bad-webhook"},
	};
	struct zong_status before, after;
	struct house *h = *state;
	size_t i;

	zong_status_peek(h->f->archive, &before);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_refusal(
			h, POST, h->administrator, wrong[i].body, wrong[i].status, wrong[i].code);
	zong_status_peek(h->f->archive, &after);
	assert_int_equal(after.departments, before.departments);
}

static void who_may_not_manage_departments_does_not(void **state)
{
	static const char body[] = "{\"id\":\"mine\",\"name\":\"x\"}";
	struct house *h = *state;

	expect_refusal(h, POST, h->archivist, body, 403, "forbidden");
	expect_refusal(h, POST, h->tax, body, 403, "forbidden");
	expect_refusal(h, POST, h->lookup, body, 403, "forbidden");
	expect_refusal(h, GET, h->lookup, NULL, 403, "forbidden");
	expect_reply(h, GET, h->archivist, NULL, 200);
	expect_closed(h, GET, NULL);
	expect_closed(h, POST, body);
	expect_closed(h, FEED, NULL);
}

/* Four materials to tax, one of them to housing, too. */
static int send_some(void **state)
{
	struct house *h = *state;
	char pages[32];
	int i;

	fixture_case(h->f, "FEED-1");
	for (i = 0; i < 4; i++) {
		snprintf(pages, sizeof(pages), "text 甲 %d\n", i);
		if (fixture_add(
			    h->f, "FEED-1", "t", pages, i ? "tax" : "tax,housing", &h->f->receipt))
			return -1;
	}
	return 0;
}

static void a_feed_goes_on_behind_the_cursor(void **state)
{
	struct house *h = *state;
	json_int_t before = 0, cursor = 0;
	char line[128];
	int i, seen = 0;
	bool more = true;

	for (i = 0; more && i < 10; i++) {
		size_t j;

		snprintf(line, sizeof(line), FEED "?after=%lld&limit=3", (long long)cursor);
		expect_reply(h, line, h->tax, NULL, 200);
		for (j = 0; j < json_array_size(expect_at(h->json, "items")); j++) {
			json_t *item = json_array_get(expect_at(h->json, "items"), j);

			assert_true(json_integer_value(expect_at(item, "cursor")) > before);
			before = json_integer_value(expect_at(item, "cursor"));
			expect_text(item, "department", "tax");
			expect_text(item, "case", "FEED-1");
			seen++;
		}
		cursor = json_integer_value(expect_at(h->json, "cursor"));
		assert_int_equal(cursor, before);
		more = json_is_true(expect_at(h->json, "more"));
	}
	assert_int_equal(seen, 4);
	assert_int_equal(i, 2);
	snprintf(line, sizeof(line), FEED "?after=%lld", (long long)cursor);
	expect_reply(h, line, h->tax, NULL, 200);
	expect_count(h->json, "items", 0);
	expect_number(h->json, "cursor", cursor);
	assert_true(json_is_false(expect_at(h->json, "more")));
}

static void what_was_shown_counts_as_sent_and_what_ended_is_not_open(void **state)
{
	struct house *h = *state;
	char line[128];
	size_t open;

	house_ask(h, FEED, h->tax, "", NULL);
	expect_reply(h, FEED "?open=true", h->tax, NULL, 200);
	expect_text(h->json, "items/0/state", "sent");
	open = json_array_size(expect_at(h->json, "items"));
	assert_true(open > 1);
	snprintf(line, sizeof(line), "POST /api/v1/deliveries/%s/receipt",
		json_string_value(expect_at(h->json, "items/0/id")));
	expect_reply(h, line, h->tax, NULL, 200);
	expect_reply(h, FEED "?open=true", h->tax, NULL, 200);
	expect_count(h->json, "items", open - 1);
	expect_reply(h, FEED "?open=false", h->tax, NULL, 200);
	assert_true(json_array_size(expect_at(h->json, "items")) > open - 1);
	expect_text(h->json, "items/0/state", "received");
}

static void a_department_reads_its_own_feed_only(void **state)
{
	struct house *h = *state;

	expect_refusal(h, "GET /api/v1/departments/housing/feed", h->tax, NULL, 404, "not-found");
	expect_refusal(h, "GET /api/v1/departments/nobody/feed", h->tax, NULL, 404, "not-found");
	expect_refusal(h, FEED, h->archivist, NULL, 403, "forbidden");
	expect_refusal(h, FEED, h->lookup, NULL, 403, "forbidden");
	expect_refusal(h, FEED, h->administrator, NULL, 403, "forbidden");
}

static void a_feed_asked_for_wrongly_says_what_is_wrong(void **state)
{
	static const char *const wrong[] = {
		"after=-1", "after=x", "after=9223372036854775808", "open=yes", "open=", "limit=0"};
	struct house *h = *state;
	char line[128];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), FEED "?%s", wrong[i]);
		expect_refusal(h, line, h->tax, NULL, 400, "bad-query");
		assert_string_equal(house_text(h, "subject"), wrong[i]);
	}
	expect_reply(h, FEED "?after=9223372036854775807", h->tax, NULL, 200);
	expect_count(h->json, "items", 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_department_is_added_and_listed),
		TEST(the_secret_of_a_webhook_is_answered_once),
		TEST(an_address_inside_must_be_allowed),
		TEST(what_cannot_be_a_department_is_refused),
		TEST(who_may_not_manage_departments_does_not),
		cmocka_unit_test_setup_teardown(
			a_feed_goes_on_behind_the_cursor, send_some, house_clear),
		TEST(what_was_shown_counts_as_sent_and_what_ended_is_not_open),
		TEST(a_department_reads_its_own_feed_only),
		TEST(a_feed_asked_for_wrongly_says_what_is_wrong),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
