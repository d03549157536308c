/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_TEST_FAULT_REAL_H
#define ZONG_TEST_FAULT_REAL_H

/* The calls as the C library has them, past the shim. */

#include <sys/types.h>
#include <sys/uio.h>

int real_open(const char *path, int flags, mode_t mode);
int real_openat(int dir, const char *path, int flags, mode_t mode);
ssize_t real_pwrite(int fd, const void *bytes, size_t len, off_t offset);
ssize_t real_writev(int fd, const struct iovec *iov, int count);
ssize_t real_pwritev(int fd, const struct iovec *iov, int count, off_t offset);
int real_ftruncate(int fd, off_t len);
int real_mkdir(const char *path, mode_t mode);
int real_mkdirat(int dir, const char *path, mode_t mode);
int real_rmdir(const char *path);
int real_unlink(const char *path);
int real_unlinkat(int dir, const char *path, int flags);
int real_link(const char *from, const char *to);
int real_linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
int real_rename(const char *from, const char *to);
int real_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags);
int real_fallocate(int fd, int mode, off_t offset, off_t len);

/* Says why and aborts. */
void fault_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
