/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect.h"
#include "house.h"

static void without_a_token_or_with_a_wrong_one_nothing_is_told(void **state)
{
	static const char *const paths[] = {"GET /api/v1/session", "GET /api/v1/cases",
		"GET /api/v1/status", "GET /api/v1/materials/x", "GET /api/v1/files/sha256:00",
		"GET /api/v1/departments/tax/feed"};
	static const char *const tokens[] = {
		NULL, "", "zt_wrong", "zt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
	struct house *h = *state;
	size_t i, j;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		for (j = 0; j < sizeof(tokens) / sizeof(tokens[0]); j++) {
			house_ask(h, paths[i], tokens[j], "", NULL);
			expect_problem(h, 401, "unauthenticated");
			assert_string_equal(
				house_header(h, "WWW-Authenticate"), "Bearer realm=\"zong\"");
		}
	}
	house_ask(h, "GET /api/v1/session", NULL, "Authorization: Basic YWRtaW46eA==\r\n", NULL);
	expect_problem(h, 401, "unauthenticated");
}

static void a_token_tells_who_one_is_and_what_one_may(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /api/v1/session", h->tax, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_text(h, "role"), "department");
	assert_string_equal(house_text(h, "department"), "tax");
	assert_string_equal(house_header(h, "Cache-Control"), "no-store");
	assert_true(json_array_size(json_object_get(h->json, "may")) > 2);
}

static void what_a_role_may_not_do_is_forbidden(void **state)
{
	struct house *h = *state;

	house_ask(h, "POST /api/v1/cases", h->lookup, "", "{\"no\":\"1\",\"kind\":\"x\"}");
	expect_problem(h, 403, "forbidden");
	house_ask(h, "GET /api/v1/tokens", h->archivist, "", NULL);
	expect_problem(h, 403, "forbidden");
}

static void unknown_addresses_and_methods_are_told_apart(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /api/v1/nothing", h->archivist, "", NULL);
	expect_problem(h, 404, "no-such-address");
	assert_string_equal(house_text(h, "subject"), "/api/v1/nothing");
	house_ask(h, "GET /nothing", NULL, "", NULL);
	expect_problem(h, 404, "no-such-address");
	house_ask(h, "POST /nothing", NULL, "", "x");
	expect_problem(h, 404, "no-such-address");
	house_ask(h, "DELETE /api/v1/cases", h->archivist, "", NULL);
	expect_problem(h, 405, "method-not-allowed");
	assert_string_equal(house_header(h, "Allow"), "GET, HEAD, POST, OPTIONS");
	house_ask(h, "OPTIONS /api/v1/cases", NULL, "", NULL);
	assert_int_equal(h->status, 204);
	assert_string_equal(house_header(h, "Allow"), "GET, HEAD, POST, OPTIONS");
	house_ask(h, "GET /api/v1/cases/%ff", h->archivist, "", NULL);
	expect_problem(h, 400, "not-utf-8");
	house_ask(h, "GET /api/v1/cases?limit=0", h->archivist, "", NULL);
	expect_problem(h, 400, "bad-query");
	house_ask(h, "GET /api/v1/cases?limit=201", h->archivist, "", NULL);
	expect_problem(h, 400, "bad-query");
	house_ask(h, "GET /api/v1/cases?q=%zz", h->archivist, "", NULL);
	expect_problem(h, 400, "bad-query");
}

static void head_says_what_get_would_and_sends_nothing(void **state)
{
	struct house *h = *state;
	char length[32];

	house_ask(h, "GET /api/v1/openapi.yaml", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_true(strncmp(h->body, "openapi: 3.1.0", 14) == 0);
	snprintf(length, sizeof(length), "%zu", h->body_len);
	house_ask(h, "HEAD /api/v1/openapi.yaml", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Length"), length);
	assert_int_equal(h->body_len, 0);
}

static void one_connection_carries_many_requests(void **state)
{
	static const char ask[] = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
	static const char post[] =
		"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
	struct house *h = *state;
	int i;

	house_connect(h);
	for (i = 0; i < 5; i++) {
		house_say(h, ask, sizeof(ask) - 1);
		house_hear_one(h);
		assert_int_equal(h->status, 200);
		assert_string_equal(h->body, "ok\n");
		house_say(h, post, sizeof(post) - 1);
		house_hear_one(h);
		expect_problem(h, 400, "bad-json");
	}
}

static void problems_speak_the_language_asked_for(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /api/v1/nothing", NULL, "Accept-Language: en-GB, zh;q=0.5\r\n", NULL);
	assert_string_equal(house_text(h, "title"), "No such address");
	assert_string_equal(house_header(h, "Content-Language"), "en");
	house_ask(
		h, "GET /api/v1/nothing", NULL, "Accept-Language: en;q=0.3, zh-CN;q=0.8\r\n", NULL);
	assert_string_equal(house_text(h, "title"), "没有这个地址");
	house_ask(h, "GET /api/v1/nothing", NULL, "Accept-Language: fr\r\n", NULL);
	assert_string_equal(house_header(h, "Content-Language"), "zh");
}

static void a_purpose_is_kept_and_a_broken_one_refused(void **state)
{
	struct house *h = *state;

	fixture_case(h->f, "S-1");
	house_ask(h, "GET /api/v1/cases/S-1", h->archivist, "Zong-Purpose: %E6%9F%A5%E6%A1%A3\r\n",
		NULL);
	assert_int_equal(h->status, 200);
	assert_int_equal(fixture_log(h->f, "case.read", "case/S-1", NULL), 1);
	house_ask(h, "GET /api/v1/cases/S-1", h->archivist, "Zong-Purpose: %ff\r\n", NULL);
	expect_problem(h, 400, "bad-header");
	house_ask(h, "GET /api/v1/cases/S-1", h->archivist, "Zong-Purpose: a%0Ab%07\r\n", NULL);
	expect_problem(h, 400, "bad-header");
}

static void a_case_is_opened_once_and_again_without_an_error(void **state)
{
	static const char body[] =
		"{\"no\":\"S-2\",\"kind\":\"转移登记\",\"parties\":[{\"name\":\"示例甲\"}]}";
	struct house *h = *state;

	house_ask(h, "POST /api/v1/cases", h->archivist, "", body);
	assert_int_equal(h->status, 201);
	assert_string_equal(house_header(h, "Location"), "/api/v1/cases/S-2");
	house_ask(h, "POST /api/v1/cases", h->archivist, "", body);
	assert_int_equal(h->status, 200);
	house_ask(h, "POST /api/v1/cases", h->archivist, "",
		"{\"no\":\"S-2\",\"kind\":\"抵押登记\"}");
	expect_problem(h, 409, "case-exists");
	house_ask(h, "POST /api/v1/cases", h->archivist, "",
		"{\"no\":\"S-3\",\"kind\":\"x\",\"colour\":1}");
	expect_problem(h, 400, "bad-json");
	assert_non_null(strstr(house_text(h, "subject"), "colour"));
}

static void signing_in_gives_a_token_and_signing_out_takes_it(void **state)
{
	struct house *h = *state;
	char body[128], token[ZONG_TOKEN_TEXT];

	snprintf(body, sizeof(body), "{\"user\":\"admin\",\"password\":\"%s\"}", h->f->password);
	house_ask(h, "POST /api/v1/sessions", NULL, "", body);
	assert_int_equal(h->status, 201);
	snprintf(token, sizeof(token), "%s", house_text(h, "token"));
	house_ask(h, "GET /api/v1/session", token, "", NULL);
	assert_int_equal(h->status, 200);
	house_ask(h, "DELETE /api/v1/session", token, "", NULL);
	assert_int_equal(h->status, 204);
	house_ask(h, "GET /api/v1/session", token, "", NULL);
	expect_problem(h, 401, "unauthenticated");
	house_ask(h, "POST /api/v1/sessions", NULL, "",
		"{\"user\":\"admin\",\"password\":\"wrong\"}");
	expect_problem(h, 401, "unauthenticated");
}

static void the_local_socket_knows_its_owner_without_a_token(void **state)
{
	static const char ask[] =
		"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct house *h = *state;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.80s/zongd.sock", h->f->dir);
	h->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(h->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	house_say(h, ask, sizeof(ask) - 1);
	house_hear(h);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_text(h, "role"), "local");
}

static void counters_tell_of_requests_and_name_no_object(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /readyz", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	house_ask(h, "GET /metrics", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_non_null(strstr(h->body, "zong_http_requests_total{class=\"2xx\"} "));
	assert_non_null(strstr(h->body, "# TYPE zong_jobs gauge"));
	assert_null(strstr(h->body, "tax"));
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_token_or_with_a_wrong_one_nothing_is_told),
		TEST(a_token_tells_who_one_is_and_what_one_may),
		TEST(what_a_role_may_not_do_is_forbidden),
		TEST(unknown_addresses_and_methods_are_told_apart),
		TEST(head_says_what_get_would_and_sends_nothing),
		TEST(one_connection_carries_many_requests),
		TEST(problems_speak_the_language_asked_for),
		TEST(a_purpose_is_kept_and_a_broken_one_refused),
		TEST(a_case_is_opened_once_and_again_without_an_error),
		TEST(signing_in_gives_a_token_and_signing_out_takes_it),
		TEST(the_local_socket_knows_its_owner_without_a_token),
		TEST(counters_tell_of_requests_and_name_no_object),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
