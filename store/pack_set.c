/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>

#include "pack_set.h"

#define BLOCK 372 /* entries of one pack in memory: 16 KB of its index */

/* ---- the set ---- */

int zong_pack_set_add(struct zong_pack_set *set, const struct zong_pack *pack)
{
	if (set->count == set->cap) {
		size_t cap = set->cap ? 2 * set->cap : 64;
		void *packs = realloc(set->packs, cap * sizeof(*set->packs));
		void *damaged;

		if (!packs)
			return ZONG_ENOMEM;
		set->packs = packs;
		damaged = realloc(set->damaged, cap * sizeof(*set->damaged));
		if (!damaged)
			return ZONG_ENOMEM;
		set->damaged = damaged;
		set->cap = cap;
	}
	set->packs[set->count] = *pack;
	set->damaged[set->count++] = false;
	if (pack->number > set->last)
		set->last = pack->number;
	return 0;
}

void zong_pack_set_damage(struct zong_pack_set *set, size_t place)
{
	if (set->damaged[place])
		return;
	set->damaged[place] = true;
	if (set->trouble)
		set->trouble(set->ctx, set->packs[place].number);
}

static int by_number(const void *a, const void *b)
{
	const struct zong_pack *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static int add_named(struct zong_pack_set *set, const char *name)
{
	struct zong_pack pack;
	uint32_t number;
	int r;

	if (!zong_pack_number(name, &number))
		return 0;
	if (number > set->last)
		set->last = number;
	r = zong_pack_open(set->dir, number, &pack);
	if (!r)
		return zong_pack_set_add(set, &pack);
	if (r != ZONG_ECORRUPT && r != ZONG_EIO)
		return r;
	if (set->trouble)
		set->trouble(set->ctx, number);
	return 0;
}

int zong_pack_set_open(struct zong_pack_set *set, const char *dir,
	void (*trouble)(void *ctx, uint32_t number), void *ctx)
{
	const struct dirent *entry;
	DIR *handle;
	int r = 0;

	memset(set, 0, sizeof(*set));
	set->trouble = trouble;
	set->ctx = ctx;
	set->dir = strdup(dir);
	if (!set->dir)
		return ZONG_ENOMEM;
	handle = opendir(dir);
	if (!handle) {
		r = zong_error_from_errno(errno);
		zong_pack_set_release(set);
		return r;
	}
	while (!r) {
		errno = 0;
		entry = readdir(handle);
		if (!entry) {
			r = errno ? zong_error_from_errno(errno) : 0;
			break;
		}
		r = add_named(set, entry->d_name);
	}
	closedir(handle);
	if (r)
		zong_pack_set_release(set);
	else if (set->count)
		qsort(set->packs, set->count, sizeof(*set->packs), by_number);
	return r;
}

void zong_pack_set_release(struct zong_pack_set *set)
{
	free(set->dir);
	free(set->packs);
	free(set->damaged);
	memset(set, 0, sizeof(*set));
}

/* ---- walking ---- */

struct cursor {
	size_t place;
	uint64_t loaded; /* entries read so far */
	struct zong_pack_entry *entries;
	size_t at, len;
	struct zong_digest_state *digest; /* of the index as it is read */
};

struct zong_pack_walk {
	struct zong_pack_set *set;
	struct cursor *cursors;
	size_t cursor_count;
	struct cursor **heap; /* the least first */
	size_t count;

	/* of zong_pack_walk_to: what it has come to, and was not asked for yet */
	bool waits;
	struct zong_pack_found waiting;
	int waiting_code;
};

static bool before(
	const struct zong_pack_walk *walk, const struct cursor *a, const struct cursor *b)
{
	int order = memcmp(
		a->entries[a->at].digest.bytes, b->entries[b->at].digest.bytes, ZONG_DIGEST_SIZE);

	if (order)
		return order < 0;
	return walk->set->packs[a->place].number > walk->set->packs[b->place].number;
}

static void sink(struct zong_pack_walk *walk, size_t at)
{
	for (;;) {
		size_t least = at, left = 2 * at + 1, right = 2 * at + 2;
		struct cursor *swap;

		if (left < walk->count && before(walk, walk->heap[left], walk->heap[least]))
			least = left;
		if (right < walk->count && before(walk, walk->heap[right], walk->heap[least]))
			least = right;
		if (least == at)
			return;
		swap = walk->heap[at];
		walk->heap[at] = walk->heap[least];
		walk->heap[least] = swap;
		at = least;
	}
}

static void cursor_release(struct cursor *cursor)
{
	zong_digest_abandon(cursor->digest);
	cursor->digest = NULL;
	free(cursor->entries);
	cursor->entries = NULL;
}

/* The index has been read to its end: is it what the pack says? */
static int end_index(const struct zong_pack *pack, struct cursor *cursor)
{
	struct zong_digest seen;

	zong_digest_end(cursor->digest, &seen);
	cursor->digest = NULL;
	return zong_digest_equal(&seen, &pack->index_digest) ? ZONG_EEND : ZONG_ECORRUPT;
}

/* Reads the next entries. 0, ZONG_EEND, or what is wrong. */
static int load(struct zong_pack_walk *walk, struct cursor *cursor)
{
	const struct zong_pack *pack = &walk->set->packs[cursor->place];
	uint64_t left = pack->count - cursor->loaded;
	struct zong_digest last = {{0}};
	_cleanup_close_ int fd = -1;
	size_t i;
	int r;

	if (left == 0)
		return end_index(pack, cursor);
	if (cursor->len > 0)
		last = cursor->entries[cursor->len - 1].digest;
	r = zong_pack_fd(walk->set->dir, pack->number, &fd);
	if (r)
		return r;
	cursor->len = left < BLOCK ? (size_t)left : BLOCK;
	cursor->at = 0;
	r = zong_pack_entries(pack, fd, cursor->loaded, cursor->len, cursor->entries);
	if (r)
		return r;
	if (cursor->loaded > 0 &&
		memcmp(last.bytes, cursor->entries[0].digest.bytes, ZONG_DIGEST_SIZE) >= 0)
		return ZONG_ECORRUPT;
	for (i = 0; i < cursor->len; i++) {
		uint8_t bytes[ZONG_PACK_ENTRY];

		zong_pack_entry_write(bytes, &cursor->entries[i]);
		zong_digest_add(cursor->digest, bytes, sizeof(bytes));
	}
	cursor->loaded += cursor->len;
	return 0;
}

/* Readies the cursor's next entry; *ret_end: there is none, or the pack is left out from here on. */
static int advance(struct zong_pack_walk *walk, struct cursor *cursor, bool *ret_end)
{
	int r;

	*ret_end = false;
	if (cursor->len > 0 && ++cursor->at < cursor->len)
		return 0;
	r = load(walk, cursor);
	if (!r)
		return 0;
	*ret_end = true;
	if (r == ZONG_ECORRUPT || r == ZONG_EIO || r == ZONG_ENOENT)
		zong_pack_set_damage(walk->set, cursor->place);
	else if (r != ZONG_EEND)
		return r;
	cursor_release(cursor);
	return 0;
}

static int begin_cursor(struct zong_pack_walk *walk, size_t place)
{
	struct cursor *cursor = &walk->cursors[walk->cursor_count++];
	uint64_t count = walk->set->packs[place].count;
	bool end;
	int r;

	cursor->place = place;
	cursor->entries =
		calloc(count < BLOCK ? (size_t)count + 1 : BLOCK, sizeof(*cursor->entries));
	if (!cursor->entries)
		return ZONG_ENOMEM;
	r = zong_digest_begin(&cursor->digest);
	if (!r)
		r = advance(walk, cursor, &end);
	if (!r && !end)
		walk->heap[walk->count++] = cursor;
	return r;
}

int zong_pack_walk_begin(struct zong_pack_set *set, struct zong_pack_walk **ret_walk)
{
	struct zong_pack_walk *walk = calloc(1, sizeof(*walk));
	size_t i;
	int r = 0;

	if (!walk)
		return ZONG_ENOMEM;
	walk->set = set;
	walk->cursors = calloc(set->count ? set->count : 1, sizeof(*walk->cursors));
	walk->heap = calloc(set->count ? set->count : 1, sizeof(struct cursor *));
	if (!walk->cursors || !walk->heap)
		r = ZONG_ENOMEM;
	for (i = 0; !r && i < set->count; i++)
		if (!set->damaged[i])
			r = begin_cursor(walk, i);
	if (r) {
		zong_pack_walk_end(walk);
		return r;
	}
	for (i = walk->count / 2; i > 0; i--)
		sink(walk, i - 1);
	*ret_walk = walk;
	return 0;
}

static bool is_bad(const struct zong_pack_set *set, const struct zong_pack_found *found)
{
	return set->bad && set->bad[found->place] && set->bad[found->place][found->ordinal];
}

static int walk_next(struct zong_pack_walk *walk, struct zong_pack_found *ret_found)
{
	struct cursor *least;
	bool end;
	int r;

	if (walk->count == 0)
		return ZONG_EEND;
	least = walk->heap[0];
	ret_found->place = least->place;
	ret_found->ordinal = least->loaded - least->len + least->at;
	ret_found->entry = least->entries[least->at];
	r = advance(walk, least, &end);
	if (r)
		return r;
	if (end)
		walk->heap[0] = walk->heap[--walk->count];
	sink(walk, 0);
	return 0;
}

int zong_pack_walk_next(struct zong_pack_walk *walk, struct zong_pack_found *ret_found)
{
	struct zong_pack_found found;
	int r;

	do
		r = walk_next(walk, &found);
	while (!r && is_bad(walk->set, &found));
	if (!r)
		*ret_found = found;
	return r;
}

int zong_pack_walk_to(struct zong_pack_walk *walk, const struct zong_digest *digest,
	struct zong_pack_found *ret_found)
{
	int order;

	for (;; walk->waits = false) {
		if (!walk->waits)
			walk->waiting_code = zong_pack_walk_next(walk, &walk->waiting);
		walk->waits = true;
		if (walk->waiting_code)
			return walk->waiting_code == ZONG_EEND ? ZONG_ENOENT : walk->waiting_code;
		order = memcmp(walk->waiting.entry.digest.bytes, digest->bytes, ZONG_DIGEST_SIZE);
		if (order > 0)
			return ZONG_ENOENT;
		if (order == 0) {
			*ret_found = walk->waiting;
			return 0;
		}
	}
}

void zong_pack_walk_end(struct zong_pack_walk *walk)
{
	size_t i;

	if (!walk)
		return;
	for (i = 0; walk->cursors && i < walk->cursor_count; i++)
		cursor_release(&walk->cursors[i]);
	free(walk->cursors);
	free(walk->heap);
	free(walk);
}

/* ---- looking for some ---- */

static int by_digest(const void *a, const void *b)
{
	return memcmp(a, b, ZONG_DIGEST_SIZE); /* it stands first */
}

int zong_pack_set_locate(struct zong_pack_set *set, struct zong_pack_want *wants, size_t count)
{
	struct zong_pack_found found;
	struct zong_pack_walk *walk;
	size_t i;
	int r;

	for (i = 0; i < count; i++)
		wants[i].place = ZONG_PACK_NOWHERE;
	if (count)
		qsort(wants, count, sizeof(*wants), by_digest);
	r = zong_pack_walk_begin(set, &walk);
	if (r)
		return r;
	i = 0;
	while ((r = zong_pack_walk_next(walk, &found)) == 0) {
		while (i < count && by_digest(&wants[i].digest, &found.entry.digest) < 0)
			i++;
		/* The same digest may be wanted more than once. */
		for (; i < count && by_digest(&wants[i].digest, &found.entry.digest) == 0; i++) {
			wants[i].place = found.place;
			wants[i].ordinal = found.ordinal;
			wants[i].offset = found.entry.offset;
			wants[i].len = found.entry.len;
		}
	}
	zong_pack_walk_end(walk);
	return r == ZONG_EEND ? 0 : r;
}

int zong_pack_set_value(
	struct zong_pack_set *set, const struct zong_pack_want *want, struct zong_buf *ret_value)
{
	struct zong_pack_entry entry = {want->digest, want->offset, want->len};
	_cleanup_close_ int fd = -1;
	int r;

	if (want->place == ZONG_PACK_NOWHERE)
		return ZONG_ENOENT;
	r = zong_pack_fd(set->dir, set->packs[want->place].number, &fd);
	return r ? r : zong_pack_value(fd, &entry, ret_value);
}

const struct zong_pack_want *zong_pack_want_find(
	const struct zong_pack_want *wants, size_t count, const struct zong_digest *digest)
{
	if (count == 0)
		return NULL;
	return bsearch(digest, wants, count, sizeof(*wants), by_digest);
}
