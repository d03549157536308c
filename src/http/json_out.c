/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/cleanup.h>
#include <zong/digest.h>
#include <zong/id.h>
#include <zong/time.h>
#include <zong/utf8.h>

#include "http/json.h"

json_t *zong_json_str(const char *text)
{
	_cleanup_(zong_buf_release) struct zong_buf clean = ZONG_BUF_INIT(ZONG_LIMIT_PAGE_TEXT);
	json_t *value;
	size_t len, pos = 0;
	uint32_t c;

	if (!text)
		text = "";
	value = json_string(text);
	if (value)
		return value;
	len = strlen(text);
	while (pos < len) {
		c = zong_utf8_next(text, len, &pos);
		zong_utf8_add(&clean, c == ZONG_UTF8_BAD ? 0xFFFD : c);
	}
	return clean.err ? NULL : json_string(zong_buf_str(&clean));
}

json_t *zong_json_or_null(const char *text)
{
	return text && *text ? zong_json_str(text) : json_null();
}

json_t *zong_json_time(int64_t time)
{
	char text[ZONG_TIME_TEXT];

	if (time == 0)
		return json_null();
	zong_time_format(time, text);
	return json_string(text);
}

json_t *zong_json_digest(const ProtobufCBinaryData *digest)
{
	struct zong_digest value;
	char text[ZONG_DIGEST_TEXT];

	if (digest->len != ZONG_DIGEST_SIZE)
		return json_null();
	memcpy(value.bytes, digest->data, ZONG_DIGEST_SIZE);
	zong_digest_format(&value, text);
	return json_string(text);
}

json_t *zong_json_sm3(const ProtobufCBinaryData *digest)
{
	struct zong_digest value;
	char text[ZONG_SM3_TEXT];

	if (digest->len != ZONG_DIGEST_SIZE)
		return json_null();
	memcpy(value.bytes, digest->data, ZONG_DIGEST_SIZE);
	zong_sm3_format(&value, text);
	return json_string(text);
}

json_t *zong_json_id(const ProtobufCBinaryData *id)
{
	struct zong_id value;
	char text[ZONG_ID_TEXT];

	if (id->len != ZONG_ID_SIZE)
		return json_null();
	memcpy(value.bytes, id->data, ZONG_ID_SIZE);
	zong_id_format(&value, text);
	return json_string(text);
}

json_t *zong_json_strings(char *const *texts, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < count; i++) {
		if (json_array_append_new(array, zong_json_str(texts[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *zong_json_next(const char *cursor)
{
	return zong_json_or_null(cursor);
}

json_t *zong_json_step(const Zong__Step *step)
{
	if (!step)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:I, s:o}", "time", zong_json_time(step->time), "by",
		zong_json_str(step->by), "name", zong_json_str(step->name), "record",
		(json_int_t)step->record, "note", zong_json_or_null(step->note));
}
