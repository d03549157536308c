/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "index_rows.h"
#include "original_row.h"
#include "retention_look.h"

struct change {
	const struct zong_subject *who;
	const char *code;
	const struct zong_new_loan *wanted;
	const char *reason;
	int32_t due, today;
	struct zong_id id;
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
	if (!code || code == ZONG_ECOPYFIRST)
		*ret_original = change->made;
	else
		zong_original_release(&change->made);
	return code ? zong_err_set(err, code, "%s", change->subject) : 0;
}

/* A day from today on, not too far ahead. */
static int read_due(struct change *change, const char *due, struct zong_err *err)
{
	if (!due || zong_day_parse(due, &change->due) || change->due < change->today ||
		change->due - change->today > ZONG_LIMIT_LOAN_DAYS)
		return zong_err_set(err, ZONG_EDUEDAY, "%s", due ? due : "");
	return 0;
}

/* ---- lending ---- */

static bool same_name(const char *a, const char *b)
{
	char first[ZONG_INDEX_NAME + 1], second[ZONG_INDEX_NAME + 1];

	zong_index_fold_name(a, first);
	zong_index_fold_name(b, second);
	return strcmp(first, second) == 0;
}

/* It is for whoever waits first, and for nobody else. */
static int take_turn(struct zong_txn *txn, struct change *change, const char *code)
{
	_cleanup_row_ Zong__Reservation *first = NULL;
	int err = zong_reservation_turn(txn, code, true, change->today, &first);

	if (err || !first)
		return err;
	if (!same_name(first->borrower, change->wanted->borrower)) {
		zong_paper_about(change->subject, first->borrower);
		return ZONG_ERESERVED;
	}
	return zong_reservation_drop(txn, first);
}

static int make_loan(struct zong_txn *txn, struct change *change, const Zong__Original *original,
	Zong__Loan **ret_loan)
{
	const struct zong_new_loan *wanted = change->wanted;
	_cleanup_row_ Zong__Loan *loan = zong_row_new(&zong__loan__descriptor);
	char detail[3 * ZONG_LIMIT_NAME + ZONG_LIMIT_PURPOSE + ZONG_LIMIT_REASON + 64];
	char day[ZONG_DAY_TEXT];
	int err;

	if (!loan || zong_row_set_bytes(&loan->id, change->id.bytes, sizeof(change->id.bytes)) ||
		zong_row_set(&loan->original, original->code) ||
		zong_row_set(&loan->borrower, wanted->borrower) ||
		zong_row_set(&loan->department, wanted->department) ||
		zong_row_set(&loan->purpose, wanted->purpose) ||
		zong_row_set(&loan->approver, wanted->approver) ||
		zong_row_set(&loan->copy_not_enough, wanted->copy_not_enough) ||
		zong_row_set(&loan->lent_by, change->who->key) ||
		zong_row_set(&loan->lent_name, change->who->name))
		return ZONG_ENOMEM;
	loan->lent = zong_time_now();
	loan->due = change->due;
	loan->pages = original->pages;
	zong_day_format(change->due, day);
	snprintf(detail, sizeof(detail),
		"%s (%s) until %s, %u pages, for: %s, approved by %s; copy: %s", loan->borrower,
		loan->department, day, loan->pages, loan->purpose, loan->approver,
		loan->copy_not_enough);
	err = zong_original_log(
		txn, change->who, "loan.lend", original->code, detail, &loan->record);
	if (!err)
		err = zong_loan_put(txn, NULL, loan);
	if (!err)
		*ret_loan = take_ptr(loan);
	return err;
}

static int hand_out(Zong__Original *original, const Zong__Loan *loan)
{
	_cleanup_row_ Zong__OriginalLent *lent = zong_row_new(&zong__original_lent__descriptor);

	if (!lent || zong_row_set_bytes(&lent->loan, loan->id.data, loan->id.len) ||
		zong_row_set(&lent->borrower, loan->borrower) ||
		zong_row_set(&lent->department, loan->department))
		return ZONG_ENOMEM;
	lent->due = loan->due;
	zong_original_leave(original);
	original->lent = take_ptr(lent);
	original->where_case = ZONG__ORIGINAL__WHERE_LENT;
	return 0;
}

static int write_lend(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__Loan *loan = NULL;
	struct change *change = ctx;
	int err;

	zong_original_release(&change->made);
	err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_LEND, change->code, &original);
	if (!err)
		err = zong_original_in(original);
	if (!err)
		err = take_turn(txn, change, original->code);
	if (!err)
		err = finish(txn, change, original->code);
	if (err)
		return err;
	if (change->made.copy_count && zong_retention_blank(change->wanted->copy_not_enough))
		return ZONG_ECOPYFIRST;
	err = zong_original_copy(original, &before);
	if (!err)
		err = make_loan(txn, change, original, &loan);
	if (!err)
		err = hand_out(original, loan);
	if (!err)
		err = zong_original_put(txn, before, original);
	return err ? err : finish(txn, change, original->code);
}

int zong_original_lend(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const struct zong_new_loan *wanted, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct zong_new_loan loan = *wanted;
	struct change change = {.who = who, .code = code, .wanted = &loan};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	change.today = zong_retention_today(archive);
	loan.department = loan.department ? loan.department : "";
	loan.copy_not_enough = loan.copy_not_enough ? loan.copy_not_enough : "";
	result = zong_person_says(loan.borrower, ZONG_LIMIT_NAME, "borrower", err);
	if (!result)
		result = zong_person_says(loan.purpose, ZONG_LIMIT_PURPOSE, "purpose", err);
	if (!result)
		result = zong_person_says(loan.approver, ZONG_LIMIT_NAME, "approver", err);
	if (!result)
		result = zong_retention_text(loan.department, ZONG_LIMIT_NAME, "department", err);
	if (!result)
		result = zong_retention_text(
			loan.copy_not_enough, ZONG_LIMIT_REASON, "copy_not_enough", err);
	if (!result)
		result = read_due(&change, loan.due, err);
	if (result)
		return result;
	zong_id_new(&change.id);
	return run(archive, &change, write_lend, ret_original, err);
}

/* ---- extending ---- */

static int add_extension(struct zong_txn *txn, const struct change *change, Zong__Loan *loan)
{
	Zong__LoanExtension *extension = zong_row_new(&zong__loan_extension__descriptor);
	Zong__LoanExtension **grown =
		extension ? realloc(loan->extensions,
				    (loan->n_extensions + 1) * sizeof(*loan->extensions))
			  : NULL;
	char detail[ZONG_LIMIT_REASON + 2 * ZONG_DAY_TEXT + 8];
	char day[ZONG_DAY_TEXT], before[ZONG_DAY_TEXT];

	if (!grown) {
		zong_row_cleanup(&extension);
		return ZONG_ENOMEM;
	}
	loan->extensions = grown;
	grown[loan->n_extensions++] = extension;
	if (zong_row_set(&extension->reason, change->reason) ||
		zong_row_set(&extension->by, change->who->key))
		return ZONG_ENOMEM;
	extension->due = change->due;
	extension->time = zong_time_now();
	zong_day_format(loan->due, before);
	zong_day_format(change->due, day);
	loan->due = change->due;
	snprintf(detail, sizeof(detail), "%s > %s: %s", before, day, change->reason);
	return zong_original_log(
		txn, change->who, "loan.extend", loan->original, detail, &extension->record);
}

static int may_extend(struct zong_txn *txn, struct change *change, const Zong__Loan *loan)
{
	_cleanup_row_ Zong__Reservation *first = NULL;
	int err = zong_reservation_turn(txn, loan->original, false, change->today, &first);

	if (err)
		return err;
	if (first) {
		zong_paper_about(change->subject, first->borrower);
		return ZONG_ERESERVED;
	}
	if (change->due <= loan->due) {
		zong_day_format(change->due, change->subject);
		return ZONG_EDUEDAY;
	}
	return loan->n_extensions < ZONG_LIMIT_EXTENSIONS ? 0 : ZONG_ELIMIT;
}

static int write_extend(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ ProtobufCMessage *was = NULL;
	_cleanup_row_ Zong__Loan *loan = NULL;
	struct change *change = ctx;
	int err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_LEND, change->code, &original);

	if (!err && original->where_case != ZONG__ORIGINAL__WHERE_LENT)
		err = ZONG_ENOTLENT;
	if (!err)
		err = zong_loan_row(txn, original->code, &original->lent->loan, &loan);
	if (!err)
		err = may_extend(txn, change, loan);
	if (!err)
		err = zong_row_copy(&loan->base, &was);
	if (!err)
		err = zong_original_copy(original, &before);
	if (!err)
		err = add_extension(txn, change, loan);
	if (!err)
		err = zong_loan_put(txn, (const Zong__Loan *)was, loan);
	if (err)
		return err;
	original->lent->due = change->due;
	err = zong_original_put(txn, before, original);
	return err ? err : finish(txn, change, original->code);
}

int zong_original_extend(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *due, const char *reason, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .code = code, .reason = reason};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_LEND, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	change.today = zong_retention_today(archive);
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	result = zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
	if (!result)
		result = read_due(&change, due, err);
	return result ? result : run(archive, &change, write_extend, ret_original, err);
}
