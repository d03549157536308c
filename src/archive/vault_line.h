/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_VAULT_LINE_H
#define ZONG_ARCHIVE_VAULT_LINE_H

/* What the files of include/zong/vault_access.h share. */

#include <zong/vault_access.h>

#include "inside.h"

/* A line of the common archive's log, on the disk when it returns. @detail may be NULL. */
int zong_vault_line(struct zong_archive *archive, const struct zong_subject *who, const char *verb,
	const char *department, const char *detail);

/* One attempt at a password or a sheet: who may not try, or has failed too often, is told so by begin; end is told how it went, and
 * returns that, the failure being on record. Between the two is the work. @name: as what it is tried. */
struct zong_vault_attempt {
	char name[ZONG_LIMIT_NAME + ZONG_LIMIT_DEPARTMENT_ID + 16];
	const char *department;
	const char *said; /* what stands in the log for the name; within the name */
};
int zong_vault_attempt_begin(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, const char *name, struct zong_vault_attempt *ret_attempt);
int zong_vault_attempt_end(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_vault_attempt *attempt, int code);

/* As what a vault knows the subject's session: 64 bytes and NUL at most. */
void zong_vault_session(const struct zong_subject *who, char ret_session[ZONG_VAULTS_SESSION + 1]);
/* @member, or the subject's own name. */
const char *zong_vault_member(const struct zong_subject *who, const char *member);
/* The name that people know a department by, or its id; ZONG_ENODEPARTMENT. @ret_name: ZONG_LIMIT_NAME and NUL. */
int zong_vault_department(
	struct zong_archive *archive, const char *department, char ret_name[ZONG_LIMIT_NAME + 1]);

/* Its text, and drawn where that can be done: the sheet is valid already, and given out in any case. Itself the caller's to wipe. */
void zong_vault_paper_make(struct zong_archive *archive, const struct zong_vault_paper_about *about,
	const uint8_t sheet[ZONG_VAULT_SHEET], struct zong_vault_paper *ret_paper);

#endif
