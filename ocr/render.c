/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include <zong/error.h>

#include "render.h"

#define INCHES_A_METRE (1 / 0.0254)

/* -- smaller: each pixel is the mean of those it stands for -- */

static unsigned int sample_at(
	const struct zong_raster *raster, const uint8_t *row, uint32_t x, unsigned int channel)
{
	if (raster->bits == 1)
		return row[x >> 3] & (0x80 >> (x & 7)) ? 255 : 0;
	return row[(size_t)x * raster->channels + channel];
}

static void shrink_row(const struct zong_raster *raster, uint32_t y1, uint32_t y2,
	const struct zong_raster *small, uint32_t *sum, uint8_t *out)
{
	unsigned int c, channels = small->channels;
	uint32_t x, y, to;

	memset(sum, 0, (size_t)small->width * channels * sizeof(*sum));
	for (y = y1; y < y2; y++) {
		const uint8_t *row = zong_raster_row(raster, y);

		for (to = 0, x = 0; to < small->width; to++) {
			uint32_t end =
				(uint32_t)((uint64_t)(to + 1) * raster->width / small->width);

			for (; x < end; x++)
				for (c = 0; c < channels; c++)
					sum[to * channels + c] += sample_at(raster, row, x, c);
		}
	}
	for (to = 0; to < small->width; to++) {
		uint32_t begin = (uint32_t)((uint64_t)to * raster->width / small->width);
		uint32_t end = (uint32_t)((uint64_t)(to + 1) * raster->width / small->width);
		uint32_t count = (end - begin) * (y2 - y1);

		for (c = 0; c < channels; c++)
			out[to * channels + c] =
				(uint8_t)((sum[to * channels + c] + count / 2) / count);
	}
}

static int shrink(const struct zong_raster *raster, uint32_t width, struct zong_raster *ret_small)
{
	uint32_t height = (uint32_t)((uint64_t)raster->height * width / raster->width);
	struct zong_raster small;
	uint32_t *sum;
	uint32_t y;
	int err;

	err = zong_raster_init(&small, width, height ? height : 1, raster->channels, 8);
	if (err)
		return err;
	sum = calloc((size_t)width * raster->channels, sizeof(*sum));
	if (!sum) {
		zong_raster_release(&small);
		return ZONG_EWORKER_MEMORY;
	}
	for (y = 0; y < small.height; y++)
		shrink_row(raster, (uint32_t)((uint64_t)y * raster->height / small.height),
			(uint32_t)((uint64_t)(y + 1) * raster->height / small.height), &small, sum,
			zong_raster_row(&small, y));
	free(sum);
	*ret_small = small;
	return 0;
}

/* -- a part -- */

static void clip(uint32_t *at, uint32_t *len, uint32_t size)
{
	if (*at >= size)
		*at = size - 1;
	if (*len > size - *at)
		*len = size - *at;
}

struct zong_raster zong_render_part(const struct zong_raster *raster, const struct zong_box *box)
{
	struct zong_raster part = *raster;
	struct zong_box at = *box;

	if (at.width == 0 || at.height == 0)
		return part;
	clip(&at.x, &at.width, raster->width);
	clip(&at.y, &at.height, raster->height);
	part.width = at.width;
	if (raster->bits == 1) {
		part.width += at.x % 8;
		at.x -= at.x % 8;
	}
	part.height = at.height;
	part.data =
		zong_raster_row(raster, at.y) + (size_t)at.x * raster->bits * raster->channels / 8;
	return part;
}

/* -- PNG -- */

static void on_write(png_structp png, png_bytep bytes, size_t len)
{
	struct zong_buf *buf = png_get_io_ptr(png);

	if (zong_buf_add(buf, bytes, len))
		png_error(png, "the buffer is full");
}

static void on_flush(png_structp png)
{
	(void)png;
}

static void on_error(png_structp png, png_const_charp text)
{
	(void)text;
	longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static bool write_png(png_structp png, png_infop info, const struct zong_raster *raster,
	const float dpi[2], struct zong_buf *buf)
{
	uint32_t y;

	if (setjmp(png_jmpbuf(png)) != 0)
		return false;
	png_set_write_fn(png, buf, on_write, on_flush);
	png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
	/* For a screen at once, not for keeping: little effort, no filters for bilevel. */
	png_set_compression_level(png, 3);
	if (raster->bits == 1)
		png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	else
		png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB | PNG_FILTER_UP);
	png_set_IHDR(png, info, raster->width, raster->height, raster->bits,
		raster->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
		PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	if (dpi[0] > 0 && dpi[1] > 0)
		png_set_pHYs(png, info, (png_uint_32)((double)dpi[0] * INCHES_A_METRE + 0.5),
			(png_uint_32)((double)dpi[1] * INCHES_A_METRE + 0.5), PNG_RESOLUTION_METER);
	png_write_info(png, info);
	for (y = 0; y < raster->height; y++)
		png_write_row(png, zong_raster_row(raster, y));
	png_write_end(png, info);
	return true;
}

static int encode(const struct zong_raster *raster, float dpi_x, float dpi_y, struct zong_buf *buf)
{
	png_structp png =
		png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	const float dpi[2] = {dpi_x, dpi_y};
	bool written = info && write_png(png, info, raster, dpi, buf);

	png_destroy_write_struct(&png, &info);
	if (written)
		return 0;
	return buf->err == ZONG_ELIMIT ? ZONG_ELIMIT : ZONG_EWORKER_MEMORY;
}

int zong_render_png(const struct zong_raster *raster, uint32_t max_width, float dpi_x, float dpi_y,
	struct zong_buf *ret_png)
{
	struct zong_raster small = ZONG_RASTER_INIT;
	float scale;
	int err;

	if (max_width == 0 || max_width >= raster->width)
		return encode(raster, dpi_x, dpi_y, ret_png);
	err = shrink(raster, max_width, &small);
	if (err)
		return err;
	scale = (float)max_width / (float)raster->width;
	err = encode(&small, dpi_x * scale, dpi_y * scale, ret_png);
	zong_raster_release(&small);
	return err;
}
