/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_WIPE_H
#define ZONG_STORE_WIPE_H

/* Overwrites the free pages of an environment with zeros. LMDB never changes a page in place: what is deleted stays
 * readable in the file until its page is used again. The free pages are those of LMDB's own list of them (its database 0)
 * that no reader, of this process or another one, can still see, and that were freed before the last commit: both
 * states that LMDB could open with after a crash are later than their freeing. So a round begins with a commit of its own.
 *
 * What it does not reach: LMDB makes a new page in memory that held an older one, so that up to a page (4 KiB) of what was
 * written shortly before may stand in the unused part of a page that is in use, until that page is written anew. So a value
 * shorter than a page may leave a trace; one that is longer has pages of its own, which are wiped.
 *
 * Threads: zong_wipe_step in the thread that writes the environment, with no write transaction open: a page that is
 * free stays free until that thread's next one. */

#include "env.h"

#define ZONG_WIPE_STEP (32u << 20) /* bytes looked at in one step: the writer waits for it */

struct zong_wipe {
	uint64_t next;	/* page to go on with; begin with 0 */
	uint64_t wiped; /* pages that were not all zeros, so far */
	uint64_t
		blocked; /* pages that a reader may still see, in the last step; to be tried again */
	bool done;
};

/* 0, ZONG_EIO, ZONG_ENOSPC (a file system that writes elsewhere), ZONG_ENOMEM. What was overwritten is on the disk. */
int zong_wipe_step(struct zong_env *env, struct zong_wipe *wipe);

#endif
