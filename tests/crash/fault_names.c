/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls that change names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault_disk.h"
#include "fault_point.h"
#include "fault_real.h"

int mkdirat(int dir, const char *path, mode_t mode)
{
	char whole[PATH_MAX];
	int r = -1;

	if (!fault_path(dir, path, whole))
		return real_mkdirat(dir, path, mode);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		r = real_mkdirat(dir, path, mode);
		if (r == 0)
			disk_made(whole, true);
	}
	fault_leave();
	return r;
}

int mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

char *mkdtemp(char *name)
{
	char *at = name + strlen(name) - 6;
	uint8_t random[6];
	int tries, i;

	for (tries = 0; tries < 100; tries++) {
		if (getrandom(random, sizeof(random), 0) != sizeof(random))
			fault_die("no random numbers");
		for (i = 0; i < 6; i++)
			at[i] = (char)('a' + random[i] % 26);
		if (mkdirat(AT_FDCWD, name, 0700) == 0)
			return name;
		if (errno != EEXIST)
			break;
	}
	return NULL;
}

static int remove_any(int dir, const char *path, int flags)
{
	char whole[PATH_MAX];
	int r = -1;

	if (!fault_path(dir, path, whole))
		return real_unlinkat(dir, path, flags);
	fault_enter();
	if (fault_point(FAULT_REMOVE) == FAULT_PASS) {
		if (flags & AT_REMOVEDIR)
			disk_removing_folder(whole);
		else
			disk_unlinking(whole);
		r = real_unlinkat(dir, path, flags);
		if (r != 0) {
			int before = errno;

			disk_not_done();
			errno = before;
		}
	}
	fault_leave();
	return r;
}

int unlinkat(int dir, const char *path, int flags)
{
	return remove_any(dir, path, flags);
}

int unlink(const char *path)
{
	return remove_any(AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
	return remove_any(AT_FDCWD, path, AT_REMOVEDIR);
}

int remove(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return -1;
	return remove_any(AT_FDCWD, path, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	char whole_from[PATH_MAX], whole_to[PATH_MAX];
	bool from_below = fault_path(from_dir, from, whole_from);
	bool to_below = fault_path(to_dir, to, whole_to);
	int r = -1;

	if (!from_below && !to_below)
		return real_renameat2(from_dir, from, to_dir, to, flags);
	if (!from_below || !to_below || (flags & ~RENAME_NOREPLACE))
		fault_die("a rename that cannot be followed: %s to %s", from, to);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		disk_renaming(whole_from, whole_to);
		r = real_renameat2(from_dir, from, to_dir, to, flags);
		if (r != 0) {
			int before = errno;

			disk_not_done();
			errno = before;
		}
	}
	fault_leave();
	return r;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return renameat2(from_dir, from, to_dir, to, 0);
}

int rename(const char *from, const char *to)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	char whole[PATH_MAX];
	int r = -1;

	if (!fault_path(to_dir, to, whole))
		return real_linkat(from_dir, from, to_dir, to, flags);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		r = real_linkat(from_dir, from, to_dir, to, flags);
		if (r == 0)
			disk_made(whole, false);
	}
	fault_leave();
	return r;
}

int link(const char *from, const char *to)
{
	return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int symlinkat(const char *target, int dir, const char *path)
{
	char whole[PATH_MAX];
	int r = -1;

	if (!fault_path(dir, path, whole))
		return (int)syscall(SYS_symlinkat, target, dir, path);
	fault_enter();
	if (fault_point(FAULT_ROOM) == FAULT_PASS) {
		r = (int)syscall(SYS_symlinkat, target, dir, path);
		if (r == 0)
			disk_made(whole, false);
	}
	fault_leave();
	return r;
}

int symlink(const char *target, const char *path)
{
	return symlinkat(target, AT_FDCWD, path);
}
