/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_TEXT_H
#define ZONG_ARCHIVE_SEARCH_TEXT_H

/* The full-text part of a search. The index is asked first and without a transaction, then what it
 * named is looked up:
 *
 *     zong_text_hits_ask(&hits, store, query, max)
 *     ... read transaction ...
 *     zong_text_hits_add(&hits, &found)
 *     zong_text_hits_release(&hits)
 *
 * Threads: one at a time. */

#include "search_found.h"

struct zong_text_hits {
	struct zong_text_hit *hit;
	size_t count;
	bool more; /* the index knows further ones than were taken */
};

/* 0, ZONG_ENOMEM or an error of zong_text_search; a query of punctuation only finds nothing. */
int zong_text_hits_ask(struct zong_text_hits *hits, struct zong_store *store,
	const struct zong_query *query, size_t max);
int zong_text_hits_add(const struct zong_text_hits *hits, struct zong_found *found);
void zong_text_hits_release(struct zong_text_hits *hits);

/* One material: its names and its pages, each read and looked through itself: for words so common
 * that the index's best hits are all elsewhere. *pages counts down by the pages looked at; at 0 no
 * more are.
 */
int zong_text_material(struct zong_found *found, const struct zong_id *id, size_t *pages);
#define ZONG_TEXT_PAGES 2000 /* readings unpacked so for one search: half a second */

#endif
