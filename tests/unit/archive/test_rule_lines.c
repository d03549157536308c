/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "rule_lines.h"

static struct zong_err err;

/* Puts down what it is given: "LINE:word,word|rest". */
static int put_down(struct zong_rule_lines *lines, const char *word, size_t len)
{
	char *text = lines->ctx;

	do {
		size_t at = strlen(text);

		snprintf(text + at, 200 - at, "%u:%.*s,", lines->line, (int)len, word);
		if (zong_rule_is(word, len, "rest")) {
			zong_rule_rest(lines, &word, &len);
			at = strlen(text);
			snprintf(text + at, 200 - at, "<%.*s>", (int)len, word);
		}
		if (zong_rule_is(word, len, "wrong"))
			return zong_rule_wrong(lines, "not this", word, len);
	} while (zong_rule_word(lines, &word, &len));
	return len == 0 ? 0 : ZONG_ECORRUPT;
}

static const char *taken(const char *bytes, int expected)
{
	static char text[200];

	text[0] = '\0';
	err = (struct zong_err){0};
	assert_int_equal(
		zong_rule_lines_each(bytes, strlen(bytes), "x.rules", put_down, text, &err),
		expected);
	return text;
}

static void lines_are_words_without_blanks_and_comments(void **state)
{
	(void)state;
	assert_string_equal(taken("", 0), "");
	assert_string_equal(taken("\xEF\xBB\xBF 甲\t乙 \r\n\r\n# 丙\n  丁 #戊\n己#庚", 0),
		"1:甲,1:乙,4:丁,5:己#庚,");
	assert_string_equal(taken("rest  a b  # c\nrest\n", 0), "1:rest,<a b>2:rest,<>");
}

static void a_wrong_line_ends_it_and_is_named(void **state)
{
	(void)state;
	assert_string_equal(taken("a\nb wrong\nc\n", ZONG_EINVAL), "1:a,2:b,2:wrong,");
	assert_string_equal(err.subject, "x.rules:2 not this: wrong");
	assert_string_equal(taken("a\n\xff\n", ZONG_EINVAL), "1:a,");
	assert_string_equal(err.subject, "x.rules:2 not plain UTF-8 text: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_words_without_blanks_and_comments),
		cmocka_unit_test(a_wrong_line_ends_it_and_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
