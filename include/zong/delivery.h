/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_DELIVERY_H
#define ZONG_DELIVERY_H

/* Departments and what is on its way to them. A delivery is written in the same commit as the
 * material; it is sent at least once, with an id by which the receiver drops repeats, and is ended
 * only by a receipt, a return with its reason, a withdrawal or a newer version. */

#include <zong/buffer.h>
#include <zong/identity.h>

/* @webhook NULL: reads the feed. Makes the HMAC secret (32 bytes) and the ed25519 seed when there is a webhook.
 * ZONG_EDEPARTMENT, ZONG_EEXIST, ZONG_EWEBHOOK (no http(s) URL, or a private address without @allow_private
 * where the host is written as an address), ZONG_ELIMIT, ZONG_EENCODING, ZONG_EFORBIDDEN. */
int zong_department_add(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *name, const char *webhook, bool allow_private, Zong__Department **ret_department,
	struct zong_err *err);
int zong_department_list(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Department ***ret_departments, size_t *ret_count);
void zong_departments_free(Zong__Department **departments, size_t count);
/* "whsec_" + base64 of the secret; "whpk_" + base64 of the public key (Standard Webhooks 1.0).
 * ZONG_ENOENT: has no webhook. */
int zong_department_secret(const Zong__Department *department, struct zong_buf *buf);
int zong_department_public_key(const Zong__Department *department, struct zong_buf *buf);

/* Does an address lie on this machine, in a private network, or nowhere (multicast, reserved)? @family AF_INET with
 * 4 bytes, AF_INET6 with 16, both as on the wire; every other family counts as such. Asked for what a webhook's name
 * resolved to. Threads: any. */
bool zong_webhook_private(int family, const void *address);

/* A delivery with what an event tells of it. */
struct zong_event {
	Zong__Delivery *delivery;
	Zong__Material *material;
	char *kind;                /* of the case */
};
void zong_events_free(struct zong_event *events, size_t count);

/* Deliveries of @department with cursor > @after, oldest first; marks those that were due as sent when the department itself
 * reads them. @open: only those not ended. *ret_cursor: of the last one looked at (@after when none).
 * ZONG_ENODEPARTMENT, ZONG_ENOENT, ZONG_EFORBIDDEN. */
int zong_feed_read(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	uint64_t after, bool open, size_t max, struct zong_event **ret_events, size_t *ret_count,
	uint64_t *ret_cursor, bool *ret_more, struct zong_err *err);
int zong_delivery_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_event **ret_event, struct zong_err *err);
/* @digest: what the department computed, text or NULL. Again by the same department: the same answer.
 * ZONG_ENODELIVERY, ZONG_EDELIVERYSTATE (ended otherwise), ZONG_ECORRUPT (other digest), ZONG_EFORBIDDEN. */
int zong_delivery_receipt(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *digest, struct zong_event **ret_event, struct zong_err *err);
/* ZONG_EREASON when empty. */
int zong_delivery_return(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, struct zong_event **ret_event, struct zong_err *err);
/* Of one material (for its view), those the subject may see. */
int zong_delivery_of_material(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Material *material, Zong__Delivery ***ret_deliveries, size_t *ret_count);
const char *zong_delivery_state_name(Zong__DeliveryState state);

/* For push/: the next delivery to be sent to a webhook whose time has come, with its department; marks
 * nothing. 0, or ZONG_EEND and when the next is due (*ret_due, 0: none). @busy: departments that are being
 * served now; theirs are passed over, so that each gets one at a time and nobody waits for another. */
struct zong_outbox_item {
	struct zong_event event;
	Zong__Department *department;
};
int zong_outbox_next(struct zong_archive *archive, int64_t now, const char *const *busy, size_t busy_count,
	struct zong_outbox_item *ret_item, int64_t *ret_due);
void zong_outbox_item_release(struct zong_outbox_item *item);
/* How an attempt went. @status 2xx: sent. 410: the webhook is disabled, deliveries stay for the feed.
 * Otherwise tried again at @next (0: no more attempts; stays for the feed). @error: one line, no secrets. */
int zong_outbox_done(struct zong_archive *archive, const struct zong_id *delivery, int status,
	const char *error, int64_t next);

#endif
