/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backup_copy.h"
#include "segment.h"

#define BATCH (256 * 1024) /* segments sorted by their place at once: 16 MB */
#define LOOK 65536	   /* segments between two looks at the clock and the caller */
#define RANGE (8 << 20)	   /* bytes that one thread digests while the other one writes */

/* ---- the list ---- */

int zong_backup_lister_begin(struct zong_backup_lister *lister,
	int (*emit)(void *ctx, const void *piece, size_t len), void *ctx)
{
	lister->emit = emit;
	lister->ctx = ctx;
	lister->len = 0;
	lister->whole = NULL;
	return zong_digest_begin(&lister->whole);
}

static int emit_list(struct zong_backup_lister *lister)
{
	int r = lister->len ? lister->emit(lister->ctx, lister->pending, lister->len) : 0;

	lister->len = 0;
	return r;
}

/* Cut where the digests say so, so that a segment more changes one piece and not all behind it. */
int zong_backup_lister_add(struct zong_backup_lister *lister, const struct zong_digest *digest)
{
	memcpy(lister->pending + lister->len, digest->bytes, ZONG_DIGEST_SIZE);
	lister->len += ZONG_DIGEST_SIZE;
	zong_digest_add(lister->whole, digest->bytes, ZONG_DIGEST_SIZE);
	if (digest->bytes[ZONG_DIGEST_SIZE - 1] != 0 && lister->len < sizeof(lister->pending))
		return 0;
	return emit_list(lister);
}

int zong_backup_lister_end(struct zong_backup_lister *lister, struct zong_digest *ret_digest)
{
	int r = emit_list(lister);

	if (r)
		return r;
	zong_digest_end(lister->whole, ret_digest);
	lister->whole = NULL;
	return 0;
}

void zong_backup_lister_release(struct zong_backup_lister *lister)
{
	zong_digest_abandon(lister->whole);
	lister->whole = NULL;
}

/* ---- values ---- */

struct item {
	struct zong_digest digest;
	const uint8_t *value; /* in the map */
	size_t len;
	bool bad;
};

struct work {
	struct zong_backup_copy *copy;
	struct zong_backup_lister *lister;
	struct zong_pack_walk *walk;
	struct item *items;
	size_t count;
	uint64_t done, total;
};

/* Items [first, end) of one range. */
struct range {
	struct item *items;
	size_t first, end;
	int result;
};

static int by_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

/* The map is one that is read here and there; here a value is wanted whole. */
static void prefetch(const struct item *item)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
	uintptr_t start = (uintptr_t)item->value & ~page;

	madvise((void *)start, (uintptr_t)item->value + item->len - start, MADV_WILLNEED);
}

static void *digest_range(void *arg)
{
	struct range *range = arg;
	struct zong_buf scratch = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	size_t i;
	int r;

	for (i = range->first; i < range->end; i++)
		prefetch(&range->items[i]);
	for (i = range->first; !range->result && i < range->end; i++) {
		struct item *item = &range->items[i];

		r = item->len > ZONG_BACKUP_VALUE ? ZONG_ECORRUPT
						  : zong_pack_check_value(&item->digest,
							    item->value, item->len, &scratch);
		item->bad = r == ZONG_ECORRUPT;
		if (r && r != ZONG_ECORRUPT)
			range->result = r;
	}
	zong_buf_release(&scratch);
	return NULL;
}

static struct range next_range(const struct work *work, size_t first)
{
	struct range range = {.items = work->items, .first = first, .end = first};
	size_t bytes = 0;

	while (range.end < work->count && (bytes < RANGE || range.end == first))
		bytes += work->items[range.end++].len;
	return range;
}

static int write_range(struct work *work, const struct range *range)
{
	struct zong_backup_copy *copy = work->copy;
	size_t i;
	int r = range->result;

	for (i = range->first; !r && i < range->end; i++) {
		const struct item *item = &range->items[i];

		work->done += item->len;
		if (item->bad) {
			copy->broken++;
			zong_backup_sink_trouble(
				copy->sink, ZONG_TROUBLE_SEGMENT_BROKEN, NULL, &item->digest);
			continue;
		}
		r = zong_backup_sink_value(copy->sink, &item->digest, item->value, item->len);
	}
	if (!r)
		r = zong_backup_sink_progress(
			copy->sink, ZONG_BACKUP_SEGMENTS, work->done, work->total);
	return r;
}

/* Digests one range while the one before is written. */
static int copy_batch(struct work *work)
{
	struct range range, before;
	pthread_t thread;
	bool beside;
	int r = 0;

	qsort(work->items, work->count, sizeof(*work->items), by_place);
	before = next_range(work, 0);
	digest_range(&before);
	while (!r && before.first < before.end) {
		range = next_range(work, before.end);
		beside = range.first < range.end &&
			 pthread_create(&thread, NULL, digest_range, &range) == 0;
		r = write_range(work, &before);
		if (beside)
			pthread_join(thread, NULL);
		else
			digest_range(&range);
		before = range;
	}
	work->count = 0;
	return r;
}

/* ---- which are missing ---- */

static int look_at(struct work *work, const MDB_val *key, const MDB_val *value)
{
	struct zong_backup_copy *copy = work->copy;
	struct zong_pack_found found;
	struct zong_digest digest;
	bool there;
	int r;

	if (key->mv_size != ZONG_DIGEST_SIZE) {
		copy->broken++;
		zong_backup_sink_trouble(copy->sink, ZONG_TROUBLE_SEGMENT_BROKEN, NULL, NULL);
		return 0;
	}
	memcpy(digest.bytes, key->mv_data, ZONG_DIGEST_SIZE);
	copy->segments++;
	copy->bytes += value->mv_size;
	r = zong_backup_lister_add(work->lister, &digest);
	if (!r)
		r = zong_pack_walk_to(work->walk, &digest, &found);
	there = r == 0;
	if (r && r != ZONG_ENOENT)
		return r;
	r = 0;
	if (copy->segments % LOOK == 0)
		r = zong_backup_sink_progress(
			copy->sink, ZONG_BACKUP_SEGMENTS, work->done, work->total);
	if (r)
		return r;
	if (there && !copy->set->damaged[found.place]) {
		copy->use_pack(copy->ctx, found.place);
		work->done += value->mv_size;
		return 0;
	}
	work->items[work->count++] =
		(struct item){.digest = digest, .value = value->mv_data, .len = value->mv_size};
	return work->count == BATCH ? copy_batch(work) : 0;
}

static int copy_all(struct work *work)
{
	struct zong_backup_copy *copy = work->copy;
	struct zong_env *env = &copy->store->segments;
	MDB_val key, value;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(copy->txn, env->dbis[ZONG_SEGMENT_TABLE_SEGMENTS], &cursor);
	int r = zong_error_from_mdb(rc);

	if (r)
		return r;
	while (!r && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
		r = look_at(work, &key, &value);
	mdb_cursor_close(cursor);
	if (!r && rc != MDB_NOTFOUND)
		r = zong_error_from_mdb(rc);
	if (!r)
		r = copy_batch(work);
	return r ? r : zong_backup_lister_end(work->lister, &copy->digest);
}

int zong_backup_copy_run(struct zong_backup_copy *copy)
{
	struct work work = {.copy = copy};
	int r = zong_error_from_mdb(
		zong_segment_total(&copy->store->segments, copy->txn, &work.total));

	work.items = malloc(BATCH * sizeof(*work.items));
	work.lister = calloc(1, sizeof(*work.lister));
	if (!work.items || !work.lister)
		r = ZONG_ENOMEM;
	if (!r)
		r = zong_backup_lister_begin(work.lister, copy->emit_list, copy->ctx);
	if (!r)
		r = zong_pack_walk_begin(copy->set, &work.walk);
	if (!r)
		r = copy_all(&work);
	zong_pack_walk_end(work.walk);
	if (work.lister)
		zong_backup_lister_release(work.lister);
	free(work.lister);
	free(work.items);
	return r;
}
