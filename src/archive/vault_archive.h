/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_VAULT_ARCHIVE_H
#define ZONG_ARCHIVE_VAULT_ARCHIVE_H

/* The store of an open vault as an archive of its own: the same functions over other rows. Settings, rules and the pool are borrowed of
 * the common archive; what comes out of the store lies in memory only (no spool folder, no cache of bytes). It has no departments and no
 * catalogue: nothing in it is sent to anybody. */

#include "inside.h"

/* @store: borrowed, there until it has been closed. */
int zong_vault_archive_open(
	struct zong_archive *common, struct zong_store *store, struct zong_archive **ret_archive);
void zong_vault_archive_close(struct zong_archive *archive); /* NULL is fine */

#endif
