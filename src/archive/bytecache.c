/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>

#include "bytecache.h"

#define SHARDS 16
#define SLOTS 256

struct zong_bytecache_item {
	struct zong_digest digest;
	atomic_uint users;			   /* the cache itself is one */
	struct zong_bytecache_item *next;	   /* in its slot */
	struct zong_bytecache_item *newer, *older; /* by use */
	size_t len;
	void *bytes;
};

struct shard {
	pthread_mutex_t lock;
	struct zong_bytecache_item *slot[SLOTS];
	struct zong_bytecache_item *newest, *oldest;
	size_t bytes;
};

struct zong_bytecache {
	size_t max; /* of one shard */
	struct shard shard[SHARDS];
};

int zong_bytecache_new(size_t max, struct zong_bytecache **ret_cache)
{
	struct zong_bytecache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return ZONG_ENOMEM;
	cache->max = max / SHARDS;
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&cache->shard[i].lock, NULL);
	*ret_cache = cache;
	return 0;
}

/* A digest is as good as random: its bytes choose shard and slot. */
static struct shard *shard_of(struct zong_bytecache *cache, const struct zong_digest *digest)
{
	return &cache->shard[digest->bytes[0] % SHARDS];
}

static struct zong_bytecache_item **slot_of(struct shard *shard, const struct zong_digest *digest)
{
	struct zong_bytecache_item **at = &shard->slot[digest->bytes[1] % SLOTS];

	while (*at && memcmp(&(*at)->digest, digest, sizeof(*digest)) != 0)
		at = &(*at)->next;
	return at;
}

static void unlink_use(struct shard *shard, struct zong_bytecache_item *item)
{
	if (item->newer)
		item->newer->older = item->older;
	else
		shard->newest = item->older;
	if (item->older)
		item->older->newer = item->newer;
	else
		shard->oldest = item->newer;
}

static void link_newest(struct shard *shard, struct zong_bytecache_item *item)
{
	item->newer = NULL;
	item->older = shard->newest;
	if (shard->newest)
		shard->newest->newer = item;
	else
		shard->oldest = item;
	shard->newest = item;
}

static void drop(struct shard *shard, struct zong_bytecache_item *item)
{
	*slot_of(shard, &item->digest) = item->next;
	unlink_use(shard, item);
	shard->bytes -= item->len;
	zong_bytecache_give(item);
}

static void drop_oldest(struct shard *shard)
{
	drop(shard, shard->oldest);
}

void zong_bytecache_free(struct zong_bytecache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		while (cache->shard[i].oldest)
			drop_oldest(&cache->shard[i]);
		pthread_mutex_destroy(&cache->shard[i].lock);
	}
	free(cache);
}

struct zong_bytecache_item *zong_bytecache_take(
	struct zong_bytecache *cache, const struct zong_digest *digest)
{
	struct shard *shard = shard_of(cache, digest);
	struct zong_bytecache_item *item;

	pthread_mutex_lock(&shard->lock);
	item = *slot_of(shard, digest);
	if (item) {
		atomic_fetch_add(&item->users, 1);
		unlink_use(shard, item);
		link_newest(shard, item);
	}
	pthread_mutex_unlock(&shard->lock);
	return item;
}

struct zong_bytecache_item *zong_bytecache_put(
	struct zong_bytecache *cache, const struct zong_digest *digest, void *bytes, size_t len)
{
	struct shard *shard = shard_of(cache, digest);
	struct zong_bytecache_item *item = calloc(1, sizeof(*item));
	struct zong_bytecache_item **slot;

	if (!item) {
		free(bytes);
		return NULL;
	}
	item->digest = *digest;
	item->bytes = bytes;
	item->len = len;
	atomic_init(&item->users, 1);
	if (len > ZONG_BYTECACHE_FILE || len > cache->max)
		return item;
	pthread_mutex_lock(&shard->lock);
	slot = slot_of(shard, digest);
	if (!*slot) { /* else another one was quicker: this copy lives until it is given back */
		atomic_fetch_add(&item->users, 1);
		*slot = item;
		link_newest(shard, item);
		shard->bytes += len;
		while (shard->bytes > cache->max)
			drop_oldest(shard);
	}
	pthread_mutex_unlock(&shard->lock);
	return item;
}

void zong_bytecache_forget(struct zong_bytecache *cache, const struct zong_digest *digest)
{
	struct shard *shard = shard_of(cache, digest);
	struct zong_bytecache_item *item;

	pthread_mutex_lock(&shard->lock);
	item = *slot_of(shard, digest);
	if (item)
		drop(shard, item);
	pthread_mutex_unlock(&shard->lock);
}

void zong_bytecache_give(struct zong_bytecache_item *item)
{
	if (!item || atomic_fetch_sub(&item->users, 1) != 1)
		return;
	explicit_bzero(item->bytes, item->len);
	free(item->bytes);
	free(item);
}

const void *zong_bytecache_bytes(const struct zong_bytecache_item *item, size_t *ret_len)
{
	*ret_len = item->len;
	return item->bytes;
}

size_t zong_bytecache_size(struct zong_bytecache *cache)
{
	size_t bytes = 0;

	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_lock(&cache->shard[i].lock);
		bytes += cache->shard[i].bytes;
		pthread_mutex_unlock(&cache->shard[i].lock);
	}
	return bytes;
}
