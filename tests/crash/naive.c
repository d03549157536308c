/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shim on trial: programs that forget a sync must be caught, those that forget none must not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "naive.h"

#define SIZE 3000

enum { SYNC_FILE = 1, SYNC_FOLDER = 2, SYNC_DATA = 4, SYNC_WRITES = 8, TAIL = 16, NAMELESS = 32 };

static void fill(unsigned char *bytes, unsigned char from)
{
	int i;

	for (i = 0; i < SIZE; i++)
		bytes[i] = (unsigned char)(from + i % 251);
}

static int sync_folder(const char *root)
{
	int fd = open(root, O_RDONLY | O_DIRECTORY);
	int r = fsync(fd);

	close(fd);
	return r;
}

/* Writes a file, gives it its name in place of an older one, and says that it is there. */
static int replace(const char *root, int ledger, int flags)
{
	unsigned char bytes[SIZE];
	char from[1100], to[1100];
	int fd, r = 0;

	snprintf(from, sizeof(from), "%s/new", root);
	snprintf(to, sizeof(to), "%s/file", root);
	fd = open(from, O_RDWR | O_CREAT | O_TRUNC | ((flags & SYNC_WRITES) ? O_DSYNC : 0), 0600);
	fill(bytes, 7);
	if (fd < 0 || write(fd, bytes, SIZE / 2) != SIZE / 2)
		return -1;
	if ((flags & SYNC_FILE) && (flags & TAIL))
		r = fsync(fd); /* too early */
	if (write(fd, bytes + SIZE / 2, SIZE - SIZE / 2) != SIZE - SIZE / 2)
		return -1;
	if ((flags & SYNC_FILE) && !(flags & TAIL))
		r = fsync(fd);
	if (flags & SYNC_DATA)
		r = fdatasync(fd);
	close(fd);
	if (r || rename(from, to) || ((flags & SYNC_FOLDER) && sync_folder(root)))
		return -1;
	return write(ledger, "x", 1) == 1 ? 0 : -1;
}

int naive_prepare(const char *root)
{
	unsigned char bytes[SIZE];
	char path[1100];
	int fd;

	snprintf(path, sizeof(path), "%s/file", root);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	fill(bytes, 1);
	return fd >= 0 && write(fd, bytes, SIZE) == SIZE && close(fd) == 0 ? 0 : -1;
}

/* The old bytes or the new ones, whole; the new ones where that was said. */
bool naive_holds(const char *root, int ledger)
{
	unsigned char bytes[SIZE + 1], old[SIZE], wanted[SIZE];
	char path[1100];
	struct stat st;
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/file", root);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		n = read(fd, bytes, sizeof(bytes));
		close(fd);
	}
	fill(old, 1);
	fill(wanted, 7);
	if (n != SIZE)
		return false;
	if (memcmp(bytes, wanted, SIZE) == 0)
		return true;
	return fstat(ledger, &st) == 0 && st.st_size == 0 && memcmp(bytes, old, SIZE) == 0;
}

static int forget_all(const char *root, int ledger)
{
	return replace(root, ledger, 0);
}

static int forget_file(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_FOLDER);
}

static int forget_folder(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_FILE);
}

static int forget_tail(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_FILE | SYNC_FOLDER | TAIL);
}

static int forget_nothing(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_FILE | SYNC_FOLDER);
}

static int sync_data(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_DATA | SYNC_FOLDER);
}

static int sync_each_write(const char *root, int ledger)
{
	return replace(root, ledger, SYNC_WRITES | SYNC_FOLDER);
}

/* The file itself is written over, with all the syncs that there are: no better. */
static int write_over(const char *root, int ledger)
{
	unsigned char bytes[SIZE];
	char path[1100];
	int fd;

	snprintf(path, sizeof(path), "%s/file", root);
	fd = open(path, O_RDWR | O_DSYNC);
	fill(bytes, 7);
	if (fd < 0 || pwrite(fd, bytes, SIZE, 0) != SIZE || fsync(fd))
		return -1;
	close(fd);
	return write(ledger, "x", 1) == 1 ? 0 : -1;
}

const struct naive naives[] = {
	{"write and rename without a sync", forget_all, true},
	{"write and rename with the file not synced", forget_file, true},
	{"write and rename with the folder not synced", forget_folder, true},
	{"write and rename with a sync before the last write", forget_tail, true},
	{"write over the only copy", write_over, true},
	{"write, fsync, rename, fsync of the folder", forget_nothing, false},
	{"write, fdatasync, rename, fsync of the folder", sync_data, false},
	{"write through O_DSYNC, rename, fsync of the folder", sync_each_write, false},
};
const size_t naive_count = sizeof(naives) / sizeof(*naives);

/* Ends by abort under the shim. */
void naive_map(const char *root)
{
	char path[1100];
	void *map;
	int fd;

	snprintf(path, sizeof(path), "%s/file", root);
	fd = open(path, O_RDWR);
	map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	_exit(map == MAP_FAILED ? 1 : 0);
}
