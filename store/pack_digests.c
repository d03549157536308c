/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>

#include "pack_digests.h"

void zong_digest_set_release(struct zong_digest_set *set)
{
	free(set->slots);
	free(set->used);
	memset(set, 0, sizeof(*set));
}

/* Where it is, or where it would go. A digest is its own hash. */
static size_t slot_of(const struct zong_digest_set *set, const struct zong_digest *digest)
{
	size_t at = (size_t)zong_read_be64(digest->bytes) & (set->cap - 1);

	while (set->used[at] && memcmp(set->slots[at].bytes, digest->bytes, ZONG_DIGEST_SIZE) != 0)
		at = (at + 1) & (set->cap - 1);
	return at;
}

bool zong_digest_set_has(const struct zong_digest_set *set, const struct zong_digest *digest)
{
	return set->cap && set->used[slot_of(set, digest)];
}

static int grow(struct zong_digest_set *set)
{
	struct zong_digest_set larger = {.cap = set->cap ? 2 * set->cap : 1024};
	size_t i;

	larger.slots = calloc(larger.cap, sizeof(*larger.slots));
	larger.used = calloc(larger.cap, 1);
	if (!larger.slots || !larger.used) {
		zong_digest_set_release(&larger);
		return ZONG_ENOMEM;
	}
	for (i = 0; i < set->cap; i++)
		if (set->used[i])
			zong_digest_set_add(&larger, &set->slots[i]);
	zong_digest_set_release(set);
	*set = larger;
	return 0;
}

int zong_digest_set_add(struct zong_digest_set *set, const struct zong_digest *digest)
{
	size_t at;
	int r;

	if (set->count >= set->cap / 2) {
		r = grow(set);
		if (r)
			return r;
	}
	at = slot_of(set, digest);
	if (set->used[at])
		return 0;
	set->used[at] = 1;
	set->slots[at] = *digest;
	set->count++;
	return 0;
}
