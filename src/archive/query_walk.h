/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_QUERY_WALK_H
#define ZONG_ARCHIVE_QUERY_WALK_H

/* Which queries a filter lets through, for the list and the register. Threads: one at a time. */

#include "query_row.h"

struct zong_query_walk {
	const struct zong_query_filter *filter;
	int32_t from, to, today;
	int state; /* -1: any */
};

/* ZONG_EINVAL (from, to, state). */
int zong_query_walk_begin(struct zong_archive *archive, const struct zong_query_filter *filter,
	struct zong_query_walk *walk, struct zong_err *err);
bool zong_query_walk_takes(const struct zong_query_walk *walk, const Zong__Query *query);

#endif
