/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/time.h>

#include "push/event.h"

#define ADDRESS_MAX (ZONG_LIMIT_URL + 256)

struct names {
	char id[ZONG_ID_TEXT], delivery[ZONG_ID_TEXT], material[ZONG_ID_TEXT], time[ZONG_TIME_TEXT];
	char source[64], manifest[ADDRESS_MAX], receipt[ADDRESS_MAX], file[ADDRESS_MAX];
};

static int id_text(const ProtobufCBinaryData *bytes, char ret_text[ZONG_ID_TEXT])
{
	struct zong_id id;

	if (bytes->len != ZONG_ID_SIZE)
		return ZONG_ECORRUPT;
	memcpy(id.bytes, bytes->data, ZONG_ID_SIZE);
	zong_id_format(&id, ret_text);
	return 0;
}

static int fill_file(const Zong__Material *material, const char *base, struct names *names)
{
	struct zong_digest digest;
	char text[ZONG_DIGEST_TEXT];

	if (material->file.len != ZONG_DIGEST_SIZE)
		return ZONG_ECORRUPT;
	memcpy(digest.bytes, material->file.data, ZONG_DIGEST_SIZE);
	zong_digest_format(&digest, text);
	snprintf(names->file, ADDRESS_MAX, "%s/api/v1/files/%s", base, text);
	return 0;
}

static int fill_names(
	const struct zong_event *event, const char *archive, const char *base, struct names *names)
{
	const Zong__Delivery *delivery = event->delivery;
	bool notice = delivery->about.len != 0;

	if (id_text(&delivery->id, names->id) ||
		id_text(notice ? &delivery->about : &delivery->id, names->delivery) ||
		id_text(&delivery->material, names->material))
		return ZONG_ECORRUPT;
	if (strlen(base) > ZONG_LIMIT_URL)
		return ZONG_ELIMIT;
	if (event->material && fill_file(event->material, base, names))
		return ZONG_ECORRUPT;
	zong_time_format(delivery->due ? delivery->due : delivery->created, names->time);
	snprintf(names->source, sizeof(names->source), "/zong/%.36s", archive);
	snprintf(names->manifest, ADDRESS_MAX, "%s/api/v1/deliveries/%s", base, names->id);
	snprintf(names->receipt, ADDRESS_MAX, "%s/api/v1/deliveries/%s/receipt", base, names->id);
	return 0;
}

static int set(json_t *json, const char *name, json_t *value)
{
	return json_object_set_new(json, name, value) ? ZONG_ENOMEM : 0;
}

static int add_next(json_t *data, const Zong__Delivery *delivery)
{
	char text[ZONG_ID_TEXT];

	if (id_text(&delivery->next, text))
		return ZONG_ECORRUPT;
	return set(data, "next",
		json_pack("{s:s, s:i}", "material", text, "version", (int)delivery->version + 1));
}

static int add_particulars(json_t *data, const struct zong_event *event, const struct names *names)
{
	const Zong__Delivery *delivery = event->delivery;
	char text[ZONG_ID_TEXT];

	switch (delivery->kind) {
	case ZONG__DELIVERY_KIND__NOTICE_SUPERSEDED:
		return add_next(data, delivery);
	case ZONG__DELIVERY_KIND__NOTICE_WITHDRAWN:
		return set(data, "reason", json_string(delivery->reason));
	default:
		break;
	}
	if (event->material->supersedes.len) {
		if (id_text(&event->material->supersedes, text))
			return ZONG_ECORRUPT;
		if (set(data, "supersedes", json_string(text)))
			return ZONG_ENOMEM;
	}
	return set(data, "file", json_string(names->file));
}

static json_t *data_json(const Zong__Delivery *delivery, const struct names *names)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "delivery", names->delivery,
		"department", delivery->department, "case", delivery->case_no, "material",
		names->material, "version", (int)delivery->version, "manifest", names->manifest,
		"receipt", names->receipt);
}

int zong_event_format(
	const struct zong_event *event, const char *archive, const char *base, struct zong_buf *buf)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_free_ struct names *names = malloc(sizeof(*names));
	json_t *data, *json;
	int err;

	if (!names)
		return ZONG_ENOMEM;
	err = fill_names(event, archive, base, names);
	if (err)
		return err;
	data = data_json(event->delivery, names);
	if (!data)
		return ZONG_ENOMEM;
	err = add_particulars(data, event, names);
	if (err) {
		json_decref(data);
		return err;
	}
	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "specversion", "1.0", "id",
		names->id, "source", names->source, "type", zong_event_type(event->delivery),
		"subject", names->material, "time", names->time, "datacontenttype",
		"application/json", "data", data);
	if (!json)
		return ZONG_ENOMEM;
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text ? zong_buf_add_str(buf, text) : ZONG_ENOMEM;
}
