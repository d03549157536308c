/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/look.h>
#include <zong/sheet.h>
#include <zong/utf8.h>

#include "proto.h"

#define FLAG_TEXT_LAYER 1
#define FLAG_BLANK 2
#define FLAG_PATCH 4
#define FLAG_MEASURED 1 /* of the quality */
#define FLAG_WRITING 2
#define MILLIMETRES_MAX 1e5f
#define TEXT_MAX 65535
#define SIDE_MAX 1000000 /* no page is longer; keeps x + width within 32 bits */

/* -- writing -- */

static void add_u8(struct zong_buf *body, uint8_t value)
{
	zong_buf_add(body, &value, 1);
}

static void add_u16(struct zong_buf *body, uint16_t value)
{
	uint8_t bytes[2];

	zong_write_be16(bytes, value);
	zong_buf_add(body, bytes, sizeof(bytes));
}

static void add_u32(struct zong_buf *body, uint32_t value)
{
	uint8_t bytes[4];

	zong_write_be32(bytes, value);
	zong_buf_add(body, bytes, sizeof(bytes));
}

static void add_float(struct zong_buf *body, float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	add_u32(body, bits);
}

static void add_text(struct zong_buf *body, const char *text)
{
	size_t len = zong_utf8_cut(text, strlen(text), TEXT_MAX);

	add_u16(body, (uint16_t)len);
	zong_buf_add(body, text, len);
}

static void add_box(struct zong_buf *body, const struct zong_box *box)
{
	add_u32(body, box->x);
	add_u32(body, box->y);
	add_u32(body, box->width);
	add_u32(body, box->height);
}

/* -- reading: a cursor with a sticky error -- */

struct cursor {
	const uint8_t *bytes;
	size_t left;
	int err;
};

static const uint8_t *take(struct cursor *cursor, size_t len)
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

static uint8_t take_u8(struct cursor *cursor)
{
	const uint8_t *bytes = take(cursor, 1);

	return bytes ? bytes[0] : 0;
}

static uint16_t take_u16(struct cursor *cursor)
{
	const uint8_t *bytes = take(cursor, 2);

	return bytes ? zong_read_be16(bytes) : 0;
}

static uint32_t take_u32(struct cursor *cursor)
{
	const uint8_t *bytes = take(cursor, 4);

	return bytes ? zong_read_be32(bytes) : 0;
}

static void refuse_unless(struct cursor *cursor, bool good)
{
	if (!good && !cursor->err)
		cursor->err = ZONG_EPROTO;
}

/* Within [0, max]; what is not a number is refused. */
static float take_float(struct cursor *cursor, float max)
{
	uint32_t bits = take_u32(cursor);
	float value;

	memcpy(&value, &bits, sizeof(value));
	refuse_unless(cursor, value >= 0 && value <= max);
	return cursor->err ? 0 : value;
}

static bool take_bool(struct cursor *cursor)
{
	uint8_t value = take_u8(cursor);

	refuse_unless(cursor, value <= 1);
	return value == 1;
}

static const char *take_text(struct cursor *cursor, struct zong_arena *arena)
{
	size_t len = take_u16(cursor);
	const uint8_t *bytes = take(cursor, len);
	char *text;

	if (!bytes)
		return NULL;
	refuse_unless(cursor, zong_utf8_printable((const char *)bytes, len));
	if (cursor->err)
		return NULL;
	text = zong_arena_strn(arena, (const char *)bytes, len);
	if (!text)
		cursor->err = ZONG_ENOMEM;
	return text;
}

static struct zong_box take_box(struct cursor *cursor, uint32_t width, uint32_t height)
{
	struct zong_box box = {
		.x = take_u32(cursor),
		.y = take_u32(cursor),
		.width = take_u32(cursor),
		.height = take_u32(cursor),
	};

	refuse_unless(cursor, box.x <= width && box.width <= width - box.x);
	refuse_unless(cursor, box.y <= height && box.height <= height - box.y);
	return box;
}

static int end_of(struct cursor *cursor)
{
	refuse_unless(cursor, cursor->left == 0);
	return cursor->err;
}

/* -- requests -- */

void zong_proto_add_request(struct zong_buf *body, const struct zong_request *request)
{
	if (request->type == ZONG_MESSAGE_OPEN) {
		add_u8(body, (uint8_t)request->media);
		zong_buf_add(body, request->key.bytes, sizeof(request->key.bytes));
		return;
	}
	add_u32(body, request->page);
	if (request->type == ZONG_MESSAGE_RENDER) {
		add_u32(body, request->max_width);
		add_box(body, &request->part);
	}
	if (request->type == ZONG_MESSAGE_EXTRACT) {
		add_u32(body, request->count);
		add_u32(body, (uint32_t)(request->offset >> 32));
		add_u32(body, (uint32_t)request->offset);
	}
}

int zong_proto_parse_request(
	enum zong_message type, const uint8_t *body, size_t len, struct zong_request *ret_request)
{
	struct cursor cursor = {.bytes = body, .left = len};
	struct zong_request request = {.type = type};
	const uint8_t *key;
	int err;

	switch (type) {
	case ZONG_MESSAGE_OPEN:
		request.media = take_u8(&cursor);
		refuse_unless(&cursor,
			request.media >= ZONG_MEDIA_TIFF && request.media <= ZONG_MEDIA_PNG);
		key = take(&cursor, sizeof(request.key.bytes));
		if (key)
			memcpy(request.key.bytes, key, sizeof(request.key.bytes));
		break;
	case ZONG_MESSAGE_PROBE:
	case ZONG_MESSAGE_READ:
	case ZONG_MESSAGE_RENDER:
	case ZONG_MESSAGE_EXTRACT:
	case ZONG_MESSAGE_IMAGE:
		request.page = take_u32(&cursor);
		refuse_unless(&cursor, request.page >= 1);
		if (type == ZONG_MESSAGE_RENDER) {
			request.max_width = take_u32(&cursor);
			request.part = take_box(&cursor, UINT32_MAX, UINT32_MAX);
		}
		if (type == ZONG_MESSAGE_EXTRACT) {
			request.count = take_u32(&cursor);
			refuse_unless(&cursor, request.count >= 1);
			request.offset = (uint64_t)take_u32(&cursor) << 32;
			request.offset |= take_u32(&cursor);
		}
		break;
	default:
		return ZONG_EPROTO;
	}
	err = end_of(&cursor);
	if (!err)
		*ret_request = request;
	return err;
}

/* -- answers -- */

void zong_proto_add_ready(struct zong_buf *body, uint32_t landlock)
{
	add_u32(body, ZONG_PROTO_VERSION);
	add_u32(body, landlock);
}

int zong_proto_parse_ready(const uint8_t *body, size_t len, uint32_t *ret_landlock)
{
	struct cursor cursor = {.bytes = body, .left = len};
	uint32_t version = take_u32(&cursor);
	uint32_t landlock = take_u32(&cursor);

	refuse_unless(&cursor, version == ZONG_PROTO_VERSION);
	if (end_of(&cursor))
		return cursor.err;
	*ret_landlock = landlock;
	return 0;
}

/* @code: as it is sent, without its sign. Not what would be trouble of the server itself (no memory,
 * its disk): for that it waits and asks again without end, and a worker that a document has taken
 * over could have all of them wait. */
static bool may_fail_with(uint32_t code)
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
	add_u32(body, (uint32_t)-code);
	add_text(body, text);
}

int zong_proto_parse_failed(const uint8_t *body, size_t len, struct zong_arena *arena,
	int *ret_code, const char **ret_text)
{
	struct cursor cursor = {.bytes = body, .left = len};
	uint32_t code = take_u32(&cursor);
	const char *text = take_text(&cursor, arena);

	refuse_unless(&cursor, may_fail_with(code));
	if (end_of(&cursor))
		return cursor.err;
	*ret_code = -(int)code;
	*ret_text = text;
	return 0;
}

void zong_proto_add_opened(struct zong_buf *body, uint32_t pages)
{
	add_u32(body, pages);
}

int zong_proto_parse_opened(const uint8_t *body, size_t len, uint32_t *ret_pages)
{
	struct cursor cursor = {.bytes = body, .left = len};
	uint32_t pages = take_u32(&cursor);

	refuse_unless(&cursor, pages >= 1 && pages <= ZONG_LIMIT_PAGES);
	if (end_of(&cursor))
		return cursor.err;
	*ret_pages = pages;
	return 0;
}

void zong_proto_add_extracted(struct zong_buf *body, uint64_t total, const void *bytes, size_t len)
{
	add_u32(body, (uint32_t)(total >> 32));
	add_u32(body, (uint32_t)total);
	zong_buf_add(body, bytes, len);
}

int zong_proto_parse_extracted(const uint8_t *body, size_t len, uint64_t *ret_total,
	const uint8_t **ret_bytes, size_t *ret_len)
{
	struct cursor cursor = {.bytes = body, .left = len};
	uint64_t total = (uint64_t)take_u32(&cursor) << 32;

	total |= take_u32(&cursor);
	refuse_unless(&cursor, total >= 1 && total <= ZONG_LIMIT_EXTRACT && cursor.left <= total);
	refuse_unless(&cursor, cursor.left <= ZONG_LIMIT_EXTRACT_PIECE);
	if (cursor.err)
		return cursor.err;
	*ret_total = total;
	*ret_len = cursor.left;
	*ret_bytes = take(&cursor, cursor.left);
	return 0;
}

static void add_quality(struct zong_buf *body, const struct zong_quality *quality)
{
	add_u8(body, (uint8_t)((quality->measured ? FLAG_MEASURED : 0) |
			       (quality->writing ? FLAG_WRITING : 0)));
	add_float(body, quality->dpi);
	add_float(body, quality->paper);
	add_float(body, quality->ink);
	add_float(body, quality->skew);
	add_float(body, quality->contrast);
	add_float(body, quality->dark);
	add_float(body, quality->specks);
	add_float(body, quality->blur);
	add_float(body, quality->margin);
}

void zong_proto_add_page(struct zong_buf *body, const struct zong_probe_page *page)
{
	uint8_t flags = 0;

	if (page->text_layer)
		flags |= FLAG_TEXT_LAYER;
	if (page->blank)
		flags |= FLAG_BLANK;
	if (page->patch)
		flags |= FLAG_PATCH;
	add_u32(body, (uint32_t)-page->err);
	add_u32(body, page->width);
	add_u32(body, page->height);
	add_float(body, page->dpi_x);
	add_float(body, page->dpi_y);
	add_u8(body, (uint8_t)page->colour);
	add_u8(body, flags);
	add_u16(body, (uint16_t)page->bits);
	zong_buf_add(body, page->raster.bytes, sizeof(page->raster.bytes));
	add_quality(body, &page->quality);
	add_u16(body, (uint16_t)page->look_len);
	zong_buf_add(body, page->look, page->look_len);
	add_text(body, page->sheet ? page->sheet : "");
}

static void take_quality(struct cursor *cursor, struct zong_quality *quality)
{
	uint8_t flags = take_u8(cursor);

	refuse_unless(cursor, flags <= (FLAG_MEASURED | FLAG_WRITING) && flags != FLAG_WRITING);
	quality->measured = flags & FLAG_MEASURED;
	quality->writing = flags & FLAG_WRITING;
	quality->dpi = take_float(cursor, 1e6f);
	quality->paper = take_float(cursor, 1);
	quality->ink = take_float(cursor, 1);
	quality->skew = take_float(cursor, 45);
	quality->contrast = take_float(cursor, 1);
	quality->dark = take_float(cursor, 1);
	quality->specks = take_float(cursor, 1);
	quality->blur = take_float(cursor, MILLIMETRES_MAX);
	quality->margin = take_float(cursor, MILLIMETRES_MAX);
}

/* Kept as it came: only what unpacks is a look. */
static void take_look(struct cursor *cursor, struct zong_arena *arena, struct zong_probe_page *page)
{
	size_t len = take_u16(cursor);
	const uint8_t *look = take(cursor, len);
	_cleanup_free_ struct zong_look *unpacked = NULL;

	if (!look || len == 0)
		return;
	unpacked = malloc(sizeof(*unpacked));
	page->look = zong_arena_copy(arena, look, len);
	if (!unpacked || !page->look)
		cursor->err = ZONG_ENOMEM;
	else
		refuse_unless(cursor, zong_look_unpack(look, len, unpacked) == 0);
	page->look_len = len;
}

static void take_sheet(
	struct cursor *cursor, struct zong_arena *arena, struct zong_probe_page *page)
{
	const char *text = take_text(cursor, arena);
	size_t len = cursor->err ? 0 : strlen(text);

	if (!len)
		return;
	refuse_unless(cursor, len <= ZONG_SHEET_TEXT && zong_sheet_is_ours(text, len));
	for (size_t i = 0; i < len; i++)
		refuse_unless(cursor, text[i] >= 0x21 && text[i] <= 0x7E);
	page->sheet = text;
}

int zong_proto_parse_page(
	const uint8_t *body, size_t len, struct zong_arena *arena, struct zong_probe_page *ret_page)
{
	struct cursor cursor = {.bytes = body, .left = len};
	struct zong_probe_page page = {0};
	uint32_t code = take_u32(&cursor);
	const uint8_t *raster;
	uint8_t flags;

	refuse_unless(&cursor, code == 0 || may_fail_with(code));
	page.err = cursor.err ? 0 : -(int)code;
	page.width = take_u32(&cursor);
	page.height = take_u32(&cursor);
	refuse_unless(&cursor, page.width <= SIDE_MAX && page.height <= SIDE_MAX);
	refuse_unless(&cursor, (uint64_t)page.width * page.height <= ZONG_LIMIT_PIXELS || code);
	page.dpi_x = take_float(&cursor, 1e6f);
	page.dpi_y = take_float(&cursor, 1e6f);
	page.colour = take_u8(&cursor);
	flags = take_u8(&cursor);
	refuse_unless(&cursor, flags <= (FLAG_TEXT_LAYER | FLAG_BLANK | FLAG_PATCH));
	page.text_layer = flags & FLAG_TEXT_LAYER;
	page.blank = flags & FLAG_BLANK;
	page.patch = flags & FLAG_PATCH;
	page.bits = take_u16(&cursor);
	if (!code) {
		refuse_unless(&cursor, page.width && page.height && page.bits);
		refuse_unless(&cursor, page.colour >= ZONG_COLOUR_BILEVEL);
	}
	refuse_unless(&cursor, page.colour <= ZONG_COLOUR_RGB);
	raster = take(&cursor, sizeof(page.raster.bytes));
	take_quality(&cursor, &page.quality);
	refuse_unless(&cursor, !page.quality.measured || !code);
	take_look(&cursor, arena, &page);
	refuse_unless(&cursor, !page.look || (!code && !page.blank));
	take_sheet(&cursor, arena, &page);
	refuse_unless(&cursor, !(page.sheet || page.patch) || !code);
	if (end_of(&cursor))
		return cursor.err;
	memcpy(page.raster.bytes, raster, sizeof(page.raster.bytes));
	*ret_page = page;
	return 0;
}

void zong_proto_add_reading(struct zong_buf *body, const struct zong_reading *reading)
{
	uint32_t i;

	add_u32(body, reading->width);
	add_u32(body, reading->height);
	add_u8(body, (uint8_t)reading->source);
	add_float(body, reading->confidence);
	add_text(body, reading->engine);
	add_text(body, reading->steps);
	add_u32(body, reading->words);
	for (i = 0; i < reading->words; i++) {
		add_text(body, reading->word[i].text);
		add_box(body, &reading->word[i].box);
		add_float(body, reading->word[i].confidence);
		add_u8(body, reading->word[i].blank_before);
	}
	add_u32(body, reading->lines);
	for (i = 0; i < reading->lines; i++) {
		add_box(body, &reading->line[i].box);
		add_float(body, reading->line[i].confidence);
		add_u32(body, reading->line[i].count);
		add_u32(body, reading->line[i].block);
	}
}

static bool has_blank(const char *text)
{
	size_t len = strlen(text);
	size_t pos = 0;

	while (pos < len)
		if (zong_utf8_is_blank(zong_utf8_next(text, len, &pos)))
			return true;
	return false;
}

static void take_words(
	struct cursor *cursor, struct zong_arena *arena, struct zong_reading *reading)
{
	size_t text_len = 0;
	uint32_t i;

	reading->words = take_u32(cursor);
	refuse_unless(cursor, reading->words <= ZONG_LIMIT_WORDS);
	if (cursor->err)
		return;
	reading->word = zong_arena_calloc(arena, reading->words, sizeof(*reading->word));
	if (!reading->word && reading->words)
		cursor->err = ZONG_ENOMEM;
	for (i = 0; i < reading->words && !cursor->err; i++) {
		struct zong_word *word = &reading->word[i];

		word->text = take_text(cursor, arena);
		word->box = take_box(cursor, reading->width, reading->height);
		word->confidence = take_float(cursor, 1);
		word->blank_before = take_bool(cursor);
		if (cursor->err)
			return;
		text_len += strlen(word->text);
		refuse_unless(cursor, word->text[0] && !has_blank(word->text));
		refuse_unless(cursor, text_len <= ZONG_LIMIT_PAGE_TEXT);
	}
}

static void take_lines(
	struct cursor *cursor, struct zong_arena *arena, struct zong_reading *reading)
{
	uint32_t i, first = 0, block = 0;

	reading->lines = take_u32(cursor);
	refuse_unless(cursor, reading->lines <= reading->words);
	if (cursor->err)
		return;
	reading->line = zong_arena_calloc(arena, reading->lines, sizeof(*reading->line));
	if (!reading->line && reading->lines)
		cursor->err = ZONG_ENOMEM;
	for (i = 0; i < reading->lines && !cursor->err; i++) {
		struct zong_line *line = &reading->line[i];

		line->box = take_box(cursor, reading->width, reading->height);
		line->confidence = take_float(cursor, 1);
		line->first = first;
		line->count = take_u32(cursor);
		line->block = take_u32(cursor);
		refuse_unless(cursor, line->count >= 1 && line->count <= reading->words - first);
		refuse_unless(cursor, line->block >= block && line->block <= block + 1);
		refuse_unless(cursor, i > 0 || line->block == 0);
		first += line->count;
		block = line->block;
	}
	refuse_unless(cursor, first == reading->words);
}

int zong_proto_parse_reading(
	const uint8_t *body, size_t len, struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct cursor cursor = {.bytes = body, .left = len};
	struct zong_reading reading = {0};

	reading.width = take_u32(&cursor);
	reading.height = take_u32(&cursor);
	refuse_unless(&cursor, reading.width && reading.width <= SIDE_MAX);
	refuse_unless(&cursor, reading.height && reading.height <= SIDE_MAX);
	reading.source = take_u8(&cursor);
	refuse_unless(&cursor, reading.source <= ZONG_TEXT_LAYER);
	reading.confidence = take_float(&cursor, 1);
	reading.engine = take_text(&cursor, arena);
	reading.steps = take_text(&cursor, arena);
	take_words(&cursor, arena, &reading);
	take_lines(&cursor, arena, &reading);
	refuse_unless(&cursor, reading.source != ZONG_TEXT_NONE || reading.words == 0);
	if (end_of(&cursor))
		return cursor.err;
	*ret_reading = reading;
	return 0;
}
