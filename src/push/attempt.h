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

/* What all attempts of the program share; borrowed. */
struct zong_attempt_about {
	const char *archive; /* its id */
	const char *base;    /* of the addresses in events */
	const char *ca;	     /* file of certificates to trust, NULL: the system's */
};

/* Signs and begins; @event is taken over, also on failure, what is needed of @department is copied. @fresh: over a
 * connection of its own. ZONG_ENOMEM, ZONG_ELIMIT, ZONG_ECORRUPT. */
int zong_attempt_begin(CURLM *multi, const struct zong_attempt_about *about,
	const Zong__Department *department, struct zong_event *event, int64_t now, bool fresh,
	struct zong_attempt **ret_attempt);
/* The attempt that a handle belongs to. */
struct zong_attempt *zong_attempt_of(CURL *easy);
const Zong__Delivery *zong_attempt_delivery(const struct zong_attempt *attempt);
void zong_attempt_result(
	struct zong_attempt *attempt, CURLcode code, struct zong_attempt_result *ret_result);
/* Breaks it off where it is under way. NULL is fine. */
void zong_attempt_free(struct zong_attempt *attempt);

#endif
