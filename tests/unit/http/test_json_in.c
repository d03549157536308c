/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/arena.h>

#include "http/json.h"

struct parsed {
	struct zong_arena arena;
	json_t *json;
	struct zong_err err;
	struct zong_intake intake;
	Zong__Case cas;
};

/* What the call before gave is given back. */
static void forget(struct parsed *p)
{
	json_decref(p->json);
	p->json = NULL;
}

static int setup(void **state)
{
	struct parsed *p = calloc(1, sizeof(*p));

	if (!p)
		return -1;
	p->intake.file_name = "";
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct parsed *p = *state;

	forget(p);
	zong_arena_release(&p->arena);
	free(p);
	return 0;
}

static int intake(struct parsed *p, const char *text)
{
	forget(p);
	return zong_json_parse_intake(text, strlen(text), &p->arena, &p->intake, &p->json, &p->err);
}

static int cas(struct parsed *p, const char *text)
{
	forget(p);
	return zong_json_parse_case(text, strlen(text), &p->arena, &p->cas, &p->json, &p->err);
}

static void a_whole_meta_is_read(void **state)
{
	struct parsed *p = *state;

	assert_int_equal(intake(p, "{\"case\":\"1\",\"type\":\"合同\",\"title\":\"题\",\"scope\":"
				   "\"unit\",\"units\":"
				   "[\"a\",\"b\"],\"to\":[\"tax\"],\"name\":\"x.tif\"}"),
		0);
	assert_string_equal(p->intake.case_no, "1");
	assert_string_equal(p->intake.type, "合同");
	assert_string_equal(p->intake.title, "题");
	assert_string_equal(p->intake.scope, "unit");
	assert_int_equal(p->intake.units_count, 2);
	assert_string_equal(p->intake.units[1], "b");
	assert_int_equal(p->intake.receivers_count, 1);
	assert_string_equal(p->intake.receivers[0], "tax");
	assert_string_equal(p->intake.file_name, "x.tif");
}

static void what_is_left_out_or_null_is_empty(void **state)
{
	struct parsed *p = *state;

	assert_int_equal(intake(p, "{\"case\":\"1\",\"title\":null,\"to\":null}"), 0);
	assert_string_equal(p->intake.title, "");
	assert_string_equal(p->intake.type, "");
	assert_int_equal(p->intake.receivers_count, 0);
	assert_int_equal(intake(p, "{}"), 0);
	assert_int_equal(intake(p, "{\"case\":null}"), 0);
	assert_string_equal(p->intake.case_no, "");
}

static void a_member_that_nobody_knows_is_named(void **state)
{
	struct parsed *p = *state;

	assert_int_equal(intake(p, "{\"case\":\"1\",\"colour\":\"red\"}"), ZONG_EJSON);
	assert_non_null(strstr(p->err.subject, "colour"));
	assert_int_equal(cas(p, "{\"no\":\"1\",\"kind\":\"k\",\"unit\":[]}"), ZONG_EJSON);
	assert_non_null(strstr(p->err.subject, "unit"));
	assert_int_equal(
		cas(p, "{\"no\":\"1\",\"kind\":\"k\",\"parties\":[{\"name\":\"n\",\"id\":\"1\"}]}"),
		ZONG_EJSON);
	assert_non_null(strstr(p->err.subject, "parties.id"));
}

static void a_member_of_another_kind_is_named(void **state)
{
	static const struct {
		const char *text, *name;
	} wrong[] = {
		{"{\"case\":5}", "case"},
		{"{\"case\":\"1\",\"title\":[]}", "title"},
		{"{\"case\":\"1\",\"to\":\"tax\"}", "to"},
		{"{\"case\":\"1\",\"to\":[\"tax\",7]}", "to[1]"},
		{"{\"case\":\"1\",\"units\":{}}", "units"},
	};
	struct parsed *p = *state;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(intake(p, wrong[i].text), ZONG_EJSON);
		assert_non_null(strstr(p->err.subject, wrong[i].name));
	}
}

static void broken_json_is_named_by_line_and_column(void **state)
{
	struct parsed *p = *state;

	assert_int_equal(intake(p, "{\"case\":\n  \"1\",\n  oops}"), ZONG_EJSON);
	assert_non_null(strstr(p->err.subject, "meta 3:"));
	assert_int_equal(intake(p, ""), ZONG_EJSON);
	assert_int_equal(intake(p, "[]"), ZONG_EJSON);
	assert_int_equal(intake(p, "{\"case\":\"1\"} x"), ZONG_EJSON);
	assert_int_equal(intake(p, "{\"case\":\"1\",\"case\":\"2\"}"), ZONG_EJSON);
	assert_int_equal(intake(p, "{\"case\":\"\xff\"}"), ZONG_EJSON);
	assert_int_equal(intake(p, "{\"case\":\"\\ud800\"}"), ZONG_EJSON);
	assert_int_equal(intake(p, "{\"case\":\"a\\u0000b\"}"), ZONG_EJSON);
}

static void too_many_receivers_are_over_the_limit(void **state)
{
	struct parsed *p = *state;
	char text[16 * ZONG_LIMIT_RECEIVERS + 64] = "{\"case\":\"1\",\"to\":[\"d\"";
	int i;

	for (i = 0; i < ZONG_LIMIT_RECEIVERS; i++)
		memcpy(text + strlen(text), ",\"d\"", 5);
	memcpy(text + strlen(text), "]}", 3);
	assert_int_equal(intake(p, text), ZONG_ELIMIT);
	assert_non_null(strstr(p->err.subject, "to"));
}

static void a_deep_nest_ends_with_an_error(void **state)
{
	struct parsed *p = *state;
	char *text = malloc(200001);
	int err;

	assert_non_null(text);
	memset(text, '[', 200000);
	text[200000] = '\0';
	err = intake(p, text);
	free(text);
	assert_int_equal(err, ZONG_EJSON);
}

static void a_whole_case_is_read(void **state)
{
	struct parsed *p = *state;

	assert_int_equal(cas(p, "{\"no\":\"1\",\"kind\":\"转移登记\",\"units\":[\"u\"],\"parties\":"
				"[{\"name\":\"示例甲\","
				"\"idno\":\"x\"},{\"name\":\"示例乙\",\"role\":\"义务人\"}],"
				"\"certificates\":[\"c\"],"
				"\"address\":\"a\",\"note\":\"n\",\"cause\":\"买卖\"}"),
		0);
	assert_string_equal(p->cas.no, "1");
	assert_int_equal(p->cas.n_units, 1);
	assert_int_equal(p->cas.n_parties, 2);
	assert_string_equal(p->cas.parties[0]->name, "示例甲");
	assert_string_equal(p->cas.parties[0]->idno, "x");
	assert_string_equal(p->cas.parties[1]->role, "义务人");
	assert_string_equal(p->cas.certificates[0], "c");
	assert_string_equal(p->cas.cause, "买卖");
	/* It can be packed: nothing in it is missing. */
	assert_true(zong__case__get_packed_size(&p->cas) > 10);
}

static void whole_numbers_stay_within_their_bounds(void **state)
{
	struct parsed *p = *state;
	int64_t days = 0;
	bool flag = false;

	p->json = json_pack("{s:i, s:s, s:i, s:b, s:f}", "days", 7, "word", "7", "many", 5000,
		"flag", 1, "half", 0.5);
	assert_int_equal(zong_json_whole(p->json, "days", 1, 3650, 0, &days, &p->err), 0);
	assert_int_equal(days, 7);
	assert_int_equal(zong_json_whole(p->json, "none", 1, 3650, 0, &days, &p->err), 0);
	assert_int_equal(days, 0);
	assert_int_equal(zong_json_whole(p->json, "word", 1, 3650, 0, &days, &p->err), ZONG_EJSON);
	assert_int_equal(zong_json_whole(p->json, "many", 1, 3650, 0, &days, &p->err), ZONG_EJSON);
	assert_int_equal(zong_json_whole(p->json, "half", 1, 3650, 0, &days, &p->err), ZONG_EJSON);
	assert_int_equal(zong_json_flag(p->json, "flag", &flag, &p->err), 0);
	assert_true(flag);
	assert_int_equal(zong_json_flag(p->json, "days", &flag, &p->err), ZONG_EJSON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_whole_meta_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_left_out_or_null_is_empty, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_member_that_nobody_knows_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(a_member_of_another_kind_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(
			broken_json_is_named_by_line_and_column, setup, teardown),
		cmocka_unit_test_setup_teardown(
			too_many_receivers_are_over_the_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(a_deep_nest_ends_with_an_error, setup, teardown),
		cmocka_unit_test_setup_teardown(a_whole_case_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(
			whole_numbers_stay_within_their_bounds, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
