/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_IDLE_H
#define ZONG_ARCHIVE_IDLE_H

/* When each session was last used, in memory: one that nobody used for a while is over, although its row may have hours to go. It stays
 * over until its row is gone (zong_sessions_end_idle). A session that is not remembered, as after a start, begins to be idle when it is
 * seen. Where there are more than ZONG_IDLE_SESSIONS the one longest unused is forgotten for a new one. Threads: any. */

#include <stddef.h>
#include <stdint.h>

#include <zong/id.h>

#define ZONG_IDLE_SESSIONS 4096
#define ZONG_IDLE_MINUTES 30

struct zong_archive;
struct zong_idle;

/* @limit: how long a session may go unused, as zong_time_monotonic. ZONG_ENOMEM. */
int zong_idle_new(int64_t limit, struct zong_idle **ret_idle);
void zong_idle_free(struct zong_idle *idle);
int64_t zong_idle_limit(const struct zong_idle *idle);
/* It is used @now. 0, or ZONG_EUNAUTHENTICATED: it is over. */
int zong_idle_seen(struct zong_idle *idle, const struct zong_id *session, int64_t now);
/* Those that are over, @max at most; returns how many. */
size_t zong_idle_over(struct zong_idle *idle, int64_t now, struct zong_id *ret_sessions, size_t max);
void zong_idle_forget(struct zong_idle *idle, const struct zong_id *session);

#endif
