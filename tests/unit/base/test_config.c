/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/config.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "temp_dir.h"

static const char *const known[] = {"listen", "workers", "title", NULL};
static struct zong_config *config;
static struct zong_err err;

static int setup(void **state)
{
	config = NULL;
	err = (struct zong_err){0};
	return make_temp_dir(state);
}

static int teardown(void **state)
{
	zong_config_free(config);
	return remove_temp_dir(state);
}

static int load_bytes(const char *bytes, size_t len)
{
	zong_config_free(config);
	config = NULL;
	assert_int_equal(zong_file_replace(in_temp_dir("zong.conf"), bytes, len, 0600), 0);
	return zong_config_load(in_temp_dir("zong.conf"), known, &config, &err);
}

static int load(const char *text)
{
	return load_bytes(text, strlen(text));
}

static void assert_refused(const char *text, const char *subject)
{
	assert_int_equal(load(text), ZONG_EINVAL);
	assert_null(config);
	assert_int_equal(err.code, ZONG_EINVAL);
	assert_string_equal(err.subject, subject);
}

static void a_missing_file_is_an_empty_configuration(void **state)
{
	int64_t value = 0;

	(void)state;
	assert_int_equal(zong_config_load(in_temp_dir("no.conf"), known, &config, &err), 0);
	assert_string_equal(zong_config_str(config, "listen", "127.0.0.1:8420"), "127.0.0.1:8420");
	assert_null(zong_config_str(config, "listen", NULL));
	assert_int_equal(zong_config_int(config, "workers", 1, 64, 2, &value, &err), 0);
	assert_int_equal(value, 2);
	zong_config_free(NULL);
}

static void settings_comments_and_blanks_are_read(void **state)
{
	(void)state;
	assert_int_equal(load("# the hall\n\n  listen =  0.0.0.0:1 \t# all\r\n"
			      "title=宗 = 地#1\nworkers ="),
		0);
	assert_string_equal(zong_config_str(config, "listen", NULL), "0.0.0.0:1");
	assert_string_equal(zong_config_str(config, "title", NULL), "宗 = 地#1");
	assert_string_equal(zong_config_str(config, "workers", NULL), "");
	assert_int_equal(load(""), 0);
	assert_int_equal(load("\xEF\xBB\xBFtitle = 宗\n"), 0);
	assert_string_equal(zong_config_str(config, "title", NULL), "宗");
}

static void a_slip_is_refused_with_its_line_number(void **state)
{
	(void)state;
	assert_refused("title = a\n\nlisen = x\n", "zong.conf:3 unknown name \"lisen\"");
	assert_refused("title\n", "zong.conf:1 no \"=\": title");
	assert_refused("# c\n = x\n", "zong.conf:2 unknown name \"\"");
	assert_refused("title = a\ntitle = b\n", "zong.conf:2 \"title\" again, first in line 1");
	assert_refused("title = a\nTitle = b\n", "zong.conf:2 unknown name \"Title\"");
}

static void what_is_no_utf8_text_is_refused_with_its_line_number(void **state)
{
	(void)state;
	assert_refused("\ntitle = \xBD\xD3\n", "zong.conf:2 not plain UTF-8 text");
	assert_refused("title = a\x1B[0m\n", "zong.conf:1 not plain UTF-8 text");
	assert_refused("title = a\rworkers = 3\n", "zong.conf:1 not plain UTF-8 text");
	assert_int_equal(load_bytes("a = \0\n", 6), ZONG_EINVAL);
	assert_string_equal(err.subject, "zong.conf:1 not plain UTF-8 text");
}

static void a_file_over_the_limit_is_refused(void **state)
{
	char *text = malloc(ZONG_LIMIT_CONFIG + 1);
	int fits;
	int over;

	(void)state;
	assert_non_null(text);
	memset(text, '\n', ZONG_LIMIT_CONFIG + 1);
	fits = load_bytes(text, ZONG_LIMIT_CONFIG);
	over = load_bytes(text, ZONG_LIMIT_CONFIG + 1);
	free(text);
	assert_int_equal(fits, 0);
	assert_int_equal(over, ZONG_EINVAL);
	assert_string_equal(err.subject, "zong.conf:1 longer than 262144 bytes");
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(zong_config_load(temp_dir, known, &config, &err), ZONG_EIO);
	assert_string_equal(err.subject, temp_dir);
}

static void a_whole_number_within_its_bounds_is_read(void **state)
{
	int64_t value = 0;

	(void)state;
	assert_int_equal(load("workers = 64\nlisten = -9223372036854775808\n"), 0);
	assert_int_equal(zong_config_int(config, "workers", 1, 64, 2, &value, &err), 0);
	assert_int_equal(value, 64);
	assert_int_equal(
		zong_config_int(config, "listen", INT64_MIN, INT64_MAX, 2, &value, &err), 0);
	assert_true(value == INT64_MIN);
}

static void what_is_no_number_within_its_bounds_is_refused(void **state)
{
	static const char *const bad[] = {"", "0", "65", "-1", "x", "3x", "3 4", "+3", "0x3", "3.0",
		"- 3", "-", "9223372036854775808", "99999999999999999999", "三"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[64];
		int64_t value = 42;

		snprintf(text, sizeof(text), "\nworkers = %s\n", bad[i]);
		assert_int_equal(load(text), 0);
		assert_int_equal(
			zong_config_int(config, "workers", 1, 64, 2, &value, &err), ZONG_EINVAL);
		assert_int_equal(value, 42);
		assert_memory_equal(err.subject, "zong.conf:2 workers = ", 22);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_missing_file_is_an_empty_configuration),
		TEST(settings_comments_and_blanks_are_read),
		TEST(a_slip_is_refused_with_its_line_number),
		TEST(what_is_no_utf8_text_is_refused_with_its_line_number),
		TEST(a_file_over_the_limit_is_refused),
		TEST(a_file_that_cannot_be_read_is_an_error),
		TEST(a_whole_number_within_its_bounds_is_read),
		TEST(what_is_no_number_within_its_bounds_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
