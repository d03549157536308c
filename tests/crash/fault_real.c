/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault_real.h"

int real_openat(int dir, const char *path, int flags, mode_t mode)
{
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

int real_open(const char *path, int flags, mode_t mode)
{
	return real_openat(AT_FDCWD, path, flags, mode);
}

ssize_t real_pwrite(int fd, const void *bytes, size_t len, off_t offset)
{
	return syscall(SYS_pwrite64, fd, bytes, len, offset);
}

ssize_t real_writev(int fd, const struct iovec *iov, int count)
{
	return syscall(SYS_writev, fd, iov, count);
}

ssize_t real_pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
	return syscall(SYS_pwritev, fd, iov, count, offset, 0);
}

int real_ftruncate(int fd, off_t len)
{
	return (int)syscall(SYS_ftruncate, fd, len);
}

int real_mkdirat(int dir, const char *path, mode_t mode)
{
	return (int)syscall(SYS_mkdirat, dir, path, mode);
}

int real_mkdir(const char *path, mode_t mode)
{
	return real_mkdirat(AT_FDCWD, path, mode);
}

int real_unlinkat(int dir, const char *path, int flags)
{
	return (int)syscall(SYS_unlinkat, dir, path, flags);
}

int real_rmdir(const char *path)
{
	return real_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int real_unlink(const char *path)
{
	return real_unlinkat(AT_FDCWD, path, 0);
}

int real_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	return (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
}

int real_link(const char *from, const char *to)
{
	return real_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	return (int)syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
}

int real_rename(const char *from, const char *to)
{
	return real_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int real_fallocate(int fd, int mode, off_t offset, off_t len)
{
	return (int)syscall(SYS_fallocate, fd, mode, offset, len);
}

void fault_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("fault.so: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	abort();
}
