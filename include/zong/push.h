/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_H
#define ZONG_PUSH_H

/* Sends deliveries to the webhooks of departments: Standard Webhooks 1.0 (HMAC-SHA256 `v1` and
 * ed25519 `v1a`) with a CloudEvents 1.0 body that holds ids and addresses and no paper. What is
 * to be sent stands in the store, so that nothing is lost when the program ends. Departments are
 * served beside each other, each by several attempts at a time (its `concurrency`, 8) at its `rate`;
 * what is of one case goes in its order, one after the other.
 *
 *     zong_push_start(archive, &push, &err);
 *     zong_push_stop(push);
 *
 * An attempt that fails is tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24
 * h (the setting webhook-first-retry gives the first in milliseconds, and the others shrink or grow
 * with it); after the last the delivery is dead: it is in the feed, and is sent again when somebody says so. 410 disables the webhook. Only http and
 * https, no redirects, no proxies, certificates verified; addresses of this machine and of private
 * networks are refused after the name is resolved, unless the department allows them. */

#include <zong/archive.h>

struct zong_push;

/* ZONG_ENOMEM, ZONG_EINVAL (webhook-first-retry is no number), ZONG_EIO (no thread, no curl). */
int zong_push_start(
	struct zong_archive *archive, struct zong_push **ret_push, struct zong_err *err);
/* Breaks off attempts under way (they are made again next time). NULL is fine. */
void zong_push_stop(struct zong_push *push);

#endif
