/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "code_fold.h"

static void widths_case_and_blanks_are_folded(void **state)
{
	char code[16];

	(void)state;
	assert_int_equal(zong_code_fold("ａb 1　２-3", strlen("ａb 1　２-3"),
				 ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)),
		6);
	assert_string_equal(code, "AB12-3");
	assert_int_equal(zong_code_fold("A－1—2", strlen("A－1—2"), ZONG_CODE_SKIP_HYPHENS, code,
				 sizeof(code)),
		3);
	assert_string_equal(code, "A12");
	assert_int_equal(zong_code_fold("", 0, ZONG_CODE_SKIP_HYPHENS, code, sizeof(code)), 0);
	assert_string_equal(code, "");
}

static void what_is_not_ascii_or_does_not_fit_is_refused(void **state)
{
	char code[4];

	(void)state;
	assert_int_equal(zong_code_fold("abc", 3, ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)), 3);
	assert_int_equal(zong_code_fold("abcd", 4, ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)), -1);
	assert_int_equal(zong_code_fold("宗", 3, ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)), -1);
	assert_int_equal(zong_code_fold("\0", 1, ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)), -1);
	assert_int_equal(zong_code_fold("\xFF", 1, ZONG_CODE_KEEP_HYPHENS, code, sizeof(code)), -1);
}

static void classes_are_what_they_say(void **state)
{
	(void)state;
	assert_true(zong_code_is_digit('0') && zong_code_is_digit('9'));
	assert_false(
		zong_code_is_digit('A') || zong_code_is_digit('\0') || zong_code_is_digit('/'));
	assert_true(zong_code_is_hyphen('-') && zong_code_is_hyphen(0x2014) &&
		    zong_code_is_hyphen(0xFF0D));
	assert_false(zong_code_is_hyphen('_') || zong_code_is_hyphen(0x4E00));
	assert_true(zong_code_is_invisible(0x202E) && zong_code_is_invisible(0x200D));
	assert_false(zong_code_is_invisible(' ') || zong_code_is_invisible(0x4E00));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_case_and_blanks_are_folded),
		cmocka_unit_test(what_is_not_ascii_or_does_not_fit_is_refused),
		cmocka_unit_test(classes_are_what_they_say),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
