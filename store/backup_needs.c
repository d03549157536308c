/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "backup_needs.h"
#include "segment.h"

void zong_backup_needs_init(struct zong_backup_needs *needs, struct zong_pack_set *set)
{
	memset(needs, 0, sizeof(*needs));
	needs->set = set;
}

static void need_free(struct zong_backup_need *need)
{
	if (!need)
		return;
	free(need->list.items);
	zong_buf_release(&need->raw);
	zong_digest_abandon(need->whole);
	free(need);
}

void zong_backup_needs_release(struct zong_backup_needs *needs)
{
	size_t i;

	for (i = 0; i < needs->count; i++)
		need_free(needs->all[i]);
	free(needs->all);
	free(needs->heap);
	free(needs->holders);
	free(needs->wants);
	zong_digest_set_release(&needs->pieces);
	memset(needs, 0, sizeof(*needs));
}

static int add_pieces(struct zong_backup_needs *needs, const struct zong_manifest_pieces *pieces)
{
	size_t i;
	int r = 0;

	for (i = 0; !r && i < pieces->count; i++)
		r = zong_digest_set_add(&needs->pieces, &pieces->items[i].digest);
	return r;
}

static int copy_need(struct zong_backup_need *need, const struct zong_manifest *manifest)
{
	size_t i;
	int r = 0;

	memcpy(need->name, manifest->about.name, sizeof(need->name));
	need->wanted = manifest->segments_digest;
	need->segments = manifest->about.segments;
	zong_buf_init(&need->raw, ZONG_BACKUP_LIST_MAX * ZONG_DIGEST_SIZE);
	for (i = 0; !r && i < manifest->list.count; i++)
		r = zong_manifest_add_piece(&need->list, &manifest->list.items[i].digest,
			manifest->list.items[i].raw_len);
	return r ? r : zong_digest_begin(&need->whole);
}

int zong_backup_needs_add(struct zong_backup_needs *needs, const struct zong_manifest *manifest)
{
	struct zong_backup_need *need = calloc(1, sizeof(*need));
	int r;

	if (!need)
		return ZONG_ENOMEM;
	if (needs->count == needs->cap) {
		size_t cap = needs->cap ? 2 * needs->cap : 16;
		void *all = realloc(needs->all, cap * sizeof(struct zong_backup_need *));

		if (!all) {
			free(need);
			return ZONG_ENOMEM;
		}
		needs->all = all;
		needs->cap = cap;
	}
	r = copy_need(need, manifest);
	if (!r)
		r = add_pieces(needs, &manifest->catalog);
	if (!r)
		r = add_pieces(needs, &manifest->list);
	for (size_t i = 0; !r && i < manifest->vault_count; i++)
		r = add_pieces(needs, &manifest->vaults[i].boxes);
	if (r) {
		need_free(need);
		return r;
	}
	need->place = needs->count;
	needs->all[needs->count++] = need;
	return 0;
}

int zong_backup_needs_locate(struct zong_backup_needs *needs)
{
	size_t count = needs->pieces.count;
	size_t i, to = 0;

	needs->wants = calloc(count ? count : 1, sizeof(*needs->wants));
	if (!needs->wants)
		return ZONG_ENOMEM;
	for (i = 0; i < needs->pieces.cap; i++)
		if (needs->pieces.used[i])
			needs->wants[to++].digest = needs->pieces.slots[i];
	needs->want_count = to;
	return zong_pack_set_locate(needs->set, needs->wants, to);
}

int zong_backup_needs_piece(struct zong_backup_needs *needs,
	const struct zong_manifest_piece *piece, struct zong_buf *ret_raw)
{
	struct zong_buf value = ZONG_BUF_INIT(ZONG_BACKUP_VALUE);
	const struct zong_pack_want *want =
		zong_pack_want_find(needs->wants, needs->want_count, &piece->digest);
	uint8_t *to;
	int r = want ? zong_pack_set_value(needs->set, want, &value) : ZONG_ENOENT;

	zong_buf_clear(ret_raw);
	to = r ? NULL : zong_buf_room(ret_raw, piece->raw_len);
	if (!r && !to)
		r = ret_raw->err;
	if (!r)
		r = zong_segment_unpack(value.data, value.len, to, piece->raw_len);
	if (!r)
		ret_raw->len = piece->raw_len;
	zong_buf_release(&value);
	return r;
}

/* ---- walking ---- */

static bool before(const struct zong_backup_need *a, const struct zong_backup_need *b)
{
	return memcmp(a->digest.bytes, b->digest.bytes, ZONG_DIGEST_SIZE) < 0;
}

static void swap(struct zong_backup_needs *needs, size_t a, size_t b)
{
	struct zong_backup_need *need = needs->heap[a];

	needs->heap[a] = needs->heap[b];
	needs->heap[b] = need;
}

static void push(struct zong_backup_needs *needs, struct zong_backup_need *need)
{
	size_t at = needs->heap_count++;

	needs->heap[at] = need;
	for (; at > 0 && before(needs->heap[at], needs->heap[(at - 1) / 2]); at = (at - 1) / 2)
		swap(needs, at, (at - 1) / 2);
}

static struct zong_backup_need *pop(struct zong_backup_needs *needs)
{
	struct zong_backup_need *least = needs->heap[0];
	size_t at = 0;

	needs->heap[0] = needs->heap[--needs->heap_count];
	for (;;) {
		size_t to = at, left = 2 * at + 1, right = 2 * at + 2;

		if (left < needs->heap_count && before(needs->heap[left], needs->heap[to]))
			to = left;
		if (right < needs->heap_count && before(needs->heap[right], needs->heap[to]))
			to = right;
		if (to == at)
			return least;
		swap(needs, at, to);
		at = to;
	}
}

/* All pieces are read: are they the list that the manifest means? */
static void end_list(struct zong_backup_need *need)
{
	struct zong_digest seen;

	zong_digest_end(need->whole, &seen);
	need->whole = NULL;
	if (need->count == need->segments && zong_digest_equal(&seen, &need->wanted))
		return;
	need->broken = true;
	need->missing = need->wanted;
}

/* Reads the next digest of one list. 0, ZONG_EEND, ZONG_ENOMEM. */
static int read_next(struct zong_backup_needs *needs, struct zong_backup_need *need)
{
	struct zong_digest last = need->digest;
	int r = 0;

	if (need->at == need->raw.len) {
		if (need->next == need->list.count) {
			end_list(need);
			return ZONG_EEND;
		}
		r = zong_backup_needs_piece(needs, &need->list.items[need->next], &need->raw);
		if (!r && need->raw.len % ZONG_DIGEST_SIZE)
			r = ZONG_ECORRUPT;
		if (r == ZONG_ENOMEM)
			return r;
		need->at = 0;
	}
	if (!r) {
		memcpy(need->digest.bytes, need->raw.data + need->at, ZONG_DIGEST_SIZE);
		if (need->count > 0 &&
			memcmp(last.bytes, need->digest.bytes, ZONG_DIGEST_SIZE) >= 0)
			r = ZONG_ECORRUPT;
	}
	if (r) {
		need->broken = true;
		need->missing =
			need->list.items[need->at == 0 ? need->next : need->next - 1].digest;
		return ZONG_EEND;
	}
	if (need->at == 0)
		need->next++;
	need->at += ZONG_DIGEST_SIZE;
	need->count++;
	zong_digest_add(need->whole, need->digest.bytes, ZONG_DIGEST_SIZE);
	return 0;
}

static int go_on(struct zong_backup_needs *needs, struct zong_backup_need *need)
{
	int r = read_next(needs, need);

	if (r == ZONG_EEND)
		return 0;
	if (!r)
		push(needs, need);
	return r;
}

int zong_backup_needs_begin(struct zong_backup_needs *needs)
{
	size_t count = needs->count ? needs->count : 1;
	size_t i;
	int r = 0;

	needs->heap = calloc(count, sizeof(struct zong_backup_need *));
	needs->holders = calloc(count, sizeof(*needs->holders));
	if (!needs->heap || !needs->holders)
		return ZONG_ENOMEM;
	for (i = 0; !r && i < needs->count; i++)
		r = go_on(needs, needs->all[i]);
	return r;
}

int zong_backup_needs_next(struct zong_backup_needs *needs, struct zong_digest *ret_digest)
{
	struct zong_digest digest;
	size_t i;
	int r = 0;

	/* Those that had the last one move on only now: whoever asked was to see them. */
	for (i = 0; !r && i < needs->holder_count; i++)
		r = go_on(needs, needs->all[needs->holders[i]]);
	needs->holder_count = 0;
	if (r)
		return r;
	if (needs->heap_count == 0)
		return ZONG_EEND;
	digest = needs->heap[0]->digest;
	while (needs->heap_count > 0 &&
		memcmp(needs->heap[0]->digest.bytes, digest.bytes, ZONG_DIGEST_SIZE) == 0)
		needs->holders[needs->holder_count++] = pop(needs)->place;
	*ret_digest = digest;
	return 0;
}
