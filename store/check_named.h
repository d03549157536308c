/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_CHECK_NAMED_H
#define ZONG_STORE_CHECK_NAMED_H

/* What a check remembers of each segment: how large it is, whether it is damaged, whether a recipe
 * names it. 16 bytes a segment, twice that at most; over ZONG_NAMED_MAX segments it gives up, and the figure
 * of garbage is not known. A segment is known by the first eight bytes of its digest: good enough for a
 * figure, and a damaged one is looked at again before anything is said of it.
 *
 * Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>

#define ZONG_NAMED_MAX (32u << 20)

struct zong_named_entry {
	uint64_t name;
	uint32_t size; /* 0: free */
	bool named, damaged;
};

struct zong_named {
	struct zong_named_entry *entries;
	size_t count, room; /* room is a power of two */
	bool over;
};

void zong_named_init(struct zong_named *named);
void zong_named_release(struct zong_named *named);
void zong_named_add(struct zong_named *named, const struct zong_digest *digest, uint32_t size);
/* NULL: not known. */
struct zong_named_entry *zong_named_find(
	struct zong_named *named, const struct zong_digest *digest);
/* Those that no recipe names. false: not known. */
bool zong_named_garbage(const struct zong_named *named, uint64_t *ret_count, uint64_t *ret_bytes);

#endif
