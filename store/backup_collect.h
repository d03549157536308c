/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_COLLECT_H
#define ZONG_STORE_BACKUP_COLLECT_H

/* Removes the snapshots that a policy does not keep, and what no other one needs. The order holds at every moment what
 * the kept ones need: manifests of the others go first; packs of which a third or more is unneeded are put together
 * anew; then the kept manifests say so; then the old packs go. Whatever an interruption leaves is seen as
 * unneeded the next time. Where a kept snapshot cannot be read, nothing is removed at all.
 * Threads: one at a time; the folder is locked. */

#include "backup_sink.h"

/* Fills result's removed and bytes_freed. */
int zong_backup_collect(struct zong_backup_folder *folder, struct zong_pack_set *set,
	struct zong_backup_sink *sink, const struct zong_backup_keep *keep,
	struct zong_backup_result *result);

#endif
