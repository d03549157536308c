/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/arena.h>

#include "http/json.h"

json_t *zong_json_volume_brief(const Zong__Volume *row)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:b}", "no",
		zong_json_str(row->no), "state", zong_volume_state_name(row->state), "title",
		zong_json_str(row->title), "fonds", zong_json_str(row->fonds), "category",
		zong_json_str(row->category), "year", zong_json_str(row->year), "retention",
		zong_json_str(row->retention), "cases", zong_json_strings(row->cases, row->n_cases),
		"count", (int)row->n_items, "pages", (int)zong_volume_pages(row), "box",
		zong_json_or_null(row->box), "position",
		row->position ? json_integer(row->position) : json_null(), "foreign",
		(int)row->foreign);
}

json_t *zong_json_volume_briefs(Zong__Volume *const *volumes, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		if (json_array_append_new(array, zong_json_volume_brief(volumes[i]))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *item_json(const Zong__Volume *row, size_t at)
{
	const Zong__VolumeItem *item = row->items[at];
	uint32_t first = item->pages ? zong_volume_first_page(row, at) : 0;

	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:b, s:o}", "n",
		(int)at + 1, "material",
		item->material.len ? zong_json_id(&item->material) : json_null(), "file_no",
		zong_json_or_null(item->file_no), "responsible",
		zong_json_or_null(item->responsible), "title", zong_json_str(item->title), "date",
		zong_json_or_null(item->date), "pages", (int)item->pages, "scanned",
		item->material.len ? json_integer(item->scanned) : json_null(), "first",
		first ? json_integer(first) : json_null(), "differs",
		(int)zong_volume_differs(item), "note", zong_json_or_null(item->note));
}

json_t *zong_json_volume(const Zong__Volume *row)
{
	json_t *json = zong_json_volume_brief(row), *items = json_array(), *reopened = json_array();
	int failed = !json || !items || !reopened;

	for (size_t i = 0; !failed && i < row->n_items; i++)
		failed = json_array_append_new(items, item_json(row, i));
	for (size_t i = 0; !failed && i < row->n_reopened; i++)
		failed = json_array_append_new(reopened, zong_json_step(row->reopened[i]));
	if (!failed)
		failed = json_object_update_new(json,
			json_pack(
				"{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, "
				"s:o, s:o, s:O, s:O}",
				"entered", zong_json_or_null(row->entered), "given",
				(int)row->given, "office", zong_json_or_null(row->office), "list",
				zong_json_or_null(row->list), "responsible",
				zong_json_or_null(row->responsible), "secrecy",
				zong_json_or_null(row->secrecy), "keywords",
				zong_json_or_null(row->keywords), "summary",
				zong_json_or_null(row->summary), "note",
				zong_json_or_null(row->note), "situation",
				zong_json_or_null(row->situation), "revision", (int)row->revision,
				"made", zong_json_step(row->made), "closed", zong_json_step(row->closed),
				"checked", zong_json_step(row->checked), "annulled",
				zong_json_step(row->annulled), "reopened", reopened, "items", items));
	json_decref(items);
	json_decref(reopened);
	if (failed) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* ---- coming in ---- */

/* What is left out stays as it is; "" empties it. */
static int optional(
	const json_t *object, const char *name, const char **ret_text, struct zong_err *err)
{
	int code = zong_json_text(object, name, false, ret_text, err);

	if (!code && !json_is_string(json_object_get(object, name)))
		*ret_text = NULL;
	return code;
}

static int read_item(const json_t *json, struct zong_volume_item *item, struct zong_err *err)
{
	static const char *const known[] = {
		"material", "file_no", "responsible", "title", "date", "pages", "note", NULL};
	int64_t pages;
	int code;

	if (!json_is_object(json))
		return zong_err_set(err, ZONG_EJSON, "items: [ { … } ]");
	code = zong_json_known(json, known, "items.", err);
	if (!code)
		code = optional(json, "material", &item->material, err);
	if (!code)
		code = optional(json, "file_no", &item->file_no, err);
	if (!code)
		code = optional(json, "responsible", &item->responsible, err);
	if (!code)
		code = optional(json, "title", &item->title, err);
	if (!code)
		code = optional(json, "date", &item->date, err);
	if (!code)
		code = optional(json, "note", &item->note, err);
	if (!code)
		code = zong_json_whole(json, "pages", 0, ZONG_LIMIT_VOLUME_PAGES, 0, &pages, err);
	if (!code)
		item->pages = (uint32_t)pages;
	return code;
}

static int read_items(const json_t *object, struct zong_arena *arena,
	struct zong_volume_entry *entry, struct zong_err *err)
{
	const json_t *array = json_object_get(object, "items");
	struct zong_volume_item *items;
	size_t count = json_array_size(array);
	int code = 0;

	if (!array || json_is_null(array))
		return 0;
	if (!json_is_array(array))
		return zong_err_set(err, ZONG_EJSON, "items: [ { … } ]");
	if (count > ZONG_LIMIT_VOLUME_ITEMS)
		return zong_err_set(err, ZONG_ELIMIT, "items");
	items = zong_arena_calloc(arena, count + 1, sizeof(*items));
	if (!items)
		return ZONG_ENOMEM;
	for (size_t i = 0; i < count && !code; i++)
		code = read_item(json_array_get(array, i), &items[i], err);
	entry->item = items;
	entry->items = count;
	entry->has_items = true;
	return code;
}

int zong_json_read_volume(const json_t *object, struct zong_arena *arena,
	struct zong_volume_entry *ret_entry, struct zong_err *err)
{
	struct zong_volume_entry entry = {0};
	int code = optional(object, "title", &entry.title, err);

	if (!code)
		code = optional(object, "responsible", &entry.responsible, err);
	if (!code)
		code = optional(object, "secrecy", &entry.secrecy, err);
	if (!code)
		code = optional(object, "keywords", &entry.keywords, err);
	if (!code)
		code = optional(object, "summary", &entry.summary, err);
	if (!code)
		code = optional(object, "note", &entry.note, err);
	if (!code)
		code = optional(object, "situation", &entry.situation, err);
	if (!code)
		code = read_items(object, arena, &entry, err);
	if (!code)
		*ret_entry = entry;
	return code;
}
