/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "memory.h"
#include "process.h"

/* operator new(size_t), which C cannot write */
extern void *cxx_new(size_t size) __asm__("_Znwm");

static void a_cxx_library_that_gets_no_memory_ends_the_process_with_its_own_status(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	pid = fork();
	if (pid == 0) {
		struct rlimit limit = {1 << 30, 1 << 30};

		setrlimit(RLIMIT_AS, &limit);
		zong_memory_exit_when_short();
		_exit(cxx_new((size_t)2 << 30) ? 1 : 2);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), ZONG_PROCESS_EXIT_MEMORY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_cxx_library_that_gets_no_memory_ends_the_process_with_its_own_status),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
