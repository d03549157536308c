/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_LOCK_H
#define ZONG_STORE_BACKUP_LOCK_H

/* The lock of a backup's folder: a file "lock" made exclusively, which every disk and network can do. It says who made
 * it. One that its maker left behind is taken over: on the same machine when that process is gone, else when nobody
 * has touched it for ZONG_BACKUP_LOCK_SECONDS by the clock of the disk.
 * Threads: any. */

#include <zong/digest.h>
#include <zong/error.h>

/* *ret_mark: what was written, to be handed to the others. 0, ZONG_EBUSY, ZONG_EIO, ZONG_ENOSPC. */
int zong_backup_lock_take(const char *dir, struct zong_digest *ret_mark);
/* ZONG_EBUSY: somebody else has it. */
int zong_backup_lock_touch(const char *dir, const struct zong_digest *mark);
void zong_backup_lock_give(const char *dir, const struct zong_digest *mark);

#endif
