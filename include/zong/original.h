/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ORIGINAL_H
#define ZONG_ORIGINAL_H

/* Originals (原件): the paper, of which materials are the scans. Each has a code that is printed as a bar code and stuck
 * on it. Its row says in one member where it is - on a place, with a person, missing, handed over to another office, or
 * still to be shelved - so that it cannot be in two; every change of that is one transaction over that row.
 *
 * The copy comes first: whoever asks where a paper is is given its scans with it, and where there are scans, paper is lent only with a
 * word why they will not do (查询办法: digital copy first, paper only if really needed).
 *
 *     zong_original_new()      registers it; its code goes on a label
 *     zong_original_shelve()   a place and the codes scanned there
 *     zong_original_lend()     to a person, until a day; zong_original_extend(), zong_original_return()
 *     zong_original_reserve()  who waits for it: first come, first served. When it is in, it is kept for the first one for
 *                              ZONG_KEPT_DAYS days; until then nobody else gets it
 *     zong_original_missing(), zong_original_found()
 *
 * A department sees originals of materials that were delivered to it (of the papers of a whole case: with any material of
 * the case), and who has them only where it is itself. All other functions are for archivists, but reserving, which
 * the lookup window may, too. Each read is recorded. Threads: any. */

#include <zong/identity.h>
#include <zong/place.h>

#define ZONG_KEPT_DAYS 7  /* that a paper which is in is kept for the first who waits */

struct zong_new_original {
	const char *case_no;
	const char *const *materials; /* ids; none: the papers of the whole case */
	size_t material_count;
	const char *title;	      /* "": that of the first material */
	uint32_t pages;		      /* 0: as many as the scans have */
	const char *note;
	const char *place;	      /* code: shelved at once; "" or NULL: later */
};

/* One scan of a paper. */
struct zong_copy {
	char material[ZONG_ID_TEXT];
	char *title;
	uint32_t pages;
};

/* An original with all that a person asks of it. */
struct zong_original {
	Zong__Original *original;
	Zong__Place **place;	/* from the room down to where it lies; where it does not lie, its last place; or none */
	size_t place_count;
	Zong__Loan *loan;	/* while it is with a person; else NULL */
	bool names;		/* the asker may know who has it and who waits */
	Zong__Reservation **waiting; /* first one first; only with names */
	size_t waiting_count;
	struct zong_copy *copy; /* scans that the asker may see */
	size_t copy_count;
	bool copy_more;		/* there are more */
};
void zong_original_release(struct zong_original *original);
/* "unshelved", "shelved", "lent", "missing", "handed-over". */
const char *zong_original_state_name(const Zong__Original *original);

/* ZONG_ENOCASE, ZONG_ENOENT (a material that is none of the case), ZONG_EINVAL (title, pages), ZONG_ELIMIT, ZONG_EENCODING, those of
 * shelving, ZONG_EFORBIDDEN. */
int zong_original_new(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_original *wanted, struct zong_original *ret_original, struct zong_err *err);
/* ZONG_ENOORIGINAL, ZONG_EORIGINALCODE (mistyped). */
int zong_original_get(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	struct zong_original *ret_original, struct zong_err *err);

/* Those of a case that the subject reads, at most ZONG_LIMIT_PAGE_ITEMS: for whoever shows the case, which is on record already. None where its
 * role reads no originals. */
int zong_originals_of_case(struct zong_archive *archive, const struct zong_subject *who,
	const char *case_no, Zong__Original ***ret_originals, size_t *ret_count,
	struct zong_err *err);
/* All NULL: every one that the subject may see, by code. @state: as named above, or ZONG_EINVAL. @case_no, @material, @place and @state
 * exclude each other (ZONG_EINVAL). Rows only. ZONG_ENOCASE, ZONG_ENOENT (material), ZONG_ENOPLACE, ZONG_ECURSOR. */
struct zong_original_filter {
	const char *case_no, *material, *place, *state;
};
int zong_original_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_original_filter *filter, const char *cursor, size_t max, Zong__Original ***ret_originals,
	size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_originals_free(Zong__Original **originals, size_t count);
/* May @who know who has it? */
bool zong_original_names(const struct zong_subject *who, const Zong__Original *original);

/* Puts what was scanned on a place, from wherever it lay: all of it or none (err names the one in the way). One that was
 * missing is found thereby. ZONG_ENOPLACE, ZONG_EPLACELEVEL, ZONG_EPLACEFULL, ZONG_ENOORIGINAL, ZONG_EORIGINALCODE,
 * ZONG_ELENT (it has to be returned, its pages counted), ZONG_EHANDED, ZONG_EONLIST, ZONG_EINVAL (no codes), ZONG_ELIMIT.
 * *ret_moved: how many were not there before. */
int zong_original_shelve(struct zong_archive *archive, const struct zong_subject *who, const char *place,
	const char *const *codes, size_t count, struct zong_place_view *ret_place, size_t *ret_moved,
	struct zong_err *err);

/* ---- with a person ---- */

struct zong_new_loan {
	const char *borrower, *department, *purpose, *approver;
	const char *due;	     /* YYYY-MM-DD: at most ZONG_LIMIT_LOAN_DAYS ahead */
	const char *copy_not_enough; /* why the copy will not do */
};
/* ZONG_ECOPYFIRST: there is a copy and nothing is said against it; *ret_original is filled in then, and only then with an error.
 * ZONG_ERESERVED (kept for somebody else, whom err names), ZONG_ELENT, ZONG_EMISSING, ZONG_EHANDED, ZONG_EONLIST,
 * ZONG_EDUEDAY, ZONG_EINVAL (borrower, purpose, approver), ZONG_ENOORIGINAL ... */
int zong_original_lend(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const struct zong_new_loan *wanted, struct zong_original *ret_original, struct zong_err *err);
/* Until a later day. ZONG_ENOTLENT, ZONG_EDUEDAY, ZONG_EREASON, ZONG_ERESERVED (somebody waits for it), ZONG_ELIMIT
 * (extended too often). */
int zong_original_extend(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *due, const char *reason, struct zong_original *ret_original, struct zong_err *err);

struct zong_return {
	uint32_t pages;	   /* counted */
	bool damaged;
	const char *note;  /* what is damaged; needed then */
	const char *place; /* "" or NULL: where it came from, if that is there and has room */
};
/* Other pages than went out, or damage, are accepted and stand among the troubles until they are settled.
 * ZONG_ENOTLENT, ZONG_EINVAL (pages), ZONG_EREASON (damaged without a note), those of shelving. */
int zong_original_return(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const struct zong_return *back, struct zong_original *ret_original, struct zong_err *err);
/* A person has looked into all troubles of this original. @pages: that it has from now on; 0: as before.
 * ZONG_EDECIDED (there are none), ZONG_EREASON. */
int zong_original_settle(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *reason, uint32_t pages, struct zong_original *ret_original, struct zong_err *err);

/* @what: "out" (by day due), "overdue", "trouble" (by day of return), each oldest first. ZONG_EINVAL. */
struct zong_loan_item {
	Zong__Original *original;
	Zong__Loan *loan;
	bool overdue;
};
int zong_loan_list(struct zong_archive *archive, const struct zong_subject *who, const char *what, const char *cursor,
	size_t max, struct zong_loan_item **ret_items, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_loans_free(struct zong_loan_item *items, size_t count);
/* All loans that an original ever had, newest first. */
int zong_loan_history(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *cursor, size_t max, Zong__Loan ***ret_loans, size_t *ret_count, char **ret_next,
	struct zong_err *err);
void zong_loan_rows_free(Zong__Loan **loans, size_t count);
const char *zong_loan_condition_name(Zong__LoanCondition condition); /* "out", "whole", "damaged", "lost" */

/* ---- who waits ---- */

/* ZONG_EEXIST (waits already), ZONG_ELIMIT (too many wait), ZONG_EINVAL (borrower). */
int zong_original_reserve(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *borrower, const char *department, struct zong_original *ret_original, struct zong_err *err);
/* ZONG_ENOENT: no such reservation. */
int zong_original_unreserve(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *reservation, struct zong_original *ret_original, struct zong_err *err);

/* ---- missing and found ---- */

/* Wherever it should be; a loan ends as lost and stands among the troubles. ZONG_EREASON (@note: how that was
 * found), ZONG_EMISSING (it is already), ZONG_EHANDED, ZONG_EONLIST. */
int zong_original_missing(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *note, struct zong_original *ret_original, struct zong_err *err);
/* @place: "" or NULL: it waits to be shelved. ZONG_ENOTMISSING, those of shelving. */
int zong_original_found(struct zong_archive *archive, const struct zong_subject *who, const char *code,
	const char *place, const char *note, struct zong_original *ret_original, struct zong_err *err);

/* ---- stock-take (盘点) ---- */

/* Compares what was scanned at a place with what should lie there and below: what is missing, what lies on another place by
 * the rows (misplaced), and what should lie on none (extra: unknown, lent, missing, handed over). Nothing is changed but that
 * it is on record. ZONG_ENOPLACE, ZONG_ELIMIT (too much for one: go box by box). */
int zong_stocktake_take(struct zong_archive *archive, const struct zong_subject *who, const char *place,
	const char *const *codes, size_t count, Zong__Stocktake **ret_stocktake, struct zong_err *err);
/* The second step: what a stock-take did not find is missing, @codes of it or (none) all. One that was moved since
 * stays as it is. ZONG_ENOENT (stock-take), ZONG_ENOORIGINAL (not among its missing). */
int zong_stocktake_mark(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *const *codes, size_t count, Zong__Stocktake **ret_stocktake, struct zong_err *err);
int zong_stocktake_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	Zong__Stocktake **ret_stocktake, struct zong_err *err);
/* Newest first. */
int zong_stocktake_list(struct zong_archive *archive, const struct zong_subject *who, const char *cursor, size_t max,
	Zong__Stocktake ***ret_stocktakes, size_t *ret_count, char **ret_next, struct zong_err *err);
void zong_stocktakes_free(Zong__Stocktake **stocktakes, size_t count);
const char *zong_stocktake_kind_name(Zong__StocktakeKind kind); /* "missing", "misplaced", "extra" */

#endif
