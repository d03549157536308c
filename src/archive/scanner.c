/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/time.h>

#define NOT_STARTED 127
#define NICE 10
#define LOOK_MILLIS 200 /* between two looks at whether it is to end */
#define FILES 256
#define WRITES ((rlim_t)4 << 30) /* what it unpacks on the way */

int zong_scanner_init(struct zong_scanner *scanner, const char *setting, unsigned int seconds)
{
	char *rest = NULL, *word;
	size_t count = 0;

	*scanner = (struct zong_scanner){.seconds = seconds};
	if (!setting || !*setting)
		return 0;
	if (setting[0] != '/')
		return ZONG_EINVAL;
	scanner->text = strdup(setting);
	if (!scanner->text)
		return ZONG_ENOMEM;
	for (word = strtok_r(scanner->text, " \t", &rest); word;
		word = strtok_r(NULL, " \t", &rest)) {
		if (count == ZONG_SCANNER_WORDS) {
			zong_scanner_release(scanner);
			return ZONG_EINVAL;
		}
		scanner->word[count++] = word;
	}
	return 0;
}

void zong_scanner_release(struct zong_scanner *scanner)
{
	free(scanner->text);
	*scanner = (struct zong_scanner){0};
}

bool zong_scanner_ready(const struct zong_scanner *scanner)
{
	struct stat st;

	return scanner->word[0] && stat(scanner->word[0], &st) == 0 && S_ISREG(st.st_mode) &&
	       access(scanner->word[0], X_OK) == 0;
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit both = {.rlim_cur = most, .rlim_max = most};

	setrlimit(resource, &both);
}

/* Between fork and exec in a program with threads: only what is safe in a signal handler. */
static void become(const struct zong_scanner *scanner, int input)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", locale[] = "LC_ALL=C.UTF-8";
	char *const environment[] = {path, locale, NULL};
	struct sigaction fresh = {.sa_handler = SIG_DFL};
	sigset_t none;
	int null, signo;

	for (signo = 1; signo < NSIG; signo++)
		sigaction(signo, &fresh, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
		dup2(null, STDERR_FILENO) < 0 || close_range(STDERR_FILENO + 1, ~0U, 0) != 0 ||
		chdir("/") != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		_exit(NOT_STARTED);
	umask(077);
	setpriority(PRIO_PROCESS, 0, NICE);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_CPU, scanner->seconds);
	limit(RLIMIT_NOFILE, FILES);
	limit(RLIMIT_FSIZE, WRITES);
	execve(scanner->word[0], scanner->word, environment);
	_exit(NOT_STARTED);
}

/* True: it has ended. */
static int wait_for(
	const struct zong_scanner *scanner, pid_t pid, const atomic_bool *stop, bool *ret_ended)
{
	int64_t until = zong_time_monotonic() + (int64_t)scanner->seconds * ZONG_SECOND;
	_cleanup_close_ int handle = pidfd_open(pid, 0);
	struct pollfd wait = {.fd = handle, .events = POLLIN};

	if (handle < 0)
		return zong_error_from_errno(errno);
	for (;;) {
		int64_t left = (until - zong_time_monotonic()) / 1000;
		int ready;

		if (stop && atomic_load(stop))
			return ZONG_ECANCELLED;
		if (left <= 0)
			return 0;
		ready = poll(&wait, 1, left < LOOK_MILLIS ? (int)left + 1 : LOOK_MILLIS);
		if (ready < 0 && errno != EINTR)
			return zong_error_from_errno(errno);
		*ret_ended = ready > 0;
		if (ready > 0)
			return 0;
	}
}

static enum zong_scanner_answer judge(int status, int *ret_status)
{
	if (!WIFEXITED(status)) {
		*ret_status = -WTERMSIG(status);
		return ZONG_SCANNER_FAILED;
	}
	*ret_status = WEXITSTATUS(status);
	switch (WEXITSTATUS(status)) {
	case 0:
		return ZONG_SCANNER_CLEAN;
	case 1:
		return ZONG_SCANNER_INFECTED;
	case NOT_STARTED:
		return ZONG_SCANNER_MISSING;
	default:
		return ZONG_SCANNER_FAILED;
	}
}

int zong_scanner_run(const struct zong_scanner *scanner, int fd, const atomic_bool *stop,
	enum zong_scanner_answer *ret_answer, int *ret_status)
{
	_cleanup_close_ int input = -1;
	bool ended = false;
	char path[64];
	int status, err;
	pid_t pid;

	/* A description of its own, so that nobody's offset is moved and nothing can be written. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	input = open(path, O_RDONLY | O_CLOEXEC);
	if (input < 0)
		return zong_error_from_errno(errno);
	pid = fork();
	if (pid == 0)
		become(scanner, input);
	if (pid < 0)
		return zong_error_from_errno(errno);
	setpgid(pid, pid); /* as it does itself: whoever is first */
	err = wait_for(scanner, pid, stop, &ended);
	/* With what it has started: not reaped yet, its number is still its own. */
	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (err)
		return err;
	*ret_status = 0;
	*ret_answer = ended ? judge(status, ret_status) : ZONG_SCANNER_TIMEOUT;
	return 0;
}
