/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ALIKE_SEARCH_H
#define ZONG_ARCHIVE_ALIKE_SEARCH_H

/* The search for pages that look like those of a material: zong_search_run with a member `like`, which stands alone.
 * Threads: any. */

#include <zong/search.h>

/* As zong_search_run, and ZONG_ENOENT, ZONG_EPAGENO. All in one answer: *ret_next is always NULL. */
int zong_alike_search(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search, size_t max, struct zong_hit **ret_hits,
	size_t *ret_count, char **ret_next, size_t *ret_total, struct zong_err *err);

#endif
