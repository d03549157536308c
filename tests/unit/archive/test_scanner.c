/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/time.h>

#include "scanner.h"

static int document(const char *text)
{
	int fd = memfd_create("document", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	return fd;
}

static enum zong_scanner_answer ask(const char *setting, const char *text, int *ret_status)
{
	enum zong_scanner_answer answer = ZONG_SCANNER_FAILED;
	struct zong_scanner scanner;
	int fd = document(text);

	assert_int_equal(zong_scanner_init(&scanner, setting, 2), 0);
	assert_int_equal(zong_scanner_run(&scanner, fd, NULL, &answer, ret_status), 0);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), (off_t)strlen(text)); /* nobody has moved it */
	zong_scanner_release(&scanner);
	close(fd);
	return answer;
}

static void a_file_is_clean_infected_or_not_looked_at(void **state)
{
	int status;

	(void)state;
	/* grep -q -v: 0 where a line without it stands there, 1 where there is none */
	assert_int_equal(ask("/bin/grep -q -v EICAR", "a paper\n", &status), ZONG_SCANNER_CLEAN);
	assert_int_equal(ask("/bin/grep -q -v EICAR", "EICAR\n", &status), ZONG_SCANNER_INFECTED);
	assert_int_equal(ask("/bin/grep -q", "a paper\n", &status), ZONG_SCANNER_FAILED);
	assert_int_equal(status, 2);
	assert_int_equal(ask("/nowhere/scanner", "a paper\n", &status), ZONG_SCANNER_MISSING);
}

static void it_has_nothing_of_ours_but_the_file(void **state)
{
	int status;

	(void)state;
	assert_int_equal(ask("/usr/bin/test -e /proc/self/fd/3", "a paper\n", &status),
		ZONG_SCANNER_INFECTED);
	assert_int_equal(setenv("ZONG_TEST_SECRET", "word", 1), 0);
	assert_int_equal(ask("/bin/grep -q -z ZONG_TEST_SECRET /proc/self/environ", "", &status),
		ZONG_SCANNER_INFECTED);
	assert_int_equal(ask("/bin/grep -q NoNewPrivs:.1 /proc/self/status", "", &status),
		ZONG_SCANNER_CLEAN);
}

static void one_that_does_not_end_is_killed_at_its_time_and_when_it_is_to_stop(void **state)
{
	enum zong_scanner_answer answer;
	int64_t began = zong_time_monotonic();
	struct zong_scanner scanner;
	atomic_bool stop = true;
	int status, fd;

	(void)state;
	assert_int_equal(ask("/bin/sleep 60", "", &status), ZONG_SCANNER_TIMEOUT);
	assert_true(zong_time_monotonic() - began < 30 * ZONG_SECOND);
	fd = document("");
	assert_int_equal(zong_scanner_init(&scanner, "/bin/sleep 60", 60), 0);
	assert_int_equal(zong_scanner_run(&scanner, fd, &stop, &answer, &status), ZONG_ECANCELLED);
	zong_scanner_release(&scanner);
	close(fd);
}

static void what_is_no_program_is_refused_or_not_ready(void **state)
{
	struct zong_scanner scanner;
	char many[256] = "/bin/true";

	(void)state;
	assert_int_equal(zong_scanner_init(&scanner, NULL, 1), 0);
	assert_false(zong_scanner_ready(&scanner));
	assert_int_equal(zong_scanner_init(&scanner, "clamscan -", 1), ZONG_EINVAL);
	for (int i = 0; i < ZONG_SCANNER_WORDS; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), " a");
	assert_int_equal(zong_scanner_init(&scanner, many, 1), ZONG_EINVAL);
	assert_int_equal(zong_scanner_init(&scanner, "/bin", 1), 0);
	assert_false(zong_scanner_ready(&scanner));
	zong_scanner_release(&scanner);
	assert_int_equal(zong_scanner_init(&scanner, "/bin/true  -a\t-b ", 1), 0);
	assert_true(zong_scanner_ready(&scanner));
	assert_string_equal(scanner.word[2], "-b");
	assert_null(scanner.word[3]);
	zong_scanner_release(&scanner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_clean_infected_or_not_looked_at),
		cmocka_unit_test(it_has_nothing_of_ours_but_the_file),
		cmocka_unit_test(
			one_that_does_not_end_is_killed_at_its_time_and_when_it_is_to_stop),
		cmocka_unit_test(what_is_no_program_is_refused_or_not_ready),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
