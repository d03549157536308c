/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_HTTP_PARK_H
#define ZONG_HTTP_PARK_H

/* Requests that wait for something to happen in the archive (long polls): they hold a connection and no thread. After each
 * commit, and at its deadline, a request goes back to the executor, whose handler looks again. Threads: any. */

#include <stdbool.h>
#include <stdint.h>

#include <zong/archive.h>

struct zong_executor;
struct zong_park;
struct zong_request;

/* A handler's answer: the request is parked until a commit after req->park_number (zong_archive_number, taken before it looked), or
 * until req->park_until (monotonic), and then comes again. No error code. */
#define ZONG_PARKED 1

int zong_park_start(
	struct zong_archive *archive, struct zong_executor *executor, struct zong_park **ret_park);
/* False: there are ZONG_LIMIT_PARKED already, or it is ending; the request is to be answered now. */
bool zong_park_may(struct zong_park *park);
/* Takes the request, which is suspended and not with the executor. */
void zong_park_add(struct zong_park *park, struct zong_request *req);
/* Sends all back, which find that their time is over, and takes no more. */
void zong_park_stop(struct zong_park *park);
void zong_park_free(struct zong_park *park); /* stopped; NULL is fine */

#endif
