/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include <zong/digest.h>
#include <zong/error.h>
#include <zong/file.h>

/* GB/T 32905-2016 annex A: "abc", and "abcd" sixteen times */
#define ABC "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
#define ABCD16 "sm3:debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
/* computed with another library */
#define EMPTY "sm3:1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"

static int open_fd = -1;

static int close_file(void **state)
{
	(void)state;
	if (open_fd >= 0)
		close(open_fd);
	open_fd = -1;
	return 0;
}

static void assert_sm3(const struct zong_digest *digest, const char *expected)
{
	char text[ZONG_SM3_TEXT];

	zong_sm3_format(digest, text);
	assert_string_equal(text, expected);
}

static void the_examples_of_the_standard_come_out(void **state)
{
	struct zong_digest digest;
	char text[64];

	(void)state;
	zong_sm3_of("abc", 3, &digest);
	assert_sm3(&digest, ABC);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "abcd"[i % 4];
	zong_sm3_of(text, sizeof(text), &digest);
	assert_sm3(&digest, ABCD16);
	zong_sm3_of(NULL, 0, &digest);
	assert_sm3(&digest, EMPTY);
}

static void a_running_one_equals_that_of_all(void **state)
{
	struct zong_sm3_state *running;
	struct zong_digest digest;

	(void)state;
	assert_int_equal(zong_sm3_begin(&running), 0);
	for (int i = 0; i < 64; i++)
		zong_sm3_add(running, &"abcd"[i % 4], 1);
	zong_sm3_add(running, NULL, 0);
	zong_sm3_end(running, &digest);
	assert_sm3(&digest, ABCD16);
	assert_int_equal(zong_sm3_begin(&running), 0);
	zong_sm3_add(running, "abc", 3);
	zong_sm3_abandon(running);
	zong_sm3_abandon(NULL);
}

static void a_file_is_read_from_its_start(void **state)
{
	static char bytes[600000];
	struct zong_digest digest, whole;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 31 >> 3);
	assert_int_equal(zong_file_spool("/tmp", &open_fd), 0);
	assert_int_equal(zong_file_write_all(open_fd, bytes, sizeof(bytes)), 0);
	assert_int_equal(zong_sm3_of_fd(open_fd, &digest), 0);
	zong_sm3_of(bytes, sizeof(bytes), &whole);
	assert_true(zong_digest_equal(&digest, &whole));
	assert_int_equal(zong_sm3_of_fd(-1, &digest), ZONG_EIO);
}

static void text_is_taken_only_by_its_name(void **state)
{
	static const char *const wrong[] = {"", "sm3:", ABC "0",
		"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"sha256:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"sm3:sha256:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"SM3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
		"sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8eg"};
	struct zong_digest digest;

	(void)state;
	assert_int_equal(zong_sm3_parse(ABC, &digest), 0);
	assert_sm3(&digest, ABC);
	assert_int_equal(
		zong_sm3_parse("sm3:66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0",
			&digest),
		0);
	assert_sm3(&digest, ABC);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(zong_sm3_parse(wrong[i], &digest), ZONG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_standard_come_out),
		cmocka_unit_test(a_running_one_equals_that_of_all),
		cmocka_unit_test_teardown(a_file_is_read_from_its_start, close_file),
		cmocka_unit_test(text_is_taken_only_by_its_name),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
