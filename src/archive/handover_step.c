/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "handover_row.h"
#include "journal.h"
#include "property.h"
#include "retention_look.h"

struct step {
	const struct zong_subject *who;
	char no[ZONG_HANDOVER_NO];
	const char *const *code;
	size_t count;
	const char *reason;
	int32_t today;
	char failed[ZONG_PROPERTY_OBJECT]; /* cases whose four properties failed */
	char subject[ZONG_ABOUT];
	struct zong_handover made;
};

/* The list as it stands, where it is still open. */
static int open_list(struct zong_txn *txn, struct step *step)
{
	int err;

	zong_handover_release(&step->made);
	err = zong_handover_load(txn, step->no, &step->made);
	if (err)
		return err;
	if (step->made.handover->state == ZONG__HANDOVER_STATE__HANDOVER_OPEN)
		return 0;
	zong_paper_about(step->subject, zong_handover_state_name(step->made.handover->state));
	return ZONG_EHANDOVERSTATE;
}

static int run(struct zong_archive *archive, struct step *step, const char *no,
	zong_store_change *write, struct zong_handover *ret_handover, struct zong_err *err)
{
	int code = zong_access_may(step->who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (!zong_handover_no_valid(no))
		return zong_err_set(err, ZONG_ENOHANDOVER, "%s", no);
	if (step->count > ZONG_LIMIT_HANDOVER)
		return zong_err_set(err, ZONG_ELIMIT, "codes");
	snprintf(step->no, sizeof(step->no), "%s", no);
	zong_paper_about(step->subject, no);
	step->today = zong_retention_today(archive);
	code = zong_store_write(archive->store, write, step);
	if (code) {
		zong_handover_release(&step->made);
		return zong_err_set(err, code, "%s", step->subject);
	}
	*ret_handover = step->made;
	return 0;
}

/* ---- one original of the list ---- */

static Zong__HandoverItem *find_item(const struct step *step, const char *text)
{
	char code[ZONG_ORIGINAL_CODE];

	if (zong_original_code_parse(text, code))
		return NULL;
	for (size_t i = 0; i < step->made.items; i++)
		if (strcmp(step->made.item[i]->original, code) == 0)
			return step->made.item[i];
	return NULL;
}

/* Where it is from now on: with the other office, or in the house, waiting to be shelved. */
static int set_handed(Zong__Original *original, const Zong__Handover *handover)
{
	_cleanup_row_ Zong__OriginalHanded *handed =
		zong_row_new(&zong__original_handed__descriptor);

	if (!handed || zong_row_set(&handed->handover, handover->no) ||
		zong_row_set(&handed->to, handover->other))
		return ZONG_ENOMEM;
	handed->time = zong_time_now();
	zong_original_leave(original);
	original->handed = take_ptr(handed);
	original->where_case = ZONG__ORIGINAL__WHERE_HANDED;
	return 0;
}

enum end { END_TAKEN, END_RETURNED, END_CANCELLED };

/* It is on the list no more. */
static int release_original(struct zong_txn *txn, struct step *step, const char *code, enum end end)
{
	_cleanup_row_ Zong__Original *original = NULL, *before = NULL;
	_cleanup_row_ Zong__Reservation *first = NULL;
	const Zong__Handover *handover = step->made.handover;
	bool in = handover->direction == ZONG__HANDOVER_DIRECTION__HANDOVER_IN;
	int err = zong_original_row(txn, code, &original);

	if (!err)
		err = zong_original_copy(original, &before);
	if (!err)
		err = zong_row_set(&original->listed, "");
	/* What was to come in and went back is with those who brought it. */
	if (!err && ((end == END_TAKEN && !in) || (end == END_RETURNED && in)))
		err = set_handed(original, handover);
	else if (!err && end == END_TAKEN)
		zong_original_leave(original);
	if (!err)
		err = zong_original_put(txn, before, original);
	if (!err)
		err = zong_reservation_turn(
			txn, code, zong_original_in(original) == 0, step->today, &first);
	return err;
}

static int set_item(struct zong_txn *txn, struct step *step, Zong__HandoverItem *item,
	Zong__HandoverItemState state)
{
	bool back = state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED;
	Zong__Handover *handover = step->made.handover;
	char detail[ZONG_LIMIT_REASON + ZONG_HANDOVER_NO + 16];
	int err;

	if (item->state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_CHECKED)
		handover->checked--;
	if (back)
		handover->returned++;
	else
		handover->checked++;
	item->state = state;
	item->time = zong_time_now();
	if (zong_row_set(&item->by, step->who->key) ||
		zong_row_set(&item->reason, back ? step->reason : ""))
		return ZONG_ENOMEM;
	snprintf(detail, sizeof(detail), "handover/%s: %s", step->no, item->reason);
	err = zong_original_log(txn, step->who, back ? "handover.return" : "handover.check",
		item->original, detail, &item->record);
	return err ? err : zong_handover_put_item(txn, step->no, item);
}

/* ---- checking, and giving back ---- */

static int each_code(struct zong_txn *txn, struct step *step, Zong__HandoverItemState state)
{
	bool back = state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED;
	int err = open_list(txn, step);

	for (size_t i = 0; i < step->count && !err; i++) {
		Zong__HandoverItem *item = find_item(step, step->code[i]);

		zong_paper_about(step->subject, step->code[i]);
		if (!item)
			return ZONG_ENOORIGINAL;
		if (item->state == state)
			continue; /* scanned twice */
		if (item->state == ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED)
			return ZONG_EDECIDED;
		err = set_item(txn, step, item, state);
		if (!err && back)
			err = release_original(txn, step, item->original, END_RETURNED);
	}
	return err ? err : zong_handover_put(txn, step->made.handover);
}

static int write_check(struct zong_txn *txn, void *ctx)
{
	return each_code(txn, ctx, ZONG__HANDOVER_ITEM_STATE__HANDOVER_CHECKED);
}

static int write_return(struct zong_txn *txn, void *ctx)
{
	return each_code(txn, ctx, ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED);
}

int zong_handover_check(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *const *codes, size_t count, struct zong_handover *ret_handover,
	struct zong_err *err)
{
	struct step step = {.who = who, .code = codes, .count = count};

	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "codes");
	return run(archive, &step, no, write_check, ret_handover, err);
}

static int check_reason(const char *reason, struct zong_err *err)
{
	if (!reason || zong_retention_blank(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	return zong_retention_text(reason, ZONG_LIMIT_REASON, "reason", err);
}

int zong_handover_return(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *const *codes, size_t count, const char *reason,
	struct zong_handover *ret_handover, struct zong_err *err)
{
	struct step step = {.who = who, .code = codes, .count = count, .reason = reason};
	int code;

	if (count == 0)
		return zong_err_set(err, ZONG_EINVAL, "codes");
	code = check_reason(reason, err);
	return code ? code : run(archive, &step, no, write_return, ret_handover, err);
}

/* ---- the second signature, or none ---- */

static int end_all(struct zong_txn *txn, struct step *step, enum end end)
{
	int err = 0;

	for (size_t i = 0; i < step->made.items && !err; i++)
		if (step->made.item[i]->state != ZONG__HANDOVER_ITEM_STATE__HANDOVER_RETURNED)
			err = release_original(txn, step, step->made.item[i]->original, end);
	return err ? err : zong_handover_put(txn, step->made.handover);
}

static int write_take(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;
	char detail[ZONG_PROPERTY_OBJECT + ZONG_LIMIT_REASON + 128];
	Zong__Handover *handover;
	uint32_t left;
	int err = open_list(txn, step);

	if (err)
		return err;
	handover = step->made.handover;
	if (!handover->given ||
		zong_person_is(handover->given->by, handover->given->name, step->who))
		return ZONG_ESAMEPERSON;
	left = handover->items - handover->checked - handover->returned;
	if (left) {
		snprintf(step->subject, sizeof(step->subject), "%u", left);
		return ZONG_EUNCHECKED;
	}
	handover->state = ZONG__HANDOVER_STATE__HANDOVER_TAKEN;
	snprintf(detail, sizeof(detail), "%u taken, %u returned%s%s%s%s", handover->checked,
		handover->returned, step->failed[0] ? "; properties failed: " : "", step->failed,
		step->failed[0] ? ". " : "", step->failed[0] ? step->reason : "");
	err = zong_handover_step(txn, step->who, step->no, "handover.take", detail,
		step->failed[0] ? step->reason : "", &handover->taken);
	return err ? err : end_all(txn, step, END_TAKEN);
}

/* Could it be taken, were it not for the four properties? Then they are looked at: papers and scans go together. */
static int look_at_properties(
	struct zong_archive *archive, struct step *step, const char *no, struct zong_err *err)
{
	const Zong__Handover *handover;
	struct zong_handover list = {0};
	struct zong_txn *txn;
	int code = zong_handover_no_valid(no) ? zong_store_read_begin(archive->store, &txn) : 0;

	if (code || !zong_handover_no_valid(no))
		return code ? zong_err_set(err, code, NULL) : 0;
	code = zong_handover_load(txn, no, &list);
	zong_txn_end(txn);
	handover = list.handover;
	if (!code && handover->state == ZONG__HANDOVER_STATE__HANDOVER_OPEN && handover->given &&
		!zong_person_is(handover->given->by, handover->given->name, step->who) &&
		handover->checked + handover->returned == handover->items)
		code = zong_property_of_handover(archive, step->who, &list, step->failed);
	else
		code = 0; /* what is in the way is said by the change */
	zong_handover_release(&list);
	if (code)
		return zong_err_set(err, code, "%s", no);
	return step->failed[0] && !step->reason[0]
		       ? zong_err_set(err, ZONG_EPROPERTIES, "%s", step->failed)
		       : 0;
}

int zong_handover_take(struct zong_archive *archive, const struct zong_subject *who, const char *no,
	const char *reason, struct zong_handover *ret_handover, struct zong_err *err)
{
	struct step step = {.who = who,
		.reason = reason && !zong_retention_blank(reason) ? reason : ""};
	int code = zong_access_may(who, ZONG_VERB_HANDOVER_MANAGE, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (step.reason[0])
		code = zong_retention_text(step.reason, ZONG_LIMIT_REASON, "reason", err);
	if (!code)
		code = look_at_properties(archive, &step, no, err);
	return code ? code : run(archive, &step, no, write_take, ret_handover, err);
}

static int write_cancel(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;
	int err = open_list(txn, step);

	if (err)
		return err;
	step->made.handover->state = ZONG__HANDOVER_STATE__HANDOVER_CANCELLED;
	err = zong_handover_step(txn, step->who, step->no, "handover.cancel", step->reason,
		step->reason, &step->made.handover->cancelled);
	return err ? err : end_all(txn, step, END_CANCELLED);
}

int zong_handover_cancel(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *reason, struct zong_handover *ret_handover,
	struct zong_err *err)
{
	struct step step = {.who = who, .reason = reason};
	int code = check_reason(reason, err);

	return code ? code : run(archive, &step, no, write_cancel, ret_handover, err);
}
