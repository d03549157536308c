/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_LINEAGE_H
#define ZONG_ARCHIVE_LINEAGE_H

/* Where a code comes from, and what became of it, by the events that count (zong/unit.h). Threads: those of the txn. */

#include <zong/case.h>
#include <zong/store.h>

/* The codes that @code comes from (@back), or that it has become, nearest first, each once and never @code itself.
 *
 * An event speaks of a code where the code, or what it begins with, stands in it. A new number of a parcel and a new
 * district are carried over to all that lies below; of a parcel that was split it is not known which of its parts a
 * unit stood on, so that the whole parcel is given. What was written down of the unit itself goes before what was of
 * its parcel: that counts only where it happened later (going back; earlier, going on). An event counts only if it
 * lies before the one that led to its code.
 *
 * At most ZONG_LIMIT_LINEAGE codes; ret_lineage->more says that there would be others. Freed with free(ret_lineage->step).
 */
int zong_lineage_find(
	struct zong_txn *txn, const char *code, bool back, struct zong_lineage *ret_lineage);

/* The event by which @code, or what it lies in, ended; ret_step->code is empty. ZONG_ENOENT: none did. */
int zong_lineage_ended(struct zong_txn *txn, const char *code, struct zong_lineage_step *ret_step);

#endif
