/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <zong/look.h>

#include "alike_judge.h"
#include "field.h"
#include "sample_reading.h"

#define FORM                                                                                       \
	"申请人 示例甲 受理编号 202611120374 日期 2026\n坐落 示例市示例路13号 电话 0000-0000000\n"

static Zong__Reading *one, *other;

static int clear(void **state)
{
	(void)state;
	sample_free(one);
	sample_free(other);
	one = other = NULL;
	return 0;
}

static bool same(float distance, const char *a, const char *b)
{
	bool is = false;

	clear(NULL);
	one = a ? sample_reading(a) : NULL;
	other = b ? sample_reading(b) : NULL;
	assert_int_equal(one ? zong_fields_find(one) : 0, 0);
	assert_int_equal(other ? zong_fields_find(other) : 0, 0);
	assert_int_equal(zong_alike_judge(distance, one, other, &is), 0);
	return is;
}

static void the_look_decides_where_nothing_was_read(void **state)
{
	(void)state;
	assert_true(same(ZONG_LOOK_SAME, NULL, NULL));
	assert_true(same(ZONG_LOOK_SAME, FORM, NULL));
	assert_false(same(ZONG_LOOK_SAME + 0.01f, FORM, NULL));
	assert_true(same(ZONG_LOOK_SAME, "", ""));
	assert_false(same(ZONG_LOOK_SAME + 0.01f, "", ""));
}

static void numbers_that_agree_let_the_look_differ_more(void **state)
{
	(void)state;
	assert_true(same(ZONG_LOOK_SAME_READ, FORM, FORM));
	assert_false(same(ZONG_LOOK_SAME_READ + 0.01f, FORM, FORM));
}

static void another_number_makes_it_another_sheet(void **state)
{
	(void)state;
	assert_false(same(0, FORM "370786190002051371\n", FORM "370786190003092742\n"));
	/* one of many, which was hard to read, does not */
	assert_true(same(0, FORM "1111 2222 3333 4444 ?5555\n", FORM "1111 2222 3333 4444 5678\n"));
	assert_false(same(0, FORM "1111 2222 3333 4444 5555\n", FORM "1111 2222 3333 4444 5678\n"));
}

static void one_digit_of_a_number_with_a_check_digit_is_enough(void **state)
{
	(void)state;
	assert_false(same(0, FORM "370786190001010019\n", FORM "370786190001010027\n"));
	/* what has none may be misread and looks right */
	assert_true(same(0, FORM "鲁(2026)示例市不动产权第0003701号\n",
		FORM "重(2026)示例市不动产权第0003701号\n"));
}

static void a_number_that_was_not_found_again_tells_nothing_good(void **state)
{
	(void)state;
	assert_false(same(0, "公民身份号码 370786190002051371 2026\n", "公民身份号码 2026\n"));
}

static void other_text_is_another_sheet(void **state)
{
	static const char prose[] =
		"甲方应当在本合同签订之日起十日内向乙方交付房屋乙方应当按照约定的时间向甲方支付"
		"全部房款房屋交付以前发生的费用由甲方承担任何一方不履行本合同的应当承担违约责任\n";
	static const char else_prose[] =
		"根据有关规定现将本年度培训安排通知如下请各单位于月底以前报送参加人员名单逾期不再"
		"受理培训期间食宿自理地点另行通知希望大家认真准备按时到会不得无故缺席特此通知如上"
		"\n";

	(void)state;
	assert_true(same(ZONG_LOOK_SAME_READ, prose, prose));
	assert_false(same(0, prose, else_prose));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(the_look_decides_where_nothing_was_read, clear),
		cmocka_unit_test_teardown(numbers_that_agree_let_the_look_differ_more, clear),
		cmocka_unit_test_teardown(another_number_makes_it_another_sheet, clear),
		cmocka_unit_test_teardown(
			one_digit_of_a_number_with_a_check_digit_is_enough, clear),
		cmocka_unit_test_teardown(
			a_number_that_was_not_found_again_tells_nothing_good, clear),
		cmocka_unit_test_teardown(other_text_is_another_sheet, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
