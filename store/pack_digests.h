/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_STORE_PACK_DIGESTS_H
#define ZONG_STORE_PACK_DIGESTS_H

/* A set of digests in memory: what a pack holds already, what a backup has put. Threads: one at a time. */

#include <stdbool.h>
#include <stddef.h>

#include <zong/digest.h>
#include <zong/error.h>

struct zong_digest_set {
	struct zong_digest *slots;
	uint8_t *used;
	size_t count, cap; /* cap: a power of two, or 0 */
};
void zong_digest_set_release(struct zong_digest_set *set); /* safe on a zeroed one */
bool zong_digest_set_has(const struct zong_digest_set *set, const struct zong_digest *digest);
/* No error when it is there. ZONG_ENOMEM. */
int zong_digest_set_add(struct zong_digest_set *set, const struct zong_digest *digest);

#endif
