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
			a_word_without_a_code_is_told_all_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_notice_of_a_withdrawal_has_no_manifest, setup, teardown),
		cmocka_unit_test_setup_teardown(
			several_are_a_list_and_too_many_are_an_error, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
