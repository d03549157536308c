/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_VOLUME_ROW_H
#define ZONG_ARCHIVE_VOLUME_ROW_H

/* Volumes inside a transaction: shared by volume.c (making and changing), volume_step.c, volume_list.c, volume_form.c and
 * check_volumes.c. What changes one goes zong_volume_row -> zong_volume_unindex -> change -> zong_volume_put. */

#include <zong/access.h>
#include <zong/volume.h>

#include "original_row.h"

/* The number as it was typed. ZONG_ENOVOLUME. */
int zong_volume_row(struct zong_txn *txn, const char *no, Zong__Volume **ret_volume);
/* The same where @who may do that; without the items that a department must not know of. */
int zong_volume_find(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const char *no, Zong__Volume **ret_volume);
/* Takes its index rows away, before a change. */
int zong_volume_unindex(struct zong_txn *txn, const Zong__Volume *volume);
/* The row with its index rows, its revision raised. */
int zong_volume_put(struct zong_txn *txn, Zong__Volume *volume);
/* The index rows alone, for zong check. */
int zong_volume_index(struct zong_txn *txn, const Zong__Volume *volume);
/* A line of the log, and who and when into *ret_step (may be NULL). */
int zong_volume_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step);
/* Volumes in a box, by their position, at most @max. Freed with zong_volumes_free. */
int zong_volume_in_box(struct zong_txn *txn, const char *box, size_t max,
	Zong__Volume ***ret_volumes, size_t *ret_count);
/* Those that hold papers of the case. */
int zong_volume_of_case(
	struct zong_txn *txn, const char *case_no, Zong__Volume ***ret_volumes, size_t *ret_count);

/* volume_items.c: what is entered into the row. All or an error; @subject: what that is about. */
int zong_volume_fill(struct zong_txn *txn, const struct zong_volume_entry *entry,
	Zong__Volume *volume, char subject[ZONG_ABOUT]);
int zong_volume_propose(struct zong_txn *txn, Zong__Volume *volume);
/* How many pages the scans have now. */
int zong_volume_look(struct zong_txn *txn, Zong__Volume *volume);
/* The texts that were entered. ZONG_ELIMIT, ZONG_EENCODING, ZONG_EINVAL (err names which). */
int zong_volume_entry_check(const struct zong_volume_entry *entry, struct zong_err *err);

#endif
