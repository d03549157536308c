/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>

#include "http/params.h"

static int decode(const char *text, bool plus, char out[256])
{
	snprintf(out, 256, "%s", text);
	return zong_percent_decode(out, plus);
}

static void percent_signs_become_the_bytes_they_name(void **state)
{
	char out[256];

	(void)state;
	assert_int_equal(decode("/api/v1/cases/%E7%A4%BA%e4%be%8B-1", false, out), 0);
	assert_string_equal(out, "/api/v1/cases/示例-1");
	assert_int_equal(decode("%41%2f%2B", false, out), 0);
	assert_string_equal(out, "A/+");
}

static void plus_is_a_blank_in_a_query_and_itself_in_a_path(void **state)
{
	char out[256];

	(void)state;
	assert_int_equal(decode("a+b", true, out), 0);
	assert_string_equal(out, "a b");
	assert_int_equal(decode("a+b", false, out), 0);
	assert_string_equal(out, "a+b");
}

static void cut_signs_nul_and_other_encodings_are_refused(void **state)
{
	static const char *const bad[] = {
		"%", "a%", "a%4", "%zz", "%4g", "%00", "a%00b", "%ff", "%c0%80", "%ed%a0%80"};
	char out[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(decode(bad[i], true, out), ZONG_EENCODING);
}

static void a_query_is_taken_apart_and_the_last_of_a_name_counts(void **state)
{
	char text[] = "q=%E5%B1%B1+1&&limit=5&flag&q=b%3Dc&empty=";
	struct zong_params params;

	(void)state;
	assert_int_equal(zong_params_parse(text, &params), 0);
	assert_int_equal(params.count, 5);
	assert_string_equal(params.item[0].value, "山 1");
	assert_string_equal(zong_params_get(&params, "q"), "b=c");
	assert_string_equal(zong_params_get(&params, "flag"), "");
	assert_string_equal(zong_params_get(&params, "empty"), "");
	assert_null(zong_params_get(&params, "cursor"));
}

static void too_many_items_are_an_error_and_not_a_cut(void **state)
{
	char text[4 * ZONG_LIMIT_QUERY_ITEMS + 8] = "";
	struct zong_params params;
	int i;

	(void)state;
	for (i = 0; i < ZONG_LIMIT_QUERY_ITEMS; i++)
		memcpy(text + 4 * i, "a=1&", 5);
	assert_int_equal(zong_params_parse(text, &params), 0);
	assert_int_equal(params.count, ZONG_LIMIT_QUERY_ITEMS);
	for (i = 0; i <= ZONG_LIMIT_QUERY_ITEMS; i++)
		memcpy(text + 4 * i, "a=1&", 5);
	assert_int_equal(zong_params_parse(text, &params), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percent_signs_become_the_bytes_they_name),
		cmocka_unit_test(plus_is_a_blank_in_a_query_and_itself_in_a_path),
		cmocka_unit_test(cut_signs_nul_and_other_encodings_are_refused),
		cmocka_unit_test(a_query_is_taken_apart_and_the_last_of_a_name_counts),
		cmocka_unit_test(too_many_items_are_an_error_and_not_a_cut),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
