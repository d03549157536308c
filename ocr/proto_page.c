/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/limits.h>
#include <zong/look.h>
#include <zong/sheet.h>
#include <zong/utf8.h>

#include "proto.h"
#include "wire.h"

#define FLAG_TEXT_LAYER 1
#define FLAG_BLANK 2
#define FLAG_PATCH 4
#define FLAG_MEASURED 1 /* of the quality */
#define FLAG_WRITING 2
#define MILLIMETRES_MAX 1e5f
#define SIDE_MAX 1000000 /* no page is longer; keeps x + width within 32 bits */

static void add_quality(struct zong_buf *body, const struct zong_quality *quality)
{
	zong_wire_add_u8(body, (uint8_t)((quality->measured ? FLAG_MEASURED : 0) |
					 (quality->writing ? FLAG_WRITING : 0)));
	zong_wire_add_float(body, quality->dpi);
	zong_wire_add_float(body, quality->paper);
	zong_wire_add_float(body, quality->ink);
	zong_wire_add_float(body, quality->skew);
	zong_wire_add_float(body, quality->contrast);
	zong_wire_add_float(body, quality->dark);
	zong_wire_add_float(body, quality->specks);
	zong_wire_add_float(body, quality->blur);
	zong_wire_add_float(body, quality->margin);
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
	zong_wire_add_u32(body, (uint32_t)-page->err);
	zong_wire_add_u32(body, page->width);
	zong_wire_add_u32(body, page->height);
	zong_wire_add_float(body, page->dpi_x);
	zong_wire_add_float(body, page->dpi_y);
	zong_wire_add_u8(body, (uint8_t)page->colour);
	zong_wire_add_u8(body, flags);
	zong_wire_add_u16(body, (uint16_t)page->bits);
	zong_buf_add(body, page->raster.bytes, sizeof(page->raster.bytes));
	add_quality(body, &page->quality);
	zong_wire_add_u16(body, (uint16_t)page->look_len);
	zong_buf_add(body, page->look, page->look_len);
	zong_wire_add_text(body, page->sheet ? page->sheet : "");
}

static void take_quality(struct zong_wire *cursor, struct zong_quality *quality)
{
	uint8_t flags = zong_wire_take_u8(cursor);

	zong_wire_refuse_unless(
		cursor, flags <= (FLAG_MEASURED | FLAG_WRITING) && flags != FLAG_WRITING);
	quality->measured = flags & FLAG_MEASURED;
	quality->writing = flags & FLAG_WRITING;
	quality->dpi = zong_wire_take_float(cursor, 1e6f);
	quality->paper = zong_wire_take_float(cursor, 1);
	quality->ink = zong_wire_take_float(cursor, 1);
	quality->skew = zong_wire_take_float(cursor, 45);
	quality->contrast = zong_wire_take_float(cursor, 1);
	quality->dark = zong_wire_take_float(cursor, 1);
	quality->specks = zong_wire_take_float(cursor, 1);
	quality->blur = zong_wire_take_float(cursor, MILLIMETRES_MAX);
	quality->margin = zong_wire_take_float(cursor, MILLIMETRES_MAX);
}

/* Kept as it came: only what unpacks is a look. */
static void take_look(
	struct zong_wire *cursor, struct zong_arena *arena, struct zong_probe_page *page)
{
	size_t len = zong_wire_take_u16(cursor);
	const uint8_t *look = zong_wire_take(cursor, len);
	_cleanup_free_ struct zong_look *unpacked = NULL;

	if (!look || len == 0)
		return;
	unpacked = malloc(sizeof(*unpacked));
	page->look = zong_arena_copy(arena, look, len);
	if (!unpacked || !page->look)
		cursor->err = ZONG_ENOMEM;
	else
		zong_wire_refuse_unless(cursor, zong_look_unpack(look, len, unpacked) == 0);
	page->look_len = len;
}

static void take_sheet(
	struct zong_wire *cursor, struct zong_arena *arena, struct zong_probe_page *page)
{
	const char *text = zong_wire_take_text(cursor, arena);
	size_t len = cursor->err ? 0 : strlen(text);

	if (!len)
		return;
	zong_wire_refuse_unless(cursor, len <= ZONG_SHEET_TEXT && zong_sheet_is_ours(text, len));
	for (size_t i = 0; i < len; i++)
		zong_wire_refuse_unless(cursor, text[i] >= 0x21 && text[i] <= 0x7E);
	page->sheet = text;
}

int zong_proto_parse_page(
	const uint8_t *body, size_t len, struct zong_arena *arena, struct zong_probe_page *ret_page)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	struct zong_probe_page page = {0};
	uint32_t code = zong_wire_take_u32(&cursor);
	const uint8_t *raster;
	uint8_t flags;

	zong_wire_refuse_unless(&cursor, code == 0 || zong_proto_may_fail_with(code));
	page.err = cursor.err ? 0 : -(int)code;
	page.width = zong_wire_take_u32(&cursor);
	page.height = zong_wire_take_u32(&cursor);
	zong_wire_refuse_unless(&cursor, page.width <= SIDE_MAX && page.height <= SIDE_MAX);
	zong_wire_refuse_unless(
		&cursor, (uint64_t)page.width * page.height <= ZONG_LIMIT_PIXELS || code);
	page.dpi_x = zong_wire_take_float(&cursor, 1e6f);
	page.dpi_y = zong_wire_take_float(&cursor, 1e6f);
	page.colour = zong_wire_take_u8(&cursor);
	flags = zong_wire_take_u8(&cursor);
	zong_wire_refuse_unless(&cursor, flags <= (FLAG_TEXT_LAYER | FLAG_BLANK | FLAG_PATCH));
	page.text_layer = flags & FLAG_TEXT_LAYER;
	page.blank = flags & FLAG_BLANK;
	page.patch = flags & FLAG_PATCH;
	page.bits = zong_wire_take_u16(&cursor);
	if (!code) {
		zong_wire_refuse_unless(&cursor, page.width && page.height && page.bits);
		zong_wire_refuse_unless(&cursor, page.colour >= ZONG_COLOUR_BILEVEL);
	}
	zong_wire_refuse_unless(&cursor, page.colour <= ZONG_COLOUR_RGB);
	raster = zong_wire_take(&cursor, sizeof(page.raster.bytes));
	take_quality(&cursor, &page.quality);
	zong_wire_refuse_unless(&cursor, !page.quality.measured || !code);
	take_look(&cursor, arena, &page);
	zong_wire_refuse_unless(&cursor, !page.look || (!code && !page.blank));
	take_sheet(&cursor, arena, &page);
	zong_wire_refuse_unless(&cursor, !(page.sheet || page.patch) || !code);
	if (zong_wire_end(&cursor))
		return cursor.err;
	memcpy(page.raster.bytes, raster, sizeof(page.raster.bytes));
	*ret_page = page;
	return 0;
}

void zong_proto_add_reading(struct zong_buf *body, const struct zong_reading *reading)
{
	uint32_t i;

	zong_wire_add_u32(body, reading->width);
	zong_wire_add_u32(body, reading->height);
	zong_wire_add_u8(body, (uint8_t)reading->source);
	zong_wire_add_float(body, reading->confidence);
	zong_wire_add_text(body, reading->engine);
	zong_wire_add_text(body, reading->steps);
	zong_wire_add_u32(body, reading->words);
	for (i = 0; i < reading->words; i++) {
		zong_wire_add_text(body, reading->word[i].text);
		zong_wire_add_box(body, &reading->word[i].box);
		zong_wire_add_float(body, reading->word[i].confidence);
		zong_wire_add_u8(body, reading->word[i].blank_before);
	}
	zong_wire_add_u32(body, reading->lines);
	for (i = 0; i < reading->lines; i++) {
		zong_wire_add_box(body, &reading->line[i].box);
		zong_wire_add_float(body, reading->line[i].confidence);
		zong_wire_add_u32(body, reading->line[i].count);
		zong_wire_add_u32(body, reading->line[i].block);
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
	struct zong_wire *cursor, struct zong_arena *arena, struct zong_reading *reading)
{
	size_t text_len = 0;
	uint32_t i;

	reading->words = zong_wire_take_u32(cursor);
	zong_wire_refuse_unless(cursor, reading->words <= ZONG_LIMIT_WORDS);
	if (cursor->err)
		return;
	reading->word = zong_arena_calloc(arena, reading->words, sizeof(*reading->word));
	if (!reading->word && reading->words)
		cursor->err = ZONG_ENOMEM;
	for (i = 0; i < reading->words && !cursor->err; i++) {
		struct zong_word *word = &reading->word[i];

		word->text = zong_wire_take_text(cursor, arena);
		word->box = zong_wire_take_box(cursor, reading->width, reading->height);
		word->confidence = zong_wire_take_float(cursor, 1);
		word->blank_before = zong_wire_take_bool(cursor);
		if (cursor->err)
			return;
		text_len += strlen(word->text);
		zong_wire_refuse_unless(cursor, word->text[0] && !has_blank(word->text));
		zong_wire_refuse_unless(cursor, text_len <= ZONG_LIMIT_PAGE_TEXT);
	}
}

static void take_lines(
	struct zong_wire *cursor, struct zong_arena *arena, struct zong_reading *reading)
{
	uint32_t i, first = 0, block = 0;

	reading->lines = zong_wire_take_u32(cursor);
	zong_wire_refuse_unless(cursor, reading->lines <= reading->words);
	if (cursor->err)
		return;
	reading->line = zong_arena_calloc(arena, reading->lines, sizeof(*reading->line));
	if (!reading->line && reading->lines)
		cursor->err = ZONG_ENOMEM;
	for (i = 0; i < reading->lines && !cursor->err; i++) {
		struct zong_line *line = &reading->line[i];

		line->box = zong_wire_take_box(cursor, reading->width, reading->height);
		line->confidence = zong_wire_take_float(cursor, 1);
		line->first = first;
		line->count = zong_wire_take_u32(cursor);
		line->block = zong_wire_take_u32(cursor);
		zong_wire_refuse_unless(
			cursor, line->count >= 1 && line->count <= reading->words - first);
		zong_wire_refuse_unless(cursor, line->block >= block && line->block <= block + 1);
		zong_wire_refuse_unless(cursor, i > 0 || line->block == 0);
		first += line->count;
		block = line->block;
	}
	zong_wire_refuse_unless(cursor, first == reading->words);
}

int zong_proto_parse_reading(
	const uint8_t *body, size_t len, struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct zong_wire cursor = {.bytes = body, .left = len};
	struct zong_reading reading = {0};

	reading.width = zong_wire_take_u32(&cursor);
	reading.height = zong_wire_take_u32(&cursor);
	zong_wire_refuse_unless(&cursor, reading.width && reading.width <= SIDE_MAX);
	zong_wire_refuse_unless(&cursor, reading.height && reading.height <= SIDE_MAX);
	reading.source = zong_wire_take_u8(&cursor);
	zong_wire_refuse_unless(&cursor, reading.source <= ZONG_TEXT_LAYER);
	reading.confidence = zong_wire_take_float(&cursor, 1);
	reading.engine = zong_wire_take_text(&cursor, arena);
	reading.steps = zong_wire_take_text(&cursor, arena);
	take_words(&cursor, arena, &reading);
	take_lines(&cursor, arena, &reading);
	zong_wire_refuse_unless(&cursor, reading.source != ZONG_TEXT_NONE || reading.words == 0);
	if (zong_wire_end(&cursor))
		return cursor.err;
	*ret_reading = reading;
	return 0;
}
