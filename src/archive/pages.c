/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/access.h>
#include <zong/gate.h>
#include <zong/material.h>
#include <zong/reading.h>
#include <zong/utf8.h>

#include "agree.h"
#include "inside.h"
#include "kind_rules.h"
#include "pages.h"
#include "row.h"

static int file_of(struct zong_txn *txn, const Zong__Material *material, Zong__File **ret_file)
{
	struct zong_digest digest;
	int err = ZONG_ECORRUPT;

	if (zong_row_digest(&material->file, &digest))
		err = zong_row_file(txn, &digest, ret_file);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

static int raster_of(struct zong_txn *txn, const Zong__FilePage *page,
	struct zong_digest *ret_digest, Zong__Raster **ret_raster)
{
	int err = ZONG_ECORRUPT;

	if (zong_row_digest(&page->raster, ret_digest))
		err = zong_row_raster(txn, ret_digest, ret_raster);
	return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
}

static void set_reason(struct zong_page_info *info, const char *reason)
{
	size_t len = zong_utf8_cut(reason, strlen(reason), sizeof(info->reason) - 1);

	memcpy(info->reason, reason, len);
	info->reason[len] = '\0';
}

static int fill_read(struct zong_txn *txn, const struct zong_digest *raster,
	struct zong_page_info *info, Zong__Reading **ret_reading)
{
	Zong__Reading *reading;
	int err;

	info->state = ZONG_PAGE_READ;
	err = zong_reading_get(txn, raster, &reading);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ECORRUPT : err;
	info->source = reading->source;
	info->confidence = reading->confidence;
	*ret_reading = reading;
	return 0;
}

static int fill_page(struct zong_txn *txn, const Zong__FilePage *page, struct zong_page_info *info,
	Zong__Reading **ret_reading)
{
	_cleanup_row_ Zong__Raster *raster = NULL;
	struct zong_digest digest;
	int err;

	info->page = page;
	zong__verdict__init(&info->order);
	if (page->err) {
		info->state = ZONG_PAGE_DAMAGED;
		info->err = page->err;
		return 0;
	}
	err = raster_of(txn, page, &digest, &raster);
	if (err)
		return err;
	switch (raster->state) {
	case ZONG__RASTER_STATE__RASTER_READ:
		return fill_read(txn, &digest, info, ret_reading);
	case ZONG__RASTER_STATE__RASTER_BLANK:
		info->state = ZONG_PAGE_BLANK;
		return 0;
	case ZONG__RASTER_STATE__RASTER_PARKED:
		info->state = raster->cancelled ? ZONG_PAGE_CANCELLED : ZONG_PAGE_PARKED;
		info->cancelled = raster->cancelled;
		snprintf(info->cancelled_by, sizeof(info->cancelled_by), "%s",
			raster->cancelled_by);
		info->err = raster->err;
		set_reason(info, raster->reason);
		return 0;
	default:
		info->state = ZONG_PAGE_WAITING;
		return 0;
	}
}

static int collect_fields(struct zong_material_pages *pages)
{
	size_t count = 0;

	for (size_t i = 0; i < pages->pages; i++)
		count += pages->reading_[i] ? pages->reading_[i]->n_fields : 0;
	if (!count)
		return 0;
	pages->field = calloc(count, sizeof(*pages->field));
	if (!pages->field)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < pages->pages; i++)
		for (size_t j = 0; pages->reading_[i] && j < pages->reading_[i]->n_fields; j++) {
			pages->field[pages->fields].field = pages->reading_[i]->fields[j];
			pages->field[pages->fields].page = (uint32_t)(i + 1);
			pages->fields++;
		}
	return 0;
}

/* The last page that had a number. */
struct order {
	bool judged;
	unsigned int number, total;
	uint32_t page; /* 0: none yet */
};

static void judge_order(
	struct order *order, const Zong__Reading *reading, size_t at, struct zong_page_info *info)
{
	unsigned int total, number = zong_gate_printed(reading, &total), expected;

	if (!number || !order->judged)
		return;
	if (order->page &&
		!zong_gate_follows(order->number, order->total, number, total, &expected)) {
		info->order.fault = ZONG_FAULT_ORDER;
		info->order.figure = (float)number;
		info->order.limit = (float)expected;
		info->order.page = order->page;
	}
	order->number = number;
	order->total = total;
	order->page = (uint32_t)(at + 1);
}

/* A volume's readings together are large: of this one only what was asked for is kept. */
static int keep_reading(const struct zong_kind_rules *kinds, bool fields, size_t at,
	struct order *order, const struct zong_kind_rule **rule, struct zong_material_pages *pages)
{
	Zong__Reading *reading = pages->reading_[at];
	const struct zong_kind_rule *before = *rule;
	int err = 0;

	if (!reading)
		return 0;
	if (!fields) {
		zong__reading__free_unpacked(reading, NULL);
		pages->reading_[at] = NULL;
		return 0;
	}
	judge_order(order, reading, at, &pages->page[at]);
	if (kinds)
		err = zong_kind_rules_judge(kinds, reading, rule);
	if (*rule != before)
		pages->kind.page = (uint32_t)at + 1;
	for (size_t i = 0; i < reading->n_lines; i++)
		zong__line__free_unpacked(reading->lines[i], NULL);
	reading->n_lines = 0;
	return err;
}

/* @ordered: page numbers out of order are to be told. */
static int fill(struct zong_txn *txn, const struct zong_kind_rules *kinds, bool ordered,
	const Zong__Material *material, bool fields, struct zong_material_pages *pages)
{
	struct order order = {.judged = ordered};
	const struct zong_kind_rule *rule = NULL;
	int err;

	if (material->destroyed) {
		pages->file = zong_row_new(&zong__file__descriptor);
		return pages->file ? 0 : ZONG_ENOMEM;
	}
	err = file_of(txn, material, &pages->file);
	if (err)
		return err;
	pages->pages = pages->file->n_pages;
	pages->page = calloc(pages->pages + 1, sizeof(*pages->page));
	pages->reading_ = calloc(pages->pages + 1, sizeof(*pages->reading_));
	if (!pages->page || !pages->reading_)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < pages->pages; i++) {
		struct zong_page_info *info = &pages->page[i];

		err = fill_page(txn, pages->file->pages[i], info, &pages->reading_[i]);
		if (!err)
			err = keep_reading(kinds, fields, i, &order, &rule, pages);
		if (err)
			return err;
		pages->read += info->state == ZONG_PAGE_READ || info->state == ZONG_PAGE_BLANK;
		pages->parked +=
			info->state == ZONG_PAGE_PARKED || info->state == ZONG_PAGE_DAMAGED ||
			info->state == ZONG_PAGE_CANCELLED;
	}
	if (rule) {
		pages->kind.kind = rule->kind;
		pages->kind.rule = rule->name;
		pages->kind.agrees = zong_agree_kind(kinds, material->type, rule->kind);
	}
	return fields ? collect_fields(pages) : 0;
}

/* The case only where the subject may read it; @who NULL: the program itself. */
static int compare(struct zong_txn *txn, const struct zong_subject *who,
	const Zong__Material *material, struct zong_material_pages *pages)
{
	struct zong_object object = {.txn = txn};
	int err = zong_row_case(txn, material->case_no, &pages->cas_);

	object.cas = pages->cas_;
	if (!err && who)
		err = zong_access_may(who, ZONG_VERB_CASE_READ, &object);
	if (err && err != ZONG_ENOENT && err != ZONG_EFORBIDDEN)
		return err;
	return zong_agree_fields(material, err ? NULL : pages->cas_, pages);
}

int zong_pages_all(struct zong_txn *txn, const struct zong_kind_rules *kinds,
	const Zong__Material *material, struct zong_material_pages *ret_pages)
{
	struct zong_material_pages pages = {0};
	int err = fill(txn, kinds, false, material, true, &pages);

	if (!err)
		err = compare(txn, NULL, material, &pages);
	if (err)
		zong_material_pages_release(&pages);
	else
		*ret_pages = pages;
	return err;
}

int zong_pages_settled(struct zong_txn *txn, const Zong__Material *material, bool *ret_settled,
	struct zong_digest *ret_waiting)
{
	_cleanup_row_ Zong__File *file = NULL;
	int err = file_of(txn, material, &file);

	*ret_settled = true;
	for (size_t i = err ? 0 : file->n_pages; i-- > 0 && !err && *ret_settled;) {
		_cleanup_row_ Zong__Raster *raster = NULL;

		if (file->pages[i]->err)
			continue;
		err = raster_of(txn, file->pages[i], ret_waiting, &raster);
		*ret_settled = err || raster->state != ZONG__RASTER_STATE__RASTER_WAITING;
	}
	return err;
}

int zong_material_pages(struct zong_archive *archive, const struct zong_subject *who,
	const Zong__Material *material, bool fields, struct zong_material_pages *ret_pages)
{
	struct zong_material_pages pages = {0};
	struct zong_object object = {.material = material};
	struct zong_txn *txn;
	int err;

	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	object.txn = txn;
	err = zong_access_may(who, ZONG_VERB_MATERIAL_READ, &object);
	if (!err)
		err = fill(txn, archive->judge.kinds, archive->gate.order, material, fields, &pages);
	if (!err && fields && !material->destroyed)
		err = compare(txn, who, material, &pages);
	zong_txn_end(txn);
	if (err)
		zong_material_pages_release(&pages);
	else
		*ret_pages = pages;
	return err;
}

void zong_material_pages_release(struct zong_material_pages *pages)
{
	for (size_t i = 0; pages->reading_ && i < pages->pages; i++)
		if (pages->reading_[i])
			zong__reading__free_unpacked(pages->reading_[i], NULL);
	if (pages->file)
		zong__file__free_unpacked(pages->file, NULL);
	if (pages->cas_)
		zong__case__free_unpacked(pages->cas_, NULL);
	free(pages->compared);
	free(pages->reading_);
	free(pages->field);
	free(pages->page);
	memset(pages, 0, sizeof(*pages));
}

int zong_material_progress(struct zong_archive *archive, const Zong__Material *material,
	uint32_t *ret_read, uint32_t *ret_parked)
{
	_cleanup_row_ Zong__File *file = NULL;
	struct zong_txn *txn;
	uint32_t parked = 0;
	uint32_t read = 0;
	int err;

	*ret_read = 0;
	*ret_parked = 0;
	if (material->destroyed)
		return 0;
	err = zong_store_read_begin(archive->store, &txn);
	if (err)
		return err;
	err = file_of(txn, material, &file);
	for (size_t i = 0; !err && i < file->n_pages; i++) {
		_cleanup_row_ Zong__Raster *raster = NULL;
		struct zong_digest digest;

		if (file->pages[i]->err) {
			parked++;
			continue;
		}
		err = raster_of(txn, file->pages[i], &digest, &raster);
		if (err)
			break;
		read += raster->state == ZONG__RASTER_STATE__RASTER_READ ||
			raster->state == ZONG__RASTER_STATE__RASTER_BLANK;
		parked += raster->state == ZONG__RASTER_STATE__RASTER_PARKED;
	}
	zong_txn_end(txn);
	if (err)
		return err;
	*ret_read = read;
	*ret_parked = parked;
	return 0;
}
