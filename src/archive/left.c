/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far reading has come with a material, and how long it will take. */
#include <string.h>

#include <zong/material.h>

#include "inside.h"
#include "reader.h"
#include "row.h"

/* Is @a read after @b, as far as that can be told without counting? */
static bool comes_after(const Zong__Job *a, const Zong__Job *b)
{
	return !b || a->queue > b->queue || (a->queue == b->queue && a->due > b->due);
}

static int add_waiting(
	struct zong_txn *txn, const struct zong_digest *raster, Zong__Job **last)
{
	Zong__Job *job;
	int err = zong_job_of_raster(txn, raster, &job);

	if (err)
		return err == ZONG_ENOENT ? 0 : err; /* zong check tells of it */
	if (comes_after(job, *last)) {
		if (*last)
			zong__job__free_unpacked(*last, NULL);
		*last = job;
	} else {
		zong__job__free_unpacked(job, NULL);
	}
	return 0;
}

static int add_page(struct zong_txn *txn, const Zong__FilePage *page, Zong__Job **last,
	struct zong_reading_left *left)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest;
	int err;

	left->pages++;
	if (page->err) {
		left->parked++;
		return 0;
	}
	if (!zong_row_digest(&page->raster, &digest))
		return ZONG_ECORRUPT;
	err = zong_row_raster(txn, &digest, &raster);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	switch (raster->state) {
	case ZONG__RASTER_STATE__RASTER_WAITING:
		left->waiting++;
		return add_waiting(txn, &digest, last);
	case ZONG__RASTER_STATE__RASTER_PARKED:
		left->parked++;
		return 0;
	default:
		left->read++;
		return 0;
	}
}

static int add_material(struct zong_txn *txn, const Zong__Material *material, Zong__Job **last,
	struct zong_reading_left *left)
{
	_cleanup_row_ Zong__File *file = NULL;
	struct zong_digest digest;
	int err = ZONG_ECORRUPT;

	if (material->destroyed)
		return 0;
	if (zong_row_digest(&material->file, &digest))
		err = zong_row_file(txn, &digest, &file);
	for (size_t i = 0; !err && i < file->n_pages; i++)
		err = add_page(txn, file->pages[i], last, left);
	return err;
}

/* All materials that came in one file. */
static int add_batch(struct zong_txn *txn, const struct zong_digest *batch, Zong__Job **last,
	struct zong_reading_left *left)
{
	struct zong_iter iter = {0};
	struct zong_key prefix;
	int err;

	zong_row_key_digest(&prefix, batch);
	err = zong_iter_begin(&iter, txn, ZONG_TABLE_MATERIALS_BY_FILE, &prefix, NULL, false);
	while (!err && (err = zong_iter_next(&iter)) == 0) {
		_cleanup_row_ Zong__Material *material = NULL;
		struct zong_key_view view = iter.key;
		struct zong_digest file;
		struct zong_id id;

		if (!zong_key_take_digest(&view, &file) || !zong_key_take_id(&view, &id))
			err = ZONG_ECORRUPT;
		else
			err = zong_row_material(txn, &id, &material);
		if (!err && material->batch.len)
			err = add_material(txn, material, last, left);
	}
	zong_iter_end(&iter);
	return err == ZONG_EEND ? 0 : err;
}

static int estimate(struct zong_archive *archive, struct zong_txn *txn, const Zong__Job *last,
	struct zong_reading_left *left)
{
	double rate = zong_readers_rate(archive->readers);
	uint64_t before;
	int err;

	if (!last || rate <= 0)
		return 0;
	err = zong_job_before(txn, last, &before);
	if (!err)
		left->seconds = (double)before / rate;
	return err == ZONG_ENOENT ? 0 : err;
}

int zong_material_left(struct zong_archive *archive, const Zong__Material *material, bool batch,
	struct zong_reading_left *ret_left)
{
	struct zong_reading_left left = {.seconds = -1};
	Zong__Job *last = NULL;
	struct zong_digest digest;
	struct zong_txn *txn;
	int err = zong_store_read_begin(archive->store, &txn);

	if (err)
		return err;
	if (batch && zong_row_digest(&material->batch, &digest))
		err = add_batch(txn, &digest, &last, &left);
	else
		err = add_material(txn, material, &last, &left);
	if (!err)
		err = estimate(archive, txn, last, &left);
	zong_txn_end(txn);
	if (last)
		zong__job__free_unpacked(last, NULL);
	if (!err)
		*ret_left = left;
	return err;
}
