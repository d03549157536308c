/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_FOLDER_H
#define ZONG_STORE_BACKUP_FOLDER_H

/* The folder of a backup: whose it is, who writes to it, which snapshots there are. The disk below may be anything that
 * makes, renames and deletes files; modes are asked for at making and never set later, since not every one has
 * them.
 *
 *     zong_backup_folder_open(&folder, dest, &archive, &err);    for writing: takes the lock
 *     zong_backup_folder_open(&folder, dest, NULL, &err);        for reading
 *     zong_backup_folder_close(&folder);
 *
 * Threads: one at a time. */

#include "backup_manifest.h"

struct zong_backup_folder {
	char *dir, *packs, *snapshots; /* paths */
	struct zong_id archive;
	bool locked;
	struct zong_digest lock; /* of what we wrote into it */
	int64_t touched;	 /* monotonic; when the lock was written last */
};

/* @archive: makes the folder where it is missing, takes the lock, deletes what is not finished. NULL: only reads. Codes as
 * in include/zong/backup.h for zong_backup_run and zong_backup_list. */
int zong_backup_folder_open(struct zong_backup_folder *folder, const char *dest,
	const struct zong_id *archive, struct zong_err *err);
void zong_backup_folder_close(struct zong_backup_folder *folder); /* safe on a zeroed one */
/* To be called now and then by who has the lock: tells others that he is alive. ZONG_EBUSY: the lock is not ours any
 * more. */
int zong_backup_folder_touch(struct zong_backup_folder *folder);

/* Names of snapshots, ascending; the array is freed by the caller. */
int zong_backup_folder_names(const struct zong_backup_folder *folder,
	char (**ret_names)[ZONG_BACKUP_NAME], size_t *ret_count);
/* The name for a snapshot of @time that nobody has yet. */
int zong_backup_folder_name(
	const struct zong_backup_folder *folder, int64_t time, char ret_name[ZONG_BACKUP_NAME]);
bool zong_backup_is_name(const char *name);
/* Into an initialised manifest. ZONG_ENOENT, ZONG_ECORRUPT, ZONG_EVERSION, ZONG_EIO. */
int zong_backup_folder_read(
	const struct zong_backup_folder *folder, const char *name, struct zong_manifest *manifest);
/* On the disk under manifest->about.name when it returns; replaces. *ret_len: bytes (may be NULL). */
int zong_backup_folder_write(const struct zong_backup_folder *folder,
	const struct zong_manifest *manifest, uint64_t *ret_len);
/* Deletes a file and syncs its folder. Not being there is no error. */
int zong_backup_folder_delete(const char *folder, const char *name);

#endif
