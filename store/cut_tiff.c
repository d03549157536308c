/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <string.h>

#include <zong/byteorder.h>

#include "cut.h"

/* TIFF 6.0 and BigTIFF: a header with the place of the first directory; a directory is a number of
 * entries (tag, type, count, value or its place) and the place of the next directory. */
#define TAG_STRIP_OFFSETS 273
#define TAG_STRIP_COUNTS 279
#define TAG_TILE_OFFSETS 324
#define TAG_TILE_COUNTS 325
#define TAG_SUB_DIRECTORIES 330
#define TAG_JPEG_OFFSET 513 /* old-style JPEG: one stream beside the strips */
#define TAG_JPEG_LENGTH 514

#define ENTRIES_MAX 4096    /* of one directory; real ones have twenty */
#define SUB_MAX 32	    /* directories waiting to be looked at */
#define NUMBERS 512	    /* read at once from an array of numbers */
#define ARRAY_MAX (1 << 22) /* strips of one image */

struct tiff {
	struct zong_cut_runs *runs;
	bool big;  /* BigTIFF */
	bool swap; /* big-endian */
	uint64_t waiting[SUB_MAX];
	size_t waiting_count;
};

/* An array of numbers somewhere in the file. */
struct array {
	uint64_t place;
	uint64_t count;
	unsigned width; /* bytes of each; 0: no such array */
};

/* One that is read block by block; thousands of bytes, so only while it is read. */
struct numbers {
	struct array array;
	uint64_t held; /* index of the first one in @block */
	size_t block_len;
	uint64_t block[NUMBERS];
};

struct image {
	struct array offsets, counts;
	uint64_t jpeg_offset, jpeg_length;
};

static uint64_t number(const struct tiff *tiff, const uint8_t *p, unsigned width)
{
	switch (width) {
	case 2:
		return tiff->swap ? zong_read_be16(p) : zong_read_le16(p);
	case 4:
		return tiff->swap ? zong_read_be32(p) : zong_read_le32(p);
	case 8:
		return tiff->swap ? zong_read_be64(p) : zong_read_le64(p);
	default:
		return *p;
	}
}

static unsigned width_of(uint64_t type)
{
	switch (type) {
	case 3: /* SHORT */
		return 2;
	case 4:	 /* LONG */
	case 13: /* IFD */
		return 4;
	case 16: /* LONG8 */
	case 18: /* IFD8 */
		return 8;
	default:
		return 0;
	}
}

static bool number_at(struct tiff *tiff, struct numbers *numbers, uint64_t i, uint64_t *ret_number)
{
	uint8_t bytes[NUMBERS * 8];
	uint64_t left;
	size_t k;

	if (i >= numbers->array.count)
		return false;
	if (i < numbers->held || i - numbers->held >= numbers->block_len) {
		left = numbers->array.count - i;
		numbers->held = i;
		numbers->block_len = 0;
		if (left > NUMBERS)
			left = NUMBERS;
		if (!zong_cut_read(tiff->runs, numbers->array.place + i * numbers->array.width,
			    bytes, left * numbers->array.width))
			return false;
		for (k = 0; k < left; k++)
			numbers->block[k] = number(
				tiff, bytes + k * numbers->array.width, numbers->array.width);
		numbers->block_len = left;
	}
	*ret_number = numbers->block[i - numbers->held];
	return true;
}

static void begin(struct numbers *numbers, struct array array)
{
	numbers->array = array;
	numbers->held = 0;
	numbers->block_len = 0;
}

/* Strips or tiles that lie one behind the other are one run: another program that writes the same
 * image as a single strip has the same bytes. */
static void add_image(struct tiff *tiff, struct image *image)
{
	struct numbers offsets, counts;
	uint64_t start = 0, end = 0;
	uint64_t offset, count;
	uint64_t i;

	begin(&offsets, image->offsets);
	begin(&counts, image->counts);
	for (i = 0; i < image->offsets.count && i < ARRAY_MAX; i++) {
		if (!number_at(tiff, &offsets, i, &offset) || !number_at(tiff, &counts, i, &count))
			break;
		if (offset > tiff->runs->source->len || count > tiff->runs->source->len - offset)
			continue;
		if (offset != end || i == 0) {
			zong_cut_add(tiff->runs, start, end);
			start = offset;
		}
		end = offset + count;
	}
	zong_cut_add(tiff->runs, start, end);
	if (image->jpeg_length > 0 && image->jpeg_offset < tiff->runs->source->len &&
		image->jpeg_length <= tiff->runs->source->len - image->jpeg_offset)
		zong_cut_add(
			tiff->runs, image->jpeg_offset, image->jpeg_offset + image->jpeg_length);
}

static void remember(struct tiff *tiff, uint64_t directory)
{
	if (directory != 0 && tiff->waiting_count < SUB_MAX)
		tiff->waiting[tiff->waiting_count++] = directory;
}

static void take_entry(struct tiff *tiff, const uint8_t *entry, uint64_t place, struct image *image)
{
	unsigned wide = tiff->big ? 8 : 4;
	uint64_t tag = number(tiff, entry, 2);
	struct array array = {.width = width_of(number(tiff, entry + 2, 2))};
	struct numbers numbers;
	uint64_t value;
	uint64_t i;

	array.count = number(tiff, entry + 4, wide);
	if (array.width == 0 || array.count == 0 || array.count > ARRAY_MAX)
		return;
	/* A value that fits stands in the entry itself. */
	if (array.count * array.width <= wide)
		array.place = place + 4 + wide;
	else
		array.place = number(tiff, entry + 4 + wide, wide);
	if (array.place > tiff->runs->source->len)
		return;
	begin(&numbers, array);
	switch (tag) {
	case TAG_STRIP_OFFSETS:
	case TAG_TILE_OFFSETS:
		image->offsets = array;
		break;
	case TAG_STRIP_COUNTS:
	case TAG_TILE_COUNTS:
		image->counts = array;
		break;
	case TAG_JPEG_OFFSET:
		if (number_at(tiff, &numbers, 0, &value))
			image->jpeg_offset = value;
		break;
	case TAG_JPEG_LENGTH:
		if (number_at(tiff, &numbers, 0, &value))
			image->jpeg_length = value;
		break;
	case TAG_SUB_DIRECTORIES:
		for (i = 0; i < SUB_MAX && number_at(tiff, &numbers, i, &value); i++)
			remember(tiff, value);
		break;
	default:
		break;
	}
}

/* Reads one directory; the place of the next one, 0 at the end. */
static uint64_t take_directory(struct tiff *tiff, uint64_t place)
{
	struct image image = {0};
	unsigned wide = tiff->big ? 8 : 4;
	unsigned count_width = tiff->big ? 8 : 2;
	unsigned size = 4 + 2 * wide;
	uint8_t bytes[20];
	uint64_t count;
	uint64_t i;

	if (!zong_cut_read(tiff->runs, place, bytes, count_width))
		return 0;
	count = number(tiff, bytes, count_width);
	if (count > ENTRIES_MAX)
		return 0;
	place += count_width;
	for (i = 0; i < count; i++, place += size) {
		if (!zong_cut_read(tiff->runs, place, bytes, size))
			return 0;
		take_entry(tiff, bytes, place, &image);
	}
	add_image(tiff, &image);
	if (!zong_cut_read(tiff->runs, place, bytes, wide))
		return 0;
	return number(tiff, bytes, wide);
}

/* A chain of directories. One that runs in a circle meets its mark again, which moves at every
 * power of two (Brent); whatever that does not catch ends with the reading budget. */
static void take_chain(struct tiff *tiff, uint64_t place)
{
	uint64_t mark = 0;
	uint64_t steps = 0, limit = 1;

	while (place != 0 && place != mark) {
		if (steps++ == limit) {
			mark = place;
			limit *= 2;
			steps = 0;
		}
		place = take_directory(tiff, place);
	}
}

void zong_cut_tiff(struct zong_cut_runs *runs)
{
	struct tiff tiff = {.runs = runs};
	uint8_t head[16];

	if (!zong_cut_read(runs, 0, head, 8))
		return;
	tiff.swap = head[0] == 'M';
	tiff.big = number(&tiff, head + 2, 2) == 43;
	if (tiff.big && !zong_cut_read(runs, 0, head, 16))
		return;
	remember(&tiff, tiff.big ? number(&tiff, head + 8, 8) : number(&tiff, head + 4, 4));
	while (tiff.waiting_count > 0)
		take_chain(&tiff, tiff.waiting[--tiff.waiting_count]);
}
