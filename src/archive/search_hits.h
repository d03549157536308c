/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_HITS_H
#define ZONG_ARCHIVE_SEARCH_HITS_H

/* A thing that was found as a hit for a person: names, the words around, boxes. Only for what
 * zong_found let through. Threads: that of the txn. */

#include "search_found.h"

/* 0 (*ret_hit is owned by the caller, see zong_hits_free), ZONG_ENOENT (gone), ZONG_ENOMEM or an
 * error of the store. */
int zong_hit_fill(
	struct zong_found *found, const struct zong_found_item *item, struct zong_hit *ret_hit);
void zong_hit_release(struct zong_hit *hit);

#endif
