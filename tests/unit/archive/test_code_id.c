/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/code.h>

static enum zong_code_check check(const char *text, char ret_text[19])
{
	return zong_id_no_check(text, strlen(text), ret_text);
}

static void numbers_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum zong_code_check check;
	} cases[] = {
		{"11010519491231002X", ZONG_CHECK_OK}, /* the standard's own */
		{"110105194912310021", ZONG_CHECK_WRONG_DIGIT},
		{"11010519491231003X", ZONG_CHECK_WRONG_DIGIT},
		{"11010519491331002X", ZONG_CHECK_WRONG_DATE},
		{"110105190002300026", ZONG_CHECK_WRONG_DATE},
		{"110105190002290024", ZONG_CHECK_WRONG_DATE}, /* 1900 was no leap year */
		{"110105199902290021", ZONG_CHECK_WRONG_DATE},
		{"110105194900310021", ZONG_CHECK_WRONG_DATE},
		{"110105194912000021", ZONG_CHECK_WRONG_DATE},
		{"110105000012310021", ZONG_CHECK_WRONG_DATE},
		{"110105491231002", ZONG_CHECK_OK}, /* 15 digits, old papers */
		{"110105491331002", ZONG_CHECK_WRONG_DATE},
		{"110105990229002", ZONG_CHECK_WRONG_DATE},
		{"110105960229002", ZONG_CHECK_OK},
		{"", ZONG_CHECK_SHAPE},
		{"1", ZONG_CHECK_SHAPE},
		{"11010519491231002", ZONG_CHECK_SHAPE},
		{"11010519491231002XX", ZONG_CHECK_SHAPE},
		{"1101051949123100X2", ZONG_CHECK_SHAPE},
		{"11010549123100X", ZONG_CHECK_SHAPE},
		{"1101O519491231002X", ZONG_CHECK_SHAPE}, /* an O for a 0 is not corrected */
		{"01010519491231002X", ZONG_CHECK_SHAPE},
		{"19010519491231002X", ZONG_CHECK_SHAPE},
		{"11010519491231002Y", ZONG_CHECK_SHAPE},
		{"110105-19491231-002X", ZONG_CHECK_SHAPE},
		{"十一010519491231002X", ZONG_CHECK_SHAPE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[19] = "untouched";

		assert_int_equal(check(cases[i].text, text), cases[i].check);
		assert_string_equal(
			text, cases[i].check == ZONG_CHECK_SHAPE ? "untouched" : cases[i].text);
	}
}

static void lower_case_blanks_and_widths_give_the_normal_form(void **state)
{
	static const char *const forms[] = {"11010519491231002x", "110105 19491231 002X",
		"１１０１０５１９４９１２３１００２Ｘ", "１１０１０５　１９４９１２３１　００２ｘ"};
	char text[19];

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(check(forms[i], text), ZONG_CHECK_OK);
		assert_string_equal(text, "11010519491231002X");
	}
}

static void each_other_last_character_is_wrong(void **state)
{
	char number[] = "110105194912310020";
	char text[19];
	int right = 0;

	(void)state;
	for (const char *c = "0123456789X"; *c; c++) {
		number[17] = *c;
		right += check(number, text) == ZONG_CHECK_OK;
	}
	assert_int_equal(right, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_told_apart),
		cmocka_unit_test(lower_case_blanks_and_widths_give_the_normal_form),
		cmocka_unit_test(each_other_last_character_is_wrong),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
