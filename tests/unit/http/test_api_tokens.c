/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/tokens"
#define POST "POST /api/v1/tokens"

static char token[ZONG_TOKEN_TEXT], revoke[128];

static void make(struct house *h, const char *body)
{
	expect_reply(h, POST, h->administrator, body, 201);
	snprintf(token, sizeof(token), "%s", house_text(h, "token"));
	assert_int_equal(strlen(token), 3 + 43);
	snprintf(revoke, sizeof(revoke), "DELETE /api/v1/tokens/%s", house_text(h, "id"));
}

static void a_token_is_told_once_and_works_until_it_is_revoked(void **state)
{
	struct house *h = *state;
	size_t count;

	expect_reply(h, GET, h->administrator, NULL, 200);
	count = json_array_size(expect_at(h->json, "items"));
	assert_int_equal(count, 4);
	make(h, "{\"role\":\"lookup\",\"name\":\"查档\U00020BB7\"}");
	expect_text(h->json, "role", "lookup");
	expect_text(h->json, "name", "查档\U00020BB7");
	assert_true(json_is_null(expect_at(h->json, "department")));
	assert_true(json_is_null(expect_at(h->json, "expires")));
	expect_time(h->json, "created");
	expect_reply(h, "GET /api/v1/session", token, NULL, 200);
	expect_text(h->json, "name", "查档\U00020BB7");
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_count(h->json, "items", count + 1);
	expect_count(h->json, "items/0", 6);
	expect_nowhere(h->json, token);
	expect_nowhere(h->json, "zt_");
	house_ask(h, revoke, h->administrator, "", NULL);
	assert_int_equal(h->status, 204);
	expect_refusal(h, "GET /api/v1/session", token, NULL, 401, "unauthenticated");
	expect_refusal(h, revoke, h->administrator, NULL, 404, "not-found");
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_count(h->json, "items", count);
}

static void with_a_token_its_sessions_end(void **state)
{
	struct house *h = *state;
	char body[128], session[ZONG_TOKEN_TEXT];

	make(h, "{\"role\":\"archivist\"}");
	snprintf(body, sizeof(body), "{\"token\":\"%s\"}", token);
	expect_reply(h, "POST /api/v1/sessions", NULL, body, 201);
	snprintf(session, sizeof(session), "%s", house_text(h, "token"));
	expect_reply(h, "GET /api/v1/session", session, NULL, 200);
	/* A session is no token that was given out. */
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_count(h->json, "items", 5);
	house_ask(h, revoke, h->administrator, "", NULL);
	assert_int_equal(h->status, 204);
	expect_refusal(h, "GET /api/v1/session", session, NULL, 401, "unauthenticated");
}

static void a_token_of_a_department_belongs_to_one_and_ends_when_it_should(void **state)
{
	struct house *h = *state;

	make(h, "{\"role\":\"department\",\"department\":\"housing\",\"days\":1}");
	expect_text(h->json, "department", "housing");
	expect_time(h->json, "expires");
	expect_reply(h, "GET /api/v1/departments/housing/feed", token, NULL, 200);
	expect_reply(h, "GET /api/v1/session", token, NULL, 200);
	expect_time(h->json, "expires");
	house_ask(h, revoke, h->administrator, "", NULL);
	assert_int_equal(h->status, 204);
}

static void a_limited_token_does_what_it_is_for_and_nothing_else(void **state)
{
	struct house *h = *state;

	make(h, "{\"role\":\"department\",\"department\":\"tax\",\"may\":[\"feed.read\"]}");
	expect_count(h->json, "may", 1);
	expect_text(h->json, "may/0", "feed.read");
	expect_reply(h, "GET /api/v1/departments/tax/feed", token, NULL, 200);
	expect_refusal(h, "GET /api/v1/search?q=x", token, NULL, 403, "forbidden");
	expect_refusal(h, "GET /api/v1/departments", token, NULL, 403, "forbidden");
	expect_refusal(h, "GET /api/v1/departments/housing/feed", token, NULL, 404, "not-found");
	expect_reply(h, "GET /api/v1/session", token, NULL, 200);
	expect_count(h->json, "may", 1);
	house_ask(h, revoke, h->administrator, "", NULL);
	assert_int_equal(h->status, 204);
}

static void what_cannot_be_a_token_is_refused(void **state)
{
	static const struct {
		const char *body;
		int status;
		const char *code;
	} wrong[] = {
		{"", 400, "bad-json"},
		{"{}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"days\":0}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"days\":3651}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"days\":1.5}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"days\":\"1\"}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"expires\":1}", 400, "bad-json"},
		{"{\"role\":\"root\"}", 422, "bad-role"},
		{"{\"role\":\"local\"}", 422, "bad-role"},
		{"{\"role\":\"lookup\",\"may\":\"search\"}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"may\":[1]}", 400, "bad-json"},
		{"{\"role\":\"lookup\",\"may\":[]}", 422, "invalid-argument"},
		{"{\"role\":\"lookup\",\"may\":[\"seek\"]}", 422, "invalid-argument"},
		{"{\"role\":\"lookup\",\"may\":[\"case.open\"]}", 422, "invalid-argument"},
		{"{\"role\":\"administrator\",\"may\":[\"user.manage\"]}", 422,
			"invalid-argument"},
		{"{\"role\":\"department\"}", 422, "invalid-argument"},
		{"{\"role\":\"lookup\",\"department\":\"tax\"}", 422, "invalid-argument"},
		{"{\"role\":\"department\",\"department\":\"nobody\"}", 422,
			"department-not-found"},
	};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_refusal(
			h, POST, h->administrator, wrong[i].body, wrong[i].status, wrong[i].code);
	expect_refusal(
		h, "DELETE /api/v1/tokens/nothing", h->administrator, NULL, 404, "not-found");
	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_count(h->json, "items", 4);
}

static void who_may_not_manage_tokens_does_not(void **state)
{
	static const char body[] = "{\"role\":\"administrator\"}";
	struct house *h = *state;
	const char *others[] = {h->archivist, h->lookup, h->tax};
	size_t i;

	for (i = 0; i < 3; i++) {
		expect_refusal(h, GET, others[i], NULL, 403, "forbidden");
		expect_refusal(h, POST, others[i], body, 403, "forbidden");
		expect_refusal(
			h, "DELETE /api/v1/tokens/nothing", others[i], NULL, 403, "forbidden");
	}
	expect_closed(h, GET, NULL);
	expect_closed(h, POST, body);
	expect_closed(h, "DELETE /api/v1/tokens/nothing", NULL);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_told_once_and_works_until_it_is_revoked),
		TEST(with_a_token_its_sessions_end),
		TEST(a_token_of_a_department_belongs_to_one_and_ends_when_it_should),
		TEST(a_limited_token_does_what_it_is_for_and_nothing_else),
		TEST(what_cannot_be_a_token_is_refused),
		TEST(who_may_not_manage_tokens_does_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
