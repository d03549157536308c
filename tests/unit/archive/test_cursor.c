/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cursor.h"

static void a_key_comes_back_from_its_text(void **state)
{
	uint8_t bytes[ZONG_LIMIT_KEY];
	struct zong_key key;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		assert_int_equal(zong_cursor_make(bytes, len, &text), 0);
		assert_int_equal(
			strspn(text,
				"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
			strlen(text));
		assert_int_equal(zong_cursor_take(text, &key), 0);
		free(text);
		assert_int_equal(key.err, 0);
		assert_int_equal(key.len, len);
		assert_memory_equal(key.bytes, bytes, len);
	}
}

static void other_text_is_refused(void **state)
{
	static const char *const bad[] = {"", "A", "a b", "a+b/", "AAAA=", "..", "甲", "AAAA\n"};
	char long_text[2000];
	struct zong_key key;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(zong_cursor_take(bad[i], &key), ZONG_ECURSOR);
	memset(long_text, 'A', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(zong_cursor_take(long_text, &key), ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_comes_back_from_its_text),
		cmocka_unit_test(other_text_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
