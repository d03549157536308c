/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zong/material.h>
#include <zong/reading.h>

#include "filecache.h"
#include "inside.h"
#include "journal.h"
#include "look.h"
#include "row.h"

int zong_material_get(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	Zong__Material **ret_material, struct zong_err *err)
{
	_cleanup_row_ Zong__Material *material = NULL;
	char object[ZONG_LOOK_OBJECT];
	struct zong_txn *txn;
	int code;

	code = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = zong_look_material(txn, who, id, &material);
	zong_txn_end(txn);
	if (!code) {
		zong_look_object(material, object);
		code = zong_journal_read(archive->journal, who, "material.read", object);
	}
	if (code)
		return zong_err_set(err, code, "%s", id);
	*ret_material = take_ptr(material);
	return 0;
}

/* A page of a material that the subject may read. */
struct page {
	Zong__Material *material;
	Zong__File *file;
	const Zong__FilePage *row;
	struct zong_digest digest; /* of the file */
};

static void page_release(struct page *page)
{
	if (page->material)
		zong__material__free_unpacked(page->material, NULL);
	if (page->file)
		zong__file__free_unpacked(page->file, NULL);
	page->material = NULL;
	page->file = NULL;
}

static int look_page(struct zong_txn *txn, const struct zong_subject *who, const char *id,
	uint32_t number, struct page *page, struct zong_err *err)
{
	int code;

	code = zong_look_material(txn, who, id, &page->material);
	if (!code && page->material->destroyed)
		code = ZONG_EDESTROYED;
	if (!code && !zong_row_digest(&page->material->file, &page->digest))
		code = ZONG_ECORRUPT;
	if (!code) {
		code = zong_row_file(txn, &page->digest, &page->file);
		if (code == ZONG_ENOENT)
			code = ZONG_ECORRUPT;
	}
	if (code)
		return zong_err_set(err, code, "%s", id);
	if (number < 1 || number > page->file->n_pages)
		return zong_err_set(err, ZONG_EPAGENO, "%u", number);
	page->row = page->file->pages[number - 1];
	return page->row->err ? zong_err_set(err, page->row->err, "%u", number) : 0;
}

static int blank_reading(const struct page *page, Zong__Reading **ret_reading)
{
	Zong__Reading *reading = zong_row_new(&zong__reading__descriptor);

	if (!reading)
		return ZONG_ENOMEM;
	reading->width = page->row->width;
	reading->height = page->row->height;
	reading->source = ZONG_TEXT_NONE;
	*ret_reading = reading;
	return 0;
}

static int get_reading(struct zong_txn *txn, const struct page *page, uint32_t number,
	Zong__Reading **ret_reading, struct zong_err *err)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest;
	int code = ZONG_ECORRUPT;

	if (zong_row_digest(&page->row->raster, &digest))
		code = zong_row_raster(txn, &digest, &raster);
	if (code)
		return zong_err_set(err, code == ZONG_ENOENT ? ZONG_ECORRUPT : code, "%u", number);
	switch (raster->state) {
	case ZONG__RASTER_STATE__RASTER_WAITING:
		return zong_err_set(err, ZONG_ENOTREADY, "%u", number);
	case ZONG__RASTER_STATE__RASTER_PARKED:
		return zong_err_set(err, raster->err ? raster->err : ZONG_EDAMAGED, "%u", number);
	case ZONG__RASTER_STATE__RASTER_BLANK:
		code = blank_reading(page, ret_reading);
		break;
	default:
		code = zong_reading_get(txn, &digest, ret_reading);
		if (code == ZONG_ENOENT)
			code = ZONG_ECORRUPT;
		break;
	}
	return code ? zong_err_set(err, code, "%u", number) : 0;
}

/* One line a material and minute, whichever of its pages are looked at. */
static int record(struct zong_archive *archive, const struct zong_subject *who,
	const struct page *page, struct zong_err *err)
{
	char object[ZONG_LOOK_OBJECT];
	int code;

	zong_look_object(page->material, object);
	code = zong_journal_read(archive->journal, who, "page.read", object);
	return code ? zong_err_set(err, code, NULL) : 0;
}

int zong_material_reading(struct zong_archive *archive, const struct zong_subject *who,
	const char *id, uint32_t number, Zong__Material **ret_material, Zong__Reading **ret_reading,
	struct zong_err *err)
{
	Zong__Reading *reading = NULL;
	struct page page = {0};
	struct zong_txn *txn;
	int code;

	code = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look_page(txn, who, id, number, &page, err);
	if (!code)
		code = get_reading(txn, &page, number, &reading, err);
	zong_txn_end(txn);
	if (!code)
		code = record(archive, who, &page, err);
	if (code) {
		if (reading)
			zong__reading__free_unpacked(reading, NULL);
	} else {
		*ret_material = take_ptr(page.material);
		*ret_reading = reading;
	}
	page_release(&page);
	return code;
}

static int render(struct zong_archive *archive, const struct page *page, uint32_t number,
	uint32_t max_width, struct zong_buf *ret_png, struct zong_err *err)
{
	const struct zong_filecache_file *file;
	int code;

	if (!archive->pool)
		return zong_err_set(err, ZONG_EWORKER, NULL);
	code = zong_filecache_take(archive->files, &page->digest, &file);
	if (code)
		return zong_err_set(err, code == ZONG_ENOENT ? ZONG_ECORRUPT : code, "%u", number);
	code = zong_pool_render(archive->pool, &page->digest, file->fd, file->media, number,
		max_width, NULL, ret_png, err);
	zong_filecache_give(archive->files, file);
	return code;
}

int zong_material_png(struct zong_archive *archive, const struct zong_subject *who, const char *id,
	uint32_t number, uint32_t max_width, struct zong_buf *ret_png, struct zong_err *err)
{
	struct page page = {0};
	struct zong_txn *txn;
	int code;

	code = zong_access_may(who, ZONG_VERB_MATERIAL_READ, NULL);
	if (!code)
		code = zong_store_read_begin(archive->store, &txn);
	if (code)
		return zong_err_set(err, code, NULL);
	code = look_page(txn, who, id, number, &page, err);
	zong_txn_end(txn);
	if (!code)
		code = record(archive, who, &page, err);
	if (!code)
		code = render(archive, &page, number, max_width, ret_png, err);
	page_release(&page);
	return code;
}
