/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords and keys as they come in: never as an argument, which everybody on the machine can read. */
#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <zong/cleanup.h>

#include "cli.h"

/* One line, without its end. */
static int read_line(int fd, char *ret_secret, size_t size)
{
	size_t len = 0;
	char byte;
	ssize_t n;

	for (;;) {
		n = read(fd, &byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || byte == '\n')
			break;
		if (len + 1 == size)
			return -1;
		ret_secret[len++] = byte;
	}
	if (len > 0 && ret_secret[len - 1] == '\r')
		len--;
	ret_secret[len] = '\0';
	return n < 0 || len == 0 ? -1 : 0;
}

/* The terminal shows nothing of what is typed, and is as it was afterwards. */
static int ask(const char *prompt, char *ret_secret, size_t size)
{
	struct termios before, quiet;
	int failed;

	if (tcgetattr(STDIN_FILENO, &before))
		return read_line(STDIN_FILENO, ret_secret, size);
	fprintf(stderr, "%s", prompt);
	fflush(stderr);
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	failed = read_line(STDIN_FILENO, ret_secret, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fprintf(stderr, "\n");
	return failed;
}

int secret_read(const char *prompt, const char *file, char *ret_secret, size_t size)
{
	_cleanup_close_ int fd = -1;
	int failed;

	if (file) {
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			fprintf(stderr, "zong: %s: %s\n", file, strerror(errno));
			return CLI_FAILED;
		}
		failed = read_line(fd, ret_secret, size);
	} else {
		failed = ask(prompt, ret_secret, size);
	}
	if (!failed)
		return CLI_OK;
	explicit_bzero(ret_secret, size);
	fprintf(stderr, "zong: %s\n",
		T("nothing was entered, or too much", "没有输入内容，或输入过长"));
	return CLI_FAILED;
}
