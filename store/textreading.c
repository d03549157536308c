/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "state.h"

/* Of a reading nearly all time goes into getting memory for its words and boxes, a thousand pieces and more, and for what zstd
 * needs. So all of it lies in one piece of memory, which the next reading uses again and which is as large as the largest
 * needed. */
#define ROOM_LEAST ((size_t)128 << 10)
#define ALIGNMENT _Alignof(max_align_t)

struct more {
	struct more *next;
	_Alignas(max_align_t) uint8_t bytes[];
};

struct zong_readings {
	ZSTD_DCtx *zstd;
	ProtobufCAllocator allocator;
	uint8_t *plain;
	size_t plain_room;
	uint8_t *room;
	size_t size, used; /* used may be beyond the size, by what is in the list */
	struct more *more;
};

static void *take(void *ctx, size_t size)
{
	struct zong_readings *readings = ctx;
	size_t at = readings->used;
	struct more *more;

	if (size > ZONG_LIMIT_ARENA || at > ZONG_LIMIT_ARENA)
		return NULL;
	readings->used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (readings->used <= readings->size)
		return readings->room + at;
	more = malloc(sizeof(*more) + size);
	if (!more)
		return NULL;
	more->next = readings->more;
	readings->more = more;
	return more->bytes;
}

static void leave(void *ctx, void *piece)
{
	(void)ctx;
	(void)piece;
}

static void free_more(struct zong_readings *readings)
{
	struct more *more;

	while ((more = readings->more) != NULL) {
		readings->more = more->next;
		free(more);
	}
}

int zong_readings_new(struct zong_readings **ret_readings)
{
	struct zong_readings *readings = calloc(1, sizeof(*readings));

	if (!readings)
		return ZONG_ENOMEM;
	readings->allocator = (ProtobufCAllocator){take, leave, readings};
	readings->used = ROOM_LEAST;
	readings->zstd = ZSTD_createDCtx();
	if (!readings->zstd) {
		free(readings);
		return ZONG_ENOMEM;
	}
	*ret_readings = readings;
	return 0;
}

void zong_readings_free(struct zong_readings *readings)
{
	if (!readings)
		return;
	free_more(readings);
	ZSTD_freeDCtx(readings->zstd);
	free(readings->plain);
	free(readings->room);
	free(readings);
}

static int grow(uint8_t **bytes, size_t *room, size_t wanted)
{
	if (wanted <= *room)
		return 0;
	free(*bytes);
	*room = 0;
	*bytes = malloc(wanted);
	if (!*bytes)
		return ZONG_ENOMEM;
	*room = wanted;
	return 0;
}

/* The packed row, in readings->plain. */
static int open_row(struct zong_readings *readings, struct zong_txn *txn, const struct zong_digest *raster, size_t *ret_len)
{
	unsigned long long len;
	struct zong_key key;
	const void *bytes;
	size_t n;
	int r;

	free_more(readings);
	r = grow(&readings->room, &readings->size, readings->used);
	if (r)
		return r;
	readings->used = 0;
	zong_key_clear(&key);
	zong_key_digest(&key, raster);
	r = zong_txn_get_bytes(txn, ZONG_TABLE_READINGS, &key, &bytes, &n);
	if (r)
		return r;
	len = ZSTD_getFrameContentSize(bytes, n);
	if (len > ZONG_LIMIT_VALUE) /* also what says that it is not known */
		return ZONG_ECORRUPT;
	r = grow(&readings->plain, &readings->plain_room, (size_t)len + 1);
	if (!r && ZSTD_decompressDCtx(readings->zstd, readings->plain, (size_t)len, bytes, n) != len)
		r = ZONG_ECORRUPT;
	*ret_len = (size_t)len;
	return r;
}

int zong_readings_get(struct zong_readings *readings, struct zong_txn *txn,
	const struct zong_digest *raster, const Zong__Reading **ret_reading)
{
	size_t len;
	int r = open_row(readings, txn, raster, &len);

	if (r)
		return r;
	*ret_reading = zong__reading__unpack(&readings->allocator, len, readings->plain);
	return *ret_reading ? 0 : ZONG_ECORRUPT;
}

/* ---- words alone ---- */

/* Fields of the messages in record.proto, by number. */
enum { READING_LINES = 7, LINE_WORDS = 3, LINE_BLOCK = 4, WORD_TEXT = 1, WORD_BLANK_BEFORE = 4, WORD_REPAIRED = 5 };

struct bytes {
	const uint8_t *at, *end;
};

struct field {
	uint64_t number;
	uint64_t value;	    /* of a number */
	struct bytes bytes; /* of a text or a message; at NULL: it is neither */
};

struct word {
	Zong__Word word;
	struct bytes bytes; /* packed, in readings->plain */
};

static bool take_number(struct bytes *from, uint64_t *ret_number)
{
	uint64_t number = 0;

	for (unsigned int shift = 0; shift < 64 && from->at < from->end; shift += 7) {
		uint8_t byte = *from->at++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_number = number;
			return true;
		}
	}
	return false;
}

static bool take_value(struct bytes *from, struct field *ret_field)
{
	uint64_t tag, len = 0;

	*ret_field = (struct field){0};
	if (!take_number(from, &tag))
		return false;
	ret_field->number = tag >> 3;
	switch (tag & 7) {
	case 0:
		return take_number(from, &ret_field->value);
	case 1:
		len = 8;
		break;
	case 5:
		len = 4;
		break;
	case 2:
		if (!take_number(from, &len))
			return false;
		ret_field->bytes.at = from->at;
		break;
	default:
		return false;
	}
	if (len > (uint64_t)(from->end - from->at))
		return false;
	from->at += len;
	ret_field->bytes.end = from->at;
	return true;
}

/* protobuf's wire format: a number and a type before each field. False at the end, and before what is no field. */
static bool take_field(struct bytes *from, struct field *ret_field)
{
	const struct bytes before = *from;

	if (take_value(from, ret_field))
		return true;
	*from = before;
	return false;
}

/* How many fields of this number; false: it is no message. */
static bool count_fields(struct bytes bytes, uint64_t number, size_t *ret_count)
{
	struct field field;

	*ret_count = 0;
	while (take_field(&bytes, &field))
		*ret_count += field.number == number && field.bytes.at;
	return bytes.at == bytes.end;
}

static int take_word(struct zong_readings *readings, struct bytes bytes, Zong__Word **ret_word)
{
	struct word *word = take(readings, sizeof(*word));
	struct field field;

	if (!word)
		return ZONG_ENOMEM;
	zong__word__init(&word->word);
	word->bytes = bytes;
	*ret_word = &word->word;
	while (take_field(&bytes, &field)) {
		size_t len = field.bytes.at ? (size_t)(field.bytes.end - field.bytes.at) : 0;

		if (field.number == WORD_BLANK_BEFORE)
			word->word.blank_before = field.value != 0;
		else if (field.number == WORD_REPAIRED)
			word->word.repaired = field.value != 0;
		if (field.number != WORD_TEXT || !field.bytes.at)
			continue;
		word->word.text = take(readings, len + 1);
		if (!word->word.text)
			return ZONG_ENOMEM;
		memcpy(word->word.text, field.bytes.at, len);
		word->word.text[len] = '\0';
	}
	return bytes.at == bytes.end ? 0 : ZONG_ECORRUPT;
}

static int take_line(struct zong_readings *readings, struct bytes bytes, Zong__Line **ret_line)
{
	Zong__Line *line = take(readings, sizeof(*line));
	struct field field;
	size_t words;
	int r = 0;

	if (!line)
		return ZONG_ENOMEM;
	if (!count_fields(bytes, LINE_WORDS, &words))
		return ZONG_ECORRUPT;
	zong__line__init(line);
	line->words = take(readings, words * sizeof(Zong__Word *));
	if (!line->words)
		return ZONG_ENOMEM;
	while (!r && take_field(&bytes, &field)) {
		if (field.number == LINE_BLOCK)
			line->block = (uint32_t)field.value;
		else if (field.number == LINE_WORDS && field.bytes.at)
			r = take_word(readings, field.bytes, &line->words[line->n_words++]);
	}
	*ret_line = line;
	return r;
}

int zong_readings_words(struct zong_readings *readings, struct zong_txn *txn, const struct zong_digest *raster,
	const Zong__Reading **ret_reading)
{
	Zong__Reading *reading;
	struct bytes bytes;
	struct field field;
	size_t len, lines;
	int r = open_row(readings, txn, raster, &len);

	if (r)
		return r;
	bytes = (struct bytes){readings->plain, readings->plain + len};
	if (!count_fields(bytes, READING_LINES, &lines))
		return ZONG_ECORRUPT;
	reading = take(readings, sizeof(*reading));
	if (!reading)
		return ZONG_ENOMEM;
	zong__reading__init(reading);
	reading->lines = take(readings, lines * sizeof(Zong__Line *));
	if (!reading->lines)
		return ZONG_ENOMEM;
	while (!r && take_field(&bytes, &field))
		if (field.number == READING_LINES && field.bytes.at)
			r = take_line(readings, field.bytes, &reading->lines[reading->n_lines++]);
	*ret_reading = reading;
	return r;
}

int zong_readings_place(struct zong_readings *readings, const Zong__Word *word)
{
	struct word *own = (struct word *)(uintptr_t)word; /* ours, of which it is the first member */
	const Zong__Word *whole;

	if (own->word.box)
		return 0;
	whole = zong__word__unpack(
		&readings->allocator, (size_t)(own->bytes.end - own->bytes.at), own->bytes.at);
	if (!whole)
		return ZONG_ECORRUPT;
	own->word.box = whole->box;
	own->word.confidence = whole->confidence;
	return 0;
}
