/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "house.h"

/* Of taking in, test_upload says more; here is what one asks of a material afterwards. */

static char id[64];

static int setup(void **state)
{
	struct house *h;

	if (house_setup(state))
		return -1;
	h = *state;
	fixture_case(h->f, "M-1");
	if (fixture_add(h->f, "M-1", "合同",
		    "text 甲乙 11010519491231002X\nblank\ndamaged\nkill 丙\n", "tax",
		    &h->f->receipt))
		return -1;
	snprintf(id, sizeof(id), "%s", fixture_id(&h->f->receipt.material->id));
	return fixture_settle(h->f) ? house_clear(state) : -1;
}

/* "GET" of the material and what is below it; static. */
static const char *get(const char *below)
{
	static char line[200];

	snprintf(line, sizeof(line), "GET /api/v1/materials/%s%s", id, below);
	return line;
}

static void all_about_a_material_is_told(void **state)
{
	struct house *h = *state;

	expect_reply(h, get(""), h->archivist, NULL, 200);
	expect_text(h->json, "id", id);
	expect_text(h->json, "case", "M-1");
	expect_text(h->json, "type", "合同");
	expect_text(h->json, "title", "扫描件");
	expect_text(h->json, "name", "扫描件.pdf");
	expect_text(h->json, "media", "application/pdf");
	expect_number(h->json, "version", 1);
	expect_number(h->json, "pages", 4);
	expect_number(h->json, "pages_read", 2);
	expect_number(h->json, "pages_parked", 2);
	expect_text(h->json, "units/0/code", "370786001001GB00001F00010001");
	expect_json(expect_at(h->json, "to"), "[\"tax\"]");
	expect_time(h->json, "received");
	expect_count(h->json, "page", 4);
	expect_text(h->json, "page/0/state", "read");
	expect_text(h->json, "page/0/source", "ocr");
	expect_text(h->json, "page/0/colour", "grey");
	expect_number(h->json, "page/0/width", 2480);
	expect_text(h->json, "page/1/state", "blank");
	expect_text(h->json, "page/2/state", "damaged");
	expect_text(h->json, "page/2/code", "damaged-file");
	expect_text(h->json, "page/3/state", "parked");
	expect_text(h->json, "page/3/code", "worker-died");
	expect_count(h->json, "fields", 1);
	expect_text(h->json, "fields/0/kind", "id");
	expect_text(h->json, "fields/0/value", "11010519491231002X");
	expect_number(h->json, "fields/0/page", 1);
	assert_true(json_is_true(expect_at(h->json, "fields/0/valid")));
	expect_count(h->json, "deliveries", 1);
	expect_text(h->json, "deliveries/0/department", "tax");
}

static void the_text_of_a_page_comes_in_three_forms(void **state)
{
	static const struct {
		const char *below, *type, *holds;
	} forms[] = {
		{"/pages/1/text", "text/plain; charset=utf-8", "甲乙"},
		{"/pages/1/alto", "application/xml; charset=utf-8", "<alto"},
		{"/pages/1/hocr", "text/html; charset=utf-8", "ocr_page"},
	};
	struct house *h = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		house_ask(h, get(forms[i].below), h->lookup, "", NULL);
		assert_int_equal(h->status, 200);
		assert_string_equal(house_header(h, "Content-Type"), forms[i].type);
		assert_string_equal(house_header(h, "Cache-Control"), "no-store");
		assert_non_null(strstr(h->body, forms[i].holds));
		assert_non_null(strstr(h->body, "甲乙"));
		assert_non_null(strstr(h->body, "11010519491231002X"));
	}
	house_ask(h, get("/pages/2/text"), h->lookup, "", NULL);
	assert_int_equal(h->status, 200);
	assert_int_equal(h->body_len, 0);
}

static void a_page_without_text_says_why(void **state)
{
	struct house *h = *state;

	expect_refusal(h, get("/pages/3/text"), h->lookup, NULL, 422, "damaged-file");
	expect_refusal(h, get("/pages/4/alto"), h->lookup, NULL, 422, "worker-died");
}

static void a_page_that_is_not_read_yet_is_to_be_asked_for_again(void **state)
{
	struct house *h = *state;
	char line[200];

	fake_pool_gate(false);
	fixture_case(h->f, "M-2");
	assert_int_equal(fixture_add(h->f, "M-2", "", "text 丁戊\n", NULL, &h->f->receipt), 0);
	snprintf(line, sizeof(line), "GET /api/v1/materials/%s/pages/1/text",
		fixture_id(&h->f->receipt.material->id));
	expect_refusal(h, line, h->archivist, NULL, 409, "not-read-yet");
	assert_string_equal(house_header(h, "Retry-After"), "5");
	fake_pool_gate(true);
	assert_true(fixture_settle(h->f));
	house_ask(h, line, h->archivist, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(h->body, "丁戊\n");
}

static void a_page_is_drawn_as_wide_as_asked_for(void **state)
{
	struct house *h = *state;

	house_ask(h, get("/pages/1/png?width=640"), h->lookup, "", NULL);
	assert_int_equal(h->status, 200);
	assert_string_equal(house_header(h, "Content-Type"), "image/png");
	assert_string_equal(h->body, "picture of page 1, 640 wide");
	house_ask(h, get("/pages/2/png"), h->lookup, "", NULL);
	assert_string_equal(h->body, "picture of page 2, 0 wide");
	expect_refusal(h, get("/pages/1/png?width=15"), h->lookup, NULL, 400, "bad-query");
	expect_text(h->json, "subject", "width=15");
	expect_refusal(h, get("/pages/1/png?width=0"), h->lookup, NULL, 400, "bad-query");
	expect_refusal(h, get("/pages/1/png?width=20001"), h->lookup, NULL, 400, "bad-query");
	expect_refusal(h, get("/pages/1/png?width=wide"), h->lookup, NULL, 400, "bad-query");
}

static void a_page_that_is_no_page_is_not_found(void **state)
{
	static const char *const wrong[] = {
		"0", "5", "-1", "1x", "x", "00", "4294967297", "18446744073709551617"};
	static const char *const forms[] = {"text", "alto", "hocr", "png"};
	struct house *h = *state;
	char below[64];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(below, sizeof(below), "/pages/%s/%s", wrong[i], forms[i % 4]);
		expect_refusal(h, get(below), h->lookup, NULL, 404, "no-such-page");
	}
}

static void a_material_is_there_for_whom_it_was_sent_to_only(void **state)
{
	static const char *const below[] = {
		"", "/pages/1/text", "/pages/1/alto", "/pages/1/hocr", "/pages/1/png"};
	struct house *h = *state;
	char line[200], own[64];
	size_t i;

	expect_reply(h, get(""), h->tax, NULL, 200);
	expect_reply(h, get(""), h->lookup, NULL, 200);
	expect_count(h->json, "deliveries", 0); /* to whom it goes is not theirs to know */
	fixture_case(h->f, "M-3");
	assert_int_equal(fixture_add(h->f, "M-3", "", "text 己\n", "housing", &h->f->receipt), 0);
	snprintf(own, sizeof(own), "%s", fixture_id(&h->f->receipt.material->id));
	assert_true(fixture_settle(h->f));
	for (i = 0; i < 5; i++) {
		snprintf(line, sizeof(line), "GET /api/v1/materials/%s%s", own, below[i]);
		expect_refusal(h, line, h->tax, NULL, 404, "not-found");
		expect_refusal(h, line, h->administrator, NULL, 403, "forbidden");
		expect_closed(h, line, NULL);
		snprintf(line, sizeof(line), "GET /api/v1/materials/nothing%s", below[i]);
		expect_refusal(h, line, h->archivist, NULL, 404, "not-found");
	}
}

static void who_may_not_hand_in_does_not(void **state)
{
	struct house *h = *state;
	const char *others[] = {h->administrator, h->lookup, h->tax};
	size_t i;

	for (i = 0; i < 3; i++) {
		expect_upload(h, others[i], "{\"case\":\"M-1\"}", "text x\n", 403);
		expect_problem(h, 403, "forbidden");
	}
}

static void what_is_handed_in_again_is_the_same_and_goes_to_who_is_new(void **state)
{
	static const char first[] = "{\"case\":\"M-4\",\"type\":\"表\",\"title\":\"申请表\","
				    "\"to\":[\"tax\"],\"scope\":\"parcel\",\"name\":\"a/表.pdf\"}";
	static const char second[] = "{\"case\":\"M-4\",\"type\":\"表\",\"title\":\"别的\","
				     "\"to\":[\"tax\",\"housing\"]}";
	struct house *h = *state;
	char material[64], line[200], location[128];
	json_int_t record;

	fixture_case(h->f, "M-4");
	expect_upload(h, h->archivist, first, "text 一\n", 201);
	snprintf(material, sizeof(material), "%s", house_text(h, "material"));
	snprintf(location, sizeof(location), "/api/v1/materials/%s", material);
	assert_string_equal(house_header(h, "Location"), location);
	assert_true(json_is_false(expect_at(h->json, "again")));
	expect_count(h->json, "deliveries", 1);
	record = json_integer_value(expect_at(h->json, "record"));
	expect_upload(h, h->archivist, second, "text 一\n", 201);
	assert_string_equal(house_header(h, "Location"), location);
	expect_text(h->json, "material", material);
	expect_text(h->json, "title", "申请表");
	expect_number(h->json, "record", record);
	assert_true(json_is_true(expect_at(h->json, "again")));
	expect_count(h->json, "deliveries", 2);
	expect_upload(h, h->archivist, second, "text 二\n", 201);
	assert_string_not_equal(house_text(h, "material"), material);
	assert_true(json_is_false(expect_at(h->json, "again")));
	snprintf(line, sizeof(line), "GET %s", location);
	expect_reply(h, line, h->archivist, NULL, 200);
	expect_text(h->json, "scope", "parcel");
	expect_text(h->json, "name", "表.pdf");
	expect_count(h->json, "deliveries", 2);
	expect_count(h->json, "to", 2);
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_about_a_material_is_told),
		TEST(the_text_of_a_page_comes_in_three_forms),
		TEST(a_page_without_text_says_why),
		TEST(a_page_that_is_not_read_yet_is_to_be_asked_for_again),
		TEST(a_page_is_drawn_as_wide_as_asked_for),
		TEST(a_page_that_is_no_page_is_not_found),
		TEST(a_material_is_there_for_whom_it_was_sent_to_only),
		TEST(who_may_not_hand_in_does_not),
		TEST(what_is_handed_in_again_is_the_same_and_goes_to_who_is_new),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, house_teardown);
}
