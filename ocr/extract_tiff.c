/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directories are copied as they stand in the file (TIFF 6.0 section 2, BigTIFF); libtiff would drop tags that it does
 * not know. Strips and tiles, then values that do not fit in their entry, then the directory. What a file that was cut
 * off lacks of a strip must not be replaced by whatever comes next: strips that run off its end do so again, from one
 * tail at the end of the new document. */
#include <stdlib.h>
#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "extract.h"

#define ENTRIES_MAX 4096
#define ENTRY_MAX 20
#define VALUE_MAX (16 << 20) /* an ICC profile has some KB */

enum {
	TAG_WIDTH = 256,
	TAG_LENGTH = 257,
	TAG_BITS = 258,
	TAG_COMPRESSION = 259,
	TAG_PHOTOMETRIC = 262,
	TAG_STRIP_OFFSETS = 273,
	TAG_SAMPLES = 277,
	TAG_ROWS_PER_STRIP = 278,
	TAG_STRIP_COUNTS = 279,
	TAG_PLANES = 284,
	TAG_FREE_OFFSETS = 288,
	TAG_FREE_COUNTS = 289,
	TAG_TILE_OFFSETS = 324,
	TAG_TILE_COUNTS = 325,
	TAG_SUB_IFDS = 330,
	TAG_COARSE = 530, /* YCbCrSubSampling */
	TAG_EXIF = 34665,
	TAG_GPS = 34853,
	TAG_INTEROPERABILITY = 40965,
};
enum { TYPE_SHORT = 3, TYPE_LONG = 4, TYPE_LONG8 = 16 };
enum { COMPRESSION_NONE = 1, COMPRESSION_OLD_JPEG = 6, PHOTOMETRIC_YCBCR = 6, PLANES_APART = 2 };

struct entry {
	uint16_t tag, type;
	uint64_t count;
	uint8_t *value; /* owned, as in the file */
	size_t len;
	bool moved; /* the offsets in it are those of the new document */
};

struct directory {
	struct entry *entry;
	size_t entries;
};

/* An offset that is known when all else is written. */
struct loose {
	const struct entry *entry; /* until that is written */
	size_t at;		   /* its number in the value; then its place in out */
	uint64_t offset;	   /* in the file */
};

struct extract {
	int fd;
	uint64_t size;
	bool big_endian, big_tiff;
	size_t word; /* bytes of an offset */
	struct zong_buf *out;
	size_t begin,
		link; /* in out: of the document, and where the next directory's offset goes */
	struct loose *loose;
	size_t count, room, placed; /* of them, those whose place is known */
	uint64_t tail; /* in the file: the first byte of a strip that runs off its end */
};

static uint64_t get(const struct extract *extract, const uint8_t *p, size_t width)
{
	if (width == 2)
		return extract->big_endian ? zong_read_be16(p) : zong_read_le16(p);
	if (width == 4)
		return extract->big_endian ? zong_read_be32(p) : zong_read_le32(p);
	return extract->big_endian ? zong_read_be64(p) : zong_read_le64(p);
}

static void set(const struct extract *extract, uint8_t *p, size_t width, uint64_t value)
{
	if (width == 2 && extract->big_endian)
		zong_write_be16(p, (uint16_t)value);
	else if (width == 2)
		zong_write_le16(p, (uint16_t)value);
	else if (width == 4 && extract->big_endian)
		zong_write_be32(p, (uint32_t)value);
	else if (width == 4)
		zong_write_le32(p, (uint32_t)value);
	else if (extract->big_endian)
		zong_write_be64(p, value);
	else
		zong_write_le64(p, value);
}

static void add(struct extract *extract, size_t width, uint64_t value)
{
	uint8_t bytes[8];

	set(extract, bytes, width, value);
	zong_buf_add(extract->out, bytes, width);
}

/* Where the next byte goes, in the new document, at an even place. */
static uint64_t align(struct extract *extract)
{
	if ((extract->out->len - extract->begin) % 2)
		zong_buf_add_char(extract->out, '\0');
	return extract->out->len - extract->begin;
}

/* -- reading a directory -- */

static size_t width_of(uint16_t type)
{
	static const uint8_t widths[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

	return type < sizeof(widths) ? widths[type] : 0;
}

static bool is_dropped(uint16_t tag)
{
	return tag == TAG_SUB_IFDS || tag == TAG_EXIF || tag == TAG_GPS ||
	       tag == TAG_INTEROPERABILITY || tag == TAG_FREE_OFFSETS || tag == TAG_FREE_COUNTS;
}

static void directory_release(struct directory *directory)
{
	for (size_t i = 0; i < directory->entries; i++)
		free(directory->entry[i].value);
	free(directory->entry);
}

static int read_value(const struct extract *extract, struct entry *entry, const uint8_t *field)
{
	size_t width = width_of(entry->type);
	uint64_t at;

	if (entry->count == 0 || entry->count > VALUE_MAX / width)
		return ZONG_EDAMAGED;
	entry->len = (size_t)entry->count * width;
	entry->value = malloc(entry->len);
	if (!entry->value)
		return ZONG_EWORKER_MEMORY;
	if (entry->len <= extract->word) {
		memcpy(entry->value, field, entry->len);
		return 0;
	}
	at = get(extract, field, extract->word);
	return zong_decode_read(extract->fd, entry->value, entry->len, at) == entry->len
		       ? 0
		       : ZONG_EDAMAGED;
}

static int read_directory(
	const struct extract *extract, uint64_t offset, struct directory *directory)
{
	size_t head = extract->big_tiff ? 8 : 2, size = extract->big_tiff ? 20 : 12;
	uint8_t bytes[ENTRY_MAX];
	uint64_t count;
	int err = 0;

	if (zong_decode_read(extract->fd, bytes, head, offset) != head)
		return ZONG_EDAMAGED;
	count = get(extract, bytes, head);
	if (count == 0 || count > ENTRIES_MAX)
		return ZONG_EDAMAGED;
	directory->entry = calloc(count, sizeof(*directory->entry));
	if (!directory->entry)
		return ZONG_EWORKER_MEMORY;
	for (uint64_t i = 0; i < count && !err; i++) {
		struct entry entry = {0};

		if (zong_decode_read(extract->fd, bytes, size, offset + head + i * size) != size)
			return ZONG_EDAMAGED;
		entry.tag = (uint16_t)get(extract, bytes, 2);
		entry.type = (uint16_t)get(extract, bytes + 2, 2);
		entry.count = get(extract, bytes + 4, extract->word);
		if (is_dropped(entry.tag) || !width_of(entry.type) || !entry.count)
			continue;
		err = read_value(extract, &entry, bytes + 4 + extract->word);
		directory->entry[directory->entries++] = entry;
	}
	return err;
}

static struct entry *find(const struct directory *directory, uint16_t tag)
{
	for (size_t i = 0; i < directory->entries; i++)
		if (directory->entry[i].tag == tag)
			return &directory->entry[i];
	return NULL;
}

/* -- strips and tiles -- */

static uint64_t number_of(const struct extract *extract, const struct entry *entry, uint64_t i)
{
	size_t width = width_of(entry->type);

	return get(extract, entry->value + i * width, width);
}

static bool is_number(const struct entry *entry)
{
	return entry->type == TYPE_SHORT || entry->type == TYPE_LONG || entry->type == TYPE_LONG8;
}

static int add_loose(struct extract *extract, const struct loose *loose)
{
	if (extract->count == extract->room) {
		size_t room = extract->room ? 2 * extract->room : 16;
		struct loose *more = realloc(extract->loose, room * sizeof(*more));

		if (!more)
			return ZONG_EWORKER_MEMORY;
		extract->loose = more;
		extract->room = room;
	}
	extract->loose[extract->count++] = *loose;
	if (loose->offset < extract->tail)
		extract->tail = loose->offset;
	return 0;
}

/* @offset of @len bytes in the file becomes *ret_offset in the new document. */
static int copy_piece(struct extract *extract, uint64_t offset, uint64_t len, uint64_t *ret_offset)
{
	uint64_t place = align(extract);
	uint8_t *room = zong_buf_room(extract->out, (size_t)len);

	if (!room)
		return extract->out->err;
	if (zong_decode_read(extract->fd, room, (size_t)len, offset) != len)
		return ZONG_EDAMAGED;
	extract->out->len += (size_t)len;
	*ret_offset = place;
	return 0;
}

/* Copies what @offsets points to and makes it point to the copies. */
static int copy_pieces(struct extract *extract, struct entry *offsets, const struct entry *counts)
{
	uint8_t *value;
	int err = 0;

	/* where there are more of one, libtiff adds zeros to the other, and reads from the header */
	if (!counts || counts->count != offsets->count || !is_number(offsets) || !is_number(counts))
		return ZONG_EDAMAGED;
	/* libtiff takes a guess then, from what stands behind it */
	if (number_of(extract, counts, 0) == 0 && number_of(extract, offsets, 0) != 0)
		return ZONG_EDAMAGED;
	value = calloc(offsets->count, extract->word);
	if (!value)
		return ZONG_EWORKER_MEMORY;
	for (uint64_t i = 0; i < offsets->count && !err; i++) {
		struct loose loose = {.entry = offsets,
			.at = (size_t)i,
			.offset = number_of(extract, offsets, i)};
		uint64_t len = number_of(extract, counts, i), place = 0;

		if (len == 0)
			continue; /* not there, and is not there again */
		if (loose.offset > extract->size || len > extract->size - loose.offset)
			err = add_loose(extract, &loose);
		else
			err = copy_piece(extract, loose.offset, len, &place);
		set(extract, value + i * extract->word, extract->word, place);
	}
	if (err) {
		free(value);
		return err;
	}
	free(offsets->value);
	offsets->value = value;
	offsets->len = (size_t)offsets->count * extract->word;
	offsets->type = extract->big_tiff ? TYPE_LONG8 : TYPE_LONG;
	offsets->moved = true;
	return 0;
}

static uint64_t first_number(const struct extract *extract, const struct directory *directory,
	uint16_t tag, uint64_t otherwise)
{
	const struct entry *entry = find(directory, tag);

	return entry && is_number(entry) ? number_of(extract, entry, 0) : otherwise;
}

/* Of pixels that are not coded: how many rows go together, and the bytes of these; 0 when that cannot be. */
static uint64_t row_bytes(
	const struct extract *extract, const struct directory *directory, uint64_t *ret_together)
{
	uint64_t width = first_number(extract, directory, TAG_WIDTH, 0);
	uint64_t bits = first_number(extract, directory, TAG_BITS, 1);
	uint64_t samples = first_number(extract, directory, TAG_SAMPLES, 1) & UINT16_MAX;
	const struct entry *coarse = find(directory, TAG_COARSE);
	uint64_t across = 2, down = 2;

	*ret_together = 1;
	if (bits > UINT16_MAX)
		return 0;
	if (first_number(extract, directory, TAG_PLANES, 0) == PLANES_APART)
		samples = 1;
	if (first_number(extract, directory, TAG_PHOTOMETRIC, 0) == PHOTOMETRIC_YCBCR &&
		samples == 3) {
		/* TIFF 6.0 section 21: a block has its own lightness a pixel, and two samples of colour */
		if (coarse && coarse->count == 2 && is_number(coarse)) {
			across = number_of(extract, coarse, 0);
			down = number_of(extract, coarse, 1);
		}
		if (across < 1 || across > 4 || down < 1 || down > 4)
			return 0;
		*ret_together = down;
		width = (width + across - 1) / across;
		samples = across * down + 2;
	}
	return (width * samples * bits + 7) / 8;
}

/* libtiff knows how many bytes such pixels must have, and takes them where the file says fewer: they would be
 * those of the next strip here. */
static bool has_all_bytes(const struct extract *extract, const struct directory *directory)
{
	const struct entry *counts = find(directory, TAG_STRIP_COUNTS);
	uint64_t width = first_number(extract, directory, TAG_WIDTH, 0);
	uint64_t length = first_number(extract, directory, TAG_LENGTH, 0);
	uint64_t rows = first_number(extract, directory, TAG_ROWS_PER_STRIP, length);
	uint64_t row, together;

	if (first_number(extract, directory, TAG_COMPRESSION, COMPRESSION_NONE) !=
			COMPRESSION_NONE ||
		!counts || !is_number(counts) || find(directory, TAG_TILE_OFFSETS))
		return true;
	if (width == 0 || length == 0 || rows == 0 || width > ZONG_LIMIT_PIXELS / length)
		return false;
	row = row_bytes(extract, directory, &together);
	for (uint64_t i = 0, y = 0; i < counts->count; i++, y = y + rows < length ? y + rows : 0) {
		uint64_t here = rows < length - y ? rows : length - y;

		if (row == 0 ||
			number_of(extract, counts, i) < row * ((here + together - 1) / together))
			return false;
	}
	return true;
}

static int copy_all_pieces(struct extract *extract, const struct directory *directory)
{
	struct entry *strips = find(directory, TAG_STRIP_OFFSETS);
	struct entry *tiles = find(directory, TAG_TILE_OFFSETS);
	int err = strips || tiles ? 0 : ZONG_EDAMAGED;

	if (strips)
		err = copy_pieces(extract, strips, find(directory, TAG_STRIP_COUNTS));
	if (!err && tiles)
		err = copy_pieces(extract, tiles,
			find(directory, TAG_TILE_COUNTS) ? find(directory, TAG_TILE_COUNTS)
							 : find(directory, TAG_STRIP_COUNTS));
	return err;
}

/* -- writing a directory -- */

/* The value of @entry begins at @begin of out. */
static void place_loose(struct extract *extract, const struct entry *entry, size_t begin)
{
	for (size_t i = extract->placed; i < extract->count && entry->moved; i++)
		if (extract->loose[i].entry == entry)
			extract->loose[i].at = begin + extract->loose[i].at * extract->word;
}

static int write_directory(struct extract *extract, const struct directory *directory)
{
	uint64_t *at = calloc(directory->entries + 1, sizeof(*at));
	uint64_t place;

	if (!at)
		return ZONG_EWORKER_MEMORY;
	for (size_t i = 0; i < directory->entries; i++)
		if (directory->entry[i].len > extract->word) {
			at[i] = align(extract);
			place_loose(extract, &directory->entry[i], extract->out->len);
			zong_buf_add(
				extract->out, directory->entry[i].value, directory->entry[i].len);
		}
	place = align(extract);
	if (!extract->out->err)
		set(extract, extract->out->data + extract->link, extract->word, place);
	add(extract, extract->big_tiff ? 8 : 2, directory->entries);
	for (size_t i = 0; i < directory->entries; i++) {
		const struct entry *entry = &directory->entry[i];
		uint8_t field[8] = {0};

		add(extract, 2, entry->tag);
		add(extract, 2, entry->type);
		add(extract, extract->word, entry->count);
		if (entry->len > extract->word)
			set(extract, field, extract->word, at[i]);
		else
			memcpy(field, entry->value, entry->len);
		if (entry->len <= extract->word)
			place_loose(extract, entry, extract->out->len);
		zong_buf_add(extract->out, field, extract->word);
	}
	free(at);
	extract->placed = extract->count;
	extract->link = extract->out->len;
	add(extract, extract->word, 0);
	return extract->out->err;
}

static int copy_page(struct extract *extract, uint64_t offset)
{
	struct directory directory = {0};
	const struct entry *compression;
	int err = read_directory(extract, offset, &directory);

	if (!err) {
		compression = find(&directory, TAG_COMPRESSION);
		/* its tables lie where only its own tags know */
		if (compression && compression->type == TYPE_SHORT &&
			number_of(extract, compression, 0) == COMPRESSION_OLD_JPEG)
			err = ZONG_EMEDIA;
	}
	if (!err && !has_all_bytes(extract, &directory))
		err = ZONG_EDAMAGED;
	if (!err)
		err = copy_all_pieces(extract, &directory);
	if (!err)
		err = write_directory(extract, &directory);
	directory_release(&directory);
	return err;
}

/* The end of the file, to which strips belong that run off it. */
static int copy_tail(struct extract *extract)
{
	uint64_t most = extract->big_tiff ? UINT64_MAX : UINT32_MAX, place = 0;
	int err;

	if (extract->count == 0)
		return 0;
	if (extract->tail > extract->size)
		extract->tail = extract->size;
	err = copy_piece(extract, extract->tail, extract->size - extract->tail, &place);
	for (size_t i = 0; i < extract->count && !err; i++) {
		uint64_t beyond = extract->loose[i].offset - extract->tail;

		set(extract, extract->out->data + extract->loose[i].at, extract->word,
			beyond > most - place ? most : place + beyond);
	}
	return err;
}

int zong_extract_tiff(int fd, const struct zong_tiff_pages *pages, uint32_t first, uint32_t count,
	struct zong_buf *out)
{
	struct extract extract = {.fd = fd,
		.size = zong_decode_size(fd),
		.out = out,
		.begin = out->len,
		.tail = UINT64_MAX};
	uint8_t head[16];
	size_t len;
	int err = 0;

	if (zong_decode_read(fd, head, 8, 0) != 8)
		return ZONG_EDAMAGED;
	extract.big_endian = head[0] == 'M';
	extract.big_tiff = get(&extract, head + 2, 2) == 43;
	extract.word = extract.big_tiff ? 8 : 4;
	len = extract.big_tiff ? 16 : 8;
	if (zong_decode_read(fd, head, len, 0) != len)
		return ZONG_EDAMAGED;
	zong_buf_add(out, head, len);
	extract.link = out->len - extract.word;
	for (uint32_t i = 0; i < count && !err; i++)
		err = copy_page(&extract, pages->offset[first - 1 + i]);
	if (!err)
		err = copy_tail(&extract);
	free(extract.loose);
	return err == ZONG_ENOMEM ? ZONG_EWORKER_MEMORY : err;
}
