/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_WALK_H
#define ZONG_ARCHIVE_SEARCH_WALK_H

/* Where nothing is asked for that leads anywhere, only that a thing be so (type, kind, department, day): what there is,
 * newest first. A walk ends after ZONG_LIMIT_SEARCH_WALK rows, found->partial says so then. Each returns 0 or an error
 * of the store. Threads: that of the txn. */

#include "search_found.h"

/* Along what the filters of the query narrow most: the feed of a department, cases by their kind, days of intake. */
int zong_walk_filters(struct zong_found *found);
/* What was delivered to a department, and the subject may know of. */
int zong_walk_feed(struct zong_found *found, const char *department);

/* Filters for a department that name it by its name get its id, where the subject may know it. */
int zong_walk_name_departments(struct zong_found *found, struct zong_query *query);

#endif
