/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "reader.h"

static struct reader_line line;
static const char *wrong;

static bool parse(const char *text)
{
	return reader_parse(text, strlen(text), &line, &wrong);
}

static void a_card_has_a_name_and_a_number(void **state)
{
	(void)state;
	assert_true(parse("card\tname=示例甲\tidno=1\tkind=身份证\tuntil=20301231\tphoto=abc\r"));
	assert_int_equal(line.word, READER_CARD);
	assert_string_equal(line.name, "示例甲");
	assert_string_equal(line.idno, "1");
	assert_string_equal(line.kind, "身份证");
	assert_string_equal(line.until, "2030-12-31");
	assert_true(parse("card\tidno=1\tname=a=b\tuntil=长期"));
	assert_string_equal(line.name, "a=b");
	assert_string_equal(line.until, "长期");
	assert_string_equal(line.kind, "");
}

static void other_lines_are_one_word(void **state)
{
	(void)state;
	assert_true(parse("zong-reader 1"));
	assert_int_equal(line.word, READER_HELLO);
	assert_true(parse("gone"));
	assert_int_equal(line.word, READER_GONE);
	assert_true(parse("error\tit is jammed"));
	assert_string_equal(line.text, "it is jammed");
	assert_true(parse("error"));
	assert_string_equal(line.text, "");
}

static void nonsense_is_named(void **state)
{
	static const char *const bad[] = {"", "zong-reader 2", "card", "card\tname=x",
		"card\tname=\tidno=1", "Card\tname=x\tidno=1", "card name=x idno=1",
		"card\tname=\xff\tidno=1"};
	char text[READER_LINE + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(parse(bad[i]));
		assert_non_null(wrong);
	}
	memset(text, 'x', sizeof(text));
	assert_false(reader_parse(text, READER_LINE, &line, &wrong));
	memcpy(text, "card\tname=", 10);
	assert_false(reader_parse(text, READER_NAME + 20, &line, &wrong));
	assert_false(reader_parse("gone\0x", 6, &line, &wrong));
}

static void what_is_written_is_read_again(void **state)
{
	struct reader_line card = {
		.word = READER_CARD, .name = "示例甲", .idno = "1", .until = "长期"};
	char text[READER_LINE];

	(void)state;
	assert_true(reader_format(&card, text, sizeof(text)));
	assert_true(parse(text));
	assert_memory_equal(&line, &card, sizeof(card));
	assert_false(reader_format(&card, text, 20));
	card.name[0] = '\t';
	assert_false(reader_format(&card, text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_has_a_name_and_a_number),
		cmocka_unit_test(other_lines_are_one_word),
		cmocka_unit_test(nonsense_is_named),
		cmocka_unit_test(what_is_written_is_read_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
