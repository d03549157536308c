/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "retention_look.h"
#include "volume_row.h"

/* ---- texts ---- */

static int check_text(const char *text, size_t max, const char *what, struct zong_err *err)
{
	return text ? zong_retention_text(text, max, what, err) : 0;
}

static int check_item(const struct zong_volume_item *item, size_t at, struct zong_err *err)
{
	bool scan = item->material && item->material[0];
	char what[48];
	int code;

	snprintf(what, sizeof(what), "items[%zu]", at);
	if (!scan && (!item->title || zong_retention_blank(item->title)))
		return zong_err_set(err, ZONG_EINVAL, "%s.title", what);
	if (item->pages > ZONG_LIMIT_VOLUME_PAGES)
		return zong_err_set(err, ZONG_EINVAL, "%s.pages", what);
	code = check_text(item->title, ZONG_LIMIT_TITLE, what, err);
	if (!code)
		code = check_text(item->file_no, ZONG_LIMIT_NAME, what, err);
	if (!code)
		code = check_text(item->responsible, ZONG_LIMIT_NAME, what, err);
	if (!code)
		code = check_text(item->date, ZONG_LIMIT_TYPE, what, err);
	return code ? code : check_text(item->note, ZONG_LIMIT_TITLE, what, err);
}

int zong_volume_entry_check(const struct zong_volume_entry *entry, struct zong_err *err)
{
	const struct {
		const char *text, *what;
		size_t max;
	} texts[] = {
		{entry->title, "title", ZONG_LIMIT_TITLE},
		{entry->responsible, "responsible", ZONG_LIMIT_NAME},
		{entry->secrecy, "secrecy", ZONG_LIMIT_TYPE},
		{entry->keywords, "keywords", ZONG_LIMIT_TITLE},
		{entry->summary, "summary", ZONG_LIMIT_REASON},
		{entry->note, "note", ZONG_LIMIT_REASON},
		{entry->situation, "situation", ZONG_LIMIT_REASON},
	};
	int code = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && !code; i++)
		code = check_text(texts[i].text, texts[i].max, texts[i].what, err);
	if (!code && entry->items > ZONG_LIMIT_VOLUME_ITEMS)
		code = zong_err_set(err, ZONG_ELIMIT, "items");
	for (size_t i = 0; i < entry->items && !code; i++)
		code = check_item(&entry->item[i], i, err);
	return code;
}

/* ---- items ---- */

static bool holds_case(const Zong__Volume *volume, const char *no)
{
	for (size_t i = 0; i < volume->n_cases; i++)
		if (strcmp(volume->cases[i], no) == 0)
			return true;
	return false;
}

static bool holds_material(const Zong__Volume *volume, const ProtobufCBinaryData *id)
{
	for (size_t i = 0; i < volume->n_items; i++)
		if (volume->items[i]->material.len == id->len &&
			memcmp(volume->items[i]->material.data, id->data, id->len) == 0)
			return true;
	return false;
}

static int set_material(const Zong__Material *material, Zong__VolumeItem *item)
{
	char day[ZONG_DAY_TEXT];

	item->scanned = material->pages;
	zong_day_format(zong_day_of(material->received), day);
	if (zong_row_set_bytes(&item->material, material->id.data, material->id.len) ||
		(!item->title[0] &&
			zong_row_set(&item->title,
				material->title[0] ? material->title : material->type)) ||
		(!item->date[0] && zong_row_set(&item->date, day)))
		return ZONG_ENOMEM;
	return 0;
}

/* In one volume at most. */
static int check_free(struct zong_txn *txn, const Zong__Volume *volume,
	const Zong__Material *material, char subject[ZONG_ABOUT])
{
	Zong__Volume **others;
	size_t count;
	int err = zong_volume_of_case(txn, material->case_no, &others, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count && !err; i++) {
		if (strcmp(others[i]->no, volume->no) == 0 ||
			!holds_material(others[i], &material->id))
			continue;
		zong_paper_about(subject, others[i]->no);
		err = ZONG_EINVOLUME;
	}
	zong_volumes_free(others, count);
	return err;
}

static int add_material(struct zong_txn *txn, const char *text, Zong__Volume *volume,
	Zong__VolumeItem *item, char subject[ZONG_ABOUT])
{
	_cleanup_row_ Zong__Material *material = NULL;
	struct zong_id id;
	int err = zong_id_parse(text, &id) ? ZONG_ENOENT : zong_row_material(txn, &id, &material);

	zong_paper_about(subject, text);
	if (!err && !holds_case(volume, material->case_no))
		err = ZONG_ENOENT;
	if (!err && holds_material(volume, &material->id)) {
		zong_paper_about(subject, volume->no);
		err = ZONG_EINVOLUME;
	}
	if (!err)
		err = check_free(txn, volume, material, subject);
	return err ? err : set_material(material, item);
}

static int add_item(struct zong_txn *txn, const struct zong_volume_item *wanted,
	Zong__Volume *volume, char subject[ZONG_ABOUT])
{
	_cleanup_row_ Zong__VolumeItem *item = zong_row_new(&zong__volume_item__descriptor);
	int err = 0;

	if (!item || zong_row_set(&item->file_no, wanted->file_no) ||
		zong_row_set(&item->responsible, wanted->responsible) ||
		zong_row_set(&item->title, wanted->title) ||
		zong_row_set(&item->date, wanted->date) || zong_row_set(&item->note, wanted->note))
		return ZONG_ENOMEM;
	item->pages = wanted->pages;
	if (wanted->material && wanted->material[0])
		err = add_material(txn, wanted->material, volume, item, subject);
	if (!err)
		volume->items[volume->n_items++] = take_ptr(item);
	return err;
}

static int clear_items(Zong__Volume *volume, size_t room)
{
	for (size_t i = 0; i < volume->n_items; i++)
		zong__volume_item__free_unpacked(volume->items[i], NULL);
	free(volume->items);
	volume->n_items = 0;
	volume->items = calloc(room + 1, sizeof(*volume->items));
	return volume->items ? 0 : ZONG_ENOMEM;
}

static int set_text(char **member, const char *text)
{
	return text ? zong_row_set(member, text) : 0;
}

int zong_volume_fill(struct zong_txn *txn, const struct zong_volume_entry *entry,
	Zong__Volume *volume, char subject[ZONG_ABOUT])
{
	int err = 0;

	if (set_text(&volume->title, entry->title) ||
		set_text(&volume->responsible, entry->responsible) ||
		set_text(&volume->secrecy, entry->secrecy) ||
		set_text(&volume->keywords, entry->keywords) ||
		set_text(&volume->summary, entry->summary) ||
		set_text(&volume->note, entry->note) ||
		set_text(&volume->situation, entry->situation))
		return ZONG_ENOMEM;
	if (!entry->has_items)
		return 0;
	err = clear_items(volume, entry->items);
	for (size_t i = 0; i < entry->items && !err; i++)
		err = add_item(txn, &entry->item[i], volume, subject);
	return err;
}

/* ---- the materials of its cases ---- */

struct candidates {
	Zong__Material *material[ZONG_LIMIT_VOLUME_ITEMS];
	size_t count;
};

static int collect(struct zong_txn *txn, const struct zong_id *id, void *ctx)
{
	struct candidates *found = ctx;
	int err;

	if (found->count == ZONG_LIMIT_VOLUME_ITEMS)
		return ZONG_ELIMIT;
	err = zong_row_material(txn, id, &found->material[found->count]);
	if (!err)
		found->count++;
	return err;
}

static bool is_superseded(const struct candidates *found, const Zong__Material *material)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->material[i]->supersedes.len == material->id.len &&
			memcmp(found->material[i]->supersedes.data, material->id.data,
				material->id.len) == 0)
			return true;
	return false;
}

/* What is destroyed, was replaced, or lies in another volume is not proposed. */
static int propose_one(struct zong_txn *txn, const struct candidates *found,
	const Zong__Material *material, Zong__Volume *volume)
{
	_cleanup_row_ Zong__VolumeItem *item = NULL;
	char subject[ZONG_ABOUT];
	int err;

	if (material->destroyed || is_superseded(found, material))
		return 0;
	err = check_free(txn, volume, material, subject);
	if (err)
		return err == ZONG_EINVOLUME ? 0 : err;
	item = zong_row_new(&zong__volume_item__descriptor);
	if (!item || set_material(material, item))
		return ZONG_ENOMEM;
	volume->items[volume->n_items++] = take_ptr(item);
	return 0;
}

int zong_volume_propose(struct zong_txn *txn, Zong__Volume *volume)
{
	struct candidates *found = calloc(1, sizeof(*found));
	int err = found ? 0 : ZONG_ENOMEM;

	for (size_t i = 0; i < volume->n_cases && !err; i++)
		err = zong_row_materials_of(txn, volume->cases[i], collect, found);
	if (!err)
		err = clear_items(volume, found->count);
	for (size_t i = 0; !err && i < found->count; i++)
		err = propose_one(txn, found, found->material[i], volume);
	for (size_t i = 0; found && i < found->count; i++)
		zong_row_cleanup(&found->material[i]);
	free(found);
	return err;
}

int zong_volume_look(struct zong_txn *txn, Zong__Volume *volume)
{
	int err = 0;

	for (size_t i = 0; i < volume->n_items && !err; i++) {
		_cleanup_row_ Zong__Material *material = NULL;
		Zong__VolumeItem *item = volume->items[i];
		struct zong_id id;

		if (!item->material.len)
			continue;
		err = zong_row_id(&item->material, &id) ? zong_row_material(txn, &id, &material)
							: ZONG_ECORRUPT;
		if (!err)
			item->scanned = material->pages;
	}
	return err;
}
