/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/cleanup.h>
#include <zong/media.h>

#include "http/json.h"

static json_t *brief_json(const Zong__Delivery *row)
{
	json_t *json = json_pack("{s:o, s:o, s:s, s:i, s:o, s:o}", "id", zong_json_id(&row->id),
		"department", zong_json_str(row->department), "state",
		zong_delivery_state_name(row->state), "attempts", (int)row->attempts, "created",
		zong_json_time(row->created), "ended", zong_json_time(row->ended));

	if (json && *row->reason)
		json_object_set_new(json, "reason", zong_json_str(row->reason));
	if (json && *row->last_error)
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

static json_t *manifest_json(const struct zong_event *event)
{
	const Zong__Material *material = event->material;
	struct zong_digest digest = {{0}};
	char text[ZONG_DIGEST_TEXT];
	char file[ZONG_DIGEST_TEXT + 32] = "/api/v1/files/";

	if (material->file.len == ZONG_DIGEST_SIZE)
		memcpy(digest.bytes, material->file.data, ZONG_DIGEST_SIZE);
	zong_digest_format(&digest, text);
	memcpy(file + strlen(file), text, sizeof(text));
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:I, s:s, s:i, s:s}", "title",
		zong_json_str(material->title), "type", zong_json_str(material->type), "kind",
		zong_json_str(event->kind), "name", zong_json_str(material->file_name), "media",
		zong_media_type((enum zong_media)material->media), "bytes",
		(json_int_t)material->bytes, "digest", text, "pages", (int)material->pages, "file",
		file);
}

json_t *zong_json_event(const struct zong_event *event)
{
	const Zong__Delivery *row = event->delivery;
	json_t *json = json_pack(
		"{s:I, s:o, s:s, s:o, s:o, s:o, s:o, s:i, s:s, s:i, s:o, s:o, s:o}", "cursor",
		(json_int_t)row->cursor, "id", zong_json_id(&row->id), "type", "zong.delivery",
		"time", zong_json_time(row->created), "department", zong_json_str(row->department),
		"case", zong_json_str(row->case_no), "material", zong_json_id(&row->material),
		"version", (int)row->version, "state", zong_delivery_state_name(row->state),
		"attempts", (int)row->attempts, "ended", zong_json_time(row->ended), "record",
		row->record ? json_integer((json_int_t)row->record) : json_null(), "manifest",
		manifest_json(event));

	if (json && *row->reason)
		json_object_set_new(json, "reason", zong_json_str(row->reason));
	return json;
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
	json_t *json = json_pack("{s:o, s:o, s:o, s:b, s:o, s:o}", "id", zong_json_str(row->id),
		"name", zong_json_str(row->name), "webhook", zong_json_or_null(row->webhook),
		"allow_private", (int)row->allow_private, "webhook_disabled",
		zong_json_or_null(row->webhook_disabled), "created", zong_json_time(row->created));

	if (json && *row->webhook && add_keys(json, row, secrets)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
