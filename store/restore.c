/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/cleanup.h>
#include <zong/file.h>

#include "restore.h"
#include "version.h"

#define MARKER "restoring"

/* What a restore makes in a new archive's folder, and what an earlier one may have left. */
static const char *const parts[] = {"catalog", "segments", "text", "spool"};
/* ... and files, by the beginning of their names: one that was being replaced has more behind it. */
static const char *const files[] = {"lock", "zong.conf", "format.", MARKER "."};

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

void zong_restore_trouble(struct zong_restore *restore, enum zong_backup_trouble trouble,
	const char *name, const struct zong_digest *digest)
{
	const struct zong_backup_watch *watch = &restore->options->watch;

	restore->result.troubles++;
	if (watch->trouble)
		watch->trouble(watch->ctx, trouble, name, digest);
}

int zong_restore_progress(
	struct zong_restore *restore, enum zong_backup_phase phase, uint64_t done, uint64_t total)
{
	const struct zong_backup_watch *watch = &restore->options->watch;

	return watch->progress && watch->progress(watch->ctx, phase, done, total) ? ZONG_ECANCELLED
										  : 0;
}

/* ---- the folder ---- */

static bool has(const char *dir, const char *name)
{
	_cleanup_free_ char *path = path_in(dir, name);

	return path && access(path, F_OK) == 0;
}

static bool is_ours(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (strncmp(name, files[i], strlen(files[i])) == 0)
			return true;
	return false;
}

/* Nothing there but a marker that was being written. */
static bool is_empty(const char *dir)
{
	DIR *handle = opendir(dir);
	const struct dirent *entry;
	bool empty = true;

	while (handle && empty && (entry = readdir(handle)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			strncmp(entry->d_name, MARKER ".", sizeof(MARKER)) == 0;
	if (handle)
		closedir(handle);
	return handle && empty;
}

static void remove_files(const char *dir)
{
	const struct dirent *entry;
	DIR *handle = opendir(dir);

	while (handle && (entry = readdir(handle)) != NULL)
		if (is_ours(entry->d_name))
			unlinkat(dirfd(handle), entry->d_name, 0);
	if (handle)
		closedir(handle);
}

/* Deletes the files in a folder, and it. Only what a restore makes: no folder lies in these. */
static void remove_part(const char *dir, const char *name)
{
	_cleanup_free_ char *path = path_in(dir, name);
	const struct dirent *entry;
	DIR *handle = path ? opendir(path) : NULL;

	while (handle && (entry = readdir(handle)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(handle), entry->d_name, 0);
	if (!handle)
		return;
	closedir(handle);
	rmdir(path);
}

static int write_file(const char *dir, const char *name, const void *bytes, size_t len)
{
	_cleanup_free_ char *path = path_in(dir, name);

	return path ? zong_file_replace(path, bytes, len, 0600) : ZONG_ENOMEM;
}

/* An empty folder with the marker in it. */
static int prepare_dir(const char *dir)
{
	size_t i;
	int r = zong_file_make_dir(dir, 0700);

	if (r && r != ZONG_EEXIST)
		return r;
	if (r == ZONG_EEXIST && !is_empty(dir) && (!has(dir, MARKER) || has(dir, "format")))
		return ZONG_EEXIST;
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		remove_part(dir, parts[i]);
	r = zong_restore_clear_vaults(dir, NULL);
	if (r)
		return r;
	remove_files(dir);
	return write_file(dir, MARKER, "", 0);
}

/* With its last step the folder is an archive. Whoever hears that it failed can begin anew: so it is undone, or, where
 * not even that can be written, the sync is tried once more. */
static int name_format(struct zong_restore *restore)
{
	_cleanup_free_ char *marker = path_in(restore->dir, MARKER);
	_cleanup_free_ char *format = path_in(restore->dir, "format");
	int r;

	if (!marker || !format)
		return ZONG_ENOMEM;
	if (rename(marker, format) != 0)
		return zong_error_from_errno(errno);
	r = zong_file_sync_dir(restore->dir);
	if (r && rename(format, marker) != 0)
		r = zong_file_sync_dir(restore->dir);
	return r;
}

static int end_dir(struct zong_restore *restore)
{
	struct zong_buf *conf = &restore->manifest.conf;
	char format[32];
	int r = 0;

	if (conf->len > 0)
		r = write_file(restore->dir, "zong.conf", conf->data, conf->len);
	if (!r)
		r = write_file(restore->dir, "lock", "", 0);
	snprintf(format, sizeof(format), "%u\n", restore->manifest.about.store_format);
	if (!r)
		r = write_file(restore->dir, MARKER, format, strlen(format));
	return r ? r : name_format(restore);
}

/* ---- which snapshot ---- */

static int read_named(struct zong_restore *restore, const char *name)
{
	if (!zong_backup_is_name(name))
		return ZONG_ENOENT;
	return zong_backup_folder_read(&restore->folder, name, &restore->manifest);
}

static int read_newest(struct zong_restore *restore)
{
	_cleanup_free_ char(*names)[ZONG_BACKUP_NAME] = NULL;
	size_t count = 0;
	int r = zong_backup_folder_names(&restore->folder, &names, &count);

	if (r)
		return r;
	r = ZONG_ENOENT;
	for (; count > 0; count--) {
		r = zong_backup_folder_read(&restore->folder, names[count - 1], &restore->manifest);
		if (r != ZONG_ECORRUPT && r != ZONG_EIO)
			return r;
		zong_restore_trouble(
			restore, ZONG_TROUBLE_SNAPSHOT_DAMAGED, names[count - 1], NULL);
		zong_manifest_release(&restore->manifest);
		zong_manifest_init(&restore->manifest);
	}
	return r;
}

static int choose(struct zong_restore *restore)
{
	const char *name = restore->options->snapshot;
	int r = name ? read_named(restore, name) : read_newest(restore);

	if (r)
		return r;
	if (restore->manifest.about.store_format > ZONG_FORMAT)
		return ZONG_EVERSION;
	if (restore->manifest.about.store_format == 0 ||
		!zong_id_equal(&restore->manifest.archive, &restore->folder.archive))
		return ZONG_ECORRUPT;
	return 0;
}

/* ---- all of it ---- */

static void damaged_pack(void *ctx, uint32_t number)
{
	char name[ZONG_PACK_NAME];

	zong_pack_name(number, name);
	zong_restore_trouble(ctx, ZONG_TROUBLE_PACK_DAMAGED, name, NULL);
}

static int locate(struct zong_restore *restore)
{
	int r = zong_pack_set_open(&restore->set, restore->folder.packs, damaged_pack, restore);

	if (r)
		return r;
	zong_backup_needs_init(&restore->needs, &restore->set);
	r = zong_backup_needs_add(&restore->needs, &restore->manifest);
	return r ? r : zong_backup_needs_locate(&restore->needs);
}

static int work(struct zong_restore *restore, struct zong_err *err)
{
	const char *name = restore->options->snapshot;
	int r = choose(restore);

	if (r)
		return zong_err_set(err, r, "%s", name ? name : restore->folder.dir);
	r = locate(restore);
	if (r)
		return zong_err_set(err, r, "%s", restore->folder.dir);
	r = prepare_dir(restore->dir);
	if (!r)
		r = zong_store_make_folders(restore->dir);
	if (r)
		return zong_err_set(err, r, "%s", restore->dir);
	r = zong_restore_catalog(restore);
	if (!r)
		r = zong_restore_segments(restore);
	if (!r)
		r = zong_restore_vaults(restore);
	if (!r)
		r = end_dir(restore);
	/* What is wrong with the bytes is wrong with the backup; all else with the new disk. */
	return r ? zong_err_set(err, r, "%s",
			   r == ZONG_ECORRUPT || r == ZONG_ENOENT ? restore->folder.dir
								  : restore->dir)
		 : 0;
}

int zong_restore_run(const char *dest, const char *dir, const struct zong_restore_options *options,
	struct zong_restore_result *ret_result, struct zong_err *err)
{
	static const struct zong_restore_options none = {0};
	struct zong_restore restore = {.options = options ? options : &none, .dir = dir};
	int r = zong_backup_folder_open(&restore.folder, dest, NULL, err);

	if (r)
		return r;
	zong_manifest_init(&restore.manifest);
	r = work(&restore, err);
	if (!r) {
		restore.result.snapshot = restore.manifest.about;
		*ret_result = restore.result;
	}
	zong_backup_needs_release(&restore.needs);
	zong_pack_set_release(&restore.set);
	zong_manifest_release(&restore.manifest);
	zong_backup_folder_close(&restore.folder);
	return r;
}
