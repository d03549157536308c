/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DAY_NUMBER_H
#define ZONG_ARCHIVE_DAY_NUMBER_H

/* Numbers of letters (perhaps none), the day and five digits, counted anew each day: 2026112900001, CX2026112900001. They are the whole key of
 * a row. Threads: those of the txn. */

#include <stdbool.h>

#include <zong/store.h>

bool zong_day_number_valid(const char *no, const char *letters);
/* One more than the last of @today in @table, passing over those that are a key of @other; the same table where there is no other.
 * ZONG_ELIMIT: the day has no more. */
int zong_day_number_next(struct zong_txn *txn, enum zong_table table, enum zong_table other,
	const char *letters, int32_t today, char *ret_no, size_t size);

#endif
