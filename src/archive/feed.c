/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/delivery.h>
#include <zong/time.h>

#include "deliver.h"
#include "inside.h"
#include "row.h"

struct walk {
	struct zong_txn *txn;
	const struct zong_subject *who;
	bool open;
	size_t max, scanned;
	struct zong_event *event;
	size_t events, due;
	uint64_t cursor;
	bool more;
};

static int take(struct walk *walk, const struct zong_id *id)
{
	struct zong_object object = {.txn = walk->txn};
	Zong__Delivery *delivery;
	bool wanted;
	int err;

	err = zong_row_delivery(walk->txn, id, &delivery);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	object.delivery = delivery;
	err = zong_access_may(walk->who, ZONG_VERB_DELIVERY_READ, &object);
	wanted = !err && !(walk->open && zong_deliver_ended(delivery));
	if (!wanted) {
		zong__delivery__free_unpacked(delivery, NULL);
		return err == ZONG_ENOENT ? 0 : err;
	}
	walk->due += delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE;
	err = zong_deliver_event_after(walk->txn, delivery,
		walk->events ? &walk->event[walk->events - 1] : NULL, &walk->event[walk->events]);
	if (!err)
		walk->events++;
	return err;
}

static int walk_feed(struct walk *walk, const char *department, uint64_t after)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	struct zong_key from;
	int err;

	walk->cursor = after;
	if (after == UINT64_MAX)
		return 0;
	zong_row_key_str(&prefix, department);
	from = prefix;
	zong_key_u64(&from, after + 1);
	err = zong_iter_begin(&iter, walk->txn, ZONG_TABLE_FEED, &prefix, &from, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		const char *name;
		uint64_t cursor;

		walk->more = walk->events == walk->max || walk->scanned == ZONG_LIMIT_SEARCH_SCAN;
		if (walk->more)
			break;
		if (!zong_key_take_str(&view, &name) || !zong_key_take_u64(&view, &cursor) ||
			iter.value_len != sizeof(id.bytes)) {
			err = ZONG_ECORRUPT;
			break;
		}
		memcpy(id.bytes, iter.value, sizeof(id.bytes));
		err = take(walk, &id);
		walk->scanned++;
		walk->cursor = cursor;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* A notice that a delivery stands again stands for it: both have been told. */
static int show_one(
	struct zong_txn *txn, const struct zong_id *id, int64_t now, Zong__DeliveryState *ret_state)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	struct zong_deliver_place before;
	Zong__DeliveryState other;
	struct zong_id about;
	int err;

	err = zong_row_delivery(txn, id, &delivery);
	if (err)
		return err;
	*ret_state = delivery->state;
	if (delivery->state != ZONG__DELIVERY_STATE__DELIVERY_DUE)
		return 0;
	zong_deliver_place(delivery, &before);
	*ret_state = delivery->state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
	delivery->sent = now;
	delivery->dead = false;
	err = zong_deliver_put(txn, delivery, &before);
	if (err || delivery->kind != ZONG__DELIVERY_KIND__NOTICE_RESTORED)
		return err;
	return zong_row_id(&delivery->about, &about) ? show_one(txn, &about, now, &other)
						      : ZONG_ECORRUPT;
}

/* Which are still due is looked at again in the change: a webhook may have been quicker. */
static int write_shown(struct zong_txn *txn, void *ctx)
{
	struct walk *walk = ctx;
	int64_t now = zong_time_now();
	int err = 0;

	for (size_t i = 0; i < walk->events && !err; i++) {
		struct zong_id id;

		if (!zong_row_id(&walk->event[i].delivery->id, &id))
			return ZONG_ECORRUPT;
		err = show_one(txn, &id, now, &walk->event[i].delivery->state);
	}
	return err;
}

/* What was taken back between looking and telling is not told of: nobody would hear that it is gone. */
static int show(struct zong_archive *archive, struct walk *walk)
{
	size_t kept = 0;
	int err;

	if (walk->who->role != ZONG_ROLE_DEPARTMENT || !walk->due)
		return 0;
	err = zong_store_write(archive->store, write_shown, walk);
	for (size_t i = 0; i < walk->events && !err; i++) {
		struct zong_event event = walk->event[i];

		if (event.delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN) {
			zong_event_release(&event);
			continue;
		}
		if (event.delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SENT &&
			!event.delivery->sent)
			event.delivery->sent = zong_time_now();
		walk->event[kept++] = event;
	}
	if (!err)
		walk->events = kept;
	return err;
}

static int check_department(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, struct zong_err *err)
{
	struct zong_object object = {.department = department};
	struct zong_txn *txn;
	struct zong_key key;
	bool there;
	int code;

	code = zong_access_may(who, ZONG_VERB_FEED_READ, &object);
	if (code)
		return zong_err_set(err, code, "%s", department);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	zong_row_key_str(&key, department);
	there = zong_txn_has(txn, ZONG_TABLE_DEPARTMENTS, &key);
	zong_txn_end(txn);
	return there ? 0 : zong_err_set(err, ZONG_ENODEPARTMENT, "%s", department);
}

int zong_feed_read(struct zong_archive *archive, const struct zong_subject *who,
	const char *department, uint64_t after, bool open, size_t max,
	struct zong_event **ret_events, size_t *ret_count, uint64_t *ret_cursor, bool *ret_more,
	struct zong_err *err)
{
	struct walk walk = {.who = who, .open = open};
	int code;

	code = check_department(archive, who, department, err);
	if (code)
		return code;
	walk.max = max < 1 ? 1 : max > ZONG_LIMIT_FEED_ITEMS ? ZONG_LIMIT_FEED_ITEMS : max;
	walk.event = calloc(walk.max, sizeof(*walk.event));
	if (!walk.event)
		return zong_err_set(err, ZONG_ENOMEM, NULL);
	code = zong_store_read_begin(archive->store, &walk.txn);
	if (!code) {
		code = walk_feed(&walk, department, after);
		zong_txn_end(walk.txn);
	}
	if (!code)
		code = show(archive, &walk);
	if (code) {
		zong_events_free(walk.event, walk.events);
		return zong_err_set(err, code, NULL);
	}
	*ret_events = walk.event;
	*ret_count = walk.events;
	*ret_cursor = walk.cursor;
	*ret_more = walk.more;
	return 0;
}
