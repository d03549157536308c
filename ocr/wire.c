/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/utf8.h>

#include "wire.h"

#define TEXT_MAX 65535

/* -- writing -- */

void zong_wire_add_u8(struct zong_buf *body, uint8_t value)
{
	zong_buf_add(body, &value, 1);
}

void zong_wire_add_u16(struct zong_buf *body, uint16_t value)
{
	uint8_t bytes[2];

	zong_write_be16(bytes, value);
	zong_buf_add(body, bytes, sizeof(bytes));
}

void zong_wire_add_u32(struct zong_buf *body, uint32_t value)
{
	uint8_t bytes[4];

	zong_write_be32(bytes, value);
	zong_buf_add(body, bytes, sizeof(bytes));
}

void zong_wire_add_float(struct zong_buf *body, float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	zong_wire_add_u32(body, bits);
}

void zong_wire_add_text(struct zong_buf *body, const char *text)
{
	size_t len = zong_utf8_cut(text, strlen(text), TEXT_MAX);

	zong_wire_add_u16(body, (uint16_t)len);
	zong_buf_add(body, text, len);
}

void zong_wire_add_box(struct zong_buf *body, const struct zong_box *box)
{
	zong_wire_add_u32(body, box->x);
	zong_wire_add_u32(body, box->y);
	zong_wire_add_u32(body, box->width);
	zong_wire_add_u32(body, box->height);
}

/* -- reading: a cursor with a sticky error -- */

const uint8_t *zong_wire_take(struct zong_wire *cursor, size_t len)
{
	const uint8_t *bytes = cursor->bytes;

	if (cursor->err || len > cursor->left) {
		cursor->err = cursor->err ? cursor->err : ZONG_EPROTO;
		return NULL;
	}
	cursor->bytes += len;
	cursor->left -= len;
	return bytes;
}

uint8_t zong_wire_take_u8(struct zong_wire *cursor)
{
	const uint8_t *bytes = zong_wire_take(cursor, 1);

	return bytes ? bytes[0] : 0;
}

uint16_t zong_wire_take_u16(struct zong_wire *cursor)
{
	const uint8_t *bytes = zong_wire_take(cursor, 2);

	return bytes ? zong_read_be16(bytes) : 0;
}

uint32_t zong_wire_take_u32(struct zong_wire *cursor)
{
	const uint8_t *bytes = zong_wire_take(cursor, 4);

	return bytes ? zong_read_be32(bytes) : 0;
}

void zong_wire_refuse_unless(struct zong_wire *cursor, bool good)
{
	if (!good && !cursor->err)
		cursor->err = ZONG_EPROTO;
}

/* Within [0, max]; what is not a number is refused. */
float zong_wire_take_float(struct zong_wire *cursor, float max)
{
	uint32_t bits = zong_wire_take_u32(cursor);
	float value;

	memcpy(&value, &bits, sizeof(value));
	zong_wire_refuse_unless(cursor, value >= 0 && value <= max);
	return cursor->err ? 0 : value;
}

bool zong_wire_take_bool(struct zong_wire *cursor)
{
	uint8_t value = zong_wire_take_u8(cursor);

	zong_wire_refuse_unless(cursor, value <= 1);
	return value == 1;
}

const char *zong_wire_take_text(struct zong_wire *cursor, struct zong_arena *arena)
{
	size_t len = zong_wire_take_u16(cursor);
	const uint8_t *bytes = zong_wire_take(cursor, len);
	char *text;

	if (!bytes)
		return NULL;
	zong_wire_refuse_unless(cursor, zong_utf8_printable((const char *)bytes, len));
	if (cursor->err)
		return NULL;
	text = zong_arena_strn(arena, (const char *)bytes, len);
	if (!text)
		cursor->err = ZONG_ENOMEM;
	return text;
}

struct zong_box zong_wire_take_box(struct zong_wire *cursor, uint32_t width, uint32_t height)
{
	struct zong_box box = {
		.x = zong_wire_take_u32(cursor),
		.y = zong_wire_take_u32(cursor),
		.width = zong_wire_take_u32(cursor),
		.height = zong_wire_take_u32(cursor),
	};

	zong_wire_refuse_unless(cursor, box.x <= width && box.width <= width - box.x);
	zong_wire_refuse_unless(cursor, box.y <= height && box.height <= height - box.y);
	return box;
}

int zong_wire_end(struct zong_wire *cursor)
{
	zong_wire_refuse_unless(cursor, cursor->left == 0);
	return cursor->err;
}
