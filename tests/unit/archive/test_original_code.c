/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <zong/place.h>

static void a_code_has_the_check_character_of_the_standard(void **state)
{
	char code[ZONG_ORIGINAL_CODE], back[ZONG_ORIGINAL_CODE];

	(void)state;
	for (uint32_t number = 1; number < 100000000; number = number * 3 + 7) {
		unsigned sum = 0, weight = 1;

		zong_paper_code_format('Y', number, code);
		/* said anew: from the right, weights 1, 2, 4 ...; the sum leaves 1 */
		for (int i = 9; i >= 1; i--) {
			sum += weight * (code[i] == 'X' ? 10u : (unsigned)(code[i] - '0'));
			weight = weight * 2 % 11;
		}
		assert_int_equal(sum % 11, 1);
		assert_int_equal(zong_original_code_parse(code, back), 0);
		assert_string_equal(code, back);
	}
}

static void every_wrong_digit_and_every_swap_is_told(void **state)
{
	char code[ZONG_ORIGINAL_CODE], slip[ZONG_ORIGINAL_CODE], back[ZONG_ORIGINAL_CODE];
	size_t tried = 0;

	(void)state;
	for (uint32_t number = 12345; number < 12345 + 500 * 1237; number += 1237) {
		zong_paper_code_format('Y', number, code);
		for (int at = 1; at < 10; at++) {
			for (char digit = '0'; digit <= '9'; digit++) {
				memcpy(slip, code, sizeof(slip));
				slip[at] = digit;
				if (digit == code[at])
					continue;
				assert_int_equal(
					zong_original_code_parse(slip, back), ZONG_EORIGINALCODE);
				tried++;
			}
			memcpy(slip, code, sizeof(slip));
			slip[at] = code[at + 1];
			slip[at + 1] = code[at];
			if (at < 9 && slip[at] != code[at]) {
				assert_int_equal(
					zong_original_code_parse(slip, back), ZONG_EORIGINALCODE);
				tried++;
			}
		}
	}
	assert_true(tried > 40000);
}

static void codes_come_as_scanners_and_people_give_them(void **state)
{
	static const char *const bad[] = {"", " ", "Y", "Y0000000", "Y00000001", "Y0000000199",
		"W000000018", "Y00000001８", "Y 00000018", "Y0000000X8", "\xff\xfe",
		"Y000000018 Y000000018"};
	char code[ZONG_ORIGINAL_CODE], typed[64], back[ZONG_ORIGINAL_CODE];

	(void)state;
	zong_paper_code_format('Y', 1, code);
	snprintf(typed, sizeof(typed), " y%s\r\n", code + 1);
	assert_int_equal(zong_original_code_parse(typed, back), 0);
	assert_string_equal(back, code);
	assert_int_equal(zong_original_code_parse(NULL, back), ZONG_EORIGINALCODE);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_original_code_parse(bad[i], back), ZONG_EORIGINALCODE);
}

static void no_place_can_be_taken_for_a_paper(void **state)
{
	static const char *const bad[] = {"", "-A", ".", "..", "A/B", "A B", "库", "W1", "Y1",
		"W000000019", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456"};
	static const char *const good[] = {
		"a", "K1-A.2", "WEST", "Y-1", "9", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"};
	char code[ZONG_ORIGINAL_CODE], back[ZONG_PLACE_CODE];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_place_code_parse(bad[i], back), ZONG_EPLACECODE);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(zong_place_code_parse(good[i], back), 0);
	assert_int_equal(zong_place_code_parse("a", back), 0);
	assert_string_equal(back, "A");
	zong_paper_code_format('Y', 7, code);
	assert_int_equal(zong_place_code_parse(code, back), ZONG_EPLACECODE);
	zong_paper_code_format('W', 7, code);
	assert_int_equal(zong_place_code_parse(code, back), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_the_check_character_of_the_standard),
		cmocka_unit_test(every_wrong_digit_and_every_swap_is_told),
		cmocka_unit_test(codes_come_as_scanners_and_people_give_them),
		cmocka_unit_test(no_place_can_be_taken_for_a_paper),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
