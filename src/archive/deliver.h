/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DELIVER_H
#define ZONG_ARCHIVE_DELIVER_H

/* Delivery rows inside a change: making them and moving them from state to state, with everything that hangs on it (feed,
 * outbox, the lists by state, the count of each state). A delivery waits until what it waits for is there; then it is due,
 * has its place in the department's feed and, where a webhook works, in the outbox. What a department already knows of and is
 * taken back, superseded or given back after all goes to it as a notice: a delivery of its own. */

#include <zong/delivery.h>
#include <zong/store.h>

/* What a delivery waits for; bits of its row's member `waits`. */
#define ZONG_WAIT_READING 1u  /* pages of the material that nobody has read yet */
#define ZONG_WAIT_PREVIOUS 2u /* a case that this one goes on from has not been received */

/* ---- rows: deliver.c ---- */

/* What hangs on a delivery as it stands in the store; taken before a change, given to the put after it. */
struct zong_deliver_place {
	Zong__DeliveryState state;
	uint64_t cursor;
	bool in_outbox, in_state;
	struct zong_key outbox, by_case, by_state;
};
void zong_deliver_place(const Zong__Delivery *delivery, struct zong_deliver_place *ret_place);
/* Writes @delivery, which was at @before. */
int zong_deliver_put(struct zong_txn *txn, const Zong__Delivery *delivery,
	const struct zong_deliver_place *before);
/* A row that is not there yet. Its cursor is 0 while it waits. */
int zong_deliver_put_new(struct zong_txn *txn, const Zong__Delivery *delivery);
/* Gives it its place in the feed and the outbox: it is due. Not put yet. */
int zong_deliver_make_due(struct zong_txn *txn, Zong__Delivery *delivery);

/* A delivery of @material to @department, due now or waiting. ZONG_ENODEPARTMENT. One that is there already is left as it
 * is (*ret_made false), unless it was withdrawn: then it stands again. */
int zong_deliver_new(struct zong_txn *txn, const Zong__Material *material, const char *department,
	bool *ret_made);
/* Received, returned, withdrawn or superseded. */
bool zong_deliver_ended(const Zong__Delivery *delivery);
/* How many deliveries and notices are in a state. */
int zong_deliver_count(struct zong_txn *txn, Zong__DeliveryState state, uint64_t *ret_count);
/* Every delivery of a material, to whichever department; @each ends the walk with anything but 0. */
typedef int zong_deliver_each(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx);
int zong_deliver_walk(struct zong_txn *txn, const struct zong_id *material, zong_deliver_each *each,
	void *ctx);
/* Every delivery that one of the indexes OUTBOX, OUTBOX_BY_CASE and DELIVERIES_BY_STATE names under @prefix, all of its key but the time or
 * the cursor and the delivery. @each may move it in the index: what is there is gathered first. ZONG_ENOENT: one has no row. */
int zong_deliver_listed(struct zong_txn *txn, enum zong_table table, const struct zong_key *prefix,
	zong_deliver_each *each, void *ctx);
/* The delivery with its material and the kind of its case. Takes @delivery over, also on failure.
 */
int zong_deliver_event(
	struct zong_txn *txn, Zong__Delivery *delivery, struct zong_event *ret_event);
/* The same; what it shares with the event before it in a list is taken from there. @before NULL: there is none. */
int zong_deliver_event_after(struct zong_txn *txn, Zong__Delivery *delivery,
	const struct zong_event *before, struct zong_event *ret_event);
void zong_event_release(struct zong_event *event);

/* ---- waiting: deliver_wait.c ---- */

/* What a delivery of @material to @department has to wait for now. */
int zong_deliver_waits(struct zong_txn *txn, const Zong__Material *material,
	const Zong__Department *department, uint32_t *ret_waits);
/* Looks again at what waits: one delivery; all deliveries of the materials that the raster is a page of; all of the cases that
 * go on from a case to one department; all of a case itself, to one department (NULL: to all). */
int zong_deliver_look_again(struct zong_txn *txn, Zong__Delivery *delivery, void *ctx); /* @ctx unused: a zong_deliver_each */
int zong_deliver_read(struct zong_txn *txn, const struct zong_digest *raster);
int zong_deliver_followers(struct zong_txn *txn, const char *case_no, const char *department);
int zong_deliver_case(struct zong_txn *txn, const char *case_no, const char *department);

/* ---- ends of our own: deliver_end.c ---- */

/* Takes a delivery back: the department must not have the material. One that is superseded or withdrawn is left as it is.
 * Writes the line of the log. @reason is for people, and goes to the department. */
int zong_deliver_withdraw(struct zong_txn *txn, const struct zong_subject *who,
	Zong__Delivery *delivery, const char *reason);
/* The same under a line of the log that is there already. @by: subject. */
int zong_deliver_take_back(struct zong_txn *txn, const char *by, Zong__Delivery *delivery,
	const char *reason, uint64_t record);
/* @next takes the place of the material of the version before it, for everybody who has or was to have that. */
int zong_deliver_supersede(struct zong_txn *txn, const struct zong_subject *who,
	const struct zong_id *material, const Zong__Material *next);
/* One that is dead is sent again, with its line in the log. ZONG_EDELIVERYSTATE (it is not), ZONG_EWEBHOOK. */
int zong_deliver_again(
	struct zong_txn *txn, const struct zong_subject *who, Zong__Delivery *delivery);
/* The notice that it stands again, where there is one that has not ended, ends as @delivery has. */
int zong_deliver_end_restored(struct zong_txn *txn, const Zong__Delivery *delivery);
/* A withdrawn delivery stands again. */
int zong_deliver_restore(struct zong_txn *txn, Zong__Delivery *delivery);

#endif
