/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "expect.h"
#include "http/json.h"

static json_t *made, *again; /* released by the teardown, as a failing assert jumps */
static char *text;

static int release(void **state)
{
	(void)state;
	json_decref(made);
	json_decref(again);
	free(text);
	made = again = NULL;
	text = NULL;
	return 0;
}

static void a_whole_case_keeps_every_member(void **state)
{
	char *units[] = {(char *)"370786001001GB00001F00010001", (char *)"370786001001GB00001F0001",
		(char *)"370786001001GB00001"};
	char *certificates[] = {(char *)"鲁（2026）昌邑市不动产权第0000001号", (char *)"旧字第1号"};
	Zong__Party first = ZONG__PARTY__INIT, second = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&first, &second};
	Zong__Case row = ZONG__CASE__INIT;

	(void)state;
	first.name = (char *)"示例甲";
	first.idno = (char *)"11010519491231002X";
	first.role = (char *)"权利人";
	second.name = (char *)"示例乙";
	row.no = (char *)"202611240001";
	row.kind = (char *)"转移登记";
	row.cause = (char *)"买卖";
	row.units = units;
	row.n_units = 3;
	row.parties = parties;
	row.n_parties = 2;
	row.certificates = certificates;
	row.n_certificates = 2;
	row.address = (char *)"示例路1号";
	row.note = (char *)"两行\n的\"话\"";
	row.opened = 1764000000 * ZONG_SECOND;
	row.opened_by = (char *)"token:archivist";
	row.record = UINT64_C(9007199254740993); /* more than a double holds */
	made = zong_json_case(&row);
	expect_json(made,
		"{\"no\":\"202611240001\",\"kind\":\"转移登记\",\"cause\":\"买卖\",\"units\":["
		"{\"code\":\"370786001001GB00001F00010001\",\"level\":\"unit\","
		"\"printed\":\"370786 001001 GB00001 F00010001\"},"
		"{\"code\":\"370786001001GB00001F0001\",\"level\":\"building\","
		"\"printed\":\"370786 001001 GB00001 F0001\"},"
		"{\"code\":\"370786001001GB00001\",\"level\":\"parcel\","
		"\"printed\":\"370786 001001 GB00001\"}],\"parties\":["
		"{\"name\":\"示例甲\",\"idno\":\"11010519491231002X\",\"role\":\"权利人\"},"
		"{\"name\":\"示例乙\"}],\"certificates\":["
		"\"鲁（2026）昌邑市不动产权第0000001号\",\"旧字第1号\"],"
		"\"address\":\"示例路1号\",\"note\":\"两行\\n的\\\"话\\\"\","
		"\"opened\":\"2025-11-24T16:00:00.000Z\",\"opened_by\":\"token:archivist\","
		"\"record\":9007199254740993}");
}

static void a_case_of_which_little_is_known_still_has_the_members_that_are_required(void **state)
{
	Zong__Case row = ZONG__CASE__INIT;

	(void)state;
	row.no = (char *)"1";
	row.kind = (char *)"x";
	row.opened = ZONG_SECOND;
	made = zong_json_case(&row);
	expect_json(made,
		"{\"no\":\"1\",\"kind\":\"x\",\"cause\":\"\",\"units\":[],\"parties\":[],"
		"\"certificates\":[],\"address\":\"\",\"note\":\"\","
		"\"opened\":\"1970-01-01T00:00:01.000Z\",\"opened_by\":\"\",\"record\":0}");
}

static void rare_characters_and_long_text_come_whole(void **state)
{
	static char note[100001];
	Zong__Party party = ZONG__PARTY__INIT;
	Zong__Party *parties[] = {&party};
	Zong__Case row = ZONG__CASE__INIT;
	size_t i;

	(void)state;
	for (i = 0; i + 4 < sizeof(note); i += 4)
		memcpy(note + i, "\U00020BB7", 4); /* 𠮷 of names, beyond the basic plane */
	note[i] = '\0';
	party.name = (char *)"示例\U00020BB7\U0002A6D6";
	row.no = (char *)"1";
	row.kind = (char *)"x";
	row.note = note;
	row.parties = parties;
	row.n_parties = 1;
	made = zong_json_case(&row);
	text = json_dumps(made, JSON_COMPACT);
	assert_non_null(text);
	again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(again);
	expect_text(again, "parties/0/name", "示例\U00020BB7\U0002A6D6");
	expect_text(again, "note", note);
	assert_int_equal(json_string_length(expect_at(again, "note")), 100000);
}

static void a_unit_that_is_none_is_left_out_and_the_others_stay(void **state)
{
	char *units[] = {(char *)"370786001001GB00001", (char *)"", (char *)"unit",
		(char *)"370786001001GB0000", (char *)"370786001001GB00002"};

	(void)state;
	made = zong_json_units(units, 5);
	expect_count(made, "", 3);
	expect_text(made, "0/code", "370786001001GB00001");
	expect_text(made, "1/level", "prefix");
	expect_text(made, "2/code", "370786001001GB00002");
}

static void no_unit_is_an_empty_list(void **state)
{
	(void)state;
	made = zong_json_units(NULL, 0);
	expect_json(made, "[]");
	again = zong_json_unit_codes(NULL, 0);
	expect_json(again, "[]");
}

static void codes_that_were_parsed_show_what_was_parsed(void **state)
{
	struct zong_unit_code units[2];

	(void)state;
	assert_int_equal(zong_unit_code_parse("370786001001GB00001", 19, &units[0]), 0);
	assert_int_equal(zong_unit_code_parse("370786", 6, &units[1]), 0);
	made = zong_json_unit_codes(units, 2);
	expect_json(made, "[{\"code\":\"370786001001GB00001\",\"level\":\"parcel\","
			  "\"printed\":\"370786 001001 GB00001\"},"
			  "{\"code\":\"370786\",\"level\":\"prefix\",\"printed\":\"370786\"}]");
}

static void a_warning_has_its_sentence_in_the_language_asked_for(void **state)
{
	struct zong_warning items[] = {
		{.code = "unit-serial", .subject = "370786001001GB00000"},
		{.code = "id-number", .subject = "\U00020BB7"},
	};
	struct zong_warnings warnings = {items, 2};

	(void)state;
	made = zong_json_warnings(&warnings, "zh");
	expect_count(made, "", 2);
	expect_count(made, "0", 3);
	expect_text(made, "0/code", "unit-serial");
	expect_text(made, "0/subject", "370786001001GB00000");
	expect_text(made, "0/text", zong_warning_text("unit-serial", "zh"));
	expect_text(made, "1/subject", "\U00020BB7");
	again = zong_json_warnings(&warnings, "en");
	expect_text(again, "0/text", zong_warning_text("unit-serial", "en"));
	assert_false(json_equal(made, again));
	warnings.count = 0;
	json_decref(again);
	again = zong_json_warnings(&warnings, "en");
	expect_json(again, "[]");
}

#define TEST(name) cmocka_unit_test_teardown(name, release)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_whole_case_keeps_every_member),
		TEST(a_case_of_which_little_is_known_still_has_the_members_that_are_required),
		TEST(rare_characters_and_long_text_come_whole),
		TEST(a_unit_that_is_none_is_left_out_and_the_others_stay),
		TEST(no_unit_is_an_empty_list),
		TEST(codes_that_were_parsed_show_what_was_parsed),
		TEST(a_warning_has_its_sentence_in_the_language_asked_for),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
