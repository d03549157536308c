/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "proto.h"
#include "wire.h"

/* -- requests -- */

void zong_proto_add_request(struct zong_buf *body, const struct zong_request *request)
{
	if (request->type == ZONG_MESSAGE_OPEN) {
		zong_wire_add_u8(body, (uint8_t)request->media);
		zong_buf_add(body, request->key.bytes, sizeof(request->key.bytes));
		return;
	}
	if (request->type == ZONG_MESSAGE_FORM)
		return;
	zong_wire_add_u32(body, request->page);
	if (request->type == ZONG_MESSAGE_RENDER) {
		zong_wire_add_u32(body, request->max_width);
		zong_wire_add_box(body, &request->part);
	}
	if (request->type == ZONG_MESSAGE_EXTRACT) {
		zong_wire_add_u32(body, request->count);
		zong_wire_add_u32(body, (uint32_t)(request->offset >> 32));
		zong_wire_add_u32(body, (uint32_t)request->offset);
	}
}

int zong_proto_parse_request(
	enum zong_message type, const uint8_t *body, size_t len, struct zong_request *ret_request)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	struct zong_request request = {.type = type};
	const uint8_t *key;
	int err;

	switch (type) {
	case ZONG_MESSAGE_OPEN:
		request.media = zong_wire_take_u8(&cursor);
		zong_wire_refuse_unless(&cursor,
			request.media >= ZONG_MEDIA_TIFF && request.media <= ZONG_MEDIA_PNG);
		key = zong_wire_take(&cursor, sizeof(request.key.bytes));
		if (key)
			memcpy(request.key.bytes, key, sizeof(request.key.bytes));
		break;
	case ZONG_MESSAGE_FORM:
		break;
	case ZONG_MESSAGE_PROBE:
	case ZONG_MESSAGE_READ:
	case ZONG_MESSAGE_RENDER:
	case ZONG_MESSAGE_EXTRACT:
	case ZONG_MESSAGE_IMAGE:
		request.page = zong_wire_take_u32(&cursor);
		zong_wire_refuse_unless(&cursor, request.page >= 1);
		if (type == ZONG_MESSAGE_RENDER) {
			request.max_width = zong_wire_take_u32(&cursor);
			request.part = zong_wire_take_box(&cursor, UINT32_MAX, UINT32_MAX);
		}
		if (type == ZONG_MESSAGE_EXTRACT) {
			request.count = zong_wire_take_u32(&cursor);
			zong_wire_refuse_unless(&cursor, request.count >= 1);
			request.offset = (uint64_t)zong_wire_take_u32(&cursor) << 32;
			request.offset |= zong_wire_take_u32(&cursor);
		}
		break;
	default:
		return ZONG_EPROTO;
	}
	err = zong_wire_end(&cursor);
	if (!err)
		*ret_request = request;
	return err;
}

/* -- answers -- */

void zong_proto_add_ready(struct zong_buf *body, uint32_t landlock)
{
	zong_wire_add_u32(body, ZONG_PROTO_VERSION);
	zong_wire_add_u32(body, landlock);
}

int zong_proto_parse_ready(const uint8_t *body, size_t len, uint32_t *ret_landlock)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	uint32_t version = zong_wire_take_u32(&cursor);
	uint32_t landlock = zong_wire_take_u32(&cursor);

	zong_wire_refuse_unless(&cursor, version == ZONG_PROTO_VERSION);
	if (zong_wire_end(&cursor))
		return cursor.err;
	*ret_landlock = landlock;
	return 0;
}

bool zong_proto_may_fail_with(uint32_t code)
{
	if (code > INT32_MAX)
		return false;
	switch (-(int)code) {
	case ZONG_EWORKER:
	case ZONG_EWORKER_MEMORY:
	case ZONG_EMEDIA:
	case ZONG_EDAMAGED:
	case ZONG_ENOPAGES:
	case ZONG_EENCRYPTED:
	case ZONG_EPIXELS:
	case ZONG_EPAGES:
	case ZONG_EPAGENO:
	case ZONG_ELIMIT:
	case ZONG_EPROTO:
		return true;
	default:
		return false;
	}
}

void zong_proto_add_failed(struct zong_buf *body, int code, const char *text)
{
	zong_wire_add_u32(body, (uint32_t)-code);
	zong_wire_add_text(body, text);
}

int zong_proto_parse_failed(const uint8_t *body, size_t len, struct zong_arena *arena,
	int *ret_code, const char **ret_text)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	uint32_t code = zong_wire_take_u32(&cursor);
	const char *text = zong_wire_take_text(&cursor, arena);

	zong_wire_refuse_unless(&cursor, zong_proto_may_fail_with(code));
	if (zong_wire_end(&cursor))
		return cursor.err;
	*ret_code = -(int)code;
	*ret_text = text;
	return 0;
}

void zong_proto_add_opened(struct zong_buf *body, uint32_t pages)
{
	zong_wire_add_u32(body, pages);
}

int zong_proto_parse_opened(const uint8_t *body, size_t len, uint32_t *ret_pages)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	uint32_t pages = zong_wire_take_u32(&cursor);

	zong_wire_refuse_unless(&cursor, pages >= 1 && pages <= ZONG_LIMIT_PAGES);
	if (zong_wire_end(&cursor))
		return cursor.err;
	*ret_pages = pages;
	return 0;
}

void zong_proto_add_extracted(struct zong_buf *body, uint64_t total, const void *bytes, size_t len)
{
	zong_wire_add_u32(body, (uint32_t)(total >> 32));
	zong_wire_add_u32(body, (uint32_t)total);
	zong_buf_add(body, bytes, len);
}

int zong_proto_parse_extracted(const uint8_t *body, size_t len, uint64_t *ret_total,
	const uint8_t **ret_bytes, size_t *ret_len)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	uint64_t total = (uint64_t)zong_wire_take_u32(&cursor) << 32;

	total |= zong_wire_take_u32(&cursor);
	zong_wire_refuse_unless(
		&cursor, total >= 1 && total <= ZONG_LIMIT_EXTRACT && cursor.left <= total);
	zong_wire_refuse_unless(&cursor, cursor.left <= ZONG_LIMIT_EXTRACT_PIECE);
	if (cursor.err)
		return cursor.err;
	*ret_total = total;
	*ret_len = cursor.left;
	*ret_bytes = zong_wire_take(&cursor, cursor.left);
	return 0;
}
