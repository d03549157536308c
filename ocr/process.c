/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/error.h>

#include "process.h"

#define WORKER_SOCKET 3
#define ENVIRONMENT_MAX 4

/* Between fork and exec in a program with threads: only what is safe in a signal handler. */
static void become(const char *program, char *const *environment, bool allow_no_landlock, int sock)
{
	char *const arguments[] = {(char *)(uintptr_t) "zong-ocr",
		allow_no_landlock ? (char *)(uintptr_t) "--allow-no-landlock" : NULL, NULL};
	struct sigaction fresh = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null, signo;

	for (signo = 1; signo < NSIG; signo++)
		sigaction(signo, &fresh, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (sock == WORKER_SOCKET) {
		if (fcntl(sock, F_SETFD, 0) != 0)
			_exit(ZONG_PROCESS_EXIT_EXEC);
	} else if (dup2(sock, WORKER_SOCKET) < 0) {
		_exit(ZONG_PROCESS_EXIT_EXEC);
	}
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(ZONG_PROCESS_EXIT_EXEC);
	if (close_range(WORKER_SOCKET + 1, ~0U, 0) != 0)
		_exit(ZONG_PROCESS_EXIT_EXEC);
	execve(program, arguments, environment);
	_exit(ZONG_PROCESS_EXIT_EXEC);
}

static int variable(const char *name, char **ret_text)
{
	const char *value = getenv(name);

	if (!value)
		return 0;
	return asprintf(ret_text, "%s=%s", name, value) < 0 ? ZONG_ENOMEM : 0;
}

int zong_process_start(
	const char *program, bool allow_no_landlock, struct zong_process *ret_process)
{
	_cleanup_free_ char *models = NULL;
	_cleanup_free_ char *sanitizer = NULL;
	char threads[] = "OMP_THREAD_LIMIT=1";
	char locale[] = "LC_ALL=C.UTF-8";
	char *environment[ENVIRONMENT_MAX + 1] = {threads, locale};
	size_t count = 2;
	int ends[2], err;
	pid_t pid;

	err = variable("TESSDATA_PREFIX", &models);
	if (!err)
		err = variable("ASAN_OPTIONS", &sanitizer);
	if (err)
		return err;
	if (models)
		environment[count++] = models;
	if (sanitizer)
		environment[count++] = sanitizer;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return ZONG_EIO;
	pid = fork();
	if (pid == 0)
		become(program, environment, allow_no_landlock, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return errno == ENOMEM ? ZONG_ENOMEM : ZONG_EIO;
	}
	ret_process->pid = pid;
	ret_process->sock = ends[0];
	return 0;
}

static int explain_exit(int status, char *why, size_t size)
{
	switch (status) {
	case ZONG_PROCESS_EXIT_MEMORY:
#ifndef ZONG_SANITIZED
	case EXIT_FAILURE: /* poppler ends the process so when it gets no memory, a sanitizer always */
#endif
		snprintf(why, size, "out of memory");
		return ZONG_EWORKER_MEMORY;
	case ZONG_PROCESS_EXIT_SANDBOX:
		snprintf(why, size, "could not close its sandbox");
		return ZONG_EWORKER;
	case ZONG_PROCESS_EXIT_MODEL:
		snprintf(why, size, "could not load the chi_sim and eng models");
		return ZONG_EWORKER;
	case ZONG_PROCESS_EXIT_EXEC:
		snprintf(why, size, "could not be started");
		return ZONG_EWORKER;
	default:
		snprintf(why, size, "ended with status %d", status);
		return ZONG_EWORKER;
	}
}

int zong_process_end(struct zong_process *process, char *ret_why, size_t why_size)
{
	char none[1];
	int status = 0;
	pid_t got;

	if (!ret_why) {
		ret_why = none;
		why_size = sizeof(none);
	}
	if (process->pid == 0)
		return 0;
	/* One that has ended is not reaped yet, so its number is still its own and its status stays. */
	kill(process->pid, SIGKILL);
	do
		got = waitpid(process->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	close(process->sock);
	*process = (struct zong_process)ZONG_PROCESS_INIT;
	if (got < 0) {
		snprintf(ret_why, why_size, "ended unseen");
		return ZONG_EWORKER;
	}
	if (WIFEXITED(status))
		return explain_exit(WEXITSTATUS(status), ret_why, why_size);
	snprintf(ret_why, why_size, "killed by signal %d (%s)", WTERMSIG(status),
		sigabbrev_np(WTERMSIG(status)) ? sigabbrev_np(WTERMSIG(status)) : "?");
	return WTERMSIG(status) == SIGKILL ? 0 : ZONG_EWORKER;
}

uint64_t zong_process_memory(const struct zong_process *process)
{
	unsigned long all, held = 0;
	char path[64], text[128];
	_cleanup_close_ int fd = -1;
	ssize_t len;

	if (process->pid == 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%ld/statm", (long)process->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	if (sscanf(text, "%lu %lu", &all, &held) != 2)
		return 0;
	return (uint64_t)held * (uint64_t)sysconf(_SC_PAGESIZE);
}
