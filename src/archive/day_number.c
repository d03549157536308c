/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "day_number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>

#include "row.h"

#define DIGITS 13 /* yyyyMMdd and five */
#define LAST 99999
#define PREFIX 24

bool zong_day_number_valid(const char *no, const char *letters)
{
	size_t len = strlen(letters);

	return strlen(no) == len + DIGITS && strncmp(no, letters, len) == 0 &&
	       strspn(no + len, "0123456789") == DIGITS;
}

int zong_day_number_next(struct zong_txn *txn, enum zong_table table, enum zong_table other,
	const char *letters, int32_t today, char *ret_no, size_t size)
{
	char day[ZONG_DAY_TEXT], prefix[PREFIX];
	struct zong_iter iter = {0};
	unsigned long number = 0;
	struct zong_key key;
	const char *last;
	int err;

	zong_day_format(today, day);
	snprintf(prefix, sizeof(prefix), "%s%.4s%.2s%.2s", letters, day, day + 5, day + 8);
	zong_key_clear(&key);
	zong_key_str_open(&key, prefix);
	err = zong_iter_begin(&iter, txn, table, &key, NULL, true);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err && zong_key_take_str(&iter.key, &last))
		number = strtoul(last + strlen(prefix), NULL, 10);
	zong_iter_end(&iter);
	if (err && err != ZONG_EEND)
		return err;
	do {
		if (++number > LAST)
			return ZONG_ELIMIT;
		snprintf(ret_no, size, "%s%05lu", prefix, number);
		zong_row_key_str(&key, ret_no);
	} while (zong_txn_has(txn, other, &key));
	return 0;
}
