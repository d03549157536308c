/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_INTAKE_ENTRY_H
#define ZONG_ARCHIVE_INTAKE_ENTRY_H

/* What was entered for a file that comes in, checked before anybody looks into the file. */

#include <zong/material.h>

/* Right, texts, units, scope, then that case and departments exist. *ret_draft: a material row with
 * what was entered, normalised; the caller frees it. Errors as zong_intake_check; @warnings is
 * released on failure. */
int zong_intake_entry_check(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_intake *intake, Zong__Material **ret_draft,
	struct zong_warnings *ret_warnings, struct zong_err *err);

/* Is nobody waiting at the counter for its pages to be read: as the intake says, or because there are so many? */
bool zong_intake_is_bulk(const struct zong_intake *intake, const Zong__File *file);

struct zong_filing;
/* What is told of a material just filed, which is taken over. */
int zong_intake_receipt(struct zong_archive *archive, const struct zong_subject *who,
	struct zong_filing *filing, struct zong_receipt *receipt);

#endif
