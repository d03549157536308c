/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_TEXT_H
#define ZONG_ARCHIVE_SEARCH_TEXT_H

/* The full-text part of a search. The index is asked first and without a transaction, then what it
 * named is looked up:
 *
 *     zong_text_hits_ask(&hits, store, query, alike, max)
 *     ... read transaction ...
 *     zong_text_hits_add(&hits, &found)          or zong_text_alike_add, where it was asked so
 *     zong_text_hits_release(&hits)
 *
 * Threads: one at a time. */

#include "search_found.h"

struct zong_text_hits {
	struct zong_text_hit *hit;
	size_t count;
	size_t total; /* about as many are there in all */
	bool more; /* the index knows further ones than were taken */
	bool cut;  /* not all texts were looked at */
	bool alike;
};

/* 0, ZONG_ENOMEM, ZONG_EQUERY (too many words begin as is asked) or an error of zong_text_ask; a query of punctuation
 * only finds nothing. @alike: what may hold but for one Han in each phrase, instead of what holds. */
int zong_text_hits_ask(struct zong_text_hits *hits, struct zong_store *store,
	const struct zong_query *query, bool alike, size_t max);
int zong_text_hits_add(const struct zong_text_hits *hits, struct zong_found *found);
/* Each is looked at first, once it is known that the subject may see it. */
int zong_text_alike_add(const struct zong_text_hits *hits, struct zong_found *found);
#define ZONG_TEXT_ALIKE_PAGES 1000 /* readings unpacked so for one search, some 60 us each */
void zong_text_hits_release(struct zong_text_hits *hits);

/* One material: its names and its pages, each read and looked through itself: for words so common
 * that the index's best hits are all elsewhere. *pages counts down by the pages looked at; at 0 no
 * more are.
 */
int zong_text_material(struct zong_found *found, const struct zong_id *id, size_t *pages);
#define ZONG_TEXT_PAGES 8000 /* readings unpacked so for one search: half a second */

#endif
