/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/cleanup.h>
#include <zong/time.h>

#include "http/event_text.h"
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

json_t *zong_json_event(const struct zong_event *event)
{
	_cleanup_(zong_buf_release) struct zong_buf text = ZONG_BUF_INIT(ZONG_LIMIT_EVENTS_TEXT);

	if (zong_event_text(event, &text))
		return NULL;
	return json_loadb(zong_buf_str(&text), text.len, 0, NULL);
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

static json_t *certificates_json(const Zong__Department *row)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < row->n_certificates; i++)
		json_array_append_new(array, zong_json_digest(&row->certificates[i]));
	return array;
}

json_t *zong_json_department(const Zong__Department *row, bool secrets)
{
	bool rotating = row->old_until > zong_time_now();
	json_t *json = json_pack(
		"{s:o, s:o, s:o, s:b, s:o, s:i, s:i, s:b, s:b, s:i, s:o, s:o, s:o}", "id",
		zong_json_str(row->id), "name", zong_json_str(row->name), "webhook",
		zong_json_or_null(row->webhook), "allow_private", (int)row->allow_private,
		"webhook_disabled", zong_json_or_null(row->webhook_disabled), "rate",
		(int)row->rate, "concurrency", (int)row->concurrency, "wait_reading",
		(int)row->wait_reading, "wait_previous", (int)row->wait_previous, "receipt_hours",
		(int)(row->receipt_hours ? row->receipt_hours : ZONG_RECEIPT_HOURS), "old_keys_until",
		rotating ? zong_json_time(row->old_until) : json_null(), "created",
		zong_json_time(row->created), "certificates", certificates_json(row));

	if (json && *row->webhook && add_keys(json, row, secrets)) {
		json_decref(json);
		return NULL;
	}
	return json;
}
