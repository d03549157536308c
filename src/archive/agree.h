/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_AGREE_H
#define ZONG_ARCHIVE_AGREE_H

/* What a person entered against what was read. A value that was entered agrees when it was read on any page. It
 * disagrees when it was not, and there is a value of its kind on the pages that nobody entered: then the nearest such
 * stands beside it, for a person to look at. Otherwise it was not read, which says nothing: a contract does not name
 * everything of its case. Threads: any. */

#include <zong/material.h>

#include "kind_rules.h"

/* The type entered against the kind of the rules. */
enum zong_agreement zong_agree_kind(
	const struct zong_kind_rules *rules, const char *type, const char *kind);

/* Fills pages->compared from the fields of @pages: unit codes of @material, and of @cas (NULL: left out) the number,
 * the certificates and the ID numbers of the parties; at most ZONG_LIMIT_COMPARED. 0 or ZONG_ENOMEM. */
int zong_agree_fields(
	const Zong__Material *material, const Zong__Case *cas, struct zong_material_pages *pages);

#endif
