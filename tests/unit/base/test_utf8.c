/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/utf8.h>

static struct zong_buf buf;

static int empty_buffer(void **state)
{
	(void)state;
	zong_buf_init(&buf, 1000);
	return 0;
}

static int release_buffer(void **state)
{
	(void)state;
	zong_buf_release(&buf);
	return 0;
}

static void assert_next(const char *text, size_t len, uint32_t expected, size_t step)
{
	size_t pos = 0;

	assert_int_equal(zong_utf8_next(text, len, &pos), expected);
	assert_int_equal(pos, step);
}

#define ASSERT_NEXT(text, expected, step) assert_next((text), sizeof(text) - 1, (expected), (step))
#define ASSERT_BAD(text) ASSERT_NEXT(text, ZONG_UTF8_BAD, 1)

static void every_character_reads_back_as_it_was_written(void **state)
{
	(void)state;
	for (uint32_t character = 0; character <= 0x10FFFF; character++) {
		size_t pos = 0;

		if (character == 0xD800)
			character = 0xE000;
		zong_buf_clear(&buf);
		zong_utf8_add(&buf, character);
		if (zong_utf8_next(zong_buf_str(&buf), buf.len, &pos) != character ||
			pos != buf.len)
			fail_msg("U+%04X", (unsigned int)character);
	}
}

static void the_edges_of_each_length_are_read(void **state)
{
	(void)state;
	ASSERT_NEXT("\x00", 0, 1);
	ASSERT_NEXT("\x7F", 0x7F, 1);
	ASSERT_NEXT("\xC2\x80", 0x80, 2);
	ASSERT_NEXT("\xDF\xBF", 0x7FF, 2);
	ASSERT_NEXT("\xE0\xA0\x80", 0x800, 3);
	ASSERT_NEXT("\xED\x9F\xBF", 0xD7FF, 3);
	ASSERT_NEXT("\xEE\x80\x80", 0xE000, 3);
	ASSERT_NEXT("\xEF\xBF\xBF", 0xFFFF, 3);
	ASSERT_NEXT("\xF0\x90\x80\x80", 0x10000, 4);
	ASSERT_NEXT("\xF4\x8F\xBF\xBF", 0x10FFFF, 4);
}

static void overlong_forms_are_bad(void **state)
{
	(void)state;
	ASSERT_BAD("\xC0\x80");
	ASSERT_BAD("\xC1\xBF");
	ASSERT_BAD("\xE0\x80\x80");
	ASSERT_BAD("\xE0\x9F\xBF");
	ASSERT_BAD("\xF0\x80\x80\x80");
	ASSERT_BAD("\xF0\x8F\xBF\xBF");
}

static void surrogates_and_what_lies_above_the_last_plane_are_bad(void **state)
{
	(void)state;
	ASSERT_BAD("\xED\xA0\x80");
	ASSERT_BAD("\xED\xBF\xBF");
	ASSERT_BAD("\xF4\x90\x80\x80");
	ASSERT_BAD("\xF5\x80\x80\x80");
	ASSERT_BAD("\xF8\x88\x80\x80\x80");
	ASSERT_BAD("\xFE");
	ASSERT_BAD("\xFF");
}

static void cut_characters_and_stray_bytes_are_bad(void **state)
{
	(void)state;
	ASSERT_BAD("\x80");
	ASSERT_BAD("\xBF");
	ASSERT_BAD("\xC2");
	ASSERT_BAD("\xE5\xAE");
	ASSERT_BAD("\xF0\xA0\x80");
	ASSERT_BAD("\xC2\x41");
	ASSERT_BAD("\xE5\xAE\x41");
	ASSERT_BAD("\xE5\x41\x97");
}

static bool valid(const char *text)
{
	return zong_utf8_valid(text, strlen(text));
}

static void validity_excludes_nul_and_bad_bytes(void **state)
{
	(void)state;
	assert_true(zong_utf8_valid(NULL, 0));
	assert_true(valid("宗 zong \xF0\xA0\x80\x80\n"));
	assert_false(zong_utf8_valid("a\0b", 3));
	assert_false(valid("a\xFF"));
	assert_false(valid("\xBD\xD3\xCA\xD5")); /* GBK */
}

static bool printable(const char *text)
{
	return zong_utf8_printable(text, strlen(text));
}

static void printable_excludes_control_characters(void **state)
{
	(void)state;
	assert_true(printable("宗\t地\n"));
	assert_false(printable("a\rb"));
	assert_false(printable("\x1B[0m"));
	assert_false(printable("\x7F"));
	assert_false(printable("\xC2\x85"));
	assert_true(printable("\xC2\xA0"));
	assert_false(zong_utf8_printable("\0", 1));
	assert_false(printable("\xE5\xAE"));
}

static void counting_takes_a_bad_byte_as_one(void **state)
{
	(void)state;
	assert_int_equal(zong_utf8_count("", 0), 0);
	assert_int_equal(zong_utf8_count("宗zong", 7), 5);
	assert_int_equal(zong_utf8_count("\xE5\xAE", 2), 2);
	assert_int_equal(zong_utf8_count("宗\xFF地", 7), 3);
}

static void cutting_ends_at_a_character(void **state)
{
	static const char text[] = "a宗b\xF0\xA0\x80\x80";
	static const size_t expected[] = {0, 1, 1, 1, 4, 5, 5, 5, 5, 9, 9};

	(void)state;
	for (size_t max = 0; max < sizeof(expected) / sizeof(expected[0]); max++)
		assert_int_equal(zong_utf8_cut(text, 9, max), expected[max]);
	/* a text that itself ends within a character loses that piece */
	assert_int_equal(zong_utf8_cut("a\xE5\xAE", 3, 10), 1);
	assert_int_equal(zong_utf8_cut("", 0, 10), 0);
}

static void cutting_what_is_no_utf8_still_ends(void **state)
{
	(void)state;
	assert_int_equal(zong_utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 5), 5);
	assert_int_equal(zong_utf8_cut("\xFF\xFF\xFF", 3, 2), 2);
	assert_int_equal(zong_utf8_cut("\x80", 1, 1), 1);
}

static void what_is_no_character_is_written_as_replacement(void **state)
{
	(void)state;
	zong_utf8_add(&buf, 0xD800);
	zong_utf8_add(&buf, 0x110000);
	zong_utf8_add(&buf, ZONG_UTF8_BAD);
	assert_string_equal(zong_buf_str(&buf), "\uFFFD\uFFFD\uFFFD");
}

static void han_are_told_from_other_signs(void **state)
{
	static const uint32_t han[] = {0x4E00, 0x9FFF, 0x3400, 0x4DBF, 0xF900, 0xFAD9, 0x20000,
		0x2A6DF, 0x2F800, 0x30000, 0x323AF, 0x3007, 0x5B97};
	static const uint32_t others[] = {'a', '1', 0x3000, 0x3001, 0x3014, 0xFF08, 0x3042, 0xAC00,
		0x33FF, 0x4DC0, 0xA000, 0xFB00, 0x1F600, 0x323B0, ZONG_UTF8_BAD};

	(void)state;
	for (size_t i = 0; i < sizeof(han) / sizeof(han[0]); i++)
		assert_true(zong_utf8_is_han(han[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(zong_utf8_is_han(others[i]));
}

static void a_set_has_its_characters_and_no_others(void **state)
{
	(void)state;
	assert_true(zong_utf8_has("0年月", '0'));
	assert_true(zong_utf8_has("0年月", 0x6708));
	assert_false(zong_utf8_has("0年月", 0x65E5));
	assert_false(zong_utf8_has("0年月", 0xE5)); /* a byte of one of them */
	assert_false(zong_utf8_has("0年月", 0));
	assert_false(zong_utf8_has("", '0'));
}

static void blanks_of_any_width_are_blank(void **state)
{
	static const uint32_t blanks[] = {
		' ', '\t', '\n', '\v', '\f', '\r', 0xA0, 0x2000, 0x2009, 0x200B, 0x3000, 0xFEFF};
	static const uint32_t others[] = {
		0, 8, 14, 'a', 0x1FFF, 0x200C, 0x3001, 0x5B97, ZONG_UTF8_BAD};

	(void)state;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		assert_true(zong_utf8_is_blank(blanks[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(zong_utf8_is_blank(others[i]));
}

static void assert_folded(const char *text, bool lower, const char *expected)
{
	zong_buf_clear(&buf);
	assert_int_equal(zong_utf8_add_folded(&buf, text, strlen(text), lower), 0);
	assert_string_equal(zong_buf_str(&buf), expected);
}

static void folding_makes_all_ways_of_writing_a_number_one(void **state)
{
	(void)state;
	assert_folded("示(2026)例县不动产权第0000123号", false, "示(2026)例县不动产权第0000123号");
	assert_folded(
		"示（2026）例县不动产权第０００0123号", false, "示(2026)例县不动产权第0000123号");
	assert_folded("〔2026〕【2026】［2026］[2026]", false, "(2026)(2026)(2026)(2026)");
	assert_folded("ＧＢ\u3000ｇｂ", false, "GB gb");
	assert_folded("ＧＢ gB", true, "gb gb");
	assert_folded("、。Ä", true, "、。Ä");
	assert_folded("a\xFF", true, "a\uFFFD");
}

static void folding_respects_the_limit_of_the_buffer(void **state)
{
	(void)state;
	zong_buf_init(&buf, 4);
	assert_int_equal(zong_utf8_add_folded(&buf, "宗地", 6, true), ZONG_ELIMIT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, empty_buffer, release_buffer)
	const struct CMUnitTest tests[] = {
		TEST(every_character_reads_back_as_it_was_written),
		TEST(the_edges_of_each_length_are_read),
		TEST(overlong_forms_are_bad),
		TEST(surrogates_and_what_lies_above_the_last_plane_are_bad),
		TEST(cut_characters_and_stray_bytes_are_bad),
		TEST(validity_excludes_nul_and_bad_bytes),
		TEST(printable_excludes_control_characters),
		TEST(counting_takes_a_bad_byte_as_one),
		TEST(cutting_ends_at_a_character),
		TEST(cutting_what_is_no_utf8_still_ends),
		TEST(what_is_no_character_is_written_as_replacement),
		TEST(han_are_told_from_other_signs),
		TEST(a_set_has_its_characters_and_no_others),
		TEST(blanks_of_any_width_are_blank),
		TEST(folding_makes_all_ways_of_writing_a_number_one),
		TEST(folding_respects_the_limit_of_the_buffer),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
