/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "http/status.h"

/* Those that are the server's own trouble; whoever adds a code to error.h has to say here or in
 * status.c what it is. */
static bool is_ours(int code)
{
	switch (code) {
	case ZONG_EIO:
	case ZONG_ECORRUPT:
	case ZONG_EVERSION:
	case ZONG_EEND:
	case ZONG_EPROTO:
		return true;
	default:
		return false;
	}
}

static void every_code_has_a_status(void **state)
{
	int number;

	(void)state;
	for (number = 1; number < ZONG_POSITIVE_LAST_; number++) {
		unsigned int status = zong_status_of(-number);

		if (is_ours(-number)) {
			assert_int_equal(status, 500);
			continue;
		}
		if (status == 500)
			print_message("# %s has none\n", zong_error_slug(-number));
		assert_int_not_equal(status, 500);
		assert_in_range(status, 400, 507);
	}
}

static void what_must_not_be_seen_is_not_found_and_what_must_not_be_done_forbidden(void **state)
{
	(void)state;
	assert_int_equal(zong_status_of(ZONG_ENOENT), 404);
	assert_int_equal(zong_status_of(ZONG_ENOCASE), 404);
	assert_int_equal(zong_status_of(ZONG_ENODELIVERY), 404);
	assert_int_equal(zong_status_of(ZONG_EFORBIDDEN), 403);
	assert_int_equal(zong_status_of(ZONG_EUNAUTHENTICATED), 401);
	assert_int_equal(zong_status_of(ZONG_ETHROTTLED), 429);
	assert_int_equal(zong_status_of(ZONG_ENOSPC), 507);
	assert_int_equal(zong_status_of(ZONG_ETOOBIG), 413);
}

static void a_number_that_is_no_code_is_our_trouble(void **state)
{
	(void)state;
	assert_int_equal(zong_status_of(0), 500);
	assert_int_equal(zong_status_of(-ZONG_POSITIVE_LAST_), 500);
	assert_int_equal(zong_status_of(12345), 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_status),
		cmocka_unit_test(
			what_must_not_be_seen_is_not_found_and_what_must_not_be_done_forbidden),
		cmocka_unit_test(a_number_that_is_no_code_is_our_trouble),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
