/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "tiff_samples.h"

#define SAMPLES_MAX 8	   /* further ones are skipped, but must fit a row */
#define ROW_MAX (64 << 20) /* bytes: 16-bit RGBA of the widest page is 8 times less */
#define TILE_MAX (256 << 20)

struct samples {
	TIFF *handle;
	uint32_t width, height;
	uint16_t bits, count, photometric, format;
	bool planar, tiled;
	bool alpha, associated; /* the sample after the colours */
	unsigned int colours;	/* samples that make the colour: 1, 3, 4 */
	unsigned int kept;	/* colours, and alpha */
	bool stretch;		/* darkest and lightest come from the page */
	double low, high;
	const uint16_t *red, *green, *blue; /* palette */
	bool short_palette;		    /* of 8 bits, by writers that misread the rule */
};

/* What is done with a run of @n pixels of row @y from @x on. @plane: which sample, or 0 when the
 * samples of a pixel stand together. */
typedef void sink(struct samples *samples, void *ctx, uint32_t x, uint32_t y, uint32_t n,
	unsigned int plane, const uint8_t *bytes);

/* -- what kind of page -- */

static void describe_alpha(struct samples *samples)
{
	uint16_t extra = 0, *kinds = NULL;

	TIFFGetFieldDefaulted(samples->handle, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
	if (extra < 1 || samples->count <= samples->colours)
		return;
	samples->associated = kinds[0] == EXTRASAMPLE_ASSOCALPHA;
	samples->alpha = samples->associated || kinds[0] == EXTRASAMPLE_UNASSALPHA;
	if (samples->alpha)
		samples->kept++;
}

static int describe_palette(struct samples *samples)
{
	uint16_t *red, *green, *blue;
	uint32_t i;

	if (samples->bits > 8 ||
		!TIFFGetField(samples->handle, TIFFTAG_COLORMAP, &red, &green, &blue))
		return ZONG_EMEDIA;
	samples->red = red;
	samples->green = green;
	samples->blue = blue;
	samples->short_palette = true;
	for (i = 0; i < 1U << samples->bits; i++)
		if (red[i] > 255 || green[i] > 255 || blue[i] > 255)
			samples->short_palette = false;
	return 0;
}

static bool readable_bits(const struct samples *samples)
{
	bool floating = samples->format == SAMPLEFORMAT_IEEEFP;

	switch (samples->bits) {
	case 1:
	case 2:
	case 4:
	case 12:
		return samples->format != SAMPLEFORMAT_IEEEFP &&
		       samples->format != SAMPLEFORMAT_INT;
	case 8:
	case 16:
		return !floating;
	case 32:
		return true;
	case 64:
		return floating;
	default:
		return false;
	}
}

static int describe(TIFF *handle, struct samples *samples)
{
	uint16_t planar = PLANARCONFIG_CONTIG, compression = COMPRESSION_NONE;
	bool photometric;

	samples->handle = handle;
	TIFFGetFieldDefaulted(handle, TIFFTAG_BITSPERSAMPLE, &samples->bits);
	TIFFGetFieldDefaulted(handle, TIFFTAG_SAMPLESPERPIXEL, &samples->count);
	TIFFGetFieldDefaulted(handle, TIFFTAG_SAMPLEFORMAT, &samples->format);
	TIFFGetFieldDefaulted(handle, TIFFTAG_PLANARCONFIG, &planar);
	TIFFGetFieldDefaulted(handle, TIFFTAG_COMPRESSION, &compression);
	photometric = TIFFGetField(handle, TIFFTAG_PHOTOMETRIC, &samples->photometric);
	samples->tiled = TIFFIsTiled(handle);
	if (compression == COMPRESSION_OJPEG || samples->count == 0 ||
		!TIFFIsCODECConfigured(compression))
		return ZONG_EMEDIA;
	/* Fax programs leave it out; what they mean is black on white. */
	if (!photometric)
		samples->photometric =
			compression >= COMPRESSION_CCITTRLE && compression <= COMPRESSION_CCITTFAX4
				? PHOTOMETRIC_MINISWHITE
				: PHOTOMETRIC_MINISBLACK;
	if (samples->photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG &&
		planar == PLANARCONFIG_CONTIG && samples->count == 3) {
		TIFFSetField(handle, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
		samples->photometric = PHOTOMETRIC_RGB;
	}
	samples->planar = planar == PLANARCONFIG_SEPARATE && samples->count > 1;
	if (!readable_bits(samples))
		return ZONG_EMEDIA;
	switch (samples->photometric) {
	case PHOTOMETRIC_MINISWHITE:
	case PHOTOMETRIC_MINISBLACK:
		samples->colours = 1;
		break;
	case PHOTOMETRIC_PALETTE:
		samples->colours = 1;
		if (describe_palette(samples))
			return ZONG_EMEDIA;
		break;
	case PHOTOMETRIC_RGB:
		samples->colours = 3;
		break;
	case PHOTOMETRIC_SEPARATED:
		samples->colours = 4;
		break;
	default:
		return ZONG_EMEDIA;
	}
	if (samples->count < samples->colours)
		return ZONG_EMEDIA;
	samples->kept = samples->colours;
	describe_alpha(samples);
	samples->stretch =
		samples->bits >= 32 || (samples->bits == 16 && samples->format == SAMPLEFORMAT_INT);
	return 0;
}

/* -- going over the page -- */

static bool is_bilevel(const struct samples *samples)
{
	return samples->bits == 1 && samples->count == 1 &&
	       samples->photometric != PHOTOMETRIC_PALETTE;
}

static int over_strips(struct samples *samples, sink *each, void *ctx, uint64_t *ret_rows)
{
	unsigned int plane, planes = samples->planar ? samples->kept : 1;
	tmsize_t size = TIFFScanlineSize(samples->handle);
	uint64_t need =
		((uint64_t)samples->width * samples->bits * (samples->planar ? 1 : samples->count) +
			7) /
		8;
	uint8_t *row;
	uint32_t y;

	if (size <= 0 || size > ROW_MAX || (uint64_t)size < need)
		return ZONG_EMEDIA;
	row = malloc((size_t)size);
	if (!row)
		return ZONG_EWORKER_MEMORY;
	for (plane = 0; plane < planes; plane++) {
		for (y = 0; y < samples->height; y++) {
			memset(row, 0, (size_t)size);
			if (TIFFReadScanline(samples->handle, row, y, (uint16_t)plane) != 1)
				continue;
			each(samples, ctx, 0, y, samples->width, plane, row);
			++*ret_rows;
		}
	}
	free(row);
	*ret_rows /= planes;
	return 0;
}

static int over_tiles(struct samples *samples, sink *each, void *ctx, uint64_t *ret_rows)
{
	unsigned int plane, planes = samples->planar ? samples->kept : 1;
	tmsize_t size = TIFFTileSize(samples->handle), stride = TIFFTileRowSize(samples->handle);
	uint32_t across = 0, down = 0, x, y, line;
	uint64_t pixels = 0;
	uint8_t *tile;

	TIFFGetField(samples->handle, TIFFTAG_TILEWIDTH, &across);
	TIFFGetField(samples->handle, TIFFTAG_TILELENGTH, &down);
	if (size <= 0 || size > TILE_MAX || stride <= 0 || !across || !down ||
		size / stride < down ||
		(uint64_t)stride <
			((uint64_t)across * samples->bits * (samples->planar ? 1 : samples->count) +
				7) /
				8)
		return ZONG_EMEDIA;
	tile = malloc((size_t)size);
	if (!tile)
		return ZONG_EWORKER_MEMORY;
	for (plane = 0; plane < planes; plane++) {
		for (y = 0; y < samples->height; y += down) {
			for (x = 0; x < samples->width; x += across) {
				uint32_t n =
					samples->width - x < across ? samples->width - x : across;

				/* libtiff says that a tile is read when its fax code ends early */
				memset(tile, 0, (size_t)size);
				if (TIFFReadTile(samples->handle, tile, x, y, 0, (uint16_t)plane) <
					0)
					continue;
				for (line = 0; line < down && line < samples->height - y; line++) {
					each(samples, ctx, x, y + line, n, plane,
						tile + stride * line);
					pixels += n;
				}
			}
		}
	}
	free(tile);
	*ret_rows = pixels / planes / samples->width;
	return 0;
}

static int over_page(struct samples *samples, sink *each, void *ctx)
{
	uint64_t rows = 0;
	int err = samples->tiled ? over_tiles(samples, each, ctx, &rows)
				 : over_strips(samples, each, ctx, &rows);

	if (!err && !ZONG_DECODE_ENOUGH(rows, samples->height))
		err = ZONG_EDAMAGED;
	return err;
}

/* -- one sample -- */

static double wide_sample(const struct samples *samples, const uint8_t *bytes, size_t i)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	double real;
	float single;

	switch (samples->bits) {
	case 16:
		memcpy(&u16, bytes + 2 * i, sizeof(u16));
		return (int16_t)u16;
	case 32:
		memcpy(&u32, bytes + 4 * i, sizeof(u32));
		memcpy(&single, bytes + 4 * i, sizeof(single));
		if (samples->format == SAMPLEFORMAT_IEEEFP)
			return single;
		return samples->format == SAMPLEFORMAT_INT ? (double)(int32_t)u32 : (double)u32;
	default:
		memcpy(&u64, bytes + 8 * i, sizeof(u64));
		memcpy(&real, &u64, sizeof(real));
		return real;
	}
}

/* The sample as 8 bits; a palette's index as it is. */
static uint8_t sample(const struct samples *samples, const uint8_t *bytes, size_t i)
{
	unsigned int scale = samples->photometric == PHOTOMETRIC_PALETTE ? 1 : 0;
	uint16_t u16;
	double value;

	switch (samples->bits) {
	case 1:
		return (uint8_t)((bytes[i >> 3] >> (7 - (i & 7)) & 1) * (scale ? 1 : 255));
	case 2:
		return (uint8_t)((bytes[i >> 2] >> (6 - 2 * (i & 3)) & 3) * (scale ? 1 : 85));
	case 4:
		return (uint8_t)((bytes[i >> 1] >> (i & 1 ? 0 : 4) & 15) * (scale ? 1 : 17));
	case 8:
		return samples->format == SAMPLEFORMAT_INT ? bytes[i] ^ 0x80 : bytes[i];
	case 12:
		return i & 1 ? (uint8_t)(bytes[i / 2 * 3 + 1] << 4 | bytes[i / 2 * 3 + 2] >> 4)
			     : bytes[i / 2 * 3];
	case 16:
		if (!samples->stretch) {
			memcpy(&u16, bytes + 2 * i, sizeof(u16));
			return (uint8_t)((u16 * 255U + 32895U) >> 16);
		}
		break;
	default:
		break;
	}
	value = wide_sample(samples, bytes, i);
	if (!(value > samples->low))
		return 0;
	if (value >= samples->high)
		return 255;
	return (uint8_t)((value - samples->low) / (samples->high - samples->low) * 255 + 0.5);
}

static void note_range(struct samples *samples, void *ctx, uint32_t x, uint32_t y, uint32_t n,
	unsigned int plane, const uint8_t *bytes)
{
	size_t i, count = (size_t)n * (samples->planar ? 1 : samples->count);

	(void)ctx;
	(void)x;
	(void)y;
	(void)plane;
	for (i = 0; i < count; i++) {
		double value = wide_sample(samples, bytes, i);

		if (!isfinite(value))
			continue;
		if (value < samples->low)
			samples->low = value;
		if (value > samples->high)
			samples->high = value;
	}
}

/* -- pixels -- */

static void paint(const struct samples *samples, const uint8_t *in, uint8_t *out)
{
	unsigned int i, rest, channels = samples->colours == 4 ? 3 : samples->colours;

	if (samples->photometric == PHOTOMETRIC_PALETTE) {
		unsigned int shift = samples->short_palette ? 0 : 8;

		out[0] = (uint8_t)(samples->red[in[0]] >> shift);
		out[1] = (uint8_t)(samples->green[in[0]] >> shift);
		out[2] = (uint8_t)(samples->blue[in[0]] >> shift);
		channels = 3;
	} else if (samples->colours == 4) {
		for (i = 0; i < 3; i++)
			out[i] = (uint8_t)(((255U - in[i]) * (255U - in[3]) + 127) / 255);
	} else {
		for (i = 0; i < channels; i++)
			out[i] = samples->photometric == PHOTOMETRIC_MINISWHITE ? 255 - in[i]
										: in[i];
	}
	if (!samples->alpha)
		return;
	rest = 255U - in[samples->colours];
	for (i = 0; i < channels; i++) {
		unsigned int colour = out[i];

		if (!samples->associated)
			colour = (colour * (255 - rest) + 127) / 255;
		out[i] = (uint8_t)(colour + rest > 255 ? 255 : colour + rest);
	}
}

static void put_bits(struct samples *samples, void *ctx, uint32_t x, uint32_t y, uint32_t n,
	unsigned int plane, const uint8_t *bytes)
{
	struct zong_raster *raster = ctx;
	uint8_t flip = samples->photometric == PHOTOMETRIC_MINISWHITE ? 0xff : 0;
	uint8_t *out = zong_raster_row(raster, y) + x / 8; /* tiles are multiples of 16 wide */
	size_t i, len = ((size_t)n + 7) / 8;

	(void)plane;
	for (i = 0; i < len; i++)
		out[i] = bytes[i] ^ flip;
	if (n % 8)
		out[len - 1] &= (uint8_t)(0xff00 >> (n % 8));
}

static void put_pixels(struct samples *samples, void *ctx, uint32_t x, uint32_t y, uint32_t n,
	unsigned int plane, const uint8_t *bytes)
{
	struct zong_raster *raster = ctx;
	uint8_t *out = zong_raster_row(raster, y) + (size_t)x * raster->channels;
	bool plain = samples->bits == 8 && samples->format != SAMPLEFORMAT_INT && !samples->alpha &&
		     samples->count == samples->colours;
	uint8_t pixel[SAMPLES_MAX];
	unsigned int s;
	uint32_t i;

	(void)plane;
	if (plain && (samples->photometric == PHOTOMETRIC_MINISBLACK ||
			     samples->photometric == PHOTOMETRIC_RGB)) {
		memcpy(out, bytes, (size_t)n * raster->channels);
		return;
	}
	for (i = 0; i < n; i++, out += raster->channels) {
		for (s = 0; s < samples->kept; s++)
			pixel[s] = sample(samples, bytes, (size_t)i * samples->count + s);
		paint(samples, pixel, out);
	}
}

/* Planar: the samples of a page are gathered first, then painted. */
struct planes {
	uint8_t *samples; /* kept of them a pixel */
};

static void put_plane(struct samples *samples, void *ctx, uint32_t x, uint32_t y, uint32_t n,
	unsigned int plane, const uint8_t *bytes)
{
	struct planes *planes = ctx;
	uint8_t *out = planes->samples + ((size_t)y * samples->width + x) * samples->kept + plane;
	uint32_t i;

	for (i = 0; i < n; i++)
		out[(size_t)i * samples->kept] = sample(samples, bytes, i);
}

static int read_planes(struct samples *samples, struct zong_raster *raster)
{
	size_t i, count = (size_t)samples->width * samples->height;
	struct planes planes = {.samples = calloc(count, samples->kept)};
	int err;

	if (!planes.samples)
		return ZONG_EWORKER_MEMORY;
	err = over_page(samples, put_plane, &planes);
	for (i = 0; i < count && !err; i++)
		paint(samples, planes.samples + i * samples->kept,
			raster->data + i * raster->channels);
	free(planes.samples);
	return err;
}

int zong_tiff_samples(TIFF *handle, uint32_t width, uint32_t height, struct zong_raster *ret_raster)
{
	struct samples samples = {
		.width = width, .height = height, .low = HUGE_VAL, .high = -HUGE_VAL};
	struct zong_raster raster;
	uint8_t channels;
	int err;

	err = describe(handle, &samples);
	if (!err && samples.stretch) {
		err = over_page(&samples, note_range, NULL);
		/* Floating samples are 0 to 1 by custom. */
		if (samples.format == SAMPLEFORMAT_IEEEFP && samples.low >= 0 &&
			samples.high <= 1) {
			samples.low = 0;
			samples.high = 1;
		}
	}
	if (err)
		return err;
	channels = samples.colours >= 3 || samples.photometric == PHOTOMETRIC_PALETTE ? 3 : 1;
	err = zong_raster_init(&raster, width, height, channels, is_bilevel(&samples) ? 1 : 8);
	if (err)
		return err;
	if (is_bilevel(&samples))
		err = over_page(&samples, put_bits, &raster);
	else if (samples.planar)
		err = read_planes(&samples, &raster);
	else
		err = over_page(&samples, put_pixels, &raster);
	if (err)
		zong_raster_release(&raster);
	else
		*ret_raster = raster;
	return err;
}
