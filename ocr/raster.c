/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "raster.h"

int zong_raster_init(
	struct zong_raster *raster, uint32_t width, uint32_t height, uint8_t channels, uint8_t bits)
{
	size_t stride = bits == 1 ? ((size_t)width + 7) / 8 : (size_t)width * channels;
	uint8_t *data;
	uint32_t y;

	if (width == 0 || height == 0)
		return ZONG_EDAMAGED;
	if (width > INT32_MAX / 8 || height > INT32_MAX / 8 ||
		(uint64_t)width * height > ZONG_LIMIT_PIXELS)
		return ZONG_EPIXELS;
	data = malloc(stride * height);
	if (!data)
		return ZONG_EWORKER_MEMORY;
	memset(data, 0xff, stride * height);
	*raster = (struct zong_raster){
		.width = width,
		.height = height,
		.channels = channels,
		.bits = bits,
		.stride = stride,
		.data = data,
	};
	if (bits == 1 && width % 8)
		for (y = 0; y < height; y++)
			data[y * stride + stride - 1] = (uint8_t)(0xff00 >> (width % 8));
	return 0;
}

void zong_raster_release(struct zong_raster *raster)
{
	if (!raster)
		return;
	free(raster->data);
	*raster = (struct zong_raster)ZONG_RASTER_INIT;
}

/* -- upright -- */

/* Where pixel (x, y) of the upright page comes from: source = origin + x * across + y * down. */
struct walk {
	int64_t x, y;		/* origin */
	int across_x, across_y; /* a step to the right in the upright page */
	int down_x, down_y;	/* a step down */
};

static struct walk walk_of(unsigned int orientation, uint32_t width, uint32_t height)
{
	int64_t right = (int64_t)width - 1;
	int64_t bottom = (int64_t)height - 1;

	switch (orientation) {
	case 2:
		return (struct walk){right, 0, -1, 0, 0, 1};
	case 3:
		return (struct walk){right, bottom, -1, 0, 0, -1};
	case 4:
		return (struct walk){0, bottom, 1, 0, 0, -1};
	case 5:
		return (struct walk){0, 0, 0, 1, 1, 0};
	case 6:
		return (struct walk){0, bottom, 0, -1, 1, 0};
	case 7:
		return (struct walk){right, bottom, 0, -1, -1, 0};
	case 8:
		return (struct walk){right, 0, 0, 1, -1, 0};
	default:
		return (struct walk){0, 0, 1, 0, 0, 1};
	}
}

static void walk_bits(const struct zong_raster *from, struct zong_raster *to, struct walk walk)
{
	uint32_t x, y;

	for (y = 0; y < to->height; y++) {
		int64_t from_x = walk.x + (int64_t)y * walk.down_x;
		int64_t from_y = walk.y + (int64_t)y * walk.down_y;
		uint8_t *row = zong_raster_row(to, y);

		for (x = 0; x < to->width; x++) {
			const uint8_t *source = zong_raster_row(from, (uint32_t)from_y);

			if (!(source[from_x >> 3] & (0x80 >> (from_x & 7))))
				row[x >> 3] &= (uint8_t) ~(0x80 >> (x & 7));
			from_x += walk.across_x;
			from_y += walk.across_y;
		}
	}
}

static void walk_bytes(const struct zong_raster *from, struct zong_raster *to, struct walk walk)
{
	size_t size = from->channels;
	uint32_t x, y;

	for (y = 0; y < to->height; y++) {
		int64_t from_x = walk.x + (int64_t)y * walk.down_x;
		int64_t from_y = walk.y + (int64_t)y * walk.down_y;
		uint8_t *out = zong_raster_row(to, y);

		for (x = 0; x < to->width; x++) {
			const uint8_t *in =
				zong_raster_row(from, (uint32_t)from_y) + (size_t)from_x * size;

			out[0] = in[0];
			if (size == 3) {
				out[1] = in[1];
				out[2] = in[2];
			}
			out += size;
			from_x += walk.across_x;
			from_y += walk.across_y;
		}
	}
}

int zong_raster_orient(struct zong_raster *raster, unsigned int orientation)
{
	struct zong_raster upright;
	bool turned = orientation >= 5;
	int err;

	if (orientation < 2 || orientation > 8)
		return 0;
	err = zong_raster_init(&upright, turned ? raster->height : raster->width,
		turned ? raster->width : raster->height, raster->channels, raster->bits);
	if (err)
		return err;
	if (raster->bits == 1)
		walk_bits(raster, &upright, walk_of(orientation, raster->width, raster->height));
	else
		walk_bytes(raster, &upright, walk_of(orientation, raster->width, raster->height));
	zong_raster_release(raster);
	*raster = upright;
	return 0;
}

/* -- the smallest form -- */

static bool is_grey(const struct zong_raster *raster)
{
	size_t i, len = raster->stride * raster->height;
	const uint8_t *p = raster->data;

	for (i = 0; i < len; i += 3)
		if (p[i] != p[i + 1] || p[i] != p[i + 2])
			return false;
	return true;
}

static bool is_bilevel(const struct zong_raster *raster)
{
	size_t i, len = raster->stride * raster->height;

	for (i = 0; i < len; i++)
		if (raster->data[i] != 0 && raster->data[i] != 255)
			return false;
	return true;
}

static void shrink(struct zong_raster *raster)
{
	uint8_t *data = realloc(raster->data, raster->stride * raster->height);

	if (data)
		raster->data = data;
}

static void make_grey(struct zong_raster *raster)
{
	size_t i, count = (size_t)raster->width * raster->height;

	for (i = 0; i < count; i++)
		raster->data[i] = raster->data[3 * i];
	raster->channels = 1;
	raster->stride = raster->width;
	shrink(raster);
}

static void make_bilevel(struct zong_raster *raster)
{
	size_t stride = ((size_t)raster->width + 7) / 8;
	uint32_t x, y;

	for (y = 0; y < raster->height; y++) {
		const uint8_t *in = zong_raster_row(raster, y);
		uint8_t *out = raster->data + stride * y;

		/* Writing never overtakes reading: a byte is written after its eight were read. */
		for (x = 0; x < raster->width; x += 8) {
			uint32_t i, n = raster->width - x < 8 ? raster->width - x : 8;
			uint8_t byte = 0;

			for (i = 0; i < n; i++)
				byte |= (uint8_t)((in[x + i] & 0x80) >> i);
			out[x / 8] = byte;
		}
	}
	raster->bits = 1;
	raster->stride = stride;
	shrink(raster);
}

void zong_raster_reduce(struct zong_raster *raster)
{
	if (raster->channels == 3 && is_grey(raster))
		make_grey(raster);
	if (raster->channels == 1 && raster->bits == 8 && is_bilevel(raster))
		make_bilevel(raster);
}

enum zong_colour zong_raster_colour(const struct zong_raster *raster)
{
	if (raster->channels == 3)
		return ZONG_COLOUR_RGB;
	return raster->bits == 1 ? ZONG_COLOUR_BILEVEL : ZONG_COLOUR_GREY;
}

int zong_raster_digest(const struct zong_raster *raster, struct zong_digest *ret_digest)
{
	static const char name[] = "zong-raster-1";
	struct zong_digest_state *state;
	uint8_t head[16];

	if (zong_digest_begin(&state))
		return ZONG_EWORKER_MEMORY;
	zong_write_be32(head, raster->width);
	zong_write_be32(head + 4, raster->height);
	zong_write_be32(head + 8, raster->channels);
	zong_write_be32(head + 12, raster->bits);
	zong_digest_add(state, name, sizeof(name) - 1);
	zong_digest_add(state, head, sizeof(head));
	zong_digest_add(state, raster->data, raster->stride * raster->height);
	zong_digest_end(state, ret_digest);
	return 0;
}

/* -- Leptonica -- */

static void fill_bits(const struct zong_raster *raster, PIX *pix)
{
	l_int32 wpl = pixGetWpl(pix);
	l_uint32 *line = pixGetData(pix);
	uint32_t y, word;

	for (y = 0; y < raster->height; y++, line += wpl) {
		const uint8_t *row = zong_raster_row(raster, y);
		size_t left = raster->stride;

		for (word = 0; left > 0; word++) {
			uint8_t four[4] = {0};
			size_t n = left < 4 ? left : 4;

			memcpy(four, row + 4 * (size_t)word, n);
			line[word] = ~zong_read_be32(four);
			left -= n;
		}
		/* The padding of a raster is 0, that of a pix must be as well. */
		if (raster->width % 32)
			line[raster->width / 32] &= ~(UINT32_MAX >> (raster->width % 32));
	}
}

static void fill_grey(const struct zong_raster *raster, PIX *pix)
{
	l_int32 wpl = pixGetWpl(pix);
	l_uint32 *line = pixGetData(pix);
	uint32_t x, y;

	for (y = 0; y < raster->height; y++, line += wpl) {
		const uint8_t *row = zong_raster_row(raster, y);

		for (x = 0; x + 4 <= raster->width; x += 4)
			line[x / 4] = zong_read_be32(row + x);
		for (; x < raster->width; x++)
			SET_DATA_BYTE(line, x, row[x]);
	}
}

static void fill_colour(const struct zong_raster *raster, PIX *pix)
{
	l_int32 wpl = pixGetWpl(pix);
	l_uint32 *line = pixGetData(pix);
	uint32_t x, y;

	for (y = 0; y < raster->height; y++, line += wpl) {
		const uint8_t *p = zong_raster_row(raster, y);

		for (x = 0; x < raster->width; x++, p += 3)
			composeRGBPixel(p[0], p[1], p[2], &line[x]);
	}
}

struct Pix *zong_raster_to_pix(const struct zong_raster *raster)
{
	int depth = raster->channels == 3 ? 32 : raster->bits;
	PIX *pix = pixCreate((l_int32)raster->width, (l_int32)raster->height, depth);

	if (!pix)
		return NULL;
	if (depth == 1)
		fill_bits(raster, pix);
	else if (depth == 8)
		fill_grey(raster, pix);
	else
		fill_colour(raster, pix);
	return pix;
}
