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
#include "settle.h"

#define STATUS_GONE 410
#define DAMAGED 16 /* that one batch steps over; those behind are for the next */
#define SCAN 2000  /* rows of the outbox looked at for one batch; those behind are for the next */

/* ---- what is to be sent ---- */

int zong_outbox_department(struct zong_archive *archive, const char *from,
	char ret_department[ZONG_LIMIT_DEPARTMENT_ID + 1], int64_t *ret_due)
{
	struct zong_iter iter = {0};
	struct zong_key_view view;
	const char *department;
	struct zong_txn *txn;
	struct zong_key start;
	uint64_t due;
	int err;

	/* behind all times of that department */
	zong_row_key_str(&start, from);
	zong_key_u64(&start, UINT64_MAX);
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_OUTBOX, NULL, from[0] ? &start : NULL, false);
	if (!err)
		err = zong_iter_next(&iter);
	if (!err) {
		view = iter.key;
		if (!zong_key_take_str(&view, &department) || !zong_key_take_u64(&view, &due) ||
			strlen(department) > ZONG_LIMIT_DEPARTMENT_ID)
			err = ZONG_ECORRUPT;
	}
	if (!err) {
		snprintf(ret_department, ZONG_LIMIT_DEPARTMENT_ID + 1, "%s", department);
		*ret_due = (int64_t)due;
	}
	zong_iter_end(&iter);
	zong_txn_end(txn);
	return err;
}

struct taking {
	struct zong_txn *txn;
	const char *department;
	int64_t now;
	const char *const *busy;
	size_t busy_count, max, scanned;
	struct zong_outbox *outbox;
	struct zong_id damaged[DAMAGED];
	size_t damages;
};

static bool is_busy(const struct taking *taking, const char *case_no)
{
	for (size_t i = 0; i < taking->busy_count; i++)
		if (strcmp(taking->busy[i], case_no) == 0)
			return true;
	for (size_t i = 0; i < taking->outbox->count; i++)
		if (strcmp(taking->outbox->event[i].delivery->case_no, case_no) == 0)
			return true;
	return false;
}

static bool is_damaged(const struct taking *taking, struct zong_key_view view)
{
	const char *text;
	struct zong_id id;
	uint64_t cursor;

	if (!zong_key_take_str(&view, &text) || !zong_key_take_str(&view, &text) ||
		!zong_key_take_u64(&view, &cursor) || !zong_key_take_id(&view, &id))
		return true;
	for (size_t i = 0; i < taking->damages; i++)
		if (memcmp(taking->damaged[i].bytes, id.bytes, sizeof(id.bytes)) == 0)
			return true;
	return false;
}

/* Does nothing of the same case come before it, but what can never be sent? */
static int is_first(struct taking *taking, const Zong__Delivery *delivery, bool *ret_first)
{
	struct zong_iter iter = {0};
	struct zong_key prefix, own;
	int err;

	zong_row_key_str(&prefix, taking->department);
	zong_key_str(&prefix, delivery->case_no);
	zong_delivery_case_key(delivery, &own);
	err = zong_iter_begin(&iter, taking->txn, ZONG_TABLE_OUTBOX_BY_CASE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0 && is_damaged(taking, iter.key))
		continue;
	*ret_first =
		!err && iter.key.len == own.len && memcmp(iter.key.bytes, own.bytes, own.len) == 0;
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* ZONG_ENOENT: not now. */
static int take(struct taking *taking, const struct zong_id *id)
{
	struct zong_outbox *outbox = taking->outbox;
	Zong__Delivery *delivery;
	bool first = false;
	int err;

	err = zong_row_delivery(taking->txn, id, &delivery);
	if (err)
		return err;
	if (!is_busy(taking, delivery->case_no))
		err = is_first(taking, delivery, &first);
	if (err || !first) {
		zong__delivery__free_unpacked(delivery, NULL);
		return err ? err : ZONG_ENOENT;
	}
	err = zong_deliver_event(taking->txn, delivery, &outbox->event[outbox->count]);
	outbox->count += !err;
	return err;
}

static int take_all(struct taking *taking)
{
	struct zong_outbox *outbox = taking->outbox;
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_str(&prefix, taking->department);
	err = zong_iter_begin(&iter, taking->txn, ZONG_TABLE_OUTBOX, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		struct zong_key_view view = iter.key;
		const char *department;
		struct zong_id id;
		uint64_t attempt;

		if (!zong_key_take_str(&view, &department) || !zong_key_take_u64(&view, &attempt) ||
			!zong_key_take_id(&view, &id)) {
			err = ZONG_ECORRUPT;
			break;
		}
		if (attempt > (uint64_t)taking->now) {
			outbox->due = (int64_t)attempt;
			break;
		}
		if (outbox->count == taking->max || taking->scanned++ == SCAN ||
			taking->damages == DAMAGED) {
			outbox->due = taking->now;
			break;
		}
		err = take(taking, &id);
		/* one that cannot be understood must not hold up all the others */
		if (err == ZONG_ECORRUPT)
			taking->damaged[taking->damages++] = id;
		if (err == ZONG_ENOENT || err == ZONG_ECORRUPT)
			err = 0;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

/* What can never be sent is told like what no attempt brought there: people see it, and may send it again when it is mended. */
static void give_up_damaged(struct zong_archive *archive, const struct taking *taking)
{
	for (size_t i = 0; i < taking->damages; i++) {
		struct zong_outbox_result result = {.delivery = taking->damaged[i]};
		char text[ZONG_ID_TEXT];

		zong_id_format(&result.delivery, text);
		snprintf(result.error, sizeof(result.error), "%s", zong_error_slug(ZONG_ECORRUPT));
		zong_log_error("delivery %s is damaged and cannot be sent%s", text,
			zong_outbox_done(archive, &result, 1) ? "; it stays in the outbox" : "");
	}
}

int zong_outbox_take(struct zong_archive *archive, const char *department, int64_t now,
	const char *const *busy, size_t busy_count, size_t max, struct zong_outbox *ret_outbox)
{
	struct zong_outbox outbox = {0};
	struct taking taking = {
		.department = department,
		.now = now,
		.busy = busy,
		.busy_count = busy_count,
		.max = max,
		.outbox = &outbox,
	};
	int err;

	outbox.event = calloc(max ? max : 1, sizeof(*outbox.event));
	if (!outbox.event)
		return ZONG_ENOMEM;
	err = zong_store_read_begin(archive->store, &taking.txn);
	if (!err) {
		err = zong_row_department(taking.txn, department, &outbox.department);
		if (!err &&
			(!outbox.department->webhook[0] || outbox.department->webhook_disabled[0] ||
				zong_settle_holds(taking.txn, department))) {
			zong__department__free_unpacked(outbox.department, NULL);
			outbox.department = NULL;
		} else if (!err) {
			err = take_all(&taking);
		}
		zong_txn_end(taking.txn);
	}
	give_up_damaged(archive, &taking);
	if (err) {
		zong_outbox_release(&outbox);
		return err;
	}
	*ret_outbox = outbox;
	return 0;
}

void zong_outbox_release(struct zong_outbox *outbox)
{
	zong_events_free(outbox->event, outbox->count);
	if (outbox->department)
		zong__department__free_unpacked(outbox->department, NULL);
	memset(outbox, 0, sizeof(*outbox));
}

/* ---- how it went ---- */

static int put_off(struct zong_txn *txn, Zong__Delivery *next, void *ctx)
{
	const Zong__Delivery *delivery = ctx;
	struct zong_deliver_place before;

	if (next->next_attempt >= delivery->next_attempt)
		return 0;
	zong_deliver_place(next, &before);
	next->next_attempt = delivery->next_attempt;
	return zong_deliver_put(txn, next, &before);
}

/* What comes after @delivery in its case waits as long as that does. */
static int put_off_rest(struct zong_txn *txn, Zong__Delivery *delivery)
{
	struct zong_key prefix;

	zong_row_key_str(&prefix, delivery->department);
	zong_key_str(&prefix, delivery->case_no);
	return zong_deliver_listed(txn, ZONG_TABLE_OUTBOX_BY_CASE, &prefix, put_off, delivery);
}

static bool works(const Zong__Department *department)
{
	return department->webhook[0] && !department->webhook_disabled[0];
}

static int disable(struct zong_txn *txn, Zong__Department *row, const char *reason)
{
	char object[64];
	struct zong_key key;
	int err = zong_row_set(&row->webhook_disabled, reason[0] ? reason : "410 Gone");

	if (err)
		return err;
	zong_row_key_str(&key, row->id);
	err = zong_txn_put(txn, ZONG_TABLE_DEPARTMENTS, &key, &row->base);
	snprintf(object, sizeof(object), "department/%s", row->id);
	if (!err)
		err = zong_journal_add(
			txn, NULL, "webhook.gone", object, row->webhook_disabled, NULL);
	/* what waits for it leaves the outbox and stays for the feed */
	return err ? err : zong_settle_begin(txn, row->id, ZONG_SETTLE_TAKE_OUT);
}

static int record_sent(struct zong_txn *txn, const char *verb, const Zong__Delivery *delivery)
{
	char object[64];
	char text[ZONG_ID_TEXT];
	struct zong_id id;

	if (!zong_row_id(&delivery->id, &id))
		return ZONG_ECORRUPT;
	zong_id_format(&id, text);
	snprintf(object, sizeof(object), "delivery/%s", text);
	return zong_journal_add(txn, NULL, verb, object, delivery->department, NULL);
}

/* What stands again has been told with the notice. */
static int sent_about(struct zong_txn *txn, const Zong__Delivery *notice)
{
	_cleanup_row_ Zong__Delivery *about = NULL;
	struct zong_deliver_place before;
	struct zong_id id;
	int err = ZONG_ECORRUPT;

	if (notice->kind != ZONG__DELIVERY_KIND__NOTICE_RESTORED)
		return 0;
	if (zong_row_id(&notice->about, &id))
		err = zong_row_delivery(txn, &id, &about);
	if (err || about->state != ZONG__DELIVERY_STATE__DELIVERY_DUE)
		return err;
	zong_deliver_place(about, &before);
	about->state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
	about->sent = notice->sent;
	return zong_deliver_put(txn, about, &before);
}

static int set_sent(struct zong_txn *txn, Zong__Delivery *delivery)
{
	delivery->state = ZONG__DELIVERY_STATE__DELIVERY_SENT;
	delivery->sent = zong_time_now();
	delivery->dead = false;
	return record_sent(txn, "delivery.sent", delivery);
}

/* When it goes out again. Where no webhook works any more it stays for the feed, and is no loss. */
static int set_failed(struct zong_txn *txn, Zong__Delivery *delivery,
	const Zong__Department *department, int64_t next)
{
	delivery->next_attempt = works(department) ? next : 0;
	/* one that the feed has shown is no loss either */
	delivery->dead =
		works(department) && !next && delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE;
	return delivery->dead ? record_sent(txn, "delivery.dead", delivery) : 0;
}

/* Says it of the address that the department has now, and that works? An answer may come late. */
static bool is_gone(const struct zong_outbox_result *result, const Zong__Department *department)
{
	return result->status == STATUS_GONE && works(department) &&
	       (!result->webhook || strcmp(result->webhook, department->webhook) == 0);
}

/* What the webhook said, kept only where it is text: it is a line from a foreign server. */
static int set_error(Zong__Delivery *delivery, const struct zong_outbox_result *result)
{
	char status[32];

	if (result->status >= 200 && result->status < 300)
		return zong_row_set(&delivery->last_error, "");
	if (zong_utf8_valid(result->error, strlen(result->error)))
		return zong_row_set(&delivery->last_error, result->error);
	snprintf(status, sizeof(status), "HTTP %d", result->status);
	return zong_row_set(&delivery->last_error, status);
}

/* @gone_department: its department, where the webhook is no more. */
static int write_result(struct zong_txn *txn, const struct zong_outbox_result *result,
	char gone_department[ZONG_LIMIT_DEPARTMENT_ID + 1])
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	_cleanup_row_ Zong__Department *department = NULL;
	bool sent = result->status >= 200 && result->status < 300, gone, open, taken = false;
	struct zong_deliver_place before;
	int err;

	err = zong_row_delivery(txn, &result->delivery, &delivery);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODELIVERY : err;
	err = zong_row_department(txn, delivery->department, &department);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	zong_deliver_place(delivery, &before);
	open = !zong_deliver_ended(delivery); /* else it was ended while it was being sent */
	gone = is_gone(result, department);
	delivery->attempts++;
	delivery->next_attempt = 0;
	err = set_error(delivery, result);
	if (!err && open && sent) {
		taken = delivery->state == ZONG__DELIVERY_STATE__DELIVERY_DUE;
		err = set_sent(txn, delivery);
	} else if (!err && open && !gone) {
		err = set_failed(txn, delivery, department, result->next);
	}
	if (!err)
		err = zong_deliver_put(txn, delivery, &before);
	if (!err && taken)
		err = sent_about(txn, delivery);
	if (!err && delivery->next_attempt)
		err = put_off_rest(txn, delivery);
	if (!err && gone)
		err = disable(txn, department, delivery->last_error);
	if (!err && gone)
		snprintf(gone_department, ZONG_LIMIT_DEPARTMENT_ID + 1, "%s", department->id);
	return err;
}

struct results {
	const struct zong_outbox_result *result;
	size_t count;
	char gone[ZONG_LIMIT_DEPARTMENT_ID + 1]; /* whose webhook; "": none */
};

static int write_results(struct zong_txn *txn, void *ctx)
{
	struct results *results = ctx;
	int err = 0;

	results->gone[0] = '\0';
	for (size_t i = 0; i < results->count && !err; i++)
		err = write_result(txn, &results->result[i], results->gone);
	return err;
}

int zong_outbox_done(
	struct zong_archive *archive, const struct zong_outbox_result *results, size_t count)
{
	struct results all = {.result = results, .count = count};
	int err = count ? zong_store_write(archive->store, write_results, &all) : 0;

	/* where this fails it is gone on with: zong_outbox_settle */
	if (!err && all.gone[0])
		zong_settle_all(archive, all.gone);
	return err;
}
