/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_fields.h"

static void parties_stand_behind_their_labels(void **state)
{
	static const struct sample_fields samples[] = {
		{"权利人：示例甲", "示例甲"},
		{"权利人 示例甲、示例乙", "示例甲; 示例乙"},
		{"姓名 示例甲 性别 男", "示例甲"},
		{"出卖人（甲方）：示例甲\n买受人（乙方）：示例乙", "示例甲; 示例乙"},
		{"姓名（名称） 示例甲 证件种类 居民身份证", "示例甲"},
		{"抵押权人：示例银行（昌邑）支行，以下简称", "示例银行(昌邑)支行"},
		{"持证人：示例·甲", "示例·甲"},
		{"纳税人名称示例甲", "示例甲"},
		{"权利人：甲", "甲!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("party", samples);
}

static void running_text_about_parties_names_nobody(void **state)
{
	static const struct sample_fields samples[] = {
		{"权利人有权查询", ""},
		{"申请人（签章）：示例甲", ""},
		{"权利人 坐落 面积", ""},
		{"权利人：", ""},
		{"权利人：123", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("party", samples);
}

static void places_stand_behind_their_labels(void **state)
{
	static const struct sample_fields samples[] = {
		{"坐落：昌邑市示例路1号", "昌邑市示例路1号"},
		{"坐落 昌邑市示例路 1 号 3 号楼", "昌邑市示例路1号3号楼"},
		{"该不动产坐落于昌邑市示例路1号，面积100平方米", "昌邑市示例路1号"},
		{"坐落 昌邑市示例路1号 不动产单元号 370786001001GB00001F00010001",
			"昌邑市示例路1号"},
		{"住址 山东省昌邑市示例街道示例路1号", "山东省昌邑市示例街道示例路1号"},
		{"坐落：此处无地名可言", "此处无地名可言!"},
		{"坐落：", ""},
		{"坐落", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("address", samples);
}

static void case_numbers_stand_behind_their_labels(void **state)
{
	static const struct sample_fields samples[] = {
		{"受理编号：202611240001", "202611240001"},
		{"受理编号为202611240001。", "202611240001"},
		{"业务号 2026-1124-0001", "2026-1124-0001!"},
		{"受理编号：2026O1240001", "2026O1240001!"},
		{"受理编号 受理日期", ""},
		{"202611240001", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("case", samples);
}

/* A table whose columns were read one after the other: the value is where the label's row is. */
static void a_value_in_another_block_is_found_beside_its_label(void **state)
{
	Zong__Reading *reading = sample_reading("权利人\n坐落\n\n示例甲\n昌邑市示例路1号");

	(void)state;
	for (size_t i = 2; i < 4; i++) {
		reading->lines[i]->words[0]->box->x = 400;
		reading->lines[i]->words[0]->box->y = (uint32_t)(i - 2) * 20;
	}
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, 2);
	assert_string_equal(reading->fields[0]->value, "示例甲");
	assert_string_equal(reading->fields[0]->label, "权利人");
	assert_int_equal(reading->fields[0]->box->x, 400);
	assert_string_equal(reading->fields[1]->value, "昌邑市示例路1号");
	sample_free(reading);
}

/* A form read cell by cell: a remark in brackets, a word of its own, is not what the label speaks of. */
static void a_remark_behind_a_label_is_not_its_value(void **state)
{
	Zong__Reading *reading = sample_reading("姓名 （名称）\n\n示例乙");

	(void)state;
	reading->lines[1]->words[0]->box->x = 400;
	reading->lines[1]->words[0]->box->y = 0;
	assert_int_equal(zong_fields_find(reading), 0);
	assert_int_equal(reading->n_fields, 1);
	assert_string_equal(reading->fields[0]->value, "示例乙");
	assert_int_equal(reading->fields[0]->box->x, 400);
	sample_free(reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parties_stand_behind_their_labels),
		cmocka_unit_test(running_text_about_parties_names_nobody),
		cmocka_unit_test(places_stand_behind_their_labels),
		cmocka_unit_test(case_numbers_stand_behind_their_labels),
		cmocka_unit_test(a_value_in_another_block_is_found_beside_its_label),
		cmocka_unit_test(a_remark_behind_a_label_is_not_its_value),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
