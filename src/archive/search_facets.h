/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_FACETS_H
#define ZONG_ARCHIVE_SEARCH_FACETS_H

/* What was found, counted by kind of the case, year of intake, department and type. Only what zong_found let through is
 * counted, and only departments that the subject may know of. Threads: that of the txn. */

#include "search_found.h"

/* After zong_found_sort; of the first ZONG_LIMIT_FACET_HITS. ret_facets->exact is for the caller to narrow. 0, ZONG_ENOMEM or
 * an error of the store; the caller releases (zong_facets_release). */
int zong_facets_count(struct zong_found *found, struct zong_facets *ret_facets);

#endif
