/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>

#include <zong/cleanup.h>

static void a_marked_descriptor_is_closed_at_the_end_of_its_scope(void **state)
{
	int number;

	(void)state;
	{
		_cleanup_close_ int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		number = fd;
	}
	assert_int_equal(fcntl(number, F_GETFD), -1);
	assert_int_equal(errno, EBADF);
}

static void a_taken_descriptor_stays_open(void **state)
{
	int number;

	(void)state;
	{
		_cleanup_close_ int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		number = take_fd(fd);
		assert_int_equal(fd, -1);
	}
	assert_true(fcntl(number, F_GETFD) >= 0);
	assert_int_equal(close(number), 0);
}

/* What frees too much or too little here is found by the run under AddressSanitizer. */
static void a_taken_pointer_outlives_its_scope(void **state)
{
	char *outside;

	(void)state;
	{
		_cleanup_free_ char *freed = malloc(10);
		_cleanup_free_ char *nothing = NULL;
		_cleanup_free_ char *taken = malloc(10);

		assert_non_null(freed);
		assert_null(nothing);
		assert_non_null(taken);
		memset(taken, 'x', 10);
		outside = take_ptr(taken);
		assert_null(taken);
	}
	assert_int_equal(outside[9], 'x');
	free(outside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_marked_descriptor_is_closed_at_the_end_of_its_scope),
		cmocka_unit_test(a_taken_descriptor_stays_open),
		cmocka_unit_test(a_taken_pointer_outlives_its_scope),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
