/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/limits.h>

#include "search_box.h"

static struct zong_arena arena;
static struct zong_buf told = ZONG_BUF_INIT(1 << 20);
static struct zong_err err;

static int forget(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	zong_buf_release(&told);
	return 0;
}

/* What the box is taken for: each token in brackets. */
static const char *split(const char *words)
{
	static const char *const ops[] = {"", "type=", "kind=", "dept=", "case=", "unit=", "cert=",
		"party=", "date=", "from=", "to=", "before="};
	struct zong_box_token *tokens;
	size_t count;

	zong_arena_release(&arena);
	zong_buf_clear(&told);
	if (zong_box_split(words, &arena, &tokens, &count, &err))
		return "refused";
	for (size_t i = 0; i < count; i++)
		zong_buf_add_format(&told, "[%s%s%s%s%s%s]", tokens[i].without ? "-" : "",
			ops[tokens[i].op], tokens[i].quoted ? "'" : "", tokens[i].text,
			tokens[i].quoted ? "'" : "", tokens[i].begins ? "*" : "");
	return zong_buf_str(&told);
}

static void words_and_phrases_are_parted_at_blanks(void **state)
{
	(void)state;
	assert_string_equal(split("自然 资源　局"), "[自然][资源][局]");
	assert_string_equal(split("  a \"b  c\" d "), "[a]['b  c'][d]");
	assert_string_equal(split("“甲 乙”丙"), "['甲 乙'][丙]");
	assert_string_equal(split("a\"b\"c"), "[a]['b'][c]");
	assert_string_equal(split("\"没有 完"), "['没有 完']");
	assert_string_equal(split("\""), "['']");
	assert_string_equal(split("a,b。c"), "[a,b。c]");
	assert_string_equal(split(""), "");
}

static void operators_go_by_both_names_and_any_colon(void **state)
{
	(void)state;
	assert_string_equal(split("类型:合同"), "[type=合同]");
	assert_string_equal(split("类型：合同 TYPE：x"), "[type=合同][type=x]");
	assert_string_equal(split("ｔｙｐｅ:x"), "[type=x]");
	assert_string_equal(split("type:\"买卖 合同\" a"), "[type='买卖 合同'][a]");
	assert_string_equal(split("类型: 合同"), "[type=合同]");
	assert_string_equal(split("部门:tax 案件:A-1 单元:3707 宗地:3707 parcel:3707"),
		"[dept=tax][case=A-1][unit=3707][unit=3707][unit=3707]");
	assert_string_equal(split("证号:鲁（2018）1 姓名:示例甲 业务:转移登记"),
		"[cert=鲁（2018）1][party=示例甲][kind=转移登记]");
	assert_string_equal(split("日期:2024 after:2024 before:2025 自:1 至:2"),
		"[date=2024][from=2024][before=2025][from=1][to=2]");
}

static void what_is_no_operators_name_is_text(void **state)
{
	(void)state;
	assert_string_equal(split("http://a.example/b 12:30 :x x: 甲:乙"),
		"[http://a.example/b][12:30][:x][x:][甲:乙]");
	assert_string_equal(split("一个类型:合同"), "[一个类型:合同]");
	assert_string_equal(split("\"type:x\""), "['type:x']");
}

static void a_minus_excludes_what_follows_it(void **state)
{
	(void)state;
	assert_string_equal(
		split("a -b -\"c d\" -type:e －抵押"), "[a][-b][-'c d'][-type=e][-抵押]");
	assert_string_equal(split("- a - -- --b A-1 -"), "[-][a][-][--][--b][A-1][-]");
}

static void a_star_at_the_end_is_a_beginning(void **state)
{
	(void)state;
	assert_string_equal(split("2024* abc＊ a*b **"), "[2024*][abc*][a*b][**]");
	assert_string_equal(split("\"2024*\""), "['2024*']");
	assert_string_equal(split("-2024*"), "[-2024*]");
}

static void an_operator_without_value_and_too_many_are_refused(void **state)
{
	char many[ZONG_LIMIT_OPERATORS * 8 + 16] = "";
	size_t i;

	(void)state;
	assert_string_equal(split("a 类型："), "refused");
	assert_int_equal(err.code, ZONG_EQUERY);
	assert_string_equal(err.subject, "类型：");
	assert_string_equal(split("type:\"\""), "refused");
	for (i = 0; i < ZONG_LIMIT_OPERATORS; i++)
		memcpy(many + i * 7, "type:a ", 8);
	assert_string_not_equal(split(many), "refused");
	memcpy(many + i * 7, "kind:a", 7);
	assert_string_equal(split(many), "refused");
	assert_string_equal(err.subject, "kind:");
}

static void the_shortest_tokens_all_find_room(void **state)
{
	(void)state;
	assert_string_equal(split("a\"\"b\"\"c\"\""), "[a][''][b][''][c]['']");
	assert_string_equal(split("\"\"\"\"\"\"\""), "['']['']['']['']");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(words_and_phrases_are_parted_at_blanks, forget),
		cmocka_unit_test_teardown(operators_go_by_both_names_and_any_colon, forget),
		cmocka_unit_test_teardown(what_is_no_operators_name_is_text, forget),
		cmocka_unit_test_teardown(a_minus_excludes_what_follows_it, forget),
		cmocka_unit_test_teardown(a_star_at_the_end_is_a_beginning, forget),
		cmocka_unit_test_teardown(
			an_operator_without_value_and_too_many_are_refused, forget),
		cmocka_unit_test_teardown(the_shortest_tokens_all_find_room, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
