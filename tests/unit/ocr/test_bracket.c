/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bracket.h"

static struct zong_arena arena;

static int teardown(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

/* @line: words set off by blanks. */
static void becomes(const char *line, const char *expected)
{
	struct zong_word word[16];
	char copy[200], found[200] = "";
	uint32_t count = 0, i;
	char *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((part = strsep(&rest, " ")))
		word[count++] = (struct zong_word){.text = part};
	assert_int_equal(zong_bracket_mend(word, count, &arena), 0);
	for (i = 0; i < count; i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i ? " " : "",
			word[i].text);
	assert_string_equal(found, expected);
}

static void a_pair_of_which_one_is_round_becomes_round(void **state)
{
	(void)state;
	becomes("姓名 〈名称)", "姓名 （名称)");
	becomes("实缴 〈退） 金额", "实缴 （退） 金额");
	becomes("(2017〉昌邑市", "(2017）昌邑市");
	becomes("（大 写〉 〈章)", "（大 写） （章)");
	becomes("〈", "〈");
}

static void pairs_that_fit_and_brackets_alone_stay(void **state)
{
	(void)state;
	becomes("〈物权法〉 (第 二 条) （三）", "〈物权法〉 (第 二 条) （三）");
	becomes("一) 〈二", "一) 〈二");
	becomes("〈一 (二)", "〈一 (二)");
	becomes("", "");
}

static void a_one_that_was_taken_for_a_bracket_is_a_one(void **state)
{
	(void)state;
	becomes("2026 年 1] 月 12 日", "2026 年 11 月 12 日");
	becomes("示例 路 ]号", "示例 路 1号");
	becomes("] 号 楼 ]层", "1 号 楼 1层");
}

static void a_square_bracket_that_is_one_stays(void **state)
{
	(void)state;
	becomes("国发 [2026] 1 号", "国发 [2026] 1 号");
	becomes("[1]2 ]", "[1]2 ]");
	becomes("见 附件 ] 。", "见 附件 ] 。");
	becomes("]", "]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_pair_of_which_one_is_round_becomes_round, teardown),
		cmocka_unit_test_teardown(pairs_that_fit_and_brackets_alone_stay, teardown),
		cmocka_unit_test_teardown(a_one_that_was_taken_for_a_bracket_is_a_one, teardown),
		cmocka_unit_test_teardown(a_square_bracket_that_is_one_stays, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
