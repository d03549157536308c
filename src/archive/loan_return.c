/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "original_row.h"
#include "retention_look.h"

struct change {
	const struct zong_subject *who;
	const char *code;
	struct zong_return back;
	const char *reason;
	uint32_t pages;
	int32_t today;
	char subject[ZONG_ABOUT];
	struct zong_original made;
};

static int finish(struct zong_txn *txn, struct change *change, const char *code)
{
	zong_original_release(&change->made);
	return zong_original_view(txn, change->who, code, &change->made);
}

static int run(struct zong_archive *archive, struct change *change, zong_store_change *write,
	struct zong_original *ret_original, struct zong_err *err)
{
	int code;

	zong_paper_about(change->subject, change->code);
	code = zong_store_write(archive->store, write, change);
	if (code) {
		zong_original_release(&change->made);
		return zong_err_set(err, code, "%s", change->subject);
	}
	*ret_original = change->made;
	return 0;
}

/* ---- coming back ---- */

/* To where it came from, or to where the person says. A place that is gone or full meanwhile does not keep paper from coming
 * back: it waits to be shelved then. */
static int put_back(struct zong_txn *txn, struct change *change, Zong__Original *original)
{
	bool said = change->back.place && change->back.place[0];
	_cleanup_row_ Zong__Place *place = NULL;
	int err = said		      ? zong_place_find(txn, change->back.place, &place)
		  : original->home[0] ? zong_place_row(txn, original->home, &place)
				      : ZONG_ENOPLACE;

	if (!err)
		err = zong_place_room(txn, place);
	if (!err)
		return zong_original_lay(original, place->code, change->who->key);
	if (said) {
		zong_paper_about(change->subject, change->back.place);
		return err;
	}
	if (err != ZONG_ENOPLACE && err != ZONG_EPLACEFULL)
		return err;
	zong_original_leave(original);
	return 0;
}

static int end_loan(struct zong_txn *txn, const struct change *change, Zong__Loan *loan)
{
	Zong__LoanCondition condition = change->back.damaged ? ZONG__LOAN_CONDITION__LOAN_DAMAGED
							     : ZONG__LOAN_CONDITION__LOAN_WHOLE;
	char detail[ZONG_LIMIT_REASON + ZONG_LIMIT_NAME + 64];
	uint64_t record;
	int err;

	snprintf(detail, sizeof(detail), "%s: %u of %u pages, %s. %s", loan->borrower,
		change->back.pages, loan->pages, zong_loan_condition_name(condition),
		change->back.note);
	err = zong_original_log(txn, change->who, "loan.return", loan->original, detail, &record);
	return err ? err : zong_loan_end(txn, change->who, loan, &change->back, condition, record);
}

static int write_return(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__Reservation *first = NULL;
	_cleanup_row_ Zong__Loan *loan = NULL;
	struct change *change = ctx;
	int err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_LEND, change->code, &original);

	if (!err && original->where_case != ZONG__ORIGINAL__WHERE_LENT)
		err = ZONG_ENOTLENT;
	if (!err)
		err = zong_loan_row(txn, original->code, &original->lent->loan, &loan);
	if (!err)
		err = zong_original_copy(original, &before);
	if (!err)
		err = end_loan(txn, change, loan);
	if (!err)
		err = put_back(txn, change, original);
	if (!err)
		err = zong_original_put(txn, before, original);
	if (!err)
		err = zong_reservation_turn(txn, original->code, true, change->today, &first);
	return err ? err : finish(txn, change, original->code);
}

int zong_original_return(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const struct zong_return *back, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .code = code, .back = *back};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	change.today = zong_retention_today(archive);
	change.back.note = back->note ? back->note : "";
	if (back->pages > ZONG_LIMIT_ORIGINAL_PAGES)
		return zong_err_set(err, ZONG_EINVAL, "pages");
	if (back->damaged && zong_retention_blank(change.back.note))
		return zong_err_set(err, ZONG_EREASON, NULL);
	result = zong_retention_text(change.back.note, ZONG_LIMIT_REASON, "note", err);
	return result ? result : run(archive, &change, write_return, ret_original, err);
}

/* ---- settling what was wrong ---- */

static int settle_loan(
	struct zong_txn *txn, const struct change *change, Zong__Loan *loan, uint64_t record)
{
	_cleanup_row_ ProtobufCMessage *before = NULL;
	int err = zong_row_copy(&loan->base, &before);

	if (err)
		return err;
	if (zong_row_set(&loan->settled_by, change->who->key) ||
		zong_row_set(&loan->settled_name, change->who->name) ||
		zong_row_set(&loan->settled_reason, change->reason))
		return ZONG_ENOMEM;
	loan->settled = zong_time_now();
	loan->settled_record = record;
	return zong_loan_put(txn, (const Zong__Loan *)before, loan);
}

/* The next loan of this original that stands among the troubles. ZONG_EEND. */
static int next_trouble(struct zong_txn *txn, const char *code, Zong__Loan **ret_loan)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	Zong__Loan *loan = NULL;
	int err;

	zong_row_key_str(&prefix, code);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOANS, &prefix, NULL, false);
	while (!err && !loan && (err = zong_iter_next(&iter)) == 0) {
		loan = zong__loan__unpack(NULL, iter.value_len, iter.value);
		if (!loan)
			err = ZONG_ECORRUPT;
		else if (!loan->trouble || loan->settled) {
			zong__loan__free_unpacked(loan, NULL);
			loan = NULL;
		}
	}
	zong_iter_end(&iter);
	if (!err)
		*ret_loan = loan;
	return err;
}

static int settle_all(struct zong_txn *txn, const struct change *change, const char *code)
{
	uint64_t record = 0;
	bool any = false;
	int err = 0;

	while (!err) {
		_cleanup_row_ Zong__Loan *loan = NULL;

		err = next_trouble(txn, code, &loan);
		if (!err && !any)
			err = zong_original_log(
				txn, change->who, "loan.settle", code, change->reason, &record);
		if (!err)
			err = settle_loan(txn, change, loan, record);
		any = any || !err;
	}
	return err != ZONG_EEND ? err : any ? 0 : ZONG_EDECIDED;
}

static int write_settle(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	struct change *change = ctx;
	int err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_LEND, change->code, &original);

	if (!err)
		err = settle_all(txn, change, original->code);
	if (!err && change->pages) {
		err = zong_original_copy(original, &before);
		original->pages = change->pages;
		if (!err)
			err = zong_original_put(txn, before, original);
	}
	return err ? err : finish(txn, change, original->code);
}

int zong_original_settle(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *reason, uint32_t pages, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .code = code, .reason = reason, .pages = pages};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	if (pages > ZONG_LIMIT_ORIGINAL_PAGES)
		return zong_err_set(err, ZONG_EINVAL, "pages");
	result = zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
	return result ? result : run(archive, &change, write_settle, ret_original, err);
}
