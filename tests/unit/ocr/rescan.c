/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include "rescan.h"

const struct rescan rescans[] = {
	{"300 bilevel", 0, 0, 300, 0, 1, 10, 5, 0, 150},
	{"300 bilevel, thin and noisy, turned", 1.2, 3, 300, 0, 1, 40, 60, 0, 135},
	{"200 bilevel, shifted", 0.7, 5, 200, 0, 1, 20, 20, 0, 165},
	{"200 grey, dark, JPEG 30, turned by 2", 2, 4, 200, 0, 0.8, 40, 40, 30, 0},
	{"300 grey, light and soft, JPEG 60", 0.3, 4, 300, 1, 1.3, 20, 10, 60, 0},
	{"240 bilevel, soft and thick", 1, 4, 240, 1, 1, 15, 10, 0, 175},
	{"150 grey, dark, JPEG 90", 1.5, 5, 150, 0, 0.7, 10, 5, 90, 0},
};
const unsigned int rescan_count = sizeof(rescans) / sizeof(rescans[0]);

static uint32_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

static double either_side(uint64_t *seed)
{
	return next(seed) % 2001 / 1000.0 - 1;
}

static PIX *must_have(PIX *pix)
{
	if (!pix)
		abort();
	return pix;
}

static void replace(PIX **pix, PIX *by)
{
	pixDestroy(pix);
	*pix = must_have(by);
}

static void roughen(PIX *pix, const struct rescan *how, uint64_t *seed)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), x, y;
	l_uint32 *line = pixGetData(pix);

	for (y = 0; y < height; y++, line += pixGetWpl(pix))
		for (x = 0; x < width; x++) {
			uint32_t r = next(seed);
			int bell = (int)(r & 255) + (int)(r >> 8 & 255) - 255;
			int grey = (int)GET_DATA_BYTE(line, x) + bell * how->grain / 255;

			if ((r >> 12) % 100000 < (uint32_t)how->specks)
				grey = r & 1 ? 20 : 255;
			SET_DATA_BYTE(line, x, grey < 0 ? 0 : grey > 255 ? 255 : grey);
		}
}

static void squeeze(PIX **pix, int quality)
{
	l_uint8 *bytes = NULL;
	size_t len = 0;

	if (pixWriteMemJpeg(&bytes, &len, *pix, quality, 0) != 0)
		abort();
	replace(pix, pixReadMemJpeg(bytes, len, 0, 1, NULL, 0));
	free(bytes);
}

static void to_raster(PIX *pix, int threshold, struct zong_raster *ret_raster)
{
	uint32_t width = (uint32_t)pixGetWidth(pix), height = (uint32_t)pixGetHeight(pix), x, y;
	const l_uint32 *line = pixGetData(pix);

	if (zong_raster_init(ret_raster, width, height, 1, 8))
		abort();
	for (y = 0; y < height; y++, line += pixGetWpl(pix)) {
		uint8_t *row = zong_raster_row(ret_raster, y);

		for (x = 0; x < width; x++) {
			row[x] = (uint8_t)GET_DATA_BYTE(line, x);
			if (threshold)
				row[x] = row[x] < threshold ? 0 : 255;
		}
	}
	zong_raster_reduce(ret_raster);
}

void rescan_make(const struct zong_raster *sheet, double dpi, const struct rescan *how,
	uint64_t *seed, struct zong_raster *ret_scan)
{
	PIX *pix = must_have(zong_raster_to_pix(sheet));
	l_float32 angle = (l_float32)(how->degrees * M_PI / 180 * either_side(seed));
	l_int32 right = (l_int32)(how->shift * dpi / 25.4 * either_side(seed));
	l_int32 down = (l_int32)(how->shift * dpi / 25.4 * either_side(seed));
	l_float32 scale = (l_float32)(how->dpi / dpi);

	if (pixGetDepth(pix) != 8)
		replace(&pix, pixConvertTo8(pix, 0));
	replace(&pix, pixRotate(pix, angle, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0));
	replace(&pix, pixTranslate(NULL, pix, right, down, L_BRING_IN_WHITE));
	if (scale < 1)
		replace(&pix, pixScale(pix, scale, scale));
	if (how->blur)
		replace(&pix, pixBlockconv(pix, how->blur, how->blur));
	replace(&pix, pixGammaTRC(NULL, pix, (l_float32)how->gamma, 0, 255));
	roughen(pix, how, seed);
	if (how->quality)
		squeeze(&pix, how->quality);
	to_raster(pix, how->threshold, ret_scan);
	pixDestroy(&pix);
}
