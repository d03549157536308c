/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_ROWS_H
#define ZONG_ARCHIVE_SEARCH_ROWS_H

/* What the index rows (index_rows.h) know of a case number, code, certificate or party. Each adds
 * to
 * @found what the rows lead to, exact before beginnings, and stops when @found is full. 0 or an
 * error of the store. Threads: that of the txn. */

#include "search_found.h"

/* The case of this number and those whose number begins with it. */
int zong_rows_case(struct zong_found *found, const char *no);
/* Cases and materials filed under a code, and pages on which one was read. */
int zong_rows_unit(struct zong_found *found, const struct zong_unit_code *unit);
int zong_rows_cert(struct zong_found *found, const struct zong_cert_wish *wish);
int zong_rows_party(struct zong_found *found, const struct zong_party_wish *wish);

/* The materials that hold by what was read on their pages, for each member and filter that the query has:
 * fills found->unit_read, cert_read, party_read, filter_read, which live in the arena. */
int zong_rows_read_sets(struct zong_found *found);

/* What lies in the volumes whose archival number begins so: their scans, or their cases where none was scanned. */
int zong_rows_volume(struct zong_found *found, const char *no);

#endif
