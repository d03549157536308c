/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_RESTORE_H
#define ZONG_STORE_RESTORE_H

/* A restore under way, for the files restore*.c. Nothing is synced before all is written, and the file "format" comes
 * after that: a crash leaves what is no archive.
 * Threads: the caller's, and one that reads and digests the next values while the last ones are put. */

#include "backup_folder.h"
#include "backup_needs.h"
#include "state.h"

struct zong_restore {
	const struct zong_restore_options *options;
	const char *dir;
	struct zong_backup_folder folder;
	struct zong_manifest manifest;
	struct zong_pack_set set;
	struct zong_backup_needs needs; /* of this one snapshot */
	struct zong_restore_result result;
};

void zong_restore_trouble(struct zong_restore *restore, enum zong_backup_trouble trouble,
	const char *name, const struct zong_digest *digest);
int zong_restore_progress(
	struct zong_restore *restore, enum zong_backup_phase phase, uint64_t done, uint64_t total);

/* catalog/ out of its stream. ZONG_ECORRUPT: it is damaged, and there will be no archive. */
int zong_restore_catalog(struct zong_restore *restore);
/* segments/ out of the packs. What is damaged or not there is told and left out. */
int zong_restore_segments(struct zong_restore *restore);
/* vaults/: one that is damaged is told and left out. */
int zong_restore_vaults(struct zong_restore *restore);
/* What is there of one vault, or (@name NULL) of all, is removed. */
int zong_restore_clear_vaults(const char *dir, const char *name);

#endif
