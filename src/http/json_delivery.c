/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/cleanup.h>
#include <zong/media.h>
#include <zong/time.h>

#include "http/json.h"

static int add_waits(json_t *json, const Zong__Delivery *row)
{
	json_t *array = json_array();
	unsigned int at = 0;
	const char *name;

	while (array && (name = zong_delivery_wait_name(row, &at)) != NULL)
		json_array_append_new(array, json_string(name));
	return json_object_set_new(json, "waits", array);
}

/* What there is of it only in some states. */
static void add_state(json_t *json, const Zong__Delivery *row)
{
	if (*row->reason)
		json_object_set_new(json, "reason", zong_json_str(row->reason));
	if (row->waits)
		add_waits(json, row);
	if (row->dead)
		json_object_set_new(json, "dead", json_true());
	if (row->received)
		json_object_set_new(json, "received", zong_json_time(row->received));
	if (row->next.len)
		json_object_set_new(json, "next", zong_json_id(&row->next));
}

static json_t *brief_json(const Zong__Delivery *row)
{
	json_t *json = json_pack("{s:o, s:o, s:s, s:i, s:o, s:o}", "id", zong_json_id(&row->id),
		"department", zong_json_str(row->department), "state",
		zong_delivery_state_name(row->state), "attempts", (int)row->attempts, "created",
		zong_json_time(row->created), "ended", zong_json_time(row->ended));

	if (!json)
		return NULL;
	add_state(json, row);
	if (*row->last_error)
		json_object_set_new(json, "last_error", zong_json_str(row->last_error));
	return json;
}

json_t *zong_json_delivery_briefs(Zong__Delivery *const *rows, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, brief_json(rows[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* A word that the receiver's table does not have is told with no code beside it. */
static json_t *codes_json(const struct zong_event *event)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < event->codes; i++) {
		const struct zong_event_code *code = &event->code[i];

		json_array_append_new(array,
			json_pack("{s:s, s:o, s:o, s:o}", "list", code->list, "ours",
				zong_json_str(code->ours), "theirs",
				code->code ? zong_json_str(code->code->theirs) : json_null(),
				"name",
				code->code ? zong_json_or_null(code->code->name) : json_null()));
	}
	return array;
}

static json_t *pages_json(const Zong__Material *material)
{
	json_t *array = json_array();

	for (uint32_t n = 1; array && n <= material->pages; n++)
		json_array_append_new(array, json_integer(n));
	return array;
}

static void add_versions(json_t *json, const Zong__Material *material)
{
	if (json && material->supersedes.len)
		json_object_set_new(json, "supersedes", zong_json_id(&material->supersedes));
	if (json && material->superseded.len)
		json_object_set_new(json, "superseded_by", zong_json_id(&material->superseded));
}

static json_t *manifest_json(const struct zong_event *event)
{
	const Zong__Material *material = event->material;
	struct zong_digest digest = {{0}};
	char text[ZONG_DIGEST_TEXT];
	char file[ZONG_DIGEST_TEXT + 32] = "/api/v1/files/";
	const char *code;
	json_t *json;

	if (!material)
		return json_null();
	if (material->file.len == ZONG_DIGEST_SIZE)
		memcpy(digest.bytes, material->file.data, ZONG_DIGEST_SIZE);
	zong_digest_format(&digest, text);
	memcpy(file + strlen(file), text, sizeof(text));
	code = zong_codes_kind(event->kind);
	json = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:s, s:i, s:o, s:s}", "title",
		zong_json_str(material->title), "type", zong_json_str(material->type), "kind",
		zong_json_str(event->kind), "kind_code", code ? json_string(code) : json_null(),
		"cause", zong_json_or_null(event->cause), "name",
		zong_json_str(material->file_name), "media",
		zong_media_type((enum zong_media)material->media), "bytes",
		(json_int_t)material->bytes, "digest", text, "pages", (int)material->pages,
		"page_numbers", pages_json(material), "file", file);
	add_versions(json, material);
	if (json && event->delivery->codes) {
		json_object_set_new(json, "codes", codes_json(event));
		json_object_set_new(
			json, "codes_version", json_integer(event->delivery->codes));
	}
	return json;
}

json_t *zong_json_event(const struct zong_event *event)
{
	const Zong__Delivery *row = event->delivery;
	json_t *json = json_pack(
		"{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:i, s:s, s:i, s:o, s:o, s:o}", "cursor",
		(json_int_t)row->cursor, "id", zong_json_id(&row->id), "type", zong_event_type(row),
		"time", zong_json_time(row->due ? row->due : row->created), "delivery",
		zong_json_id(row->about.len ? &row->about : &row->id), "department",
		zong_json_str(row->department), "case", zong_json_str(row->case_no), "material",
		zong_json_id(&row->material), "version", (int)row->version, "state",
		zong_delivery_state_name(row->state), "attempts", (int)row->attempts, "ended",
		zong_json_time(row->ended), "record",
		row->record ? json_integer((json_int_t)row->record) : json_null(), "manifest",
		manifest_json(event));

	if (json)
		add_state(json, row);
	return json;
}

json_t *zong_json_feed(const struct zong_event *events, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < count; i++)
		json_array_append_new(array, zong_json_event(&events[i]));
	return array;
}

static int add_keys(json_t *json, const Zong__Department *row, bool secrets)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(512);
	int err;

	err = zong_department_public_key(row, &text);
	if (!err)
		err = json_object_set_new(json, "public_key", json_string(zong_buf_str(&text)));
	if (err || !secrets)
		return err;
	zong_buf_clear(&text);
	err = zong_department_secret(row, &text);
	if (!err)
		err = json_object_set_new(json, "secret", json_string(zong_buf_str(&text)));
	if (text.data)
		explicit_bzero(text.data, text.len);
	return err;
}

json_t *zong_json_department(const Zong__Department *row, bool secrets)
{
	bool rotating = row->old_until > zong_time_now();
	json_t *json = json_pack(
		"{s:o, s:o, s:o, s:b, s:o, s:i, s:i, s:b, s:b, s:i, s:o, s:o}", "id",
		zong_json_str(row->id), "name", zong_json_str(row->name), "webhook",
		zong_json_or_null(row->webhook), "allow_private", (int)row->allow_private,
		"webhook_disabled", zong_json_or_null(row->webhook_disabled), "rate",
		(int)row->rate, "concurrency", (int)row->concurrency, "wait_reading",
		(int)row->wait_reading, "wait_previous", (int)row->wait_previous, "receipt_hours",
		(int)(row->receipt_hours ? row->receipt_hours : ZONG_RECEIPT_HOURS), "old_keys_until",
		rotating ? zong_json_time(row->old_until) : json_null(), "created",
		zong_json_time(row->created));

	if (json && *row->webhook && add_keys(json, row, secrets)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
