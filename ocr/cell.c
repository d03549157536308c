/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include <zong/error.h>

#include "cell.h"

#define PALE 0.4       /* of the contrast of the page; what is paler is no writing */
#define SPECK 0.1      /* of the usual letter; smaller is dust */
#define EDGE 5	       /* pixels around writing that stay as they are: its soft edge */
#define ROOM 0.8       /* of the usual letter, around all writing: with less, clear letters are misread */
#define ONE_LINE 1.6   /* of the usual letter; two lines are higher */
#define INK_LEAST 0.04 /* of a letter's square; a cell with less is empty */

double zong_cell_contrast(struct Pix *pix)
{
	NUMA *histogram = pixGetDepth(pix) == 8 ? pixGetGrayHistogram(pix, 8) : NULL;
	l_float32 dark = 0, light = 255;

	if (histogram)
		numaSplitDistribution(histogram, 0.1f, NULL, &dark, &light, NULL, NULL, NULL);
	numaDestroy(&histogram);
	return (double)(light - dark);
}

static l_uint32 paper_of(PIX *pix)
{
	l_uint32 paper = 255;

	return pixGetRankValue(pix, 4, 0.5f, &paper) == 0 ? paper : 255;
}

void zong_cell_blot(struct Pix *pix, struct Pix *mask)
{
	pixPaintThroughMask(pix, mask, 0, 0, paper_of(pix));
}

/* The cell's inside in full size: letters on a line do not cut holes into it. */
static PIX *inside_of(PIX *shape)
{
	PIX *holes = pixHolesByFilling(shape, 8);
	PIX *whole = holes ? pixOr(NULL, holes, shape) : NULL;
	PIX *inside = whole ? pixExpandReplicate(whole, 2) : NULL;

	pixDestroy(&holes);
	pixDestroy(&whole);
	return inside;
}

static PIX *clip(PIX *pix, const struct zong_strip *at)
{
	PIX *part = zong_strip_clip(pix, at);
	PIX *grey = part && pixGetDepth(part) == 1 ? pixConvert1To8(NULL, part, 255, 0)
						   : pixClone(part);

	pixDestroy(&part);
	return grey;
}

static PIX *writing_in(PIX *grey, PIX *inside, double glyph, double contrast)
{
	int limit = (int)(paper_of(grey) - PALE * contrast), least = (int)(SPECK * glyph) + 1;
	PIX *ink = pixThresholdToBinary(grey, limit > 1 ? limit : 1), *clean;

	if (ink)
		pixAnd(ink, ink, inside);
	clean = ink ? pixSelectBySize(
			      ink, least, least, 8, L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL)
		    : NULL;
	pixDestroy(&ink);
	return clean;
}

/* All but the writing becomes paper. */
static int clean(PIX *grey, PIX *ink)
{
	PIX *mask = pixDilateBrick(NULL, ink, EDGE, EDGE);

	if (!mask)
		return ZONG_EWORKER_MEMORY;
	pixInvert(mask, mask);
	zong_cell_blot(grey, mask);
	pixDestroy(&mask);
	return 0;
}

/* The cell with room around its writing and no more. */
static int trim(PIX *grey, PIX *ink, double glyph, struct zong_cell *cell)
{
	int room = (int)(ROOM * glyph) + 2;
	l_int32 x, y, w, h;
	BOX *box = NULL;

	if (pixClipToForeground(ink, NULL, &box) != 0 || !box)
		return 0;
	boxGetGeometry(box, &x, &y, &w, &h);
	boxDestroy(&box);
	cell->pix = pixAddBorder(grey, room, paper_of(grey));
	if (!cell->pix)
		return ZONG_EWORKER_MEMORY;
	box = boxCreate(x, y, w + 2 * room, h + 2 * room);
	grey = box ? pixClipRectangle(cell->pix, box, NULL) : NULL;
	boxDestroy(&box);
	pixDestroy(&cell->pix);
	cell->pix = grey;
	cell->one_line = h < ONE_LINE * glyph;
	cell->at.left += x - room;
	cell->at.top += y - room;
	cell->at.right = cell->at.left + w + 2 * room;
	cell->at.bottom = cell->at.top + h + 2 * room;
	return grey ? 0 : ZONG_EWORKER_MEMORY;
}

int zong_cell_cut(struct Pix *pix, struct Pix *shape, const struct zong_strip *at, double glyph,
	double contrast, struct zong_cell *ret_cell)
{
	PIX *inside = inside_of(shape), *grey = inside ? clip(pix, at) : NULL;
	PIX *ink = grey ? writing_in(grey, inside, glyph, contrast) : NULL;
	l_int32 count = 0;
	int err = ink ? 0 : ZONG_EWORKER_MEMORY;

	*ret_cell = (struct zong_cell){.at = *at};
	if (!err)
		pixCountPixels(ink, &count, NULL);
	if (!err && count >= INK_LEAST * glyph * glyph)
		err = clean(grey, ink);
	if (!err && count >= INK_LEAST * glyph * glyph)
		err = trim(grey, ink, glyph, ret_cell);
	pixDestroy(&ink);
	pixDestroy(&grey);
	pixDestroy(&inside);
	return err;
}
