/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include <allheaders.h>

#include <zong/error.h>

#include "survey.h"

#define SMALL_SIDE 1750 /* pixels of the longer side on which is measured: A4 at 150 dpi */
#define STROKE 31	/* wider than any stroke then */
#define CONTRAST 48	/* of ink to the paper around it */
/* ... of a page that would be blank otherwise: more than what shines through paper */
#define FAINT 28
#define GRAIN 4	       /* times the unevenness of the paper is ink, then */
#define FAINT_MARKS 20 /* fewer are no writing */
#define MARK_SIDE 195  /* a mark is longer than this part of the page: 1.5 mm of A4 ... */
#define MARK_LEAST 6   /* ... and than so many pixels; smaller ones are dust */
#define MARKS 3	       /* fewer are a scratch */

static PIX *reduced_bilevel(PIX *pix)
{
	PIX *small = pixClone(pix), *next;

	while (small && (pixGetWidth(small) > SMALL_SIDE * 3 / 2 ||
				pixGetHeight(small) > SMALL_SIDE * 3 / 2)) {
		next = pixReduceRankBinary2(small, 2, NULL);
		pixDestroy(&small);
		small = next;
	}
	return small;
}

static PIX *reduced_grey(PIX *grey)
{
	double side = fmax(pixGetWidth(grey), pixGetHeight(grey));
	PIX *small = pixClone(grey), *next;

	/* Half sizes are cheap and average. */
	while (small && side > SMALL_SIDE * 1.5) {
		next = pixScaleAreaMap2(small);
		pixDestroy(&small);
		small = next;
		side /= 2;
	}
	return small;
}

/* Closing fills every dark stroke with the paper around it; the difference is ink, whatever
 * shadow lies on the page. Returned inverted: 255 is paper. */
static PIX *difference_of_grey(PIX *grey, PIX **ret_paper)
{
	PIX *paper = pixCloseGray(grey, STROKE, STROKE);
	PIX *light = paper ? pixSubtractGray(NULL, paper, grey) : NULL;

	if (light)
		pixInvert(light, light);
	*ret_paper = paper;
	return light;
}

/* What faint ink differs from the paper by, more than the paper from itself; CONTRAST: no such ink. */
static int faint_contrast(PIX *light)
{
	l_uint32 usual = 255, uneven = 255;

	pixGetRankValue(light, 1, 0.5f, &usual);
	pixGetRankValue(light, 1, 0.1f, &uneven);
	return (int)fmin(CONTRAST, fmax(FAINT, 255.0 - usual + GRAIN * (usual - uneven)));
}

void zong_survey_release(struct zong_survey *survey)
{
	pixDestroy(&survey->ink);
	pixDestroy(&survey->paper);
	boxaDestroy(&survey->pieces);
}

static bool is_mark(const struct zong_survey *survey, int i, int least)
{
	int width = pixGetWidth(survey->ink), height = pixGetHeight(survey->ink);
	l_int32 x, y, w, h;
	int longer;

	boxaGetBoxGeometry(survey->pieces, i, &x, &y, &w, &h);
	longer = w > h ? w : h;
	/* What hangs on the edge is a shadow, a punched hole or the next sheet. */
	if (x <= width / 100 || y <= height / 100 || x + w >= width - width / 100 ||
		y + h >= height - height / 100)
		return false;
	/* Nor is a long thin line: dirt under the glass draws those. */
	if ((w <= 4 || h <= 4) && longer > 15 * least)
		return false;
	return longer >= least;
}

static bool has_marks(const struct zong_survey *survey, int marks)
{
	int longer = pixGetWidth(survey->ink) > pixGetHeight(survey->ink)
			     ? pixGetWidth(survey->ink)
			     : pixGetHeight(survey->ink);
	int least = longer / MARK_SIDE > MARK_LEAST ? longer / MARK_SIDE : MARK_LEAST;
	int i, count = 0;

	for (i = 0; i < boxaGetCount(survey->pieces) && count < marks; i++)
		if (is_mark(survey, i, least))
			count++;
	return count >= marks;
}

/* Takes the picture of its ink. */
static int survey_ink(PIX *ink, int marks, struct zong_survey *survey, PIXA **ret_pieces)
{
	survey->ink = ink;
	survey->pieces = ink ? pixConnComp(ink, ret_pieces, 8) : NULL;
	if (!survey->pieces) {
		zong_survey_release(survey);
		return ZONG_EWORKER_MEMORY;
	}
	survey->blank = !has_marks(survey, marks);
	return 0;
}

/* A page on which there is nothing at the usual contrast may be a bad copy: writing that nobody finds again is worse
 * than a blank page that is read. */
static int look_closer(PIX *light, struct zong_survey *survey, PIXA **ret_pieces)
{
	struct zong_survey faint = {.contrast = faint_contrast(light)};
	PIXA *pieces = NULL;
	int err;

	if (faint.contrast >= CONTRAST)
		return 0;
	err = survey_ink(pixThresholdToBinary(light, 255 - faint.contrast), FAINT_MARKS, &faint,
		ret_pieces ? &pieces : NULL);
	if (err)
		return err;
	if (faint.blank) {
		pixaDestroy(&pieces);
		zong_survey_release(&faint);
		return 0;
	}
	if (ret_pieces) {
		pixaDestroy(ret_pieces);
		*ret_pieces = pieces;
	}
	faint.paper = survey->paper;
	survey->paper = NULL;
	zong_survey_release(survey);
	*survey = faint;
	return 0;
}

int zong_survey_take(PIX *pix, struct zong_survey *ret_survey, PIXA **ret_pieces)
{
	struct zong_survey survey = {0};
	PIX *small, *light = NULL;
	int err;

	if (pixGetDepth(pix) == 1) {
		err = survey_ink(reduced_bilevel(pix), MARKS, &survey, ret_pieces);
	} else {
		small = reduced_grey(pix);
		light = small ? difference_of_grey(small, &survey.paper) : NULL;
		pixDestroy(&small);
		err = survey_ink(light ? pixThresholdToBinary(light, 255 - CONTRAST) : NULL, MARKS,
			&survey, ret_pieces);
	}
	if (!err && survey.blank && light)
		err = look_closer(light, &survey, ret_pieces);
	pixDestroy(&light);
	if (err) {
		zong_survey_release(&survey);
		if (ret_pieces)
			pixaDestroy(ret_pieces);
		return err;
	}
	survey.ratio = (double)pixGetWidth(pix) / pixGetWidth(survey.ink);
	*ret_survey = survey;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

double zong_survey_glyph(const struct zong_survey *survey)
{
	int i, n = boxaGetCount(survey->pieces), count = 0;
	int *heights = calloc((size_t)n + 1, sizeof(*heights));
	double height = 0;

	for (i = 0; i < n && heights; i++) {
		l_int32 w, h;

		boxaGetBoxGeometry(survey->pieces, i, NULL, NULL, &w, &h);
		if (h >= 5 && w >= 4 && h <= 400 && w <= 4 * h && h <= 4 * w)
			heights[count++] = h;
	}
	if (count >= 10) {
		qsort(heights, (size_t)count, sizeof(*heights), by_number);
		height = heights[count * 3 / 4] * survey->ratio;
	}
	free(heights);
	return height;
}
