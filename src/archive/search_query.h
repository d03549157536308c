/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SEARCH_QUERY_H
#define ZONG_ARCHIVE_SEARCH_QUERY_H

/* A search as asked, made ready: the one box split into phrases by the rules of the text index (so
 * that what the index found is found again on the page, for marks and boxes), and the other members
 * in the forms that the index tables have. Everything lives in the caller's arena. Threads: one at
 * a time. */

#include <zong/arena.h>
#include <zong/code.h>
#include <zong/search.h>

#include "field_text.h"
#include "index_rows.h"

struct zong_phrase_char {
	uint32_t character; /* folded like a cell's */
	bool apart;	    /* of a word: something stands between it and the character before */
};

struct zong_phrase {
	struct zong_phrase_char *chars;
	size_t len;
};

/* A certificate asked for: its normal form or the beginning of one, or the end of its serial. */
struct zong_cert_wish {
	bool given, tail;
	char text[ZONG_CERT_TEXT];   /* the normal form */
	char digits[ZONG_CERT_TEXT]; /* as asked, with leading zeros */
};

struct zong_party_wish {
	bool given;
	char name[ZONG_INDEX_NAME + 1]; /* folded; "" when it can be none */
	char idno[ZONG_INDEX_IDNO + 1]; /* folded; "" when it can be none */
};

struct zong_query {
	const char *words; /* trimmed; NULL when not given */
	struct zong_phrase *phrase;
	size_t phrases;
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1]; /* "": not given */
	struct zong_unit_code unit;		    /* len 0: not given */
	struct zong_cert_wish cert;
	struct zong_party_wish party;
	/* What the words may be besides words; empty or not given as above. */
	char words_case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	struct zong_unit_code words_unit;
	struct zong_cert_wish words_cert;
	struct zong_party_wish words_party;
	uint8_t mark[8]; /* of what was asked: a cursor of another search is refused */
};

/* 0, ZONG_ENOMEM, ZONG_EQUERY (nothing asked, not UTF-8, too long, or a member that cannot be what
 * it is said to be; err names it). */
int zong_query_parse(const struct zong_search *search, struct zong_arena *arena,
	struct zong_query *ret_query, struct zong_err *err);

/* Does the phrase stand at cell @at; *ret_end is behind its last cell. Punctuation and blanks
 * between do not count; words are whole words. */
bool zong_phrase_at(const struct zong_phrase *phrase, const struct zong_cells *cells, size_t at,
	size_t *ret_end);
/* Do all of them stand somewhere. */
bool zong_query_holds(const struct zong_query *query, const struct zong_cells *cells);

/* Is this certificate what was wished for: the whole number, its beginning, or its tail. */
bool zong_cert_wished(const struct zong_cert_wish *wish, const char *certificate);
/* Is this party. */
bool zong_party_wished(const struct zong_party_wish *wish, const char *name, const char *idno);

#endif
