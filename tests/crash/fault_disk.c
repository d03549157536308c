/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault_disk.h"
#include "fault_real.h"

#define SECTOR 512

/* One that was changed since it was last durable. */
struct sector {
	uint64_t number;
	bool stuck;   /* a sync of it has failed */
	bool between; /* it was changed more than once */
	uint8_t durable[SECTOR];
	uint8_t other[SECTOR]; /* what it was between two changes */
	struct sector *next;
};

#define BUCKETS 256

struct file {
	dev_t device;
	ino_t inode;
	int fd; /* our own, for reading and writing; kept open, so the inode is given to no other */
	bool lock; /* LMDB's lock.mdb: in truth changed through a mapping that nobody syncs */
	off_t durable_len;
	struct sector *bucket[BUCKETS];
	struct file *next;
};

enum change_kind { MADE, UNLINKED, FOLDER_MADE, FOLDER_REMOVED, RENAMED };

struct change {
	enum change_kind kind;
	char *path;  /* of a rename: from */
	char *to;    /* of a rename */
	char *grave; /* what the name stood for before; or NULL */
	mode_t mode;
	bool lost;
	struct change *next; /* the one before */
};

static struct {
	bool tracks;
	uint64_t random;
	char graves[4096];
	unsigned long grave_count;
	struct file *files;
	struct change *changes; /* newest first */
} disk;

uint32_t disk_random(uint32_t below)
{
	/* xorshift64* */
	disk.random ^= disk.random >> 12;
	disk.random ^= disk.random << 25;
	disk.random ^= disk.random >> 27;
	return below ? (uint32_t)((disk.random * UINT64_C(2685821657736338717)) >> 33) % below : 0;
}

void disk_begin(const char *dir, uint64_t seed, bool tracks)
{
	disk.tracks = tracks;
	disk.random = seed * UINT64_C(0x9E3779B97F4A7C15) + 0x1234567;
	disk_random(1);
	snprintf(disk.graves, sizeof(disk.graves), "%s.graves", dir);
	if (tracks && real_mkdir(disk.graves, 0700) != 0 && errno != EEXIST)
		fault_die("cannot make %s", disk.graves);
}

/* ---- bytes ---- */

static struct file *find_file(const struct stat *st)
{
	struct file *file;

	for (file = disk.files; file; file = file->next)
		if (file->device == st->st_dev && file->inode == st->st_ino)
			break;
	return file;
}

/* The file behind @fd, followed from now on; NULL: no regular file. */
static struct file *follow(int fd)
{
	char link[64], path[4096];
	struct file *file;
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return NULL;
	file = find_file(&st);
	if (file)
		return file;
	file = calloc(1, sizeof(*file));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (!file || len < 0)
		fault_die("cannot follow a file");
	path[len] = '\0';
	file->device = st.st_dev;
	file->inode = st.st_ino;
	file->durable_len = st.st_size;
	file->lock = len > 9 && strcmp(path + len - 9, "/lock.mdb") == 0;
	file->fd = file->lock ? -1 : real_open(link, O_RDWR | O_CLOEXEC, 0);
	if (!file->lock && file->fd < 0)
		fault_die("cannot open %s for following it", path);
	file->next = disk.files;
	disk.files = file;
	return file;
}

static void read_sector(const struct file *file, uint64_t number, uint8_t *ret_bytes)
{
	ssize_t n = pread(file->fd, ret_bytes, SECTOR, (off_t)(number * SECTOR));

	if (n < 0)
		fault_die("cannot read what is to be overwritten");
	memset(ret_bytes + n, 0, SECTOR - (size_t)n);
}

static void change_sector(struct file *file, uint64_t number)
{
	struct sector **bucket = &file->bucket[number % BUCKETS];
	struct sector *sector;

	for (sector = *bucket; sector; sector = sector->next)
		if (sector->number == number)
			break;
	if (sector) {
		sector->stuck = false;
		if (!sector->between || disk_random(2)) {
			read_sector(file, number, sector->other);
			sector->between = true;
		}
		return;
	}
	sector = calloc(1, sizeof(*sector));
	if (!sector)
		fault_die("no memory");
	sector->number = number;
	read_sector(file, number, sector->durable);
	sector->next = *bucket;
	*bucket = sector;
}

void disk_writing(int fd, off_t offset, size_t len)
{
	struct file *file = disk.tracks && len > 0 ? follow(fd) : NULL;
	uint64_t number;

	if (!file || file->lock)
		return;
	for (number = (uint64_t)offset / SECTOR; number <= ((uint64_t)offset + len - 1) / SECTOR;
		number++)
		change_sector(file, number);
}

void disk_truncating(int fd, off_t len)
{
	struct stat st;

	if (!disk.tracks || fstat(fd, &st) != 0)
		return;
	if (len < st.st_size)
		disk_writing(fd, len, (size_t)(st.st_size - len));
	else
		follow(fd); /* for its length now */
}

static void forget_sectors(struct file *file, uint64_t first, uint64_t last)
{
	struct sector **link;
	struct sector *sector;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (link = &file->bucket[i]; *link;) {
			sector = *link;
			if (sector->stuck || sector->number < first || sector->number > last) {
				link = &sector->next;
				continue;
			}
			*link = sector->next;
			free(sector);
		}
}

void disk_synced_range(int fd, off_t offset, size_t len)
{
	struct file *file = disk.tracks && len > 0 ? follow(fd) : NULL;
	struct stat st;

	if (!file || file->lock)
		return;
	forget_sectors(file, (uint64_t)offset / SECTOR, ((uint64_t)offset + len - 1) / SECTOR);
	if (fstat(fd, &st) == 0)
		file->durable_len = st.st_size;
}

static void sync_names(const char *dir);

void disk_synced(int fd)
{
	struct file *file;
	char link[64], path[4096];
	struct stat st;
	ssize_t len;

	if (!disk.tracks || fstat(fd, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode)) {
		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		len = readlink(link, path, sizeof(path) - 1);
		if (len > 0) {
			path[len] = '\0';
			sync_names(path);
		}
		return;
	}
	file = find_file(&st);
	if (!file || file->lock)
		return;
	forget_sectors(file, 0, UINT64_MAX);
	file->durable_len = st.st_size;
}

void disk_sync_failed(int fd)
{
	struct sector *sector;
	struct file *file;
	struct stat st;
	size_t i;

	if (!disk.tracks || fstat(fd, &st) != 0)
		return;
	file = find_file(&st);
	for (i = 0; file && i < BUCKETS; i++)
		for (sector = file->bucket[i]; sector; sector = sector->next)
			sector->stuck = true;
}

/* ---- names ---- */

/* Is @path the name of something directly in @dir? */
static bool is_in(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return path && strncmp(path, dir, len) == 0 && path[len] == '/' &&
	       !strchr(path + len + 1, '/');
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return path && strncmp(path, dir, len) == 0 && path[len] == '/';
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* Can @later not have happened without @earlier? */
static bool rests_on(const struct change *later, const struct change *earlier)
{
	if (same(later->path, earlier->path) || same(later->path, earlier->to) ||
		same(later->to, earlier->path) || same(later->to, earlier->to))
		return true;
	if (earlier->kind == FOLDER_MADE &&
		(is_below(later->path, earlier->path) || is_below(later->to, earlier->path)))
		return true;
	return later->kind == FOLDER_REMOVED &&
	       (is_below(earlier->path, later->path) || is_below(earlier->to, later->path));
}

static void change_free(struct change *change)
{
	if (change->grave)
		real_unlink(change->grave);
	free(change->grave);
	free(change->path);
	free(change->to);
	free(change);
}

/* What is in @dir is durable, and what it rests on by a rename, but not the name of @dir itself. */
static void sync_names(const char *dir)
{
	struct change **link, *change, *later;
	bool more = true;

	for (change = disk.changes; change; change = change->next)
		change->lost = !(is_in(change->path, dir) || is_in(change->to, dir));
	while (more) {
		more = false;
		for (later = disk.changes; later; later = later->next)
			for (change = later->next; !later->lost && change; change = change->next)
				if (change->lost && change->kind != FOLDER_MADE &&
					rests_on(later, change)) {
					change->lost = false;
					more = true;
				}
	}
	for (link = &disk.changes; *link;) {
		change = *link;
		if (change->lost) {
			link = &change->next;
			continue;
		}
		*link = change->next;
		change_free(change);
	}
}

static char *copy(const char *text)
{
	char *made = strdup(text);

	if (!made)
		fault_die("no memory");
	return made;
}

static struct change *add(enum change_kind kind, const char *path)
{
	struct change *change = calloc(1, sizeof(*change));

	if (!change)
		fault_die("no memory");
	change->kind = kind;
	change->path = copy(path);
	change->next = disk.changes;
	disk.changes = change;
	return change;
}

/* Keeps what @path stands for now. */
static char *bury(const char *path)
{
	char *grave;

	if (asprintf(&grave, "%s/%lu", disk.graves, ++disk.grave_count) < 0)
		fault_die("no memory");
	if (real_link(path, grave) == 0)
		return grave;
	free(grave);
	return NULL;
}

void disk_made(const char *path, bool folder)
{
	if (disk.tracks)
		add(folder ? FOLDER_MADE : MADE, path);
}

void disk_unlinking(const char *path)
{
	if (disk.tracks)
		add(UNLINKED, path)->grave = bury(path);
}

void disk_removing_folder(const char *path)
{
	struct stat st;

	if (disk.tracks)
		add(FOLDER_REMOVED, path)->mode = stat(path, &st) == 0 ? st.st_mode & 07777 : 0700;
}

void disk_renaming(const char *from, const char *to)
{
	struct change *change;

	if (!disk.tracks)
		return;
	change = add(RENAMED, from);
	change->to = copy(to);
	change->grave = bury(to);
}

void disk_not_done(void)
{
	struct change *change = disk.changes;

	if (!disk.tracks)
		return;
	disk.changes = change->next;
	change_free(change);
}

/* ---- the power goes ---- */

static bool by_chance(unsigned of_four)
{
	return disk_random(4) < of_four;
}

static off_t length_left(const struct file *file, off_t now, unsigned kept)
{
	off_t low = now < file->durable_len ? now : file->durable_len;
	off_t high = now < file->durable_len ? file->durable_len : now;

	if (kept == 0 || low == high)
		return file->durable_len;
	if (kept == 4)
		return now;
	switch (disk_random(4)) {
	case 0:
		return now;
	case 1:
		return file->durable_len;
	default: /* only a length that grew can be in between: it was written in several steps */
		return now < file->durable_len ? now : low + disk_random((uint32_t)(high - low));
	}
}

static void leave_file(const struct file *file, unsigned kept)
{
	const struct sector *sector;
	struct stat st;
	off_t left, at;
	size_t i, len;

	if (file->lock || fstat(file->fd, &st) != 0)
		return;
	left = length_left(file, st.st_size, kept);
	for (i = 0; i < BUCKETS; i++)
		for (sector = file->bucket[i]; sector; sector = sector->next) {
			const uint8_t *bytes = sector->durable;

			at = (off_t)(sector->number * SECTOR);
			if (at >= left || by_chance(kept))
				continue;
			if (kept > 0 && sector->between && by_chance(1))
				bytes = sector->other;
			len = left - at < SECTOR ? (size_t)(left - at) : SECTOR;
			if (real_pwrite(file->fd, bytes, len, at) != (ssize_t)len)
				fault_die("cannot undo a write");
		}
	if (left != st.st_size && real_ftruncate(file->fd, left) != 0)
		fault_die("cannot undo a length");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return type == FTW_DP || type == FTW_D ? real_rmdir(path) : real_unlink(path);
}

static void undo(const struct change *change)
{
	switch (change->kind) {
	case MADE:
		real_unlink(change->path);
		break;
	case UNLINKED:
		if (change->grave)
			real_link(change->grave, change->path);
		break;
	case FOLDER_MADE:
		nftw(change->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		break;
	case FOLDER_REMOVED:
		real_mkdir(change->path, change->mode);
		break;
	case RENAMED:
		real_rename(change->to, change->path);
		if (change->grave)
			real_link(change->grave, change->to);
		break;
	}
}

static void leave_names(unsigned kept)
{
	struct change *list[4096];
	struct change *change;
	size_t count = 0, i, j;

	for (change = disk.changes; change && count < 4096; change = change->next)
		list[count++] = change;
	/* from the oldest: what rests on one that is lost is lost, too */
	for (i = count; i-- > 0;) {
		list[i]->lost = !by_chance(kept);
		for (j = count; !list[i]->lost && j-- > i + 1;)
			list[i]->lost = list[j]->lost && rests_on(list[i], list[j]);
	}
	for (i = 0; i < count; i++)
		if (list[i]->lost)
			undo(list[i]);
}

void disk_power(void)
{
	static const uint8_t kept[][2] = {/* of bytes and of names, in quarters */
		{0, 0}, {0, 4}, {2, 2}, {4, 0}, {4, 4}, {1, 3}, {3, 1}, {2, 4}, {2, 0}, {0, 2},
		{4, 2}};
	size_t way = disk_random(sizeof(kept) / sizeof(*kept));
	const struct file *file;

	for (file = disk.files; file; file = file->next)
		leave_file(file, kept[way][0]);
	leave_names(kept[way][1]);
	nftw(disk.graves, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
