/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_text.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "row.h"

/* Text scores lie between these, best of those seen first; a thing that is what was asked for is
 * above (search_rows.c). */
#define SCORE_BEST 0.8
#define SCORE_LEAST 0.3
#define SCORE_WITHIN 0.5
#define SCORE_ALIKE 0.2 /* at most: below all that is as it was asked for */

int zong_text_hits_ask(struct zong_text_hits *hits, struct zong_store *store,
	const struct zong_query *query, bool alike, size_t max)
{
	const struct zong_text_query asked = {
		.part = query->part, .parts = query->parts, .alike = alike, .ret_cut = &hits->cut};
	int err;

	*hits = (struct zong_text_hits){.alike = alike};
	if (!query->words || query->phrases == 0)
		return 0;
	hits->hit = calloc(max, sizeof(*hits->hit));
	if (!hits->hit)
		return ZONG_ENOMEM;
	err = zong_text_ask(store, &asked, 0, max, hits->hit, &hits->count, &hits->total);
	hits->more = hits->total > hits->count;
	if (err == ZONG_ELIMIT) /* too many words begin so */
		return ZONG_EQUERY;
	return err == ZONG_EQUERY ? 0 : err;
}

void zong_text_hits_release(struct zong_text_hits *hits)
{
	free(hits->hit);
	*hits = (struct zong_text_hits){0};
}

static int add_hit(struct zong_found *found, const struct zong_text_hit *hit, double score)
{
	struct zong_digest raster;
	struct zong_id id;

	if (hit->what_len == 1 + sizeof(raster.bytes) && hit->what[0] == 'r') {
		memcpy(raster.bytes, hit->what + 1, sizeof(raster.bytes));
		return zong_found_raster(found, &raster, ZONG_WHY_TEXT, score);
	}
	if (hit->what_len == 1 + sizeof(id.bytes) && hit->what[0] == 'm') {
		memcpy(id.bytes, hit->what + 1, sizeof(id.bytes));
		return zong_found_material(found, &id, 0, NULL, ZONG_WHY_TITLE, score, NULL);
	}
	return 0;
}

static bool cells_hold(
	const struct zong_query *query, const Zong__Reading *reading, bool alike, int *err)
{
	struct zong_cells cells;
	bool holds;

	*err = zong_cells_init(&cells, reading);
	if (*err)
		return false;
	holds = zong_query_holds(query, &cells, alike);
	zong_cells_release(&cells);
	return holds;
}

static int page_holds(
	struct zong_found *found, const struct zong_digest *raster, bool alike, bool *ret_holds)
{
	const Zong__Reading *reading = NULL;
	int err = zong_found_reading(found, raster, true, &reading);

	*ret_holds = false;
	if (!err)
		*ret_holds = cells_hold(found->query, reading, alike, &err);
	return err == ZONG_ENOENT ? 0 : err;
}

/* What the index has of the material itself: title, file name, the names of its case. */
static int names_hold(
	struct zong_found *found, const struct zong_id *id, bool alike, bool *ret_holds)
{
	struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	uint8_t what[1 + sizeof(id->bytes)] = {'m'};
	struct zong_plain plain;
	int err;

	memcpy(what + 1, id->bytes, sizeof(id->bytes));
	*ret_holds = false;
	err = zong_index_source(NULL, found->txn, what, sizeof(what), &text);
	if (!err) {
		zong_plain_init(&plain, zong_buf_str(&text));
		*ret_holds = cells_hold(found->query, &plain.reading, alike, &err);
	}
	zong_buf_release(&text);
	return err == ZONG_ENOENT ? 0 : err;
}

/* The index names what may be: it is looked at, once somebody is to see it. *pages counts down by what was looked at. */
static int add_alike(
	struct zong_found *found, const struct zong_text_hit *hit, double score, size_t *pages)
{
	const size_t count = found->count, later = found->later;
	struct zong_digest raster = {{0}};
	struct zong_id id = {{0}};
	bool is_page = hit->what_len == 1 + sizeof(raster.bytes) && hit->what[0] == 'r';
	bool holds = false;
	int err = 0;

	if (is_page) {
		memcpy(raster.bytes, hit->what + 1, sizeof(raster.bytes));
		err = zong_found_raster(found, &raster, ZONG_WHY_ALIKE, score);
	} else if (hit->what_len == 1 + sizeof(id.bytes) && hit->what[0] == 'm') {
		memcpy(id.bytes, hit->what + 1, sizeof(id.bytes));
		err = zong_found_material(found, &id, 0, NULL, ZONG_WHY_ALIKE, score, NULL);
	}
	if (err || found->count == count)
		return err;
	(*pages)--;
	err = is_page ? page_holds(found, &raster, true, &holds)
		      : names_hold(found, &id, true, &holds);
	if (!holds)
		zong_found_take_back(found, count, later);
	return err;
}

int zong_text_alike_add(const struct zong_text_hits *hits, struct zong_found *found)
{
	size_t pages = ZONG_TEXT_ALIKE_PAGES;

	zong_found_begin(found);
	for (size_t i = 0; i < hits->count && pages > 0 && !zong_found_full(found); i++) {
		/* Their order only: what the scores are relative to may not be seen. */
		double score = SCORE_ALIKE * (double)(hits->count - i) / (double)hits->count;
		int err = add_alike(found, &hits->hit[i], score, &pages);

		if (err)
			return err;
	}
	if (pages == 0)
		found->partial = true;
	return 0;
}

/* The index gives its scores relative to its best hit. That one may be out of the subject's sight,
 * and a first score below the best would tell of it: so the best seen counts as the best. */
static void rescale(struct zong_found_item *item, size_t count)
{
	double best = 0;

	for (size_t i = 0; i < count; i++)
		best = item[i].score > best ? item[i].score : best;
	for (size_t i = 0; i < count && best > 0; i++)
		item[i].score = SCORE_LEAST + (SCORE_BEST - SCORE_LEAST) * item[i].score / best;
}

int zong_text_hits_add(const struct zong_text_hits *hits, struct zong_found *found)
{
	size_t before = found->count;

	zong_found_begin(found);
	for (size_t i = 0; i < hits->count && !zong_found_full(found); i++) {
		int err = add_hit(found, &hits->hit[i], hits->hit[i].score);

		if (err)
			return err;
	}
	if (found->count > before)
		rescale(found->item + before, found->count - before);
	return 0;
}

static int file_pages(
	struct zong_found *found, const struct zong_id *id, const Zong__File *file, size_t *pages)
{
	for (size_t i = 0; i<file->n_pages && * pages> 0; i++) {
		struct zong_digest raster;
		bool holds;
		int err;

		if (!zong_row_digest(&file->pages[i]->raster, &raster))
			continue;
		(*pages)--;
		err = page_holds(found, &raster, false, &holds);
		if (!err && holds)
			err = zong_found_material(found, id, (uint32_t)i + 1, &raster,
				ZONG_WHY_TEXT, SCORE_WITHIN, NULL);
		if (err)
			return err;
	}
	return 0;
}

int zong_text_material(struct zong_found *found, const struct zong_id *id, size_t *pages)
{
	Zong__Material *material;
	struct zong_digest digest;
	Zong__File *file;
	bool holds = false;
	int err = zong_row_material(found->txn, id, &material);

	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = zong_row_digest(&material->file, &digest) ? 0 : ZONG_ENOENT;
	zong__material__free_unpacked(material, NULL);
	if (!err)
		err = zong_row_file(found->txn, &digest, &file);
	if (err)
		return err == ZONG_ENOENT ? 0 : err;
	err = file_pages(found, id, file, pages);
	zong__file__free_unpacked(file, NULL);
	if (!err)
		err = names_hold(found, id, false, &holds);
	if (!err && holds)
		err = zong_found_material(found, id, 0, NULL, ZONG_WHY_TITLE, SCORE_WITHIN, NULL);
	return err;
}
