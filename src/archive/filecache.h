/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_ARCHIVE_FILECACHE_H
#define ZONG_ARCHIVE_FILECACHE_H

/* Stored files put together again as an open descriptor, for workers, which read a file page by
 * page. Kept open under their digest, at most ZONG_CACHE_FILES that nobody uses; the one unused for
 * longest goes. Small ones lie in memory (memfd), at most ZONG_FILECACHE_MEMORY of all, others in
 * an unnamed file of the spool folder.
 *
 *     zong_filecache_take(cache, &digest, &file); ... file->fd, file->media ...
 * zong_filecache_give(cache, file);
 *
 * Threads: any. Two who want the same file at once share one; nobody waits for another file. */

#include <zong/store.h>

#define ZONG_FILECACHE_SMALL (64 << 20)
#define ZONG_FILECACHE_MEMORY (256 << 20)

struct zong_filecache;

struct zong_filecache_file {
	struct zong_digest digest;
	int fd; /* do not write, do not close, no shared offset */
	enum zong_media media;
	uint64_t bytes;
	/* the cache's own */
	struct zong_filecache_file *next_;
	unsigned int users_;
	uint64_t used_; /* when: counts up */
	int state_;
	bool memory_;
	bool forgotten_;
};

/* @max: files kept that nobody uses. @spool: borrowed; NULL: all lie in memory, and no more that nobody uses than
 * ZONG_FILECACHE_MEMORY. */
int zong_filecache_new(
	struct zong_store *store, const char *spool, size_t max, struct zong_filecache **ret_cache);
void zong_filecache_free(
	struct zong_filecache *cache); /* nobody uses a file any more; NULL is fine */
/* 0, ZONG_ENOENT (no such file), ZONG_ECORRUPT, ZONG_EIO, ZONG_ENOSPC, ZONG_ENOMEM. */
int zong_filecache_take(struct zong_filecache *cache, const struct zong_digest *digest,
	const struct zong_filecache_file **ret_file);
void zong_filecache_give(struct zong_filecache *cache, const struct zong_filecache_file *file);
/* Not kept any longer than it is in use. */
void zong_filecache_forget(struct zong_filecache *cache, const struct zong_digest *digest);
/* Files open now, used or not. */
size_t zong_filecache_count(struct zong_filecache *cache);

#endif
