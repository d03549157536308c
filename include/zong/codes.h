/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_CODES_H
#define ZONG_CODES_H

/* Tables by which a department's own codes stand for our words: 买卖合同 is 0103 with the tax office. A table is replaced as a
 * whole and its versions are kept; a delivery keeps the version that held when it became due, so that it says the same
 * tomorrow. A word that a table does not have is shown as it is, with no code beside it: it is never left out.
 *
 * A table comes as CSV (UTF-8, GB 18030 or UTF-16; commas or tabs) with the columns list, ours, theirs and name (the last may
 * be missing), or 清单, 本方, 对方, 名称. Lists: "type" of a material, "kind" and "cause" of a case. Threads: any, all functions. */

#include <zong/identity.h>
#include <zong/record.h>

/* Replaces the table of a department. The same again is no error and no new version (*ret_again). Written with its line in
 * the log. ZONG_ENODEPARTMENT, ZONG_ETABLE and ZONG_EENCODING (err names the line), ZONG_EINVAL (err names line and column: a
 * list that there is none of, a word twice, an empty code), ZONG_ELIMIT, ZONG_EFORBIDDEN. */
int zong_codes_set(struct zong_archive *archive, const struct zong_subject *who, const char *department, int fd,
	uint64_t len, const char *encoding, Zong__CodeTable **ret_table, bool *ret_again, struct zong_err *err);
/* @version 0: the newest. A department may see its own. ZONG_ENODEPARTMENT, ZONG_ENOENT (has none, or not that version),
 * ZONG_EFORBIDDEN. */
int zong_codes_get(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	uint32_t version, Zong__CodeTable **ret_table, struct zong_err *err);
/* The code that the national list has for a kind of registration: "200" for 转移登记. Static; NULL: none. */
const char *zong_codes_kind(const char *kind);

#endif
