/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/file.h>

#include "kind_rules.h"
#include "sample_reading.h"

static struct zong_kind_rules *rules;
static Zong__Reading *reading;
static struct zong_err err;
static char dir[64], path[96];

static int setup(void **state)
{
	(void)state;
	rules = NULL;
	reading = NULL;
	err = (struct zong_err){0};
	snprintf(dir, sizeof(dir), "/tmp/zong-test.XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/kinds.rules", dir);
	return 0;
}

static int teardown(void **state)
{
	zong_kind_rules_free(rules);
	(void)state;
	sample_free(reading);
	unlink(path);
	return rmdir(dir);
}

static int load(const char *text)
{
	zong_kind_rules_free(rules);
	rules = NULL;
	assert_int_equal(zong_file_replace(path, text, strlen(text), 0600), 0);
	return zong_kind_rules_load(path, &rules, &err);
}

/* Name of the rule that holds on a page (sample_reading.h), or "". */
static const char *judged(const char *page)
{
	const struct zong_kind_rule *rule = NULL;

	sample_free(reading);
	reading = sample_reading(page);
	assert_int_equal(zong_kind_rules_judge(rules, reading, &rule), 0);
	return rule ? rule->name : "";
}

static void the_first_rule_counts_whose_conditions_all_hold(void **state)
{
	(void)state;
	assert_int_equal(load("kind 合同\nkind 证件 # a card\n"
			      "rule both 合同 买受人 出卖人 商品房|存量房\n"
			      "rule card 证件 公民身份号码\n"
			      "rule sums 合同 2:税额|价税合计|金额\n"),
		0);
	assert_string_equal(judged("公民身份号码 买受人 出卖人 存量房"), "both");
	assert_string_equal(judged("公民身份号码 买受人 存量房"), "card");
	assert_string_equal(judged("税额 税额"), "");
	assert_string_equal(judged("税额 金额"), "sums");
	assert_string_equal(judged("无"), "");
}

static void blanks_and_forms_of_characters_do_not_count_but_blocks_do(void **state)
{
	(void)state;
	assert_int_equal(
		load("kind 户口簿\nrule head 户口簿 户别 住址\nrule code 户口簿 bdcqz\n"), 0);
	assert_string_equal(judged("户 别|家庭户\n住\n址"), "head");
	assert_string_equal(judged("户 别\n住\n\n址"), "");
	assert_string_equal(judged("ＢＤ|Cqz"), "code");
}

static void a_rule_found_before_is_beaten_only_by_an_earlier_one(void **state)
{
	const struct zong_kind_rule *rule = NULL;
	const struct zong_kind_rule *second;

	(void)state;
	assert_int_equal(load("kind 甲\nrule one 甲 一\nrule two 甲 二\nrule three 甲 三\n"), 0);
	reading = sample_reading("二");
	assert_int_equal(zong_kind_rules_judge(rules, reading, &rule), 0);
	second = rule;
	assert_string_equal(rule->name, "two");
	sample_free(reading);
	reading = sample_reading("三 二");
	assert_int_equal(zong_kind_rules_judge(rules, reading, &rule), 0);
	assert_ptr_equal(rule, second);
	sample_free(reading);
	reading = sample_reading("三 一");
	assert_int_equal(zong_kind_rules_judge(rules, reading, &rule), 0);
	assert_string_equal(rule->name, "one");
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	static const char *const wrong[][2] = {
		{"kinds 甲\n", "kinds.rules:1 a line begins with kind or rule, not with: kinds"},
		{"\n# x\nkind\n", "kinds.rules:3 kind without a name: "},
		{"kind 甲 乙\nkind 乙\n", "kinds.rules:2 this name is a kind's already: 乙"},
		{"kind 甲\nrule\n", "kinds.rules:2 rule without a name: "},
		{"kind 甲\nrule a\n", "kinds.rules:2 rule without a kind: a"},
		{"kind 甲\nrule a 乙 词\n",
			"kinds.rules:2 no line says that there is such a kind: 乙"},
		{"kind 甲\nrule a 甲\n", "kinds.rules:2 rule without a condition: a"},
		{"kind 甲\nrule a 甲 词\nrule a 甲 语\n",
			"kinds.rules:3 a second rule of this name: a"},
		{"kind 甲\nrule a 甲 词||语\n", "kinds.rules:2 an empty word beside |: 词||语"},
		{"kind 甲\nrule a 甲 3:词|语\n",
			"kinds.rules:2 asks for more words than it has: 3:词|语"},
		{"kind 甲\xff\n", "kinds.rules:1 not plain UTF-8 text: "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(load(wrong[i][0]), ZONG_EINVAL);
		assert_string_equal(err.subject, wrong[i][1]);
		assert_null(rules);
	}
	assert_int_equal(unlink(path), 0);
	assert_int_equal(zong_kind_rules_load(path, &rules, &err), ZONG_ENOENT);
	assert_string_equal(err.subject, path);
}

static void a_type_means_the_kind_whose_longest_name_stands_in_it(void **state)
{
	(void)state;
	assert_int_equal(
		load("\xEF\xBB\xBFkind 买卖合同 合同\r\nkind 抵押合同\r\nkind 公函 函\n"), 0);
	assert_string_equal(zong_kind_rules_meant(rules, "合同"), "买卖合同");
	assert_string_equal(zong_kind_rules_meant(rules, "存量房 买卖合同（补充）"), "买卖合同");
	assert_string_equal(zong_kind_rules_meant(rules, "抵押合同"), "抵押合同");
	assert_string_equal(zong_kind_rules_meant(rules, "来函"), "公函");
	assert_null(zong_kind_rules_meant(rules, "照片"));
	assert_null(zong_kind_rules_meant(rules, ""));
}

/* A page, as the law and practice word it, and what the installed rules make of it. */
static void the_installed_rules_know_the_papers_of_a_hall(void **state)
{
	static const char *const papers[][2] = {
		{"存量房买卖合同\n出卖人：示例甲 公民身份号码：1\n买受人：示例乙", "sale-contract"},
		{"不动产登记申请书\n申请人 公民身份号码 不动产权证书 存量房买卖合同",
			"application"},
		{"常住人口登记卡 公民身份号码 姓名", "household-person"},
		{"姓 名 示例甲 民 族 汉 公民身份号码", "id-front"},
		{"居民身份证 签发机关 示例市公安局 有效期限", "id-back"},
		{"结婚证 持证人 登记日期", "marriage-holder"},
		{"户别 户主姓名 住址", "household-head"},
		{"离婚证字号", "divorce"},
		{"权利人 共有情况 不动产单元号 鲁(2018)示例市不动产权第0000001号",
			"certificate-page"},
		{"不动产登记证明 证明权利或事项 抵押权 权利人", "registration-proof"},
		{"宗地图", "parcel-plan"},
		{"发票代码 发票号码", "invoice"},
		{"不含税金额 税额", "invoice-sums"},
		{"资金监管 监管协议 公民身份号码", "escrow"},
		{"协助执行通知书 不动产权证书", "assist-execution"},
		{"委托人 受托人 委托事项 公民身份号码 姓名", "mandate"},
		{"最高额抵押合同 抵押权人 抵押人", "mortgage-contract"},
		{"询问笔录 被询问人 公民身份号码", "inquiry"},
		{"契税完税证明 纳税人名称 不动产单元号", "tax-receipt"},
		{"不动产登记是一件细致的工作。身份证明、买卖合同、权属证书都要齐全。", ""},
	};

	(void)state;
	assert_int_equal(zong_kind_rules_load(ZONG_TEST_KINDS, &rules, &err), 0);
	for (size_t i = 0; i < sizeof(papers) / sizeof(papers[0]); i++)
		assert_string_equal(judged(papers[i][0]), papers[i][1]);
	assert_string_equal(zong_kind_rules_meant(rules, "身份证"), "身份证明");
	assert_string_equal(zong_kind_rules_meant(rules, "权证"), "不动产权证书");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_rule_counts_whose_conditions_all_hold),
		TEST(blanks_and_forms_of_characters_do_not_count_but_blocks_do),
		TEST(a_rule_found_before_is_beaten_only_by_an_earlier_one),
		TEST(what_is_wrong_is_told_with_its_line),
		TEST(a_type_means_the_kind_whose_longest_name_stands_in_it),
		TEST(the_installed_rules_know_the_papers_of_a_hall),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
