/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include <zong/limits.h>

#include "http/event_text.h"

struct sample {
	uint8_t id[16], other[16], digest[32];
	Zong__Delivery delivery;
	Zong__Material material;
	struct zong_event event;
	struct zong_buf buf;
	json_t *json;
};

static int setup(void **state)
{
	struct sample *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	zong__delivery__init(&s->delivery);
	zong__material__init(&s->material);
	s->id[0] = 1;
	s->other[0] = 2;
	s->delivery.id = (ProtobufCBinaryData){sizeof(s->id), s->id};
	s->delivery.material = (ProtobufCBinaryData){sizeof(s->other), s->other};
	s->delivery.department = (char *)"tax";
	s->delivery.case_no = (char *)"202611300001";
	s->delivery.cursor = UINT64_C(9007199254740993);
	s->material.file = (ProtobufCBinaryData){sizeof(s->digest), s->digest};
	s->material.pages = 2;
	s->event = (struct zong_event){.delivery = &s->delivery,
		.material = &s->material,
		.kind = (char *)"转移登记",
		.cause = (char *)""};
	zong_buf_init(&s->buf, ZONG_LIMIT_EVENTS_TEXT);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct sample *s = *state;

	json_decref(s->json);
	zong_buf_release(&s->buf);
	free(s);
	return 0;
}

static const json_t *manifest(struct sample *s)
{
	assert_int_equal(zong_event_text(&s->event, &s->buf), 0);
	s->json = json_loads(zong_buf_str(&s->buf), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(s->json);
	return json_object_get(s->json, "manifest");
}

static void any_text_comes_out_as_it_went_in(void **state)
{
	struct sample *s = *state;
	char odd[40];

	for (int i = 1; i < 0x20; i++)
		odd[i - 1] = (char)i;
	memcpy(odd + 0x1f, "\"\\/\x7f宗", 8);
	s->material.title = odd;
	assert_string_equal(json_string_value(json_object_get(manifest(s), "title")), odd);
	assert_int_equal(
		json_integer_value(json_object_get(s->json, "cursor")), INT64_C(9007199254740993));
}

static void what_is_there_only_sometimes_is_there_then(void **state)
{
	struct sample *s = *state;
	const json_t *m;

	s->delivery.state = ZONG__DELIVERY_STATE__DELIVERY_WAITING;
	s->delivery.waits = 3;
	s->delivery.dead = true;
	s->delivery.next = s->delivery.material;
	m = manifest(s);
	assert_int_equal(json_array_size(json_object_get(s->json, "waits")), 2);
	assert_true(json_is_true(json_object_get(s->json, "dead")));
	assert_non_null(json_object_get(s->json, "next"));
	assert_null(json_object_get(s->json, "received"));
	assert_null(json_object_get(m, "codes"));
	assert_int_equal(json_array_size(json_object_get(m, "page_numbers")), 2);
	assert_true(json_is_null(json_object_get(m, "cause")));
	assert_true(json_is_null(json_object_get(m, "sm3")));
	assert_string_equal(json_string_value(json_object_get(m, "kind_code")), "200");
}

/* Programs of departments have kept digests of it: not a byte may be another one. */
static void an_event_is_this_text_to_the_byte(void **state)
{
	static const char want[] =
		"{\"type\":\"zong.delivery\",\"cursor\":9007199254740993,"
		"\"id\":\"01000000-0000-0000-0000-000000000000\","
		"\"time\":\"2025-11-24T16:00:01.000Z\",\"day\":\"2025-11-24\","
		"\"delivery\":\"01000000-0000-0000-0000-000000000000\",\"department\":\"tax\","
		"\"case\":\"202611300001\","
		"\"material\":\"02000000-0000-0000-0000-000000000000\",\"version\":3,"
		"\"state\":\"due\",\"attempts\":4294967295,\"ended\":\"2000-02-29T00:00:00.000Z\","
		"\"record\":10000000000000000000,\"reason\":\"页 3 缺\",\"waits\":[\"reading\","
		"\"previous\"],\"dead\":true,\"received\":\"1970-01-01T00:00:00.000Z\","
		"\"next\":\"02000000-0000-0000-0000-000000000000\","
		"\"manifest\":{\"title\":\"合同 \\\"一\\\"\\\\\\u000a\\u0009\\u0001末\",\"type\":\"\","
		"\"kind\":\"转移登记\",\"kind_code\":\"200\",\"cause\":null,\"name\":\"a/b.tif\","
		"\"media\":\"image/tiff\",\"bytes\":18446744073709551615,"
		"\"digest\":\"sha256:00254a6f94b9de03284d7297bce1062b50759abfe4092e53789dc2e70c31567b\",\"sm3\":\""
		"sm3:c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3\","
		"\"pages\":12,\"page_numbers\":[1,2,3,4,5,6,7,8,9,10,11,12],"
		"\"file\":\"/api/v1/files/sha256:00254a6f94b9de03284d7297bce1062b50759abfe4092e53789dc2e70c315"
		"67b\",\"destroyed\":true,"
		"\"supersedes\":\"01000000-0000-0000-0000-000000000000\","
		"\"superseded_by\":\"02000000-0000-0000-0000-000000000000\"}}";
	struct sample *s = *state;
	uint8_t sm3[32];

	memset(sm3, 0xc3, sizeof(sm3));
	for (size_t i = 0; i < sizeof(s->digest); i++)
		s->digest[i] = (uint8_t)(i * 37);
	s->material.title = (char *)"合同 \"一\"\\\n\t\x01末";
	s->material.type = (char *)"";
	s->material.file_name = (char *)"a/b.tif";
	s->material.bytes = UINT64_MAX;
	s->material.pages = 12;
	s->material.media = 1;
	s->material.sm3 = (ProtobufCBinaryData){sizeof(sm3), sm3};
	s->material.destroyed = 1;
	s->material.supersedes = s->delivery.id;
	s->material.superseded = s->delivery.material;
	s->delivery.created = INT64_C(1764000000123456);
	s->delivery.due = INT64_C(1764000001000999);
	s->delivery.ended = INT64_C(951782400000000); /* 29 February */
	s->delivery.received = 1;
	s->delivery.version = 3;
	s->delivery.attempts = 4294967295;
	s->delivery.record = UINT64_C(10000000000000000000);
	s->delivery.reason = (char *)"页 3 缺";
	s->delivery.waits = 3;
	s->delivery.dead = true;
	s->delivery.next = s->delivery.material;
	assert_int_equal(zong_event_text(&s->event, &s->buf), 0);
	assert_string_equal(zong_buf_str(&s->buf), want);
}

static void a_word_without_a_code_is_told_all_the_same(void **state)
{
	struct sample *s = *state;
	Zong__Code code = ZONG__CODE__INIT;
	const json_t *codes;

	code.theirs = (char *)"21";
	s->delivery.codes = 3;
	s->event.code[0] = (struct zong_event_code){"kind", s->event.kind, &code};
	s->event.code[1] = (struct zong_event_code){"type", "发票", NULL};
	s->event.codes = 2;
	codes = json_object_get(manifest(s), "codes");
	assert_int_equal(json_array_size(codes), 2);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(codes, 0), "theirs")), "21");
	assert_true(json_is_null(json_object_get(json_array_get(codes, 1), "theirs")));
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(codes, 1), "ours")), "发票");
}

static void the_notice_of_a_withdrawal_has_no_manifest(void **state)
{
	struct sample *s = *state;
	const json_t *m;

	s->delivery.kind = ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN;
	s->delivery.about = s->delivery.material;
	s->delivery.reason = (char *)"误送";
	s->event.material = NULL;
	m = manifest(s);
	assert_true(json_is_null(m));
	assert_string_equal(json_string_value(json_object_get(s->json, "type")), "zong.withdrawn");
	assert_string_equal(json_string_value(json_object_get(s->json, "delivery")),
		"02000000-0000-0000-0000-000000000000");
}

static void several_are_a_list_and_too_many_are_an_error(void **state)
{
	struct sample *s = *state;
	struct zong_event events[2] = {s->event, s->event};
	struct zong_buf small = ZONG_BUF_INIT(100);

	zong_buf_add_str(&s->buf, "[");
	assert_int_equal(zong_events_text(events, 2, &s->buf), 0);
	zong_buf_add_str(&s->buf, "]");
	s->json = json_loads(zong_buf_str(&s->buf), 0, NULL);
	assert_int_equal(json_array_size(s->json), 2);
	assert_int_equal(zong_events_text(events, 2, &small), ZONG_ELIMIT);
	zong_buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_text_comes_out_as_it_went_in, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_there_only_sometimes_is_there_then, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_event_is_this_text_to_the_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_word_without_a_code_is_told_all_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_notice_of_a_withdrawal_has_no_manifest, setup, teardown),
		cmocka_unit_test_setup_teardown(
			several_are_a_list_and_too_many_are_an_error, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
