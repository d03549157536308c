/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/delivery.h>
#include <zong/time.h>

#include "cursor.h"
#include "deliver.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

struct listing {
	struct zong_txn *txn;
	const struct zong_subject *who;
	uint8_t letter;
	bool overdue;
	int64_t now;
	size_t max, scanned;
	struct zong_event *event;
	size_t events;
	struct zong_key last; /* looked at */
	bool more;
};

static int pick(struct listing *listing, const char *name)
{
	static const struct {
		const char *name;
		uint8_t letter;
		bool overdue;
	} lists[] = {
		{"waiting", ZONG_DELIVERIES_WAITING, false},
		{"due", ZONG_DELIVERIES_DUE, false},
		{"dead", ZONG_DELIVERIES_DEAD, false},
		{"sent", ZONG_DELIVERIES_SENT, false},
		{"overdue", ZONG_DELIVERIES_SENT, true},
		{"returned", ZONG_DELIVERIES_RETURNED, false},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(lists[i].name, name) == 0) {
			listing->letter = lists[i].letter;
			listing->overdue = lists[i].overdue;
			return 0;
		}
	return ZONG_EINVAL;
}

static int take(struct listing *listing, const struct zong_id *id)
{
	struct zong_object object = {.txn = listing->txn};
	Zong__Delivery *delivery;
	int err;

	err = zong_row_delivery(listing->txn, id, &delivery);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.delivery = delivery;
	err = zong_access_may(listing->who, ZONG_VERB_DELIVERY_READ, &object);
	if (err) {
		zong__delivery__free_unpacked(delivery, NULL);
		return err == ZONG_ENOENT ? 0 : err;
	}
	err = zong_deliver_event(listing->txn, delivery, &listing->event[listing->events]);
	listing->events += !err;
	return err;
}

/* @until: only what is so since then or longer. */
static int walk_department(
	struct listing *listing, const char *department, int64_t until, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_u8(&prefix, listing->letter);
	zong_key_str(&prefix, department);
	err = zong_iter_begin(
		&iter, listing->txn, ZONG_TABLE_DELIVERIES_BY_STATE, &prefix, from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *name;
		struct zong_id id;
		uint64_t since;
		uint8_t letter;

		if (from && iter.key.len == from->len &&
			memcmp(iter.key.bytes, from->bytes, from->len) == 0)
			continue; /* the last of the page before */
		if (!zong_key_take_u8(&view, &letter) || !zong_key_take_str(&view, &name) ||
			!zong_key_take_u64(&view, &since) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (since > (uint64_t)until)
			break;
		listing->more = listing->events == listing->max ||
				listing->scanned == ZONG_LIMIT_SEARCH_SCAN;
		if (listing->more)
			break;
		listing->scanned++;
		zong_key_clear(&listing->last);
		zong_key_bytes(&listing->last, iter.key.bytes, iter.key.len);
		err = take(listing, &id);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int64_t until_of(const struct listing *listing, const Zong__Department *department)
{
	int64_t hours = department->receipt_hours ? department->receipt_hours : ZONG_RECEIPT_HOURS;

	return listing->overdue ? listing->now - hours * 3600 * ZONG_SECOND : INT64_MAX;
}

/* The departments in the order of their ids, from that of the cursor on. */
static int walk(struct listing *listing, const char *department, const struct zong_key *from)
{
	struct zong_iter iter = {0};
	struct zong_key start;
	const char *first = NULL;
	uint8_t letter;
	int err;

	if (from) {
		struct zong_key_view view = {.bytes = from->bytes, .len = from->len};

		if (!zong_key_take_u8(&view, &letter) || letter != listing->letter ||
			!zong_key_take_str(&view, &first))
			return ZONG_ECURSOR;
		zong_row_key_str(&start, first);
	}
	err = zong_iter_begin(
		&iter, listing->txn, ZONG_TABLE_DEPARTMENTS, NULL, first ? &start : NULL, false);
	while (!err && !listing->more && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Department *row =
			zong__department__unpack(NULL, iter.value_len, iter.value);
		struct zong_object object = {.txn = listing->txn};

		if (!row) {
			err = ZONG_ECORRUPT;
			break;
		}
		object.department = row->id;
		if ((department && strcmp(row->id, department) != 0) ||
			zong_access_may(listing->who, ZONG_VERB_DELIVERY_READ, &object))
			continue;
		err = walk_department(listing, row->id, until_of(listing, row),
			first && strcmp(first, row->id) == 0 ? from : NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int check_department(struct listing *listing, const char *department)
{
	struct zong_object object = {.txn = listing->txn, .department = department};
	struct zong_key key;

	if (!department)
		return 0;
	zong_row_key_str(&key, department);
	return zong_access_may(listing->who, ZONG_VERB_DELIVERY_READ, &object) ||
			       !zong_txn_has(listing->txn, ZONG_TABLE_DEPARTMENTS, &key)
		       ? ZONG_ENODEPARTMENT
		       : 0;
}

static int run(struct listing *listing, const char *department, const struct zong_key *from,
	char **ret_next)
{
	int err = check_department(listing, department);

	if (!err)
		err = walk(listing, department, from);
	*ret_next = NULL;
	if (!err && listing->more)
		err = zong_cursor_make(listing->last.bytes, listing->last.len, ret_next);
	return err;
}

int zong_delivery_list(struct zong_archive *archive, const struct zong_subject *who,
	const char *list, const char *department, const char *cursor, size_t max,
	struct zong_event **ret_events, size_t *ret_count, char **ret_next, struct zong_err *err)
{
	struct listing listing = {.who = who, .now = zong_time_now()};
	struct zong_key from;
	int code;

	code = zong_access_may(who, ZONG_VERB_DELIVERY_READ, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	if (pick(&listing, list))
		return zong_err_set(err, ZONG_EINVAL, "state");
	if (cursor && zong_cursor_take(cursor, &from))
		return zong_err_set(err, ZONG_ECURSOR, NULL);
	listing.max = max < 1 ? 1 : max > ZONG_LIMIT_PAGE_ITEMS ? ZONG_LIMIT_PAGE_ITEMS : max;
	listing.event = calloc(listing.max, sizeof(*listing.event));
	if (!listing.event)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_store_read_begin(archive->store, &listing.txn);
	if (!code) {
		code = run(&listing, department, cursor ? &from : NULL, ret_next);
		zong_txn_end(listing.txn);
	}
	if (!code && listing.events)
		code = zong_journal_read(archive->journal, who, "delivery.list", "deliveries");
	if (code) {
		zong_events_free(listing.event, listing.events);
		return zong_err_set(err, code, "%s", department ? department : "");
	}
	*ret_events = listing.event;
	*ret_count = listing.events;
	return 0;
}

/* ---- sending again what is dead ---- */

#define STEP 200

struct replaying {
	const struct zong_subject *who;
	const char *department;
	struct zong_id id[STEP];
	size_t count;
};

static int find_dead(struct zong_txn *txn, struct replaying *replaying)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	replaying->count = 0;
	zong_key_clear(&prefix);
	zong_key_u8(&prefix, ZONG_DELIVERIES_DEAD);
	zong_key_str(&prefix, replaying->department);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DELIVERIES_BY_STATE, &prefix, NULL, false);
	while (!err && replaying->count < STEP && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id *id = &replaying->id[replaying->count++];
		const char *name;
		uint64_t since;
		uint8_t letter;

		if (!zong_key_take_u8(&view, &letter) || !zong_key_take_str(&view, &name) ||
			!zong_key_take_u64(&view, &since) || !zong_key_take_id(&view, id))
			err = ZONG_ECORRUPT;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int write_replays(struct zong_txn *txn, void *ctx)
{
	struct replaying *replaying = ctx;
	struct zong_key key;
	int err;

	zong_row_key_str(&key, replaying->department);
	if (!zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key))
		return ZONG_ENODEPARTMENT;
	err = find_dead(txn, replaying);
	for (size_t i = 0; i < replaying->count && !err; i++) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;

		err = zong_row_delivery(txn, &replaying->id[i], &delivery);
		if (!err)
			err = zong_deliver_again(txn, replaying->who, delivery);
	}
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

int zong_delivery_replay_all(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, uint64_t *ret_count, struct zong_err *err)
{
	struct zong_object object = {.department = department};
	struct replaying replaying = {.who = who, .department = department};
	uint64_t count = 0;
	int code = zong_access_may(who, ZONG_VERB_DELIVERY_MANAGE, &object);

	while (!code) {
		code = zong_store_write(archive->store, write_replays, &replaying);
		if (!code)
			count += replaying.count;
		if (replaying.count < STEP)
			break;
	}
	if (code)
		return zong_err_set(err, code, "%s", department);
	*ret_count = count;
	return 0;
}
