/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"

#define SIDE_MAX 1000000
#define CHUNK_MAX (8 << 20) /* an embedded colour profile has 3 MB at most */
#define METRES_AN_INCH 0.0254

struct png {
	int fd;
};

struct decoding {
	png_structp png;
	png_infop info;
	int fd;
	uint64_t offset;
	int err;
	uint32_t rows_seen;
	struct zong_raster raster;
	uint8_t *pixels; /* with alpha: as it comes, before it is laid on white */
	uint8_t **rows;
};

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

static void on_read(png_structp png, png_bytep bytes, size_t len)
{
	struct decoding *decoding = png_get_io_ptr(png);

	if (zong_decode_read(decoding->fd, bytes, len, decoding->offset) != len)
		png_error(png, "the file ends here");
	decoding->offset += len;
}

static void on_row(png_structp png, png_uint_32 row, int pass)
{
	struct decoding *decoding = png_get_io_ptr(png);

	/* Of an interlaced image a later pass only refines: the 5th has every second row and column. */
	if (png_get_interlace_type(png, decoding->info) == PNG_INTERLACE_NONE || pass >= 5)
		decoding->rows_seen = row > decoding->rows_seen ? row : decoding->rows_seen;
}

static void give_up(struct decoding *decoding, int err)
{
	decoding->err = err;
	longjmp(png_jmpbuf(decoding->png), 1);
}

/* Everything becomes 8 bit grey or RGB, with or without alpha. */
static void ask_for_bytes(struct decoding *decoding)
{
	png_structp png = decoding->png;

	png_set_expand(png);
	png_set_scale_16(png);
	png_set_interlace_handling(png);
	png_read_update_info(png, decoding->info);
}

static void read_pixels(struct decoding *decoding)
{
	uint32_t width = png_get_image_width(decoding->png, decoding->info);
	uint32_t height = png_get_image_height(decoding->png, decoding->info);
	uint8_t channels;
	size_t stride;
	uint32_t y;
	int err;

	if ((uint64_t)width * height > ZONG_LIMIT_PIXELS)
		give_up(decoding, ZONG_EPIXELS);
	ask_for_bytes(decoding);
	channels = png_get_channels(decoding->png, decoding->info);
	err = zong_raster_init(&decoding->raster, width, height, channels >= 3 ? 3 : 1, 8);
	if (err)
		give_up(decoding, err);
	stride = (size_t)width * channels;
	if (channels == 2 || channels == 4) {
		decoding->pixels = malloc(stride * height);
		if (!decoding->pixels)
			give_up(decoding, ZONG_EWORKER_MEMORY);
		memset(decoding->pixels, 0, stride * height);
	}
	decoding->rows = calloc(height, sizeof(*decoding->rows));
	if (!decoding->rows)
		give_up(decoding, ZONG_EWORKER_MEMORY);
	for (y = 0; y < height; y++)
		decoding->rows[y] = decoding->pixels ? decoding->pixels + stride * y
						     : zong_raster_row(&decoding->raster, y);
	png_read_image(decoding->png, decoding->rows);
	decoding->rows_seen = height;
}

/* @channels of @pixels: 2 or 4, the last is alpha. */
static void lay_on_white(struct decoding *decoding)
{
	size_t colours = decoding->raster.channels;
	size_t i, c, count = (size_t)decoding->raster.width * decoding->raster.height;
	const uint8_t *in = decoding->pixels;
	uint8_t *out = decoding->raster.data;

	for (i = 0; i < count; i++, in += colours + 1, out += colours) {
		unsigned int alpha = in[colours];

		for (c = 0; c < colours; c++)
			out[c] = (uint8_t)((in[c] * alpha + 255 * (255 - alpha) + 127) / 255);
	}
}

static void note_marks(struct decoding *decoding, struct zong_page *page)
{
	png_uint_32 x = 0, y = 0;
	int unit = PNG_RESOLUTION_UNKNOWN;

	if (!png_get_pHYs(decoding->png, decoding->info, &x, &y, &unit) ||
		unit != PNG_RESOLUTION_METER)
		return;
	page->dpi_x = zong_decode_dpi(x * METRES_AN_INCH);
	page->dpi_y = zong_decode_dpi(y * METRES_AN_INCH);
}

static void run(struct decoding *decoding, struct zong_page *page)
{
	if (setjmp(png_jmpbuf(decoding->png)) != 0) {
		if (!decoding->err)
			decoding->err = ZONG_EDAMAGED;
		return;
	}
	png_set_user_limits(decoding->png, SIDE_MAX, SIDE_MAX);
	png_set_chunk_malloc_max(decoding->png, CHUNK_MAX);
	png_set_read_fn(decoding->png, decoding, on_read);
	png_set_read_status_fn(decoding->png, on_row);
	png_read_info(decoding->png, decoding->info);
	page->bits = png_get_bit_depth(decoding->png, decoding->info);
	note_marks(decoding, page);
	read_pixels(decoding);
}

static int png_page(void *state, uint32_t number, struct zong_page *ret_page)
{
	const struct png *png = state;
	struct zong_page page = ZONG_PAGE_INIT;
	struct decoding *decoding = calloc(1, sizeof(*decoding));
	int err;

	(void)number;
	if (!decoding)
		return ZONG_EWORKER_MEMORY;
	decoding->fd = png->fd;
	decoding->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	if (decoding->png)
		decoding->info = png_create_info_struct(decoding->png);
	if (decoding->info)
		run(decoding, &page);
	else
		decoding->err = ZONG_EWORKER_MEMORY;
	err = decoding->err;
	if (err == ZONG_EDAMAGED && decoding->raster.data &&
		ZONG_DECODE_ENOUGH(decoding->rows_seen, decoding->raster.height))
		err = 0;
	if (!err) {
		if (decoding->pixels)
			lay_on_white(decoding);
		page.raster = decoding->raster;
		*ret_page = page;
	} else {
		zong_raster_release(&decoding->raster);
	}
	png_destroy_read_struct(&decoding->png, &decoding->info, NULL);
	free(decoding->pixels);
	free(decoding->rows);
	free(decoding);
	return err;
}

static int coded_image(void *state, uint32_t number, struct zong_image_maker *maker)
{
	const struct png *png = state;
	struct zong_image_source source = {.fd = png->fd};

	(void)number;
	return zong_image_png(maker, &source);
}

static int png_open(int fd, void **ret_state, uint32_t *ret_pages)
{
	struct png *png = calloc(1, sizeof(*png));

	if (!png)
		return ZONG_EWORKER_MEMORY;
	png->fd = fd;
	*ret_state = png;
	*ret_pages = 1;
	return 0;
}

const struct zong_decoder zong_decoder_png = {
	.open = png_open,
	.page = png_page,
	.image = coded_image,
	.close = free,
};
