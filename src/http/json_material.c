/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/media.h>

#include "http/json.h"

static const char *scope_name(Zong__Scope scope)
{
	switch (scope) {
	case ZONG__SCOPE__SCOPE_UNIT:
		return "unit";
	case ZONG__SCOPE__SCOPE_BUILDING:
		return "building";
	case ZONG__SCOPE__SCOPE_PARCEL:
		return "parcel";
	default:
		return "case";
	}
}

static json_t *receivers_json(const struct zong_subject *who, const Zong__Material *row)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < row->n_receivers; i++) {
		if (who->role == ZONG_ROLE_DEPARTMENT &&
			strcmp(row->receivers[i], who->department) != 0)
			continue;
		if (json_array_append_new(array, zong_json_str(row->receivers[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *brief_json(
	const struct zong_subject *who, const Zong__Material *row, uint32_t read, uint32_t parked)
{
	json_t *json = json_pack(
		"{s:o, s:o, s:o, s:o, s:s, s:o, s:i, s:i, s:i, s:i, s:I, s:s, s:o, s:o, s:o, s:o, s:o}",
		"id", zong_json_id(&row->id), "case", zong_json_str(row->case_no), "type",
		zong_json_str(row->type), "title", zong_json_str(row->title), "scope",
		scope_name(row->scope), "name", zong_json_str(row->file_name), "version",
		(int)row->version, "pages", (int)row->pages, "pages_read", (int)read,
		"pages_parked", (int)parked, "bytes", (json_int_t)row->bytes, "media",
		zong_media_type((enum zong_media)row->media), "digest",
		zong_json_digest(&row->file), "sm3", zong_json_sm3(&row->sm3), "received",
		zong_json_time(row->received),
		"received_by", zong_json_str(row->received_by), "to", receivers_json(who, row));

	if (json && row->supersedes.len)
		json_object_set_new(json, "supersedes", zong_json_id(&row->supersedes));
	if (json && row->superseded.len)
		json_object_set_new(json, "superseded_by", zong_json_id(&row->superseded));
	if (json && row->batch.len && !row->destroyed &&
		json_object_set_new(json, "batch",
			json_pack("{s:o, s:i}", "digest", zong_json_digest(&row->batch), "page",
				(int)row->batch_page))) {
		json_decref(json);
		return NULL;
	}
	if (json && row->tax && json_object_set_new(json, "tax", json_true())) {
		json_decref(json);
		return NULL;
	}
	if (json && row->destroyed &&
		json_object_set_new(json, "destroyed",
			json_pack("{s:o, s:o, s:I}", "time", zong_json_time(row->destroyed), "list",
				zong_json_id(&row->destroyed_list), "record",
				(json_int_t)row->destroyed_record))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *zong_json_material_brief(
	struct zong_archive *archive, const struct zong_subject *who, const Zong__Material *row)
{
	uint32_t read = 0, parked = 0;

	zong_material_progress(archive, row, &read, &parked);
	return brief_json(who, row, read, parked);
}

json_t *zong_json_material_briefs(struct zong_archive *archive, const struct zong_subject *who,
	Zong__Material *const *rows, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, zong_json_material_brief(archive, who, rows[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static const char *page_state(const struct zong_page_info *page)
{
	static const char *const names[] = {
		[ZONG_PAGE_WAITING] = "waiting",
		[ZONG_PAGE_READ] = "read",
		[ZONG_PAGE_PARKED] = "parked",
		[ZONG_PAGE_BLANK] = "blank",
		[ZONG_PAGE_DAMAGED] = "damaged",
		[ZONG_PAGE_CANCELLED] = "cancelled",
	};

	return names[page->state];
}

json_t *zong_json_left(const struct zong_reading_left *left)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:o}", "pages", (int)left->pages, "read",
		(int)left->read, "parked", (int)left->parked, "waiting", (int)left->waiting,
		"seconds_left", left->seconds < 0 ? json_null() : json_real(left->seconds));
}

void zong_json_cancelled(json_t *json, const char *by, int64_t when, const char *language)
{
	struct zong_buf reason = ZONG_BUF_INIT(ZONG_LIMIT_REASON);

	zong_message_cancelled(&reason, by, when, language);
	json_object_set_new(json, "reason", zong_json_str(zong_buf_str(&reason)));
	json_object_set_new(json, "cancelled", zong_json_time(when));
	json_object_set_new(json, "cancelled_by", zong_json_str(by));
	zong_buf_release(&reason);
}

static const char *colour_name(uint32_t colour)
{
	switch (colour) {
	case ZONG_COLOUR_BILEVEL:
		return "bilevel";
	case ZONG_COLOUR_GREY:
		return "grey";
	default:
		return "rgb";
	}
}

static json_t *source_json(const struct zong_page_info *page)
{
	if (page->state == ZONG_PAGE_READ && page->source == ZONG_TEXT_OCR)
		return json_string("ocr");
	if (page->state == ZONG_PAGE_READ && page->source == ZONG_TEXT_LAYER)
		return json_string("text-layer");
	return json_null();
}

/* In words, then what the pool said of it, which ends with a colon where it knew no more. */
static json_t *reason_json(const struct zong_page_info *page, const char *language)
{
	const char *title = zong_message_title(page->err, language);
	size_t len = strlen(page->reason);
	char text[512];

	if (len == 0 || page->reason[len - 1] == ' ')
		return json_string(title);
	snprintf(text, sizeof(text), strcmp(language, "en") == 0 ? "%s (%s)" : "%s（%s）", title,
		page->reason);
	return zong_json_str(text);
}

static json_t *page_json(const struct zong_page_info *page, size_t n, const char *language)
{
	json_t *json = json_pack("{s:i, s:s, s:o, s:o}", "n", (int)n, "state", page_state(page),
		"source", source_json(page), "confidence",
		page->state == ZONG_PAGE_READ ? json_real((double)page->confidence) : json_null());

	if (json && page->page && page->page->raster.len) {
		json_object_set_new(json, "width", json_integer(page->page->width));
		json_object_set_new(json, "height", json_integer(page->page->height));
		json_object_set_new(json, "dpi",
			page->page->dpi_x > 0 ? json_real((double)page->page->dpi_x) : json_null());
		json_object_set_new(json, "colour", json_string(colour_name(page->page->colour)));
		json_object_set_new(json, "raster", zong_json_digest(&page->page->raster));
	}
	if (json && page->page)
		json_object_set_new(json, "quality",
			zong_json_quality(page->page, &page->order, language));
	if (json && page->cancelled) {
		json_object_set_new(json, "code", json_string(zong_error_slug(page->err)));
		zong_json_cancelled(json, page->cancelled_by, page->cancelled, language);
	} else if (json && page->err) {
		json_object_set_new(json, "code", json_string(zong_error_slug(page->err)));
		json_object_set_new(json, "reason", reason_json(page, language));
	}
	return json;
}

static json_t *pages_json(const struct zong_material_pages *pages, const char *language)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < pages->pages; i++) {
		if (json_array_append_new(array, page_json(&pages->page[i], i + 1, language))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *box_json(const Zong__Box *box)
{
	return json_pack(
		"[i, i, i, i]", (int)box->x, (int)box->y, (int)box->width, (int)box->height);
}

static json_t *field_json(const struct zong_material_field *item)
{
	const Zong__Field *field = item->field;
	json_t *json = json_pack("{s:o, s:o, s:o, s:i, s:f, s:b, s:b, s:o}", "kind",
		zong_json_str(field->kind), "value", zong_json_str(field->value), "raw",
		zong_json_str(field->raw), "page", (int)item->page, "confidence",
		(double)field->confidence, "valid", (int)field->valid, "repaired",
		(int)field->repaired, "label", zong_json_str(field->label));

	if (json && field->box)
		json_object_set_new(json, "box", box_json(field->box));
	return json;
}

static json_t *fields_json(const struct zong_material_pages *pages)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < pages->fields; i++) {
		if (json_array_append_new(array, field_json(&pages->field[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *agrees_json(enum zong_agreement agrees)
{
	return agrees == ZONG_AGREEMENT_NONE ? json_null()
					     : json_boolean(agrees == ZONG_AGREEMENT_YES);
}

static json_t *kind_json(const struct zong_material_kind *kind)
{
	if (!kind->kind)
		return json_null();
	return json_pack("{s:s, s:s, s:i, s:o}", "suggested", kind->kind, "rule", kind->rule,
		"page", (int)kind->page, "agrees", agrees_json(kind->agrees));
}

static json_t *compared_json(const struct zong_compared *item)
{
	json_t *json = json_pack("{s:s, s:o, s:o, s:o}", "kind", item->kind, "entered",
		zong_json_str(item->entered), "agrees", agrees_json(item->agrees), "read",
		item->read ? zong_json_str(item->read->value) : json_null());

	if (json && item->read)
		json_object_set_new(json, "page", json_integer(item->page));
	if (json && item->read && item->read->box)
		json_object_set_new(json, "box", box_json(item->read->box));
	return json;
}

static json_t *comparison_json(const struct zong_material_pages *pages)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < pages->compareds; i++) {
		if (json_array_append_new(array, compared_json(&pages->compared[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_material(const struct zong_subject *who, const Zong__Material *row,
	const struct zong_material_pages *pages, Zong__Delivery *const *deliveries, size_t count,
	const char *language)
{
	json_t *json = brief_json(who, row, (uint32_t)pages->read, (uint32_t)pages->parked);
	int err;

	if (!json)
		return NULL;
	err = json_object_set_new(json, "units", zong_json_units(row->units, row->n_units));
	err |= json_object_set_new(json, "record", json_integer((json_int_t)row->record));
	err |= json_object_set_new(json, "page", pages_json(pages, language));
	err |= json_object_set_new(json, "fields", fields_json(pages));
	err |= json_object_set_new(json, "kind", kind_json(&pages->kind));
	err |= json_object_set_new(json, "compared", comparison_json(pages));
	err |= json_object_set_new(
		json, "deliveries", zong_json_delivery_briefs(deliveries, count));
	if (err) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *zong_json_alike(const struct zong_alike *alike, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		json_t *item = json_pack("{s:i, s:s, s:i, s:f, s:o, s:o}", "page",
			(int)alike[i].page, "material", alike[i].material, "material_page",
			(int)alike[i].other_page, "distance", (double)alike[i].distance, "case",
			zong_json_str(alike[i].case_no), "title", zong_json_str(alike[i].title));

		if (json_array_append_new(array, item)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *damaged_json(const struct zong_receipt *receipt)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < receipt->pages_damaged; i++) {
		if (json_array_append_new(array, json_integer(receipt->page_damaged[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *further_json(const struct zong_receipt *receipt, const char *language)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < receipt->furthers; i++)
		if (json_array_append_new(
			    array, zong_json_receipt(&receipt->further[i], language))) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *sheets_json(const struct zong_receipt *receipt)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < receipt->sheets; i++) {
		const struct zong_receipt_sheet *sheet = &receipt->sheet[i];

		if (json_array_append_new(array,
			    json_pack("{s:i, s:s, s:o}", "page", (int)sheet->page, "kind",
				    sheet->patch ? "patch" : "cover", "case",
				    sheet->patch ? json_null() : zong_json_str(sheet->case_no)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* What only pages of a batch have. */
static json_t *add_batch(json_t *json, const struct zong_receipt *receipt, const char *language)
{
	const Zong__Material *row = receipt->material;

	if (!json || !row->batch.len)
		return json;
	if (json_object_set_new(json, "batch",
		    json_pack("{s:o, s:i}", "digest", zong_json_digest(&row->batch), "page",
			    (int)row->batch_page)) ||
		json_object_set_new(json, "further", further_json(receipt, language)) ||
		json_object_set_new(json, "sheets", sheets_json(receipt))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *zong_json_receipt(const struct zong_receipt *receipt, const char *language)
{
	const Zong__Material *row = receipt->material;
	json_t *json;

	json = json_pack("{s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:s, s:i, s:o, s:I, s:I, s:I, s:o, "
			 "s:I, s:b, s:o, s:o, s:o}",
		"material", zong_json_id(&row->id), "case", zong_json_str(row->case_no), "title",
		zong_json_str(row->title), "type", zong_json_str(row->type), "version",
		(int)row->version, "digest", zong_json_digest(&row->file), "sm3",
		zong_json_sm3(&row->sm3), "media",
		zong_media_type((enum zong_media)row->media), "pages", (int)row->pages,
		"pages_damaged", damaged_json(receipt), "bytes", (json_int_t)row->bytes,
		"bytes_new", (json_int_t)receipt->bytes_new, "bytes_shared",
		(json_int_t)receipt->bytes_shared, "time", zong_json_time(row->received), "record",
		(json_int_t)row->record, "again", (int)receipt->again, "deliveries",
		zong_json_delivery_briefs(receipt->delivery, receipt->deliveries), "warnings",
		zong_json_warnings(&receipt->warnings, language), "quality",
		zong_json_qualities(receipt->file, language));
	return add_batch(json, receipt, language);
}
