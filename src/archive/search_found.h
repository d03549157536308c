/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_FOUND_H
#define ZONG_ARCHIVE_SEARCH_FOUND_H

/* What a search has found so far. Everything that is found goes through here, and here it is asked
 * whether the subject may see it (access.h) and whether it holds against what is asked besides what
 * led to it (search_filter.h): what fails either leaves no trace in counts, order or cursors.
 *
 *     zong_found_init(&found, txn, who, query, arena)
 *     zong_found_case(&found, ...); zong_found_material(&found, ...); ...
 *     zong_found_sort(&found)            best first, one material and page once
 *     zong_found_release(&found)
 *
 * Each returns 0 or an error that ends the search; that a thing is not seen or does not hold is
 * none. At most ZONG_LIMIT_SEARCH_SCAN things are looked at: zong_found_full. Where found->enough is set, a walk
 * (from zong_found_begin on) ends when it has added as many: walks give their best first, so that further ones would
 * only be counted. Threads: that of the txn. */

#include <zong/access.h>
#include <zong/arena.h>
#include <zong/store.h>

#include "search_query.h"

enum zong_why {
	ZONG_WHY_TEXT,
	ZONG_WHY_TITLE,
	ZONG_WHY_CASE,
	ZONG_WHY_UNIT,
	ZONG_WHY_LINEAGE, /* filed under a code that the one asked for comes from */
	ZONG_WHY_CERT,
	ZONG_WHY_VOLUME,
	ZONG_WHY_PARTY,
	ZONG_WHY_ID,
	ZONG_WHY_FILTER, /* nothing was asked for but that it is so */
	ZONG_WHY_ALIKE,	 /* text, but for one character */
};
const char *zong_why_name(enum zong_why why);

/* Which members of the query lead to what is found and so hold by themselves: bits. */
enum zong_leads {
	ZONG_LEADS_CASE = 1,
	ZONG_LEADS_UNIT = 2,
	ZONG_LEADS_CERT = 4,
	ZONG_LEADS_PARTY = 8
};

struct zong_found_item {
	struct zong_id material;   /* all zero: a case without material */
	struct zong_digest raster; /* where page > 0 */
	const char *case_no;	   /* in the arena */
	uint32_t page;		   /* 0: the material as a whole */
	uint32_t order;		   /* in which it was found */
	enum zong_why why;
	double score;
};

/* Materials that hold by what was read on their pages; sorted. */
struct zong_found_set {
	struct zong_id *id;
	size_t count;
};

struct zong_found {
	struct zong_txn *txn;
	const struct zong_subject *who;
	const struct zong_query *query;
	struct zong_arena *arena;
	unsigned int leads; /* enum zong_leads */
	struct zong_found_set unit_read, cert_read, party_read;
	struct zong_found_set *
		filter_read; /* likewise, one a filter of the query, in the arena; NULL: none needs it */
	struct zong_found_item *item; /* owned */
	size_t count, cap;
	size_t looked;
	size_t enough;	     /* that one walk adds; 0: all it finds */
	size_t until;	     /* ... so this walk ends at this count, */
	size_t later;	     /* not counting those that were put behind others */
	bool cut;	     /* one did end so, and there may be more */
	bool partial;	     /* a limit was reached: there may be more that nobody looked at */
	int err;	     /* of the store, sticky, from zong_found_holds */
	struct zong_readings *readings; /* NULL until zong_found_reading */
	Zong__Case *cas;     /* the last one, to be asked again at once */
	struct zong_id last; /* the last material, ... */
	bool last_seen;	     /* ... and whether it may be seen and holds */
	const char *last_case_no;
};

void zong_found_init(struct zong_found *found, struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_query *query, struct zong_arena *arena);
void zong_found_release(struct zong_found *found);
/* A walk begins: over one range of keys, or over what the text index found. */
void zong_found_begin(struct zong_found *found);
bool zong_found_full(struct zong_found *found);

/* A page of a material, or with @page 0 all of it. *ret_added (may be NULL): it is seen and holds.
 */
int zong_found_material(struct zong_found *found, const struct zong_id *id, uint32_t page,
	const struct zong_digest *raster, enum zong_why why, double score, bool *ret_added);
/* The materials of a case, or the case alone when it has none that the subject may see. */
int zong_found_case(struct zong_found *found, const char *no, enum zong_why why, double score);
/* Every material and page on which a raster stands. The first few have the score, the others come
 * after what else was found: a page that is in hundreds of cases shall not hide the others. */
int zong_found_raster(struct zong_found *found, const struct zong_digest *raster, enum zong_why why,
	double score);
#define ZONG_FOUND_FIRST 3   /* uses of one raster with its full score */
#define ZONG_FOUND_USES 1000 /* uses of one raster looked at */

/* What was read on a page, borrowed until the next one; with @words nothing but its words (zong_readings_words). 0,
 * ZONG_ENOENT or an error of the store. */
int zong_found_reading(struct zong_found *found, const struct zong_digest *raster, bool words,
	const Zong__Reading **ret_reading);

/* What was added since @count and @later was found not to hold after all. */
void zong_found_take_back(struct zong_found *found, size_t count, size_t later);

void zong_found_sort(struct zong_found *found);
int zong_found_compare_ids(const struct zong_id *a, const struct zong_id *b);

#endif
