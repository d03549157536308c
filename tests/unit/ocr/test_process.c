/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shell scripts stand in for the worker: what matters is how a process starts and ends. */
#include "config.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/file.h>

#include "process.h"

static char script[64];
static struct zong_process process;
static char why[96];

static int setup(void **state)
{
	int fd;

	(void)state;
	snprintf(script, sizeof(script), "/tmp/zong-test-process.XXXXXX");
	fd = mkstemp(script);
	process = (struct zong_process)ZONG_PROCESS_INIT;
	why[0] = '\0';
	return fd >= 0 ? close(fd) : -1;
}

static int teardown(void **state)
{
	(void)state;
	zong_process_end(&process, NULL, 0);
	return unlink(script);
}

static void start(const char *text)
{
	FILE *file = fopen(script, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s\n", text);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(script, 0700), 0);
	assert_int_equal(zong_process_start(script, true, &process), 0);
	assert_true(process.pid > 0);
}

/* What the script says until it ends. */
static void listen_to(char said[4096])
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(process.sock, said + len, 4095 - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0 && len < 4095);
	said[len] = '\0';
}

static int ended(void)
{
	struct pollfd end = {.fd = process.sock};

	/* the other end is closed when the process has gone */
	assert_int_equal(poll(&end, 1, 10000), 1);
	return zong_process_end(&process, why, sizeof(why));
}

static void a_worker_inherits_its_socket_and_next_to_no_environment(void **state)
{
	char said[4096];

	(void)state;
	setenv("ZONG_TOKEN", "secret", 1);
	assert_int_equal(
		dup2(STDERR_FILENO, 77), 77); /* one that is not closed on exec by itself */
	start("env >&3; echo fds: $(ls /proc/$$/fd) >&3; echo \"$1\" >&3");
	listen_to(said);
	assert_null(strstr(said, "secret"));
	assert_non_null(strstr(said, "OMP_THREAD_LIMIT=1\n"));
	assert_non_null(strstr(said, "LC_ALL=C.UTF-8\n"));
	assert_non_null(strstr(said, "--allow-no-landlock"));
	assert_non_null(strstr(said, " 3"));
	assert_null(strstr(said, " 77"));
	close(77);
	unsetenv("ZONG_TOKEN");
}

static void a_crash_is_told_from_a_want_of_memory(void **state)
{
	(void)state;
	start("kill -SEGV $$");
	assert_int_equal(ended(), ZONG_EWORKER);
	assert_string_equal(why, "killed by signal 11 (SEGV)");
	start("exit 86");
	assert_int_equal(ended(), ZONG_EWORKER_MEMORY);
#ifndef ZONG_SANITIZED
	start("exit 1");
	assert_int_equal(ended(), ZONG_EWORKER_MEMORY);
#endif
	start("exit 87");
	assert_int_equal(ended(), ZONG_EWORKER);
	assert_non_null(strstr(why, "sandbox"));
	start("exit 3");
	assert_int_equal(ended(), ZONG_EWORKER);
}

static void one_that_lives_is_killed_and_nothing_is_held_against_it(void **state)
{
	pid_t pid;

	(void)state;
	start("exec sleep 1000");
	pid = process.pid;
	assert_int_equal(zong_process_end(&process, why, sizeof(why)), 0);
	assert_int_equal(process.pid, 0);
	assert_int_equal(kill(pid, 0), -1);
	/* and once more does no harm */
	assert_int_equal(zong_process_end(&process, why, sizeof(why)), 0);
}

static void a_program_that_is_none_ends_at_once(void **state)
{
	(void)state;
	assert_int_equal(zong_process_start("/nonexistent", false, &process), 0);
	assert_int_equal(ended(), ZONG_EWORKER);
	assert_string_equal(why, "could not be started");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_worker_inherits_its_socket_and_next_to_no_environment),
		TEST(a_crash_is_told_from_a_want_of_memory),
		TEST(one_that_lives_is_killed_and_nothing_is_held_against_it),
		TEST(a_program_that_is_none_ends_at_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
