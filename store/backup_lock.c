/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/id.h>
#include <zong/limits.h>

#include "backup_lock.h"

#define TEXT 512

static char *path_of(const char *dir, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/lock%s", dir, suffix) < 0 ? NULL : path;
}

/* "host boot", which names a machine from its start to its end. */
static void name_machine(char ret_text[TEXT])
{
	_cleanup_(zong_buf_release) struct zong_buf boot = ZONG_BUF_INIT(64);
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	zong_file_read("/proc/sys/kernel/random/boot_id", &boot);
	snprintf(ret_text, TEXT, "%.200s %.*s", host, (int)strcspn(zong_buf_str(&boot), "\n"),
		zong_buf_str(&boot));
}

/* When the process was started, in the machine's ticks; a process id alone is given again. "" when there is none. */
static void find_start(long pid, char ret_text[32])
{
	_cleanup_(zong_buf_release) struct zong_buf stat = ZONG_BUF_INIT(4096);
	char path[64];
	const char *at;
	int field;

	ret_text[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if (zong_file_read(path, &stat))
		return;
	at = strrchr(zong_buf_str(&stat), ')'); /* the name before it may hold anything */
	for (field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		snprintf(ret_text, 32, "%.*s", (int)strcspn(at + 1, " "), at + 1);
}

/* The last word makes each lock another one. */
static void describe(char ret_text[TEXT * 2])
{
	char machine[TEXT], start[32], id_text[ZONG_ID_TEXT];
	struct zong_id id;

	name_machine(machine);
	find_start(getpid(), start);
	zong_id_new(&id);
	zong_id_format(&id, id_text);
	snprintf(ret_text, TEXT * 2, "%s %ld %s %s\n", machine, (long)getpid(), start, id_text);
}

/* Where files cannot be made without a name, one killed in the middle leaves an empty lock; its age tells then. */
static int make_plainly(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return zong_error_from_errno(errno);
	r = zong_file_write_all(fd, text, strlen(text));
	if (close(fd) != 0 && !r)
		r = zong_error_from_errno(errno);
	if (r)
		unlink(path);
	return r;
}

/* Makes the file at @path whole or not at all: it is written first and named then. ZONG_EEXIST: there is one. */
static int make(const char *dir, const char *path, const char *text)
{
	_cleanup_close_ int fd = open(dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);
	char self[32];
	int r;

	if (fd < 0)
		return make_plainly(path, text);
	r = zong_file_write_all(fd, text, strlen(text));
	if (r)
		return r;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
		return 0;
	return errno == EEXIST ? ZONG_EEXIST : make_plainly(path, text);
}

/* The maker is of this machine and this run of it: *ret_gone, is that process no more? false: cannot be told. */
static bool ask_machine(const char *text, bool *ret_gone)
{
	char machine[TEXT], start[32], seen[32];
	size_t len;
	long pid;

	name_machine(machine);
	len = strlen(machine);
	if (strncmp(text, machine, len) != 0 || text[len] != ' ' ||
		sscanf(text + len, " %ld %31s", &pid, start) != 2)
		return false;
	find_start(pid, seen);
	*ret_gone = strcmp(start, seen) != 0;
	return true;
}

/* Seconds since the lock was touched, by the disk's own clock: that of a file made now. */
static int age_of(const char *dir, const struct stat *lock, int64_t *ret_seconds)
{
	_cleanup_free_ char *path = path_of(dir, ".now");
	struct stat now;
	int r;

	if (!path)
		return ZONG_ENOMEM;
	unlink(path);
	r = make(dir, path, "now\n");
	if (!r && stat(path, &now) != 0)
		r = zong_error_from_errno(errno);
	unlink(path);
	if (!r)
		*ret_seconds = (int64_t)now.st_mtime - (int64_t)lock->st_mtime;
	return r;
}

static int read_lock(const char *path, struct zong_buf *text)
{
	int r = zong_file_read(path, text);

	return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
}

/* Is the lock that is there left behind? 0, ZONG_EBUSY, ZONG_ENOENT (gone meanwhile). */
static int is_stale(const char *dir, const char *path, struct zong_buf *ret_text)
{
	struct stat st;
	int64_t age;
	bool gone;
	int r = read_lock(path, ret_text);

	if (r && r != ZONG_ECORRUPT)
		return r;
	if (stat(path, &st) != 0)
		return zong_error_from_errno(errno);
	/* Half written: one who is just making it, or who died in the middle; its age tells. */
	if (!r && ask_machine(zong_buf_str(ret_text), &gone))
		return gone ? 0 : ZONG_EBUSY;
	r = age_of(dir, &st, &age);
	if (r)
		return r;
	return age > ZONG_BACKUP_LOCK_SECONDS ? 0 : ZONG_EBUSY;
}

/* Takes a stale lock away: by renaming it, which only one can do, and looking whether it was that one. */
static int remove_stale(const char *dir, const char *path, const struct zong_buf *text)
{
	_cleanup_(zong_buf_release) struct zong_buf seen = ZONG_BUF_INIT(TEXT * 2);
	_cleanup_free_ char *aside = path_of(dir, ".stale");
	int r;

	if (!aside)
		return ZONG_ENOMEM;
	if (rename(path, aside) != 0)
		return errno == ENOENT ? 0 : zong_error_from_errno(errno);
	r = read_lock(aside, &seen);
	if (!r && (seen.len != text->len ||
			  memcmp(zong_buf_str(&seen), zong_buf_str(text), seen.len) != 0)) {
		/* Somebody was quicker, and this is his. */
		if (rename(aside, path) != 0)
			return zong_error_from_errno(errno);
		return ZONG_EBUSY;
	}
	unlink(aside);
	return 0;
}

int zong_backup_lock_take(const char *dir, struct zong_digest *ret_mark)
{
	_cleanup_free_ char *path = path_of(dir, "");
	char text[TEXT * 2];
	int tries;
	int r = ZONG_EBUSY;

	if (!path)
		return ZONG_ENOMEM;
	describe(text);
	for (tries = 0; tries < 3; tries++) {
		_cleanup_(zong_buf_release) struct zong_buf there = ZONG_BUF_INIT(TEXT * 2);

		r = make(dir, path, text);
		if (r != ZONG_EEXIST)
			break;
		r = is_stale(dir, path, &there);
		if (!r)
			r = remove_stale(dir, path, &there);
		if (r && r != ZONG_ENOENT)
			return r;
		r = ZONG_EBUSY;
	}
	if (!r)
		zong_digest_of(text, strlen(text), ret_mark);
	return r;
}

static int is_ours(const char *path, const struct zong_digest *mark)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(TEXT * 2);
	struct zong_digest seen;
	int r = read_lock(path, &text);

	if (r)
		return r == ZONG_ENOENT || r == ZONG_ECORRUPT ? ZONG_EBUSY : r;
	zong_digest_of(zong_buf_str(&text), text.len, &seen);
	return zong_digest_equal(&seen, mark) ? 0 : ZONG_EBUSY;
}

int zong_backup_lock_touch(const char *dir, const struct zong_digest *mark)
{
	_cleanup_free_ char *path = path_of(dir, "");
	int r;

	if (!path)
		return ZONG_ENOMEM;
	r = is_ours(path, mark);
	if (!r && utimensat(AT_FDCWD, path, NULL, 0) != 0)
		r = zong_error_from_errno(errno);
	return r;
}

void zong_backup_lock_give(const char *dir, const struct zong_digest *mark)
{
	_cleanup_free_ char *path = path_of(dir, "");

	if (path && is_ours(path, mark) == 0)
		unlink(path);
}
