/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_DELIVERY_H
#define ZONG_DELIVERY_H

/* Departments and what is on its way to them. A delivery is written in the same commit as the material; its key is case,
 * material, version and department. It waits while what the department wants first is not there (pages that are not read yet, a
 * case that this one goes on from), then it is due, is sent at least once with an id by which the receiver drops repeats, and is
 * ended only by a receipt, a return with its reason, a withdrawal or a newer version. What a department may know of and is
 * withdrawn or superseded goes to it as a notice, which is sent and acknowledged like a delivery. Threads: any, all functions. */

#include <zong/buffer.h>
#include <zong/codes.h>
#include <zong/digest.h>
#include <zong/id.h>
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

/* What is to be changed of a department; NULL and -1: left as it is. */
struct zong_department_wish {
	const char *name;
	const char *webhook;         /* "": it reads the feed. Naming one lets it work again where it was disabled */
	int allow_private;           /* 0, 1 */
	long rate;                   /* events a second; 0: as many as it takes; at most ZONG_LIMIT_WEBHOOK_RATE */
	long concurrency;            /* at once; 0: as many as are usual; at most ZONG_LIMIT_WEBHOOK_CONCURRENCY */
	int wait_reading, wait_previous; /* what it does not wait for any more becomes due */
	long receipt_hours;          /* 0: ZONG_RECEIPT_HOURS; at most ZONG_LIMIT_RECEIPT_HOURS */
	const struct zong_digest *certificates; /* that its programs call with, in place of those of before; NULL: left as they are */
	size_t certificates_count;   /* at most ZONG_LIMIT_CERTIFICATES */
};
#define ZONG_DEPARTMENT_WISH {.allow_private = -1, .rate = -1, .concurrency = -1, .wait_reading = -1, .wait_previous = -1, .receipt_hours = -1}
#define ZONG_RECEIPT_HOURS 24
/* Secrets are made where the first webhook is named; *ret_secrets then says so. ZONG_ENODEPARTMENT, those of
 * zong_department_add, ZONG_EINVAL (err names what). */
int zong_department_set(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const struct zong_department_wish *wish, Zong__Department **ret_department, bool *ret_secrets, struct zong_err *err);
/* New keys for its webhook; for @hours (at most ZONG_LIMIT_ROTATION_HOURS) the old ones sign beside them, so that the receiver can
 * change over in between. ZONG_ENODEPARTMENT, ZONG_ENOENT (has no webhook), ZONG_EINVAL, ZONG_EFORBIDDEN. */
int zong_department_rotate(struct zong_archive *archive, const struct zong_subject *who, const char *id, long hours,
	Zong__Department **ret_department, struct zong_err *err);
/* "whsec_" + base64 of the secret; "whpk_" + base64 of the public key (Standard Webhooks 1.0).
 * ZONG_ENOENT: has no webhook. */
int zong_department_secret(const Zong__Department *department, struct zong_buf *buf);
int zong_department_public_key(const Zong__Department *department, struct zong_buf *buf);

/* Does an address lie on this machine, in a private network, or nowhere (multicast, reserved)? @family AF_INET with
 * 4 bytes, AF_INET6 with 16, both as on the wire; every other family counts as such. Asked for what a webhook's name
 * resolved to. Threads: any. */
bool zong_webhook_private(int family, const void *address);

/* A delivery or a notice with what an event tells of it. */
struct zong_event {
	Zong__Delivery *delivery;
	Zong__Material *material;  /* NULL: the notice of a withdrawal, which gives no right to know of it */
	char *kind, *cause;        /* of the case; NULL with it */
	struct zong_event_code {
		const char *list;  /* "type", "kind", "cause"; static */
		const char *ours;  /* borrowed of the event */
		Zong__Code *code;  /* NULL: the receiver's table does not have it */
	} code[3];
	size_t codes;              /* 0: the receiver has no table */
};
void zong_events_free(struct zong_event *events, size_t count);
void zong_events_free_one(struct zong_event *event); /* what it holds, not itself */
/* "zong.delivery", "zong.superseded", "zong.withdrawn". Static. */
const char *zong_event_type(const Zong__Delivery *delivery);

/* Deliveries of @department with cursor > @after, oldest first; marks those that were due as sent when the department itself
 * reads them. @open: only those not ended. @max: at most ZONG_LIMIT_FEED_ITEMS. *ret_cursor: of the last one looked at (@after
 * when none). ZONG_ENODEPARTMENT, ZONG_ENOENT, ZONG_EFORBIDDEN. */
int zong_feed_read(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	uint64_t after, bool open, size_t max, struct zong_event **ret_events, size_t *ret_count,
	uint64_t *ret_cursor, bool *ret_more, struct zong_err *err);
int zong_delivery_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_event **ret_event, struct zong_err *err);
/* @digest: what the department computed, text or NULL. Again by the same department: the same answer. Of a notice: it has been
 * acted on. ZONG_ENODELIVERY, ZONG_EDELIVERYSTATE (ended otherwise), ZONG_ECORRUPT (other digest), ZONG_EFORBIDDEN. */
int zong_delivery_receipt(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *digest, struct zong_event **ret_event, struct zong_err *err);
/* ZONG_EREASON when empty. */
int zong_delivery_return(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, struct zong_event **ret_event, struct zong_err *err);
/* The hall takes it back. Again: the same answer. ZONG_ENODELIVERY, ZONG_EDELIVERYSTATE (superseded, or a notice), ZONG_EREASON. */
int zong_delivery_withdraw(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	const char *reason, struct zong_event **ret_event, struct zong_err *err);
/* Sends again what no attempt brought to its webhook. ZONG_ENODELIVERY, ZONG_EDELIVERYSTATE (it is not dead),
 * ZONG_EWEBHOOK (the department has none that works). */
int zong_delivery_replay(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	struct zong_event **ret_event, struct zong_err *err);
/* The same for all that are dead of a department. ZONG_ENODEPARTMENT, ZONG_EWEBHOOK. */
int zong_delivery_replay_all(struct zong_archive *archive, const struct zong_subject *who, const char *department,
	uint64_t *ret_count, struct zong_err *err);

/* What has not come to its end, longest first. @list: "waiting", "due", "dead" (no attempt got through), "sent", "overdue"
 * (sent, and the time for the receipt is over), "returned" (until a newer version goes out). @department NULL: of all. Cursor as
 * in zong_case_list. Logged as a read. ZONG_EINVAL (list), ZONG_ENODEPARTMENT, ZONG_ECURSOR, ZONG_EFORBIDDEN. */
int zong_delivery_list(struct zong_archive *archive, const struct zong_subject *who, const char *list,
	const char *department, const char *cursor, size_t max, struct zong_event **ret_events, size_t *ret_count,
	char **ret_next, struct zong_err *err);

/* Of one material (for its view), those the subject may see. */
int zong_delivery_of_material(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Material *material, Zong__Delivery ***ret_deliveries, size_t *ret_count);
const char *zong_delivery_state_name(Zong__DeliveryState state);
/* What a delivery waits for, "reading" and "previous"; static. *@at goes from 0 on; NULL: no more. */
const char *zong_delivery_wait_name(const Zong__Delivery *delivery, unsigned int *at);

/* One day of a department, both sides: what became due for it that day, and what it says it has. The digest of a day is
 * SHA-256 over a line "delivery digest\n" for each of its deliveries, in the order of their ids: the id as text, the digest of
 * the file as text ("sha256:..."). What was withdrawn or returned, what was superseded before its receipt, and notices are not
 * counted: the department does not keep them. Days are UTC. */
struct zong_day_item {
	struct zong_id delivery;
	struct zong_digest file;
};
struct zong_day {
	int32_t day;                 /* since 1970-01-01 */
	uint64_t deliveries, sent, received, superseded; /* sent: without a receipt; superseded: of those received */
	struct zong_digest digest;
	struct zong_day_item *item;  /* in the order of ids; at most ZONG_LIMIT_DAY_ITEMS */
	size_t items;
	Zong__Reconciliation *last;  /* what it said of this day, NULL: nothing */
};
int zong_day_get(struct zong_archive *archive, const struct zong_subject *who, const char *department, int32_t day,
	struct zong_day *ret_day, struct zong_err *err);
void zong_day_release(struct zong_day *day);
/* What differs between what we sent and what the department says it has of that day. */
struct zong_day_difference {
	struct zong_id delivery;
	enum { ZONG_DAY_MISSING, ZONG_DAY_UNKNOWN, ZONG_DAY_DIFFERS } how; /* they lack it; we do not know it; other bytes */
};
struct zong_day_reply {
	Zong__Reconciliation *row;
	struct zong_day_difference *difference; /* at most ZONG_LIMIT_DAY_DIFFERENCES of them are named */
	size_t differences;
};
/* Keeps the counts, with a line in the log. Only the department itself says what it has. ZONG_ENODEPARTMENT, ZONG_ELIMIT, ZONG_EFORBIDDEN. */
int zong_day_reconcile(struct zong_archive *archive, const struct zong_subject *who, const char *department, int32_t day,
	const struct zong_day_item *items, size_t count, struct zong_day_reply *ret_reply, struct zong_err *err);
void zong_day_reply_release(struct zong_day_reply *reply);

/* For push/: which departments have something in the outbox, and since when or from when on. @from: continue behind this
 * department, "" first. ZONG_EEND. */
int zong_outbox_department(struct zong_archive *archive, const char *from, char ret_department[ZONG_LIMIT_DEPARTMENT_ID + 1],
	int64_t *ret_due);
/* Up to @max deliveries of a department whose time has come, in order; of a case only the first, and none of the cases in @busy,
 * whose deliveries are under way: what is of one case goes in its order. The department is NULL when its webhook does not work, and while not all that is due to it has its place in the outbox. *ret_due: when the
 * next may be due (0: nothing is left). Marks nothing, but what is damaged and cannot be sent: that is given up like what had no
 * more attempts, and holds up nothing of its case. */
struct zong_outbox {
	Zong__Department *department;
	struct zong_event *event;
	size_t count;
	int64_t due;
};
int zong_outbox_take(struct zong_archive *archive, const char *department, int64_t now, const char *const *busy,
	size_t busy_count, size_t max, struct zong_outbox *ret_outbox);
void zong_outbox_release(struct zong_outbox *outbox);
/* A step of what the change of a department means for its deliveries and was not brought to its end (a kill, a full disk), behind the department
 * @from ("": the first). ZONG_EEND: there is nothing of the kind. */
int zong_outbox_settle(struct zong_archive *archive, const char *from, char ret_department[ZONG_LIMIT_DEPARTMENT_ID + 1]);
/* The clock was set back, and attempts that were put off by the later one would wait for as long: everything that waits in the outbox is tried
 * now. zong_outbox_ahead: has the log a line later than @now, so that it happened while nobody was looking? */
int zong_outbox_ahead(struct zong_archive *archive, int64_t now, bool *ret_ahead);
int zong_outbox_hasten(struct zong_archive *archive);
/* How attempts went. @status 2xx: sent. 410: the webhook is disabled, deliveries stay for the feed;
 * not so when it was said of another address than the department's of now: then tried again like any other.
 * Otherwise tried again at @next (0: no more attempts; it is dead, and stays for the feed too). What comes after it in the same case is put off as
 * long. Where no webhook works any more nothing is tried again, and all stays for the feed. @error: one line, no secrets. */
struct zong_outbox_result {
	struct zong_id delivery;
	int status;
	int64_t next;
	char error[160];
	const char *webhook; /* where it went, borrowed; NULL: to the department's of now */
};
/* All of them or none. ZONG_ENODELIVERY, ZONG_ECORRUPT: one of them cannot be written, the others could be without it. */
int zong_outbox_done(struct zong_archive *archive, const struct zong_outbox_result *results, size_t count);

#endif
