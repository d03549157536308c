/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_KEEPER_H
#define ZONG_ARCHIVE_KEEPER_H

/* The thread that finishes what destruction began: at the start and whenever it is asked it goes on with lists that were
 * interrupted and collects the segments that nobody names any more. After a failure it tries again later. Each minute it removes the
 * rows of sessions that nobody used for too long (idle.h). Threads: any. */

#include "inside.h"

struct zong_keeper;

int zong_keeper_start(struct zong_archive *archive, struct zong_keeper **ret_keeper);
void zong_keeper_ask(struct zong_keeper *keeper);  /* NULL is fine: the next start sees to it */
void zong_keeper_stop(struct zong_keeper *keeper); /* NULL is fine */

#endif
