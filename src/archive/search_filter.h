/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_FILTER_H
#define ZONG_ARCHIVE_SEARCH_FILTER_H

/* Does a thing hold against what is asked besides what led to it: members, filters, words that must not be there. An
 * error of the store is kept in found->err, and the thing does not hold then. Threads: that of the txn. */

#include "search_found.h"

/* This case and material; either may be NULL. */
bool zong_found_holds(
	struct zong_found *found, const Zong__Case *cas, const Zong__Material *material);
/* Is the row of the case needed to tell. */
bool zong_filter_needs_case(const struct zong_query *query);
/* What is asked of the kind of a case only. */
bool zong_filter_kind_holds(const struct zong_query *query, const Zong__Case *cas);
/* None of the words that must not be there stands on this page. */
bool zong_filter_page_holds(struct zong_found *found, const struct zong_digest *raster);
/* May the subject know what was delivered to this department. What it may not know counts as not delivered. */
bool zong_filter_may_tell(const struct zong_found *found, const char *department);
/* Was the material delivered to it, and not withdrawn. */
bool zong_filter_delivered(
	struct zong_found *found, const Zong__Material *material, const char *department);
/* The day it came in; of a case without material the day it was opened. */
int32_t zong_filter_day(const Zong__Case *cas, const Zong__Material *material);

#endif
