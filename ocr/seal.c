/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include <allheaders.h>

#include "seal.h"
#include "strip.h"

struct seals {
	PIX *pix, *map;
	int cell;	   /* pixels of the page's side that one of the map stands for */
	l_int32 low, high; /* of grey that is neither ink nor paper */
	l_int32 ink;
};

#define SIDE 400	 /* pixels of the longer side of the map on which seals are looked for */
#define RED_MORE 40	 /* red is so much more than green and blue */
#define SHARE_LEAST 0.06 /* of the page's width: a seal is 18 to 58 mm, a page 210 */
#define SHARE_MOST 0.45
#define RATIO_MOST 1.7 /* oval company seals */
#define GAP 9	       /* pixels of the map between strokes of one seal */

/* ---- where seals are: a map of the page, one pixel for each cell of it that has a seal's colour ---- */

static int cell_of(PIX *pix)
{
	int side = pixGetWidth(pix) > pixGetHeight(pix) ? pixGetWidth(pix) : pixGetHeight(pix);

	return side / SIDE > 0 ? side / SIDE : 1;
}

static PIX *map_create(PIX *pix, int cell)
{
	return pixCreate(
		(pixGetWidth(pix) + cell - 1) / cell, (pixGetHeight(pix) + cell - 1) / cell, 1);
}

static bool is_size_of_seal(l_int32 w, l_int32 h, l_int32 map_width)
{
	double share = (double)(w > h ? w : h) / map_width;

	return share >= SHARE_LEAST && share <= SHARE_MOST && w <= h * RATIO_MOST &&
	       h <= w * RATIO_MOST;
}

/* Calls @treat for each piece of @map, joined over small gaps, that is as large as a seal; @map is given
 * up. Returns how often that answered yes. */
static int treat_pieces(
	PIX *map, struct seals *seals, bool (*treat)(struct seals *seals, BOX *box, PIX *piece))
{
	PIX *joined = pixCloseSafeBrick(NULL, map, GAP, GAP);
	PIXA *pieces = NULL;
	BOXA *boxes = joined ? pixConnComp(joined, &pieces, 8) : NULL;
	int i, count = 0;

	for (i = 0; boxes && i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);
		PIX *piece = pixaGetPix(pieces, i, L_CLONE);
		l_int32 w, h;

		boxGetGeometry(box, NULL, NULL, &w, &h);
		if (is_size_of_seal(w, h, pixGetWidth(map)))
			count += treat(seals, box, piece);
		pixDestroy(&piece);
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&pieces);
	pixDestroy(&joined);
	pixDestroy(&map);
	return count;
}

/* The first pixel of @box on the page, and the one past its last. */
static struct zong_strip span_of(const struct seals *seals, BOX *box)
{
	l_int32 x, y, w, h;
	struct zong_strip span;

	boxGetGeometry(box, &x, &y, &w, &h);
	span.left = x * seals->cell;
	span.top = y * seals->cell;
	span.right = (x + w) * seals->cell;
	span.bottom = (y + h) * seals->cell;
	if (span.right > pixGetWidth(seals->pix))
		span.right = pixGetWidth(seals->pix);
	if (span.bottom > pixGetHeight(seals->pix))
		span.bottom = pixGetHeight(seals->pix);
	return span;
}

static l_uint32 *line_of(PIX *pix, int y)
{
	return pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)y;
}

/* ---- red ---- */

static int is_red(l_uint32 pixel)
{
	int red = (int)(pixel >> 24), green = (int)(pixel >> 16 & 255),
	    blue = (int)(pixel >> 8 & 255);
	int other = green > blue ? green : blue;

	return red - other >= RED_MORE;
}

static PIX *map_red(PIX *pix, int cell)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), x, y;
	PIX *map = map_create(pix, cell);

	if (!map)
		return NULL;
	for (y = 0; y < height; y++) {
		l_uint32 *line = line_of(pix, y), *out = line_of(map, y / cell);

		for (x = 0; x < width; x++)
			if (is_red(line[x]))
				SET_DATA_BIT(out, x / cell);
	}
	return map;
}

/* Text under a seal is darker than the seal in the red channel, and only there. */
static bool treat_red(struct seals *seals, BOX *box, PIX *piece)
{
	struct zong_strip span = span_of(seals, box);
	l_int32 w, h, red = 0;
	int x, y;

	boxGetGeometry(box, NULL, NULL, &w, &h);
	pixCountPixels(piece, &red, NULL);
	if (red <= w * h / 8)
		return false;
	for (y = span.top; y < span.bottom; y++) {
		l_uint32 *line = line_of(seals->pix, y);

		for (x = span.left; x < span.right; x++) {
			l_int32 level = (l_int32)(line[x] >> 24);

			composeRGBPixel(level, level, level, &line[x]);
		}
	}
	return true;
}

int zong_seal_whiten(struct Pix *pix)
{
	struct seals seals = {.pix = pix, .cell = cell_of(pix)};

	seals.map = map_red(pix, seals.cell);
	return seals.map ? treat_pieces(seals.map, &seals, treat_red) : 0;
}

/* ---- grey ---- */

#define INK_SHARE 0.003f /* of the page is at least as dark as ink is */
#define PAPER_LESS 45	 /* a seal is darker than paper by this */
#define EVEN 30		 /* within a stroke of a seal; the edge of a letter is steeper */
#define APART 2		 /* pixels, over which that is asked */
#define EDGE 2		 /* pixels between a stroke and what is not */
#define SECTORS 36	 /* of a ring, of which ... */
#define SECTORS_LEAST 27 /* ... so many must be there: seals are worn and badly inked */
#define RING_INNER 0.8
#define RING_OUTER 1.1
#define OUTSIDE_MOST 0.05 /* of what is in the box lies outside the ring */

static bool is_near(l_int32 a, l_int32 b)
{
	return a - b <= EVEN && b - a <= EVEN;
}

/* Marks in @map, whose pixels stand for @cell of the page's each and which begins at (@span->left, @span->top),
 * where in @span there is an even grey. */
static void mark_even(const struct seals *seals, const struct zong_strip *span, int cell, PIX *map)
{
	PIX *pix = seals->pix;
	int left = span->left > APART ? span->left : APART,
	    top = span->top > APART ? span->top : APART;
	int right = span->right < pixGetWidth(pix) - APART ? span->right : pixGetWidth(pix) - APART;
	int bottom =
		span->bottom < pixGetHeight(pix) - APART ? span->bottom : pixGetHeight(pix) - APART;
	int x, y;

	for (y = top; y < bottom; y++) {
		l_uint32 *line = line_of(pix, y), *above = line_of(pix, y - APART),
			 *below = line_of(pix, y + APART),
			 *out = line_of(map, (y - span->top) / cell);

		for (x = left; x < right; x++) {
			l_int32 level = GET_DATA_BYTE(line, x);

			if (level < seals->low || level > seals->high)
				continue;
			if (is_near(level, GET_DATA_BYTE(line, x - APART)) &&
				is_near(level, GET_DATA_BYTE(line, x + APART)) &&
				is_near(level, GET_DATA_BYTE(above, x)) &&
				is_near(level, GET_DATA_BYTE(below, x)))
				SET_DATA_BIT(out, (x - span->left) / cell);
		}
	}
}

/* A ring around all the rest: neither a picture nor a grey field nor letters look so. */
static bool is_ring(PIX *map, BOX *box)
{
	bool sector[SECTORS] = {false};
	l_int32 x, y, w, h, i, j;
	int all = 0, outside = 0, count = 0;

	boxGetGeometry(box, &x, &y, &w, &h);
	for (j = 0; j < h; j++) {
		l_uint32 *line = line_of(map, y + j);
		double down = (j + 0.5) * 2 / h - 1;

		for (i = 0; i < w; i++) {
			double right = (i + 0.5) * 2 / w - 1, radius = hypot(right, down);

			if (!GET_DATA_BIT(line, x + i))
				continue;
			all++;
			outside += radius > RING_OUTER;
			if (radius >= RING_INNER && radius <= RING_OUTER)
				sector[(int)((atan2(down, right) + M_PI) / (2 * M_PI) *
					     (SECTORS - 0.001))] = true;
		}
	}
	for (i = 0; i < SECTORS; i++)
		count += sector[i];
	return count >= SECTORS_LEAST && outside <= all * OUTSIDE_MOST;
}

/* The grey below which only a sixth of what @even marks in @span lies; 0 when it marks nothing. */
static l_int32 level_of_seal(const struct seals *seals, const struct zong_strip *span, PIX *even)
{
	int count[256] = {0}, all = 0, below = 0, x, y, level;

	for (y = span->top; y < span->bottom; y++) {
		l_uint32 *line = line_of(seals->pix, y), *mark = line_of(even, y - span->top);

		for (x = span->left; x < span->right; x++)
			if (GET_DATA_BIT(mark, x - span->left)) {
				count[GET_DATA_BYTE(line, x)]++;
				all++;
			}
	}
	for (level = 0; all && level < 256; level++) {
		below += count[level];
		if (below * 6 >= all)
			return level;
	}
	return 0;
}

/* What is surely ink in @span, and what lies so near to it that it is the edge of a letter; NULL when memory
 * ends. */
static PIX *near_ink(const struct seals *seals, const struct zong_strip *span, l_int32 white)
{
	PIX *part = zong_strip_clip(seals->pix, span), *core, *mask;

	core = part ? pixThresholdToBinary(part, seals->ink + (white - seals->ink) * 7 / 10) : NULL;
	mask = core ? pixDilateBrick(NULL, core, 2 * EDGE + 1, 2 * EDGE + 1) : NULL;
	pixDestroy(&core);
	pixDestroy(&part);
	return mask;
}

/* From ink to the seal's grey @white is made the whole scale, but for letters' edges on paper. */
static void stretch(
	const struct seals *seals, const struct zong_strip *span, PIX *kept, l_int32 white)
{
	int x, y;

	for (y = span->top; y < span->bottom; y++) {
		l_uint32 *line = line_of(seals->pix, y), *keep = line_of(kept, y - span->top);

		for (x = span->left; x < span->right; x++) {
			l_int32 level = GET_DATA_BYTE(line, x) - seals->ink;

			if (GET_DATA_BIT(keep, x - span->left))
				continue;
			level = level <= 0 ? 0 : level * 255 / (white - seals->ink);
			SET_DATA_BYTE(line, x, level < 255 ? level : 255);
		}
	}
}

/* False too when memory ends. */
static bool whiten_grey(const struct seals *seals, const struct zong_strip *span, PIX *even)
{
	l_int32 white = level_of_seal(seals, span, even);
	PIX *kept = white > seals->ink ? near_ink(seals, span, white) : NULL;
	PIX *seal = kept ? pixDilateBrick(NULL, even, 2 * EDGE + 1, 2 * EDGE + 1) : NULL;
	bool done = seal && pixSubtract(kept, kept, seal);

	if (done)
		stretch(seals, span, kept, white);
	pixDestroy(&kept);
	pixDestroy(&seal);
	return done;
}

static bool treat_grey(struct seals *seals, BOX *box, PIX *piece)
{
	struct zong_strip span = span_of(seals, box);
	PIX *even;
	bool done;

	(void)piece;
	if (!is_ring(seals->map, box))
		return false;
	even = pixCreate(span.right - span.left, span.bottom - span.top, 1);
	if (!even)
		return false;
	mark_even(seals, &span, 1, even);
	done = whiten_grey(seals, &span, even);
	pixDestroy(&even);
	return done;
}

int zong_seal_whiten_grey(struct Pix *pix)
{
	struct seals seals = {.pix = pix, .cell = cell_of(pix)};
	struct zong_strip page = {.right = pixGetWidth(pix), .bottom = pixGetHeight(pix)};
	l_uint32 ink = 0, paper = 0;

	if (pixGetRankValue(pix, 4, INK_SHARE, &ink) != 0 ||
		pixGetRankValue(pix, 4, 0.5f, &paper) != 0)
		return 0;
	seals.ink = (l_int32)ink;
	seals.low = seals.ink + ZONG_SEAL_GREY_LEAST;
	seals.high = (l_int32)paper - PAPER_LESS;
	if (seals.low >= seals.high)
		return 0;
	seals.map = map_create(pix, seals.cell);
	if (!seals.map)
		return 0;
	mark_even(&seals, &page, seals.cell, seals.map);
	return treat_pieces(seals.map, &seals, treat_grey);
}
