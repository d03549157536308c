/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_QUERY_ROW_H
#define ZONG_ARCHIVE_QUERY_ROW_H

/* Queries inside a transaction: shared by query.c (entering and changing), query_step.c (deciding), query_answer.c and query_tell.c (what is
 * told), query_list.c, query_form.c and check_queries.c. Threads: those of the txn; what puts, the writer. */

#include <zong/access.h>

#include "chain.h"
#include "query_rules.h"
#include "row.h"

bool zong_query_no_valid(const char *no);
/* ZONG_ENOQUERY. */
int zong_query_row(struct zong_txn *txn, const char *no, Zong__Query **ret_query);
/* Raises the revision. */
int zong_query_put(struct zong_txn *txn, Zong__Query *query);
/* The number that comes next on @today; neither a query nor a case has it. */
int zong_query_next(struct zong_txn *txn, int32_t today, char ret_no[ZONG_QUERY_NO]);
/* A line of the log, and who and when into *ret_step. */
int zong_query_step(struct zong_txn *txn, const struct zong_subject *who, const char *no,
	const char *verb, const char *detail, const char *note, Zong__Step **ret_step);
/* With its scans, and its problems where it is not decided. */
int zong_query_load(struct zong_archive *archive, struct zong_txn *txn, const char *no,
	struct zong_query *ret_query);
void zong_query_log_object(const char *no, char ret_object[ZONG_QUERY_NO + 16]);
/* A deep copy of what was entered, checked: without number, state and steps. Errors of zong_query_enter. */
int zong_query_fill(const struct zong_query_entry *entry, Zong__Query **ret_query,
	struct zong_warnings *ret_warnings, struct zong_err *err);

/* As zong_query_enter, zong_query_grant and zong_query_print, by another verb than theirs: for the self-service desk, which may do nothing else. */
int zong_query_enter_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const struct zong_query_entry *entry, struct zong_query *ret_query,
	struct zong_err *err);
int zong_query_grant_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const char *no, const char *note, struct zong_query *ret_query,
	struct zong_err *err);
int zong_query_print_as(struct zong_archive *archive, const struct zong_subject *who,
	enum zong_verb verb, const char *no, const char *what, int *ret_fd, uint64_t *ret_len,
	struct zong_err *err);

/* ---- the answer ---- */

/* One who stands in the archive is the one asked about. */
bool zong_query_is(const Zong__QueryPerson *person, const Zong__Party *party);
/* Is the party one who gives the right away? */
bool zong_query_gives(const Zong__Party *party);

struct zong_answer {
	struct zong_txn *txn;
	struct zong_subject clerk; /* with whose eyes it is looked up: the desk's, whoever asks */
	const struct zong_query_asker *asker;
	const Zong__QueryPerson *holder; /* whose own it must be, NULL: anybody's */
	Zong__Query *query;		 /* found is filled in */
	unsigned int sees;
	size_t facts;
	char wrong[96]; /* what stands in the way: "units 1" */
};
/* In a change: fills in query->found. ZONG_EQUERYRULE and ZONG_ELIMIT with answer->wrong. */
int zong_query_answer(struct zong_answer *answer);
/* query_tell.c: what is told of one code | of a case without one, appended to query->found. */
int zong_query_tell_unit(struct zong_answer *answer, const char *code, uint32_t object);
int zong_query_tell_case(struct zong_answer *answer, const Zong__Case *cas, uint32_t object);
int zong_query_tell_nothing(struct zong_answer *answer, uint32_t object);

#endif
