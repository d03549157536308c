/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/file.h>
#include <zong/limits.h>

#include "http/spool.h"

static void bytes_are_kept_up_to_the_limit(void **state)
{
	struct zong_spool *spool = calloc(1, sizeof(*spool));
	char back[4] = "";

	(void)state;
	assert_non_null(spool);
	assert_int_equal(zong_file_spool("/tmp", &spool->fd), 0);
	assert_int_equal(zong_spool_add(spool, "ab", 2), 0);
	assert_int_equal(zong_spool_add(spool, "c", 1), 0);
	assert_int_equal(spool->len, 3);
	assert_int_equal(zong_file_read_at(spool->fd, back, 3, 0), 0);
	assert_string_equal(back, "abc");
	spool->len = ZONG_LIMIT_TABLE - 1;
	assert_int_equal(zong_spool_add(spool, "de", 2), ZONG_ELIMIT);
	assert_int_equal(spool->len, ZONG_LIMIT_TABLE - 1);
	assert_int_equal(zong_spool_add(spool, "d", 1), 0);
	zong_spool_free(spool);
	zong_spool_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_kept_up_to_the_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
