/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_fields.h"

static void amounts_in_digits_are_brought_to_yuan(void **state)
{
	static const struct sample_fields samples[] = {
		{"￥1234.5", "1234.50"},
		{"成交价¥1,234,567.89整", "1234567.89"},
		{"共计 15000 元", "15000.00"},
		{"12.5万元", "125000.00"},
		{"人民币 1,200,000.00元", "1200000.00"},
		{"税款0.01元", "0.01"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

static void amounts_in_words_are_brought_to_yuan(void **state)
{
	static const struct sample_fields samples[] = {
		{"人民币壹万零贰佰元整", "10200.00"},
		{"壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分", "1234567.89"},
		{"伍拾元正", "50.00"},
		{"拾元整", "10.00"},
		{"叁仟零伍圆", "3005.00"},
		{"壹亿零叁万元整", "100030000.00"},
		{"壹拾贰万元零伍分", "120000.05"},
		{"（大写）玖 万 元 整 ￥90000.00", "90000.00; 90000.00"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

static void what_breaks_the_rules_is_no_valid_amount(void **state)
{
	static const struct sample_fields samples[] = {
		{"￥1,23,456", "1,23,456!"},
		{"￥1.2.3", "1.2.3!"},
		{"1.234元", "1.234!"},
		{"壹贰叁元整", "!"},
		{"壹佰壹仟元", "!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

static void misread_words_are_believed_where_digits_say_the_same(void **state)
{
	static const struct sample_fields samples[] = {
		{"价款为人民币1410000元（大写：吉佰肆抬过万元整）", "1410000.00; 1410000.00*"},
		{"（大写：吉佰肆抬过万元整），即1410000元", "1410000.00*; 1410000.00"},
		{"贰万壹什过佰伍拾元整兰21150.00", "21150.00*; 21150.00"},
		{"玖什参佰元整兰9300.00", "9300.00*; 9300.00"},
		{"伍拾元整 50.00", "50.00; 50.00"},
		{"伍拾元整 60.00", "50.00"},
		{"人民币1420000元（大写：吉佰肆抬过万元整）", "1420000.00; !"},
		{"吉佰肆抬过万元整", "!"},
		{"吉佰肆拾伍万元x", "!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

static void the_end_of_a_misread_amount_is_no_amount(void **state)
{
	static const struct sample_fields samples[] = {
		{"大写：昌佰肆拾伍万元整", "!"},
		{"大写：昌什陆佰元整", "!"},
		{"不超过伍万元整", "50000.00"},
		{"为什么 伍万元", "50000.00"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

static void an_area_beside_its_label_needs_no_unit(void **state)
{
	static const struct sample_fields samples[] = {
		{"面积\n\n75.52\n\n用途", "75.52"},
		{"建筑面积：75.5", "75.50"},
		{"面积 75", ""},
		{"面积 75.52亩", ""},
		{"层数 75.52", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("area", samples);
}

static void areas_are_brought_to_square_metres(void **state)
{
	static const struct sample_fields samples[] = {
		{"建筑面积138.77平方米", "138.77"},
		{"共有宗地面积 2,860 平方米/房屋建筑面积138.5㎡", "2860.00; 138.50"},
		{"89.1250m²，12.3 m2", "89.125; 12.30"},
		{"0.00001平方米", "0.00001!"},
		{"1.2.3平方米", "1.2.3!"},
		{"1234平方", ""},
		{"12m25", ""},
		{"3室2厅", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("area", samples);
}

static void what_is_no_amount_is_left_alone(void **state)
{
	static const struct sample_fields samples[] = {
		{"15000", ""},
		{"1234平方米", ""},
		{"A12元", ""},
		{"壹式叁份", ""},
		{"元", ""},
		{"￥", ""},
		{"￥99999999999999999999999999999999999999999", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("amount", samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_in_digits_are_brought_to_yuan),
		cmocka_unit_test(amounts_in_words_are_brought_to_yuan),
		cmocka_unit_test(what_breaks_the_rules_is_no_valid_amount),
		cmocka_unit_test(misread_words_are_believed_where_digits_say_the_same),
		cmocka_unit_test(the_end_of_a_misread_amount_is_no_amount),
		cmocka_unit_test(an_area_beside_its_label_needs_no_unit),
		cmocka_unit_test(areas_are_brought_to_square_metres),
		cmocka_unit_test(what_is_no_amount_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
