/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_OPENING_H
#define ZONG_ARCHIVE_OPENING_H

/* The one change in which a case is opened: its row, its index rows and the log line. */

#include <zong/identity.h>
#include <zong/store.h>

#include "inside.h"

struct zong_opening {
	const struct zong_subject *who;
	const struct zong_judge *judge; /* of the links that it proposes */
	Zong__Case
		*entry; /* checked (case_entry.h); opened, opened_by and record not yet filled in */
	/* Handed out; made anew by each run of the change. */
	Zong__Case *stored; /* as it is in the archive */
	bool again;
};

/* A zong_store_change; @ctx is a struct zong_opening. 0, ZONG_ECASEEXISTS (with other content) and those of the
 * store. */
int zong_opening_change(struct zong_txn *txn, void *ctx);
/* case_change.c: what it was opened as, where that was changed since; else they are left alone. Borrowed of @cas. */
void zong_case_as_opened(const Zong__Case *cas, char **ret_kind, char **ret_cause);
void zong_opening_release(struct zong_opening *opening); /* what was handed out */

#endif
