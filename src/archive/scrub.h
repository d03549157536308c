/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_SCRUB_H
#define ZONG_ARCHIVE_SCRUB_H

/* Reads all that is stored again in the background, a round in so many days: bytes that go bad on the disk are noticed while
 * a backup still has them. Segments are read in the order of their digests, which are spread evenly; so how
 * far a round should be is a matter of the clock alone, and the reading is spread over the whole of it. At its end
 * the rows are held against each other, as `zong check` does. How far it is, when the round began and what
 * it found is a row of META ("scrub"), so that a restart goes on where it was.
 *
 * What is found is told in the program's own log, has a line in the archive's log ("scrub.found"), and is
 * counted in /metrics and `zong status`. One thread, of low priority. */

#include <zong/archive.h>
#include <zong/store.h>

struct zong_scrub;

struct zong_scrub_state {
	int64_t began;			 /* the round; 0: none yet */
	uint64_t position;		 /* the first eight bytes of the digest that comes next */
	uint64_t segments, bytes, found; /* of this round */
	int64_t last_ended;		 /* of the round before; 0: none */
	uint64_t last_found;
};

/* @round: microseconds; > 0. */
int zong_scrub_start(struct zong_archive *archive, int64_t round, struct zong_scrub **ret_scrub);
int64_t zong_scrub_round(const struct zong_scrub *scrub); /* as it was started with */
void zong_scrub_stop(struct zong_scrub *scrub); /* NULL is fine */
/* From the row; all zero where there is none. */
int zong_scrub_read(struct zong_txn *txn, struct zong_scrub_state *ret_state);

#endif
