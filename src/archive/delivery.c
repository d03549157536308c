/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/delivery.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "deliver.h"
#include "inside.h"
#include "journal.h"
#include "row.h"

static const char *const states[] = {
	[ZONG__DELIVERY_STATE__DELIVERY_DUE] = "due",
	[ZONG__DELIVERY_STATE__DELIVERY_SENT] = "sent",
	[ZONG__DELIVERY_STATE__DELIVERY_RECEIVED] = "received",
	[ZONG__DELIVERY_STATE__DELIVERY_RETURNED] = "returned",
	[ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN] = "withdrawn",
	[ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED] = "superseded",
	[ZONG__DELIVERY_STATE__DELIVERY_WAITING] = "waiting",
};

const char *zong_delivery_state_name(Zong__DeliveryState state)
{
	if ((size_t)state >= sizeof(states) / sizeof(states[0]))
		return "unknown";
	return states[state];
}

const char *zong_delivery_wait_name(const Zong__Delivery *delivery, unsigned int *at)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {{ZONG_WAIT_READING, "reading"}, {ZONG_WAIT_PREVIOUS, "previous"}};

	while (*at < sizeof(names) / sizeof(names[0])) {
		unsigned int i = (*at)++;

		if (delivery->waits & names[i].bit)
			return names[i].name;
	}
	return NULL;
}

/* A delivery on which the subject may use @verb; ZONG_ENODELIVERY where it must not know of it. */
static int look_up(struct zong_txn *txn, const struct zong_subject *who, enum zong_verb verb,
	const struct zong_id *id, Zong__Delivery **ret_delivery)
{
	_cleanup_row_ Zong__Delivery *delivery = NULL;
	struct zong_object object = {.txn = txn};
	int err;

	err = zong_row_delivery(txn, id, &delivery);
	if (!err) {
		object.delivery = delivery;
		err = zong_access_may(who, verb, &object);
	}
	if (err)
		return err == ZONG_ENOENT ? ZONG_ENODELIVERY : err;
	*ret_delivery = take_ptr(delivery);
	return 0;
}

static int make_event(struct zong_txn *txn, Zong__Delivery *delivery, struct zong_event **ret_event)
{
	struct zong_event *event = calloc(1, sizeof(*event));
	int err;

	if (!event) {
		zong__delivery__free_unpacked(delivery, NULL);
		return ZONG_ENOMEM;
	}
	err = zong_deliver_event(txn, delivery, event);
	if (err)
		free(event);
	else
		*ret_event = event;
	return err;
}

int zong_delivery_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_event **ret_event, struct zong_err *err)
{
	Zong__Delivery *delivery;
	struct zong_txn *txn;
	struct zong_id parsed;
	int code;

	code = zong_access_may(who, ZONG_VERB_DELIVERY_READ, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	if (zong_id_parse(id, &parsed))
		return zong_err_set(err, ZONG_ENODELIVERY, "%s", id);
	code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look_up(txn, who, ZONG_VERB_DELIVERY_READ, &parsed, &delivery);
	if (!code)
		code = make_event(txn, delivery, ret_event);
	zong_txn_end(txn);
	return code ? zong_err_set(err, code, "%s", id) : 0;
}

/* How a department ends a delivery. */
struct ending {
	const struct zong_subject *who;
	struct zong_id id;
	Zong__DeliveryState state;
	const char *verb;
	const char *reason;		  /* of a return */
	const struct zong_digest *digest; /* or NULL */
	struct zong_event *event;
};

/* The line says what was received, to the bit: it is what a department's word can be held to. */
static int record_ending(
	struct zong_txn *txn, const struct ending *ending, Zong__Delivery *delivery)
{
	struct zong_buf detail = ZONG_BUF_INIT(ZONG_LIMIT_REASON + 1024);
	const Zong__Material *material = ending->event->material;
	char object[64], text[ZONG_ID_TEXT], digest[ZONG_DIGEST_TEXT];
	struct zong_digest file;
	struct zong_id id;
	int err;

	if (!zong_row_id(&delivery->material, &id) ||
		(material && !zong_row_digest(&material->file, &file)))
		return ZONG_ECORRUPT;
	zong_id_format(&ending->id, text);
	snprintf(object, sizeof(object), "delivery/%s", text);
	zong_id_format(&id, text);
	zong_buf_add_format(&detail, "department/%s material/%s", delivery->department, text);
	if (material) { /* the notice of a withdrawal is about no file any more */
		zong_digest_format(&file, digest);
		zong_buf_add_format(&detail, " file/%s", digest);
	}
	if (ending->reason && ending->reason[0])
		zong_buf_add_format(&detail, " %s", ending->reason);
	err = detail.err;
	if (!err)
		err = zong_journal_add(txn, ending->who, ending->verb, object,
			zong_buf_str(&detail), &delivery->record);
	zong_buf_release(&detail);
	return err;
}

static int end_delivery(struct zong_txn *txn, const struct ending *ending, Zong__Delivery *delivery)
{
	bool received = ending->state == ZONG__DELIVERY_STATE__DELIVERY_RECEIVED;
	struct zong_deliver_place before;
	int err;

	zong_deliver_place(delivery, &before);
	err = record_ending(txn, ending, delivery);
	if (err)
		return err;
	delivery->state = ending->state;
	delivery->ended = zong_time_now();
	delivery->next_attempt = 0;
	delivery->dead = false;
	if (received) {
		delivery->received = delivery->ended;
		delivery->receipt = delivery->record;
	}
	err = zong_row_set(&delivery->ended_by, ending->who->key);
	if (!err)
		err = zong_row_set(&delivery->reason, ending->reason);
	if (!err)
		err = zong_deliver_put(txn, delivery, &before);
	if (!err)
		err = zong_deliver_end_restored(txn, delivery);
	/* cases that go on from this one may wait for it */
	return err || !received ? err
				: zong_deliver_followers(
					  txn, delivery->case_no, delivery->department);
}

static int check_digest(const struct ending *ending)
{
	const Zong__Material *material = ending->event->material;
	struct zong_digest file;

	if (!ending->digest)
		return 0;
	return material && zong_row_digest(&material->file, &file) &&
			       zong_digest_equal(&file, ending->digest)
		       ? 0
		       : ZONG_ECORRUPT;
}

/* A receipt for the notice that a delivery stands again is one for the delivery. */
static int end_about(struct zong_txn *txn, const struct ending *ending, const Zong__Delivery *notice)
{
	_cleanup_row_ Zong__Delivery *about = NULL;
	struct ending same = *ending;
	int err = ZONG_ECORRUPT;

	if (notice->kind != ZONG__DELIVERY_KIND__NOTICE_RESTORED)
		return 0;
	if (zong_row_id(&notice->about, &same.id))
		err = zong_row_delivery(txn, &same.id, &about);
	if (err || zong_deliver_ended(about))
		return err;
	return end_delivery(txn, &same, about);
}

static bool may_end(const struct ending *ending, const Zong__Delivery *delivery)
{
	if (delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WAITING)
		return false;
	/* there is nothing in a notice that could be sent back */
	return ending->state != ZONG__DELIVERY_STATE__DELIVERY_RETURNED ||
	       delivery->kind == ZONG__DELIVERY_KIND__DELIVERY_MATERIAL ||
	       delivery->kind == ZONG__DELIVERY_KIND__NOTICE_RESTORED;
}

/* The delivery, which the event that is answered with owns. A change may be begun more than once. */
static int begin(struct zong_txn *txn, struct ending *ending, enum zong_verb verb,
	Zong__Delivery **ret_delivery)
{
	int err;

	zong_events_free(ending->event, 1);
	ending->event = NULL;
	err = look_up(txn, ending->who, verb, &ending->id, ret_delivery);
	return err ? err : make_event(txn, *ret_delivery, &ending->event);
}

static int write_ending(struct zong_txn *txn, void *ctx)
{
	struct ending *ending = ctx;
	const char *reason = ending->reason ? ending->reason : "";
	Zong__Delivery *delivery;
	int err = begin(txn, ending, ZONG_VERB_DELIVERY_END, &delivery);

	if (!err)
		err = check_digest(ending);
	if (err)
		return err;
	if (!may_end(ending, delivery))
		return ZONG_EDELIVERYSTATE;
	if (!zong_deliver_ended(delivery)) {
		err = end_delivery(txn, ending, delivery);
		return err ? err : end_about(txn, ending, delivery);
	}
	/* the same word again has the same answer */
	if (delivery->state == ending->state && strcmp(delivery->reason, reason) == 0)
		return 0;
	return ZONG_EDELIVERYSTATE;
}

static int run(struct zong_archive *archive, zong_store_change *change, struct ending *ending,
	const char *id, struct zong_event **ret_event, struct zong_err *err)
{
	int code;

	if (zong_id_parse(id, &ending->id))
		return zong_err_set(err, ZONG_ENODELIVERY, "%s", id);
	code = zong_store_write(archive->store, change, ending);
	if (code) {
		zong_events_free(ending->event, 1);
		return zong_err_set(err, code, "%s", id);
	}
	*ret_event = ending->event;
	return 0;
}

static int run_ending(struct zong_archive *archive, struct ending *ending, const char *id,
	struct zong_event **ret_event, struct zong_err *err)
{
	return run(archive, write_ending, ending, id, ret_event, err);
}

int zong_delivery_receipt(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *digest, struct zong_event **ret_event, struct zong_err *err)
{
	struct ending ending = {
		.who = who,
		.state = ZONG__DELIVERY_STATE__DELIVERY_RECEIVED,
		.verb = "delivery.receipt",
	};
	struct zong_digest parsed;
	int code;

	code = zong_access_may(who, ZONG_VERB_DELIVERY_END, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	if (digest && digest[0]) {
		if (zong_digest_parse(digest, &parsed))
			return zong_err_set(err, ZONG_EINVAL, "digest");
		ending.digest = &parsed;
	}
	return run_ending(archive, &ending, id, ret_event, err);
}

static bool is_empty(const char *text)
{
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len)
		if (!zong_utf8_is_blank(zong_utf8_next(text, len, &pos)))
			return false;
	return true;
}

static int check_reason(const char *reason, struct zong_err *err)
{
	if (!reason || is_empty(reason))
		return zong_err_set(err, ZONG_EREASON, NULL);
	if (strlen(reason) > ZONG_LIMIT_REASON)
		return zong_err_set(err, ZONG_ELIMIT, "reason");
	if (!zong_utf8_printable(reason, strlen(reason)))
		return zong_err_set(err, ZONG_EENCODING, "reason");
	return 0;
}

int zong_delivery_return(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *reason, struct zong_event **ret_event, struct zong_err *err)
{
	struct ending ending = {
		.who = who,
		.state = ZONG__DELIVERY_STATE__DELIVERY_RETURNED,
		.verb = "delivery.return",
		.reason = reason,
	};
	int code;

	code = zong_access_may(who, ZONG_VERB_DELIVERY_END, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	code = check_reason(reason, err);
	return code ? code : run_ending(archive, &ending, id, ret_event, err);
}

/* ---- the hall's own words ---- */

static int write_withdrawal(struct zong_txn *txn, void *ctx)
{
	struct ending *ending = ctx;
	Zong__Delivery *delivery;
	int err = begin(txn, ending, ZONG_VERB_DELIVERY_MANAGE, &delivery);

	if (err)
		return err;
	if (delivery->kind != ZONG__DELIVERY_KIND__DELIVERY_MATERIAL ||
		delivery->state == ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED)
		return ZONG_EDELIVERYSTATE;
	if (delivery->state == ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN)
		return strcmp(delivery->reason, ending->reason) == 0 ? 0 : ZONG_EDELIVERYSTATE;
	return zong_deliver_withdraw(txn, ending->who, delivery, ending->reason);
}

int zong_delivery_withdraw(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, const char *reason, struct zong_event **ret_event, struct zong_err *err)
{
	struct ending ending = {.who = who, .reason = reason};
	int code;

	code = zong_access_may(who, ZONG_VERB_DELIVERY_MANAGE, NULL);
	if (code)
		return zong_err_set(err, code, NULL);
	code = check_reason(reason, err);
	return code ? code : run(archive, write_withdrawal, &ending, id, ret_event, err);
}

static int write_replay(struct zong_txn *txn, void *ctx)
{
	struct ending *ending = ctx;
	Zong__Delivery *delivery;
	int err = begin(txn, ending, ZONG_VERB_DELIVERY_MANAGE, &delivery);

	return err ? err : zong_deliver_again(txn, ending->who, delivery);
}

int zong_delivery_replay(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, struct zong_event **ret_event, struct zong_err *err)
{
	struct ending ending = {.who = who};
	int code = zong_access_may(who, ZONG_VERB_DELIVERY_MANAGE, NULL);

	return code ? zong_err_set(err, code, NULL)
		    : run(archive, write_replay, &ending, id, ret_event, err);
}

static int append(Zong__Delivery ***list, size_t *count, Zong__Delivery *delivery)
{
	Zong__Delivery **grown = realloc(*list, (*count + 1) * sizeof(*grown));

	if (!grown)
		return ZONG_ENOMEM;
	*list = grown;
	grown[(*count)++] = delivery;
	return 0;
}

static int walk_material(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_id *material, Zong__Delivery ***list, size_t *count)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_id(&prefix, material);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_DELIVERIES_BY_MATERIAL, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		Zong__Delivery *delivery;
		struct zong_id id;

		if (iter.value_len != sizeof(id.bytes)) {
			err = ZONG_ECORRUPT;
			break;
		}
		memcpy(id.bytes, iter.value, sizeof(id.bytes));
		err = look_up(txn, who, ZONG_VERB_DELIVERY_READ, &id, &delivery);
		if (err == ZONG_ENODELIVERY) {
			err = 0;
			continue;
		}
		if (err)
			break;
		err = append(list, count, delivery);
		if (err)
			zong__delivery__free_unpacked(delivery, NULL);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_delivery_of_material(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Material *material, Zong__Delivery ***ret_deliveries, size_t *ret_count)
{
	Zong__Delivery **list = NULL;
	struct zong_txn *txn;
	struct zong_id id;
	size_t count = 0;
	int err;

	err = zong_access_may(who, ZONG_VERB_DELIVERY_READ, NULL);
	if (err == ZONG_EFORBIDDEN) { /* sees the material, but not to whom it goes */
		*ret_deliveries = NULL;
		*ret_count = 0;
		return 0;
	}
	if (!err && !zong_row_id(&material->id, &id))
		err = ZONG_ECORRUPT;
	if (!err)
		err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = walk_material(txn, who, &id, &list, &count);
	zong_txn_end(txn);
	if (err) {
		for (size_t i = 0; i < count; i++)
			zong__delivery__free_unpacked(list[i], NULL);
		free(list);
		return err;
	}
	*ret_deliveries = list;
	*ret_count = count;
	return 0;
}
