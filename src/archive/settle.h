/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SETTLE_H
#define ZONG_ARCHIVE_SETTLE_H

/* What a change of a department means for its deliveries, of which there may be a hundred thousand: done in steps, each a commit of its own, so
 * that others write in between. What is left to do stands in the store beside the change that asked for it, and is gone on with after a kill:
 *     in the change:  zong_settle_begin(txn, department, what);
 *     behind it:      zong_settle_all(archive, department);
 *     and push/:      zong_outbox_settle, for what nobody has brought to its end
 * Nothing goes out to a department before all that is due to it has its place in the outbox: what is of one case goes in its order. */

#include <zong/delivery.h>
#include <zong/store.h>

#define ZONG_SETTLE_TAKE_OUT                                                                       \
	1u /* no webhook works: what is in the outbox leaves it, and stays for the feed */
#define ZONG_SETTLE_REVIVE                                                                         \
	2u /* nor is there one: what no attempt brought to it is no loss any more */
#define ZONG_SETTLE_SEND 4u /* there is one: what is due goes into the outbox */
#define ZONG_SETTLE_LOOK 8u /* the department waits for less: what waits is looked at again */
#define ZONG_SETTLE_HASTEN 16u /* the clock was set back: what was to go out later goes out now */

/* Adds to what is left to do; of taking out and sending the later one goes. */
int zong_settle_begin(struct zong_txn *txn, const char *department, unsigned int what);
/* Has what is due to it not got its place yet? */
bool zong_settle_holds(struct zong_txn *txn, const char *department);
/* One step; *ret_more: there is another. 0 also where nothing is left to do. */
int zong_settle_step(struct zong_archive *archive, const char *department, bool *ret_more);
int zong_settle_all(struct zong_archive *archive, const char *department);

#endif
