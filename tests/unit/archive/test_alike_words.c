/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alike_words.h"
#include "sample_reading.h"

static Zong__Reading *one, *other;
static struct zong_alike_words words;

static int clear(void **state)
{
	(void)state;
	sample_free(one);
	sample_free(other);
	one = other = NULL;
	return 0;
}

static void compare(const char *a, const char *b)
{
	clear(NULL);
	one = sample_reading(a);
	other = sample_reading(b);
	memset(&words, 0xff, sizeof(words));
	assert_int_equal(zong_alike_words_compare(one, other, &words), 0);
}

static void the_same_words_in_another_order_are_the_same(void **state)
{
	(void)state;
	compare("受理编号 202611120374\n收件人 示例甲\n",
		"收 件|人 示例甲\n受理 编号 202611120374\n");
	assert_true(words.common > 0.99f);
	assert_int_equal(words.agree, 1);
	assert_int_equal(words.near, 0);
	assert_int_equal(words.conflict, 0);
	assert_int_equal(words.agree_length, 12);
	assert_int_equal(words.lone_length, 0);
}

static void a_digit_that_was_misread_is_forgiven_in_a_long_number(void **state)
{
	(void)state;
	compare("370786190002051371\n", "?37078619000205l377\n");
	assert_int_equal(words.agree, 1);
	assert_int_equal(words.near, 1);
	compare("no202611130511\n", "ne202611130511\n");
	assert_int_equal(words.near, 1);
	compare("1234\n", "1235\n");
	assert_int_equal(words.agree, 0);
	assert_int_equal(words.conflict, 1);
}

static void numbers_given_out_one_after_the_other_conflict(void **state)
{
	(void)state;
	compare("受理编号 202611240361\n", "受理编号 202611240362\n");
	assert_int_equal(words.agree, 0);
	assert_int_equal(words.conflict, 1);
	assert_true(words.sure >= ZONG_ALIKE_SURE);
	compare("受理编号 202611240361\n", "受理编号 ?202611240362\n");
	assert_int_equal(words.near, 1);
	assert_int_equal(words.conflict, 0);
}

static void numbers_in_place_of_each_other_conflict(void **state)
{
	(void)state;
	compare("证件 370786190002051371 年 2026\n", "证件 370786190003092742 年 2026\n");
	assert_int_equal(words.agree, 1);
	assert_int_equal(words.conflict, 1);
	assert_true(words.sure > 0.89f);
	/* a stroke beside it does not hide it */
	compare("证件 370786190002051371] 年 2026\n", "证件 370786190003092742 年 2026\n");
	assert_int_equal(words.conflict, 1);
	/* the page that is less sure counts */
	compare("证件 ?370786190002051371 年 2026\n", "证件 370786190003092742 年 2026\n");
	assert_int_equal(words.conflict, 1);
	assert_true(words.sure < 0.6f);
}

static void a_number_that_was_lost_stands_alone(void **state)
{
	(void)state;
	compare("证件 370786190002051371 年 2026\n", "证件 3707?861900 年 2026\n");
	assert_int_equal(words.conflict, 0);
	assert_int_equal(words.agree_length, 4);
	assert_int_equal(words.lone_length, 18);
}

static void words_are_no_numbers(void **state)
{
	(void)state;
	compare("abcdef 共 1a2b 共 12 第3页\n", "ghijkl 第 34 第4页\n");
	assert_int_equal(words.agree + words.conflict, 0);
	assert_int_equal(words.lone_length, 4);
}

static void what_was_not_read_says_nothing(void **state)
{
	(void)state;
	one = sample_reading("证件 370786190002051371\n");
	assert_int_equal(zong_alike_words_compare(one, NULL, &words), 0);
	assert_int_equal(words.shorter, 0);
	assert_int_equal(words.conflict, 0);
	compare("证件 370786190002051371\n", "");
	assert_int_equal(words.shorter, 0);
	assert_true(words.common >= 0 && words.common < 0.01f);
}

static void a_page_full_of_numbers_is_bounded(void **state)
{
	char *text = sample_alloc(60001), *moved = sample_alloc(60001);

	(void)state;
	for (int i = 0; i < 6000; i++) {
		snprintf(text + (size_t)i * 10, 11, "%09u\n", (unsigned int)i * 7919 % 100000000);
		snprintf(
			moved + (size_t)i * 10, 11, "%09u\n", (unsigned int)i * 104729 % 100000000);
	}
	compare(text, moved);
	free(text);
	free(moved);
	assert_true(words.shorter <= 4000);
	assert_true(words.conflict + words.agree <= 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_same_words_in_another_order_are_the_same, clear),
		cmocka_unit_test_teardown(
			a_digit_that_was_misread_is_forgiven_in_a_long_number, clear),
		cmocka_unit_test_teardown(numbers_given_out_one_after_the_other_conflict, clear),
		cmocka_unit_test_teardown(numbers_in_place_of_each_other_conflict, clear),
		cmocka_unit_test_teardown(a_number_that_was_lost_stands_alone, clear),
		cmocka_unit_test_teardown(words_are_no_numbers, clear),
		cmocka_unit_test_teardown(what_was_not_read_says_nothing, clear),
		cmocka_unit_test_teardown(a_page_full_of_numbers_is_bounded, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
