/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define POST "POST /api/v1/sessions"
#define GET "GET /api/v1/session"
#define DELETE "DELETE /api/v1/session"

static char token[ZONG_TOKEN_TEXT];

static void keep_token(struct house *h)
{
	snprintf(token, sizeof(token), "%s", house_text(h, "token"));
	assert_int_equal(strlen(token), 3 + 43);
	assert_int_equal(strncmp(token, "zt_", 3), 0);
}

static void a_password_opens_a_session_and_signing_out_closes_it(void **state)
{
	struct house *h = *state;
	char body[160];

	snprintf(body, sizeof(body), "{\"user\":\"admin\",\"password\":\"%s\"}", h->f->password);
	expect_reply(h, POST, NULL, body, 201);
	keep_token(h);
	expect_text(h->json, "role", "administrator");
	expect_text(h->json, "name", "admin");
	assert_true(json_is_null(expect_at(h->json, "department")));
	expect_time(h->json, "expires"); /* twelve hours */
	expect_nowhere(h->json, h->f->password);
	expect_reply(h, GET, token, NULL, 200);
	expect_text(h->json, "role", "administrator");
	assert_null(expect_at(h->json, "token"));
	house_ask(h, DELETE, token, "", NULL);
	assert_int_equal(h->status, 204);
	assert_int_equal(h->body_len, 0);
	expect_refusal(h, GET, token, NULL, 401, "unauthenticated");
	expect_refusal(h, DELETE, token, NULL, 401, "unauthenticated");
}

static void a_token_opens_a_session_of_the_same_right_and_outlives_it(void **state)
{
	struct house *h = *state;
	char body[128];

	snprintf(body, sizeof(body), "{\"token\":\"%s\"}", h->tax);
	expect_reply(h, POST, NULL, body, 201);
	keep_token(h);
	assert_string_not_equal(token, h->tax);
	expect_text(h->json, "role", "department");
	expect_text(h->json, "department", "tax");
	expect_time(h->json, "expires");
	expect_reply(h, "GET /api/v1/departments/tax/feed", token, NULL, 200);
	house_ask(h, DELETE, token, "", NULL);
	assert_int_equal(h->status, 204);
	expect_refusal(h, GET, token, NULL, 401, "unauthenticated");
	expect_reply(h, GET, h->tax, NULL, 200);
	/* A token that was given out is not ended by signing out. */
	house_ask(h, DELETE, h->tax, "", NULL);
	assert_int_equal(h->status, 204);
	expect_reply(h, GET, h->tax, NULL, 200);
	assert_true(json_is_null(expect_at(h->json, "expires")));
}

static void what_is_no_way_to_sign_in_is_told_so(void **state)
{
	static const char *const wrong[] = {"", "{}", "[]", "\"admin\"", "{\"password\":\"x\"}",
		"{\"user\":1,\"password\":\"x\"}", "{\"user\":\"admin\",\"pass\":\"x\"}",
		"{\"token\":\"\"}", "{\"token\":null,\"user\":null}"};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_refusal(h, POST, NULL, wrong[i], 400, "bad-json");
	expect_refusal(h, POST, NULL, "{\"token\":\"zt_wrong\"}", 401, "unauthenticated");
	expect_closed(h, POST, "{\"user\":\"nobody\",\"password\":\"x\"}");
	expect_closed(h, GET, NULL);
	expect_closed(h, DELETE, NULL);
}

static void a_wrong_password_and_a_wrong_name_are_answered_alike(void **state)
{
	struct house *h = *state;
	char first[1024];

	expect_refusal(h, POST, NULL, "{\"user\":\"admin\",\"password\":\"wrong\"}", 401,
		"unauthenticated");
	snprintf(first, sizeof(first), "%s", h->body);
	expect_nowhere(h->json, "wrong");
	expect_refusal(h, POST, NULL, "{\"user\":\"other\",\"password\":\"wrong\"}", 401,
		"unauthenticated");
	assert_string_equal(h->body, first);
}

static void who_guesses_on_has_to_wait_and_others_do_not(void **state)
{
	struct house *h = *state;
	char body[160];
	int i;

	for (i = 0; i < 20; i++) {
		house_ask(h, POST, NULL, "", "{\"user\":\"guess\",\"password\":\"wrong\"}");
		if (h->status != 401)
			break;
	}
	assert_in_range(i, 3, 10);
	expect_problem(h, 429, "too-many-attempts");
	assert_string_equal(house_header(h, "Retry-After"), "60");
	snprintf(body, sizeof(body), "{\"user\":\"admin\",\"password\":\"%s\"}", h->f->password);
	expect_reply(h, POST, NULL, body, 201);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_password_opens_a_session_and_signing_out_closes_it),
		TEST(a_token_opens_a_session_of_the_same_right_and_outlives_it),
		TEST(what_is_no_way_to_sign_in_is_told_so),
		TEST(a_wrong_password_and_a_wrong_name_are_answered_alike),
		TEST(who_guesses_on_has_to_wait_and_others_do_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
