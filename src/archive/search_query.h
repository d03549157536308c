/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_QUERY_H
#define ZONG_ARCHIVE_SEARCH_QUERY_H

/* A search as asked, made ready: the words of the one box as phrases (search_phrase.h), its operators and the other
 * members in the forms that the index tables have. An operator for a case, unit, certificate or party is that member,
 * and a further one of its kind a filter, as is all that is asked of what is found and leads to nothing by itself.
 * Everything lives in the caller's arena. Threads: one at a time. */

#include <zong/archival.h>
#include <zong/arena.h>
#include <zong/code.h>
#include <zong/search.h>

#include <zong/store.h>

#include "index_rows.h"
#include "search_day.h"
#include "search_phrase.h"

/* A certificate asked for: its normal form or the beginning of one, or the end of its serial. */
struct zong_cert_wish {
	bool given, tail;
	char text[ZONG_CERT_TEXT];   /* the normal form */
	char digits[ZONG_CERT_TEXT]; /* as asked, with leading zeros */
};

struct zong_party_wish {
	bool given;
	char name[ZONG_INDEX_NAME + 1];	  /* folded; "" when it can be none */
	char simple[ZONG_INDEX_NAME + 1]; /* the same in simplified characters */
	char idno[ZONG_INDEX_IDNO + 1]; /* folded; "" when it can be none */
};

enum zong_filter_what {
	ZONG_FILTER_TYPE, /* of those of one kind that are not `without` one must hold for type and kind, */
	ZONG_FILTER_KIND,
	ZONG_FILTER_DEPT, /* ... and all of the others */
	ZONG_FILTER_DAYS,
	ZONG_FILTER_CASE,
	ZONG_FILTER_UNIT,
	ZONG_FILTER_CERT,
	ZONG_FILTER_PARTY,
};

struct zong_filter {
	enum zong_filter_what what;
	bool without; /* it must not hold */
	bool whole;   /* type, kind: exactly this, not a part of it */
	const char
		*text; /* type, kind: folded; id of the department; (beginning of a) case number */
	struct zong_days days;
	struct zong_unit_code unit;
	struct zong_cert_wish cert;
	struct zong_party_wish party;
};

#define ZONG_QUERY_MEMBERS 5 /* filters that are not of the box */

struct zong_query {
	const char *
		words; /* those of the box that must stand there, as typed; NULL when there are none */
	struct zong_phrase *phrase;
	size_t phrases;
	struct zong_phrase *without; /* none of these may stand there */
	size_t withouts;
	struct zong_text_part *part; /* both, for the index */
	size_t parts;
	bool may_be_alike; /* one of the phrases is long enough */
	struct zong_filter *filter;
	size_t filters;
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1]; /* "": not given */
	struct zong_unit_code unit;		    /* len 0: not given */
	struct zong_cert_wish cert;
	struct zong_party_wish party;
	/* What the words may be besides words; empty or not given as above. */
	char words_case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_unit_code words_unit;
	struct zong_cert_wish words_cert;
	char words_volume[ZONG_ARCHIVAL_TEXT]; /* an archival number or its beginning; "": it looks like none */
	struct zong_party_wish words_party;
	uint8_t mark[8]; /* of what was asked: a cursor of another search is refused */
};

/* 0, ZONG_ENOMEM, ZONG_EQUERY (nothing asked, not UTF-8, too long, or a member that cannot be what
 * it is said to be; err names it). */
int zong_query_parse(const struct zong_search *search, struct zong_arena *arena,
	struct zong_query *ret_query, struct zong_err *err);

/* Do all phrases stand somewhere, and none of those that may not; with @alike each perhaps with one other Han. */
bool zong_query_holds(const struct zong_query *query, const struct zong_cells *cells, bool alike);
/* Does one of those stand there that may not. */
bool zong_query_forbids(const struct zong_query *query, const struct zong_cells *cells);
/* Is there a filter that is not `without` of this kind. */
bool zong_query_filters(const struct zong_query *query, enum zong_filter_what what);
/* Upper bound and lower bound of all days asked for. */
struct zong_days zong_query_days(const struct zong_query *query);

/* A name to be compared: as zong_index_fold_name, and in simplified characters. */
void zong_query_fold_name(const char *name, char ret_folded[ZONG_INDEX_NAME + 1]);
/* What a text is as a wish; false when it is none. */
bool zong_cert_wish_parse(const char *text, struct zong_cert_wish *ret_wish);
bool zong_party_wish_parse(const char *text, struct zong_party_wish *ret_wish);
/* Is this certificate what was wished for: the whole number, its beginning, or its tail. */
bool zong_cert_wished(const struct zong_cert_wish *wish, const char *certificate);
/* Is this party. */
bool zong_party_wished(const struct zong_party_wish *wish, const char *name, const char *idno);

#endif
