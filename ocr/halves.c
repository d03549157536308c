/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include "halves.h"
#include "strip.h"

#define WIDER 1.2  /* than high */
#define SMALL 800  /* pixels of the width on which is looked */
#define DARKER 48  /* than paper is ink */
#define MIDDLE 0.1 /* of the width on both sides of the middle the empty band is looked for ... */
#define BAND 0.025 /* ... which is so wide at least: two margins */
#define DUST 0.004 /* of the height may be dark in a column of it */
#define WRITTEN 0.002f /* of each half is ink at least */

/* A small picture of the ink, 1 bit. */
static PIX *small_ink(PIX *pix)
{
	l_float32 scale = (l_float32)SMALL / (l_float32)pixGetWidth(pix);
	l_uint32 paper = 255;
	PIX *small, *ink = NULL;

	if (scale > 1)
		scale = 1;
	if (pixGetDepth(pix) == 1)
		small = pixScaleToGray(pix, scale < 1 ? scale : 0.99f);
	else
		small = pixScaleAreaMap(pix, scale, scale);
	if (small && pixGetRankValue(small, 1, 0.5f, &paper) == 0 && paper > DARKER)
		ink = pixThresholdToBinary(small, (l_int32)paper - DARKER);
	pixDestroy(&small);
	return ink;
}

static bool is_written(PIX *ink, int left, int right)
{
	const struct zong_strip strip = {left, 0, right, pixGetHeight(ink)};

	return zong_strip_ink(ink, &strip) >= (double)WRITTEN;
}

/* The middle of the widest empty band about the middle, 0: there is none wide enough. */
static int band_of(PIX *ink)
{
	int width = pixGetWidth(ink), dust = (int)(DUST * pixGetHeight(ink)), x, begin = -1,
	    best = 0;
	int middle = 0, low = (int)((0.5 - MIDDLE) * width), high = (int)((0.5 + MIDDLE) * width);
	NUMA *column = pixCountPixelsByColumn(ink);

	for (x = low; column && x <= high; x++) {
		l_int32 count = dust + 1;

		if (x < high)
			numaGetIValue(column, x, &count);
		if (count <= dust) {
			begin = begin < 0 ? x : begin;
			continue;
		}
		if (begin >= 0 && x - begin > best) {
			best = x - begin;
			middle = begin + best / 2;
		}
		begin = -1;
	}
	numaDestroy(&column);
	return best >= BAND * width ? middle : 0;
}

bool zong_halves_find(PIX *pix, int *ret_middle)
{
	int middle, width;
	PIX *ink;

	if (pixGetWidth(pix) < pixGetHeight(pix) * WIDER)
		return false;
	ink = small_ink(pix);
	if (!ink)
		return false;
	width = pixGetWidth(ink);
	middle = band_of(ink);
	if (middle && (!is_written(ink, 0, middle) || !is_written(ink, middle, width)))
		middle = 0;
	*ret_middle = (int)((double)middle * pixGetWidth(pix) / width);
	pixDestroy(&ink);
	return middle > 0;
}
