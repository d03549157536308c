/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DESTRUCTION_ROW_H
#define ZONG_ARCHIVE_DESTRUCTION_ROW_H

/* Destruction lists inside a transaction, shared by destruction.c (the steps on paper), destruction_execute.c and
 * destruction_remove.c (what a material leaves behind and what goes). */

#include "retention_look.h"

/* The list with the text id. ZONG_ENOENT. */
int zong_destruction_row(
	struct zong_txn *txn, const struct zong_id *id, Zong__DestructionList **ret_list);
int zong_destruction_put(struct zong_txn *txn, const Zong__DestructionList *list);
int zong_destruction_put_item(
	struct zong_txn *txn, const struct zong_id *list, const Zong__DestructionItem *item);
/* With all items. */
int zong_destruction_load(
	struct zong_txn *txn, const struct zong_id *id, struct zong_destruction *ret_destruction);
/* A step taken by @who now (NULL: the program itself), its line in the log under @verb. */
int zong_destruction_step(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_id *list, const char *verb, const char *detail, const char *note,
	Zong__Step **ret_step);

/* Files whose bytes went, so that caches can forget them. */
struct zong_removed {
	struct zong_digest *file;
	size_t files, cap;
};
void zong_removed_release(struct zong_removed *removed);
/* In a change: everything of the material but its row, which becomes a tombstone. @record: its certificate.
 * Counters follow. 0 or a code of the store. */
int zong_material_remove(struct zong_txn *txn, Zong__Material *material, const struct zong_id *list,
	const char *by, uint64_t record, struct zong_removed *removed);

/* Goes on with lists whose execution was interrupted. */
int zong_destruction_resume(struct zong_archive *archive);

#endif
