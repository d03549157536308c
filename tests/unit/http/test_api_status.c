/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/status"

static json_int_t number(struct house *h, const char *path)
{
	return json_integer_value(expect_at(h->json, path));
}

static void the_numbers_are_those_of_the_archive(void **state)
{
	static const char document[] = "%PDF-1.4\ntext 甲\nblank\nkill 乙\n";
	struct house *h = *state;
	json_int_t log;

	expect_reply(h, GET, h->lookup, NULL, 200);
	expect_count(h->json, "", 16);
	expect_text(h->json, "version", PACKAGE_VERSION);
	assert_int_equal(strlen(house_text(h, "archive")), 36);
	expect_number(h->json, "cases", 0);
	expect_number(h->json, "departments", 2);
	expect_number(h->json, "workers/workers", 2);
	log = number(h, "log");
	fixture_case(h->f, "T-1");
	fixture_case(h->f, "T-2");
	expect_upload(h, h->archivist, "{\"case\":\"T-1\",\"to\":[\"tax\"]}", document + 9, 201);
	expect_upload(h, h->archivist, "{\"case\":\"T-2\",\"to\":[\"tax\",\"housing\"]}",
		document + 9, 201);
	assert_true(fixture_settle(h->f));
	expect_reply(h, GET, h->lookup, NULL, 200);
	expect_number(h->json, "cases", 2);
	expect_number(h->json, "materials", 2);
	expect_number(h->json, "files", 1); /* the same bytes */
	expect_number(h->json, "pages", 6);
	expect_number(h->json, "rasters", 3);
	expect_number(h->json, "pages_read", 2);
	expect_number(h->json, "bytes_in", 2 * ((json_int_t)sizeof(document) - 1));
	expect_json(expect_at(h->json, "deliveries"),
		"{\"waiting\":0,\"due\":3,\"sent\":0,\"received\":0,\"returned\":0}");
	expect_json(expect_at(h->json, "jobs"), "{\"waiting\":0,\"running\":0,\"parked\":1,\"pages_per_second\":null,"
		"\"seconds_left\":null}");
	assert_true(number(h, "log") >= log + 4);
}

static void who_may_see_the_status_does(void **state)
{
	struct house *h = *state;

	expect_reply(h, GET, h->administrator, NULL, 200);
	expect_reply(h, GET, h->archivist, NULL, 200);
	expect_nowhere(h->json, "tax");
	expect_nowhere(h->json, h->f->dir);
	expect_refusal(h, GET, h->tax, NULL, 403, "forbidden");
	expect_closed(h, GET, NULL);
	expect_refusal(h, "POST /api/v1/status", h->archivist, "{}", 405, "method-not-allowed");
	assert_string_equal(house_header(h, "Allow"), "GET, HEAD, OPTIONS");
}

static void the_description_is_there_without_a_token(void **state)
{
	struct house *h = *state;

	house_ask(h, "GET /api/v1/openapi.yaml", NULL, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Type"), "application/yaml");
	assert_non_null(strstr(h->body, "\n  version: " PACKAGE_VERSION "\n"));
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_numbers_are_those_of_the_archive),
		TEST(who_may_see_the_status_does),
		TEST(the_description_is_there_without_a_token),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
