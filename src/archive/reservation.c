/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/time.h>

#include "index_rows.h"
#include "original_row.h"
#include "retention_look.h"

/* ---- the queue ---- */

void zong_reservations_free(Zong__Reservation **waiting, size_t count)
{
	for (size_t i = 0; waiting && i < count; i++)
		zong__reservation__free_unpacked(waiting[i], NULL);
	free(waiting);
}

static int read_queue(struct zong_txn *txn, const char *code, size_t max,
	Zong__Reservation **waiting, size_t *ret_count)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	size_t count = 0;
	int err;

	zong_row_key_str(&prefix, code);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_RESERVATIONS, &prefix, NULL, false);
	while (!err && count < max && (err = zong_iter_next(&iter)) == 0) {
		waiting[count] = zong__reservation__unpack(NULL, iter.value_len, iter.value);
		if (!waiting[count])
			err = ZONG_ECORRUPT;
		else
			count++;
	}
	zong_iter_end(&iter);
	*ret_count = count;
	return err == ZONG_EEND ? 0 : err;
}

int zong_reservations(
	struct zong_txn *txn, const char *code, Zong__Reservation ***ret_waiting, size_t *ret_count)
{
	Zong__Reservation **waiting = calloc(ZONG_LIMIT_RESERVATIONS, sizeof(*waiting));
	size_t count = 0;
	int err = waiting ? read_queue(txn, code, ZONG_LIMIT_RESERVATIONS, waiting, &count)
			  : ZONG_ENOMEM;

	if (err) {
		zong_reservations_free(waiting, count);
		return err;
	}
	*ret_waiting = waiting;
	*ret_count = count;
	return 0;
}

static int key_of(const Zong__Reservation *reservation, struct zong_key *ret_key)
{
	struct zong_id id;

	if (!zong_row_id(&reservation->id, &id))
		return ZONG_ECORRUPT;
	zong_row_key_str(ret_key, reservation->original);
	zong_key_id(ret_key, &id);
	return 0;
}

static int put(struct zong_txn *txn, const Zong__Reservation *reservation)
{
	struct zong_key key;
	int err = key_of(reservation, &key);

	return err ? err : zong_txn_put(txn, ZONG_TABLE_RESERVATIONS, &key, &reservation->base);
}

int zong_reservation_drop(struct zong_txn *txn, const Zong__Reservation *reservation)
{
	struct zong_key key;
	int err = key_of(reservation, &key);

	return err ? err : zong_txn_delete(txn, ZONG_TABLE_RESERVATIONS, &key);
}

int zong_reservation_turn(struct zong_txn *txn, const char *code, bool in, int32_t today,
	Zong__Reservation **ret_first)
{
	for (;;) {
		_cleanup_row_ Zong__Reservation *first = NULL;
		int32_t until;
		size_t count;
		int err = read_queue(txn, code, 1, &first, &count);

		if (err || count == 0) {
			*ret_first = NULL;
			return err;
		}
		if (in && first->kept_until && first->kept_until < today) {
			err = zong_original_log(
				txn, NULL, "reservation.lapse", code, first->borrower, NULL);
			if (!err)
				err = zong_reservation_drop(txn, first);
			if (err)
				return err;
			continue;
		}
		until = !in ? 0 : first->kept_until ? first->kept_until : today + ZONG_KEPT_DAYS;
		if (until != first->kept_until) {
			first->kept_until = until;
			err = put(txn, first);
		}
		if (!err)
			*ret_first = take_ptr(first);
		return err;
	}
}

/* ---- joining and leaving it ---- */

struct change {
	const struct zong_subject *who;
	const char *code, *borrower, *department;
	struct zong_id id;
	int32_t today;
	struct zong_original made;
};

static bool waits(const struct change *change, Zong__Reservation *const *waiting, size_t count)
{
	char name[ZONG_INDEX_NAME + 1], other[ZONG_INDEX_NAME + 1];

	zong_index_fold_name(change->borrower, name);
	for (size_t i = 0; i < count; i++) {
		zong_index_fold_name(waiting[i]->borrower, other);
		if (strcmp(name, other) == 0 &&
			strcmp(waiting[i]->department, change->department) == 0)
			return true;
	}
	return false;
}

static int may_wait(struct zong_txn *txn, const struct change *change, const char *code)
{
	Zong__Reservation **waiting;
	size_t count;
	int err = zong_reservations(txn, code, &waiting, &count);

	if (err)
		return err;
	if (waits(change, waiting, count))
		err = ZONG_EEXIST;
	else if (count == ZONG_LIMIT_RESERVATIONS)
		err = ZONG_ELIMIT;
	zong_reservations_free(waiting, count);
	return err;
}

static int add(struct zong_txn *txn, const struct change *change, const char *code)
{
	_cleanup_row_ Zong__Reservation *row = zong_row_new(&zong__reservation__descriptor);
	char detail[2 * ZONG_LIMIT_NAME + 8];
	int err;

	if (!row || zong_row_set_bytes(&row->id, change->id.bytes, sizeof(change->id.bytes)) ||
		zong_row_set(&row->original, code) ||
		zong_row_set(&row->borrower, change->borrower) ||
		zong_row_set(&row->department, change->department) ||
		zong_row_set(&row->made_by, change->who->key) ||
		zong_row_set(&row->made_name, change->who->name))
		return ZONG_ENOMEM;
	row->made = zong_time_now();
	snprintf(detail, sizeof(detail), "%s (%s)", change->borrower, change->department);
	err = zong_original_log(txn, change->who, "reservation.add", code, detail, &row->record);
	return err ? err : put(txn, row);
}

static int finish(struct zong_txn *txn, struct change *change, const Zong__Original *original)
{
	_cleanup_row_ Zong__Reservation *first = NULL;
	int err = zong_reservation_turn(
		txn, original->code, zong_original_in(original) == 0, change->today, &first);

	return err ? err : zong_original_view(txn, change->who, original->code, &change->made);
}

static int write_reserve(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL;
	struct change *change = ctx;
	int err;

	zong_original_release(&change->made);
	err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_RESERVE, change->code, &original);
	if (!err)
		err = may_wait(txn, change, original->code);
	if (!err)
		err = add(txn, change, original->code);
	return err ? err : finish(txn, change, original);
}

int zong_original_reserve(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *borrower, const char *department,
	struct zong_original *ret_original, struct zong_err *err)
{
	struct change change = {.who = who,
		.code = code,
		.borrower = borrower,
		.department = department ? department : "",
		.today = zong_retention_today(archive)};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_RESERVE, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	result = zong_person_says(borrower, ZONG_LIMIT_NAME, "borrower", err);
	if (!result)
		result = zong_retention_text(change.department, ZONG_LIMIT_NAME, "department", err);
	if (result)
		return result;
	zong_id_new(&change.id);
	result = zong_store_write(archive->store, write_reserve, &change);
	if (result) {
		zong_original_release(&change.made);
		return zong_err_set(err, result, "%s",
			result == ZONG_EEXIST	? borrower
			: result == ZONG_ELIMIT ? "reservations"
						: code);
	}
	*ret_original = change.made;
	return 0;
}

static int write_unreserve(struct zong_txn *txn, void *ctx)
{
	_cleanup_row_ Zong__Original *original = NULL;
	_cleanup_row_ Zong__Reservation *row = NULL;
	struct change *change = ctx;
	struct zong_key key;
	int err;

	zong_original_release(&change->made);
	err = zong_original_find(
		txn, change->who, ZONG_VERB_ORIGINAL_RESERVE, change->code, &original);
	if (err)
		return err;
	zong_row_key_str(&key, original->code);
	zong_key_id(&key, &change->id);
	err = zong_txn_get(txn, ZONG_TABLE_RESERVATIONS, &key, &zong__reservation__descriptor,
		(ProtobufCMessage **)&row);
	if (!err)
		err = zong_original_log(txn, change->who, "reservation.cancel", original->code,
			row->borrower, NULL);
	if (!err)
		err = zong_reservation_drop(txn, row);
	return err ? err : finish(txn, change, original);
}

int zong_original_unreserve(struct zong_archive *archive, const struct zong_subject *who,
	const char *code, const char *reservation, struct zong_original *ret_original,
	struct zong_err *err)
{
	struct change change = {.who = who, .code = code, .today = zong_retention_today(archive)};
	int result = zong_access_may(who, ZONG_VERB_ORIGINAL_RESERVE, NULL);

	if (result)
		return zong_err_set(err, result, NULL);
	if (zong_id_parse(reservation, &change.id))
		return zong_err_set(err, ZONG_ENOENT, "%s", reservation);
	result = zong_store_write(archive->store, write_unreserve, &change);
	if (result) {
		zong_original_release(&change.made);
		return zong_err_set(err, result, "%s", result == ZONG_ENOENT ? reservation : code);
	}
	*ret_original = change.made;
	return 0;
}
