/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_COLLECT_H
#define ZONG_STORE_COLLECT_H

/* Collection: a segment goes when no recipe names it any more.
 *
 * Whoever removes a recipe puts its segments into ZONG_TABLE_LOOSE in the same commit, so that a crash loses none. A run
 *
 *     1. publishes them in memory as condemned;
 *     2. waits for the ingests that had begun before: they may have seen a segment and not yet written the
 *        recipe that names it. One that begins later saves what it relies on from being deleted (see below);
 *     3. looks through all recipes, in steps, and strikes off what they name;
 *     4. deletes the rest, first in the catalog, then in segments/, each in the thread that also puts there, so that a
 *        put and a deletion of one digest never cross;
 *     5. overwrites the free pages of both environments with zeros (wipe.h);
 *     6. takes the rows out of ZONG_TABLE_LOOSE.
 *
 * A crash anywhere leaves garbage for the next run and never takes what a recipe names.
 *
 * A condemned digest is saved by whoever relies on it: one who finds it there asks zong_collect_believe, one who puts
 * it calls zong_collect_put. Between its deletion from one environment and the other it is doomed: what is found of it is
 * not to be believed, and has to be put anew.
 *
 * Threads: any, but for zong_collect_put (the segment thread). */

#include "state.h"

struct zong_collect;

int zong_collect_new(struct zong_collect **ret_collect);
void zong_collect_free(struct zong_collect *collect); /* NULL is fine */

/* An ingest begins | is over, whether it went well or not. Runs wait for those that began before them. */
uint64_t zong_collect_enter(struct zong_collect *collect);
void zong_collect_leave(struct zong_collect *collect, uint64_t ticket);

/* Somebody found @digest in the store and is about to rely on it: true, it stays; false, it is as good as gone. @collect
 * may be NULL. */
bool zong_collect_believe(struct zong_collect *collect, const struct zong_digest *digest);
/* Somebody puts it. @collect may be NULL. */
void zong_collect_put(struct zong_collect *collect, const struct zong_digest *digest);

#endif
