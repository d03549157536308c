/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/delivery.h>
#include <zong/log.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "deliver.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

#define STATUS_GONE 410
#define ERROR_TEXT 500

struct busy {
	const char *const *department;
	size_t count;
};

static bool is_busy(const struct busy *busy, const char *department)
{
	for (size_t i = 0; i < busy->count; i++)
		if (strcmp(busy->department[i], department) == 0)
			return true;
	return false;
}

/* ZONG_ENOENT: nothing to send any more, or not now. */
static int fill(struct zong_txn *txn, const struct zong_id *id, const struct busy *busy,
	struct zong_outbox_item *item)
{
	Zong__Delivery *delivery;
	int err;

	err = zong_row_delivery(txn, id, &delivery);
	if (err)
		return err;
	if (zong_deliver_ended(delivery) || is_busy(busy, delivery->department))
		err = ZONG_ENOENT;
	else
		err = zong_row_department(txn, delivery->department, &item->department);
	if (!err && (!item->department->webhook[0] || item->department->webhook_disabled[0]))
		err = ZONG_ENOENT;
	if (err) {
		zong__delivery__free_unpacked(delivery, NULL);
		return err;
	}
	return zong_deliver_event(txn, delivery, &item->event);
}

static int find_next(struct zong_txn *txn, int64_t now, const struct busy *busy,
	struct zong_outbox_item *item, int64_t *ret_due)
{
	struct zong_iter iter = {0};
	int err;

	*ret_due = 0;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_OUTBOX, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id id;
		uint64_t attempt;

		if (!zong_key_take_u64(&view, &attempt) || !zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (attempt > (uint64_t)now) {
			*ret_due = (int64_t)attempt;
			err = ZONG_EEND;
			break;
		}
		err = fill(txn, &id, busy, item);
		/* one that cannot be understood must not hold up all the others */
		if (err == ZONG_ECORRUPT)
			zong_log_error("a delivery in the outbox is damaged and was passed over");
		else if (err != ZONG_ENOENT)
			break;
		zong_outbox_item_release(item);
		err = 0;
	}
	zong_iter_end(&iter);
	return err;
}

int zong_outbox_next(struct zong_archive *archive, int64_t now, const char *const *busy,
	size_t busy_count, struct zong_outbox_item *ret_item, int64_t *ret_due)
{
	struct busy passed = {busy, busy_count};
	struct zong_outbox_item item = {0};
	struct zong_txn *txn;
	int err;

	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = find_next(txn, now, &passed, &item, ret_due);
	zong_txn_end(txn);
	if (err)
		zong_outbox_item_release(&item);
	else
		*ret_item = item;
	return err;
}

void zong_outbox_item_release(struct zong_outbox_item *item)
{
	zong_event_release(&item->event);
	if (item->department)
		zong__department__free_unpacked(item->department, NULL);
	item->department = NULL;
}

struct attempt {
	struct zong_id id;
	int status;
	char error[ERROR_TEXT + 1];
	int64_t next;
};

/* The webhook is gone: what waits for it leaves the outbox and stays for the feed. */
static int clear_outbox(struct zong_txn *txn, const char *department)
{
	struct zong_iter iter = {0};
	struct zong_id *ids = NULL;
	size_t count = 0;
	int err;

	err = zong_iter_begin(&iter, txn, ZONG_TABLE_OUTBOX, NULL, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		struct zong_id *grown = realloc(ids, (count + 1) * sizeof(*ids));
		uint64_t at;

		if (!grown) {
			err = ZONG_ENOMEM;
			break;
		}
		ids = grown;
		if (!zong_key_take_u64(&view, &at) || !zong_key_take_id(&view, &ids[count]))
			err = ZONG_ECORRUPT;
		count++;
	}
	zong_iter_end(&iter);
	err = err == ZONG_EEND ? 0 : err;
	for (size_t i = 0; i < count && !err; i++) {
		Zong__Delivery *delivery;
		int64_t before;

		err = zong_row_delivery(txn, &ids[i], &delivery);
		if (err)
			break;
		before = delivery->next_attempt;
		delivery->next_attempt = 0;
		if (strcmp(delivery->department, department) == 0)
			err = zong_deliver_put(txn, delivery, delivery->state, before);
		zong__delivery__free_unpacked(delivery, NULL);
	}
	free(ids);
	return err;
}

static int disable(struct zong_txn *txn, const char *department, const char *reason)
{
	_cleanup_row_ Zong__Department *row = NULL;
	struct zong_key key;
	int err;

	err = zong_row_department(txn, department, &row);
	if (!err)
		err = zong_row_set(&row->webhook_disabled, reason[0] ? reason : "410 Gone");
	if (err)
		return err;
	zong_row_key_str(&key, department);
	err = zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &row->base);
	return err ? err : clear_outbox(txn, department);
}

static int record_sent(
	struct zong_txn *txn, const struct attempt *attempt, const Zong__Delivery *delivery)
{
	char object[64];
	char text[ZONG_ID_TEXT];

	zong_id_format(&attempt->id, text);
	snprintf(object, sizeof(object), "delivery/%s", text);
	return zong_journal_add(txn, NULL, "delivery.sent", object, delivery->department, NULL);
}

static int write_attempt(struct zong_txn *txn, void *ctx)
{
	const struct attempt *attempt = ctx;
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	bool sent = attempt->status >= 200 && attempt->status < 300;
	bool gone = attempt->status == STATUS_GONE;
	Zong__DeliveryState before;
	int64_t attempt_before;
	int err;

	err = zong_row_delivery(txn, &attempt->id, &delivery);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODELIVERY : err;
	before = delivery->state;
	attempt_before = delivery->next_attempt;
	delivery->attempts++;
	delivery->next_attempt = 0;
	err = zong_row_set(&delivery->last_error, sent ? "" : attempt->error);
	if (err)
		return err;
	if (!zong_deliver_ended(delivery)) { /* else it was ended while it was being sent */
		if (sent) {
			delivery->state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
			delivery->sent = zong_time_now();
			err = record_sent(txn, attempt, delivery);
		} else if (!gone) {
			delivery->next_attempt = attempt->next;
		}
	}
	if (!err)
		err = zong_deliver_put(txn, delivery, before, attempt_before);
	if (!err && gone)
		err = disable(txn, delivery->department, attempt->error);
	return err;
}

int zong_outbox_done(struct zong_archive *archive, const struct zong_id *delivery, int status,
	const char *error, int64_t next)
{
	struct attempt attempt = {.id = *delivery, .status = status, .next = next};
	size_t len = error ? strlen(error) : 0;

	/* a line from a foreign server: kept only where it is text */
	if (len && zong_utf8_valid(error, len)) {
		len = zong_utf8_cut(error, len, ERROR_TEXT);
		memcpy(attempt.error, error, len);
	} else if (len) {
		snprintf(attempt.error, sizeof(attempt.error), "HTTP %d", status);
	}
	return zong_store_write(archive->store, write_attempt, &attempt);
}
