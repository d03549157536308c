/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/file.h>

#include "catalogue_rules.h"

static struct zong_catalogue *catalogue;
static struct zong_err err;

static int teardown(void **state)
{
	(void)state;
	zong_catalogue_free(catalogue);
	catalogue = NULL;
	return 0;
}

static int parse(const char *text)
{
	zong_catalogue_free(catalogue);
	catalogue = NULL;
	err = (struct zong_err){0};
	return zong_catalogue_parse(text, strlen(text), "hall.rules", &catalogue, &err);
}

static void load_default(void)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_CONFIG);

	assert_int_equal(zong_file_read(ZONG_TEST_CATALOGUE, &text), 0);
	if (parse(zong_buf_str(&text)))
		fail_msg("%s", err.subject);
	zong_buf_release(&text);
}

static const struct zong_catalogue_business *only_business(const char *kind)
{
	const struct zong_catalogue_business *business[ZONG_CATALOGUE_ACTIVE];

	assert_int_equal(zong_catalogue_of_kind(catalogue, kind, business), 1);
	return business[0];
}

static bool needs(const char *kind, const char *cause, const char *type)
{
	const struct zong_catalogue_business *business = only_business(kind);
	const struct zong_catalogue_material *material = zong_catalogue_meant(catalogue, type);

	assert_non_null(material);
	for (size_t i = 0; i < business->rows; i++)
		if (zong_catalogue_row_has(&business->row[i], material) &&
			business->row[i].need == ZONG_NEED_REQUIRED &&
			zong_catalogue_row_holds(business, &business->row[i], kind, cause))
			return true;
	return false;
}

/* Ids of those that receive @type, with commas. Static. */
static const char *receivers(const char *kind, const char *cause, const char *type)
{
	static char text[200];
	struct zong_catalogue_said said;

	zong_catalogue_say(catalogue, kind, cause, type, &said);
	text[0] = '\0';
	for (size_t i = 0; i < catalogue->departments; i++) {
		size_t len = strlen(text);

		if (said.departments >> i & 1)
			snprintf(text + len, sizeof(text) - len, "%s%s", len ? "," : "",
				catalogue->department[i].id);
	}
	return text;
}

static void the_catalogue_that_is_installed_covers_each_kind_of_registration(void **state)
{
	static const char *const kinds[] = {"首次登记", "转移登记", "抵押登记", "变更登记",
		"注销登记", "预告登记", "查封登记", "更正登记", "异议登记"};

	(void)state;
	load_default();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_string_equal(only_business(kinds[i])->name, kinds[i]);
	assert_true(needs("首次登记", "", "地籍调查表"));
	assert_true(needs("首次登记", "", "竣工验收备案表"));
	assert_false(needs("首次登记", "宅基地", "竣工验收备案表"));
	assert_true(needs("转移登记", "存量房买卖", "存量房买卖合同"));
	assert_true(needs("转移登记", "", "买卖合同"));
	assert_false(needs("转移登记", "继承", "买卖合同"));
	assert_true(needs("转移登记", "继承", "死亡证明"));
	assert_true(needs("抵押登记", "", "借款合同"));
	assert_true(needs("抵押权注销登记", "", "结清证明"));
	assert_true(needs("查封登记", "", "协助执行通知书"));
	assert_true(needs("异议登记", "", "利害关系证明"));
	assert_int_equal(
		zong_catalogue_meant(catalogue, "地籍调查表")->scope, ZONG__SCOPE__SCOPE_PARCEL);
	assert_int_equal(zong_catalogue_meant(catalogue, "房产测绘报告")->scope,
		ZONG__SCOPE__SCOPE_BUILDING);
	assert_int_equal(zong_catalogue_meant(catalogue, "身份证")->scope, ZONG__SCOPE__SCOPE_CASE);
}

static void each_department_gets_what_is_its_own(void **state)
{
	(void)state;
	load_default();
	assert_string_equal(receivers("转移登记", "买卖", "买卖合同"), "registration,housing,tax");
	assert_string_equal(receivers("转移登记", "买卖", "契税申报表"), "tax");
	assert_string_equal(receivers("转移登记", "买卖", "资金监管协议"), "housing");
	assert_string_equal(receivers("转移登记", "买卖", "询问笔录"), "registration");
	assert_string_equal(receivers("转移登记", "买卖", "身份证"), "registration,housing,tax");
	assert_string_equal(receivers("抵押登记", "", "身份证"), "registration,bank");
	assert_string_equal(receivers("抵押登记", "", "征信报告"), "bank");
	assert_string_equal(receivers("查封登记", "", "裁定书"), "registration");
	/* of two kinds at once, to all of them */
	assert_string_equal(receivers("转移登记及抵押权首次登记", "买卖", "身份证"),
		"registration,housing,tax,bank");
	/* no business, no such type, a type that this business has not */
	assert_string_equal(receivers("资料查询", "", "身份证"), "");
	assert_string_equal(receivers("转移登记", "买卖", "照片"), "");
	assert_string_equal(receivers("查封登记", "", "买卖合同"), "");
}

static void the_longest_words_of_a_kind_count_first_and_are_used_up(void **state)
{
	const struct zong_catalogue_business *business[ZONG_CATALOGUE_ACTIVE];

	(void)state;
	load_default();
	assert_string_equal(only_business("抵押权首次登记")->name, "抵押登记");
	assert_string_equal(only_business("抵押权注销登记")->name, "抵押权注销登记");
	assert_string_equal(
		only_business("国有建设用地使用权及房屋所有权转移登记")->name, "转移登记");
	assert_string_equal(only_business(" 转 移登记")->name, "转移登记");
	assert_int_equal(
		zong_catalogue_of_kind(catalogue, "转移登记、抵押权首次登记", business), 2);
	assert_string_equal(business[0]->name, "抵押登记");
	assert_string_equal(business[1]->name, "转移登记");
	assert_int_equal(zong_catalogue_of_kind(catalogue, "转移登记转移登记", business), 1);
	assert_int_equal(zong_catalogue_of_kind(catalogue, "资料查询", business), 0);
	assert_int_equal(zong_catalogue_of_kind(catalogue, "", business), 0);
}

#define HEAD "department H housing 住建\nmaterial 甲 甲书\nmaterial 乙种证明书\nbusiness 转移\n"

static void a_type_is_known_by_its_names_and_by_long_ones_inside_it(void **state)
{
	(void)state;
	assert_int_equal(parse(HEAD "needs 甲 required copy 1 H\n"), 0);
	assert_string_equal(zong_catalogue_meant(catalogue, "甲")->name, "甲");
	assert_string_equal(zong_catalogue_meant(catalogue, "甲 书")->name, "甲");
	assert_null(zong_catalogue_meant(catalogue, "某甲书"));
	assert_string_equal(
		zong_catalogue_meant(catalogue, "某人的乙种证明书（复印）")->name, "乙种证明书");
	assert_null(zong_catalogue_meant(catalogue, "丙"));
	assert_null(zong_catalogue_meant(catalogue, ""));
	assert_null(zong_catalogue_meant(catalogue, " "));
	/* without a line of its own the name says how it is asked for */
	assert_string_equal(catalogue->material[0].say, "甲");
}

static void what_is_of_a_cause_is_asked_for_where_it_holds(void **state)
{
	const struct zong_catalogue_business *business;

	(void)state;
	assert_int_equal(parse(HEAD "needs 甲 required copy 1 H\n"
				    "cause 买卖 互换\nneeds 乙种证明书 required copy 1 H\n"
				    "cause *\nneeds 甲|乙种证明书 optional original 3 H tax\n"),
		0);
	business = &catalogue->business[0];
	assert_int_equal(business->rows, 3);
	for (size_t cause = 0; cause < 3; cause++) {
		static const char *const causes[] = {"存量房买卖", "继承", ""};

		assert_true(zong_catalogue_row_holds(
			business, &business->row[0], "转移", causes[cause]));
		assert_int_equal(zong_catalogue_row_holds(
					 business, &business->row[1], "转移", causes[cause]),
			cause == 0);
		assert_int_equal(zong_catalogue_row_holds(
					 business, &business->row[2], "转移", causes[cause]),
			cause != 0);
	}
	/* the cause may stand in the kind */
	assert_true(zong_catalogue_row_holds(business, &business->row[1], "转移登记（买卖）", ""));
	assert_int_equal(business->row[2].materials, 2);
	assert_int_equal(business->row[2].copies, 3);
	assert_true(business->row[2].original && business->row[2].tax);
	assert_int_equal(business->row[2].departments, 1);
}

static void a_slip_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *wrong;
	} slips[] = {
		{"", "hall.rules: no kind of business"},
		{"needs 甲\n", "hall.rules:1 no statement, or not at this place: needs"},
		{"say 甲\n", "hall.rules:1 no statement, or not at this place: say"},
		{"department\n", "hall.rules:1 department without a key: "},
		{"department H,T housing 住建\n", "hall.rules:1 department without a key: H,T"},
		{"department H\n", "hall.rules:1 department without an id: "},
		{"department H ../x 住建\n", "hall.rules:1 no id of a department: ../x"},
		{"department H housing\n", "hall.rules:1 a text is missing: "},
		{"department H housing 住建\ndepartment H tax 税务\n",
			"hall.rules:2 a second department of this key: H"},
		{"material\n", "hall.rules:1 material without a name: "},
		{"material 甲|乙\n", "hall.rules:1 material without a name: 甲|乙"},
		{"material 甲 乙 甲\n", "hall.rules:1 this name is a material's already: 甲"},
		{"material 甲\nscope house\n",
			"hall.rules:2 scope: case, unit, building or parcel: house"},
		{"material 甲\nscope unit x\n", "hall.rules:2 one word too many: x"},
		{"material 甲\nkeep 永久\n",
			"hall.rules:2 no statement, or not at this place: keep"},
		{"business\n", "hall.rules:1 business without a name: "},
		{"business 甲\n", "hall.rules: 甲 needs nothing"},
		{"business 甲\nbusiness 乙 甲\n",
			"hall.rules:2 this is the word of a business already: 甲"},
		{HEAD "needs\n", "hall.rules:5 needs without a material: "},
		{HEAD "needs 丙 required copy 1 H\n",
			"hall.rules:5 no line says that there is such a material: 丙"},
		{HEAD "needs 甲||乙种证明书 required copy 1 H\n",
			"hall.rules:5 no line says that there is such a material: "},
		{HEAD "needs 甲 perhaps copy 1 H\n",
			"hall.rules:5 required, optional, proxy or company: perhaps"},
		{HEAD "needs 甲 required scan 1 H\n", "hall.rules:5 original or copy: scan"},
		{HEAD "needs 甲 required copy 0 H\n", "hall.rules:5 how many copies: 1 to 99: 0"},
		{HEAD "needs 甲 required copy 100 H\n",
			"hall.rules:5 how many copies: 1 to 99: 100"},
		{HEAD "needs 甲 required copy -1 H\n", "hall.rules:5 how many copies: 1 to 99: "},
		{HEAD "needs 甲 required copy 1\n", "hall.rules:5 nobody receives it: "},
		{HEAD "needs 甲 required copy 1 H,\n",
			"hall.rules:5 no line says that there is such a department: "},
		{HEAD "needs 甲 required copy 1 X\n",
			"hall.rules:5 no line says that there is such a department: X"},
		{HEAD "needs 甲 required copy 1 H taxes\n", "hall.rules:5 tax or nothing: taxes"},
		{HEAD "needs 甲 required copy 1 H tax x\n", "hall.rules:5 one word too many: x"},
		{HEAD "cause\n", "hall.rules:5 cause without a word: "},
		{HEAD "cause * 买卖\n", "hall.rules:5 one word too many: 买卖"},
		{HEAD "cause *\ncause *\n", "hall.rules:6 a second cause: *"},
		{"business 甲\xff\n", "hall.rules:1 not plain UTF-8 text: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		assert_int_equal(parse(slips[i].text), ZONG_EINVAL);
		if (strncmp(err.subject, slips[i].wrong, strlen(slips[i].wrong)) != 0)
			fail_msg("%s\nnot: %s", err.subject, slips[i].wrong);
	}
}

static void too_much_of_everything_is_refused(void **state)
{
	struct zong_buf text = ZONG_BUF_INIT(1 << 20);

	(void)state;
	for (size_t i = 0; i <= ZONG_LIMIT_CATALOGUE_DEPARTMENTS; i++)
		zong_buf_add_format(&text, "department d%zu d%zu 部门\n", i, i);
	assert_int_equal(parse(zong_buf_str(&text)), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, ":33 too many departments"));
	zong_buf_release(&text);
	for (size_t i = 0; i <= ZONG_LIMIT_CATALOGUE_MATERIALS; i++)
		zong_buf_add_format(&text, "material m%zu\n", i);
	assert_int_equal(parse(zong_buf_str(&text)), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, ":501 too many materials"));
	zong_buf_release(&text);
	zong_buf_add_str(&text, HEAD);
	for (size_t i = 0; i <= ZONG_LIMIT_CATALOGUE_ROWS; i++)
		zong_buf_add_str(&text, "needs 甲 required copy 1 H\n");
	assert_int_equal(parse(zong_buf_str(&text)), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, "too many lines of one business"));
	zong_buf_release(&text);
	zong_buf_add_str(&text, "material");
	for (size_t i = 0; i <= ZONG_LIMIT_CATALOGUE_WORDS; i++)
		zong_buf_add_format(&text, " n%zu", i);
	zong_buf_add_str(&text, "\n");
	assert_int_equal(parse(zong_buf_str(&text)), ZONG_EINVAL);
	assert_non_null(strstr(err.subject, "too many words"));
	zong_buf_release(&text);
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_catalogue_that_is_installed_covers_each_kind_of_registration),
		TEST(each_department_gets_what_is_its_own),
		TEST(the_longest_words_of_a_kind_count_first_and_are_used_up),
		TEST(a_type_is_known_by_its_names_and_by_long_ones_inside_it),
		TEST(what_is_of_a_cause_is_asked_for_where_it_holds),
		TEST(a_slip_is_named_with_its_line),
		TEST(too_much_of_everything_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
