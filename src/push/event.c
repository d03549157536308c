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
	char delivery[ZONG_ID_TEXT], material[ZONG_ID_TEXT], time[ZONG_TIME_TEXT];
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

static int fill_names(
	const struct zong_event *event, const char *archive, const char *base, struct names *names)
{
	struct zong_digest digest;
	char digest_text[ZONG_DIGEST_TEXT];

	if (id_text(&event->delivery->id, names->delivery) ||
		id_text(&event->delivery->material, names->material) ||
		event->material->file.len != ZONG_DIGEST_SIZE)
		return ZONG_ECORRUPT;
	if (strlen(base) > ZONG_LIMIT_URL)
		return ZONG_ELIMIT;
	memcpy(digest.bytes, event->material->file.data, ZONG_DIGEST_SIZE);
	zong_digest_format(&digest, digest_text);
	zong_time_format(event->delivery->created, names->time);
	snprintf(names->source, sizeof(names->source), "/zong/%.36s", archive);
	snprintf(names->manifest, ADDRESS_MAX, "%s/api/v1/deliveries/%s", base, names->delivery);
	snprintf(names->receipt, ADDRESS_MAX, "%s/api/v1/deliveries/%s/receipt", base,
		names->delivery);
	snprintf(names->file, ADDRESS_MAX, "%s/api/v1/files/%s", base, digest_text);
	return 0;
}

int zong_event_format(
	const struct zong_event *event, const char *archive, const char *base, struct zong_buf *buf)
{
	const Zong__Delivery *delivery = event->delivery;
	_cleanup_free_ char *text = NULL;
	_cleanup_free_ struct names *names = malloc(sizeof(*names));
	json_t *json;
	int err;

	if (!names)
		return ZONG_ENOMEM;
	err = fill_names(event, archive, base, names);
	if (err)
		return err;
	json = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s}}",
		"specversion", "1.0", "id", names->delivery, "source", names->source, "type",
		"zong.delivery", "subject", names->material, "time", names->time, "datacontenttype",
		"application/json", "data", "delivery", names->delivery, "department",
		delivery->department, "case", delivery->case_no, "material", names->material,
		"version", (int)delivery->version, "manifest", names->manifest, "file", names->file,
		"receipt", names->receipt);
	if (!json)
		return ZONG_ENOMEM;
	text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text ? zong_buf_add_str(buf, text) : ZONG_ENOMEM;
}
