/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "alike.h"
#include "row.h"

#define BAND_BITS 32

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
	struct zong_txn *txn, unsigned int band, uint32_t value, struct candidates *candidates)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	band_key(&prefix, band, value);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_LOOKS_BY_BAND, &prefix, NULL, false);
	while (!err && candidates->count < ZONG_LIMIT_ALIKE_CANDIDATES) {
		err = zong_iter_next(&iter);
		if (!err && iter.key.len != prefix.len + ZONG_ALIKE_PREFIX)
			err = ZONG_ECORRUPT;
		/* zero marks a free slot; one digest in 2^64 begins with it, and is not found */
		if (!err && zong_read_be64(iter.key.bytes + prefix.len))
			add_candidate(candidates, zong_read_be64(iter.key.bytes + prefix.len));
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int probe_all(struct zong_txn *txn, const uint8_t hash[ZONG_LOOK_HASH], uint32_t change,
	struct candidates *candidates)
{
	unsigned int band;
	int err = 0;

	for (band = 0; !err && band < ZONG_ALIKE_BANDS; band++)
		err = probe(txn, band, band_of(hash, band) ^ change, candidates);
	return err;
}

/* The same values first, then those one bit away, then two: where there are too many, the nearer ones are kept. */
static int gather(
	struct zong_txn *txn, const uint8_t hash[ZONG_LOOK_HASH], struct candidates *candidates)
{
	unsigned int one, two;
	int err = probe_all(txn, hash, 0, candidates);

	for (one = 0; !err && one < BAND_BITS; one++)
		err = probe_all(txn, hash, UINT32_C(1) << one, candidates);
	for (one = 1; !err && one < BAND_BITS; one++)
		for (two = 0; !err && two < one; two++)
			err = probe_all(
				txn, hash, UINT32_C(1) << one | UINT32_C(1) << two, candidates);
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

static bool has_field(const Zong__Reading *reading, const char *kind, const char *value)
{
	for (size_t i = 0; i < reading->n_fields; i++)
		if (reading->fields[i]->valid && strcmp(reading->fields[i]->kind, kind) == 0 &&
			(!value || strcmp(reading->fields[i]->value, value) == 0))
			return true;
	return false;
}

/* Do both have valid numbers of a kind, and none in common? A number that was misread is hardly ever valid. */
static bool contradict(const Zong__Reading *a, const Zong__Reading *b)
{
	for (size_t i = 0; a && b && i < a->n_fields; i++) {
		const char *kind = a->fields[i]->kind;
		bool common = false;

		if (!a->fields[i]->valid || !has_field(b, kind, NULL))
			continue;
		for (size_t j = 0; j < a->n_fields && !common; j++)
			common = a->fields[j]->valid && strcmp(a->fields[j]->kind, kind) == 0 &&
				 has_field(b, kind, a->fields[j]->value);
		if (!common)
			return true;
	}
	return false;
}

struct search {
	Zong__Reading *reading; /* NULL: not read */
	struct zong_look look, other;
	struct candidates candidates;
	struct near near[ZONG_LIMIT_ALIKE_CANDIDATES];
};

static int contradicts(struct zong_txn *txn, const struct search *search,
	const struct zong_digest *other, bool *ret_contradicts)
{
	_cleanup_row_ Zong__Reading *reading = NULL;
	int err = get_reading(txn, other, &reading);

	if (!err)
		*ret_contradicts = contradict(search->reading, reading);
	return err;
}

static int compare(struct zong_txn *txn, struct search *search, size_t count, size_t *looked,
	struct zong_alike_page *pages, size_t *ret_count)
{
	size_t i;
	int err = 0;

	*ret_count = 0;
	for (i = 0; !err && i < count && *looked < ZONG_LIMIT_ALIKE_COMPARED; i++, ++*looked) {
		struct zong_alike_page *page = &pages[*ret_count];
		bool other_sheet = false;

		page->raster = search->near[i].raster;
		err = get_look(txn, &page->raster, &search->other);
		if (!err)
			err = zong_look_differ(&search->look, &search->other, &page->distance);
		if (err || page->distance > ZONG_LOOK_SAME)
			continue;
		err = contradicts(txn, search, &page->raster, &other_sheet);
		if (!err && !other_sheet)
			++*ret_count;
	}
	return err;
}

static int find(struct zong_txn *txn, const struct zong_digest *raster, struct search *search,
	size_t *looked, struct zong_alike_page **ret_pages, size_t *ret_count)
{
	struct nearest nearest = {.item = search->near};
	_cleanup_free_ struct zong_alike_page *pages = NULL;
	size_t i;
	int err;

	err = gather(txn, search->look.hash, &search->candidates);
	for (i = 0; !err && i < search->candidates.count; i++)
		err = look_up(txn, search->candidates.list[i], raster, search->look.hash, &nearest);
	if (err)
		return err;
	qsort(search->near, nearest.count, sizeof(search->near[0]), by_bits);
	pages = calloc(nearest.count + 1, sizeof(*pages));
	if (!pages)
		return ZONG_ENOMEM;
	err = compare(txn, search, nearest.count, looked, pages, ret_count);
	if (err)
		return err;
	qsort(pages, *ret_count, sizeof(*pages), by_distance);
	*ret_pages = take_ptr(pages);
	return 0;
}

int zong_alike_find(struct zong_txn *txn, const struct zong_digest *raster, size_t *looked,
	struct zong_alike_page **ret_pages, size_t *ret_count)
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
	err = get_reading(txn, raster, &search->reading);
	if (!err)
		err = find(txn, raster, search, looked, ret_pages, &count);
	if (search->reading)
		zong__reading__free_unpacked(search->reading, NULL);
	if (!err)
		*ret_count = count;
	return err;
}
