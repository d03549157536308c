/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <zong/code.h>

static void credit_codes_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum zong_code_check check;
	} cases[] = {
		{"91350100M000100Y43", ZONG_CHECK_OK}, /* the standard's own */
		{"91350100M000100Y44", ZONG_CHECK_WRONG_DIGIT},
		{"91350100M000100Y34", ZONG_CHECK_WRONG_DIGIT},
		{"91370786MA000012X0", ZONG_CHECK_OK}, /* its sum is a multiple of 31 */
		{"91370786MA000012X1", ZONG_CHECK_WRONG_DIGIT},
		{"91350100M000100Y4", ZONG_CHECK_SHAPE},
		{"91350100M000100Y433", ZONG_CHECK_SHAPE},
		{"91350100M000100O43", ZONG_CHECK_SHAPE}, /* no O in the alphabet */
		{"9I350100M000100Y43", ZONG_CHECK_SHAPE},
		{"91350100M000100Z43", ZONG_CHECK_SHAPE},
		{"91350100S000100Y43", ZONG_CHECK_SHAPE},
		{"91350100V000100Y43", ZONG_CHECK_SHAPE},
		{"91A50100M000100Y43", ZONG_CHECK_SHAPE},
		{"", ZONG_CHECK_SHAPE},
		{"统一社会信用代码", ZONG_CHECK_SHAPE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[19] = "untouched";

		assert_int_equal(zong_credit_code_check(cases[i].text, strlen(cases[i].text), text),
			cases[i].check);
		assert_string_equal(
			text, cases[i].check == ZONG_CHECK_SHAPE ? "untouched" : cases[i].text);
	}
}

static void credit_codes_come_in_every_width(void **state)
{
	static const char *const forms[] = {"91350100m000100y43",
		"９１３５０１００Ｍ０００１００Ｙ４３", "91350100 M000100Y4 3",
		"91-350100-M000100Y-43"};
	char text[19];

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(
			zong_credit_code_check(forms[i], strlen(forms[i]), text), ZONG_CHECK_OK);
		assert_string_equal(text, "91350100M000100Y43");
	}
}

static void organisation_codes_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum zong_code_check check;
	} cases[] = {
		{"D2143569X", ZONG_CHECK_OK}, /* the standard's own */
		{"D2143569-X", ZONG_CHECK_OK},
		{"d2143569-x", ZONG_CHECK_OK},
		{"D21435690", ZONG_CHECK_WRONG_DIGIT},
		{"000000000", ZONG_CHECK_OK}, /* 11 is written 0 */
		{"00000000X", ZONG_CHECK_WRONG_DIGIT},
		{"D214356X9", ZONG_CHECK_WRONG_DIGIT},
		{"D2143569A", ZONG_CHECK_SHAPE},
		{"D2143569", ZONG_CHECK_SHAPE},
		{"D2143569XX", ZONG_CHECK_SHAPE},
		{"D21435.9X", ZONG_CHECK_SHAPE},
		{"", ZONG_CHECK_SHAPE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[10] = "untouched";
		bool d = i < 3;

		assert_int_equal(
			zong_organisation_code_check(cases[i].text, strlen(cases[i].text), text),
			cases[i].check);
		if (cases[i].check == ZONG_CHECK_SHAPE)
			assert_string_equal(text, "untouched");
		else
			assert_string_equal(text, d ? "D2143569X" : cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credit_codes_are_told_apart),
		cmocka_unit_test(credit_codes_come_in_every_width),
		cmocka_unit_test(organisation_codes_are_told_apart),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
