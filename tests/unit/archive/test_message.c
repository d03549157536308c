/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <zong/archive.h>
#include <zong/buffer.h>
#include <zong/utf8.h>

static const int codes[] = {
#define CODE(code, slug) ZONG_##code,
	ZONG_ERRORS(CODE)
#undef CODE
};
#define CODES (sizeof(codes) / sizeof(codes[0]))

static bool has_han(const char *text)
{
	size_t pos = 0;

	while (text[pos])
		if (zong_utf8_is_han(zong_utf8_next(text, strlen(text), &pos)))
			return true;
	return false;
}

static void say(struct zong_buf *buf, int code, const char *subject, const char *language)
{
	zong_buf_clear(buf);
	assert_int_equal(zong_message_detail(buf, code, subject, language), 0);
}

static void every_code_has_words_in_both_languages(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < CODES; i++) {
		assert_string_not_equal(
			zong_message_title(codes[i], "zh"), zong_message_title(1, "zh"));
		assert_true(has_han(zong_message_title(codes[i], "zh")));
		assert_false(has_han(zong_message_title(codes[i], "en")));
		assert_true(strlen(zong_message_title(codes[i], "en")) > 3);
		say(&buf, codes[i], "", "zh");
		assert_true(has_han(zong_buf_str(&buf)));
		say(&buf, codes[i], "", "en");
		assert_true(buf.len > 10);
		assert_false(has_han(zong_buf_str(&buf)) && codes[i] != ZONG_ECERTNO);
	}
	zong_buf_release(&buf);
}

static void the_subject_stands_at_most_once_and_is_no_format(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(10000);
	static const char *const languages[] = {"zh", "en"};

	(void)state;
	for (size_t i = 0; i < CODES; i++)
		for (size_t l = 0; l < 2; l++) {
			const char *found;

			say(&buf, codes[i], "%n%s@subject", languages[l]);
			found = strstr(zong_buf_str(&buf), "%n%s@subject");
			assert_null(found ? strstr(found + 1, "%n%s@subject") : NULL);
			/* no other place was left open */
			assert_null(strstr(found ? found + 12 : zong_buf_str(&buf), "%s"));
		}
	zong_buf_release(&buf);
}

static void a_missing_case_is_named(void **state)
{
	struct zong_buf buf = ZONG_BUF_INIT(10000);

	(void)state;
	say(&buf, ZONG_ENOCASE, "202611240001", "zh");
	assert_string_equal(zong_buf_str(&buf),
		"没有受理号为“202611240001”的案件。请核对受理号；如果是新案件，请先开立。");
	say(&buf, ZONG_ENOCASE, "202611240001", "en-GB");
	assert_string_equal(zong_buf_str(&buf),
		"There is no case with the number \"202611240001\". "
		"Check the number; if the case is new, open it first.");
	say(&buf, ZONG_ENOCASE, NULL, NULL);
	assert_string_equal(zong_buf_str(&buf), "请核对受理号；如果是新案件，请先开立。");
	zong_buf_release(&buf);
}

static void a_number_that_is_no_code_has_words_too(void **state)
{
	(void)state;
	assert_string_equal(zong_message_title(-100000, "en"), "Something went wrong");
	assert_string_equal(zong_message_title(100000, "zh"), "出了问题");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_words_in_both_languages),
		cmocka_unit_test(the_subject_stands_at_most_once_and_is_no_format),
		cmocka_unit_test(a_missing_case_is_named),
		cmocka_unit_test(a_number_that_is_no_code_has_words_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
