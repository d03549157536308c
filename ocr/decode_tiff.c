/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "tiff_pages.h"
#include "tiff_samples.h"

#define ALLOCATION_MAX (INT64_C(1) << 30) /* one of libtiff's: a strip of a whole page */

struct tiff {
	int fd;
	uint64_t offset; /* libtiff's idea of a file position */
	TIFF *handle;
	struct zong_tiff_pages pages;
};

/* -- libtiff reads by position -- */

static tmsize_t on_read(thandle_t data, void *bytes, tmsize_t len)
{
	struct tiff *tiff = data;
	size_t got = zong_decode_read(tiff->fd, bytes, (size_t)len, tiff->offset);

	tiff->offset += got;
	return (tmsize_t)got;
}

static tmsize_t on_write(thandle_t data, void *bytes, tmsize_t len)
{
	(void)data;
	(void)bytes;
	(void)len;
	return -1;
}

static toff_t on_seek(thandle_t data, toff_t offset, int whence)
{
	struct tiff *tiff = data;

	if (whence == SEEK_CUR)
		offset += tiff->offset;
	else if (whence == SEEK_END)
		offset += zong_decode_size(tiff->fd);
	tiff->offset = offset;
	return offset;
}

static int on_close(thandle_t data)
{
	(void)data;
	return 0;
}

static toff_t on_size(thandle_t data)
{
	struct tiff *tiff = data;

	return zong_decode_size(tiff->fd);
}

static int on_message(
	TIFF *handle, void *data, const char *module, const char *format, va_list list)
{
	(void)handle;
	(void)data;
	(void)module;
	(void)format;
	(void)list;
	return 1; /* said; not to standard error */
}

static TIFF *open_handle(struct tiff *tiff)
{
	TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
	TIFF *handle;

	if (!options)
		return NULL;
	TIFFOpenOptionsSetMaxSingleMemAlloc(options, ALLOCATION_MAX);
	TIFFOpenOptionsSetErrorHandlerExtR(options, on_message, NULL);
	TIFFOpenOptionsSetWarningHandlerExtR(options, on_message, NULL);
	/* r: read, h: only the header for now, m: no mapping */
	handle = TIFFClientOpenExt("document", "rhm", tiff, on_read, on_write, on_seek, on_close,
		on_size, NULL, NULL, options);
	TIFFOpenOptionsFree(options);
	return handle;
}

/* -- by way of libtiff's own conversion to RGBA -- */

static void take_rgba(struct zong_raster *raster, const uint32_t *pixels, uint32_t x0, uint32_t y0,
	uint32_t width, uint32_t height, uint32_t stride)
{
	uint32_t x, y;

	/* libtiff's rows go upwards and its colours are already multiplied by alpha. */
	for (y = 0; y < height; y++) {
		const uint32_t *in = pixels + (size_t)stride * (height - 1 - y);
		uint8_t *out = zong_raster_row(raster, y0 + y) + (size_t)x0 * 3;

		for (x = 0; x < width; x++, out += 3) {
			unsigned int rest = 255 - TIFFGetA(in[x]);

			out[0] = (uint8_t)(TIFFGetR(in[x]) + rest > 255 ? 255
									: TIFFGetR(in[x]) + rest);
			out[1] = (uint8_t)(TIFFGetG(in[x]) + rest > 255 ? 255
									: TIFFGetG(in[x]) + rest);
			out[2] = (uint8_t)(TIFFGetB(in[x]) + rest > 255 ? 255
									: TIFFGetB(in[x]) + rest);
		}
	}
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static int rgba_tiles(TIFF *handle, struct zong_raster *raster, uint64_t *ret_done)
{
	uint32_t across = 0, down = 0, x, y;
	uint32_t *pixels;

	if (!TIFFGetField(handle, TIFFTAG_TILEWIDTH, &across) ||
		!TIFFGetField(handle, TIFFTAG_TILELENGTH, &down) || !across || !down ||
		(uint64_t)across * down > ZONG_LIMIT_PIXELS)
		return ZONG_EDAMAGED;
	pixels = calloc((size_t)across * down, sizeof(*pixels));
	if (!pixels)
		return ZONG_EWORKER_MEMORY;
	for (y = 0; y < raster->height; y += down) {
		for (x = 0; x < raster->width; x += across) {
			uint32_t width = least(across, raster->width - x);
			uint32_t height = least(down, raster->height - y);

			if (!TIFFReadRGBATileExt(handle, x, y, pixels, 1))
				continue;
			/* A tile comes whole; its picture is in the upper left. */
			take_rgba(raster, pixels + (size_t)across * (down - height), x, y, width,
				height, across);
			*ret_done += (uint64_t)width * height;
		}
	}
	free(pixels);
	return 0;
}

static int rgba_strips(TIFF *handle, struct zong_raster *raster, uint64_t *ret_done)
{
	uint32_t rows = raster->height, y;
	uint32_t *pixels;

	TIFFGetFieldDefaulted(handle, TIFFTAG_ROWSPERSTRIP, &rows);
	if (rows == 0)
		return ZONG_EDAMAGED;
	rows = least(rows, raster->height);
	pixels = calloc((size_t)raster->width * rows, sizeof(*pixels));
	if (!pixels)
		return ZONG_EWORKER_MEMORY;
	for (y = 0; y < raster->height; y += rows) {
		uint32_t height = least(rows, raster->height - y);

		if (!TIFFReadRGBAStripExt(handle, y, pixels, 1))
			continue;
		take_rgba(raster, pixels, 0, y, raster->width, height, raster->width);
		*ret_done += (uint64_t)raster->width * height;
	}
	free(pixels);
	return 0;
}

static int by_rgba(TIFF *handle, uint32_t width, uint32_t height, struct zong_raster *ret_raster)
{
	struct zong_raster raster;
	uint64_t done = 0;
	int err;

	/* Turning is our business; libtiff would turn each strip by itself. */
	TIFFSetField(handle, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	err = zong_raster_init(&raster, width, height, 3, 8);
	if (err)
		return err;
	err = TIFFIsTiled(handle) ? rgba_tiles(handle, &raster, &done)
				  : rgba_strips(handle, &raster, &done);
	if (!err && !ZONG_DECODE_ENOUGH(done, (uint64_t)width * height))
		err = ZONG_EDAMAGED;
	if (err)
		zong_raster_release(&raster);
	else
		*ret_raster = raster;
	return err;
}

/* -- a page -- */

static void note_dpi(TIFF *handle, unsigned int orientation, float *ret_dpi_x, float *ret_dpi_y)
{
	uint16_t unit = RESUNIT_INCH;
	float x = 0, y = 0, scale;

	TIFFGetFieldDefaulted(handle, TIFFTAG_RESOLUTIONUNIT, &unit);
	TIFFGetField(handle, TIFFTAG_XRESOLUTION, &x);
	TIFFGetField(handle, TIFFTAG_YRESOLUTION, &y);
	if (unit == RESUNIT_NONE)
		return;
	scale = unit == RESUNIT_CENTIMETER ? 2.54f : 1;
	*ret_dpi_x = zong_decode_dpi((double)(orientation >= 5 ? y : x) * scale);
	*ret_dpi_y = zong_decode_dpi((double)(orientation >= 5 ? x : y) * scale);
}

static int tiff_page(void *state, uint32_t number, struct zong_page *ret_page)
{
	struct tiff *tiff = state;
	struct zong_page page = ZONG_PAGE_INIT;
	uint32_t width = 0, height = 0;
	uint16_t orientation = 1, bits = 1;
	int err;

	if (!TIFFSetSubDirectory(tiff->handle, tiff->pages.offset[number - 1]))
		return ZONG_EDAMAGED;
	TIFFGetField(tiff->handle, TIFFTAG_IMAGEWIDTH, &width);
	TIFFGetField(tiff->handle, TIFFTAG_IMAGELENGTH, &height);
	TIFFGetFieldDefaulted(tiff->handle, TIFFTAG_ORIENTATION, &orientation);
	TIFFGetFieldDefaulted(tiff->handle, TIFFTAG_BITSPERSAMPLE, &bits);
	if (orientation < 1 || orientation > 8)
		orientation = 1;
	if (width == 0 || height == 0)
		return ZONG_EDAMAGED;
	if ((uint64_t)width * height > ZONG_LIMIT_PIXELS)
		return ZONG_EPIXELS;
	note_dpi(tiff->handle, orientation, &page.dpi_x, &page.dpi_y);
	page.bits = bits;
	err = zong_tiff_samples(tiff->handle, width, height, &page.raster);
	if (err && err != ZONG_EWORKER_MEMORY)
		err = by_rgba(tiff->handle, width, height, &page.raster);
	if (!err)
		err = zong_raster_orient(&page.raster, orientation);
	if (err) {
		zong_raster_release(&page.raster);
		return err;
	}
	*ret_page = page;
	return 0;
}

static int tiff_image(void *state, uint32_t number, struct zong_image_maker *maker)
{
	struct tiff *tiff = state;
	struct zong_image *image = &maker->image;
	uint16_t orientation = 1;

	if (!TIFFSetSubDirectory(tiff->handle, tiff->pages.offset[number - 1]))
		return ZONG_EDAMAGED;
	TIFFGetFieldDefaulted(tiff->handle, TIFFTAG_ORIENTATION, &orientation);
	image->orientation = orientation < 1 || orientation > 8 ? 1 : orientation;
	note_dpi(tiff->handle, image->orientation, &image->dpi_x, &image->dpi_y);
	return zong_image_tiff(maker, tiff->handle, tiff->fd);
}

static void tiff_close(void *state)
{
	struct tiff *tiff = state;

	if (tiff->handle)
		TIFFClose(tiff->handle);
	zong_tiff_pages_release(&tiff->pages);
	free(tiff);
}

static int tiff_open(int fd, void **ret_state, uint32_t *ret_pages)
{
	struct tiff *tiff = calloc(1, sizeof(*tiff));
	int err;

	if (!tiff)
		return ZONG_EWORKER_MEMORY;
	tiff->fd = fd;
	err = zong_tiff_pages_find(fd, &tiff->pages);
	if (!err) {
		tiff->handle = open_handle(tiff);
		err = tiff->handle ? 0 : ZONG_EDAMAGED;
	}
	if (err) {
		tiff_close(tiff);
		return err;
	}
	*ret_state = tiff;
	*ret_pages = tiff->pages.count;
	return 0;
}

const struct zong_decoder zong_decoder_tiff = {
	.open = tiff_open,
	.page = tiff_page,
	.image = tiff_image,
	.close = tiff_close,
};
