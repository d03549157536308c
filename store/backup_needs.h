/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_BACKUP_NEEDS_H
#define ZONG_STORE_BACKUP_NEEDS_H

/* What snapshots need: their pieces, and through their lists every segment, in one sorted walk over all of them.
 *
 *     zong_backup_needs_init(&needs, &set);
 *     zong_backup_needs_add(&needs, &manifest);         for each
 *     zong_backup_needs_locate(&needs);                 where the pieces are
 *     zong_backup_needs_begin(&needs);
 *     while ((r = zong_backup_needs_next(&needs, &digest)) == 0) ...  needs.holders[0 ... holder_count)
 *     zong_backup_needs_release(&needs);
 *
 * Memory: the pieces once, and a piece of the list for each snapshot. Threads: one at a time. */

#include "backup_manifest.h"
#include "pack_digests.h"
#include "pack_set.h"

struct zong_backup_need {
	size_t place; /* in ->all */
	char name[ZONG_BACKUP_NAME];
	struct zong_manifest_pieces list;
	struct zong_digest wanted; /* over all its digests */
	uint64_t count, segments;  /* read so far; that there should be */
	size_t next;		   /* piece to be read */
	struct zong_buf raw;	   /* the piece that is read */
	size_t at;
	struct zong_digest digest; /* the current one */
	struct zong_digest_state *whole;
	bool broken;		    /* it could not be read to its end */
	struct zong_digest missing; /* the piece, where it is broken; else undefined */
};

struct zong_backup_needs {
	struct zong_pack_set *set;
	struct zong_digest_set pieces; /* of all */
	struct zong_pack_want *wants;  /* the same, located */
	size_t want_count;
	struct zong_backup_need **all;
	size_t count, cap;
	struct zong_backup_need **heap; /* those that go on; the least digest first */
	size_t heap_count;
	size_t *holders; /* which of ->all have the digest of the last call */
	size_t holder_count;
};

void zong_backup_needs_init(struct zong_backup_needs *needs, struct zong_pack_set *set);
void zong_backup_needs_release(struct zong_backup_needs *needs);
/* Takes what it needs out of @manifest, whose pieces are copied. */
int zong_backup_needs_add(struct zong_backup_needs *needs, const struct zong_manifest *manifest);
int zong_backup_needs_locate(struct zong_backup_needs *needs);
int zong_backup_needs_begin(struct zong_backup_needs *needs);
/* The next digest, ascending, once however many have it. A list that cannot be read ends early and its ->broken is
 * set. 0, ZONG_EEND, ZONG_ENOMEM. */
int zong_backup_needs_next(struct zong_backup_needs *needs, struct zong_digest *ret_digest);

/* One piece, raw, in place of what @ret_raw held. ZONG_ENOENT, ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOMEM. */
int zong_backup_needs_piece(struct zong_backup_needs *needs,
	const struct zong_manifest_piece *piece, struct zong_buf *ret_raw);

#endif
