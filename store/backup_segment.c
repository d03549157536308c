/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "backup_folder.h"
#include "pack_set.h"

struct zong_backup {
	struct zong_backup_folder folder;
	struct zong_pack_set set;
};

int zong_backup_open(const char *dest, struct zong_backup **ret_backup, struct zong_err *err)
{
	struct zong_backup *backup = calloc(1, sizeof(*backup));
	int r;

	if (!backup)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	r = zong_backup_folder_open(&backup->folder, dest, NULL, err);
	if (!r) {
		r = zong_pack_set_open(&backup->set, backup->folder.packs, NULL, NULL);
		if (r)
			zong_err_set(err, r, "%s", backup->folder.packs);
	}
	if (r) {
		zong_backup_close(backup);
		return r;
	}
	*ret_backup = backup;
	return 0;
}

void zong_backup_close(struct zong_backup *backup)
{
	if (!backup)
		return;
	zong_pack_set_release(&backup->set);
	zong_backup_folder_close(&backup->folder);
	free(backup);
}

const struct zong_id *zong_backup_archive(const struct zong_backup *backup)
{
	return &backup->folder.archive;
}

int zong_backup_segment(
	struct zong_backup *backup, const struct zong_digest *digest, struct zong_buf *ret_value)
{
	struct zong_pack_set *set = &backup->set;
	struct zong_pack_entry entry;
	int worst = ZONG_ENOENT;
	size_t i;
	int r;

	/* The newest first: it is where a value was put together anew. */
	for (i = set->count; i > 0; i--) {
		_cleanup_close_ int fd = -1;

		r = zong_pack_fd(set->dir, set->packs[i - 1].number, &fd);
		if (!r)
			r = zong_pack_find(&set->packs[i - 1], fd, digest, &entry);
		if (!r)
			r = zong_pack_value(fd, &entry, ret_value);
		if (!r || r == ZONG_ENOMEM || r == ZONG_ELIMIT)
			return r;
		if (r != ZONG_ENOENT)
			worst = r; /* another pack may have it whole */
	}
	return worst;
}
