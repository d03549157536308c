/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>
#include <zong/time.h>

#include "backup_folder.h"
#include "backup_lock.h"

#define MARKER "zong-backup"
#define FORMAT 1

static char *path_in(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

/* ---- files ---- */

static int write_new(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return zong_error_from_errno(errno);
	r = zong_file_write_all(fd, bytes, len);
	if (!r && fsync(fd) != 0)
		r = zong_error_from_errno(errno);
	if (close(fd) != 0 && !r)
		r = zong_error_from_errno(errno);
	return r;
}

/* As zong_file_replace, on disks that know no modes, too. */
static int replace(const char *dir, const char *name, const void *bytes, size_t len)
{
	_cleanup_free_ char *temporary = path_in(dir, name, ".tmp");
	_cleanup_free_ char *path = path_in(dir, name, "");
	int r;

	if (!temporary || !path)
		return ZONG_ENOMEM;
	r = write_new(temporary, bytes, len);
	if (!r && rename(temporary, path) != 0)
		r = zong_error_from_errno(errno);
	if (r) {
		unlink(temporary);
		return r;
	}
	return zong_file_sync_dir(dir);
}

int zong_backup_folder_delete(const char *folder, const char *name)
{
	_cleanup_free_ char *path = path_in(folder, name, "");

	if (!path)
		return ZONG_ENOMEM;
	if (unlink(path) != 0)
		return errno == ENOENT ? 0 : zong_error_from_errno(errno);
	return zong_file_sync_dir(folder);
}

/* Calls @each with every name in @dir but those that begin with a dot, until it returns non-zero. */
static int walk(const char *dir, int (*each)(void *ctx, const char *name), void *ctx)
{
	const struct dirent *entry;
	DIR *handle = opendir(dir);
	int r = 0;

	if (!handle)
		return zong_error_from_errno(errno);
	while (!r) {
		errno = 0;
		entry = readdir(handle);
		if (!entry) {
			r = errno ? zong_error_from_errno(errno) : 0;
			break;
		}
		if (entry->d_name[0] != '.')
			r = each(ctx, entry->d_name);
	}
	closedir(handle);
	return r;
}

static int sweep_one(void *ctx, const char *name)
{
	size_t len = strlen(name);

	if (len > 4 && strcmp(name + len - 4, ".tmp") == 0)
		return zong_backup_folder_delete(ctx, name);
	return 0;
}

/* ---- the marker ---- */

static int read_marker(struct zong_backup_folder *folder)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(256);
	_cleanup_free_ char *path = path_in(folder->dir, MARKER, "");
	unsigned long format;
	char *end;
	int r;

	if (!path)
		return ZONG_ENOMEM;
	r = zong_file_read(path, &text);
	if (r)
		return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
	if (strncmp(zong_buf_str(&text), MARKER " ", sizeof(MARKER)) != 0)
		return ZONG_ECORRUPT;
	format = strtoul(zong_buf_str(&text) + sizeof(MARKER), &end, 10);
	if (format > FORMAT)
		return ZONG_EVERSION;
	if (format != FORMAT || *end != '\n')
		return ZONG_ECORRUPT;
	end[1 + strcspn(end + 1, "\n")] = '\0';
	return zong_id_parse(end + 1, &folder->archive) ? ZONG_ECORRUPT : 0;
}

static int write_marker(struct zong_backup_folder *folder, const struct zong_id *archive)
{
	char id[ZONG_ID_TEXT], text[128];

	zong_id_format(archive, id);
	snprintf(text, sizeof(text), "%s %d\n%s\n", MARKER, FORMAT, id);
	folder->archive = *archive;
	return replace(folder->dir, MARKER, text, strlen(text));
}

/* A folder in which something else lies is not ours to fill. */
static int refuse_any(void *ctx, const char *name)
{
	(void)ctx;
	/* What a first run leaves behind that did not come as far as the marker. */
	if (strcmp(name, "lock") == 0 || strcmp(name, MARKER ".tmp") == 0 ||
		strcmp(name, "lost+found") == 0)
		return 0;
	return ZONG_EEXIST;
}

static int make_dir(const char *path)
{
	int r = zong_file_make_dir(path, 0700);

	return r == ZONG_EEXIST ? 0 : r;
}

static int open_for_writing(struct zong_backup_folder *folder, const struct zong_id *archive)
{
	int r = make_dir(folder->dir);

	if (!r)
		r = read_marker(folder);
	if (r == ZONG_ENOENT)
		r = walk(folder->dir, refuse_any, NULL);
	else if (!r && !zong_id_equal(&folder->archive, archive))
		r = ZONG_EEXIST;
	if (!r)
		r = zong_backup_lock_take(folder->dir, &folder->lock);
	if (r)
		return r;
	folder->locked = true;
	folder->touched = zong_time_monotonic();
	r = read_marker(folder); /* now that nobody else writes it */
	if (r == ZONG_ENOENT)
		r = write_marker(folder, archive);
	if (!r)
		r = make_dir(folder->packs);
	if (!r)
		r = make_dir(folder->snapshots);
	if (!r)
		r = walk(folder->packs, sweep_one, folder->packs);
	if (!r)
		r = walk(folder->snapshots, sweep_one, folder->snapshots);
	return r;
}

int zong_backup_folder_open(struct zong_backup_folder *folder, const char *dest,
	const struct zong_id *archive, struct zong_err *err)
{
	int r;

	memset(folder, 0, sizeof(*folder));
	folder->dir = strdup(dest);
	folder->packs = path_in(dest, "packs", "");
	folder->snapshots = path_in(dest, "snapshots", "");
	if (!folder->dir || !folder->packs || !folder->snapshots)
		r = ZONG_ENOMEM;
	else
		r = archive ? open_for_writing(folder, archive) : read_marker(folder);
	if (!r)
		return 0;
	zong_backup_folder_close(folder);
	return zong_err_set(err, r, "%s", dest);
}

void zong_backup_folder_close(struct zong_backup_folder *folder)
{
	if (folder->locked)
		zong_backup_lock_give(folder->dir, &folder->lock);
	free(folder->dir);
	free(folder->packs);
	free(folder->snapshots);
	memset(folder, 0, sizeof(*folder));
}

int zong_backup_folder_touch(struct zong_backup_folder *folder)
{
	int64_t now = zong_time_monotonic();

	if (!folder->locked || now - folder->touched < ZONG_BACKUP_LOCK_SECONDS * ZONG_SECOND / 20)
		return 0;
	folder->touched = now;
	return zong_backup_lock_touch(folder->dir, &folder->lock);
}

/* ---- snapshots ---- */

static void name_of(int64_t time, char ret_name[ZONG_BACKUP_NAME])
{
	time_t seconds = (time_t)(time / ZONG_SECOND);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) ||
		strftime(ret_name, ZONG_BACKUP_NAME, "%Y-%m-%dT%H-%M-%SZ", &tm) == 0)
		abort();
}

bool zong_backup_is_name(const char *name)
{
	static const char shape[] = "dddd-dd-ddTdd-dd-ddZ";
	size_t i;

	for (i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? name[i] < '0' || name[i] > '9' : name[i] != shape[i])
			return false;
	return name[i] == '\0';
}

struct names {
	char (*items)[ZONG_BACKUP_NAME];
	size_t count;
};

static int add_name(void *ctx, const char *name)
{
	struct names *names = ctx;

	if (!zong_backup_is_name(name))
		return 0;
	if (names->count == ZONG_BACKUP_SNAPSHOTS_MAX)
		return ZONG_ELIMIT;
	snprintf(names->items[names->count++], ZONG_BACKUP_NAME, "%s", name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int zong_backup_folder_names(const struct zong_backup_folder *folder,
	char (**ret_names)[ZONG_BACKUP_NAME], size_t *ret_count)
{
	struct names names = {.items = calloc(ZONG_BACKUP_SNAPSHOTS_MAX, ZONG_BACKUP_NAME)};
	int r;

	if (!names.items)
		return ZONG_ENOMEM;
	r = walk(folder->snapshots, add_name, &names);
	if (r == ZONG_ENOENT)
		r = 0; /* the first run did not come as far */
	if (r) {
		free(names.items);
		return r;
	}
	qsort(names.items, names.count, ZONG_BACKUP_NAME, by_name);
	*ret_names = names.items;
	*ret_count = names.count;
	return 0;
}

int zong_backup_folder_name(
	const struct zong_backup_folder *folder, int64_t time, char ret_name[ZONG_BACKUP_NAME])
{
	for (;; time += ZONG_SECOND) {
		_cleanup_free_ char *path = NULL;

		name_of(time, ret_name);
		path = path_in(folder->snapshots, ret_name, "");
		if (!path)
			return ZONG_ENOMEM;
		if (access(path, F_OK) != 0)
			return errno == ENOENT ? 0 : zong_error_from_errno(errno);
	}
}

int zong_backup_folder_read(
	const struct zong_backup_folder *folder, const char *name, struct zong_manifest *manifest)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(ZONG_BACKUP_MANIFEST);
	_cleanup_free_ char *path = path_in(folder->snapshots, name, "");
	int r;

	if (!path)
		return ZONG_ENOMEM;
	r = zong_file_read(path, &bytes);
	if (r)
		return r == ZONG_ELIMIT ? ZONG_ECORRUPT : r;
	snprintf(manifest->about.name, sizeof(manifest->about.name), "%s", name);
	return zong_manifest_parse(manifest, zong_buf_str(&bytes), bytes.len);
}

int zong_backup_folder_write(const struct zong_backup_folder *folder,
	const struct zong_manifest *manifest, uint64_t *ret_len)
{
	_cleanup_(zong_buf_release) struct zong_buf bytes = ZONG_BUF_INIT(ZONG_BACKUP_MANIFEST);
	int r = zong_manifest_pack(manifest, &bytes);

	if (!r)
		r = replace(folder->snapshots, manifest->about.name, bytes.data, bytes.len);
	if (!r && ret_len)
		*ret_len = bytes.len;
	return r;
}
