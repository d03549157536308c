/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <allheaders.h>

#include "ground.h"
#include "strip.h"
#include "survey.h"

#define DARKER 45     /* than the paper of the page is a dark ground; what is less dark than ... */
#define AS_LIGHT 20   /* ... this is paper, and between the two it is gone over step by step */
#define SHARE 0.0005f /* of the page that must be dark for anything to be done */
#define EDGE 5 /* pixels of the survey: half of it further out, a field's edge is not sharp */
#define PICTURE                                                                                    \
	30 /* a part of the height of the page is less high and wide than a photograph, ... */
#define UNWRITTEN 0.01 /* ... of which no more is writing */
#define RIM 8	       /* pixels of the survey around it, that its edge is not gone over */
#define BLACK 80 /* a ground so dark has nothing on it that a factor would bring out, but dust */

/* What is added to the brightness @level when the ground under it is @ground and the page's paper is @paper. */
static int lighter(int level, int ground, int paper)
{
	int less = paper - ground, more;

	if (less <= AS_LIGHT)
		return level;
	more = ground < BLACK ? level + less : level * paper / ground;
	if (less < DARKER)
		more = level + (more - level) * (less - AS_LIGHT) / (DARKER - AS_LIGHT);
	return more > 255 ? 255 : more;
}

static void apply(PIX *pix, PIX *ground, int paper)
{
	int width = pixGetWidth(pix), height = pixGetHeight(pix), x, y;

	for (y = 0; y < height; y++) {
		l_uint32 *line = pixGetData(pix) + (size_t)pixGetWpl(pix) * (size_t)y;
		l_uint32 *under = pixGetData(ground) + (size_t)pixGetWpl(ground) * (size_t)y;

		for (x = 0; x < width; x++) {
			int level = GET_DATA_BYTE(line, x);

			SET_DATA_BYTE(line, x, lighter(level, GET_DATA_BYTE(under, x), paper));
		}
	}
}

static bool is_picture(const struct zong_survey *survey, PIX *dark, BOX *box)
{
	l_int32 x, y, w, h, least = pixGetHeight(dark) / PICTURE;
	struct zong_strip inner;
	double written;

	boxGetGeometry(box, &x, &y, &w, &h);
	if (w < least || h < least || x == 0 || y == 0 || x + w == pixGetWidth(dark) ||
		y + h == pixGetHeight(dark))
		return false;
	/* Its outline counts for ink here and there. */
	inner = (struct zong_strip){x + w / 4, y + h / 4, x + w / 4 + w / 2, y + h / 4 + h / 2};
	written = zong_strip_ink(survey->ink, &inner);
	return written >= 0 && written <= UNWRITTEN;
}

/* The grounds that are to go: not photographs. The recogniser's layout knows a photograph for one and keeps clear of it; of
 * one that has gone it takes the outline for letters. NULL when memory ends. */
static PIX *without_pictures(const struct zong_survey *survey, int paper)
{
	PIX *ground = pixCopy(NULL, survey->paper);
	PIX *dark = ground ? pixThresholdToBinary(ground, paper - DARKER + 1) : NULL;
	BOXA *boxes = dark ? pixConnComp(dark, NULL, 8) : NULL;
	int i, n = boxes ? boxaGetCount(boxes) : 0;

	for (i = 0; i < n; i++) {
		BOX *box = boxaGetBox(boxes, i, L_COPY);
		l_int32 x, y, w, h;

		if (box && is_picture(survey, dark, box)) {
			boxGetGeometry(box, &x, &y, &w, &h);
			boxSetGeometry(box, x - RIM, y - RIM, w + 2 * RIM, h + 2 * RIM);
			pixSetInRectArbitrary(ground, box, (l_uint32)paper);
		}
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	pixDestroy(&dark);
	return ground;
}

static bool has_dark(PIX *ground, int paper)
{
	NUMA *histogram = pixGetGrayHistogram(ground, 2);
	double dark = 0, all = 0;
	int i;

	for (i = 0; histogram && i < 256; i++) {
		l_float32 count = 0;

		numaGetFValue(histogram, i, &count);
		all += (double)count;
		dark += i <= paper - DARKER ? (double)count : 0;
	}
	numaDestroy(&histogram);
	return all > 0 && dark > all * (double)SHARE;
}

bool zong_ground_even(PIX *pix, const struct zong_survey *survey)
{
	l_uint32 paper = 0;
	PIX *dark, *wider = NULL, *ground;

	if (pixGetDepth(pix) != 8 || !survey->paper ||
		pixGetRankValue(survey->paper, 2, 0.5f, &paper) != 0)
		return false;
	dark = without_pictures(survey, (int)paper);
	if (dark && has_dark(dark, (int)paper))
		wider = pixErodeGray(dark, EDGE, EDGE);
	pixDestroy(&dark);
	ground = wider ? pixScaleToSize(wider, pixGetWidth(pix), pixGetHeight(pix)) : NULL;
	pixDestroy(&wider);
	if (!ground)
		return false;
	apply(pix, ground, (int)paper);
	pixDestroy(&ground);
	return true;
}
