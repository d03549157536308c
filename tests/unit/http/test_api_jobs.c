/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

#define GET "GET /api/v1/jobs"

static char material[64], parked[64];

/* Three pages that no worker survives, and one that is read. */
static int setup(void **state)
{
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	fixture_case(h->f, "J-1");
	if (fixture_add(
		    h->f, "J-1", "t", "kill 甲\nkill 乙\ntext 丙\nkill 丁\n", NULL, &h->f->receipt))
		return -1;
	snprintf(material, sizeof(material), "%s", fixture_id(&h->f->receipt.material->id));
	return fixture_settle(h->f) ? house_clear(state) : -1;
}

static void a_page_that_cannot_be_read_is_listed_with_its_reason(void **state)
{
	struct house *h = *state;

	house_ask(h, GET "?state=parked&limit=1", h->archivist, "Accept-Language: en\r\n", NULL);
	assert_int_equal(h->status, 200);
	expect_count(h->json, "items", 1);
	expect_text(h->json, "items/0/kind", "read");
	expect_text(h->json, "items/0/state", "parked");
	expect_number(h->json, "items/0/page", 1);
	expect_number(h->json, "items/0/tries", 2);
	expect_text(h->json, "items/0/code", "worker-died");
	assert_true(strlen(json_string_value(expect_at(h->json, "items/0/reason"))) > 3);
	assert_int_equal(
		strncmp(json_string_value(expect_at(h->json, "items/0/file")), "sha256:", 7), 0);
	expect_count(h->json, "items/0/materials", 1);
	expect_text(h->json, "items/0/materials/0", material);
	snprintf(parked, sizeof(parked), "%s", json_string_value(expect_at(h->json, "items/0/id")));
	/* The cursor is the last one's id, and there is more. */
	expect_text(h->json, "next", parked);
}

static void a_list_goes_on_behind_the_cursor(void **state)
{
	static const int pages[] = {1, 2, 4};
	struct house *h = *state;
	char line[128] = GET "?limit=1";
	int i;

	for (i = 0; i < 3; i++) {
		expect_reply(h, line, h->administrator, NULL, 200);
		expect_count(h->json, "items", 1);
		expect_number(h->json, "items/0/page", pages[i]);
		snprintf(line, sizeof(line), GET "?limit=1&cursor=%.40s", house_text(h, "next"));
	}
	assert_true(json_is_null(expect_at(h->json, "next")));
	expect_reply(h, GET "?state=waiting", h->administrator, NULL, 200);
	expect_json(h->json, "{\"items\":[],\"next\":null}");
}

static void a_parked_page_is_tried_again_when_somebody_says_so(void **state)
{
	struct house *h = *state;
	char line[128];

	expect_reply(h, GET "?state=parked&limit=1", h->archivist, NULL, 200);
	snprintf(parked, sizeof(parked), "%s", json_string_value(expect_at(h->json, "items/0/id")));
	snprintf(line, sizeof(line), "POST /api/v1/jobs/%s/retry", parked);
	fake_pool_gate(false);
	expect_reply(h, line, h->archivist, NULL, 200);
	expect_text(h->json, "id", parked);
	expect_text(h->json, "state", "waiting");
	expect_number(h->json, "tries", 0);
	expect_text(h->json, "materials/0", material);
	assert_null(expect_at(h->json, "code"));
	/* It is under way: there is nothing to try again. */
	expect_refusal(h, line, h->archivist, NULL, 422, "invalid-argument");
	fake_pool_gate(true);
	assert_true(fixture_settle(h->f));
	expect_reply(h, GET "?state=parked", h->archivist, NULL, 200);
	expect_count(h->json, "items", 3);
	snprintf(line, sizeof(line), "job/%s", parked);
	assert_int_equal(fixture_log(h->f, "job.retry", line, NULL), 1);
}

static void a_job_that_is_not_there_is_not_found(void **state)
{
	struct house *h = *state;

	expect_refusal(h, "POST /api/v1/jobs/00000000-0000-7000-8000-000000000000/retry",
		h->archivist, NULL, 404, "not-found");
	expect_refusal(h, "POST /api/v1/jobs/nothing/retry", h->archivist, NULL, 404, "not-found");
	expect_text(h->json, "subject", "nothing");
}

static void who_may_not_see_jobs_does_not(void **state)
{
	struct house *h = *state;

	expect_refusal(h, GET, h->tax, NULL, 403, "forbidden");
	expect_refusal(h, GET, h->lookup, NULL, 403, "forbidden");
	expect_refusal(h, "POST /api/v1/jobs/nothing/retry", h->lookup, NULL, 403, "forbidden");
	expect_refusal(h, "POST /api/v1/jobs/nothing/retry", h->tax, NULL, 403, "forbidden");
	expect_closed(h, GET, NULL);
	expect_closed(h, "POST /api/v1/jobs/nothing/retry", NULL);
}

static void a_query_that_makes_no_sense_is_told_so(void **state)
{
	struct house *h = *state;

	expect_refusal(h, GET "?state=done", h->archivist, NULL, 400, "bad-query");
	expect_text(h->json, "subject", "state=done");
	expect_refusal(h, GET "?state=", h->archivist, NULL, 400, "bad-query");
	expect_refusal(h, GET "?limit=0", h->archivist, NULL, 400, "bad-query");
	expect_refusal(h, GET "?cursor=x", h->archivist, NULL, 400, "bad-cursor");
	expect_text(h->json, "subject", "x");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_page_that_cannot_be_read_is_listed_with_its_reason),
		TEST(a_list_goes_on_behind_the_cursor),
		TEST(a_parked_page_is_tried_again_when_somebody_says_so),
		TEST(a_job_that_is_not_there_is_not_found),
		TEST(who_may_not_see_jobs_does_not),
		TEST(a_query_that_makes_no_sense_is_told_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, house_teardown);
}
