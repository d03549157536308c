/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

/* Places, originals, loans and hand-over lists over HTTP: what goes in, what comes out, and what is refused. What they
 * do is tested in tests/unit/archive. */

static char material[ZONG_ID_TEXT];

static int setup(void **state)
{
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	h->f->archive->today = 20000; /* 2024-10-04 */
	fixture_case(h->f, "P-1");
	if (fixture_add(h->f, "P-1", "合同", "text 甲\n", "tax", &h->f->receipt))
		return -1;
	snprintf(material, sizeof(material), "%s", fixture_id(&h->f->receipt.material->id));
	expect_reply(h, "POST /api/v1/places", h->archivist,
		"{\"level\":\"room\",\"name\":\"库房\",\"code\":\"R\"}", 201);
	expect_reply(h, "POST /api/v1/places", h->archivist,
		"{\"level\":\"box\",\"name\":\"盒\",\"code\":\"r-b\",\"parent\":\"R\",\"capacity\":"
		"9}",
		201);
	return house_clear(state);
}

/* A paper of the case, its code; static. */
static const char *paper(struct house *h)
{
	static char code[16];

	expect_reply(h, "POST /api/v1/originals", h->archivist,
		"{\"case\":\"P-1\",\"title\":\"示例原件\",\"pages\":4,\"place\":\"R-B\"}", 201);
	snprintf(code, sizeof(code), "%s", house_text(h, "code"));
	return code;
}

static const char *line(const char *method, const char *code, const char *what)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s /api/v1/originals/%s%s", method, code, what);
	return text;
}

static void a_place_is_told_with_what_is_above_and_in_it(void **state)
{
	struct house *h = *state;

	paper(h);
	expect_reply(h, "GET /api/v1/places/r-b", h->lookup, NULL, 200);
	expect_text(h->json, "code", "R-B");
	expect_text(h->json, "level", "box");
	expect_text(h->json, "parent", "R");
	expect_number(h->json, "capacity", 9);
	expect_number(h->json, "originals", 1);
	expect_text(h->json, "path/0/name", "库房");
	expect_reply(h, "GET /api/v1/places", h->lookup, NULL, 200);
	expect_count(h->json, "items", 1);
	assert_true(json_is_null(expect_at(h->json, "items/0/parent")));
	assert_true(json_is_null(expect_at(h->json, "items/0/capacity")));
	expect_reply(h, "POST /api/v1/places", h->archivist,
		"{\"level\":\"box\",\"name\":\"空盒\",\"parent\":\"R\",\"code\":\"R-E\"}", 201);
	house_ask(h, "DELETE /api/v1/places/R-E", h->archivist, "", NULL);
	assert_int_equal(h->status, 204);
	expect_refusal(h, "DELETE /api/v1/places/R-B", h->archivist, NULL, 409, "place-in-use");
	expect_refusal(h, "GET /api/v1/places/R-E", h->lookup, NULL, 404, "place-not-found");
	expect_refusal(h, "GET /api/v1/places/R", h->tax, NULL, 403, "forbidden");
	expect_refusal(h, "POST /api/v1/places", h->archivist,
		"{\"level\":\"box\",\"name\":\"盒\",\"parent\":\"R\",\"kapacity\":9}", 400,
		"bad-json");
	expect_refusal(h, "POST /api/v1/places", h->archivist,
		"{\"level\":\"box\",\"name\":\"盒\",\"parent\":\"R\",\"capacity\":0}", 400,
		"bad-json");
	expect_closed(h, "GET /api/v1/places", NULL);
	expect_closed(h, "POST /api/v1/places", "{}");
}

static void an_original_says_where_it_is_and_offers_its_copy(void **state)
{
	struct house *h = *state;
	char code[16];

	snprintf(code, sizeof(code), "%s", paper(h));
	expect_reply(h, line("GET", code, ""), h->lookup, NULL, 200);
	expect_text(h->json, "state", "shelved");
	expect_text(h->json, "place", "R-B");
	expect_text(h->json, "path/1/code", "R-B");
	expect_count(h->json, "copy", 1);
	expect_text(h->json, "copy/0/material", material);
	expect_count(h->json, "waiting", 0);
	assert_true(json_is_null(expect_at(h->json, "loan")));
	expect_time(h->json, "made");
	expect_refusal(h, line("GET", "Y000000000", ""), h->lookup, NULL, 422, "bad-original-code");
	expect_refusal(h, line("GET", code, ""), h->administrator, NULL, 403, "forbidden");
	expect_refusal(
		h, "GET /api/v1/originals?state=lost", h->lookup, NULL, 422, "invalid-argument");
	expect_refusal(h, "GET /api/v1/originals?case=P-9", h->lookup, NULL, 404, "case-not-found");
	expect_refusal(h, "POST /api/v1/originals", h->archivist,
		"{\"case\":\"P-1\",\"title\":\"示例\",\"pages\":-1}", 400, "bad-json");
	expect_closed(h, line("GET", code, ""), NULL);
}

static void the_refusal_that_says_the_copy_comes_first_has_the_copy(void **state)
{
	struct house *h = *state;
	char code[16];

	snprintf(code, sizeof(code), "%s", paper(h));
	house_ask(h, line("POST", code, "/loans"), h->archivist, "",
		"{\"borrower\":\"示例乙\",\"purpose\":\"示例\",\"approver\":\"示例丙\",\"due\":"
		"\"2024-10-20\"}");
	assert_int_equal(h->status, 409);
	expect_text(h->json, "code", "copy-first");
	expect_text(h->json, "copy/0/material", material);
	assert_string_equal(house_header(h, "Content-Type"), "application/problem+json");
}

static void a_loan_is_told_to_those_who_may_know(void **state)
{
	struct house *h = *state;
	char code[16];

	snprintf(code, sizeof(code), "%s", paper(h));
	expect_reply(h, line("POST", code, "/loans"), h->archivist,
		"{\"borrower\":\"示例乙\",\"purpose\":\"示例\",\"approver\":\"示例丙\",\"due\":"
		"\"2024-10-20\","
		"\"copy_not_enough\":\"核对印章\"}",
		201);
	expect_text(h->json, "borrower", "示例乙");
	expect_text(h->json, "loan/due", "2024-10-20");
	expect_text(h->json, "loan/condition", "out");
	expect_reply(h, line("POST", code, "/reservations"), h->lookup, "{\"borrower\":\"示例丁\"}",
		201);
	expect_text(h->json, "waiting/0/borrower", "示例丁");
	expect_reply(h, line("GET", code, ""), h->tax, NULL, 200);
	expect_text(h->json, "state", "lent");
	expect_text(h->json, "due", "2024-10-20");
	expect_nowhere(h->json, "示例乙");
	expect_nowhere(h->json, "示例丁");
	expect_refusal(h, line("POST", code, "/extend"), h->archivist,
		"{\"due\":\"2024-11-20\",\"reason\":\"示例\"}", 409, "reserved");
	expect_refusal(
		h, line("POST", code, "/return"), h->archivist, "{}", 422, "invalid-argument");
	expect_reply(h, line("POST", code, "/return"), h->archivist,
		"{\"pages\":3,\"note\":\"缺一页\"}", 200);
	expect_text(h->json, "waiting/0/kept_until", "2024-10-11");
	expect_reply(h, "GET /api/v1/loans?state=trouble", h->archivist, NULL, 200);
	expect_text(h->json, "items/0/original", code);
	expect_number(h->json, "items/0/pages_back", 3);
	expect_refusal(h, "GET /api/v1/loans", h->lookup, NULL, 403, "forbidden");
	expect_reply(h, line("POST", code, "/settle"), h->archivist, "{\"reason\":\"已补\"}", 200);
	expect_reply(h, line("GET", code, "/loans"), h->archivist, NULL, 200);
	expect_text(h->json, "items/0/settled_reason", "已补");
	assert_true(json_is_false(expect_at(h->json, "items/0/trouble")));
}

static void a_stock_take_and_its_second_step(void **state)
{
	struct house *h = *state;
	char code[16], text[128];

	snprintf(code, sizeof(code), "%s", paper(h));
	expect_reply(
		h, "POST /api/v1/places/R-B/stocktakes", h->archivist, "{\"codes\":[\"XY\"]}", 201);
	assert_true(json_integer_value(expect_at(h->json, "missing")) >= 1);
	expect_number(h->json, "extra", 1);
	snprintf(text, sizeof(text), "POST /api/v1/stocktakes/%s/missing", house_text(h, "id"));
	expect_reply(h, text, h->archivist, NULL, 200);
	expect_time(h->json, "marked");
	expect_reply(h, line("GET", code, ""), h->lookup, NULL, 200);
	expect_text(h->json, "state", "missing");
	expect_time(h->json, "missing_since");
	expect_reply(h, line("POST", code, "/found"), h->archivist, NULL, 200);
	expect_text(h->json, "state", "unshelved");
	snprintf(text, sizeof(text), "{\"codes\":[\"%s\"]}", code);
	expect_reply(h, "POST /api/v1/places/R-B/originals", h->archivist, text, 200);
	expect_number(h->json, "moved", 1);
	expect_refusal(h, "POST /api/v1/places/R-B/originals", h->archivist, "{\"codes\":[1]}", 400,
		"bad-json");
	expect_refusal(
		h, "POST /api/v1/stocktakes/none/missing", h->archivist, NULL, 404, "not-found");
}

static void a_hand_over_list_by_two_people(void **state)
{
	struct house *h = *state;
	char code[16], body[160], no[16], text[96];

	snprintf(code, sizeof(code), "%s", paper(h));
	snprintf(body, sizeof(body),
		"{\"direction\":\"out\",\"other\":\"示例档案馆\",\"codes\":[\"%s\"]}", code);
	expect_reply(h, "POST /api/v1/handovers", h->archivist, body, 201);
	snprintf(no, sizeof(no), "%s", house_text(h, "no"));
	assert_string_equal(no, "2024100400001");
	expect_text(h->json, "items/0/state", "listed");
	snprintf(text, sizeof(text), "POST /api/v1/handovers/%s/take", no);
	expect_refusal(h, text, h->archivist, NULL, 409, "second-person-needed");
	expect_refusal(h, text, h->lookup, NULL, 403, "forbidden");
	snprintf(text, sizeof(text), "POST /api/v1/handovers/%s/cancel", no);
	expect_refusal(h, text, h->archivist, NULL, 422, "reason-needed");
	expect_reply(h, text, h->archivist, "{\"reason\":\"开错\"}", 200);
	expect_text(h->json, "state", "cancelled");
	expect_refusal(h, text, h->archivist, "{\"reason\":\"开错\"}", 409, "handover-state");
	expect_reply(h, "GET /api/v1/handovers", h->archivist, NULL, 200);
	expect_count(h->json, "items", 1);
	expect_refusal(h, "GET /api/v1/handovers/2024100499999", h->archivist, NULL, 404,
		"handover-not-found");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_place_is_told_with_what_is_above_and_in_it),
		TEST(an_original_says_where_it_is_and_offers_its_copy),
		TEST(the_refusal_that_says_the_copy_comes_first_has_the_copy),
		TEST(a_loan_is_told_to_those_who_may_know),
		TEST(a_stock_take_and_its_second_step),
		TEST(a_hand_over_list_by_two_people),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, house_teardown);
}
