/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "alike.h"
#include "alike_judge.h"
#include "row.h"

#define BAND_BITS 32
#define WEAK 12 /* bits of a band, the likeliest to be others in another scan, ... */
#define FLIPS 6 /* ... of which so many may be */

static uint32_t band_of(const uint8_t *hash, unsigned int band)
{
	return zong_read_be32(hash + band * 4);
}

static void band_key(struct zong_key *key, unsigned int band, uint32_t value)
{
	zong_key_clear(key);
	zong_key_u8(key, (uint8_t)band);
	zong_key_u32(key, value);
}

/* ---- putting and taking away ---- */

int zong_alike_put(
	struct zong_txn *txn, const struct zong_digest *raster, const uint8_t *bytes, size_t len)
{
	struct zong_key key;
	unsigned int band;
	int err;

	if (len <= 1 + ZONG_LOOK_HASH || bytes[0] != ZONG_LOOK_VERSION)
		return ZONG_ECORRUPT;
	zong_row_key_digest(&key, raster);
	if (zong_txn_has(txn, ZONG_TABLE_LOOKS, &key))
		return 0;
	err = zong_txn_put_bytes(txn, ZONG_TABLE_LOOKS, &key, bytes, len);
	for (band = 0; !err && band < ZONG_ALIKE_BANDS; band++) {
		band_key(&key, band, band_of(bytes + 1, band));
		zong_key_bytes(&key, raster->bytes, ZONG_ALIKE_PREFIX);
		err = zong_txn_put_bytes(txn, ZONG_TABLE_LOOKS_BY_BAND, &key, NULL, 0);
	}
	return err;
}

/* Does another raster with the same beginning have the same band? Then the row is also its own. */
static int shared(struct zong_txn *txn, const struct zong_digest *raster, unsigned int band,
	uint32_t value, bool *ret_shared)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	*ret_shared = false;
	zong_key_clear(&prefix);
	zong_key_bytes(&prefix, raster->bytes, ZONG_ALIKE_PREFIX);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOKS, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0)
		if (iter.value_len > 1 + ZONG_LOOK_HASH && band_of(iter.value + 1, band) == value)
			*ret_shared = true;
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

int zong_alike_remove(struct zong_txn *txn, const struct zong_digest *raster)
{
	uint8_t hash[ZONG_LOOK_HASH];
	const void *bytes;
	struct zong_key key;
	unsigned int band;
	bool keep;
	size_t len;
	int err;

	zong_row_key_digest(&key, raster);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_LOOKS, &key, &bytes, &len);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (len <= 1 + ZONG_LOOK_HASH)
		return ZONG_ECORRUPT;
	memcpy(hash, (const uint8_t *)bytes + 1, sizeof(hash));
	err = zong_txn_delete(txn, ZONG_TABLE_LOOKS, &key);
	for (band = 0; !err && band < ZONG_ALIKE_BANDS; band++) {
		err = shared(txn, raster, band, band_of(hash, band), &keep);
		if (err || keep)
			continue;
		band_key(&key, band, band_of(hash, band));
		zong_key_bytes(&key, raster->bytes, ZONG_ALIKE_PREFIX);
		err = zong_txn_delete(txn, ZONG_TABLE_LOOKS_BY_BAND, &key);
	}
	return err;
}

/* ---- finding ---- */

/* Beginnings of the digests that the bands lead to, each once: an open hash table that is never more than half full. */
struct candidates {
	uint64_t slot[2 * ZONG_LIMIT_ALIKE_CANDIDATES];
	uint64_t list[ZONG_LIMIT_ALIKE_CANDIDATES];
	size_t count;
};

static void add_candidate(struct candidates *candidates, uint64_t beginning)
{
	size_t size = sizeof(candidates->slot) / sizeof(candidates->slot[0]);
	size_t at = (size_t)(beginning % size);

	while (candidates->slot[at] && candidates->slot[at] != beginning)
		at = (at + 1) % size;
	if (candidates->slot[at])
		return;
	candidates->slot[at] = beginning;
	candidates->list[candidates->count++] = beginning;
}

static int probe(
	struct zong_iter *iter, unsigned int band, uint32_t value, struct candidates *candidates)
{
	struct zong_key prefix;
	int err;

	band_key(&prefix, band, value);
	err = zong_iter_again(iter, &prefix);
	while (!err && candidates->count < ZONG_LIMIT_ALIKE_CANDIDATES) {
		err = zong_iter_next(iter);
		if (!err && iter->key.len != prefix.len + ZONG_ALIKE_PREFIX)
			err = ZONG_ECORRUPT;
		/* zero marks a free slot; one digest in 2^64 begins with it, and is not found */
		if (!err && zong_read_be64(iter->key.bytes + prefix.len))
			add_candidate(candidates, zong_read_be64(iter->key.bytes + prefix.len));
	}
	return err == ZONG_EEND ? 0 : err;
}

static int probe_all(struct zong_iter *iter, const uint8_t hash[ZONG_LOOK_HASH], uint32_t change,
	struct candidates *candidates)
{
	unsigned int band;
	int err = 0;

	for (band = 0; !err && band < ZONG_ALIKE_BANDS; band++)
		err = probe(iter, band, band_of(hash, band) ^ change, candidates);
	return err;
}

/* The bits of each band that another scan is likeliest to have turned over: their waves are the nearest to zero. */
static void find_weak(const struct zong_look *look, uint32_t ret_weak[ZONG_ALIKE_BANDS][WEAK])
{
	float waves[ZONG_LOOK_BITS];

	zong_look_waves(look, waves);
	for (unsigned int band = 0; band < ZONG_ALIKE_BANDS; band++) {
		const float *wave = waves + band * BAND_BITS;
		uint32_t taken = 0;

		for (unsigned int i = 0; i < WEAK; i++) {
			unsigned int best = BAND_BITS;

			for (unsigned int bit = 0; bit < BAND_BITS; bit++)
				if (!(taken >> bit & 1) &&
					(best == BAND_BITS || fabsf(wave[bit]) < fabsf(wave[best])))
					best = bit;
			taken |= UINT32_C(1) << best;
			/* as the four bytes are read: the first one is the highest */
			ret_weak[band][i] = UINT32_C(1) << (24 - best / 8 * 8 + best % 8);
		}
	}
}

/* All values that have @flips of the weak bits turned over. */
static int probe_weak(struct zong_iter *iter, const uint8_t *hash,
	const uint32_t weak[ZONG_ALIKE_BANDS][WEAK], int flips, struct candidates *candidates)
{
	int err = 0;

	for (unsigned int set = 0; !err && set < 1U << WEAK; set++) {
		if (__builtin_popcount(set) != flips)
			continue;
		for (unsigned int band = 0; !err && band < ZONG_ALIKE_BANDS; band++) {
			uint32_t change = 0;

			for (unsigned int i = 0; i < WEAK; i++)
				change |= set >> i & 1 ? weak[band][i] : 0;
			err = probe(iter, band, band_of(hash, band) ^ change, candidates);
		}
	}
	return err;
}

/* The same values first, then those one bit away, then two, then more of the weak ones: where there are too many, the
 * nearer ones are kept. */
static int probe_near(
	struct zong_iter *iter, const struct zong_look *look, struct candidates *candidates)
{
	const uint8_t *hash = look->hash;
	uint32_t weak[ZONG_ALIKE_BANDS][WEAK];
	unsigned int one, two;
	int flips, err = probe_all(iter, hash, 0, candidates);

	for (one = 0; !err && one < BAND_BITS; one++)
		err = probe_all(iter, hash, UINT32_C(1) << one, candidates);
	for (one = 1; !err && one < BAND_BITS; one++)
		for (two = 0; !err && two < one; two++)
			err = probe_all(
				iter, hash, UINT32_C(1) << one | UINT32_C(1) << two, candidates);
	find_weak(look, weak);
	for (flips = 3; !err && flips <= FLIPS; flips++)
		err = probe_weak(iter, hash, (const uint32_t(*)[WEAK])weak, flips, candidates);
	return err;
}

static int gather(struct zong_txn *txn, const struct zong_look *look, struct candidates *candidates)
{
	struct zong_iter iter = {0};
	int err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOKS_BY_BAND, NULL, NULL, false);

	if (!err)
		err = probe_near(&iter, look, candidates);
	zong_iter_end(&iter);
	return err;
}

struct near {
	struct zong_digest raster;
	unsigned int bits;
};

struct nearest {
	struct near *item; /* room for ZONG_LIMIT_ALIKE_CANDIDATES */
	size_t count;
};

static int look_up(struct zong_txn *txn, uint64_t beginning, const struct zong_digest *raster,
	const uint8_t *hash, struct nearest *nearest)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_key_clear(&prefix);
	zong_key_u64(&prefix, beginning);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOKS, &prefix, NULL, false);
	while (!err && nearest->count < ZONG_LIMIT_ALIKE_CANDIDATES) {
		struct zong_key_view view;
		struct near near;

		err = zong_iter_next(&iter);
		if (err)
			break;
		view = iter.key;
		if (!zong_key_take_digest(&view, &near.raster) ||
			iter.value_len <= 1 + ZONG_LOOK_HASH) {
			err = ZONG_ECORRUPT;
			break;
		}
		near.bits = zong_look_bits_apart(hash, iter.value + 1);
		if (near.bits <= ZONG_LOOK_BITS_NEAR && !zong_digest_equal(&near.raster, raster))
			nearest->item[nearest->count++] = near;
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int by_bits(const void *a, const void *b)
{
	const struct near *p = a, *q = b;

	if (p->bits != q->bits)
		return p->bits < q->bits ? -1 : 1;
	return memcmp(p->raster.bytes, q->raster.bytes, sizeof(p->raster.bytes));
}

static int by_distance(const void *a, const void *b)
{
	const struct zong_alike_page *p = a, *q = b;

	return p->distance < q->distance ? -1 : p->distance > q->distance;
}

static int get_look(
	struct zong_txn *txn, const struct zong_digest *raster, struct zong_look *ret_look)
{
	const void *bytes;
	struct zong_key key;
	size_t len;
	int err;

	zong_row_key_digest(&key, raster);
	err = zong_txn_get_bytes(txn, ZONG_TABLE_LOOKS, &key, &bytes, &len);
	return err ? err : zong_look_unpack(bytes, len, ret_look);
}

/* ---- what was read on them ---- */

/* ZONG_ENOENT is no error: not read yet, or no writing. */
static int get_reading(
	struct zong_txn *txn, const struct zong_digest *raster, Zong__Reading **ret_reading)
{
	int err = zong_reading_get(txn, raster, ret_reading);

	return err == ZONG_ENOENT ? 0 : err;
}

struct search {
	Zong__Reading *reading; /* NULL: not read */
	struct zong_look look, other;
	struct candidates candidates;
	struct near near[ZONG_LIMIT_ALIKE_CANDIDATES];
};

static int judge(struct zong_txn *txn, const struct search *search,
	const struct zong_alike_page *page, bool *ret_same)
{
	_cleanup_row_ Zong__Reading *reading = NULL;
	int err = get_reading(txn, &page->raster, &reading);

	return err ? err : zong_alike_judge(page->distance, search->reading, reading, ret_same);
}

static int compare(struct zong_txn *txn, struct search *search, size_t count,
	struct zong_alike_budget *budget, struct zong_alike_page *pages, size_t *ret_count)
{
	int err = 0;

	*ret_count = 0;
	for (size_t i = 0; !err && i < count; i++) {
		struct zong_alike_page *page = &pages[*ret_count];
		bool same = false;

		if (budget->compared >= ZONG_LIMIT_ALIKE_COMPARED) {
			budget->more = true;
			break;
		}
		budget->compared++;
		page->raster = search->near[i].raster;
		err = get_look(txn, &page->raster, &search->other);
		if (!err)
			err = zong_look_differ(&search->look, &search->other, &page->distance);
		if (!err && page->distance <= ZONG_LOOK_SAME_READ)
			err = judge(txn, search, page, &same);
		if (!err && same)
			++*ret_count;
	}
	return err;
}

static int find(struct zong_txn *txn, const struct zong_digest *raster, struct search *search,
	struct zong_alike_budget *budget, struct zong_alike_page **ret_pages, size_t *ret_count)
{
	struct nearest nearest = {.item = search->near};
	_cleanup_free_ struct zong_alike_page *pages = NULL;
	size_t i;
	int err;

	err = gather(txn, &search->look, &search->candidates);
	for (i = 0; !err && i < search->candidates.count; i++)
		err = look_up(txn, search->candidates.list[i], raster, search->look.hash, &nearest);
	if (err)
		return err;
	if (search->candidates.count >= ZONG_LIMIT_ALIKE_CANDIDATES)
		budget->more = true;
	qsort(search->near, nearest.count, sizeof(search->near[0]), by_bits);
	pages = calloc(nearest.count + 1, sizeof(*pages));
	if (!pages)
		return ZONG_ENOMEM;
	err = compare(txn, search, nearest.count, budget, pages, ret_count);
	if (err)
		return err;
	qsort(pages, *ret_count, sizeof(*pages), by_distance);
	*ret_pages = take_ptr(pages);
	return 0;
}

int zong_alike_find(struct zong_txn *txn, const struct zong_digest *raster,
	struct zong_alike_budget *budget, struct zong_alike_page **ret_pages, size_t *ret_count)
{
	_cleanup_free_ struct search *search = calloc(1, sizeof(*search));
	size_t count = 0;
	int err;

	if (!search)
		return ZONG_ENOMEM;
	*ret_pages = NULL;
	*ret_count = 0;
	err = get_look(txn, raster, &search->look);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	if (budget->pages >= ZONG_LIMIT_ALIKE_PAGES) {
		budget->more = true;
		return 0;
	}
	budget->pages++;
	err = get_reading(txn, raster, &search->reading);
	if (!err)
		err = find(txn, raster, search, budget, ret_pages, &count);
	if (search->reading)
		zong__reading__free_unpacked(search->reading, NULL);
	if (!err)
		*ret_count = count;
	return err;
}
