/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include "inverse.h"

#define SIDE                                                                                       \
	880 /* pixels at least of the longer side of the map on which is measured: A4 at 75 dpi */
#define DARK_PAGE 115 /* mean grey of a page of light letters on dark */
#define DARK 100	/* grey of a block, or darker */
#define GAP 9		/* of the map, wider than the strokes of letters and than ruled lines */
#define BLOCK_WIDTH 70	/* of a block at least ... */
#define BLOCK_HEIGHT 16 /* ... and a line of writing fits into it */
#define FULL 0.6	/* part of a block that is dark: between letters */
#define SOLID 100 /* strokes of the boldest title are thinner than this part of the page ... */
#define SOLID_PART 0.12 /* ... of so much of a block: its margins and what is between lines */

/* Dark places, so many times smaller. */
static PIX *map_dark(PIX *pix, int *ret_times)
{
	PIX *map = pixGetDepth(pix) == 1 ? pixClone(pix) : pixThresholdToBinary(pix, DARK), *next;

	*ret_times = 1;
	while (map && (pixGetWidth(map) >= 2 * SIDE || pixGetHeight(map) >= 2 * SIDE)) {
		next = pixReduceRankBinary2(map, 2, NULL);
		pixDestroy(&map);
		map = next;
		*ret_times *= 2;
	}
	return map;
}

/* Which part of @mask is dark in @part, which is as large? */
static double dark_part(PIX *part, PIX *mask)
{
	PIX *both = pixAnd(NULL, part, mask);
	l_int32 all = 0, dark = 0;

	pixCountPixels(mask, &all, NULL);
	if (both)
		pixCountPixels(both, &dark, NULL);
	pixDestroy(&both);
	return all > 0 ? (double)dark / all : 0;
}

static int is_block(PIX *map, BOX *box, PIX *block)
{
	int longer = pixGetWidth(map) > pixGetHeight(map) ? pixGetWidth(map) : pixGetHeight(map);
	int stroke = longer / SOLID;
	PIX *part, *solid = NULL;
	l_int32 x, y, w, h;
	int is;

	boxGetGeometry(box, &x, &y, &w, &h);
	if (w < BLOCK_WIDTH || h < BLOCK_HEIGHT || stroke < 1)
		return 0;
	if (x == 0 || y == 0 || x + w >= pixGetWidth(map) || y + h >= pixGetHeight(map))
		return 0; /* a shadow, or what lies under the page */
	part = pixClipRectangle(map, box, NULL);
	if (part)
		solid = pixOpenBrick(NULL, part, stroke, stroke);
	is = solid && dark_part(part, block) >= FULL && dark_part(solid, block) >= SOLID_PART;
	pixDestroy(&solid);
	pixDestroy(&part);
	return is;
}

static void turn(PIX *pix, PIX *block, BOX *box, int times)
{
	PIX *mask = pixExpandReplicate(block, times), *part, *turned;
	l_int32 x, y, w, h;
	BOX *place;

	boxGetGeometry(box, &x, &y, &w, &h);
	place = boxCreate(x * times, y * times, w * times, h * times);
	part = place ? pixClipRectangle(pix, place, NULL) : NULL;
	turned = part ? pixInvert(NULL, part) : NULL;
	if (mask && turned) {
		pixCombineMasked(part, turned, mask);
		pixRasterop(pix, x * times, y * times, pixGetWidth(part), pixGetHeight(part),
			PIX_SRC, part, 0, 0);
	}
	pixDestroy(&turned);
	pixDestroy(&part);
	pixDestroy(&mask);
	boxDestroy(&place);
}

int zong_inverse_turn(struct Pix *pix)
{
	PIX *closed = NULL, *solid = NULL, *map;
	PIXA *pieces = NULL;
	BOXA *boxes = NULL;
	int i, times, blocks = 0;

	map = map_dark(pix, &times);
	if (map)
		closed = pixCloseSafeBrick(NULL, map, GAP, GAP);
	/* Only what is black far and wide is left: writing on white, closed, is not so high. */
	if (closed)
		solid = pixOpenBrick(NULL, closed, BLOCK_WIDTH / 2, BLOCK_HEIGHT);
	if (solid)
		boxes = pixConnComp(solid, &pieces, 4);
	for (i = 0; boxes && i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *piece = pixaGetPix(pieces, i, L_CLONE);

		if (box && piece && is_block(map, box, piece)) {
			turn(pix, piece, box, times);
			blocks++;
		}
		pixDestroy(&piece);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
	pixDestroy(&solid);
	pixDestroy(&closed);
	pixDestroy(&map);
	return blocks;
}

/* In a small picture: half sizes are cheap and average. */
static l_float32 mean_of(PIX *pix)
{
	l_float32 mean = 255, black = 0;
	PIX *small;

	if (pixGetDepth(pix) == 1) {
		pixForegroundFraction(pix, &black);
		return 255 * (1 - black);
	}
	small = pixScaleAreaMap2(pix);
	if (small)
		pixGetAverageMasked(small, NULL, 0, 0, 1, L_MEAN_ABSVAL, &mean);
	pixDestroy(&small);
	return mean;
}

bool zong_inverse_turn_page(struct Pix *pix)
{
	return mean_of(pix) < DARK_PAGE && pixInvert(pix, pix);
}
