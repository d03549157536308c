/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_OPERATOR_H
#define ZONG_ARCHIVE_SEARCH_OPERATOR_H

/* An operator of the one box as a member of the query, or as a filter. Threads: one at a time. */

#include "search_box.h"
#include "search_query.h"

/* 0, ZONG_ENOMEM, ZONG_EQUERY: its value cannot be what it is said to be. The query has room for the filter. */
int zong_operator_add(
	struct zong_query *query, const struct zong_box_token *token, struct zong_arena *arena);

#endif
