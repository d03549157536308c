/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_HANDOVER_ROW_H
#define ZONG_ARCHIVE_HANDOVER_ROW_H

/* Hand-over lists inside a transaction: shared by handover.c (making one), handover_step.c (what is done with it) and
 * handover_list.c. */

#include <zong/handover.h>

#include "original_row.h"

bool zong_handover_no_valid(const char *no);
/* ZONG_ENOHANDOVER. */
int zong_handover_row(struct zong_txn *txn, const char *no, Zong__Handover **ret_handover);
int zong_handover_put(struct zong_txn *txn, const Zong__Handover *handover);
int zong_handover_put_item(struct zong_txn *txn, const char *no, const Zong__HandoverItem *item);
/* With all items. */
int zong_handover_load(struct zong_txn *txn, const char *no, struct zong_handover *ret_handover);
/* The number that comes next on @today. */
int zong_handover_next(struct zong_txn *txn, int32_t today, char ret_no[ZONG_HANDOVER_NO]);
/* A step taken by @who now, with its line in the log. */
int zong_handover_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step);

#endif
