/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handover_row.h"
#include "retention_look.h"

struct making {
	const struct zong_subject *who;
	const struct zong_new_handover *wanted;
	Zong__HandoverDirection direction;
	int32_t today;
	char subject[ZONG_ABOUT];
	struct zong_handover made;
};

/* In the house, and nobody waits for it. */
static int may_go(struct zong_txn *txn, struct making *making, const Zong__Original *original)
{
	_cleanup_row_ Zong__Reservation *first = NULL;
	int err = zong_original_in(original);

	if (!err)
		err = zong_reservation_turn(txn, original->code, true, making->today, &first);
	if (!err && first) {
		zong_paper_about(making->subject, first->borrower);
		err = ZONG_ERESERVED;
	}
	return err;
}

/* Elsewhere: handed over before, or registered and still at the window. */
static int may_come(const Zong__Original *original)
{
	int err = zong_original_in(original);

	if (err == ZONG_EHANDED)
		return 0;
	if (err)
		return err;
	return original->where_case == ZONG__ORIGINAL__WHERE_SHELVED || original->home[0]
		       ? ZONG_EINHOUSE
		       : 0;
}

static int make_item(const Zong__Original *original, Zong__HandoverItem **ret_item)
{
	_cleanup_row_ Zong__HandoverItem *item = zong_row_new(&zong__handover_item__descriptor);

	if (!item || zong_row_set(&item->original, original->code) ||
		zong_row_set(&item->case_no, original->case_no) ||
		zong_row_set(&item->title, original->title))
		return ZONG_ENOMEM;
	item->pages = original->pages;
	*ret_item = take_ptr(item);
	return 0;
}

static int add_original(
	struct zong_txn *txn, struct making *making, Zong__Handover *handover, const char *code)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__HandoverItem *item = NULL;
	int err = zong_original_find(txn, making->who, ZONG_VERB_HANDOVER_MANAGE, code, &original);

	zong_paper_about(making->subject, code);
	if (err)
		return err;
	if (strcmp(original->listed, handover->no) == 0)
		return 0; /* scanned twice */
	err = making->direction == ZONG__HANDOVER_DIRECTION__HANDOVER_OUT
		      ? may_go(txn, making, original)
		      : may_come(original);
	if (!err)
		err = zong_original_copy(original, &before);
	if (!err)
		err = make_item(original, &item);
	if (!err)
		err = zong_row_set(&original->listed, handover->no);
	if (!err)
		err = zong_original_put(txn, before, original);
	handover->items++;
	if (!err) {
		item->position = handover->items;
		err = zong_handover_put_item(txn, handover->no, item);
	}
	return err;
}

static int write_make(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Handover *handover = zong_row_new(&zong__handover__descriptor);
	struct making *making = ctx;
	const struct zong_new_handover *wanted = making->wanted;
	char detail[ZONG_LIMIT_NAME + ZONG_LIMIT_REASON + 64];
	char no[ZONG_HANDOVER_NO];
	int err;

	zong_handover_release(&making->made);
	if (!handover)
		return ZONG_ENOMEM;
	err = zong_handover_next(txn, making->today, no);
	if (!err &&
		(zong_row_set(&handover->no, no) || zong_row_set(&handover->other, wanted->other)))
		err = ZONG_ENOMEM;
	handover->direction = making->direction;
	for (size_t i = 0; i < wanted->count && !err; i++)
		err = add_original(txn, making, handover, wanted->codes[i]);
	if (err)
		return err;
	snprintf(detail, sizeof(detail), "%s %s: %u originals. %s",
		zong_handover_direction_name(handover->direction), handover->other, handover->items,
		wanted->note);
	err = zong_handover_step(
		txn, making->who, no, "handover.make", detail, wanted->note, &handover->given);
	if (!err)
		err = zong_handover_put(txn, handover);
	return err ? err : zong_handover_load(txn, no, &making->made);
}

int zong_handover_make(struct zong_archive *archive, const struct zong_subject *who,
	const struct zong_new_handover *wanted, struct zong_handover *ret_handover,
	struct zong_err *err)
{
	struct zong_new_handover list = *wanted;
	struct making making = {.who = who, .wanted = &list};
	int code = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	list.note = list.note ? list.note : "";
	if (!list.direction || (strcmp(list.direction, "out") && strcmp(list.direction, "in")))
		return zong_err_set(err, ZONG_EINVAL, "direction");
	making.direction = strcmp(list.direction, "in") == 0
				   ? ZONG__HANDOVER_DIRECTION__HANDOVER_IN
				   : ZONG__HANDOVER_DIRECTION__HANDOVER_OUT;
	code = zong_person_says(list.other, ZONG_LIMIT_NAME, "other", err);
	if (!code)
		code = zong_retention_text(list.note, ZONG_LIMIT_REASON, "note", err);
	if (code)
		return code;
	if (list.count == 0)
		return zong_err_set(err, ZONG_EINVAL, "codes");
	if (list.count > ZONG_LIMIT_HANDOVER)
		return zong_err_set(err, ZONG_ELIMIT, "codes");
	making.today = zong_retention_today(archive);
	code = zong_store_write(archive->store, write_make, &making);
	if (code) {
		zong_handover_release(&making.made);
		return zong_err_set(err, code, "%s", making.subject);
	}
	*ret_handover = making.made;
	return 0;
}
