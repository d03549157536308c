/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/time.h>

#include "codes.h"
#include "deliver.h"
#include "row.h"

bool zong_deliver_ended(const Zong__Delivery *delivery)
{
	return delivery->state != ZONG__DELIVERY_STATE__DELIVERY_DUE &&
	       delivery->state != ZONG__DELIVERY_STATE__DELIVERY_SENT &&
	       delivery->state != ZONG__DELIVERY_STATE__DELIVERY_WAITING;
}

static void key_count(Zong__DeliveryState state, struct zong_key *ret_key)
{
	zong_row_key_str(ret_key, "deliveries");
	zong_key_u8(ret_key, (uint8_t)state);
}

int zong_deliver_count(struct zong_txn *txn, Zong__DeliveryState state, uint64_t *ret_count)
{
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	key_count(state, &key);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_META, &key, &bytes, &len);
	if (err == ZONG_ENOENT) {
		*ret_count = 0;
		return 0;
	}
	if (err)
		return err;
	if (len != sizeof(uint64_t))
		return ZONG_ECORRUPT;
	*ret_count = zong_read_be64(bytes);
	return 0;
}

static int count(struct zong_txn *txn, Zong__DeliveryState state, int by)
{
	uint8_t bytes[sizeof(uint64_t)];
	struct zong_key key;
	uint64_t value;
	int err;

	err = zong_deliver_count(txn, state, &value);
	if (err)
		return err;
	key_count(state, &key);
	zong_write_be64(bytes, value + (uint64_t)(int64_t)by);
	return zong_txn_put_bytes(txn, ZONG_TABLE_META, &key, bytes, sizeof(bytes));
}

void zong_deliver_place(const Zong__Delivery *delivery, struct zong_deliver_place *ret_place)
{
	ret_place->state = delivery->state;
	ret_place->cursor = delivery->cursor;
	ret_place->in_outbox = zong_delivery_outbox_key(delivery, &ret_place->outbox);
	zong_delivery_case_key(delivery, &ret_place->by_case);
	ret_place->in_state = zong_delivery_state_key(delivery, &ret_place->by_state);
}

static bool same_key(const struct zong_key *a, const struct zong_key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Moves one row of an index from where it was to where it is to be; either may be nowhere. */
static int move(struct zong_txn *txn, enum zong_table table, const struct zong_key *from,
	const struct zong_key *to)
{
	int err = 0;

	if (from && to && same_key(from, to))
		return 0;
	if (from)
		err = zong_txn_delete(txn, table, from);
	if (!err && to)
		err = zong_txn_put_bytes(txn, table, to, NULL, 0);
	return err;
}

static int move_all(struct zong_txn *txn, const struct zong_deliver_place *from,
	const struct zong_deliver_place *to)
{
	bool was = from && from->in_outbox, is = to->in_outbox;
	int err;

	err = move(txn, ZONG_TABLE_OUTBOX, was ? &from->outbox : NULL, is ? &to->outbox : NULL);
	if (!err)
		err = move(txn, ZONG_TABLE_OUTBOX_BY_CASE, was ? &from->by_case : NULL,
			is ? &to->by_case : NULL);
	if (!err)
		err = move(txn, ZONG_TABLE_DELIVERIES_BY_STATE,
			from && from->in_state ? &from->by_state : NULL,
			to->in_state ? &to->by_state : NULL);
	return err;
}

static int put_feed(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	struct zong_key key;

	zong_row_key_str(&key, delivery->department);
	zong_key_u64(&key, delivery->cursor);
	return zong_txn_put_bytes(txn, ZONG_TABLE_FEED, &key, delivery->id.data, delivery->id.len);
}

static int put_row(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	struct zong_key key;
	struct zong_id id;

	if (!zong_row_id(&delivery->id, &id))
		return ZONG_ECORRUPT;
	zong_row_key_id(&key, &id);
	return zong_txn_put(txn, ZONG_TABLE_DELIVERIES, &key, &delivery->base);
}

int zong_deliver_put(struct zong_txn *txn, const Zong__Delivery *delivery,
	const struct zong_deliver_place *before)
{
	struct zong_deliver_place after;
	int err = put_row(txn, delivery);

	zong_deliver_place(delivery, &after);
	if (!err && after.state != before->state) {
		err = count(txn, before->state, -1);
		if (!err)
			err = count(txn, after.state, 1);
	}
	if (!err && after.cursor != before->cursor)
		err = put_feed(txn, delivery); /* it had none before */
	return err ? err : move_all(txn, before, &after);
}

int zong_deliver_put_new(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	struct zong_deliver_place place;
	struct zong_key key;
	int err = put_row(txn, delivery);

	zong_deliver_place(delivery, &place);
	if (!err && delivery->kind == ZONG__DELIVERY_KIND__DELIVERY_MATERIAL) {
		zong_key_clear(&key);
		zong_key_bytes(&key, delivery->material.data, delivery->material.len);
		zong_key_str(&key, delivery->department);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key,
			delivery->id.data, delivery->id.len);
	}
	if (!err && delivery->cursor)
		err = put_feed(txn, delivery);
	if (!err)
		err = move_all(txn, NULL, &place);
	return err ? err : count(txn, delivery->state, 1);
}

/* Not before what comes before it in its case, or it would stand at the front of the outbox and be passed over. */
static int attempt_at(struct zong_txn *txn, const Zong__Delivery *delivery, int64_t *ret_attempt)
{
	_cleanup_row_ Zong__Delivery *first = NULL;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	*ret_attempt = delivery->due;
	zong_row_key_str(&prefix, delivery->department);
	zong_key_str(&prefix, delivery->case_no);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_OUTBOX_BY_CASE, &prefix, NULL, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		struct zong_key_view view = iter.key;
		const char *text;
		struct zong_id id;
		uint64_t cursor;

		if (!zong_key_take_str(&view, &text) || !zong_key_take_str(&view, &text) ||
			!zong_key_take_u64(&view, &cursor) || !zong_key_take_id(&view, &id))
			err = ZONG_ECORRUPT;
		else
			err = zong_row_delivery(txn, &id, &first);
	}
	zong_iter_end(&iter);
	if (!err && first->next_attempt > delivery->due)
		*ret_attempt = first->next_attempt;
	return err == ZONG_EEND ? 0 : err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

int zong_deliver_make_due(struct zong_txn *txn, Zong__Delivery *delivery)
{
	_cleanup_row_ Zong__Department *row = NULL;
	int err = zong_row_department(txn, delivery->department, &row);

	if (!err)
		err = zong_txn_count(txn, ZONG_COUNT_FEED, 1, &delivery->cursor);
	if (!err)
		err = zong_codes_newest(txn, delivery->department, &delivery->codes);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODEPARTMENT : err;
	delivery->state = ZONG__DELIVERY_STATE__DELIVERY_DUE;
	delivery->waits = 0;
	delivery->due = zong_time_now();
	if (row->webhook[0] && !row->webhook_disabled[0])
		return attempt_at(txn, delivery, &delivery->next_attempt);
	return 0;
}

static int fill(Zong__Delivery *delivery, const Zong__Material *material, const char *department)
{
	struct zong_id id;

	zong_id_new(&id);
	delivery->version = material->version;
	delivery->created = zong_time_now();
	if (zong_row_set_bytes(&delivery->id, id.bytes, sizeof(id.bytes)) ||
		zong_row_set_bytes(&delivery->material, material->id.data, material->id.len) ||
		zong_row_set(&delivery->department, department) ||
		zong_row_set(&delivery->case_no, material->case_no))
		return ZONG_ENOMEM;
	return 0;
}

static int make(
	struct zong_txn *txn, const Zong__Material *material, const Zong__Department *department)
{
	_cleanup_row_ Zong__Delivery *delivery = zong_row_new(&zong__delivery__descriptor);
	int err;

	if (!delivery)
		return ZONG_ENOMEM;
	err = fill(delivery, material, department->id);
	if (!err)
		err = zong_deliver_waits(txn, material, department, &delivery->waits);
	if (!err && delivery->waits)
		delivery->state = ZONG__DELIVERY_STATE__DELIVERY_WAITING;
	else if (!err)
		err = zong_deliver_make_due(txn, delivery);
	return err ? err : zong_deliver_put_new(txn, delivery);
}

int zong_deliver_new(struct zong_txn *txn, const Zong__Material *material, const char *department,
	bool *ret_made)
{
	_cleanup_row_ Zong__Delivery *before = NULL;
	_cleanup_row_ Zong__Department *row = NULL;
	struct zong_id id;
	int err;

	if (!zong_row_id(&material->id, &id))
		return ZONG_ECORRUPT;
	err = zong_row_department(txn, department, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODEPARTMENT : err;
	*ret_made = false;
	err = zong_row_delivery_to(txn, &id, department, &before);
	if (!err && before->state != ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN)
		return 0;
	if (!err)
		err = zong_deliver_restore(txn, before);
	else if (err == ZONG_ENOENT)
		err = make(txn, material, row);
	*ret_made = !err;
	return err;
}

int zong_deliver_walk(
	struct zong_txn *txn, const struct zong_id *material, zong_deliver_each *each, void *ctx)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_id(&prefix, material);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;
		struct zong_id id;

		if (iter.value_len != sizeof(id.bytes)) {
			err = ZONG_ECORRUPT;
			break;
		}
		memcpy(id.bytes, iter.value, sizeof(id.bytes));
		err = zong_row_delivery(txn, &id, &delivery);
		err = err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
		if (!err)
			err = each(txn, delivery, ctx);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

const char *zong_event_type(const Zong__Delivery *delivery)
{
	switch (delivery->kind) {
	case ZONG__DELIVERY_KIND__NOTICE_SUPERSEDED:
		return "zong.superseded";
	case ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN:
		return "zong.withdrawn";
	default:
		return "zong.delivery";
	}
}

static int add_code(
	struct zong_txn *txn, struct zong_event *event, const char *list, const char *ours)
{
	struct zong_event_code *code = &event->code[event->codes];
	int err;

	if (!ours[0])
		return 0;
	code->list = list;
	code->ours = ours;
	err = zong_codes_find(
		txn, event->delivery->department, event->delivery->codes, list, ours, &code->code);
	if (err && err != ZONG_ENOENT)
		return err;
	event->codes++;
	return 0;
}

/* The kind and cause of its case; of @before, where that is of the same one, as events of a feed mostly are. */
static int fill_case(
	struct zong_txn *txn, struct zong_event *event, const struct zong_event *before)
{
	_cleanup_row_ Zong__Case *cas = NULL;
	const char *no = event->delivery->case_no;
	int err = 0;

	if (before && before->kind && strcmp(before->delivery->case_no, no) == 0) {
		event->kind = strdup(before->kind);
		event->cause = strdup(before->cause);
	} else {
		err = zong_row_case(txn, no, &cas);
		if (err)
			return err;
		event->kind = strdup(cas->kind);
		event->cause = strdup(cas->cause);
	}
	return event->kind && event->cause ? 0 : ZONG_ENOMEM;
}

static int fill_event(
	struct zong_txn *txn, struct zong_event *event, const struct zong_event *before)
{
	const Zong__Delivery *delivery = event->delivery;
	struct zong_id material;
	int err;

	if (delivery->kind == ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN)
		return 0;
	if (!zong_row_id(&delivery->material, &material))
		return ZONG_ECORRUPT;
	err = zong_row_material(txn, &material, &event->material);
	if (!err)
		err = fill_case(txn, event, before);
	if (err || !delivery->codes)
		return err;
	err = add_code(txn, event, "type", event->material->type);
	if (!err)
		err = add_code(txn, event, "kind", event->kind);
	return err ? err : add_code(txn, event, "cause", event->cause);
}

int zong_deliver_event_after(struct zong_txn *txn, Zong__Delivery *delivery,
	const struct zong_event *before, struct zong_event *ret_event)
{
	struct zong_event event = {.delivery = delivery};
	int err = fill_event(txn, &event, before);

	if (err) {
		zong_event_release(&event);
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	}
	*ret_event = event;
	return 0;
}

int zong_deliver_event(struct zong_txn *txn, Zong__Delivery *delivery, struct zong_event *ret_event)
{
	return zong_deliver_event_after(txn, delivery, NULL, ret_event);
}

void zong_event_release(struct zong_event *event)
{
	if (event->delivery)
		zong__delivery__free_unpacked(event->delivery, NULL);
	if (event->material)
		zong__material__free_unpacked(event->material, NULL);
	for (size_t i = 0; i < sizeof(event->code) / sizeof(event->code[0]); i++)
		if (event->code[i].code)
			zong__code__free_unpacked(event->code[i].code, NULL);
	free(event->kind);
	free(event->cause);
	memset(event, 0, sizeof(*event));
}

void zong_events_free_one(struct zong_event *event)
{
	zong_event_release(event);
}

void zong_events_free(struct zong_event *events, size_t count_)
{
	for (size_t i = 0; events && i < count_; i++)
		zong_event_release(&events[i]);
	free(events);
}

struct listed {
	struct zong_id *id;
	size_t count, room;
};

static int gather(struct listed *listed, struct zong_key_view view, size_t prefix)
{
	uint64_t at;

	if (listed->count == listed->room) {
		size_t room = listed->room ? listed->room * 2 : 64;
		struct zong_id *grown = reallocarray(listed->id, room, sizeof(*grown));

		if (!grown)
			return ZONG_ENOMEM;
		listed->id = grown;
		listed->room = room;
	}
	view.bytes += prefix;
	view.len -= prefix;
	if (!zong_key_take_u64(&view, &at) || !zong_key_take_id(&view, &listed->id[listed->count]))
		return ZONG_ECORRUPT;
	listed->count++;
	return 0;
}

int zong_deliver_listed(struct zong_txn *txn, enum zong_table table, const struct zong_key *prefix,
	zong_deliver_each *each, void *ctx)
{
	struct listed listed = {0};
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, table, prefix, NULL, false);

	while (!err && (err = zong_iter_next(&iter)) == 0)
		err = gather(&listed, iter.key, prefix->len);
	zong_iter_end(&iter);
	err = err == ZONG_EEND ? 0 : err;
	for (size_t i = 0; i < listed.count && !err; i++) {
		_cleanup_row_ Zong__Delivery *delivery = NULL;

		err = zong_row_delivery(txn, &listed.id[i], &delivery);
		if (!err)
			err = each(txn, delivery, ctx);
	}
	free(listed.id);
	return err;
}
