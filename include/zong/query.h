/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_QUERY_H
#define ZONG_QUERY_H

/* The query desk (查询): who asks to see what was registered, what was shown as proof, what the rules let that person see, and
 * the answer, which is kept as it was given.
 *
 *     zong_query_enter()     an application under its own number; a case of that number is opened for the scans of what was shown
 *     zong_query_change()    until it is decided
 *     zong_query_grant()     the answer is put together from the archive and frozen; or
 *     zong_query_refuse()    不予查询, with the reason; or zong_query_withdraw()
 *     zong_query_copied()    which original materials were handed out
 *     zong_query_print()     application, result certificate, refusal, as PDF
 *     zong_query_check()     what the QR code on a certificate leads to, for whoever holds the paper
 *
 * Who may see what is data: query.rules, with the article that each rule comes from (DOMAIN: 不动产登记资料查询暂行办法). What
 * stands in the way of a grant is told as problems; nobody can grant over them. The number is CX, the day and five digits,
 * counted anew each day. What is told is what was filed: the register itself is kept elsewhere, and the certificate says so. Each
 * read is recorded. Threads: any. */

#include <zong/case.h>
#include <zong/identity.h>

#define ZONG_QUERY_NO 16 /* with its end */
#define ZONG_QUERY_KIND "登记资料查询" /* of the case that goes with a query */

/* Who may ask, for forms and menus. Borrowed of the archive. */
struct zong_query_asker {
	const char *key, *name;    /* "owner", "权利人" */
	const char *article;       /* the law or regulation, as the rules name it; "": none */
	unsigned int sees;         /* bits by enum zong_query_sight */
	unsigned int by;           /* bits by enum zong_query_index */
	unsigned int units;        /* of one application at most; 0: any number */
	bool own;                  /* only where the holder is the one asked about */
	bool heir;                 /* the holder is another person than the querent */
	bool desk;                 /* at a self-service desk, too */
	const char *const *proof;  /* each one of them shown: alternatives parted by | */
	size_t proofs;
};
enum zong_query_sight { /* what can be told */
	ZONG_QUERY_RESULTS,   /* results: the cases, their certificates and parties */
	ZONG_QUERY_ORIGINALS, /* originals: original materials */
	ZONG_QUERY_NATURE,    /* nature: code and place */
	ZONG_QUERY_COOWNED,   /* coowned: has it one owner or several */
	ZONG_QUERY_BURDENED,  /* burdened: is there a mortgage, a notice or an objection */
	ZONG_QUERY_LIMITED,   /* limited: is there a seizure */
	ZONG_QUERY_MATCH,     /* match: is this the owner's name */
	ZONG_QUERY_COFORM,    /* coform: the form of co-ownership */
	ZONG_QUERY_ORGAN,     /* organ: who had it seized */
	ZONG_QUERY_SIGHTS,
};
enum zong_query_index { /* what it can be asked by */
	ZONG_QUERY_BY_UNIT, ZONG_QUERY_BY_CERT, ZONG_QUERY_BY_CASE, ZONG_QUERY_BY_ADDRESS, ZONG_QUERY_BY_NAME,
	ZONG_QUERY_INDEXES,
};
const char *zong_query_sight_name(enum zong_query_sight sight); /* "results" */
const char *zong_query_sight_text(enum zong_query_sight sight, const char *language); /* "登记结果" */
const char *zong_query_index_name(enum zong_query_index index); /* "unit" */
const char *zong_query_index_text(enum zong_query_index index, const char *language);
const char *zong_query_state_name(Zong__QueryState state); /* "entered", "granted", "refused", "withdrawn" */
/* What one who comes for another must show besides, alternatives parted by |; "": nothing. Working days until a query must be decided. */
const char *zong_query_rule_proxy(const struct zong_archive *archive);
unsigned int zong_query_rule_days(const struct zong_archive *archive);
/* Kind @at of those who may ask, from 0; NULL: there are no more. */
const struct zong_query_asker *zong_query_asker_at(const struct zong_archive *archive, size_t at);

/* What stands in the way of a grant. */
struct zong_query_problem {
	const char *code;      /* static: "asker", "proof", "proxy", "index", "sight", "units", "holder", "own", "identity" */
	char subject[600];     /* which proof, index ...; of the rules or the application */
};
#define ZONG_QUERY_PROBLEMS 32
/* The sentence for it, "zh" or "en"; static; it may hold one %s for the subject. */
const char *zong_query_problem_text(const char *code, const char *language);

struct zong_query {
	Zong__Query *row;
	Zong__Material **scan; /* what was scanned for it, oldest first */
	size_t scans;
	struct zong_query_problem problem[ZONG_QUERY_PROBLEMS]; /* of one that is not decided yet */
	size_t problems;
	struct zong_warnings warnings; /* of entering and changing: ID numbers with wrong digits */
};
void zong_query_release(struct zong_query *query);
void zong_queries_free(Zong__Query **queries, size_t count);

struct zong_query_person {
	const char *name, *id_kind, *idno, *phone; /* NULL: none */
};
struct zong_query_object {
	const char *by, *value, *unit; /* unit: NULL, or the code that a person found for it; needed by "address" */
};
struct zong_query_proof {
	const char *kind, *note;
};
struct zong_query_entry {
	const char *asker; /* key */
	struct zong_query_person querent, proxy, holder; /* proxy, holder: without a name there is none */
	const char *purpose;
	const char *const *wants; /* names of sights; none: all that the rule lets see */
	size_t want_count;
	const struct zong_query_object *object; /* none: by name, what the holder has */
	size_t objects;
	const struct zong_query_proof *proof;
	size_t proofs;
	const char *note;
	const char *machine; /* of a self-service desk, or NULL */
};

/* What is not complete is entered all the same, with its problems. ZONG_EINVAL (err names the member), ZONG_EUNITCODE, ZONG_ECERTNO,
 * ZONG_ECASENO, ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_query_enter(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_entry *entry, struct zong_query *ret_query, struct zong_err *err);
/* All of it anew. @revision: that was read; 0: whichever. ZONG_ENOQUERY, ZONG_EQUERYSTATE (decided), ZONG_ECHANGED, and those of entering. */
int zong_query_change(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	uint32_t revision, const struct zong_query_entry *entry, struct zong_query *ret_query,
	struct zong_err *err);
/* ZONG_ENOQUERY, ZONG_EQUERYSTATE, ZONG_EQUERYRULE (err names the problems), ZONG_ELIMIT (over ZONG_LIMIT_QUERY_UNITS: err says "units"). */
int zong_query_grant(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *note, struct zong_query *ret_query, struct zong_err *err);
/* ZONG_EREASON, ZONG_ENOQUERY, ZONG_EQUERYSTATE. */
int zong_query_refuse(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, struct zong_query *ret_query, struct zong_err *err);
int zong_query_withdraw(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, struct zong_query *ret_query, struct zong_err *err);
/* Of materials that the answer names. ZONG_ENOENT (err names it), ZONG_EQUERYSTATE (not granted), ZONG_EINVAL (none), ZONG_ELIMIT. */
int zong_query_copied(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *const *materials, size_t count, struct zong_query *ret_query, struct zong_err *err);

/* ZONG_ENOQUERY. */
int zong_query_get(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	struct zong_query *ret_query, struct zong_err *err);

/* NULL, 0 or "": any. */
struct zong_query_filter {
	const char *from, *to; /* days of entering, both included */
	const char *state, *asker;
	const char *name;      /* the whole name or ID number of querent, proxy or holder */
	bool overdue;          /* not decided, and its day is past */
};
/* Newest first. ZONG_EINVAL (from, to, state), ZONG_ECURSOR. */
int zong_query_list(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_filter *filter, const char *cursor, size_t max,
	Zong__Query ***ret_queries, size_t *ret_count, char **ret_next, struct zong_err *err);
/* 查询记录簿 of what the filter lets through, oldest first: as CSV in @encoding, or with @encoding NULL as PDF. ZONG_ELIMIT: over
 * ZONG_LIMIT_QUERY_REGISTER lines; and those of zong_pool_draw. */
int zong_query_register(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_query_filter *filter, const char *encoding, int *ret_fd,
	uint64_t *ret_len, struct zong_err *err);

/* Forms as PDF: "application" 查询申请书, "result" 查询结果证明, "refusal" 不予查询告知书; NULL: what its state asks for. ZONG_ENOQUERY,
 * ZONG_EINVAL (form), ZONG_EQUERYSTATE (no such form in this state), and those of zong_pool_draw. */
int zong_query_print(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *form, int *ret_fd, uint64_t *ret_len, struct zong_err *err);

/* For whoever holds the paper: @word is what its QR code holds. Needs no right; the word has 128 random bits and is compared in constant
 * time. Recorded as a read by "paper" from @origin, the address. ZONG_ENOQUERY: no such paper. */
int zong_query_check(struct zong_archive *archive, const char *origin, const char *no,
	const char *word, Zong__Query **ret_query, struct zong_err *err);
/* The address that the QR code holds; caller frees, NULL without memory. */
char *zong_query_check_url(const struct zong_archive *archive, const Zong__Query *query);

#endif
