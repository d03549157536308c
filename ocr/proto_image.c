/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "proto.h"

#define HEAD 40
#define STRIP 8
#define PIECE 17
#define FLAG_INVERTED 1
#define FLAG_REVERSED 2
#define FLAG_PLAIN_RGB 4
#define FLAG_AS_STORED 8
#define FLAGS 15
#define PALETTE_MAX 768
#define SIDE_MAX 1000000

static uint32_t bits_of(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits;
}

static float float_of(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static void add_tables(struct zong_buf *body, const struct zong_image *image)
{
	uint8_t row[PIECE];
	uint32_t i;

	for (i = 0; i < image->strips; i++) {
		zong_write_be32(row, image->strip[i].rows);
		zong_write_be32(row + 4, image->strip[i].count);
		zong_buf_add(body, row, STRIP);
	}
	for (i = 0; i < image->pieces; i++) {
		row[0] = image->piece[i].inlined;
		zong_write_be64(row + 1, image->piece[i].offset);
		zong_write_be64(row + 9, image->piece[i].len);
		zong_buf_add(body, row, PIECE);
	}
}

void zong_proto_add_image(struct zong_buf *body, const struct zong_image *image)
{
	uint8_t head[HEAD] = {0};

	zong_write_be32(head, image->width);
	zong_write_be32(head + 4, image->height);
	zong_write_be32(head + 8, bits_of(image->dpi_x));
	zong_write_be32(head + 12, bits_of(image->dpi_y));
	head[16] = (uint8_t)image->orientation;
	head[17] = (uint8_t)image->coding;
	head[18] = (uint8_t)image->channels;
	head[19] = (uint8_t)image->bits;
	head[20] = (uint8_t)image->predictor;
	head[21] = (uint8_t)image->fax;
	head[22] = (uint8_t)((image->inverted ? FLAG_INVERTED : 0) |
			     (image->reversed ? FLAG_REVERSED : 0) |
			     (image->plain_rgb ? FLAG_PLAIN_RGB : 0) |
			     (image->as_stored ? FLAG_AS_STORED : 0));
	zong_write_be32(head + 24, (uint32_t)image->palette_len);
	zong_write_be32(head + 28, image->strips);
	zong_write_be32(head + 32, image->pieces);
	zong_write_be32(head + 36, (uint32_t)image->bytes_len);
	zong_buf_add(body, head, sizeof(head));
	if (image->palette_len)
		zong_buf_add(body, image->palette, image->palette_len);
	add_tables(body, image);
	if (image->bytes_len)
		zong_buf_add(body, image->bytes, image->bytes_len);
}

static bool known_bits(const struct zong_image *image)
{
	switch (image->bits) {
	case 1:
	case 2:
	case 4:
		return image->channels == 1;
	case 8:
		return true;
	default:
		return false;
	}
}

static bool known_coding(const struct zong_image *image)
{
	switch (image->coding) {
	case ZONG_IMAGE_FAX:
		return image->fax >= ZONG_IMAGE_FAX_T6 && image->fax <= ZONG_IMAGE_FAX_ALIGNED &&
		       image->bits == 1 && !image->palette_len;
	case ZONG_IMAGE_JPEG:
		return image->bits == 8 && !image->palette_len && !image->reversed;
	case ZONG_IMAGE_FLATE:
		return !image->reversed && (image->predictor == ZONG_IMAGE_PREDICT_NONE ||
						   image->predictor == ZONG_IMAGE_PREDICT_TIFF ||
						   image->predictor == ZONG_IMAGE_PREDICT_PNG);
	default:
		return false;
	}
}

static bool head_holds(const struct zong_image *image)
{
	return image->width >= 1 && image->width <= SIDE_MAX && image->height >= 1 &&
	       image->height <= SIDE_MAX &&
	       (uint64_t)image->width * image->height <= ZONG_LIMIT_PIXELS && image->dpi_x >= 0 &&
	       image->dpi_x <= 1e6f && image->dpi_y >= 0 && image->dpi_y <= 1e6f &&
	       image->orientation >= 1 && image->orientation <= 8 &&
	       (image->channels == 1 || image->channels == 3) && known_bits(image) &&
	       known_coding(image) && image->palette_len <= PALETTE_MAX &&
	       image->palette_len % 3 == 0 && (!image->palette_len || image->channels == 1) &&
	       image->palette_len / 3 <= UINT32_C(1) << image->bits && image->strips >= 1 &&
	       image->strips <= ZONG_LIMIT_STRIPS && image->pieces >= 1 &&
	       image->pieces <= ZONG_LIMIT_PIECES;
}

static void parse_head(const uint8_t *head, struct zong_image *image)
{
	image->width = zong_read_be32(head);
	image->height = zong_read_be32(head + 4);
	image->dpi_x = float_of(zong_read_be32(head + 8));
	image->dpi_y = float_of(zong_read_be32(head + 12));
	image->orientation = head[16];
	image->coding = head[17];
	image->channels = head[18];
	image->bits = head[19];
	image->predictor = head[20];
	image->fax = head[21];
	image->inverted = head[22] & FLAG_INVERTED;
	image->reversed = head[22] & FLAG_REVERSED;
	image->plain_rgb = head[22] & FLAG_PLAIN_RGB;
	image->as_stored = head[22] & FLAG_AS_STORED;
	image->palette_len = zong_read_be32(head + 24);
	image->strips = zong_read_be32(head + 28);
	image->pieces = zong_read_be32(head + 32);
	image->bytes_len = zong_read_be32(head + 36);
}

static int parse_strips(const uint8_t *rows, struct zong_image *image)
{
	uint64_t height = 0;
	uint32_t i, first = 0;

	for (i = 0; i < image->strips; i++) {
		struct zong_image_strip *strip = &image->strip[i];

		strip->rows = zong_read_be32(rows + (size_t)i * STRIP);
		strip->count = zong_read_be32(rows + (size_t)i * STRIP + 4);
		strip->first = first;
		if (strip->rows == 0 || strip->count == 0 || strip->count > image->pieces - first)
			return ZONG_EPROTO;
		first += strip->count;
		height += strip->rows;
	}
	return first == image->pieces && height == image->height ? 0 : ZONG_EPROTO;
}

static int parse_pieces(const uint8_t *rows, uint64_t size, struct zong_image *image)
{
	uint64_t left = size + image->bytes_len;
	uint32_t i;

	/* What is copied twice would fill the disk of whoever copies. */
	for (i = 0; i < image->pieces; i++) {
		struct zong_image_piece *piece = &image->piece[i];
		const uint8_t *row = rows + (size_t)i * PIECE;
		uint64_t most = row[0] ? image->bytes_len : size;

		piece->inlined = row[0] == 1;
		piece->offset = zong_read_be64(row + 1);
		piece->len = zong_read_be64(row + 9);
		if (row[0] > 1 || piece->offset > most || piece->len > most - piece->offset ||
			piece->len > left)
			return ZONG_EPROTO;
		left -= piece->len;
	}
	return 0;
}

int zong_proto_parse_image(const uint8_t *body, size_t len, uint64_t size, struct zong_arena *arena,
	struct zong_image *ret_image)
{
	struct zong_image image = {0};
	const uint8_t *strips, *pieces;
	uint64_t total;
	int err;

	if (len < HEAD || body[23] != 0 || body[22] > FLAGS)
		return ZONG_EPROTO;
	parse_head(body, &image);
	if (!head_holds(&image))
		return ZONG_EPROTO;
	total = HEAD + image.palette_len + (uint64_t)image.strips * STRIP +
		(uint64_t)image.pieces * PIECE + image.bytes_len;
	if (total != len)
		return ZONG_EPROTO;
	strips = body + HEAD + image.palette_len;
	pieces = strips + (size_t)image.strips * STRIP;
	image.strip = zong_arena_calloc(arena, image.strips, sizeof(*image.strip));
	image.piece = zong_arena_calloc(arena, image.pieces, sizeof(*image.piece));
	image.palette =
		image.palette_len ? zong_arena_copy(arena, body + HEAD, image.palette_len) : NULL;
	image.bytes = image.bytes_len
			      ? zong_arena_copy(arena, pieces + (size_t)image.pieces * PIECE,
					image.bytes_len)
			      : NULL;
	if (!image.strip || !image.piece || (image.palette_len && !image.palette) ||
		(image.bytes_len && !image.bytes))
		return ZONG_ENOMEM;
	err = parse_strips(strips, &image);
	if (!err)
		err = parse_pieces(pieces, size, &image);
	if (!err)
		*ret_image = image;
	return err;
}
