/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_PACK_SET_H
#define ZONG_STORE_PACK_SET_H

/* All packs of a backup as one sorted table: their indexes are merged while they are read, some kilobytes of each
 * at a time, so that memory grows with the number of packs and not with that of segments (30 million segments:
 * some 8,000 packs, 150 MB).
 *
 *     zong_pack_set_open(&set, dir, trouble, ctx);
 *     zong_pack_walk_begin(&set, &walk);
 *     while ((r = zong_pack_walk_next(walk, &found)) == 0) ...        ascending by digest
 *     zong_pack_walk_end(walk);
 *
 * A pack whose ends or index are damaged is told once and then left out: what it holds counts as not there.
 * Threads: one at a time. */

#include "pack.h"

struct zong_pack_set {
	char *dir;
	struct zong_pack *packs; /* ascending by number */
	bool *damaged;		 /* each: left out */
	size_t count, cap;
	uint8_t **
		bad; /* caller's, or NULL: for each pack NULL or a byte an entry; walks leave out those set */
	uint32_t last; /* the highest number that a name in the folder has */
	void (*trouble)(void *ctx, uint32_t number);
	void *ctx;
};

/* Opens every pack in @dir; @trouble (may be NULL) is told of damaged ones, here and in walks. 0, ZONG_EVERSION (a newer
 * pack), ZONG_ENOENT, ZONG_EIO, ZONG_ENOMEM. */
int zong_pack_set_open(struct zong_pack_set *set, const char *dir,
	void (*trouble)(void *ctx, uint32_t number), void *ctx);
void zong_pack_set_release(struct zong_pack_set *set); /* safe on a zeroed one */
/* A pack that was just written. */
int zong_pack_set_add(struct zong_pack_set *set, const struct zong_pack *pack);
/* Leaves it out from now on, and tells. */
void zong_pack_set_damage(struct zong_pack_set *set, size_t place);

struct zong_pack_found {
	size_t place;	  /* in ->packs */
	uint64_t ordinal; /* in that pack's index */
	struct zong_pack_entry entry;
};

struct zong_pack_walk;
int zong_pack_walk_begin(struct zong_pack_set *set, struct zong_pack_walk **ret_walk);
/* The next entry, ascending by digest; where several packs have one, that with the highest number first. ZONG_EEND. */
int zong_pack_walk_next(struct zong_pack_walk *walk, struct zong_pack_found *ret_found);
/* The entry of @digest, passing over those before it: for merging with a list that ascends too. Each @digest asked for
 * is not before the last one. 0, ZONG_ENOENT (no pack has it), or as zong_pack_walk_next. Not to be mixed with that. */
int zong_pack_walk_to(struct zong_pack_walk *walk, const struct zong_digest *digest,
	struct zong_pack_found *ret_found);
void zong_pack_walk_end(struct zong_pack_walk *walk); /* NULL is fine */

/* Something looked for. */
struct zong_pack_want {
	struct zong_digest digest;
	size_t place; /* of its pack; ZONG_PACK_NOWHERE */
	uint64_t ordinal;
	uint64_t offset;
	uint32_t len;
};
#define ZONG_PACK_NOWHERE SIZE_MAX
/* Sorts @wants by digest and fills them, in one walk; also with none, which finds damaged indexes. */
int zong_pack_set_locate(struct zong_pack_set *set, struct zong_pack_want *wants, size_t count);
/* The value of one that was located, checked, in place of what @ret_value held. */
int zong_pack_set_value(
	struct zong_pack_set *set, const struct zong_pack_want *want, struct zong_buf *ret_value);
/* The one of this digest among @wants as zong_pack_set_locate left them, or NULL. */
const struct zong_pack_want *zong_pack_want_find(
	const struct zong_pack_want *wants, size_t count, const struct zong_digest *digest);

#endif
