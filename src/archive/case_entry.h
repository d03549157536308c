/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_CASE_ENTRY_H
#define ZONG_ARCHIVE_CASE_ENTRY_H

/* What a person entered for a case, checked and brought to its normal form: numbers and codes
 * normalised, repeats of units and certificates dropped, texts within their limits. Names,
 * addresses and ID numbers stay as entered. Threads: any. */

#include <zong/case.h>

/* *ret_case: owned by the caller, with opened, opened_by and record empty. Errors as
 * zong_case_open. */
int zong_case_entry_check(const Zong__Case *wanted, Zong__Case **ret_case,
	struct zong_warnings *ret_warnings, struct zong_err *err);
/* Appends a normalised unit code (19, 24 or 28 characters) unless it is there, and a warning for
 * each oddity. Shared with materials. ZONG_EUNITCODE, ZONG_ELIMIT, ZONG_ENOMEM. */
int zong_case_entry_unit(const char *text, char ***units, size_t *count,
	struct zong_warnings *warnings, struct zong_err *err);

/* "id-number" or "credit-code" where check digits are wrong. ZONG_ENOMEM. */
int zong_case_entry_warn_idno(struct zong_warnings *warnings, const char *idno);
/* @code: static, one of warning.c. ZONG_ENOMEM. */
int zong_case_entry_warn(struct zong_warnings *warnings, const char *code, const char *subject);

#endif
