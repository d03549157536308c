/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdint.h>

#include <allheaders.h>

#include "seal.h"

#define SIDE 400	 /* pixels of the longer side of the map on which seals are looked for */
#define RED_MORE 40	 /* red is so much more than green and blue */
#define SHARE_LEAST 0.06 /* of the page's width: a seal is 18 to 58 mm, a page 210 */
#define SHARE_MOST 0.45
#define RATIO_MOST 1.7 /* oval company seals */
#define GAP 9	       /* pixels of the map between strokes of one seal */

static int is_red(l_uint32 pixel)
{
	int red = (int)(pixel >> 24), green = (int)(pixel >> 16 & 255),
	    blue = (int)(pixel >> 8 & 255);
	int other = green > blue ? green : blue;

	return red - other >= RED_MORE;
}

/* A map of red: a pixel for each cell of the page that has some. */
static PIX *map_red(PIX *pix, int cell)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), x, y;
	PIX *map = pixCreate((width + cell - 1) / cell, (height + cell - 1) / cell, 1);

	if (!map)
		return NULL;
	for (y = 0; y < height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)y;
		l_uint32 *out = pixGetData(map) + (size_t)pixGetWpl(map) * (size_t)(y / cell);

		for (x = 0; x < width; x++)
			if (is_red(line[x]))
				SET_DATA_BIT(out, x / cell);
	}
	return map;
}

/* Text under a seal is darker than the seal in the red channel, and only there. */
static void whiten(PIX *pix, BOX *box, int cell)
{
	l_int32 x1, y1, w, h, x, y;

	boxGetGeometry(box, &x1, &y1, &w, &h);
	for (y = y1 * cell; y < (y1 + h) * cell && y < pixGetHeight(pix); y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)y;

		for (x = x1 * cell; x < (x1 + w) * cell && x < pixGetWidth(pix); x++) {
			l_uint32 red = line[x] >> 24;

			composeRGBPixel((l_int32)red, (l_int32)red, (l_int32)red, &line[x]);
		}
	}
}

static int is_seal(BOX *box, PIX *piece, int map_width)
{
	l_int32 w, h, red = 0;
	double share;

	boxGetGeometry(box, NULL, NULL, &w, &h);
	share = (double)(w > h ? w : h) / map_width;
	if (share < SHARE_LEAST || share > SHARE_MOST)
		return 0;
	if (w > h * RATIO_MOST || h > w * RATIO_MOST)
		return 0;
	pixCountPixels(piece, &red, NULL);
	return red > w * h / 8;
}

int zong_seal_whiten(struct Pix *pix)
{
	int side = pixGetWidth(pix) > pixGetHeight(pix) ? pixGetWidth(pix) : pixGetHeight(pix);
	int cell = side / SIDE > 0 ? side / SIDE : 1;
	PIX *map = map_red(pix, cell), *joined;
	PIXA *pieces = NULL;
	BOXA *boxes = NULL;
	int i, seals = 0;

	if (!map)
		return 0;
	joined = pixCloseSafeBrick(NULL, map, GAP, GAP);
	if (joined)
		boxes = pixConnComp(joined, &pieces, 8);
	for (i = 0; boxes && i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *piece = pixaGetPix(pieces, i, L_CLONE);

		if (is_seal(box, piece, pixGetWidth(map))) {
			whiten(pix, box, cell);
			seals++;
		}
		pixDestroy(&piece);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
	pixDestroy(&joined);
	pixDestroy(&map);
	return seals;
}
