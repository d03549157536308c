/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"
#include "http/api.h"
#include "http/request.h"
#include "http/server.h"

static void check(struct house *h, const char *line, int status, const char *body)
{
	house_ask(h, line, NULL, "", NULL);
	assert_int_equal(h->status, status);
	assert_string_equal(h->body, body);
	assert_string_equal(house_header(h, "Content-Type"), "text/plain; charset=utf-8");
	assert_string_equal(house_header(h, "Cache-Control"), "no-store");
}

static void whoever_asks_hears_that_the_server_lives_and_is_ready(void **state)
{
	struct house *h = *state;

	check(h, "GET /healthz", 200, "ok\n");
	check(h, "GET /readyz", 200, "ready\n");
	/* A wrong token is not looked at. */
	house_ask(h, "GET /healthz", "zt_wrong", "", NULL);
	assert_int_equal(h->status, 200);
}

static void they_take_no_other_method(void **state)
{
	struct house *h = *state;

	expect_refusal(h, "POST /healthz", NULL, "", 405, "method-not-allowed");
	assert_string_equal(house_header(h, "Allow"), "GET, HEAD, OPTIONS");
	expect_refusal(h, "DELETE /readyz", NULL, NULL, 405, "method-not-allowed");
	house_ask(h, "HEAD /readyz", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_int_equal(h->body_len, 0);
}

static struct zong_archive *without_workers;

static int close_second(void **state)
{
	struct house *h = *state;

	h->http->archive = h->f->archive;
	zong_archive_close(without_workers);
	without_workers = NULL;
	return house_clear(state);
}

static void without_a_worker_it_lives_but_is_not_ready(void **state)
{
	struct zong_archive_options options = {0};
	char password[ZONG_PASSWORD_TEXT], dir[300];
	struct house *h = *state;

	snprintf(dir, sizeof(dir), "%s/second", h->f->dir);
	assert_int_equal(zong_archive_create(dir, password, &h->f->err), 0);
	assert_int_equal(zong_archive_open(dir, &options, &without_workers, &h->f->err), 0);
	h->http->archive = without_workers;
	check(h, "GET /readyz", 503, "no worker\n");
	check(h, "GET /healthz", 200, "ok\n");
}

static void while_it_ends_it_is_not_ready(void **state)
{
	struct zong_request req = {.language = "en"};
	struct house *h = *state;
	int err;

	req.http = h->http;
	atomic_store(&h->http->closing, true);
	err = zong_api_readyz(&req);
	/* Who comes then does not get that far. */
	house_ask(h, "GET /readyz", NULL, "Accept-Language: en\r\n", NULL);
	atomic_store(&h->http->closing, false);
	assert_int_equal(err, 0);
	assert_int_equal(req.status, 503);
	MHD_destroy_response(req.response);
	expect_problem(h, 503, "cancelled");
	assert_string_equal(house_header(h, "Retry-After"), "5");
	check(h, "GET /readyz", 200, "ready\n");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whoever_asks_hears_that_the_server_lives_and_is_ready),
		TEST(they_take_no_other_method),
		cmocka_unit_test_teardown(without_a_worker_it_lives_but_is_not_ready, close_second),
		TEST(while_it_ends_it_is_not_ready),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
