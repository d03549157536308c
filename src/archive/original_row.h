/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_ORIGINAL_ROW_H
#define ZONG_ARCHIVE_ORIGINAL_ROW_H

/* Originals, places and what belongs to them inside a transaction: shared by place.c, original*.c, shelving.c, loan*.c,
 * reservation.c, missing.c, stocktake.c, handover*.c and check_originals.c. What changes where an original is goes
 * zong_original_row -> leave what it was, set what it is -> zong_original_put. */

#include <zong/access.h>
#include <zong/original.h>
#include <zong/place.h>
#include <zong/store.h>

#include "inside.h"
#include "row.h"

/* ---- originals: original_row.c ---- */

/* The row of a code in its normal form. ZONG_ENOORIGINAL. */
int zong_original_row(struct zong_txn *txn, const char *code, Zong__Original **ret_original);
/* The same where @who may do @verb with it; the code as it was typed. ZONG_EORIGINALCODE; what the subject must not know of is
 * ZONG_ENOORIGINAL. */
int zong_original_find(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const char *code, Zong__Original **ret_original);
/* Puts the row with its index rows. @before: as it was, NULL: it is new. */
int zong_original_put(
	struct zong_txn *txn, const Zong__Original *before, const Zong__Original *original);
/* The index rows alone, for zong check. */
int zong_original_index(struct zong_txn *txn, const Zong__Original *original);
char zong_original_letter(const Zong__Original *original);
char zong_original_letter_of(const char *state); /* 0: no such state */
/* A copy to compare with, taken before a change. */
int zong_original_copy(const Zong__Original *original, Zong__Original **ret_copy);
/* It is nowhere: frees what it was. */
void zong_original_leave(Zong__Original *original);
/* Now it lies on @place. ZONG_ENOMEM. */
int zong_original_lay(Zong__Original *original, const char *place, const char *by);
/* 0 where it is in the house and free to go: shelved or waiting to be. Else ZONG_ELENT, ZONG_EMISSING, ZONG_EHANDED,
 * ZONG_EONLIST. */
int zong_original_in(const Zong__Original *original);
/* In a change: it is not where it should be. A loan of it ends as lost. @stocktake: that did not find it, or NULL. Its row and
 * its line in the log are written. */
int zong_original_lose(struct zong_txn *txn, const struct zong_subject *who,
	Zong__Original *original, const char *note, const struct zong_id *stocktake);
/* A line of the log about it. */
int zong_original_log(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const char *code, const char *detail, uint64_t *ret_record);
/* Everything to answer with: original_view.c. */
int zong_original_view(struct zong_txn *txn, const struct zong_subject *who, const char *code,
	struct zong_original *ret_view);

/* ---- places: place_row.c ---- */

/* ZONG_ENOPLACE: none, or removed. The code in its normal form | as typed. */
int zong_place_row(struct zong_txn *txn, const char *code, Zong__Place **ret_place);
int zong_place_find(struct zong_txn *txn, const char *code, Zong__Place **ret_place);
/* How many keys begin with the code of a place, at most @max. */
int zong_place_count(struct zong_txn *txn, enum zong_table table, const char *code, uint64_t max,
	uint64_t *ret_count);
/* Can one more original lie there? 0, ZONG_EPLACELEVEL, ZONG_EPLACEFULL. */
int zong_place_room(struct zong_txn *txn, const Zong__Place *place);
/* The place and those above it, from the room down. */
int zong_place_path(
	struct zong_txn *txn, const char *code, Zong__Place ***ret_path, size_t *ret_count);
int zong_place_view(struct zong_txn *txn, const char *code, struct zong_place_view *ret_place);

/* What an error is about, where it is known only inside a change. */
#define ZONG_ABOUT 128
void zong_paper_about(char ret_subject[ZONG_ABOUT], const char *text);
/* The next number under @letter: one more than the greatest in @table. ZONG_ELIMIT: no number is left. */
int zong_paper_code_next(struct zong_txn *txn, enum zong_table table, char letter,
	char ret_code[ZONG_ORIGINAL_CODE]);

/* ---- loans and reservations ---- */

void zong_loan_key(const char *code, const struct zong_id *id, struct zong_key *ret_key);
int zong_loan_row(struct zong_txn *txn, const char *code, const ProtobufCBinaryData *id,
	Zong__Loan **ret_loan);
/* With its entry among those that are open; @before: as it was, or NULL. */
int zong_loan_put(struct zong_txn *txn, const Zong__Loan *before, const Zong__Loan *loan);
/* The key of that entry. false: there is none. */
bool zong_loan_open_key(const Zong__Loan *loan, struct zong_key *ret_key);
/* The loan ends, in the change that takes the original from its borrower. */
int zong_loan_end(struct zong_txn *txn, const struct zong_subject *who, Zong__Loan *loan,
	const struct zong_return *back, Zong__LoanCondition condition, uint64_t record);

/* Those who wait, first one first. ret_... are freed with zong_reservations_free. */
int zong_reservations(struct zong_txn *txn, const char *code, Zong__Reservation ***ret_waiting,
	size_t *ret_count);
void zong_reservations_free(Zong__Reservation **waiting, size_t count);
/* Brings the queue up to the day: whom the paper was kept for in vain drops out; where it is in (@in), the first one is told until
 * when it is kept. *ret_first: whose turn it is, NULL: nobody waits; freed by the caller. */
int zong_reservation_turn(struct zong_txn *txn, const char *code, bool in, int32_t today,
	Zong__Reservation **ret_first);
int zong_reservation_drop(struct zong_txn *txn, const Zong__Reservation *reservation);

/* ---- stock-takes ---- */

/* ZONG_ENOENT. */
int zong_stocktake_row(
	struct zong_txn *txn, const struct zong_id *id, Zong__Stocktake **ret_stocktake);

/* ---- people: person.c ---- */

/* As far as it can be known: the same key, or the same name under two keys. */
bool zong_person_is(const char *key, const char *name, const struct zong_subject *who);
/* A text that a person must have entered: ZONG_EINVAL (err names @what) where it is blank. */
int zong_person_says(const char *text, size_t max, const char *what, struct zong_err *err);

#endif
