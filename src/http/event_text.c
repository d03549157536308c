/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include <zong/digest.h>
#include <zong/media.h>
#include <zong/time.h>

#include "http/event_text.h"

#define EVENT_ROOM 1024 /* most are shorter */

/* A member's name as it stands behind another member, and how long that is. */
#define NAME(word) ",\"" word "\":", sizeof(",\"" word "\":") - 1

/* What must not stand in a string as it is (RFC 8259 §7); other text in rows is UTF-8, which goes out as it is. */
static const bool escaped[256] = {[0 ... 0x1f] = true, ['"'] = true, ['\\'] = true};

static void add_string(struct zong_buf *buf, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	const char *from = text, *at;

	zong_buf_add(buf, "\"", 1);
	for (at = text; *at; at++) {
		unsigned char c = (unsigned char)*at;
		char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

		if (!escaped[c])
			continue;
		zong_buf_add(buf, from, (size_t)(at - from));
		from = at + 1;
		if (c < 0x20)
			zong_buf_add(buf, escape, sizeof(escape));
		else
			zong_buf_add(buf, c == '"' ? "\\\"" : "\\\\", 2);
	}
	zong_buf_add(buf, from, (size_t)(at - from));
	zong_buf_add(buf, "\"", 1);
}

static void add_null(struct zong_buf *buf, const char *name, size_t name_len)
{
	zong_buf_add(buf, name, name_len);
	zong_buf_add(buf, "null", 4);
}

static void add_text(struct zong_buf *buf, const char *name, size_t name_len, const char *text)
{
	zong_buf_add(buf, name, name_len);
	if (text)
		add_string(buf, text);
	else
		zong_buf_add(buf, "null", 4);
}

/* Text of ours, in which nothing is to be escaped. */
static void add_plain(
	struct zong_buf *buf, const char *name, size_t name_len, const char *text, size_t len)
{
	zong_buf_add(buf, name, name_len);
	zong_buf_add(buf, "\"", 1);
	zong_buf_add(buf, text, len);
	zong_buf_add(buf, "\"", 1);
}

static void add_filled(struct zong_buf *buf, const char *name, size_t name_len, const char *text)
{
	add_text(buf, name, name_len, text && *text ? text : NULL);
}

static void add_digits(struct zong_buf *buf, uint64_t number)
{
	char text[24];
	char *at = text + sizeof(text);

	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	zong_buf_add(buf, at, (size_t)(text + sizeof(text) - at));
}

static void add_number(struct zong_buf *buf, const char *name, size_t name_len, uint64_t number)
{
	zong_buf_add(buf, name, name_len);
	add_digits(buf, number);
}

static void add_time(struct zong_buf *buf, const char *name, size_t name_len, int64_t time)
{
	char text[ZONG_TIME_TEXT];

	if (!time) {
		add_null(buf, name, name_len);
		return;
	}
	zong_time_format(time, text);
	add_plain(buf, name, name_len, text, strlen(text));
}

static void add_id(struct zong_buf *buf, const char *name, size_t name_len,
	const ProtobufCBinaryData *bytes)
{
	char text[ZONG_ID_TEXT];
	struct zong_id id;

	if (bytes->len != ZONG_ID_SIZE) {
		add_null(buf, name, name_len);
		return;
	}
	memcpy(id.bytes, bytes->data, ZONG_ID_SIZE);
	zong_id_format(&id, text);
	add_plain(buf, name, name_len, text, sizeof(text) - 1);
}

static void add_sm3(struct zong_buf *buf, const ProtobufCBinaryData *bytes)
{
	struct zong_digest sm3;
	char text[ZONG_SM3_TEXT];

	if (bytes->len != ZONG_DIGEST_SIZE) {
		add_null(buf, NAME("sm3"));
		return;
	}
	memcpy(sm3.bytes, bytes->data, ZONG_DIGEST_SIZE);
	zong_sm3_format(&sm3, text);
	add_plain(buf, NAME("sm3"), text, sizeof(text) - 1);
}

/* A word that the receiver's table does not have is told with no code beside it. */
static void add_codes(struct zong_buf *buf, const struct zong_event *event)
{
	zong_buf_add(buf, NAME("codes"));
	for (size_t i = 0; i < event->codes; i++) {
		const struct zong_event_code *code = &event->code[i];

		zong_buf_add_str(buf, i ? ",{\"list\":" : "[{\"list\":");
		add_string(buf, code->list);
		add_text(buf, NAME("ours"), code->ours);
		add_text(buf, NAME("theirs"), code->code ? code->code->theirs : NULL);
		add_filled(buf, NAME("name"), code->code ? code->code->name : NULL);
		zong_buf_add(buf, "}", 1);
	}
	zong_buf_add_str(buf, event->codes ? "]" : "[]");
	add_number(buf, NAME("codes_version"), event->delivery->codes);
}

static void add_pages(struct zong_buf *buf, const Zong__Material *material)
{
	zong_buf_add(buf, NAME("page_numbers"));
	zong_buf_add(buf, "[", 1);
	for (uint32_t n = 1; n <= material->pages; n++) {
		if (n > 1)
			zong_buf_add(buf, ",", 1);
		add_digits(buf, n);
	}
	zong_buf_add(buf, "]", 1);
}

static void add_manifest(struct zong_buf *buf, const struct zong_event *event)
{
	const Zong__Material *material = event->material;
	struct zong_digest digest = {{0}};
	char text[ZONG_DIGEST_TEXT];
	char file[ZONG_DIGEST_TEXT + 32];

	if (material->file.len == ZONG_DIGEST_SIZE)
		memcpy(digest.bytes, material->file.data, ZONG_DIGEST_SIZE);
	zong_digest_format(&digest, text);
	snprintf(file, sizeof(file), "/api/v1/files/%s", text);
	zong_buf_add_str(buf, "{\"title\":");
	add_string(buf, material->title);
	add_text(buf, NAME("type"), material->type);
	add_text(buf, NAME("kind"), event->kind);
	add_text(buf, NAME("kind_code"), zong_codes_kind(event->kind));
	add_filled(buf, NAME("cause"), event->cause);
	add_text(buf, NAME("name"), material->file_name);
	add_text(buf, NAME("media"), zong_media_type((enum zong_media)material->media));
	add_number(buf, NAME("bytes"), material->bytes);
	add_plain(buf, NAME("digest"), text, sizeof(text) - 1);
	add_sm3(buf, &material->sm3);
	add_number(buf, NAME("pages"), material->pages);
	add_pages(buf, material);
	add_plain(buf, NAME("file"), file, strlen(file));
	if (material->destroyed)
		zong_buf_add_str(buf, ",\"destroyed\":true");
	if (material->supersedes.len)
		add_id(buf, NAME("supersedes"), &material->supersedes);
	if (material->superseded.len)
		add_id(buf, NAME("superseded_by"), &material->superseded);
	if (event->delivery->codes)
		add_codes(buf, event);
	zong_buf_add(buf, "}", 1);
}

/* What there is of it only in some states. */
static void add_state(struct zong_buf *buf, const Zong__Delivery *row)
{
	unsigned int at = 0;
	const char *name, *comma = "";

	if (*row->reason)
		add_text(buf, NAME("reason"), row->reason);
	if (row->waits) {
		zong_buf_add(buf, NAME("waits"));
		zong_buf_add(buf, "[", 1);
		while ((name = zong_delivery_wait_name(row, &at)) != NULL) {
			zong_buf_add_str(buf, comma);
			add_string(buf, name);
			comma = ",";
		}
		zong_buf_add(buf, "]", 1);
	}
	if (row->dead)
		zong_buf_add_str(buf, ",\"dead\":true");
	if (row->received)
		add_time(buf, NAME("received"), row->received);
	if (row->next.len)
		add_id(buf, NAME("next"), &row->next);
}

/* The day that the delivery counts for, which is not that of a notice about it. */
static void add_day(struct zong_buf *buf, const Zong__Delivery *row)
{
	char text[ZONG_TIME_TEXT];

	zong_time_format(row->kind == ZONG__DELIVERY_KIND__NOTICE_RESTORED || !row->due
				 ? row->created
				 : row->due,
		text);
	add_plain(buf, NAME("day"), text, 10);
}

int zong_event_text(const struct zong_event *event, struct zong_buf *buf)
{
	const Zong__Delivery *row = event->delivery;

	zong_buf_add_str(buf, "{\"type\":");
	add_string(buf, zong_event_type(row));
	add_number(buf, NAME("cursor"), row->cursor);
	add_id(buf, NAME("id"), &row->id);
	add_time(buf, NAME("time"), row->due ? row->due : row->created);
	add_day(buf, row);
	add_id(buf, NAME("delivery"), row->about.len ? &row->about : &row->id);
	add_text(buf, NAME("department"), row->department);
	add_text(buf, NAME("case"), row->case_no);
	add_id(buf, NAME("material"), &row->material);
	add_number(buf, NAME("version"), row->version);
	add_text(buf, NAME("state"), zong_delivery_state_name(row->state));
	add_number(buf, NAME("attempts"), row->attempts);
	add_time(buf, NAME("ended"), row->ended);
	zong_buf_add(buf, NAME("record"));
	if (row->record)
		add_digits(buf, row->record);
	else
		zong_buf_add_str(buf, "null");
	add_state(buf, row);
	zong_buf_add(buf, NAME("manifest"));
	if (event->material)
		add_manifest(buf, event);
	else
		zong_buf_add_str(buf, "null");
	return zong_buf_add(buf, "}", 1);
}

int zong_events_text(const struct zong_event *events, size_t count, struct zong_buf *buf)
{
	/* What it will be about: growing by doubling copies a page of a thousand ten times. */
	if (count <= (buf->max - buf->len) / EVENT_ROOM)
		zong_buf_room(buf, count * EVENT_ROOM);
	for (size_t i = 0; i < count && !buf->err; i++) {
		if (i)
			zong_buf_add(buf, ",", 1);
		zong_event_text(&events[i], buf);
	}
	return buf->err;
}
