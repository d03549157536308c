/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>

#include <zong/error.h>
#include <zong/utf8.h>

static void every_code_has_a_slug_of_its_own(void **state)
{
	(void)state;
	for (int code = -1; code > -ZONG_POSITIVE_LAST_; code--) {
		const char *slug = zong_error_slug(code);

		assert_non_null(slug);
		assert_string_not_equal(slug, "unknown");
		for (const char *c = slug; *c; c++)
			assert_true(
				(*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-');
		for (int other = code + 1; other < 0; other++)
			assert_string_not_equal(slug, zong_error_slug(other));
	}
	assert_string_equal(zong_error_slug(ZONG_ENOCASE), "case-not-found");
	assert_string_equal(zong_error_slug(ZONG_ENOMEM), "out-of-memory");
}

static void a_number_that_is_no_code_is_unknown(void **state)
{
	(void)state;
	assert_string_equal(zong_error_slug(0), "unknown");
	assert_string_equal(zong_error_slug(1), "unknown");
	assert_string_equal(zong_error_slug(-ZONG_POSITIVE_LAST_), "unknown");
	assert_string_equal(zong_error_slug(INT_MIN), "unknown");
	assert_string_equal(zong_error_slug(INT_MAX), "unknown");
}

static void setting_an_error_keeps_code_and_subject(void **state)
{
	struct zong_err err = {0};

	(void)state;
	assert_int_equal(
		zong_err_set(&err, ZONG_ENOCASE, "%s page %d", "202611240001", 3), ZONG_ENOCASE);
	assert_int_equal(err.code, ZONG_ENOCASE);
	assert_string_equal(err.subject, "202611240001 page 3");
	assert_int_equal(zong_err_set(&err, ZONG_EIO, NULL), ZONG_EIO);
	assert_int_equal(err.code, ZONG_EIO);
	assert_string_equal(err.subject, "");
}

static void an_error_nobody_asked_for_still_returns_its_code(void **state)
{
	(void)state;
	assert_int_equal(zong_err_set(NULL, ZONG_EROLE, "%s", "x"), ZONG_EROLE);
}

static void a_long_subject_is_cut_at_a_character(void **state)
{
	struct zong_err err = {0};
	char text[601] = "";

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "宗", 4);
		zong_err_set(&err, ZONG_EINVAL, "%s", text);
		assert_true(strlen(err.subject) < sizeof(err.subject));
		assert_true(strlen(err.subject) >= sizeof(err.subject) - 4);
		assert_true(zong_utf8_valid(err.subject, strlen(err.subject)));
	}
}

static void a_subject_may_be_built_from_itself(void **state)
{
	struct zong_err err = {0};

	(void)state;
	zong_err_set(&err, ZONG_EIO, "page 3");
	zong_err_set(&err, ZONG_EIO, "file.tif: %s", err.subject);
	assert_string_equal(err.subject, "file.tif: page 3");
}

static void system_errors_are_translated(void **state)
{
	(void)state;
	assert_int_equal(zong_error_from_errno(ENOSPC), ZONG_ENOSPC);
	assert_int_equal(zong_error_from_errno(EDQUOT), ZONG_ENOSPC);
	assert_int_equal(zong_error_from_errno(ENOMEM), ZONG_ENOMEM);
	assert_int_equal(zong_error_from_errno(ENOENT), ZONG_ENOENT);
	assert_int_equal(zong_error_from_errno(EEXIST), ZONG_EEXIST);
	assert_int_equal(zong_error_from_errno(EIO), ZONG_EIO);
	assert_int_equal(zong_error_from_errno(EACCES), ZONG_EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_slug_of_its_own),
		cmocka_unit_test(a_number_that_is_no_code_is_unknown),
		cmocka_unit_test(setting_an_error_keeps_code_and_subject),
		cmocka_unit_test(an_error_nobody_asked_for_still_returns_its_code),
		cmocka_unit_test(a_long_subject_is_cut_at_a_character),
		cmocka_unit_test(a_subject_may_be_built_from_itself),
		cmocka_unit_test(system_errors_are_translated),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
