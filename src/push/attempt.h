/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_ATTEMPT_H
#define ZONG_PUSH_ATTEMPT_H

/* One attempt to hand a delivery to its department's webhook, as a transfer of a libcurl multi
 * handle. Threads: that of the multi handle. */

#include <curl/curl.h>

#include <zong/delivery.h>

struct zong_attempt;

struct zong_attempt_result {
	long status;	     /* 0: no reply */
	int64_t retry_after; /* seconds; 0: not asked for */
	char error[160];     /* one line, empty when the webhook took it */
};

/* Signs and begins; @item is taken over, also on failure. ZONG_ENOMEM, ZONG_ELIMIT, ZONG_ECORRUPT.
 */
int zong_attempt_begin(CURLM *multi, struct zong_outbox_item *item, const char *archive,
	const char *base, int64_t now, struct zong_attempt **ret_attempt);
/* The attempt that a handle belongs to. */
struct zong_attempt *zong_attempt_of(CURL *easy);
const struct zong_outbox_item *zong_attempt_item(const struct zong_attempt *attempt);
void zong_attempt_result(
	struct zong_attempt *attempt, CURLcode code, struct zong_attempt_result *ret_result);
/* Breaks it off where it is under way. NULL is fine. */
void zong_attempt_free(struct zong_attempt *attempt);

#endif
