/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>

#include "expect.h"
#include "http/json.h"

struct state {
	json_t *json, *in;
	struct zong_arena arena;
	struct zong_err err;
};

static int setup(void **state)
{
	static struct state one;

	memset(&one, 0, sizeof(one));
	*state = &one;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	json_decref(s->json);
	json_decref(s->in);
	zong_arena_release(&s->arena);
	return 0;
}

static int read_event(struct state *s, const char *text, Zong__UnitEvent *ret_event)
{
	json_decref(s->in);
	s->in = json_loads(text, 0, NULL);
	assert_non_null(s->in);
	return zong_json_read_unit_event(s->in, &s->arena, ret_event, &s->err);
}

static void a_unit_is_shown_with_its_code_in_groups(void **state)
{
	static char code[] = "370786001001GB00001F00010001", name[] = "101";
	Zong__Unit unit = ZONG__UNIT__INIT;
	struct state *s = *state;

	unit.code = code;
	unit.name = name;
	unit.record = 7;
	s->json = zong_json_unit(&unit);
	expect_json(s->json,
		"{\"code\":\"370786001001GB00001F00010001\",\"printed\":\"370786 001001 GB00001 "
		"F00010001\",\"name\":\"101\",\"address\":\"\",\"usage\":\"\",\"area\":\"\","
		"\"began\":\"\",\"ended\":\"\",\"note\":\"\",\"record\":7}");
}

static void a_unit_is_read_member_by_member(void **state)
{
	struct state *s = *state;
	Zong__Unit unit;

	s->in = json_loads("{\"address\":\"示例路\",\"area\":\"1.5\",\"note\":null}", 0, NULL);
	assert_int_equal(zong_json_read_unit(s->in, "c", &unit, &s->err), 0);
	assert_string_equal(unit.code, "c");
	assert_string_equal(unit.address, "示例路");
	assert_string_equal(unit.area, "1.5");
	assert_string_equal(unit.note, "");
	json_object_set_new(s->in, "owner", json_string("示例甲"));
	assert_int_equal(zong_json_read_unit(s->in, "c", &unit, &s->err), ZONG_EJSON);
	assert_non_null(strstr(s->err.subject, "owner"));
	json_object_del(s->in, "owner");
	json_object_set_new(s->in, "area", json_real(1.5));
	assert_int_equal(zong_json_read_unit(s->in, "c", &unit, &s->err), ZONG_EJSON);
}

static void an_event_is_read_and_shown(void **state)
{
	struct state *s = *state;
	Zong__UnitEvent event;

	assert_int_equal(
		read_event(s,
			"{\"kind\":\"分割\",\"date\":\"2015-06-01\",\"before\":[\"a\"],\"after\":["
			"\"b\",\"c\"],\"reason\":\"示例\"}",
			&event),
		0);
	assert_int_equal(event.kind, ZONG__UNIT_EVENT_KIND__UNIT_SPLIT);
	assert_int_equal(event.n_after, 2);
	s->json = zong_json_unit_event(&event);
	expect_text(s->json, "kind", "split");
	expect_text(s->json, "date", "2015-06-01");
	expect_text(s->json, "after/1", "c");
	assert_true(json_is_null(expect_at(s->json, "withdrawn")));
	assert_int_equal(read_event(s, "{\"date\":\"2015-06-01\"}", &event), ZONG_EJSON);
	assert_int_equal(
		read_event(s, "{\"kind\":\"x\",\"date\":\"2015-06-01\"}", &event), ZONG_EINVAL);
	assert_int_equal(
		read_event(s, "{\"kind\":\"end\",\"date\":\"1.6.2015\"}", &event), ZONG_EDATE);
	assert_int_equal(
		read_event(
			s, "{\"kind\":\"end\",\"date\":\"2015-06-01\",\"before\":\"a\"}", &event),
		ZONG_EJSON);
}

static void a_report_names_lines_and_reasons(void **state)
{
	struct zong_table_refusal refusal = {.line = 3, .code = ZONG_EUNITCODE, .text = "x"};
	struct zong_table_report report = {.lines = 5,
		.added = 4,
		.refused = 1,
		.odd = {0, 0, 2, 0},
		.encoding = "utf-8",
		.refusal = &refusal,
		.refusals = 1};
	struct state *s = *state;

	s->json = zong_json_table_report(&report, "zh");
	expect_number(s->json, "refused/0/line", 3);
	expect_text(s->json, "refused/0/reason", "bad-unit-code");
	expect_text(s->json, "refused/0/subject", "x");
	expect_number(s->json, "refused_count", 1);
	expect_count(s->json, "warnings", 1);
	expect_text(s->json, "warnings/0/code", "unit-virtual");
	expect_number(s->json, "warnings/0/lines", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_unit_is_shown_with_its_code_in_groups),
		TEST(a_unit_is_read_member_by_member),
		TEST(an_event_is_read_and_shown),
		TEST(a_report_names_lines_and_reasons),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
