/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_RETENTION_LOOK_H
#define ZONG_ARCHIVE_RETENTION_LOOK_H

/* What keeps a material, looked at inside a transaction: retention.h from inside. */

#include <zong/retention.h>
#include <zong/store.h>

#include "inside.h"

int32_t zong_retention_today(const struct zong_archive *archive);

/* All rules, the built-in one where there are none. 0 or a code of the store. */
int zong_rules_load(struct zong_txn *txn, struct zong_rules *ret_rules);
/* Not one that was destroyed unless state is ZONG_KEPT_GONE: every material has a verdict. */
int zong_retention_judge(struct zong_txn *txn, const struct zong_rules *rules, int32_t today,
	const Zong__Material *material, struct zong_verdict *ret_verdict);

/* A hold that covers the material; caller frees. ZONG_ENOENT: none. */
int zong_hold_covering(struct zong_txn *txn, const Zong__Material *material, const Zong__Case *cas,
	Zong__Hold **ret_hold);

/* A text that a person entered: ZONG_ELIMIT, ZONG_EENCODING (err names @what) or 0. */
int zong_retention_text(const char *text, size_t max, const char *what, struct zong_err *err);
bool zong_retention_blank(const char *text);

#endif
