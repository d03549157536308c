/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/volume.h>

#include "check.h"
#include "property.h"

/* What leads from one row to another: from a material to its file and its pages, from the indexes to the case, from the list of the volume to
 * the materials. */

/* ---- 1-11: a material, its file, the pixels of its pages ---- */

static void page_fault(struct zong_property_run *run, enum zong_property_item item,
	const struct zong_property_paper *paper, size_t page, const char *element, const char *why)
{
	zong_property_fault(run, item,
		&(struct zong_property_fault){.object = paper->object,
			.page = (uint32_t)page + 1,
			.name = zong_property_paper_name(paper),
			.element = element,
			.why = why});
}

static int look_page(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_property_paper *paper, size_t page)
{
	const Zong__FilePage *row = paper->file->pages[page];
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest;
	struct zong_key key;
	int err;

	if (row->err)
		return 0; /* 2-7 says so */
	zong_property_looked(run, ZONG_PROPERTY_LINKED, 1);
	if (!zong_row_digest(&row->raster, &digest)) {
		page_fault(run, ZONG_PROPERTY_LINKED, paper, page, "raster", "row-missing");
		return 0;
	}
	err = zong_row_raster(txn, &digest, &raster);
	if (err && err != ZONG_ENOENT && err != ZONG_ECORRUPT)
		return err;
	if (err)
		page_fault(run, ZONG_PROPERTY_LINKED, paper, page, "raster",
			err == ZONG_ENOENT ? "row-missing" : "row-damaged");
	zong_row_key_digest(&key, &digest);
	zong_key_id(&key, &paper->id);
	zong_key_u32(&key, (uint32_t)page + 1);
	if (!zong_txn_has(txn, ZONG_TABLE_RASTER_USE, &key))
		page_fault(run, ZONG_PROPERTY_LINKED, paper, page, "raster", "index-missing");
	return 0;
}

static int look_links(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_property_paper *paper)
{
	int err = 0;

	zong_property_looked(run, ZONG_PROPERTY_LINKED, 1);
	if (!paper->file) {
		zong_property_fault_of(run, ZONG_PROPERTY_LINKED, paper, "file",
			paper->file_err == ZONG_ECORRUPT ? "row-damaged" : "row-missing", NULL);
		return 0;
	}
	for (size_t i = 0; i < paper->file->n_pages && !err; i++)
		err = look_page(txn, run, paper, i);
	return err;
}

/* ---- 3-2: found where it is looked for ---- */

static int look_puts(struct zong_txn *txn, struct zong_property_run *run,
	const struct zong_check_puts *puts, const struct zong_property_paper *paper)
{
	for (size_t i = 0; i < puts->count; i++) {
		zong_property_looked(run, ZONG_PROPERTY_ACCESSIBLE, 1);
		if (zong_txn_has(txn, puts->put[i].table, &puts->put[i].key))
			continue;
		zong_property_fault(run, ZONG_PROPERTY_ACCESSIBLE,
			&(struct zong_property_fault){.object = paper ? paper->object : NULL,
				.name = paper ? zong_property_paper_name(paper) : NULL,
				.element = zong_table_name(puts->put[i].table),
				.why = "index-missing"});
	}
	return run->err;
}

static int look_access(struct zong_txn *txn, struct zong_property_run *run)
{
	struct zong_check_puts puts = {0};
	int err = 0;

	zong_property_looked(run, ZONG_PROPERTY_ACCESSIBLE, 1);
	if (!run->single && run->cas->record) { /* else its row is gone, as was said */
		err = zong_check_expect_case(txn, run->cas, &puts);
		if (!err)
			err = look_puts(txn, run, &puts, NULL);
	}
	for (size_t i = 0; i < run->papers && !err; i++) {
		zong_check_puts_clear(&puts);
		zong_property_looked(run, ZONG_PROPERTY_ACCESSIBLE, 1);
		err = zong_check_expect_material(txn, run->paper[i].row, &puts);
		if (!err)
			err = look_puts(txn, run, &puts, &run->paper[i]);
		else if (err == ZONG_ENOENT || err == ZONG_ECORRUPT)
			err = 0; /* of its file: 1-11 says so */
	}
	zong_check_puts_release(&puts);
	return err;
}

/* ---- 2-1: the list of the volume and what is there ---- */

static bool is_item_of(const struct zong_id *id, const struct zong_property_paper *paper)
{
	return memcmp(id->bytes, paper->id.bytes, sizeof(id->bytes)) == 0;
}

static const struct zong_property_paper *find_paper(
	const struct zong_property_run *run, const struct zong_id *id)
{
	for (size_t i = 0; i < run->papers; i++)
		if (is_item_of(id, &run->paper[i]))
			return &run->paper[i];
	return NULL;
}

static bool is_listed(const struct zong_property_run *run, const struct zong_property_paper *paper)
{
	for (size_t i = 0; i < run->volumes; i++)
		for (size_t j = 0; j < run->volume[i]->n_items; j++) {
			struct zong_id id;

			if (zong_row_id(&run->volume[i]->items[j]->material, &id) &&
				is_item_of(&id, paper))
				return true;
		}
	return false;
}

/* A volume may hold the papers of other cases, too. */
static bool is_elsewhere(struct zong_txn *txn, const struct zong_id *id)
{
	_cleanup_row_ Zong__Material *row = NULL;

	return zong_row_material(txn, id, &row) == 0;
}

static void look_items(
	struct zong_txn *txn, struct zong_property_run *run, const Zong__Volume *volume)
{
	char object[ZONG_LIMIT_ARCHIVAL_BYTES + 16], detail[32];

	snprintf(object, sizeof(object), "volume/%s", volume->no);
	for (size_t i = 0; i < volume->n_items; i++) {
		const Zong__VolumeItem *item = volume->items[i];
		struct zong_id id;

		if (!item->material.len)
			continue;
		zong_property_looked(run, ZONG_PROPERTY_COUNT, 1);
		if (zong_row_id(&item->material, &id) &&
			(find_paper(run, &id) || is_elsewhere(txn, &id)))
			continue;
		snprintf(detail, sizeof(detail), "%zu", i + 1);
		zong_property_fault(run, ZONG_PROPERTY_COUNT,
			&(struct zong_property_fault){.object = object,
				.name = item->title,
				.element = "items",
				.why = "not-there",
				.detail = detail});
	}
}

static void look_counts(struct zong_txn *txn, struct zong_property_run *run)
{
	if (run->single || !run->volumes) {
		zong_property_say(
			run, ZONG_PROPERTY_COUNT, run->single ? "of-case" : "no-volume", NULL);
		return;
	}
	for (size_t i = 0; i < run->papers; i++) {
		zong_property_looked(run, ZONG_PROPERTY_COUNT, 1);
		if (run->paper[i].newest && !is_listed(run, &run->paper[i]))
			zong_property_fault_of(run, ZONG_PROPERTY_COUNT, &run->paper[i], "volume",
				"not-in-volume", NULL);
	}
	for (size_t i = 0; i < run->volumes; i++)
		look_items(txn, run, run->volume[i]);
}

/* ---- 2-7: pages ---- */

static void look_pages_of(struct zong_property_run *run, const struct zong_property_paper *paper)
{
	char detail[48];

	zong_property_looked(run, ZONG_PROPERTY_CONTENT, 1);
	if (!paper->file) {
		zong_property_fault_of(
			run, ZONG_PROPERTY_CONTENT, paper, "file", "file-gone", NULL);
		return;
	}
	if (paper->file->n_pages != paper->row->pages) {
		snprintf(detail, sizeof(detail), "%zu/%u", paper->file->n_pages, paper->row->pages);
		zong_property_fault_of(
			run, ZONG_PROPERTY_CONTENT, paper, "pages", "pages-differ", detail);
	}
	for (size_t i = 0; i < paper->file->n_pages; i++)
		if (paper->file->pages[i]->err)
			page_fault(run, ZONG_PROPERTY_CONTENT, paper, i, "pages", "page-damaged");
}

/* Whoever closed the volume had to say why its pages are not those of the scans, as they were then. */
static void look_paper_pages(struct zong_property_run *run, const Zong__Volume *volume, size_t at)
{
	const Zong__VolumeItem *item = volume->items[at];
	const struct zong_property_paper *paper = NULL;
	bool explained = volume->closed && volume->closed->note[0];
	char detail[48];
	struct zong_id id;

	if (zong_row_id(&item->material, &id))
		paper = find_paper(run, &id);
	if (!paper)
		return;
	zong_property_looked(run, ZONG_PROPERTY_CONTENT, 1);
	if (item->pages == paper->row->pages)
		return;
	snprintf(detail, sizeof(detail), "%zu (%u/%u)", at + 1, item->pages, paper->row->pages);
	if (explained && item->scanned == paper->row->pages)
		zong_property_say(run, ZONG_PROPERTY_CONTENT, "explained", volume->closed->note);
	else
		zong_property_fault_of(
			run, ZONG_PROPERTY_CONTENT, paper, "pages", "pages-differ", detail);
}

static void look_contents(struct zong_property_run *run)
{
	for (size_t i = 0; i < run->papers; i++)
		look_pages_of(run, &run->paper[i]);
	for (size_t i = 0; i < run->volumes; i++)
		for (size_t j = 0; j < run->volume[i]->n_items; j++)
			look_paper_pages(run, run->volume[i], j);
}

void zong_property_look_links(struct zong_property_run *run)
{
	struct zong_txn *txn = NULL;
	int err = zong_store_read_begin(run->archive->store, &txn);

	for (size_t i = 0; i < run->papers && !err; i++)
		err = look_links(txn, run, &run->paper[i]);
	if (!err)
		err = look_access(txn, run);
	if (!err)
		look_counts(txn, run);
	zong_txn_end(txn);
	if (err && !run->err)
		run->err = err;
	if (!run->err)
		look_contents(run);
}
