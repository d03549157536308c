/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_VAULT_H
#define ZONG_STORE_BACKUP_VAULT_H

/* A vault out as a stream of boxes (include/zong/backup.h). */

#include "backup_manifest.h"
#include "backup_rows.h"

/* Fills @vault but its pieces, which @emit gets. *ret_theirs: it failed for what the vault is, not for what @emit does. */
int zong_backup_vault_dump(const char *name, const struct zong_backup_vault *now,
	zong_rows_emit *emit, void *ctx, struct zong_manifest_vault *vault, bool *ret_theirs);

#endif
