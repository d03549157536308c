/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_BYTECACHE_H
#define ZONG_ARCHIVE_BYTECACHE_H

/* Whole small files in memory, under their digest, for being fetched again: what many departments
 * fetch at once is read and verified once. In shards, each with its own lock and share of the
 * bytes; the one unused for longest goes. Knows nothing of rights: who asks decides before.
 * Threads: any. */

#include <stddef.h>
#include <stdint.h>

#include <zong/digest.h>

#define ZONG_BYTECACHE_FILE (4 << 20) /* larger files are not kept */

struct zong_bytecache;
struct zong_bytecache_item;

int zong_bytecache_new(size_t max, struct zong_bytecache **ret_cache);
void zong_bytecache_free(
	struct zong_bytecache *cache); /* items in use stay until given back; NULL is fine */
/* NULL when it is not there. Held until given back. */
struct zong_bytecache_item *zong_bytecache_take(
	struct zong_bytecache *cache, const struct zong_digest *digest);
/* Puts verified bytes in (takes @bytes over, from malloc) and holds them. NULL: no memory, @bytes
 * is freed. */
struct zong_bytecache_item *zong_bytecache_put(
	struct zong_bytecache *cache, const struct zong_digest *digest, void *bytes, size_t len);
/* Its bytes are not given out any more. */
void zong_bytecache_forget(struct zong_bytecache *cache, const struct zong_digest *digest);
void zong_bytecache_give(struct zong_bytecache_item *item); /* NULL is fine */
const void *zong_bytecache_bytes(const struct zong_bytecache_item *item, size_t *ret_len);
/* Bytes held by the cache itself now. */
size_t zong_bytecache_size(struct zong_bytecache *cache);

#endif
