/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/code.h>
#include <zong/error.h>

static int parse(const char *text, struct zong_unit_code *ret_code)
{
	return zong_unit_code_parse(text, strlen(text), ret_code);
}

static void whole_codes_of_production_are_taken(void **state)
{
	static const struct {
		const char *text;
		unsigned int oddities;
	} cases[] = {
		{"371602111013GB00002F00310033", 0},
		{"320508055012GB13335W00000000", 0},
		{"340124162011GB00026F00010001", 0},
		{"370786001001GB00001F00010001", 0},
		{"370786001001JC00017F00010001", 0},
		{"370786001001GC00001W00000000", ZONG_UNIT_ODD_OWNERSHIP},
		{"370786001001GA00001W00000000", ZONG_UNIT_ODD_OWNERSHIP},
		{"370786001001JA00001F00010001", ZONG_UNIT_ODD_PAIR},
		{"370786001001GN00001Q00010001", ZONG_UNIT_ODD_PAIR},
		{"370786000000GB00001F00010001", ZONG_UNIT_ODD_VIRTUAL},
		{"370786000000GH00001W00000000", 0},
		{"370786001001GB00000F00010001", ZONG_UNIT_ODD_SERIAL},
		{"370786000000GC00000L00010001", ZONG_UNIT_ODD_OWNERSHIP | ZONG_UNIT_ODD_PAIR |
							 ZONG_UNIT_ODD_VIRTUAL |
							 ZONG_UNIT_ODD_SERIAL},
		{"370786001001GB00001F99999999", 0},
		{"370786001001ZW00001W00000000", ZONG_UNIT_ODD_PAIR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_unit_code code;

		assert_int_equal(parse(cases[i].text, &code), 0);
		assert_string_equal(code.text, cases[i].text);
		assert_int_equal(code.len, 28);
		assert_int_equal(code.level, ZONG_UNIT_UNIT);
		assert_int_equal(code.oddities, cases[i].oddities);
	}
}

static void the_length_says_the_level(void **state)
{
	static const struct {
		size_t len;
		const char *level;
	} cases[] = {{6, "prefix"}, {9, "prefix"}, {12, "prefix"}, {13, "prefix"}, {18, "prefix"},
		{19, "parcel"}, {20, "prefix"}, {24, "building"}, {27, "prefix"}, {28, "unit"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_unit_code code;

		assert_int_equal(
			zong_unit_code_parse("370786001001GB00001F00010001", cases[i].len, &code),
			0);
		assert_int_equal(code.len, cases[i].len);
		assert_string_equal(zong_unit_level_name(code.level), cases[i].level);
	}
}

static void blanks_hyphens_widths_and_lower_case_do_not_matter(void **state)
{
	static const char *const forms[] = {"370786 001001 GB00001 F00010001",
		" 370786001001gb00001f00010001\n", "370786-001001-GB00001-F00010001",
		"３７０７８６　００１００１　ＧＢ００００１　ｆ０００１０００１",
		"370786—001001—GB00001—F00010001",
		("370786\xC2\xA0"
		 "001001GB00001F00010001")};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct zong_unit_code code;

		assert_int_equal(parse(forms[i], &code), 0);
		assert_string_equal(code.text, "370786001001GB00001F00010001");
	}
}

static void what_cannot_stand_where_it_stands_is_refused(void **state)
{
	static const char *const wrong[] = {"", "3", "37078", "     ",
		"370786001001GB00001F000100011", /* 29 */
		"37078600100IGB00001F00010001",	 /* a letter among digits */
		"370786001001KB00001F00010001",	 /* ownership */
		"370786001001GZ00001F00010001",	 /* kind of parcel */
		"370786001001GB0000OF00010001",	 /* an O for a 0 */
		"370786001001GB00001X00010001",	 /* kind of fixture */
		"370786001001GB00001W00000001",	 /* W has no fixture */
		"370786001001GB00001W0001",	 /* ... nor the beginning of one */
		"370786001001GB00001F0001000A", "宗地370786001001GB00001",
		("370786\xFF"
		 "001001"),
		"370786.001001"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct zong_unit_code code = {.len = 77};

		assert_int_equal(parse(wrong[i], &code), ZONG_EUNITCODE);
		assert_int_equal(code.len, 77);
	}
	/* A zero byte is no end. */
	assert_int_equal(
		zong_unit_code_parse("370786\0", 7, &(struct zong_unit_code){0}), ZONG_EUNITCODE);
}

static void a_code_is_printed_in_groups(void **state)
{
	static const struct {
		const char *text, *printed;
	} cases[] = {{"370786001001GB00001F00010001", "370786 001001 GB00001 F00010001"},
		{"370786001001GB00001", "370786 001001 GB00001"}, {"370786", "370786"},
		{"3707860", "370786 0"},
		{"370786001001GB00001F0001", "370786 001001 GB00001 F0001"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zong_unit_code code;
		char printed[ZONG_UNIT_PRINTED];

		assert_int_equal(parse(cases[i].text, &code), 0);
		zong_unit_code_print(&code, printed);
		assert_string_equal(printed, cases[i].printed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_codes_of_production_are_taken),
		cmocka_unit_test(the_length_says_the_level),
		cmocka_unit_test(blanks_hyphens_widths_and_lower_case_do_not_matter),
		cmocka_unit_test(what_cannot_stand_where_it_stands_is_refused),
		cmocka_unit_test(a_code_is_printed_in_groups),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
