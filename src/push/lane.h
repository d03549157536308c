/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_PUSH_LANE_H
#define ZONG_PUSH_LANE_H

/* All that goes to the webhook of one department: a thread with connections of its own, so that one that hangs holds up no
 * other and nothing is reused across departments. It sends several events at once, as many as the department is set to take, at no more
 * than its rate, those of one case one after the other in their order; how attempts went is written for all at once. A lane ends by itself when it
 * has had nothing to do for a while. */

#include <stdatomic.h>
#include <stdbool.h>

#include <zong/archive.h>

#include "push/attempt.h"

struct zong_lane;

struct zong_lane_about {
	struct zong_archive *archive;
	struct zong_attempt_about attempt;
	int64_t first_retry; /* microseconds, 0: as the schedule says */
};

/* @about is borrowed. ZONG_ENOMEM, ZONG_EIO. */
int zong_lane_start(
	const struct zong_lane_about *about, const char *department, struct zong_lane **ret_lane);
const char *zong_lane_department(const struct zong_lane *lane);
/* There may be something new. False: it has ended, and is to be freed. */
bool zong_lane_wake(struct zong_lane *lane);
/* Tells it to break off; zong_lane_free waits for that. */
void zong_lane_stop(struct zong_lane *lane);
void zong_lane_free(struct zong_lane *lane);

#endif
