/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/delivery.h>
#include <zong/time.h>

#include "deliver.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

#define DAY (86400 * ZONG_SECOND)
#define DAY_LAST 2932896 /* 9999-12-31 */

static int64_t due_of(const Zong__Delivery *delivery)
{
	return delivery->due ? delivery->due : delivery->created;
}

static void key_day(const char *department, int32_t day, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, department);
	zong_key_u32(ret_key, (uint32_t)day);
}

/* ---- the place of a day in a feed ---- */

/* The first entry of the feed at @cursor or behind it. ZONG_EEND. */
static int entry_at(struct zong_txn *txn, const char *department, uint64_t cursor,
	uint64_t *ret_cursor, Zong__Delivery **ret_delivery)
{
	struct zong_iter iter = {0};
	struct zong_key prefix, from;
	int err;

	zong_row_key_str(&prefix, department);
	from = prefix;
	zong_key_u64(&from, cursor);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_FEED, &prefix, &from, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *name;

		if (!zong_key_take_str(&view, &name) || !zong_key_take_u64(&view, ret_cursor) ||
			iter.value_len != sizeof(id.bytes)) {
			err = ZONG_ECORRUPT;
		} else {
			memcpy(id.bytes, iter.value, sizeof(id.bytes));
			err = zong_row_delivery(txn, &id, ret_delivery);
			err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
		}
	}
	zong_iter_end(&iter);
	return err;
}

/* Cursors are given out as deliveries become due, so that the day's first is found by halving. */
static int first_of_day(
	struct zong_txn *txn, const char *department, int64_t begin, uint64_t *ret_cursor)
{
	uint64_t low = 1, high;
	int err = zong_txn_counter(txn, ZONG_COUNT_FEED, &high);

	high++;
	while (!err && low < high) {
		uint64_t middle = low + (high - low) / 2, cursor;
		Zong__Delivery *delivery;

		err = entry_at(txn, department, middle, &cursor, &delivery);
		if (err == ZONG_EEND) {
			high = middle;
			err = 0;
		} else if (!err) {
			if (due_of(delivery) >= begin)
				high = middle;
			else
				low = cursor + 1;
			zong__delivery__free_unpacked(delivery, NULL);
		}
	}
	*ret_cursor = low;
	return err;
}

/* ---- our side ---- */

static int add_item(
	struct zong_txn *txn, const Zong__Delivery *delivery, struct zong_day *day, size_t *room)
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_day_item item;
	struct zong_id id;
	int err;

	if (delivery->kind != ZONG__DELIVERY_KIND__DELIVERY_MATERIAL ||
		delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN ||
		delivery->state == ZONG__DELIVERY_STATE__DELIVERY_RETURNED ||
		(delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED &&
			!delivery->received))
		return 0;
	if (day->items == ZONG_LIMIT_DAY_ITEMS)
		return ZONG_ELIMIT;
	if (!zong_row_id(&delivery->id, &item.delivery) || !zong_row_id(&delivery->material, &id))
		return ZONG_ECORRUPT;
	err = zong_row_material(txn, &id, &material);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (!zong_row_digest(&material->file, &item.file))
		return ZONG_ECORRUPT;
	if (day->items == *room) {
		size_t wider = *room ? *room * 2 : 64;
		struct zong_day_item *grown = realloc(day->item, wider * sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		day->item = grown;
		*room = wider;
	}
	day->item[day->items++] = item;
	day->deliveries++;
	day->sent += delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SENT;
	day->received +=
		delivery->received || delivery->state == ZONG__DELIVERY_STATE__DELIVERY_RECEIVED;
	day->superseded += delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(((const struct zong_day_item *)a)->delivery.bytes,
		((const struct zong_day_item *)b)->delivery.bytes, ZONG_ID_SIZE);
}

static int digest_items(struct zong_day *day)
{
	struct zong_digest_state *state;
	int err = zong_digest_begin(&state);

	if (err)
		return err;
	for (size_t i = 0; i < day->items; i++) {
		char id[ZONG_ID_TEXT], digest[ZONG_DIGEST_TEXT];
		char line[ZONG_ID_TEXT + ZONG_DIGEST_TEXT + 4];
		int len;

		zong_id_format(&day->item[i].delivery, id);
		zong_digest_format(&day->item[i].file, digest);
		len = snprintf(line, sizeof(line), "%s %s\n", id, digest);
		zong_digest_add(state, line, (size_t)len);
	}
	zong_digest_end(state, &day->digest);
	return 0;
}

static int walk_day(struct zong_txn *txn, const char *department, struct zong_day *day)
{
	int64_t begin;
	size_t room = 0;
	uint64_t cursor;
	int err;

	if (day->day < 0 || day->day > DAY_LAST) /* nothing was sent on it */
		return digest_items(day);
	begin = day->day * DAY;
	err = first_of_day(txn, department, begin, &cursor);

	while (!err) {
		Zong__Delivery *delivery;
		bool over;

		err = entry_at(txn, department, cursor, &cursor, &delivery);
		if (err)
			break;
		over = due_of(delivery) >= begin + DAY;
		if (!over)
			err = add_item(txn, delivery, day, &room);
		zong__delivery__free_unpacked(delivery, NULL);
		if (over)
			break;
		cursor++;
	}
	if (err && err != ZONG_EEND)
		return err;
	if (day->items)
		qsort(day->item, day->items, sizeof(*day->item), by_id);
	return digest_items(day);
}

static int read_last(
	struct zong_txn *txn, const char *department, int32_t day, Zong__Reconciliation **ret_row)
{
	ProtobufCMessage *row = NULL;
	struct zong_key key;
	int err;

	key_day(department, day, &key);
	err = zong_txn_get(
		txn, ZONG_TABLE_RECONCILIATIONS, &key, &zong__reconciliation__descriptor, &row);
	*ret_row = (Zong__Reconciliation *)row;
	return err == ZONG_ENOENT ? 0 : err;
}

/* @verb: that the subject uses on the department. */
static int look(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const char *department)
{
	struct zong_object object = {.txn = txn, .department = department};
	struct zong_key key;
	int err = zong_access_may(who, verb, &object);

	zong_row_key_str(&key, department);
	if (!err && !zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
		err = ZONG_ENOENT;
	return err == ZONG_ENOENT ? ZONG_ENODEPARTMENT : err;
}

int zong_day_get(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, int32_t day, struct zong_day *ret_day, struct zong_err *err)
{
	struct zong_day found = {.day = day};
	struct zong_txn *txn;
	int code = zong_access_may(who, ZONG_VERB_DELIVERY_READ, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look(txn, who, ZONG_VERB_DELIVERY_READ, department);
	if (!code)
		code = walk_day(txn, department, &found);
	if (!code)
		code = read_last(txn, department, day, &found.last);
	zong_txn_end(txn);
	if (code) {
		zong_day_release(&found);
		return zong_err_set(err, code, "%s", department);
	}
	*ret_day = found;
	return 0;
}

void zong_day_release(struct zong_day *day)
{
	free(day->item);
	if (day->last)
		zong__reconciliation__free_unpacked(day->last, NULL);
	memset(day, 0, sizeof(*day));
}

/* ---- both sides ---- */

struct reconciling {
	const struct zong_subject *who;
	const char *department;
	int32_t day;
	const struct zong_day_item *theirs; /* in the order of ids */
	size_t count;
	struct zong_day_reply reply;
};

static int differ(struct reconciling *reconciling, const struct zong_id *id, int how)
{
	struct zong_day_reply *reply = &reconciling->reply;
	Zong__Reconciliation *row = reply->row;

	row->missing += how == ZONG_DAY_MISSING;
	row->unknown += how == ZONG_DAY_UNKNOWN;
	row->differing += how == ZONG_DAY_DIFFERS;
	if (reply->differences == ZONG_LIMIT_DAY_DIFFERENCES)
		return 0;
	if (!reply->difference)
		reply->difference = calloc(ZONG_LIMIT_DAY_DIFFERENCES, sizeof(*reply->difference));
	if (!reply->difference)
		return ZONG_ENOMEM;
	reply->difference[reply->differences].delivery = *id;
	reply->difference[reply->differences++].how = how;
	return 0;
}

static int compare(struct reconciling *reconciling, const struct zong_day *ours)
{
	size_t i = 0, k = 0;
	int err = 0;

	while (!err && (i < ours->items || k < reconciling->count)) {
		const struct zong_day_item *a = i < ours->items ? &ours->item[i] : NULL;
		const struct zong_day_item *b =
			k < reconciling->count ? &reconciling->theirs[k] : NULL;
		int order = !a ? 1 : !b ? -1 : by_id(a, b);

		if (order < 0)
			err = differ(reconciling, &a->delivery, ZONG_DAY_MISSING);
		else if (order > 0)
			err = differ(reconciling, &b->delivery, ZONG_DAY_UNKNOWN);
		else if (!zong_digest_equal(&a->file, &b->file))
			err = differ(reconciling, &a->delivery, ZONG_DAY_DIFFERS);
		i += order <= 0;
		k += order >= 0;
	}
	return err;
}

static int record(struct zong_txn *txn, const struct reconciling *reconciling)
{
	Zong__Reconciliation *row = reconciling->reply.row;
	char object[64], detail[200];
	struct zong_key key;
	int err;

	snprintf(object, sizeof(object), "department/%s", reconciling->department);
	snprintf(detail, sizeof(detail),
		"day %" PRId32 ": ours %" PRIu64 ", theirs %" PRIu64 ", missing %" PRIu64
		", unknown %" PRIu64 ", differing %" PRIu64,
		reconciling->day, row->ours, row->theirs, row->missing, row->unknown,
		row->differing);
	err = zong_journal_add(
		txn, reconciling->who, "department.reconcile", object, detail, &row->record);
	if (err)
		return err;
	key_day(reconciling->department, reconciling->day, &key);
	return zong_txn_put(txn, ZONG_TABLE_RECONCILIATIONS, &key, &row->base);
}

static int write_reconciliation(struct zong_txn *txn, void *ctx)
{
	struct reconciling *reconciling = ctx;
	struct zong_day ours = {.day = reconciling->day};
	Zong__Reconciliation *row;
	int err;

	zong_day_reply_release(&reconciling->reply);
	row = reconciling->reply.row = zong_row_new(&zong__reconciliation__descriptor);
	if (!row || zong_row_set(&row->department, reconciling->department) ||
		zong_row_set(&row->by, reconciling->who->key))
		return ZONG_ENOMEM;
	row->day = reconciling->day;
	row->time = zong_time_now();
	err = look(txn, reconciling->who, ZONG_VERB_DELIVERY_END, reconciling->department);
	if (!err)
		err = walk_day(txn, reconciling->department, &ours);
	row->ours = ours.deliveries;
	row->theirs = reconciling->count;
	if (!err)
		err = compare(reconciling, &ours);
	zong_day_release(&ours);
	return err ? err : record(txn, reconciling);
}

int zong_day_reconcile(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, int32_t day, const struct zong_day_item *items, size_t count,
	struct zong_day_reply *ret_reply, struct zong_err *err)
{
	struct reconciling reconciling = {
		.who = who, .department = department, .day = day, .count = count};
	_cleanup_free_ struct zong_day_item *sorted = NULL;
	int code = zong_access_may(who, ZONG_VERB_DELIVERY_END, NULL);

	if (code)
		return zong_err_set(err, code, NULL);
	if (count > ZONG_LIMIT_DAY_ITEMS)
		return zong_err_set(err, ZONG_ELIMIT, "items");
	sorted = calloc(count ? count : 1, sizeof(*sorted));
	if (!sorted)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	if (count) {
		memcpy(sorted, items, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), by_id);
	}
	reconciling.theirs = sorted;
	code = zong_store_write(archive->store, write_reconciliation, &reconciling);
	if (code) {
		zong_day_reply_release(&reconciling.reply);
		return zong_err_set(err, code, "%s", department);
	}
	*ret_reply = reconciling.reply;
	return 0;
}

void zong_day_reply_release(struct zong_day_reply *reply)
{
	if (reply->row)
		zong__reconciliation__free_unpacked(reply->row, NULL);
	free(reply->difference);
	memset(reply, 0, sizeof(*reply));
}
