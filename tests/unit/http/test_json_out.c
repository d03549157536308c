/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/time.h>

#include "http/json.h"

static json_t *made; /* released by the teardown, as a failing assert jumps */

static int release(void **state)
{
	(void)state;
	json_decref(made);
	made = NULL;
	return 0;
}

static const char *text(const char *name)
{
	const char *value = json_string_value(json_object_get(made, name));

	return value ? value : "";
}

static void values_take_their_written_form(void **state)
{
	uint8_t id[16] = {1}, digest[32] = {0xab};
	ProtobufCBinaryData bytes = {sizeof(digest), digest};
	ProtobufCBinaryData short_id = {3, id};

	(void)state;
	made = zong_json_digest(&bytes);
	assert_string_equal(json_string_value(made),
		"sha256:ab00000000000000000000000000000000000000000000000000000000000000");
	release(NULL);
	made = zong_json_time(1764000000 * ZONG_SECOND);
	assert_string_equal(json_string_value(made), "2025-11-24T16:00:00.000Z");
	release(NULL);
	assert_true(json_is_null(zong_json_time(0)));
	assert_true(json_is_null(zong_json_id(&short_id)));
	assert_true(json_is_null(zong_json_or_null("")));
	assert_true(json_is_null(zong_json_next(NULL)));
}

static void bytes_that_are_no_text_do_not_spoil_the_reply(void **state)
{
	(void)state;
	made = zong_json_str("a\xff\xe7\xa4\xba\xe7");
	assert_string_equal(json_string_value(made), "a\xef\xbf\xbd\xe7\xa4\xba\xef\xbf\xbd");
}

static void a_case_shows_its_units_in_groups(void **state)
{
	char *units[] = {(char *)"370786001001GB00001F00010001", (char *)"370786001001GB00001"};
	Zong__Party party = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&party};
	Zong__Case row = ZONG__CASE__INIT;
	const json_t *unit;

	(void)state;
	party.name = (char *)"示例甲";
	row.no = (char *)"1";
	row.kind = (char *)"转移登记";
	row.units = units;
	row.n_units = 2;
	row.parties = parties;
	row.n_parties = 1;
	row.record = 7;
	made = zong_json_case(&row);
	assert_string_equal(text("kind"), "转移登记");
	assert_int_equal(json_integer_value(json_object_get(made, "record")), 7);
	unit = json_array_get(json_object_get(made, "units"), 0);
	assert_string_equal(json_string_value(json_object_get(unit, "level")), "unit");
	assert_string_equal(json_string_value(json_object_get(unit, "printed")),
		"370786 001001 GB00001 F00010001");
	unit = json_array_get(json_object_get(made, "units"), 1);
	assert_string_equal(json_string_value(json_object_get(unit, "level")), "parcel");
	/* What was not given is not there, or it would look like something that is known to be
	 * empty. */
	assert_null(json_object_get(json_array_get(json_object_get(made, "parties"), 0), "idno"));
}

static void a_department_sees_among_the_receivers_only_itself(void **state)
{
	char *receivers[] = {(char *)"tax", (char *)"housing"};
	uint8_t id[16] = {1}, digest[32] = {2};
	Zong__Material row = ZONG__MATERIAL__INIT;
	struct zong_subject tax = {.role = ZONG_ROLE_DEPARTMENT, .department = "tax"};
	struct zong_subject archivist = {.role = ZONG_ROLE_ARCHIVIST};
	struct zong_material_pages pages = {0};

	(void)state;
	row.id = (ProtobufCBinaryData){sizeof(id), id};
	row.file = (ProtobufCBinaryData){sizeof(digest), digest};
	row.receivers = receivers;
	row.n_receivers = 2;
	row.media = ZONG_MEDIA_PDF;
	made = zong_json_material(&archivist, &row, &pages, NULL, 0, "zh");
	assert_int_equal(json_array_size(json_object_get(made, "to")), 2);
	assert_string_equal(text("media"), "application/pdf");
	release(NULL);
	made = zong_json_material(&tax, &row, &pages, NULL, 0, "zh");
	assert_int_equal(json_array_size(json_object_get(made, "to")), 1);
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(made, "to"), 0)), "tax");
}

static void a_secret_is_shown_once_and_only_of_a_webhook(void **state)
{
	uint8_t key[32] = {9};
	Zong__Department row = ZONG__DEPARTMENT__INIT;

	(void)state;
	row.id = (char *)"tax";
	row.name = (char *)"税务";
	row.secret = (ProtobufCBinaryData){sizeof(key), key};
	row.signing_seed = (ProtobufCBinaryData){sizeof(key), key};
	made = zong_json_department(&row, true);
	assert_null(json_object_get(made, "secret"));
	assert_true(json_is_null(json_object_get(made, "webhook")));
	release(NULL);
	row.webhook = (char *)"https://example.invalid/";
	made = zong_json_department(&row, true);
	assert_int_equal(strncmp(text("secret"), "whsec_", 6), 0);
	assert_int_equal(strncmp(text("public_key"), "whpk_", 5), 0);
	release(NULL);
	made = zong_json_department(&row, false);
	assert_null(json_object_get(made, "secret"));
	assert_int_equal(strncmp(text("public_key"), "whpk_", 5), 0);
}

static void an_event_says_where_the_bytes_are(void **state)
{
	uint8_t id[16] = {1}, digest[32] = {2};
	Zong__Material material = ZONG__MATERIAL__INIT;
	Zong__Delivery delivery = ZONG__DELIVERY__INIT;
	struct zong_event event = {.delivery = &delivery,
		.material = &material,
		.kind = (char *)"转移登记",
		.cause = (char *)""};
	const json_t *manifest;

	(void)state;
	delivery.id = (ProtobufCBinaryData){sizeof(id), id};
	delivery.material = delivery.id;
	delivery.cursor = 5;
	material.file = (ProtobufCBinaryData){sizeof(digest), digest};
	made = zong_json_event(&event);
	assert_int_equal(json_integer_value(json_object_get(made, "cursor")), 5);
	assert_string_equal(text("type"), "zong.delivery");
	assert_true(json_is_null(json_object_get(made, "record")));
	manifest = json_object_get(made, "manifest");
	assert_string_equal(json_string_value(json_object_get(manifest, "file")),
		"/api/v1/files/"
		"sha256:0200000000000000000000000000000000000000000000000000000000000000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(values_take_their_written_form, release),
		cmocka_unit_test_teardown(bytes_that_are_no_text_do_not_spoil_the_reply, release),
		cmocka_unit_test_teardown(a_case_shows_its_units_in_groups, release),
		cmocka_unit_test_teardown(
			a_department_sees_among_the_receivers_only_itself, release),
		cmocka_unit_test_teardown(a_secret_is_shown_once_and_only_of_a_webhook, release),
		cmocka_unit_test_teardown(an_event_says_where_the_bytes_are, release),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
