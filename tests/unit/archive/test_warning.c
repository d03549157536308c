/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/case.h>

static void every_warning_has_a_sentence_of_its_own(void **state)
{
	static const char *const codes[] = {"unit-ownership", "unit-pair", "unit-virtual",
		"unit-serial", "id-number", "credit-code"};
	static const char *const languages[] = {"zh", "en"};

	(void)state;
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < 6; i++)
			for (size_t j = 0; j <= i; j++)
				assert_int_equal(
					strcmp(zong_warning_text(codes[i], languages[l]),
						j == i ? zong_warning_text("other", languages[l])
						       : zong_warning_text(
								 codes[j], languages[l])) == 0,
					0);
	assert_string_not_equal(
		zong_warning_text("id-number", "zh"), zong_warning_text("id-number", "en"));
	assert_string_equal(
		zong_warning_text("id-number", NULL), zong_warning_text("id-number", "zh"));
}

static void released_warnings_are_empty(void **state)
{
	struct zong_warnings warnings = {
		.item = calloc(2, sizeof(struct zong_warning)), .count = 2};

	(void)state;
	zong_warnings_release(&warnings);
	assert_null(warnings.item);
	assert_int_equal(warnings.count, 0);
	zong_warnings_release(&warnings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_warning_has_a_sentence_of_its_own),
		cmocka_unit_test(released_warnings_are_empty),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
