/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/time.h>

#include "deliver.h"
#include "row.h"

bool zong_deliver_ended(const Zong__Delivery *delivery)
{
	return delivery->state != ZONG__DELIVERY_STATE__DELIVERY_DUE &&
	       delivery->state != ZONG__DELIVERY_STATE__DELIVERY_SENT;
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

static void key_outbox(int64_t attempt, const struct zong_id *id, struct zong_key *ret_key)
{
	zong_key_clear(ret_key);
	zong_key_u64(ret_key, (uint64_t)attempt);
	zong_key_id(ret_key, id);
}

int zong_deliver_put(struct zong_txn *txn, const Zong__Delivery *delivery,
	Zong__DeliveryState before, int64_t attempt_before)
{
	struct zong_key key;
	struct zong_id id;
	int err;

	if (!zong_row_id(&delivery->id, &id))
		return ZONG_ECORRUPT;
	zong_row_key_id(&key, &id);
	err = zong_txn_put(txn, ZONG_TABLE_DELIVERIES, &key, &delivery->base);
	if (!err && delivery->state != before) {
		err = count(txn, before, -1);
		if (!err)
			err = count(txn, delivery->state, 1);
	}
	if (!err && attempt_before && attempt_before != delivery->next_attempt) {
		key_outbox(attempt_before, &id, &key);
		err = zong_txn_delete(txn, ZONG_TABLE_OUTBOX, &key);
	}
	if (!err && delivery->next_attempt && attempt_before != delivery->next_attempt) {
		key_outbox(delivery->next_attempt, &id, &key);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_OUTBOX, &key, NULL, 0);
	}
	return err;
}

static int put_new(struct zong_txn *txn, const struct zong_id *id, const struct zong_id *material,
	Zong__Delivery *delivery)
{
	struct zong_key key;
	int err;

	err = zong_txn_count(txn, ZONG_COUNT_FEED, 1, &delivery->cursor);
	if (err)
		return err;
	zong_row_key_id(&key, id);
	err = zong_txn_put(txn, ZONG_TABLE_DELIVERIES, &key, &delivery->base);
	if (err)
		return err;
	zong_row_key_id(&key, material);
	zong_key_str(&key, delivery->department);
	err = zong_txn_put_bytes(
		txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key, id->bytes, sizeof(id->bytes));
	if (err)
		return err;
	zong_row_key_str(&key, delivery->department);
	zong_key_u64(&key, delivery->cursor);
	err = zong_txn_put_bytes(txn, ZONG_TABLE_FEED, &key, id->bytes, sizeof(id->bytes));
	if (!err && delivery->next_attempt) {
		key_outbox(delivery->next_attempt, id, &key);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_OUTBOX, &key, NULL, 0);
	}
	return err ? err : count(txn, delivery->state, 1);
}

int zong_deliver_new(struct zong_txn *txn, const Zong__Material *material, const char *department,
	bool *ret_made)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	_cleanup_row_ Zong__Department *row = NULL;
	struct zong_id material_id;
	struct zong_id id;
	struct zong_key key;
	int err;

	if (!zong_row_id(&material->id, &material_id))
		return ZONG_ECORRUPT;
	err = zong_row_department(txn, department, &row);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODEPARTMENT : err;
	zong_row_key_id(&key, &material_id);
	zong_key_str(&key, department);
	if (zong_txn_has(txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &key)) {
		*ret_made = false;
		return 0;
	}
	delivery = zong_row_new(&zong__delivery__descriptor);
	if (!delivery)
		return ZONG_ENOMEM;
	zong_id_new(&id);
	delivery->version = material->version;
	delivery->state = ZONG__DELIVERY_STATE__DELIVERY_DUE;
	delivery->created = zong_time_now();
	if (row->webhook[0] && !row->webhook_disabled[0])
		delivery->next_attempt = delivery->created;
	if (zong_row_set_bytes(&delivery->id, id.bytes, sizeof(id.bytes)) ||
		zong_row_set_bytes(
			&delivery->material, material_id.bytes, sizeof(material_id.bytes)) ||
		zong_row_set(&delivery->department, department) ||
		zong_row_set(&delivery->case_no, material->case_no))
		return ZONG_ENOMEM;
	err = put_new(txn, &id, &material_id, delivery);
	if (!err)
		*ret_made = true;
	return err;
}

int zong_deliver_event(struct zong_txn *txn, Zong__Delivery *delivery, struct zong_event *ret_event)
{
	struct zong_event event = {.delivery = delivery};
	Zong__Case *cas = NULL;
	struct zong_id material;
	int err = 0;

	if (!zong_row_id(&delivery->material, &material))
		err = ZONG_ECORRUPT;
	if (!err)
		err = zong_row_material(txn, &material, &event.material);
	if (!err)
		err = zong_row_case(txn, delivery->case_no, &cas);
	if (!err) {
		event.kind = strdup(cas->kind);
		zong__case__free_unpacked(cas, NULL);
		err = event.kind ? 0 : ZONG_ENOMEM;
	}
	if (err) {
		zong_event_release(&event);
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	}
	*ret_event = event;
	return 0;
}

void zong_event_release(struct zong_event *event)
{
	if (event->delivery)
		zong__delivery__free_unpacked(event->delivery, NULL);
	if (event->material)
		zong__material__free_unpacked(event->material, NULL);
	free(event->kind);
	memset(event, 0, sizeof(*event));
}

void zong_events_free(struct zong_event *events, size_t count_)
{
	for (size_t i = 0; events && i < count_; i++)
		zong_event_release(&events[i]);
	free(events);
}
