/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include <zong/error.h>

#include "quality.h"

#define SPOT 3.0	  /* millimetres of the side of a spot: a character or so */
#define SPOTS_MOST 400	  /* looked at, evenly over those with ink */
#define SPOTS_LEAST 5	  /* fewer say nothing of the page */
#define SPOT_SIDE_MOST 96 /* pixels, at 800 dpi */
#define SPOT_INK 0.04	  /* share of a spot that has ink */
#define GREY_DPI 100	  /* to which black and white is made grey */
#define SIDE_LEAST 256
#define EDGE_CONTRAST 40 /* grey steps; with less there is no edge to measure */

struct spots {
	PIX *grey;
	double mm;  /* pixels of grey in one */
	bool edges; /* not in black and white */
	float contrast[SPOTS_MOST], dark[SPOTS_MOST], edge[SPOTS_MOST];
	int count, edge_count;
};

static int by_size(const void *a, const void *b)
{
	float left = *(const float *)a, right = *(const float *)b;

	return (left > right) - (left < right);
}

static float rank_of(float *values, int count, double rank)
{
	if (!count)
		return 0;
	qsort(values, (size_t)count, sizeof(*values), by_size);
	return values[(int)((count - 1) * rank + 0.5)];
}

/* -- spots -- */

static int rank_in(const int histogram[256], int pixels, double rank)
{
	int value = 0, below = 0, wanted = (int)(pixels * rank);

	while (value < 255 && (below += histogram[value]) <= wanted)
		value++;
	return value;
}

/* The steepest step from a pixel to the next, across and down, over three rows or columns: one grain is no edge. */
static int steepest(const uint8_t *at, int stride, int width, int height)
{
	int x, y, most = 0;

	for (y = 1; y + 1 < height; y++)
		for (x = 1; x + 1 < width; x++) {
			const uint8_t *p = at + y * stride + x;
			int here = p[0] + p[-stride] + p[stride];
			int next = p[1] + p[1 - stride] + p[1 + stride];
			int across = abs(here - next);
			int down = abs(
				p[-1] + p[0] + p[1] - p[stride - 1] - p[stride] - p[stride + 1]);

			if (across > most)
				most = across;
			if (down > most)
				most = down;
		}
	return most;
}

static void look_at_spot(struct spots *spots, int left, int top, int width, int height)
{
	uint8_t pixels[SPOT_SIDE_MOST * SPOT_SIDE_MOST];
	int histogram[256] = {0};
	l_int32 words = pixGetWpl(spots->grey);
	int x, y, light, dark, step;

	for (y = 0; y < height; y++) {
		l_uint32 *line = pixGetData(spots->grey) + (size_t)(top + y) * (size_t)words;

		for (x = 0; x < width; x++) {
			uint8_t value = GET_DATA_BYTE(line, left + x);

			pixels[y * width + x] = value;
			histogram[value]++;
		}
	}
	light = rank_in(histogram, width * height, 0.85);
	dark = rank_in(histogram, width * height, 0.03);
	spots->dark[spots->count] = (float)dark / 255;
	spots->contrast[spots->count++] = (float)(light - dark) / 255;
	if (!spots->edges || light - dark < EDGE_CONTRAST)
		return;
	step = steepest(pixels, width, width, height);
	if (step > 0)
		spots->edge[spots->edge_count++] = (float)(3.0 * (light - dark) / step / spots->mm);
}

static int ink_in(PIX *ink, int left, int top, int width, int height)
{
	BOX *box = boxCreate(left, top, width, height);
	PIX *part = box ? pixClipRectangle(ink, box, NULL) : NULL;
	l_int32 count = 0;

	if (part)
		pixCountPixels(part, &count, NULL);
	pixDestroy(&part);
	boxDestroy(&box);
	return count;
}

/* Goes through the squares of the page; takes each @nth that has ink, or with @nth 0 counts them. */
static int each_spot(struct spots *spots, const struct zong_survey *survey, double ratio, int nth)
{
	int width = pixGetWidth(spots->grey), height = pixGetHeight(spots->grey);
	int side = (int)fmin(SPOT_SIDE_MOST, fmax(8, SPOT * spots->mm));
	int small = (int)(side / ratio), x, y, seen = 0;

	for (y = 0; y + side <= height; y += side)
		for (x = 0; x + side <= width; x += side) {
			if (ink_in(survey->ink, (int)(x / ratio), (int)(y / ratio), small, small) <
				SPOT_INK * small * small)
				continue;
			if (nth && seen % nth == 0 && spots->count < SPOTS_MOST)
				look_at_spot(spots, x, y, side, side);
			seen++;
		}
	return seen;
}

/* Black and white is looked at as the grey that it makes from afar: specks darken its paper, broken strokes are pale. */
static PIX *grey_of(PIX *pix, double dpi)
{
	if (pixGetDepth(pix) != 1)
		return pixClone(pix);
	/* Of a few dots there is no afar. */
	if (dpi <= GREY_DPI * 1.2 || pixGetWidth(pix) < SIDE_LEAST ||
		pixGetHeight(pix) < SIDE_LEAST)
		return pixConvert1To8(NULL, pix, 255, 0);
	return pixScaleToGray(pix, (l_float32)(GREY_DPI / dpi));
}

/* -- the writing as a whole -- */

#define WRITING_LEAST 0.75 /* millimetres of the longer side of a piece; smaller is dust */
#define WRITING_MOST 11.0  /* larger is a rule, a frame, a picture */
#define THIN 0.35	   /* thinner is a piece of a rule */
#define TOUCHES 0.3f	   /* millimetres */
#define REST_LEAST 0.5	   /* of what is left of a character that was cut */

#define RULES_LEAST 3	/* ruled lines that run into the edge, */
#define RULES_MOST 0.25 /* of which so much is line at most */

/* A side of a piece: where it begins, and how it goes on. */
struct side {
	l_int32 x, y, length;
	bool down;
};

static bool is_writing(l_int32 w, l_int32 h, double mm)
{
	double longer = fmax(w, h), shorter = fmin(w, h);

	return longer >= WRITING_LEAST * mm && longer <= WRITING_MOST * mm &&
	       (shorter >= THIN * mm || longer <= 3 * mm);
}

/* Of a character at the edge a little may be left. */
static bool is_rest(
	const struct zong_survey *survey, l_int32 x, l_int32 y, l_int32 w, l_int32 h, double mm)
{
	double right = pixGetWidth(survey->ink) - x - w, bottom = pixGetHeight(survey->ink) - y - h;
	double nearest = fmin(fmin(x, y), fmin(right, bottom));

	return nearest <= (double)TOUCHES * mm && fmax(w, h) >= REST_LEAST * mm &&
	       fmax(w, h) <= WRITING_MOST * mm;
}

/* Do strokes cross this side, and is most of it paper all the same: the
 * lines of a table do that was cut, the border of the glass does not. */
static bool is_crossed(PIX *ink, const struct side *side)
{
	int i, strokes = 0, dark = 0;
	l_uint32 here, before = 0;

	for (i = 0; i < side->length; i++, before = here) {
		here = 0;
		pixGetPixel(
			ink, side->x + (side->down ? 0 : i), side->y + (side->down ? i : 0), &here);
		dark += here != 0;
		strokes += here && !before;
	}
	return strokes >= RULES_LEAST && dark <= RULES_MOST * side->length;
}

/* A table that goes over the edge of the page. */
static bool is_cut_table(
	const struct zong_survey *survey, l_int32 x, l_int32 y, l_int32 w, l_int32 h, double mm)
{
	const l_int32 right = pixGetWidth(survey->ink) - x - w,
		      bottom = pixGetHeight(survey->ink) - y - h;
	const struct side side[4] = {{x, y, h, true}, {x, y, w, false}, {x + w - 1, y, h, true},
		{x, y + h - 1, w, false}};
	const l_int32 distance[4] = {x, y, right, bottom};
	int i;

	if (fmin(w, h) <= WRITING_MOST * mm)
		return false;
	for (i = 0; i < 4; i++)
		if (distance[i] <= (double)TOUCHES * mm && is_crossed(survey->ink, &side[i]))
			return true;
	return false;
}

static void keep_nearest(float nearest[2], double distance)
{
	if (distance < (double)nearest[0]) {
		nearest[1] = nearest[0];
		nearest[0] = (float)distance;
	} else if (distance < (double)nearest[1]) {
		nearest[1] = (float)distance;
	}
}

/* The second piece from each edge: one may be a spot; but not where it touches the edge, as what is cut does. */
static float margin_of(const struct zong_survey *survey, double mm)
{
	float nearest[4][2] = {{1e4f, 1e4f}, {1e4f, 1e4f}, {1e4f, 1e4f}, {1e4f, 1e4f}};
	int i, count = boxaGetCount(survey->pieces);
	l_int32 width = pixGetWidth(survey->ink), height = pixGetHeight(survey->ink);
	float margin = 1e4f;

	for (i = 0; i < count; i++) {
		l_int32 x, y, w, h;

		boxaGetBoxGeometry(survey->pieces, i, &x, &y, &w, &h);
		if (is_cut_table(survey, x, y, w, h, mm))
			return 0;
		if (!is_writing(w, h, mm) && !is_rest(survey, x, y, w, h, mm))
			continue;
		keep_nearest(nearest[0], x / mm);
		keep_nearest(nearest[1], y / mm);
		keep_nearest(nearest[2], (width - x - w) / mm);
		keep_nearest(nearest[3], (height - y - h) / mm);
	}
	for (i = 0; i < 4; i++)
		margin = fminf(margin, nearest[i][nearest[i][0] > TOUCHES ? 1 : 0]);
	return margin < 1e4f ? margin : 0;
}

#define SKEW_NEAR 5.0f /* degrees looked through first */
#define SKEW_FAR 20.0f
#define SKEW_CONFIDENCE 2.0f

static float skew_of(PIX *ink)
{
	l_float32 degrees = 0, confidence = 0;

	if (pixFindSkewSweepAndSearch(ink, &degrees, &confidence, 4, 2, SKEW_NEAR, 1, 0.02f) == 0 &&
		confidence >= SKEW_CONFIDENCE)
		return fabsf(degrees);
	if (pixFindSkewSweepAndSearch(ink, &degrees, &confidence, 4, 2, SKEW_FAR, 1, 0.05f) == 0 &&
		confidence >= SKEW_CONFIDENCE)
		return fabsf(degrees);
	return 0;
}

/* In black and white: what of the ink is nowhere two dots wide and high. */
static int specks_of(PIX *pix, float *ret_specks)
{
	PIX *solid;
	l_int32 ink = 0, left = 0;

	*ret_specks = 0;
	if (pixGetDepth(pix) != 1)
		return 0;
	solid = pixOpenBrick(NULL, pix, 2, 2);
	if (!solid)
		return ZONG_EWORKER_MEMORY;
	pixCountPixels(pix, &ink, NULL);
	pixCountPixels(solid, &left, NULL);
	pixDestroy(&solid);
	if (ink > 0)
		*ret_specks = (float)(ink - left) / (float)ink;
	return 0;
}

static void measure_writing(struct spots *spots, const struct zong_survey *survey, double dpi,
	struct zong_quality *quality)
{
	quality->writing = true;
	quality->contrast = rank_of(spots->contrast, spots->count, 0.5);
	quality->dark = rank_of(spots->dark, spots->count, 0.5);
	quality->blur = rank_of(spots->edge, spots->edge_count, 0.25);
	quality->margin = margin_of(survey, dpi / survey->ratio / 25.4);
	quality->skew = skew_of(survey->ink);
}

int zong_quality_measure(
	PIX *pix, const struct zong_survey *survey, double dpi, struct zong_quality *ret_quality)
{
	struct zong_quality quality = {.measured = true, .dpi = (float)dpi};
	struct spots *spots = calloc(1, sizeof(*spots));
	l_uint32 paper = 0;
	l_float32 black = 0;
	double shrunk;
	int seen, err;

	if (spots)
		spots->grey = grey_of(pix, dpi);
	if (!spots || !spots->grey) {
		free(spots);
		return ZONG_EWORKER_MEMORY;
	}
	shrunk = (double)pixGetWidth(pix) / pixGetWidth(spots->grey);
	spots->mm = dpi / shrunk / 25.4;
	spots->edges = pixGetDepth(pix) != 1;
	pixGetRankValue(spots->grey, 8, 0.7f, &paper);
	quality.paper = fminf(1, (float)paper / 255); /* the rank of what is all white is 256 */
	pixForegroundFraction(survey->ink, &black);
	quality.ink = black;
	err = specks_of(pix, &quality.specks);
	if (!survey->blank && !err) {
		seen = each_spot(spots, survey, survey->ratio / shrunk, 0);
		each_spot(spots, survey, survey->ratio / shrunk,
			(seen + SPOTS_MOST - 1) / SPOTS_MOST);
		if (spots->count >= SPOTS_LEAST)
			measure_writing(spots, survey, dpi, &quality);
	}
	pixDestroy(&spots->grey);
	free(spots);
	if (!err)
		*ret_quality = quality;
	return err;
}
