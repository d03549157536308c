/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include "inverse.h"

#define SIDE                                                                                       \
	880 /* pixels at least of the longer side of the map on which is measured: A4 at 75 dpi */
#define DARK_PAGE 115 /* grey of a page of light letters on dark, or darker */
#define DARK_PART 0.55 /* of it in black and white */
#define INK_LEAST 0.01f /* of a page is ink */
#define DARK 100	/* grey of a block, or darker */
#define GAP 9		/* of the map, wider than the strokes of letters and than ruled lines */
#define BLOCK_WIDTH 70	/* of a block at least ... */
#define BLOCK_HEIGHT 16 /* ... and a line of writing fits into it */
#define FULL 0.6	/* part of a block that is dark: between letters */
#define RULE 350 /* a ruled line is thinner than this part of the page */
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

/* What is dark and thicker than a ruled line: one that runs beside a block would be closed with it, and the paper between
 * them turned dark. What that has torn out of a block, letters that lie in it and along its sides, is put back. */
static PIX *thick_parts(PIX *map)
{
	int longer = pixGetWidth(map) > pixGetHeight(map) ? pixGetWidth(map) : pixGetHeight(map);
	int rule = longer / RULE > 1 ? longer / RULE : 1;
	PIX *thick = pixOpenBrick(NULL, map, rule, rule), *closed = NULL, *holes = NULL;

	if (thick)
		closed = pixCloseSafeBrick(NULL, thick, GAP, GAP);
	if (closed)
		holes = pixHolesByFilling(closed, 4);
	if (holes) {
		pixOr(closed, closed, holes);
		pixCloseSafeBrick(closed, closed, BLOCK_WIDTH / 2, 1);
		pixCloseSafeBrick(closed, closed, 1, BLOCK_HEIGHT);
	}
	pixDestroy(&holes);
	pixDestroy(&thick);
	return closed;
}

int zong_inverse_turn(struct Pix *pix)
{
	PIX *closed = NULL, *solid = NULL, *map;
	PIXA *pieces = NULL;
	BOXA *boxes = NULL;
	int i, times, blocks = 0;

	map = map_dark(pix, &times);
	if (map)
		closed = thick_parts(map);
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

/* In a small picture: half sizes are cheap and average. Letters are few, so what is lighter or darker than most of the page
 * by more is what is written: a page that was scanned too dark is no such page. */
static bool is_light_on_dark(PIX *pix)
{
	l_uint32 low = 0, ground = 255, high = 255;
	l_float32 black = 0;
	PIX *small;
	bool known;

	if (pixGetDepth(pix) == 1) {
		pixForegroundFraction(pix, &black);
		return (double)black > DARK_PART;
	}
	small = pixScaleAreaMap2(pix);
	known = small && pixGetRankValue(small, 4, 0.5f, &ground) == 0 &&
		pixGetRankValue(small, 4, INK_LEAST, &low) == 0 &&
		pixGetRankValue(small, 4, 1 - INK_LEAST, &high) == 0;
	pixDestroy(&small);
	return known && ground < DARK_PAGE && high - ground > ground - low;
}

bool zong_inverse_turn_page(struct Pix *pix)
{
	return is_light_on_dark(pix) && pixInvert(pix, pix);
}
