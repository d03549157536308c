/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_THROTTLE_H
#define ZONG_ARCHIVE_THROTTLE_H

/* Failed attempts at signing in, by name and origin, in memory. After ZONG_THROTTLE_FREE failures
 * in a row each further one closes the door for twice as long, up to ZONG_THROTTLE_LONGEST; a
 * success forgets them. Also lets only a few passwords be hashed at once, since each takes 64 MiB.
 * Threads: any. */

#include <stdint.h>

#include <zong/time.h>

#define ZONG_THROTTLE_FREE 5
#define ZONG_THROTTLE_FIRST (30 * ZONG_SECOND)
#define ZONG_THROTTLE_LONGEST (900 * ZONG_SECOND)
#define ZONG_THROTTLE_NAMES 1024 /* the longest untouched is forgotten for a new one */
#define ZONG_THROTTLE_HASHES 2

struct zong_throttle;

int zong_throttle_new(struct zong_throttle **ret_throttle);
void zong_throttle_free(struct zong_throttle *throttle);
/* May this name from this origin try now: 0 or ZONG_ETHROTTLED. @now: monotonic. */
int zong_throttle_check(
	struct zong_throttle *throttle, const char *name, const char *origin, int64_t now);
void zong_throttle_failed(
	struct zong_throttle *throttle, const char *name, const char *origin, int64_t now);
void zong_throttle_succeeded(struct zong_throttle *throttle, const char *name, const char *origin);
/* Around the hashing of one password. */
void zong_throttle_enter(struct zong_throttle *throttle);
void zong_throttle_leave(struct zong_throttle *throttle);

#endif
