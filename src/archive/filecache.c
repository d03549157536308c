/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zong/file.h>

#include "filecache.h"
#include "row.h"

enum { LOADING, READY, FAILED };

struct zong_filecache {
	struct zong_store *store;
	const char *spool;
	size_t max;
	pthread_mutex_t lock;
	pthread_cond_t loaded;
	struct zong_filecache_file *files;
	size_t count;
	uint64_t clock;
	uint64_t memory; /* bytes in memfds */
};

int zong_filecache_new(
	struct zong_store *store, const char *spool, size_t max, struct zong_filecache **ret_cache)
{
	struct zong_filecache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return ZONG_ENOMEM;
	cache->store = store;
	cache->spool = spool;
	cache->max = max;
	pthread_mutex_init(&cache->lock, NULL);
	pthread_cond_init(&cache->loaded, NULL);
	*ret_cache = cache;
	return 0;
}

/* Takes @file out; what it holds is closed by the caller after unlocking. */
static void unlink_file(struct zong_filecache *cache, struct zong_filecache_file *file)
{
	struct zong_filecache_file **at = &cache->files;

	while (*at != file)
		at = &(*at)->next_;
	*at = file->next_;
	cache->count--;
	if (file->memory_)
		cache->memory -= file->bytes;
}

static void destroy(struct zong_filecache_file *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		close(file->fd);
	free(file);
}

void zong_filecache_free(struct zong_filecache *cache)
{
	if (!cache)
		return;
	while (cache->files) {
		struct zong_filecache_file *file = cache->files;

		unlink_file(cache, file);
		destroy(file);
	}
	pthread_mutex_destroy(&cache->lock);
	pthread_cond_destroy(&cache->loaded);
	free(cache);
}

static int media_of(
	struct zong_filecache *cache, const struct zong_digest *digest, enum zong_media *ret_media)
{
	struct zong_txn *txn;
	Zong__File *row;
	int err;

	err = zong_store_read_begin(cache->store, &txn);
	if (err)
		return err;
	err = zong_row_file(txn, digest, &row);
	zong_txn_end(txn);
	if (err)
		return err;
	*ret_media = row->media;
	zong__file__free_unpacked(row, NULL);
	return 0;
}

static bool reserve_memory(struct zong_filecache *cache, struct zong_filecache_file *file)
{
	pthread_mutex_lock(&cache->lock);
	file->memory_ = !cache->spool || (file->bytes <= ZONG_FILECACHE_SMALL &&
			cache->memory + file->bytes <= ZONG_FILECACHE_MEMORY);
	if (file->memory_)
		cache->memory += file->bytes;
	pthread_mutex_unlock(&cache->lock);
	return file->memory_;
}

/* Without the lock: nobody else touches a file that is LOADING. */
static int load(struct zong_filecache *cache, struct zong_filecache_file *file)
{
	struct zong_reader *reader;
	int err;

	err = media_of(cache, &file->digest, &file->media);
	if (!err)
		err = zong_reader_open(cache->store, &file->digest, &reader);
	if (err)
		return err;
	file->bytes = zong_reader_size(reader);
	if (reserve_memory(cache, file)) {
		file->fd = memfd_create("zong-file", MFD_CLOEXEC);
		err = file->fd < 0 ? zong_error_from_errno(errno) : 0;
	} else {
		err = zong_file_spool(cache->spool, &file->fd);
	}
	if (!err)
		err = zong_reader_copy(reader, file->fd);
	zong_reader_close(reader);
	return err;
}

static struct zong_filecache_file *find(
	struct zong_filecache *cache, const struct zong_digest *digest)
{
	struct zong_filecache_file *file = cache->files;

	while (file && memcmp(&file->digest, digest, sizeof(*digest)) != 0)
		file = file->next_;
	return file;
}

/* The unused file that was used longest ago, where more than the maximum are open. */
static struct zong_filecache_file *take_superfluous(struct zong_filecache *cache)
{
	struct zong_filecache_file *oldest = NULL;

	if (cache->count <= cache->max && cache->memory <= ZONG_FILECACHE_MEMORY)
		return NULL;
	for (struct zong_filecache_file *file = cache->files; file; file = file->next_)
		if (!file->users_ && (!oldest || file->used_ < oldest->used_))
			oldest = file;
	if (oldest)
		unlink_file(cache, oldest);
	return oldest;
}

static int begin(struct zong_filecache *cache, const struct zong_digest *digest,
	struct zong_filecache_file **ret_file)
{
	struct zong_filecache_file *file = calloc(1, sizeof(*file));

	if (!file)
		return ZONG_ENOMEM;
	file->digest = *digest;
	file->fd = -1;
	file->state_ = LOADING;
	file->users_ = 1;
	file->next_ = cache->files;
	cache->files = file;
	cache->count++;
	*ret_file = file;
	return 0;
}

/* Gives up a use; with the lock held. What is to be closed comes back. */
static struct zong_filecache_file *drop(
	struct zong_filecache *cache, struct zong_filecache_file *file)
{
	file->users_--;
	file->used_ = ++cache->clock;
	if ((file->state_ == FAILED || file->forgotten_) && !file->users_) {
		unlink_file(cache, file);
		return file;
	}
	return take_superfluous(cache);
}

int zong_filecache_take(struct zong_filecache *cache, const struct zong_digest *digest,
	const struct zong_filecache_file **ret_file)
{
	struct zong_filecache_file *gone = NULL;
	struct zong_filecache_file *file;
	int err = 0;

	pthread_mutex_lock(&cache->lock);
	file = find(cache, digest);
	if (file) {
		file->users_++;
		while (file->state_ == LOADING)
			pthread_cond_wait(&cache->loaded, &cache->lock);
		if (file->state_ == FAILED)
			err = ZONG_EIO;
	} else {
		err = begin(cache, digest, &file);
		if (err) {
			pthread_mutex_unlock(&cache->lock);
			return err;
		}
		pthread_mutex_unlock(&cache->lock);
		err = load(cache, file);
		pthread_mutex_lock(&cache->lock);
		file->state_ = err ? FAILED : READY;
		pthread_cond_broadcast(&cache->loaded);
	}
	if (err)
		gone = drop(cache, file);
	pthread_mutex_unlock(&cache->lock);
	destroy(gone);
	if (!err)
		*ret_file = file;
	return err;
}

void zong_filecache_give(struct zong_filecache *cache, const struct zong_filecache_file *file)
{
	struct zong_filecache_file *gone;

	pthread_mutex_lock(&cache->lock);
	gone = drop(cache, (struct zong_filecache_file *)(uintptr_t)file);
	pthread_mutex_unlock(&cache->lock);
	destroy(gone);
}

void zong_filecache_forget(struct zong_filecache *cache, const struct zong_digest *digest)
{
	struct zong_filecache_file *gone = NULL;
	struct zong_filecache_file *file;

	pthread_mutex_lock(&cache->lock);
	file = find(cache, digest);
	if (file && file->users_) {
		file->forgotten_ = true;
	} else if (file) {
		unlink_file(cache, file);
		gone = file;
	}
	pthread_mutex_unlock(&cache->lock);
	destroy(gone);
}

size_t zong_filecache_count(struct zong_filecache *cache)
{
	size_t count;

	pthread_mutex_lock(&cache->lock);
	count = cache->count;
	pthread_mutex_unlock(&cache->lock);
	return count;
}
