/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each test shuts a child into the sandbox and lets it try something. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <zong/limits.h>

#include "sandbox.h"

#define DONE 0
#define REFUSED 1
#define NO_SANDBOX 99
#define KILLED (-1)

typedef int attempt(void);

/* How the child ended: what @try_it returned, or KILLED when the kernel killed it for trying. */
static int in_sandbox(attempt *try_it)
{
	pid_t pid = fork();
	uint32_t landlock;
	int status;

	if (pid == 0) {
		if (zong_sandbox_limit() || zong_sandbox_close(true, &landlock))
			_exit(NO_SANDBOX);
		_exit(try_it());
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return KILLED;
	}
	return WEXITSTATUS(status);
}

static int open_as(const char *path, int flags)
{
	int fd = open(path, flags, 0600);

	if (fd >= 0)
		return DONE;
	return errno == EACCES || errno == EPERM ? REFUSED : 2;
}

static int read_passwords(void)
{
	return open_as("/etc/passwd", O_RDONLY);
}

static int read_own_memory(void)
{
	return open_as("/proc/self/mem", O_RDONLY);
}

static int write_to_a_font(void)
{
	return open_as("/usr/share/fonts/zong-test", O_WRONLY | O_CREAT);
}

static int make_a_file(void)
{
	return open_as("/tmp/zong-sandbox-test", O_RDWR | O_CREAT);
}

static int look_at_fonts(void)
{
	return open_as("/usr/share/fonts", O_RDONLY | O_DIRECTORY);
}

static int make_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? DONE : REFUSED;
}

static int make_a_pair(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 ? DONE : REFUSED;
}

static int fork_a_child(void)
{
	return fork() >= 0 ? DONE : REFUSED;
}

static int run_a_shell(void)
{
	execl("/bin/sh", "sh", "-c", "true", (char *)NULL);
	return REFUSED;
}

static int signal_the_parent(void)
{
	return kill(getppid(), 0) == 0 ? DONE : REFUSED;
}

static int make_memory_runnable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return 2;
	return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? DONE : REFUSED;
}

#ifndef ZONG_SANITIZED
static int take_much_memory(void)
{
	void *memory = mmap(NULL, ZONG_WORKER_MEMORY + (64 << 20), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory == MAP_FAILED ? REFUSED : DONE;
}
#endif

static int work_as_usual(void)
{
	char *memory = malloc(1 << 20);
	char bytes[4];

	if (!memory)
		return 2;
	memset(memory, 1, 1 << 20);
	free(memory);
	return read(STDIN_FILENO, bytes, 0) == 0 ? DONE : REFUSED;
}

static int be_root(void)
{
	return geteuid() == 0 || getuid() == 0 ? DONE : REFUSED;
}

static void other_files_cannot_be_opened(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(read_passwords), REFUSED);
	assert_int_equal(in_sandbox(read_own_memory), REFUSED);
}

static void fonts_can_be_read_and_nothing_can_be_written(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(write_to_a_font), REFUSED);
	assert_int_equal(in_sandbox(make_a_file), REFUSED);
	if (access("/usr/share/fonts", R_OK) == 0)
		assert_int_equal(in_sandbox(look_at_fonts), DONE);
}

static void whoever_reaches_for_the_network_is_killed(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(make_a_socket), KILLED);
	assert_int_equal(in_sandbox(make_a_pair), KILLED);
}

static void whoever_starts_another_process_is_killed(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(fork_a_child), KILLED);
	assert_int_equal(in_sandbox(run_a_shell), KILLED);
}

static void whoever_signals_another_process_is_killed(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(signal_the_parent), KILLED);
}

static void memory_that_was_written_cannot_be_run(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(make_memory_runnable), REFUSED);
}

#ifndef ZONG_SANITIZED /* which takes more address space than there is memory */
static void memory_ends_at_its_limit(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(take_much_memory), REFUSED);
}
#endif

static void ordinary_work_goes_on(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(work_as_usual), DONE);
}

static void root_is_given_up(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(be_root), REFUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_files_cannot_be_opened),
		cmocka_unit_test(fonts_can_be_read_and_nothing_can_be_written),
		cmocka_unit_test(whoever_reaches_for_the_network_is_killed),
		cmocka_unit_test(whoever_starts_another_process_is_killed),
		cmocka_unit_test(whoever_signals_another_process_is_killed),
		cmocka_unit_test(memory_that_was_written_cannot_be_run),
#ifndef ZONG_SANITIZED
		cmocka_unit_test(memory_ends_at_its_limit),
#endif
		cmocka_unit_test(ordinary_work_goes_on),
		cmocka_unit_test(root_is_given_up),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
