/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_SEARCH_H
#define ZONG_SEARCH_H

/* Finding: by words in the text, by case, by parcel, building and unit, by certificate number or its
 * tail, by party. */

#include <zong/identity.h>
#include <zong/reading.h>

enum zong_facet_of {
	ZONG_FACET_KIND,       /* of the case */
	ZONG_FACET_YEAR,       /* of intake */
	ZONG_FACET_DEPARTMENT, /* it was delivered to, and not withdrawn */
	ZONG_FACET_TYPE,       /* of the material */
	ZONG_FACETS,
};

struct zong_facet {
	char *value;
	char *name;     /* of a department; NULL otherwise */
	uint64_t count; /* hits */
};

/* How many of the hits are of which kind, year, department and type, most first: at most ZONG_LIMIT_FACETS values of each. */
struct zong_facets {
	struct zong_facet facet[ZONG_FACETS][ZONG_LIMIT_FACETS];
	size_t count[ZONG_FACETS];
	bool exact; /* all hits were counted; otherwise the best ZONG_LIMIT_FACET_HITS, or those that were looked at */
};
void zong_facets_release(struct zong_facets *facets);

struct zong_search {
	/* The one box: full text, titles, and whatever it looks like (case number, code, certificate, archival number, name). Words that
	 * must stand together in "quotes", words that begin so*, -words that must not stand there, and operators, in
	 * Chinese or English, each perhaps with a minus before it:
	 *     类型: type:   the type of the material holds this; in quotes, it is this
	 *     业务: kind:   so the kind of the case
	 *     部门: dept:   delivered to this department
	 *     案件: case:   单元: unit: parcel:   证号: cert:   姓名: party:   as the members below
	 *     日期: date:   day, month or year of intake, or first..last;  自: from: after:  至: to:  before:
	 * Twice the same: of types and kinds one must hold, else both. What is no operator's name is text. */
	const char *words;
	const char *case_no; /* exact, or its beginning */
	const char *parcel;  /* code of at least 6 characters */
	const char *cert;    /* any bracket and width variant, or the tail of its serial (digits only) */
	const char *party;   /* the beginning of a name, or a whole ID number */
	const char *type, *kind, *dept; /* as the operators */
	const char *from, *to; /* days of intake, both included */
	const char *like;    /* id of a material: pages that look like its pages (alike.h); stands alone, without cursor */
	uint32_t like_page;  /* only this one of them; 0: any */
	bool *ret_more;      /* or NULL: other pages may be alike (with like), or hold the words, too, but a limit was reached */
	struct zong_facets *ret_facets; /* NULL: not wanted; the caller releases; nothing is in it with like */
	const char *cursor;
	size_t max;
};

struct zong_hit {
	char material[37];   /* empty: a case without material */
	uint32_t page;       /* 0: the material as a whole */
	char case_no[ZONG_LIMIT_CASE_NO_BYTES + 1];
	char *kind, *title, *type; /* owned */
	char *snippet;       /* found words between U+E000 and U+E001 */
	double score;        /* 0..1 */
	const char *why;     /* static: text title case unit lineage certificate volume party id alike */
	uint32_t like_page;  /* alike: the page that this one looks like; 0 otherwise */
	struct zong_box box[8];
	size_t boxes;
};

/* All members given must hold together. Best first; only what the subject may see, and the total counts only that
 * as far as it was looked at: for one who sees all that is soon behind the last hit asked for. Words that stand in
 * very many pages are ranked among the newest ones. One material and page comes once. Waits up to a second (in a vault, ZONG_LIMIT_SEALED_WAIT_SECONDS) for the text index to hold what
 * was committed before. ZONG_EQUERY (nothing asked, or unusable), ZONG_ECURSOR, ZONG_EFORBIDDEN;
 * with @like those of zong_alike_of_material. */
int zong_search_run(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_search *search, struct zong_hit **ret_hits, size_t *ret_count, char **ret_next,
	size_t *ret_total, struct zong_err *err);
void zong_hits_free(struct zong_hit *hits, size_t count);

struct zong_suggestion {
	const char *kind; /* static: case certificate unit party type */
	char *value;
	char *q; /* what the box should hold then */
};

/* What the last word of the box may become while it is typed: case numbers, certificates (also by the tail of their
 * serial, from three digits), unit codes (from six characters) and parties that begin so, kinds of material in whose name
 * it stands; at most ZONG_LIMIT_SUGGESTIONS, four of a kind. Only what leads to something that the subject may see; of
 * each kind ZONG_LIMIT_SUGGEST_ROWS rows are looked at. An operator before the word asks for that kind alone. @chinese:
 * the language of operators in q. What is told of persons is recorded. ZONG_EQUERY (too long, no UTF-8), ZONG_EFORBIDDEN. */
int zong_search_suggest(struct zong_archive *archive, const struct zong_subject *who, const char *box,
	bool chinese, struct zong_suggestion **ret_list, size_t *ret_count, struct zong_err *err);
void zong_suggestions_free(struct zong_suggestion *list, size_t count);

#endif
