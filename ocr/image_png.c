/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <zong/byteorder.h>
#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "image.h"

#define HEAD 8		 /* of the file, and of a chunk: length and type */
#define CHUNK (HEAD + 4) /* with its check sum */
#define IHDR 13
#define METRE 1
#define METRES_AN_INCH 0.0254

enum colour { GREY = 0, RGB = 2, PALETTE = 3 };

static uint64_t size_of(const struct zong_image_source *source)
{
	return source->memory ? source->len : zong_decode_size(source->fd);
}

static bool get(const struct zong_image_source *source, void *ret, size_t len, uint64_t offset)
{
	if (!source->memory)
		return zong_decode_read(source->fd, ret, len, offset) == len;
	if (offset > source->len || len > source->len - offset)
		return false;
	memcpy(ret, source->memory + offset, len);
	return true;
}

/* ISO/IEC 15948 clause 11.2.2, table 11.1, without the depth of 16 */
static bool is_depth(uint8_t bits, uint8_t colour)
{
	return bits == 8 || (colour != RGB && (bits == 1 || bits == 2 || bits == 4));
}

static int take_head(const uint8_t head[IHDR], struct zong_image *image, uint8_t *ret_colour)
{
	image->width = zong_read_be32(head);
	image->height = zong_read_be32(head + 4);
	image->bits = head[8];
	*ret_colour = head[9];
	if (head[9] != GREY && head[9] != RGB && head[9] != PALETTE)
		return ZONG_ENOENT;
	if (!is_depth(head[8], head[9]) || head[12] != 0)
		return ZONG_ENOENT;
	if (image->width == 0 || image->height == 0)
		return ZONG_EDAMAGED;
	if ((uint64_t)image->width * image->height > ZONG_LIMIT_PIXELS)
		return ZONG_EPIXELS;
	image->channels = head[9] == RGB ? 3 : 1;
	image->coding = ZONG_IMAGE_FLATE;
	image->predictor = ZONG_IMAGE_PREDICT_PNG;
	image->as_stored = true;
	return 0;
}

static int take_palette(struct zong_image_maker *maker, const struct zong_image_source *source,
	uint64_t offset, uint32_t len)
{
	if (len == 0 || len % 3 || len > sizeof(maker->palette) ||
		len / 3 > UINT32_C(1) << maker->image.bits)
		return ZONG_ENOENT;
	if (!get(source, maker->palette, len, offset))
		return ZONG_ENOENT;
	maker->image.palette_len = len;
	return 0;
}

static void take_size(const struct zong_image_source *source, uint64_t offset, uint32_t len,
	struct zong_image *image)
{
	uint8_t size[9];

	if (len != sizeof(size) || !get(source, size, sizeof(size), offset) || size[8] != METRE)
		return;
	image->dpi_x = zong_decode_dpi(zong_read_be32(size) * METRES_AN_INCH);
	image->dpi_y = zong_decode_dpi(zong_read_be32(size + 4) * METRES_AN_INCH);
}

static void add_data(struct zong_image_maker *maker, const struct zong_image_source *source,
	uint64_t offset, uint32_t len)
{
	if (len == 0)
		return;
	if (maker->image.strips == 0)
		zong_image_add_strip(maker, maker->image.height);
	if (source->memory)
		zong_image_add_bytes(maker, source->memory + offset, len);
	else
		zong_image_add_range(maker, offset, len);
}

int zong_image_png(struct zong_image_maker *maker, const struct zong_image_source *source)
{
	uint64_t size = size_of(source);
	uint64_t offset = HEAD + CHUNK + IHDR;
	uint8_t head[HEAD + IHDR], colour = GREY;
	int err;

	if (!get(source, head, sizeof(head), HEAD) || memcmp(head + 4, "IHDR", 4) != 0)
		return ZONG_ENOENT;
	err = take_head(head + HEAD, &maker->image, &colour);
	while (!err && !maker->err) {
		uint32_t len;

		if (!get(source, head, HEAD, offset))
			return ZONG_ENOENT;
		len = zong_read_be32(head);
		if (len > size - offset - HEAD)
			return ZONG_ENOENT;
		offset += HEAD;
		if (memcmp(head + 4, "IEND", 4) == 0)
			break;
		if (memcmp(head + 4, "tRNS", 4) == 0)
			err = ZONG_ENOENT;
		else if (memcmp(head + 4, "PLTE", 4) == 0 && colour == PALETTE)
			err = take_palette(maker, source, offset, len);
		else if (memcmp(head + 4, "pHYs", 4) == 0)
			take_size(source, offset, len, &maker->image);
		else if (memcmp(head + 4, "IDAT", 4) == 0)
			add_data(maker, source, offset, len);
		offset += (uint64_t)len + 4;
	}
	if (!err)
		err = maker->err;
	if (!err &&
		(maker->image.strips == 0 || (colour == PALETTE && maker->image.palette_len == 0)))
		err = ZONG_ENOENT;
	return err;
}
