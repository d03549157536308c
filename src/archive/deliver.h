/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_DELIVER_H
#define ZONG_ARCHIVE_DELIVER_H

/* Delivery rows inside a change: making them and moving them from state to state, with everything
 * that hangs on it (feed, outbox, the count of each state). */

#include <zong/delivery.h>
#include <zong/store.h>

/* A delivery of @material to @department, due now, in its feed and (where a webhook works) in the
 * outbox. ZONG_ENODEPARTMENT. One that is there already is left as it is (*ret_made false). */
int zong_deliver_new(struct zong_txn *txn, const Zong__Material *material, const char *department,
	bool *ret_made);
/* Writes @delivery, which was in state @before and due at @attempt_before (0: not in the outbox).
 */
int zong_deliver_put(struct zong_txn *txn, const Zong__Delivery *delivery,
	Zong__DeliveryState before, int64_t attempt_before);
bool zong_deliver_ended(const Zong__Delivery *delivery);
/* How many deliveries are in a state. */
int zong_deliver_count(struct zong_txn *txn, Zong__DeliveryState state, uint64_t *ret_count);
/* The delivery with its material and the kind of its case. Takes @delivery over, also on failure.
 */
int zong_deliver_event(
	struct zong_txn *txn, Zong__Delivery *delivery, struct zong_event *ret_event);
void zong_event_release(struct zong_event *event);

#endif
