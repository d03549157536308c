/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_PROPERTY_LIST_H
#define ZONG_ARCHIVE_PROPERTY_LIST_H

/* What a report is asked for of: a case or a material, with the right to read it. Threads: any. */

#include "property.h"

struct zong_property_subject {
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_id material;
	bool single;
	char object[ZONG_PROPERTY_OBJECT]; /* for the log */
};
/* ZONG_EFORBIDDEN, ZONG_ENOCASE, ZONG_ENOENT. */
int zong_property_subject(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, const char *material, struct zong_property_subject *ret_subject,
	struct zong_err *err);

#endif
