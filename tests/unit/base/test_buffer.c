/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/buffer.h>
#include <zong/error.h>

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

static void an_empty_buffer_is_an_empty_string(void **state)
{
	(void)state;
	assert_string_equal(zong_buf_str(&buf), "");
	zong_buf_clear(&buf);
	assert_string_equal(zong_buf_str(&buf), "");
	assert_int_equal(zong_buf_add(&buf, NULL, 0), 0);
	assert_string_equal(zong_buf_str(&buf), "");
	zong_buf_release(NULL);
}

static void what_is_appended_stands_in_order_with_a_zero_behind(void **state)
{
	(void)state;
	assert_int_equal(zong_buf_add(&buf, "ab", 2), 0);
	assert_int_equal(zong_buf_add_char(&buf, 'c'), 0);
	assert_int_equal(zong_buf_add_str(&buf, "宗"), 0);
	assert_int_equal(zong_buf_add_format(&buf, " %d/%s", 7, "x"), 0);
	assert_int_equal(buf.len, strlen("abc宗 7/x"));
	assert_string_equal(zong_buf_str(&buf), "abc宗 7/x");
	assert_int_equal(buf.data[buf.len], 0);
}

static void zero_bytes_are_bytes_like_others(void **state)
{
	(void)state;
	assert_int_equal(zong_buf_add(&buf, "a\0b", 3), 0);
	assert_int_equal(buf.len, 3);
	assert_memory_equal(buf.data, "a\0b", 4);
}

static void exactly_the_maximum_fits_and_one_more_does_not(void **state)
{
	char bytes[1000];

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(zong_buf_add(&buf, bytes, sizeof(bytes)), 0);
	assert_int_equal(buf.len, 1000);
	assert_true(buf.cap <= 1001);
	assert_int_equal(zong_buf_add_char(&buf, 'y'), ZONG_ELIMIT);
	assert_int_equal(buf.len, 1000);
	assert_int_equal(buf.err, ZONG_ELIMIT);
}

static void an_error_sticks_until_cleared(void **state)
{
	(void)state;
	zong_buf_release(&buf);
	zong_buf_init(&buf, 3);
	assert_int_equal(zong_buf_add_str(&buf, "abcd"), ZONG_ELIMIT);
	assert_int_equal(zong_buf_add_str(&buf, "a"), ZONG_ELIMIT);
	assert_int_equal(zong_buf_add_char(&buf, 'a'), ZONG_ELIMIT);
	assert_int_equal(zong_buf_add_format(&buf, "a"), ZONG_ELIMIT);
	assert_int_equal(zong_buf_add_xml(&buf, "a", 1), ZONG_ELIMIT);
	assert_null(zong_buf_room(&buf, 1));
	assert_int_equal(buf.len, 0);
	zong_buf_clear(&buf);
	assert_int_equal(zong_buf_add_str(&buf, "abc"), 0);
	assert_string_equal(zong_buf_str(&buf), "abc");
}

static void a_maximum_of_nothing_takes_nothing(void **state)
{
	(void)state;
	zong_buf_init(&buf, 0);
	assert_int_equal(zong_buf_add(&buf, "", 0), 0);
	assert_int_equal(zong_buf_add_char(&buf, 'a'), ZONG_ELIMIT);
}

static void sizes_that_would_overflow_are_refused(void **state)
{
	(void)state;
	zong_buf_init(&buf, SIZE_MAX);
	assert_int_equal(zong_buf_add_str(&buf, "abc"), 0);
	assert_null(zong_buf_room(&buf, SIZE_MAX - 3));
	assert_int_equal(buf.err, ZONG_ELIMIT);
	assert_string_equal(zong_buf_str(&buf), "abc");
}

static void room_is_written_by_the_caller_in_place(void **state)
{
	uint8_t *to;

	(void)state;
	zong_buf_add_str(&buf, "ab");
	to = zong_buf_room(&buf, 100);
	assert_non_null(to);
	memset(to, 'x', 100);
	buf.len += 2; /* less than asked for */
	assert_string_equal(zong_buf_str(&buf), "abxx");
	assert_int_equal(zong_buf_add_char(&buf, 'c'), 0);
	assert_string_equal(zong_buf_str(&buf), "abxxc");
}

static void long_formatted_text_grows_the_buffer(void **state)
{
	(void)state;
	assert_int_equal(zong_buf_add_format(&buf, "%0500d|", 1), 0);
	assert_int_equal(buf.len, 501);
	assert_int_equal(buf.data[499], '1');
	assert_int_equal(zong_buf_add_format(&buf, "%0500d", 1), ZONG_ELIMIT);
	assert_int_equal(buf.len, 501);
}

static void taking_moves_the_bytes_out(void **state)
{
	size_t len = 77;
	char *text;

	(void)state;
	zong_buf_add_str(&buf, "宗地");
	text = zong_buf_take(&buf, &len);
	assert_non_null(text);
	assert_string_equal(text, "宗地");
	assert_int_equal(len, 6);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	free(text);
	text = zong_buf_take(&buf, &len);
	assert_non_null(text);
	assert_string_equal(text, "");
	assert_int_equal(len, 0);
	free(text);
}

static void taking_after_an_error_gives_nothing(void **state)
{
	size_t len = 77;

	(void)state;
	zong_buf_init(&buf, 2);
	zong_buf_add_str(&buf, "a");
	zong_buf_add_str(&buf, "bcd");
	assert_null(zong_buf_take(&buf, &len));
	assert_int_equal(len, 77);
	assert_null(buf.data);
}

static void assert_xml(const char *text, size_t len, const char *expected)
{
	zong_buf_clear(&buf);
	assert_int_equal(zong_buf_add_xml(&buf, text, len), 0);
	assert_string_equal(zong_buf_str(&buf), expected);
}

#define ASSERT_XML(text, expected) assert_xml((text), sizeof(text) - 1, (expected))

static void text_is_escaped_for_xml(void **state)
{
	(void)state;
	ASSERT_XML("", "");
	ASSERT_XML("示例甲", "示例甲");
	ASSERT_XML("<a b=\"c\" d='e'>&amp;", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
	/* or an attribute would read them back as blanks */
	ASSERT_XML("a\tb\nc\rd", "a&#9;b&#10;c&#13;d");
	ASSERT_XML("]]>", "]]&gt;");
}

static void characters_that_xml_forbids_are_replaced(void **state)
{
	(void)state;
	ASSERT_XML("a\0b", "a\uFFFDb");
	ASSERT_XML("\x01\x1F", "\uFFFD\uFFFD");
	ASSERT_XML("\xEF\xBF\xBE|\xEF\xBF\xBF", "\uFFFD|\uFFFD");
	ASSERT_XML("\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
	ASSERT_XML("宗\xE5\xAE", "宗\uFFFD\uFFFD");
	ASSERT_XML("\xF0\xA0\x80\x80", "\xF0\xA0\x80\x80");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, empty_buffer, release_buffer)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_buffer_is_an_empty_string),
		TEST(what_is_appended_stands_in_order_with_a_zero_behind),
		TEST(zero_bytes_are_bytes_like_others),
		TEST(exactly_the_maximum_fits_and_one_more_does_not),
		TEST(an_error_sticks_until_cleared),
		TEST(a_maximum_of_nothing_takes_nothing),
		TEST(sizes_that_would_overflow_are_refused),
		TEST(room_is_written_by_the_caller_in_place),
		TEST(long_formatted_text_grows_the_buffer),
		TEST(taking_moves_the_bytes_out),
		TEST(taking_after_an_error_gives_nothing),
		TEST(text_is_escaped_for_xml),
		TEST(characters_that_xml_forbids_are_replaced),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
