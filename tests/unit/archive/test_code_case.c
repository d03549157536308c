/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/code.h>
#include <zong/error.h>
#include <zong/limits.h>

static void what_halls_use_is_taken(void **state)
{
	static const struct {
		const char *text, *no;
	} cases[] = {{"202012120002", "202012120002"}, {"２０２０－1", "2020－1"},
		{"ｙＷＨ１", "yWH1"}, {"昌邑登(2026)1号", "昌邑登(2026)1号"}, {"a", "a"},
		{"a?#%&", "a?#%&"}, {"...", "..."}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char no[ZONG_LIMIT_CASE_NO_BYTES + 1];

		assert_int_equal(
			zong_case_no_parse(cases[i].text, strlen(cases[i].text), no, sizeof(no)),
			0);
		assert_string_equal(no, cases[i].no);
	}
}

static void blanks_slashes_and_what_cannot_be_seen_are_refused(void **state)
{
	static const char *const wrong[] = {"", " ", "2020 1", " 2020", "2020\t", "2020\n",
		"2020/1", "2020\\1", "2020／1", "2020＼1", "20\x7F", "\x01", "20\xC2\x85",
		("2020\xE2\x80\xAE"
		 "1"),
		"2020\xE2\x80\x8B", "2020　1", "\xFF", "2020\xE5", "\xED\xA0\x80", ".", ".."};
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1] = "untouched";

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(zong_case_no_parse(wrong[i], strlen(wrong[i]), no, sizeof(no)),
			ZONG_ECASENO);
	assert_int_equal(zong_case_no_parse("1\0"
					    "2",
				 3, no, sizeof(no)),
		ZONG_ECASENO);
	assert_string_equal(no, "untouched");
}

static void fifty_characters_are_the_most(void **state)
{
	char text[51 * 3 + 1] = "";
	char no[ZONG_LIMIT_CASE_NO_BYTES + 1];

	(void)state;
	for (size_t i = 0; i < 51; i++)
		memcpy(text + i * 3, "宗", 4);
	assert_int_equal(zong_case_no_parse(text, 50 * 3, no, sizeof(no)), 0);
	assert_int_equal(strlen(no), 150);
	assert_int_equal(zong_case_no_parse(text, 51 * 3, no, sizeof(no)), ZONG_ECASENO);
	assert_int_equal(zong_case_no_parse("12345", 5, no, 5), ZONG_ECASENO);
	assert_int_equal(zong_case_no_parse("1234", 4, no, 5), 0);
}

static void a_department_is_a_short_word(void **state)
{
	static const char *const right[] = {
		"tax", "a", "bank-2", "abcdefghijklmnopqrstuvwxyz-01234"};
	static const char *const wrong[] = {"", "Tax", "2bank", "-a", "a_b", "a b", "税务", "a.b",
		"abcdefghijklmnopqrstuvwxyz-012345", "a/b", "tax\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		assert_int_equal(zong_department_id_check(right[i]), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(zong_department_id_check(wrong[i]), ZONG_EDEPARTMENT);
	assert_int_equal(zong_department_id_check(NULL), ZONG_EDEPARTMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_halls_use_is_taken),
		cmocka_unit_test(blanks_slashes_and_what_cannot_be_seen_are_refused),
		cmocka_unit_test(fifty_characters_are_the_most),
		cmocka_unit_test(a_department_is_a_short_word),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
