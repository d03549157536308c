/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "original_row.h"
#include "retention_look.h"

struct change {
	const struct zong_subject *who;
	const char *code, *place, *note;
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
	int code = zong_access_may(change->who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_retention_text(change->note, ZONG_LIMIT_REASON, "note", err);
	if (code)
		return code;
	change->today = zong_retention_today(archive);
	zong_paper_about(change->subject, change->code);
	code = zong_store_write(archive->store, write, change);
	if (code) {
		zong_original_release(&change->made);
		return zong_err_set(err, code, "%s", change->subject);
	}
	*ret_original = change->made;
	return 0;
}

int zong_original_lose(struct zong_txn *txn, const struct zong_subject *who,
	Zong__Original *original, const char *note, const struct zong_id *stocktake)
{
	_cleanup_row_ Zong__OriginalMissing *missing =
		zong_row_new(&zong__original_missing__descriptor);
	_cleanup_row_ Zong__Original *before = NULL;
	_cleanup_row_ Zong__Loan *loan = NULL;
	_cleanup_row_ Zong__Reservation *first = NULL;
	int err;

	if (!missing || zong_row_set(&missing->by, who->key) ||
		zong_row_set(&missing->note, note) ||
		(stocktake && zong_row_set_bytes(&missing->stocktake, stocktake->bytes,
				      sizeof(stocktake->bytes))))
		return ZONG_ENOMEM;
	missing->time = zong_time_now();
	err = zong_original_log(
		txn, who, "original.missing", original->code, note, &missing->record);
	if (!err && original->where_case == ZONG__ORIGINAL__WHERE_LENT) {
		const struct zong_return back = {.note = note};

		err = zong_loan_row(txn, original->code, &original->lent->loan, &loan);
		if (!err)
			err = zong_loan_end(txn, who, loan, &back, ZONG__LOAN_CONDITION__LOAN_LOST,
				missing->record);
	}
	if (!err)
		err = zong_original_copy(original, &before);
	if (err)
		return err;
	zong_original_leave(original);
	original->missing = take_ptr(missing);
	original->where_case = ZONG__ORIGINAL__WHERE_MISSING;
	err = zong_original_put(txn, before, original);
	return err ? err : zong_reservation_turn(txn, original->code, false, 0, &first);
}

static int write_missing(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL;
	struct change *change = ctx;
	int err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_MANAGE, change->code, &original);

	if (!err)
		err = zong_original_in(original);
	if (err && err != ZONG_ELENT)
		return err;
	err = zong_original_lose(txn, change->who, original, change->note, NULL);
	return err ? err : finish(txn, change, original->code);
}

int zong_original_missing(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *note, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .code = code, .note = note};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_MANAGE, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	if (!note || zong_retention_blank(note))
		return zong_err_set(err, ZONG_EREASON, NULL);
	return run(archive, &change, write_missing, ret_original, err);
}

static int put_where(struct zong_txn *txn, struct change *change, Zong__Original *original)
{
	_cleanup_row_ Zong__Place *place = NULL;
	int err;

	if (!change->place[0]) {
		zong_original_leave(original);
		return 0;
	}
	err = zong_place_find(txn, change->place, &place);
	if (!err)
		err = zong_place_room(txn, place);
	if (!err)
		err = zong_original_lay(original, place->code, change->who->key);
	else
		zong_paper_about(change->subject, change->place);
	return err;
}

static int write_found(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__Reservation *first = NULL;
	struct change *change = ctx;
	int err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_MANAGE, change->code, &original);

	if (!err && original->where_case != ZONG__ORIGINAL__WHERE_MISSING)
		err = ZONG_ENOTMISSING;
	if (!err)
		err = zong_original_copy(original, &before);
	if (!err)
		err = put_where(txn, change, original);
	if (!err)
		err = zong_original_log(
			txn, change->who, "original.found", original->code, change->note, NULL);
	if (!err)
		err = zong_original_put(txn, before, original);
	if (!err)
		err = zong_reservation_turn(txn, original->code, true, change->today, &first);
	return err ? err : finish(txn, change, original->code);
}

int zong_original_found(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *place, const char *note, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {
		.who = who, .code = code, .place = place ? place : "", .note = note ? note : ""};

	return run(archive, &change, write_found, ret_original, err);
}
