/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/time.h>

#include "deliver.h"
#include "journal.h"
#include "row.h"

/* Perhaps it has been told, or is being told now; then it has to hear of what becomes of it. */
static bool may_know(const Zong__Delivery *delivery)
{
	return delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SENT ||
	       delivery->state == ZONG__DELIVERY_STATE__DELIVERY_RECEIVED ||
	       (delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE &&
		       (delivery->next_attempt || delivery->attempts || delivery->last_error[0] ||
			       delivery->restored.len));
}

/* *ret_id: of the notice; may be NULL. */
static int notice(struct zong_txn *txn, const Zong__Delivery *about, Zong__DeliveryKind kind,
	struct zong_id *ret_id)
{
	_cleanup_row_ Zong__Delivery *row = zong_row_new(&zong__delivery__descriptor);
	struct zong_id id;
	int err;

	if (!row)
		return ZONG_ENOMEM;
	zong_id_new(&id);
	row->kind = kind;
	row->version = about->version;
	/* the day that the department keeps it under is that of the delivery itself */
	row->created = about->due ? about->due : about->created;
	if (ret_id)
		*ret_id = id;
	if (zong_row_set_bytes(&row->id, id.bytes, sizeof(id.bytes)) ||
		zong_row_set_bytes(&row->about, about->id.data, about->id.len) ||
		zong_row_set_bytes(&row->material, about->material.data, about->material.len) ||
		zong_row_set_bytes(&row->next, about->next.data, about->next.len) ||
		zong_row_set(&row->department, about->department) ||
		zong_row_set(&row->case_no, about->case_no) ||
		zong_row_set(&row->reason, about->reason))
		return ZONG_ENOMEM;
	err = zong_deliver_make_due(txn, row);
	return err ? err : zong_deliver_put_new(txn, row);
}

static int end(struct zong_txn *txn, const char *by, Zong__Delivery *delivery,
	Zong__DeliveryState state, uint64_t record)
{
	struct zong_deliver_place before;
	int err;

	zong_deliver_place(delivery, &before);
	delivery->state = state;
	delivery->ended = zong_time_now();
	delivery->next_attempt = 0;
	delivery->waits = 0;
	delivery->dead = false;
	delivery->record = record;
	if (zong_row_set(&delivery->ended_by, by))
		return ZONG_ENOMEM;
	err = zong_deliver_put(txn, delivery, &before);
	return err ? err : zong_deliver_end_restored(txn, delivery);
}

int zong_deliver_end_restored(struct zong_txn *txn, const Zong__Delivery *delivery)
{
	_cleanup_row_ Zong__Delivery *row = NULL;
	struct zong_deliver_place before;
	struct zong_id id;
	int err;

	if (!delivery->restored.len)
		return 0;
	if (!zong_row_id(&delivery->restored, &id))
		return ZONG_ECORRUPT;
	err = zong_row_delivery(txn, &id, &row);
	if (err || zong_deliver_ended(row))
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	zong_deliver_place(row, &before);
	row->state = delivery->state;
	row->ended = delivery->ended;
	row->record = delivery->record;
	row->next_attempt = 0;
	row->dead = false;
	if (zong_row_set(&row->ended_by, delivery->ended_by) ||
		zong_row_set(&row->reason, delivery->reason) ||
		zong_row_set_bytes(&row->next, delivery->next.data, delivery->next.len))
		return ZONG_ENOMEM;
	return zong_deliver_put(txn, row, &before);
}

static bool settled(const Zong__Delivery *delivery)
{
	return delivery->kind != ZONG__DELIVERY_KIND__DELIVERY_MATERIAL ||
	       delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN ||
	       delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED;
}

int zong_deliver_take_back(struct zong_txn *txn, const char *by, Zong__Delivery *delivery,
	const char *reason, uint64_t record)
{
	/* what was sent back is still there, too */
	bool known =
		may_know(delivery) || delivery->state == ZONG__DELIVERY_STATE__DELIVERY_RETURNED;
	int err;

	if (settled(delivery))
		return 0;
	if (zong_row_set(&delivery->reason, reason))
		return ZONG_ENOMEM;
	err = end(txn, by, delivery, ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN, record);
	if (!err && known)
		err = notice(txn, delivery, ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN, NULL);
	/* it holds up no case that waits for it */
	return err ? err : zong_deliver_followers(txn, delivery->case_no, delivery->department);
}

static int record_end(struct zong_txn *txn, const struct zong_subject *who, const char *verb,
	const Zong__Delivery *delivery, const char *detail, uint64_t *ret_record)
{
	char object[64];
	char text[ZONG_ID_TEXT];
	struct zong_id id;

	if (!zong_row_id(&delivery->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "delivery/%s", text);
	return zong_journal_add(txn, who, verb, object, detail, ret_record);
}

int zong_deliver_withdraw(struct zong_txn *txn, const struct zong_subject *who,
	Zong__Delivery *delivery, const char *reason)
{
	uint64_t record;
	int err;

	if (settled(delivery))
		return 0;
	err = record_end(txn, who, "delivery.withdraw", delivery, reason, &record);
	return err ? err
		   : zong_deliver_take_back(txn, who ? who->key : "zong", delivery, reason, record);
}

struct superseding {
	const struct zong_subject *who;
	const Zong__Material *next;
};

static int supersede(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx)
{
	const struct superseding *superseding = ctx;
	const Zong__Material *next = superseding->next;
	bool known = may_know(delivery);
	char detail[ZONG_ID_TEXT + 32], text[ZONG_ID_TEXT];
	struct zong_id id;
	uint64_t record;
	int err;

	if (settled(delivery))
		return 0;
	if (!zong_row_id(&next->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, text);
	snprintf(detail, sizeof(detail), "version %u material/%s", next->version, text);
	err = record_end(txn, superseding->who, "delivery.supersede", delivery, detail, &record);
	if (!err)
		err = zong_row_set_bytes(&delivery->next, next->id.data, next->id.len);
	if (!err)
		err = end(txn, superseding->who->key, delivery,
			ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED, record);
	if (!err && known)
		err = notice(txn, delivery, ZONG__DELIVERY_KIND__NOTICE_SUPERSEDED, NULL);
	return err;
}

int zong_deliver_supersede(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_id *material, const Zong__Material *next)
{
	struct superseding superseding = {who, next};

	return zong_deliver_walk(txn, material, supersede, &superseding);
}

int zong_deliver_restore(struct zong_txn *txn, Zong__Delivery *delivery)
{
	struct zong_deliver_place before;
	struct zong_id id;
	int err;

	zong_deliver_place(delivery, &before);
	delivery->ended = delivery->received = delivery->sent = 0;
	delivery->record = delivery->receipt = 0;
	if (zong_row_set(&delivery->ended_by, "") || zong_row_set(&delivery->reason, ""))
		return ZONG_ENOMEM;
	/* One that never was in the feed waits as it did. The others may have been passed over there, or sent: whoever
	 * has had the id would drop it as a repeat. */
	if (!delivery->cursor) {
		delivery->state = ZONG__DELIVERY_STATE__DELIVERY_WAITING;
		delivery->waits = ZONG_WAIT_READING | ZONG_WAIT_PREVIOUS;
		err = zong_deliver_put(txn, delivery, &before);
		return err ? err : zong_deliver_case(txn, delivery->case_no, delivery->department);
	}
	delivery->state = ZONG__DELIVERY_STATE__DELIVERY_DUE;
	err = notice(txn, delivery, ZONG__DELIVERY_KIND__NOTICE_RESTORED, &id);
	if (!err)
		err = zong_row_set_bytes(&delivery->restored, id.bytes, sizeof(id.bytes));
	return err ? err : zong_deliver_put(txn, delivery, &before);
}

int zong_deliver_again(
	struct zong_txn *txn, const struct zong_subject *who, Zong__Delivery *delivery)
{
	_cleanup_row_ Zong__Department *department = NULL;
	struct zong_deliver_place before;
	uint64_t record;
	int err;

	if (!delivery->dead || zong_deliver_ended(delivery))
		return ZONG_EDELIVERYSTATE;
	err = zong_row_department(txn, delivery->department, &department);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	if (!department->webhook[0] || department->webhook_disabled[0])
		return ZONG_EWEBHOOK;
	err = record_end(txn, who, "delivery.replay", delivery, delivery->department, &record);
	if (err)
		return err;
	zong_deliver_place(delivery, &before);
	delivery->dead = false;
	delivery->attempts = 0;
	delivery->next_attempt = zong_time_now();
	return zong_deliver_put(txn, delivery, &before);
}
