/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls themselves. glibc's headers would turn some of them into their 64-bit brothers, which are
 * here, too: so no large file macros, and off_t is what the machine has (64 bits). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fault_disk.h"
#include "fault_point.h"
#include "fault_real.h"

_Static_assert(sizeof(off_t) == 8, "offsets have 64 bits");

/* ---- bytes ---- */

static size_t total(const struct iovec *iov, int count)
{
	size_t len = 0;
	int i;

	for (i = 0; i < count; i++)
		len += iov[i].iov_len;
	return len;
}

/* Writes the first @len bytes. @at: the offset, or -1 for the descriptor's own. */
static ssize_t write_part(int fd, const struct iovec *iov, int count, off_t at, size_t len)
{
	struct iovec part[IOV_MAX];
	int i;

	for (i = 0; i < count && i < IOV_MAX; i++) {
		part[i] = iov[i];
		if (part[i].iov_len > len)
			part[i].iov_len = len;
		len -= part[i].iov_len;
	}
	return at < 0 ? real_writev(fd, part, i) : real_pwritev(fd, part, i, at);
}

static ssize_t write_watched(int fd, const struct iovec *iov, int count, off_t at)
{
	int flags = fcntl(fd, F_GETFL);
	bool synced = (flags & (O_DSYNC | O_SYNC)) != 0;
	size_t len = total(iov, count);
	off_t where = at;
	enum fault_verdict verdict = fault_point(FAULT_WRITE);
	ssize_t n;

	if (where < 0)
		where = lseek(fd, 0, (flags & O_APPEND) ? SEEK_END : SEEK_CUR);
	if (verdict == FAULT_SHORT && len < 2)
		verdict = FAULT_FAIL;
	switch (verdict) {
	case FAULT_PASS:
		disk_writing(fd, where, len);
		n = write_part(fd, iov, count, at, len);
		if (n > 0 && synced)
			disk_synced_range(fd, where, (size_t)n);
		return n;
	case FAULT_SHORT:
		len = 1 + disk_random((uint32_t)len - 1);
		disk_writing(fd, where, len);
		return write_part(fd, iov, count, at, len);
	case FAULT_FAIL:
		/* The page cache has it, the disk may have it or not. */
		if (synced && fault_fails_with_io() && disk_random(2)) {
			disk_writing(fd, where, len);
			write_part(fd, iov, count, at, len);
			disk_sync_failed(fd);
		}
		errno = fault_fails_with_io() ? EIO : ENOSPC;
		return -1;
	default:
		if (disk_random(2)) {
			if (verdict == FAULT_KILL && disk_random(2))
				len = disk_random((uint32_t)len + 1);
			disk_writing(fd, where, len);
			write_part(fd, iov, count, at, len);
		}
		fault_die_now(verdict);
	}
}

static ssize_t write_any(int fd, const struct iovec *iov, int count, off_t at)
{
	char path[PATH_MAX];
	ssize_t n;

	if (!fault_fd(fd, path))
		return at < 0 ? real_writev(fd, iov, count) : real_pwritev(fd, iov, count, at);
	fault_enter();
	n = write_watched(fd, iov, count, at);
	fault_leave();
	return n;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	struct iovec iov = {(void *)(uintptr_t)bytes, len};

	return write_any(fd, &iov, 1, -1);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	struct iovec iov = {(void *)(uintptr_t)bytes, len};

	return write_any(fd, &iov, 1, at);
}

ssize_t writev(int fd, const struct iovec *iov, int count)
{
	return write_any(fd, iov, count, -1);
}

ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t at)
{
	return write_any(fd, iov, count, at);
}

ssize_t pwritev2(int fd, const struct iovec *iov, int count, off_t at, int flags)
{
	char path[PATH_MAX];

	if (flags && fault_fd(fd, path))
		fault_die("pwritev2 with flags on %s", path);
	return write_any(fd, iov, count, at);
}

/* Reads and writes, so that there is one way for bytes into a file. */
static ssize_t copy_bytes(int from, off_t *from_at, int to, off_t *to_at, size_t len)
{
	uint8_t bytes[65536];
	struct iovec iov = {.iov_base = bytes};
	ssize_t n = len < sizeof(bytes) ? (ssize_t)len : (ssize_t)sizeof(bytes);

	n = from_at ? pread(from, bytes, (size_t)n, *from_at) : read(from, bytes, (size_t)n);
	if (n <= 0)
		return n;
	iov.iov_len = (size_t)n;
	n = write_any(to, &iov, 1, to_at ? *to_at : -1);
	if (n > 0 && from_at)
		*from_at += n;
	if (n > 0 && to_at)
		*to_at += n;
	return n;
}

ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t len, unsigned flags)
{
	char path[PATH_MAX];

	if (!fault_fd(to, path))
		return syscall(SYS_copy_file_range, from, from_at, to, to_at, len, flags);
	return copy_bytes(from, from_at, to, to_at, len);
}

ssize_t sendfile(int to, int from, off_t *from_at, size_t len)
{
	char path[PATH_MAX];

	if (!fault_fd(to, path))
		return syscall(SYS_sendfile, to, from, from_at, len);
	return copy_bytes(from, from_at, to, NULL, len);
}

/* ---- lengths ---- */

int ftruncate(int fd, off_t len)
{
	char path[PATH_MAX];
	int r = -1;

	if (!fault_fd(fd, path))
		return real_ftruncate(fd, len);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		disk_truncating(fd, len);
		r = real_ftruncate(fd, len);
	}
	fault_leave();
	return r;
}

int truncate(const char *path, off_t len)
{
	int fd = real_open(path, O_WRONLY | O_CLOEXEC, 0);
	int r;

	if (fd < 0)
		return -1;
	r = ftruncate(fd, len);
	close(fd);
	return r;
}

int fallocate(int fd, int mode, off_t at, off_t len)
{
	char path[PATH_MAX];
	struct stat st;
	int r = -1;

	if (!fault_fd(fd, path))
		return real_fallocate(fd, mode, at, len);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		if (mode & ~FALLOC_FL_KEEP_SIZE)
			disk_writing(fd, at, (size_t)len);
		else if (fstat(fd, &st) == 0)
			disk_truncating(fd, st.st_size > at + len ? st.st_size : at + len);
		r = real_fallocate(fd, mode, at, len);
	}
	fault_leave();
	return r;
}

int posix_fallocate(int fd, off_t at, off_t len)
{
	return fallocate(fd, 0, at, len) == 0 ? 0 : errno;
}

/* ---- syncs ---- */

static int sync_any(int fd, long call)
{
	char path[PATH_MAX];
	int r = -1;

	if (!fault_fd(fd, path))
		return (int)syscall(call, fd);
	fault_enter();
	if (fault_point(FAULT_SYNC) == FAULT_PASS) {
		disk_synced(fd);
		r = 0;
	} else if (fault_fails_with_io()) {
		disk_sync_failed(fd);
		errno = EIO;
	}
	fault_leave();
	return r;
}

int fsync(int fd)
{
	return sync_any(fd, SYS_fsync);
}

int fdatasync(int fd)
{
	return sync_any(fd, SYS_fdatasync);
}

int sync_file_range(int fd, off_t at, off_t len, unsigned flags)
{
	char path[PATH_MAX];
	int r;

	if (!fault_fd(fd, path))
		return (int)syscall(SYS_sync_file_range, fd, at, len, flags);
	fault_enter();
	r = fault_point(FAULT_SYNC) == FAULT_PASS ? 0 : -1; /* promises nothing */
	fault_leave();
	return r;
}

/* ---- opening ---- */

static int open_new(int dir, const char *path, int flags, mode_t mode, const char *whole)
{
	bool there = access(whole, F_OK) == 0;
	int fd;

	if ((flags & O_TMPFILE) == O_TMPFILE)
		return fault_point(FAULT_ROOM) == FAULT_PASS ? real_openat(dir, path, flags, mode)
							     : -1;
	if (there && (!(flags & O_TRUNC) || (flags & O_EXCL)))
		return real_openat(dir, path, flags, mode);
	if (!there && !(flags & O_CREAT))
		return real_openat(dir, path, flags, mode);
	if (fault_point(FAULT_ROOM) != FAULT_PASS)
		return -1;
	if (there) {
		fd = real_open(whole, O_RDWR | O_CLOEXEC, 0);
		if (fd >= 0) {
			disk_truncating(fd, 0);
			close(fd);
		}
	}
	fd = real_openat(dir, path, flags, mode);
	if (fd >= 0 && !there)
		disk_made(whole, false);
	return fd;
}

static int open_any(int dir, const char *path, int flags, mode_t mode)
{
	char whole[PATH_MAX];
	int fd;

	if (!(flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE)
		return real_openat(dir, path, flags, mode);
	if (!fault_path(dir, path, whole))
		return real_openat(dir, path, flags, mode);
	fault_enter();
	fd = open_new(dir, path, flags, mode, whole);
	fault_leave();
	return fd;
}

#define TAKE_MODE(flags, mode)                                                                     \
	do {                                                                                       \
		va_list args;                                                                      \
		va_start(args, flags);                                                             \
		if (((flags)&O_CREAT) || ((flags)&O_TMPFILE) == O_TMPFILE)                         \
			(mode) = va_arg(args, mode_t);                                             \
		va_end(args);                                                                      \
	} while (0)

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;

	TAKE_MODE(flags, mode);
	return open_any(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;

	TAKE_MODE(flags, mode);
	return open_any(dir, path, flags, mode);
}

int creat(const char *path, mode_t mode)
{
	return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int __open_2(const char *path, int flags);
int __open_2(const char *path, int flags)
{
	return open_any(AT_FDCWD, path, flags, 0);
}

int __openat_2(int dir, const char *path, int flags);
int __openat_2(int dir, const char *path, int flags)
{
	return open_any(dir, path, flags, 0);
}

/* Six letters at the end of @name, but for @after. */
static void fill_name(char *name, int after)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char *at = name + strlen(name) - after - 6;
	uint8_t random[6];
	int i;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		fault_die("no random numbers");
	for (i = 0; i < 6; i++)
		at[i] = letters[random[i] % (sizeof(letters) - 1)];
}

int mkostemps(char *name, int after, int flags)
{
	int tries, fd = -1;

	for (tries = 0; tries < 100; tries++) {
		fill_name(name, after);
		fd = open_any(
			AT_FDCWD, name, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

int mkostemp(char *name, int flags)
{
	return mkostemps(name, 0, flags);
}

int mkstemp(char *name)
{
	return mkostemps(name, 0, 0);
}

int mkstemps(char *name, int after)
{
	return mkostemps(name, after, 0);
}

/* ---- what cannot be followed ---- */

static void *map_any(void *addr, size_t len, int protection, int flags, int fd, off_t at)
{
	char path[PATH_MAX];
	const char *name;

	if ((flags & MAP_TYPE) != MAP_PRIVATE && (protection & PROT_WRITE) && fault_fd(fd, path)) {
		name = strrchr(path, '/');
		if (!name || strcmp(name, "/lock.mdb") != 0)
			fault_die("%s is mapped to be written through memory", path);
	}
	return (void *)(uintptr_t)syscall(SYS_mmap, addr, len, protection, flags, fd, at);
}

void *mmap(void *addr, size_t len, int protection, int flags, int fd, off_t at)
{
	return map_any(addr, len, protection, flags, fd, at);
}

static FILE *stdio_any(const char *call, const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *);
	char whole[PATH_MAX];
	void *found = dlsym(RTLD_NEXT, call);

	if (strpbrk(mode, "wa+") && fault_path(AT_FDCWD, path, whole))
		fault_die("%s is written through stdio", whole);
	memcpy(&real, &found, sizeof(real));
	return real(path, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	return stdio_any("fopen", path, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
	char path[PATH_MAX];
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if ((request == 0x40049409 || request == 0x4020940d) && fault_fd(fd, path)) {
		errno = EOPNOTSUPP; /* FICLONE, FICLONERANGE */
		return -1;
	}
	return (int)syscall(SYS_ioctl, fd, request, arg);
}

/* ---- under their 64-bit names ---- */

#define SAME(type, name, of, arguments) type name arguments __attribute__((alias(#of)))

SAME(ssize_t, pwrite64, pwrite, (int, const void *, size_t, off64_t));
SAME(ssize_t, pwritev64, pwritev, (int, const struct iovec *, int, off64_t));
SAME(ssize_t, pwritev64v2, pwritev2, (int, const struct iovec *, int, off64_t, int));
SAME(ssize_t, sendfile64, sendfile, (int, int, off64_t *, size_t));
SAME(int, ftruncate64, ftruncate, (int, off64_t));
SAME(int, truncate64, truncate, (const char *, off64_t));
SAME(int, fallocate64, fallocate, (int, int, off64_t, off64_t));
SAME(int, posix_fallocate64, posix_fallocate, (int, off64_t, off64_t));
SAME(int, open64, open, (const char *, int, ...));
SAME(int, openat64, openat, (int, const char *, int, ...));
SAME(int, creat64, creat, (const char *, mode_t));
int __open64_2(const char *path, int flags) __attribute__((alias("__open_2")));
int __openat64_2(int dir, const char *path, int flags) __attribute__((alias("__openat_2")));
SAME(int, mkostemps64, mkostemps, (char *, int, int));
SAME(int, mkostemp64, mkostemp, (char *, int));
SAME(int, mkstemp64, mkstemp, (char *));
SAME(int, mkstemps64, mkstemps, (char *, int));
SAME(void *, mmap64, mmap, (void *, size_t, int, int, int, off64_t));

FILE *fopen64(const char *path, const char *mode)
{
	return stdio_any("fopen64", path, mode);
}
