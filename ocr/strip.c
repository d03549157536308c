/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <allheaders.h>

#include <zong/error.h>

#include "strip.h"

/* All in heights of the usual letter. */
#define LARGE 1.3 /* what is lower has been read with the text */
#define LARGEST 6.0
#define PIECE_LEAST 0.2 /* of a letter; smaller is dust */
#define GAP 1.5		/* between letters of a heading set wide */
#define MARGIN 0.2	/* of a strip's own height */

#define LONGER 1.8  /* a strip is so much longer than high: two letters */
#define COVERED 0.7 /* of a row that needs no second look */
#define WANTED 34.0 /* pixels of a strip's height when it is read alone */
#define PALE 0.2    /* of the way from paper to ink, and lighter: the pattern of the paper */
#define INK 0.01f   /* of a strip is as dark as ink */
#define CONTRAST 40 /* with less there is no ink in it */

static int by_top(const void *a, const void *b)
{
	const struct zong_strip *one = a, *other = b;

	return one->top != other->top ? one->top - other->top : one->left - other->left;
}

/* A map of the boxes of pieces that may be parts of letters: rules, frames and pictures are too
 * large, dust is too small. Half as large as @ink. */
static PIX *map_letters(PIX *ink, double glyph)
{
	PIX *half = pixReduceRankBinary2(ink, 1, NULL);
	BOXA *pieces = half ? pixConnComp(half, NULL, 8) : NULL;
	PIX *map = pieces ? pixCreateTemplate(half) : NULL;
	int i;

	for (i = 0; map && i < boxaGetCount(pieces); i++) {
		l_int32 x, y, w, h;

		boxaGetBoxGeometry(pieces, i, &x, &y, &w, &h);
		if (w > LARGEST * glyph / 2 || h > LARGEST * glyph / 2)
			continue;
		if (w >= PIECE_LEAST * glyph / 2 || h >= PIECE_LEAST * glyph / 2)
			pixRasterop(map, x, y, w, h, PIX_SET, NULL, 0, 0);
	}
	boxaDestroy(&pieces);
	pixDestroy(&half);
	return map;
}

static l_int32 count_in(PIX *pix, BOX *box)
{
	l_int32 count = 0;

	return pixCountPixelsInRect(pix, box, &count, NULL) == 0 ? count : 0;
}

static bool is_large(BOX *row, double glyph)
{
	l_int32 w, h;

	boxGetGeometry(row, NULL, NULL, &w, &h);
	return h >= LARGE * glyph / 2 && h <= LARGEST * glyph / 2 && w >= LONGER * h;
}

int zong_strip_find(struct Pix *ink, double glyph, const struct zong_strip *cover, size_t covers,
	size_t most, struct zong_arena *arena, struct zong_strip **ret_strips, size_t *ret_count)
{
	struct zong_strip *strip = zong_arena_calloc(arena, most, sizeof(*strip));
	PIX *map = strip ? map_letters(ink, glyph) : NULL;
	PIX *rows = map ? pixCloseSafeBrick(NULL, map, (l_int32)(GAP * glyph / 2) | 1, 1) : NULL;
	BOXA *boxes = rows ? pixConnComp(rows, NULL, 8) : NULL;
	PIX *open = boxes ? pixCopy(NULL, map) : NULL;
	size_t i, count = 0;
	int j, err = open ? 0 : ZONG_EWORKER_MEMORY;

	for (i = 0; open && i < covers; i++)
		pixRasterop(open, cover[i].left / 2, cover[i].top / 2,
			(cover[i].right - cover[i].left) / 2 + 1,
			(cover[i].bottom - cover[i].top) / 2 + 1, PIX_CLR, NULL, 0, 0);
	for (j = 0; open && j < boxaGetCount(boxes) && count < most; j++) {
		BOX *row = boxaGetBox(boxes, j, L_CLONE);

		if (is_large(row, glyph) &&
			count_in(open, row) > (1 - COVERED) * count_in(map, row)) {
			l_int32 x, y, w, h;

			boxGetGeometry(row, &x, &y, &w, &h);
			strip[count++] =
				(struct zong_strip){2 * x, 2 * y, 2 * (x + w), 2 * (y + h)};
		}
		boxDestroy(&row);
	}
	pixDestroy(&open);
	boxaDestroy(&boxes);
	pixDestroy(&rows);
	pixDestroy(&map);
	if (err)
		return err;
	qsort(strip, count, sizeof(*strip), by_top);
	*ret_strips = strip;
	*ret_count = count;
	return 0;
}

double zong_strip_scale(const struct zong_strip *strip)
{
	return WANTED / (strip->bottom - strip->top);
}

struct Pix *zong_strip_clip(struct Pix *pix, const struct zong_strip *strip)
{
	BOX *box = boxCreate(
		strip->left, strip->top, strip->right - strip->left, strip->bottom - strip->top);
	PIX *part = box ? pixClipRectangle(pix, box, NULL) : NULL;

	boxDestroy(&box);
	return part;
}

double zong_strip_ink(struct Pix *pix, const struct zong_strip *strip)
{
	PIX *part = zong_strip_clip(pix, strip);
	l_float32 share = -1;

	if (part)
		pixForegroundFraction(part, &share);
	pixDestroy(&part);
	return (double)share;
}

/* The recogniser takes the height of a line from what is around it: with too little it misreads clear letters. */
static PIX *with_room(PIX *pix)
{
	l_uint32 paper = 255;

	pixGetRankValue(pix, 2, 0.9f, &paper);
	return pixAddBorder(pix, ZONG_STRIP_ROOM, paper);
}

/* Without the pattern of the paper, of which the recogniser makes signs where nothing else stands: what is nearly as light
 * as the paper of the strip becomes white. Takes @grey. */
static PIX *without_pattern(PIX *grey)
{
	l_uint32 paper = 255, ink = 0;

	if (!grey || pixGetRankValue(grey, 1, 0.5f, &paper) != 0 ||
		pixGetRankValue(grey, 1, INK, &ink) != 0 || paper < ink + CONTRAST)
		return grey;
	pixGammaTRC(grey, grey, 1, ink > 5 ? (l_int32)ink - 5 : 0,
		(l_int32)((double)paper - PALE * (paper - ink)));
	return grey;
}

struct Pix *zong_strip_cut(
	struct Pix *pix, const struct zong_strip *strip, double scale, double *ret_x, double *ret_y)
{
	int margin = (int)(MARGIN * (strip->bottom - strip->top)) + 2;
	int x = strip->left > margin ? strip->left - margin : 0;
	int y = strip->top > margin ? strip->top - margin : 0;
	const struct zong_strip with_margin = {.left = x,
		.top = y,
		.right = x + strip->right - strip->left + 2 * margin,
		.bottom = y + strip->bottom - strip->top + 2 * margin};
	PIX *cut = zong_strip_clip(pix, &with_margin), *grey = NULL, *scaled = NULL, *roomy = NULL;

	if (cut)
		grey = pixGetDepth(cut) == 1 ? pixConvert1To8(NULL, cut, 255, 0)
					     : without_pattern(pixCopy(NULL, cut));
	if (grey)
		scaled = pixScaleGeneral(grey, (l_float32)scale, (l_float32)scale, 0, 0);
	if (scaled)
		roomy = with_room(scaled);
	pixDestroy(&scaled);
	pixDestroy(&grey);
	pixDestroy(&cut);
	*ret_x = x - ZONG_STRIP_ROOM / scale;
	*ret_y = y - ZONG_STRIP_ROOM / scale;
	return roomy;
}
