/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

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

static bool holds(const uint8_t *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

static void a_text_tells_nothing_of_its_key_and_cannot_be_changed(void **state)
{
	static const char no[] = "20260101-0042";
	char *text, *again;
	uint8_t bytes[1000];
	struct zong_key key;
	size_t len;

	(void)state;
	assert_int_equal(zong_cursor_make(no, strlen(no), &text), 0);
	assert_int_equal(zong_cursor_make(no, strlen(no), &again), 0);
	assert_string_not_equal(text, again);
	free(again);
	assert_int_equal(sodium_base642bin(bytes, sizeof(bytes), text, strlen(text), NULL, &len,
				 NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
		0);
	assert_false(holds(bytes, len, "2026"));
	for (size_t i = 0; i < strlen(text); i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'Q' : 'A';
		assert_int_equal(zong_cursor_take(text, &key), ZONG_ECURSOR);
		text[i] = was;
	}
	assert_int_equal(zong_cursor_take(text, &key), 0);
	free(text);
}

static void what_is_longer_than_a_key_is_refused(void **state)
{
	uint8_t bytes[ZONG_LIMIT_KEY + 1] = {0};
	char *text;

	(void)state;
	assert_int_equal(zong_cursor_make(bytes, sizeof(bytes), &text), ZONG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_comes_back_from_its_text),
		cmocka_unit_test(other_text_is_refused),
		cmocka_unit_test(a_text_tells_nothing_of_its_key_and_cannot_be_changed),
		cmocka_unit_test(what_is_longer_than_a_key_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
