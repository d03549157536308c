/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CODES_H
#define ZONG_ARCHIVE_CODES_H

/* Tables of codes inside a transaction. Rows: (department, version) has the table without its codes, (department, version,
 * list, word) each of them. Threads: those of the txn. */

#include <zong/codes.h>
#include <zong/store.h>

void zong_codes_key(const char *department, uint32_t version, struct zong_key *ret_key);
/* 0: has none. */
int zong_codes_newest(struct zong_txn *txn, const char *department, uint32_t *ret_version);
/* What the department calls a word; ZONG_ENOENT. */
int zong_codes_find(struct zong_txn *txn, const char *department, uint32_t version,
	const char *list, const char *ours, Zong__Code **ret_code);

#endif
