/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "image.h"
#include "render.h"

#define FIRST_ROOM 16

void zong_image_begin(struct zong_image_maker *maker)
{
	memset(maker, 0, sizeof(*maker));
	zong_buf_init(&maker->bytes, ZONG_LIMIT_RENDER);
	zong_image_again(maker);
}

void zong_image_again(struct zong_image_maker *maker)
{
	zong_buf_clear(&maker->bytes);
	maker->image = (struct zong_image){
		.orientation = 1,
		.predictor = ZONG_IMAGE_PREDICT_NONE,
		.fax = ZONG_IMAGE_FAX_T6,
		.palette = maker->palette,
		.strip = maker->strip,
		.piece = maker->piece,
	};
	maker->err = 0;
}

void zong_image_end(struct zong_image_maker *maker)
{
	zong_buf_release(&maker->bytes);
	free(maker->strip);
	free(maker->piece);
	maker->strip = NULL;
	maker->piece = NULL;
}

/* Room for one more row where @count is at a power of two. */
static void *grow(struct zong_image_maker *maker, void *rows, uint32_t count, size_t size)
{
	void *more;

	if (count && (count < FIRST_ROOM || (count & (count - 1)) != 0))
		return rows;
	more = realloc(rows, (size_t)(count ? 2 * count : FIRST_ROOM) * size);
	if (!more)
		maker->err = ZONG_EWORKER_MEMORY;
	return more ? more : rows;
}

void zong_image_add_strip(struct zong_image_maker *maker, uint32_t rows)
{
	struct zong_image *image = &maker->image;

	if (!maker->err && image->strips == ZONG_LIMIT_STRIPS)
		maker->err = ZONG_ENOENT;
	if (maker->err)
		return;
	maker->strip = grow(maker, maker->strip, image->strips, sizeof(*maker->strip));
	image->strip = maker->strip;
	if (!maker->err)
		image->strip[image->strips++] = (struct zong_image_strip){
			.rows = rows,
			.first = image->pieces,
		};
}

static void add_piece(struct zong_image_maker *maker, const struct zong_image_piece *piece)
{
	struct zong_image *image = &maker->image;

	if (!maker->err && image->pieces == ZONG_LIMIT_PIECES)
		maker->err = ZONG_ENOENT;
	if (maker->err)
		return;
	maker->piece = grow(maker, maker->piece, image->pieces, sizeof(*maker->piece));
	image->piece = maker->piece;
	if (maker->err)
		return;
	image->piece[image->pieces++] = *piece;
	image->strip[image->strips - 1].count++;
}

void zong_image_add_range(struct zong_image_maker *maker, uint64_t offset, uint64_t len)
{
	struct zong_image_piece piece = {.offset = offset, .len = len};

	add_piece(maker, &piece);
}

void zong_image_add_bytes(struct zong_image_maker *maker, const void *bytes, size_t len)
{
	struct zong_image_piece piece = {.inlined = true, .offset = maker->bytes.len, .len = len};

	if (!maker->err && zong_buf_add(&maker->bytes, bytes, len))
		maker->err = maker->bytes.err == ZONG_ELIMIT ? ZONG_ELIMIT : ZONG_EWORKER_MEMORY;
	maker->image.bytes = maker->bytes.data;
	maker->image.bytes_len = maker->bytes.len;
	add_piece(maker, &piece);
}

int zong_image_of_raster(
	struct zong_image_maker *maker, const struct zong_raster *raster, float dpi_x, float dpi_y)
{
	struct zong_buf png = ZONG_BUF_INIT(ZONG_LIMIT_RENDER - ZONG_LIMIT_RENDER / 16);
	struct zong_image_source source = {.fd = -1};
	int err;

	zong_image_again(maker);
	err = zong_render_png(raster, 0, dpi_x, dpi_y, &png);
	source.memory = png.data;
	source.len = png.len;
	if (!err)
		err = zong_image_png(maker, &source);
	zong_buf_release(&png);
	if (err)
		return err == ZONG_ENOENT ? ZONG_ELIMIT : err;
	maker->image.dpi_x = dpi_x;
	maker->image.dpi_y = dpi_y;
	maker->image.as_stored = false;
	return 0;
}
