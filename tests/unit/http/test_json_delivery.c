/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/media.h>
#include <zong/time.h>

#include "expect.h"
#include "http/json.h"

#define ID "01000000-0000-0000-0000-000000000000"
#define OTHER_ID "02000000-0000-0000-0000-000000000000"
#define DIGEST "sha256:ab00000000000000000000000000000000000000000000000000000000000000"

static uint8_t id[16] = {1}, other_id[16] = {2}, digest[32] = {0xab};
static json_t *made;

static int release(void **state)
{
	(void)state;
	json_decref(made);
	made = NULL;
	return 0;
}

static void delivery(Zong__Delivery *row)
{
	zong__delivery__init(row);
	row->id = (ProtobufCBinaryData){sizeof(id), id};
	row->material = (ProtobufCBinaryData){sizeof(other_id), other_id};
	row->department = (char *)"tax";
	row->case_no = (char *)"202611240001";
	row->version = 2;
	row->cursor = UINT64_C(9007199254740993);
	row->created = 1764000000 * ZONG_SECOND;
}

static void material(Zong__Material *row)
{
	zong__material__init(row);
	row->title = (char *)"买卖合同";
	row->type = (char *)"合同";
	row->file_name = (char *)"扫描件.tif";
	row->file = (ProtobufCBinaryData){sizeof(digest), digest};
	row->media = ZONG_MEDIA_TIFF;
	row->bytes = UINT64_C(17179869184);
	row->pages = 3;
}

static void a_delivery_under_way_has_no_end_no_reason_and_no_error(void **state)
{
	Zong__Delivery row;
	Zong__Delivery *rows[] = {&row};

	(void)state;
	delivery(&row);
	made = zong_json_delivery_briefs(rows, 1);
	expect_json(made,
		"[{\"id\":\"" ID "\",\"department\":\"tax\",\"state\":\"due\",\"attempts\":0,"
		"\"created\":\"2025-11-24T16:00:00.000Z\",\"ended\":null}]");
}

static void a_delivery_that_came_back_says_when_and_why(void **state)
{
	Zong__Delivery row;
	Zong__Delivery *rows[] = {&row, &row};

	(void)state;
	delivery(&row);
	row.state = ZONG__DELIVERY_STATE__DELIVERY_RETURNED;
	row.attempts = 4;
	row.ended = row.created + ZONG_SECOND;
	row.reason = (char *)"缺页\U00020BB7";
	row.last_error = (char *)"HTTP 500";
	made = zong_json_delivery_briefs(rows, 2);
	expect_count(made, "", 2);
	expect_json(json_array_get(made, 1),
		"{\"id\":\"" ID "\",\"department\":\"tax\",\"state\":\"returned\",\"attempts\":4,"
		"\"created\":\"2025-11-24T16:00:00.000Z\",\"ended\":\"2025-11-24T16:00:01.000Z\","
		"\"reason\":\"缺页\U00020BB7\",\"last_error\":\"HTTP 500\"}");
}

static void every_state_has_the_name_that_the_description_lists(void **state)
{
	static const char *const names[] = {
		"due", "sent", "received", "returned", "withdrawn", "superseded"};
	Zong__Delivery row;
	Zong__Delivery *rows[] = {&row};
	int i;

	(void)state;
	for (i = 0; i < 6; i++) {
		delivery(&row);
		row.state = (Zong__DeliveryState)i;
		release(NULL);
		made = zong_json_delivery_briefs(rows, 1);
		expect_text(made, "0/state", names[i]);
	}
}

static void no_delivery_is_an_empty_list(void **state)
{
	(void)state;
	made = zong_json_delivery_briefs(NULL, 0);
	expect_json(made, "[]");
}

static void an_event_tells_all_that_a_department_needs_to_fetch_the_file(void **state)
{
	Zong__Delivery row;
	Zong__Material file;
	struct zong_event event = {
		.delivery = &row, .material = &file, .kind = (char *)"转移登记", .cause = (char *)"买卖"};

	(void)state;
	delivery(&row);
	material(&file);
	row.state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
	row.attempts = 1;
	made = zong_json_event(&event);
	expect_json(made,
		"{\"cursor\":9007199254740993,\"id\":\"" ID "\",\"type\":\"zong.delivery\","
		"\"time\":\"2025-11-24T16:00:00.000Z\",\"day\":\"2025-11-24\",\"delivery\":\"" ID
		"\",\"department\":\"tax\","
		"\"case\":\"202611240001\",\"material\":\"" OTHER_ID "\",\"version\":2,"
		"\"state\":\"sent\",\"attempts\":1,\"ended\":null,\"record\":null,\"manifest\":{"
		"\"title\":\"买卖合同\",\"type\":\"合同\",\"kind\":\"转移登记\","
		"\"kind_code\":\"200\",\"cause\":\"买卖\",\"page_numbers\":[1,2,3],"
		"\"name\":\"扫描件.tif\",\"media\":\"image/tiff\",\"bytes\":17179869184,"
		"\"digest\":\"" DIGEST "\",\"sm3\":null,\"pages\":3,\"file\":\"/api/v1/files/" DIGEST "\"}}");
}

static void an_event_that_ended_names_the_line_in_the_log_and_the_reason(void **state)
{
	Zong__Delivery row;
	Zong__Material file;
	struct zong_event event = {
		.delivery = &row, .material = &file, .kind = (char *)"", .cause = (char *)""};

	(void)state;
	delivery(&row);
	material(&file);
	row.state = ZONG__DELIVERY_STATE__DELIVERY_RETURNED;
	row.ended = row.created + 61 * ZONG_SECOND;
	row.ended_by = (char *)"token:somebody";
	row.last_error = (char *)"secret trouble";
	row.reason = (char *)"缺页";
	row.record = 12;
	made = zong_json_event(&event);
	expect_text(made, "state", "returned");
	expect_text(made, "ended", "2025-11-24T16:01:01.000Z");
	expect_text(made, "reason", "缺页");
	expect_number(made, "record", 12);
	expect_text(made, "manifest/kind", "");
	/* Who ended it and how our attempts went is ours. */
	expect_nowhere(made, "somebody");
	expect_nowhere(made, "trouble");
}

static void department(Zong__Department *row)
{
	static uint8_t key[32] = {9};

	zong__department__init(row);
	row->id = (char *)"tax";
	row->name = (char *)"税务\U00020BB7";
	row->created = 1764000000 * ZONG_SECOND;
	row->secret = (ProtobufCBinaryData){sizeof(key), key};
	row->signing_seed = (ProtobufCBinaryData){sizeof(key), key};
}

static void a_department_that_reads_the_feed_has_null_for_a_webhook_and_no_keys(void **state)
{
	Zong__Department row;

	(void)state;
	department(&row);
	made = zong_json_department(&row, true);
	expect_json(made, "{\"id\":\"tax\",\"name\":\"税务\U00020BB7\",\"webhook\":null,"
			  "\"allow_private\":false,\"webhook_disabled\":null,"
			  "\"rate\":0,\"concurrency\":0,\"wait_reading\":false,"
			  "\"wait_previous\":false,\"receipt_hours\":24,\"old_keys_until\":null,\"certificates\":[],"
			  "\"created\":\"2025-11-24T16:00:00.000Z\"}");
}

static void a_webhook_comes_with_its_public_key_and_why_it_is_off_but_without_the_secret(
	void **state)
{
	Zong__Department row;

	(void)state;
	department(&row);
	row.webhook = (char *)"https://tax.example/in";
	row.allow_private = true;
	row.webhook_disabled = (char *)"410";
	made = zong_json_department(&row, false);
	expect_count(made, "", 14);
	expect_text(made, "webhook", "https://tax.example/in");
	expect_text(made, "webhook_disabled", "410");
	assert_true(json_is_true(expect_at(made, "allow_private")));
	assert_int_equal(strncmp(json_string_value(expect_at(made, "public_key")), "whpk_", 5), 0);
	expect_nowhere(made, "whsec_");
	expect_nowhere(made, "CQAAAAAAAAAAAAAA"); /* the key's bytes in base64 */
	release(NULL);
	made = zong_json_department(&row, true);
	expect_text(made, "secret", "whsec_CQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	/* The seed of the signatures never leaves, and the public key is not it. */
	assert_null(strstr(json_string_value(expect_at(made, "public_key")), "CQAAAAAA"));
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_delivery_under_way_has_no_end_no_reason_and_no_error),
		TEST(a_delivery_that_came_back_says_when_and_why),
		TEST(every_state_has_the_name_that_the_description_lists),
		TEST(no_delivery_is_an_empty_list),
		TEST(an_event_tells_all_that_a_department_needs_to_fetch_the_file),
		TEST(an_event_that_ended_names_the_line_in_the_log_and_the_reason),
		TEST(a_department_that_reads_the_feed_has_null_for_a_webhook_and_no_keys),
		TEST(a_webhook_comes_with_its_public_key_and_why_it_is_off_but_without_the_secret),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
