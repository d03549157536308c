/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/limits.h>

#include "expect.h"
#include "house.h"

static char id[64], digest[ZONG_DIGEST_TEXT], get[128], receipt[128], sent_back[128];

/* A delivery of its own for a test. */
static void deliver(struct house *h, const char *no, const char *to)
{
	char meta[128];

	fixture_case(h->f, no);
	snprintf(
		meta, sizeof(meta), "{\"case\":\"%s\",\"to\":[\"%s\"],\"title\":\"合同\"}", no, to);
	expect_upload(h, h->archivist, meta, "text 甲\n", 201);
	snprintf(id, sizeof(id), "%s", json_string_value(expect_at(h->json, "deliveries/0/id")));
	snprintf(digest, sizeof(digest), "%s", house_text(h, "digest"));
	snprintf(get, sizeof(get), "GET /api/v1/deliveries/%s", id);
	snprintf(receipt, sizeof(receipt), "POST /api/v1/deliveries/%s/receipt", id);
	snprintf(sent_back, sizeof(sent_back), "POST /api/v1/deliveries/%s/return", id);
}

static void a_delivery_is_shown_to_its_department_and_to_us(void **state)
{
	struct house *h = *state;
	const char *who[] = {h->archivist, h->tax};
	char file[128];
	size_t i;

	deliver(h, "E-1", "tax");
	snprintf(file, sizeof(file), "/api/v1/files/%s", digest);
	for (i = 0; i < 2; i++) {
		expect_reply(h, get, who[i], NULL, 200);
		expect_text(h->json, "id", id);
		expect_text(h->json, "type", "zong.delivery");
		expect_text(h->json, "department", "tax");
		expect_text(h->json, "case", "E-1");
		expect_text(h->json, "state", "due");
		assert_true(json_is_null(expect_at(h->json, "ended")));
		assert_true(json_is_null(expect_at(h->json, "record")));
		expect_time(h->json, "time");
		expect_text(h->json, "manifest/digest", digest);
		expect_text(h->json, "manifest/file", file);
		expect_text(h->json, "manifest/title", "合同");
		expect_text(h->json, "manifest/kind", "转移登记");
		expect_number(h->json, "manifest/pages", 1);
	}
}

static void a_receipt_ends_it_and_again_is_the_same_receipt(void **state)
{
	struct house *h = *state;
	char body[128], ended[40];
	json_int_t record;

	deliver(h, "E-2", "tax");
	snprintf(body, sizeof(body), "{\"digest\":\"%s\"}", digest);
	expect_reply(h, receipt, h->tax, body, 200);
	expect_text(h->json, "state", "received");
	expect_time(h->json, "ended");
	record = json_integer_value(expect_at(h->json, "record"));
	assert_true(record > 0);
	snprintf(ended, sizeof(ended), "%s", house_text(h, "ended"));
	/* With the digest, with an empty object and with nothing at all. */
	expect_reply(h, receipt, h->tax, body, 200);
	expect_reply(h, receipt, h->tax, "{}", 200);
	expect_reply(h, receipt, h->tax, NULL, 200);
	expect_text(h->json, "state", "received");
	expect_text(h->json, "ended", ended);
	expect_number(h->json, "record", record);
	snprintf(body, sizeof(body), "delivery/%s", id);
	assert_int_equal(fixture_log(h->f, "delivery.receipt", body, NULL), 1);
	expect_refusal(h, sent_back, h->tax, "{\"reason\":\"缺页\"}", 409, "delivery-ended");
	expect_text(h->json, "subject", id);
}

static void a_copy_with_another_digest_is_no_receipt(void **state)
{
	struct house *h = *state;

	deliver(h, "E-3", "tax");
	expect_refusal(h, receipt, h->tax,
		"{\"digest\":\"sha256:"
		"0000000000000000000000000000000000000000000000000000000000000000\"}",
		422, "corrupt-data");
	expect_refusal(h, receipt, h->tax, "{\"digest\":\"md5:00\"}", 422, "invalid-argument");
	expect_text(h->json, "subject", "digest");
	expect_refusal(h, receipt, h->tax, "{\"digest\":1}", 400, "bad-json");
	expect_refusal(h, receipt, h->tax, "{\"sum\":\"x\"}", 400, "bad-json");
	expect_refusal(h, receipt, h->tax, "null", 400, "bad-json");
	expect_reply(h, get, h->tax, NULL, 200);
	expect_text(h->json, "state", "due");
}

static void a_return_needs_its_reason_and_keeps_it(void **state)
{
	static char body[ZONG_LIMIT_REASON + 64];
	struct house *h = *state;
	int at;

	deliver(h, "E-4", "tax");
	expect_refusal(h, sent_back, h->tax, "{}", 422, "reason-needed");
	expect_refusal(h, sent_back, h->tax, "{\"reason\":null}", 422, "reason-needed");
	expect_refusal(h, sent_back, h->tax, "{\"reason\":\" \u3000\\n\"}", 422, "reason-needed");
	expect_refusal(h, sent_back, h->tax, "", 400, "bad-json");
	expect_refusal(h, sent_back, h->tax, "{\"reason\":[\"x\"]}", 400, "bad-json");
	at = snprintf(body, sizeof(body), "{\"reason\":\"");
	memset(body + at, 'x', ZONG_LIMIT_REASON + 1);
	snprintf(body + at + ZONG_LIMIT_REASON + 1, 8, "\"}");
	expect_refusal(h, sent_back, h->tax, body, 422, "over-limit");
	expect_reply(h, sent_back, h->tax, "{\"reason\":\"缺第\U00020BB7页\"}", 200);
	expect_text(h->json, "state", "returned");
	expect_text(h->json, "reason", "缺第\U00020BB7页");
	expect_reply(h, sent_back, h->tax, "{\"reason\":\"缺第\U00020BB7页\"}", 200);
	expect_refusal(h, sent_back, h->tax, "{\"reason\":\"别的\"}", 409, "delivery-ended");
	expect_refusal(h, receipt, h->tax, NULL, 409, "delivery-ended");
	expect_reply(h, get, h->archivist, NULL, 200);
	expect_text(h->json, "reason", "缺第\U00020BB7页");
}

static void who_it_does_not_go_to_does_not_know_it(void **state)
{
	struct house *h = *state;

	deliver(h, "E-5", "housing");
	expect_refusal(h, get, h->tax, NULL, 404, "delivery-not-found");
	expect_refusal(h, receipt, h->tax, NULL, 404, "delivery-not-found");
	expect_refusal(h, sent_back, h->tax, "{\"reason\":\"x\"}", 404, "delivery-not-found");
	/* Just as what is not there at all. */
	expect_refusal(h, "GET /api/v1/deliveries/00000000-0000-7000-8000-000000000000", h->tax,
		NULL, 404, "delivery-not-found");
	expect_refusal(
		h, "GET /api/v1/deliveries/nothing", h->tax, NULL, 404, "delivery-not-found");
	expect_refusal(h, "POST /api/v1/deliveries/nothing/receipt", h->tax, NULL, 404,
		"delivery-not-found");
	expect_refusal(h, get, h->lookup, NULL, 403, "forbidden");
	expect_refusal(h, get, h->administrator, NULL, 403, "forbidden");
	expect_refusal(h, receipt, h->archivist, NULL, 403, "forbidden");
	expect_refusal(h, sent_back, h->lookup, "{\"reason\":\"x\"}", 403, "forbidden");
	expect_closed(h, get, NULL);
	expect_closed(h, receipt, NULL);
	expect_closed(h, sent_back, "{\"reason\":\"x\"}");
	expect_reply(h, get, h->archivist, NULL, 200);
	expect_text(h->json, "state", "due");
}

#define TEST(name) cmocka_unit_test_teardown(name, house_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_is_shown_to_its_department_and_to_us),
		TEST(a_receipt_ends_it_and_again_is_the_same_receipt),
		TEST(a_copy_with_another_digest_is_no_receipt),
		TEST(a_return_needs_its_reason_and_keeps_it),
		TEST(who_it_does_not_go_to_does_not_know_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, house_setup, house_teardown);
}
