/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/file.h>

#define READ_STEP (64 * 1024)

/* The directory in which the last name of @path stands; caller frees. */
static char *dir_of(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len ? strndup(path, len) : strdup(".");
}

int zong_file_sync_dir(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return zong_error_from_errno(errno);
	/* EINVAL: a file system whose directories cannot be synced, and need not. */
	if (fsync(fd) != 0 && errno != EINVAL)
		return zong_error_from_errno(errno);
	return 0;
}

int zong_file_make_dir(const char *path, mode_t mode)
{
	_cleanup_free_ char *above = dir_of(path);
	bool there;
	int r;

	if (!above)
		return ZONG_ENOMEM;
	errno = 0;
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return zong_error_from_errno(errno);
	there = errno == EEXIST;
	r = zong_file_sync_dir(above);
	return !r && there ? ZONG_EEXIST : r;
}

static int write_synced(int fd, const void *bytes, size_t len, mode_t mode)
{
	int r = zong_file_write_all(fd, bytes, len);

	if (r)
		return r;
	if (fchmod(fd, mode) != 0 || fsync(fd) != 0)
		return zong_error_from_errno(errno);
	return 0;
}

int zong_file_replace(const char *path, const void *bytes, size_t len, mode_t mode)
{
	_cleanup_free_ char *above = dir_of(path);
	_cleanup_free_ char *temporary = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (!above || asprintf(&temporary, "%s.XXXXXX", path) < 0) {
		temporary = NULL; /* asprintf leaves it undefined */
		return ZONG_ENOMEM;
	}
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return zong_error_from_errno(errno);
	r = write_synced(fd, bytes, len, mode);
	if (r == 0 && rename(temporary, path) != 0)
		r = zong_error_from_errno(errno);
	if (r) {
		unlink(temporary);
		return r;
	}
	return zong_file_sync_dir(above);
}

/* Is there nothing more to read? */
static int expect_end(int fd)
{
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return zong_error_from_errno(errno);
	return n == 0 ? 0 : ZONG_ELIMIT;
}

int zong_file_read(const char *path, struct zong_buf *buf)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return zong_error_from_errno(errno);
	zong_buf_clear(buf);
	while (buf->len < buf->max) {
		size_t step = buf->max - buf->len < READ_STEP ? buf->max - buf->len : READ_STEP;
		uint8_t *to = zong_buf_room(buf, step);
		ssize_t n;

		if (!to)
			return buf->err;
		n = read(fd, to, step);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return zong_error_from_errno(errno);
		buf->len += (size_t)n;
		buf->data[buf->len] = '\0';
		if (n == 0)
			return 0;
	}
	return expect_end(fd);
}

int zong_file_spool(const char *dir, int *ret_fd)
{
	_cleanup_free_ char *name = NULL;
	int fd = dir ? open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)
		     : memfd_create("zong-spool", MFD_CLOEXEC);

	if (dir && fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		/* A file system that makes no nameless files: the name is gone at once. */
		if (asprintf(&name, "%s/spool.XXXXXX", dir) < 0) {
			name = NULL;
			return ZONG_ENOMEM;
		}
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0)
			unlink(name);
	}
	if (fd < 0)
		return zong_error_from_errno(errno);
	*ret_fd = fd;
	return 0;
}

int zong_file_write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return zong_error_from_errno(errno);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int zong_file_read_at(int fd, void *ret_bytes, size_t len, uint64_t offset)
{
	uint8_t *p = ret_bytes;

	if (offset > INT64_MAX || len > INT64_MAX - offset)
		return ZONG_ETRUNCATED;
	while (len > 0) {
		ssize_t n = pread(fd, p, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return zong_error_from_errno(errno);
		if (n == 0)
			return ZONG_ETRUNCATED;
		p += n;
		len -= (size_t)n;
		offset += (uint64_t)n;
	}
	return 0;
}
