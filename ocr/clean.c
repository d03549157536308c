/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include <zong/error.h>

#include "clean.h"
#include "faint.h"
#include "ground.h"
#include "inverse.h"
#include "quality.h"
#include "resize.h"
#include "seal.h"
#include "survey.h"

#define SKEW_LEAST 0.7 /* degrees; with less the recogniser does as well */
#define SKEW_MOST 15.0
#define SKEW_CONFIDENCE 2.5f

static void replace(PIX **pix, PIX *by)
{
	if (!by)
		return;
	pixDestroy(pix);
	*pix = by;
}

static void add_step(struct zong_buf *steps, const char *what)
{
	if (steps->len)
		zong_buf_add_str(steps, "; ");
	zong_buf_add_str(steps, what);
}

static void add_measured(struct zong_buf *steps, const char *what, double value)
{
	add_step(steps, what);
	zong_buf_add_format(steps, " %.4g", value);
}

/* -- what there is on the page -- */

#define INCHES_A4 11.69
#define INCHES_LEAST 2.0 /* of the longer side, if what the file says is to be believed ... */
#define INCHES_MOST 55.0 /* ... which is more than A0 */

static PIX *to_grey(PIX *pix)
{
	return pixGetDepth(pix) == 32 ? pixConvertRGBToLuminance(pix) : pixClone(pix);
}

/* A page is rarely said to be of another size than it is, but a photograph says nothing of use. */
static double density_of(const struct zong_raster *raster, float dpi)
{
	double longer = fmax(raster->width, raster->height);
	double inches = dpi > 0 ? longer / (double)dpi : 0;

	return inches >= INCHES_LEAST && inches <= INCHES_MOST ? (double)dpi : longer / INCHES_A4;
}

int zong_clean_survey(const struct zong_raster *raster, float dpi, bool *ret_blank, bool *ret_any,
	struct zong_look *ret_look, struct zong_quality *ret_quality)
{
	PIX *pix = zong_raster_to_pix(raster);
	PIX *grey = pix ? to_grey(pix) : NULL;
	PIXA *pieces = NULL;
	struct zong_survey survey;
	int err;

	pixDestroy(&pix);
	err = grey ? zong_survey_take(grey, &survey, ret_look ? &pieces : NULL)
		   : ZONG_EWORKER_MEMORY;
	if (!err && ret_quality) {
		err = zong_quality_measure(grey, &survey, density_of(raster, dpi), ret_quality);
		if (err) {
			zong_survey_release(&survey);
			pixaDestroy(&pieces);
		}
	}
	pixDestroy(&grey);
	if (err)
		return err;
	*ret_blank = survey.blank;
	if (ret_look) {
		*ret_any = false;
		if (!*ret_blank && pieces)
			zong_look_make(survey.ink, pieces, density_of(raster, dpi) / survey.ratio,
				ret_any, ret_look);
		pixaDestroy(&pieces);
	}
	zong_survey_release(&survey);
	return 0;
}

int zong_clean_is_blank(const struct zong_raster *raster, bool *ret_blank)
{
	return zong_clean_survey(raster, 0, ret_blank, NULL, NULL, NULL);
}

/* -- steps -- */

static void straighten(
	struct zong_cleaned *cleaned, const struct zong_survey *survey, struct zong_buf *steps)
{
	l_float32 degrees = 0, confidence = 0;
	PIX *level;

	if (pixFindSkewSweepAndSearch(survey->ink, &degrees, &confidence, 2, 1, 7, 1, 0.05f) != 0)
		return;
	if (confidence < SKEW_CONFIDENCE || fabsf(degrees) < SKEW_LEAST ||
		fabsf(degrees) > SKEW_MOST)
		return;
	cleaned->angle = degrees * M_PI / 180;
	level = pixRotate(
		cleaned->pix, (l_float32)cleaned->angle, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, 0, 0);
	if (!level) {
		cleaned->angle = 0;
		return;
	}
	replace(&cleaned->pix, level);
	add_measured(steps, "skew", (double)degrees);
}

/* Steps that change grey values; what is left is dark on light in 1 or 8 bit. */
static int prepare(
	const struct zong_raster *raster, struct zong_cleaned *cleaned, struct zong_buf *steps)
{
	cleaned->pix = zong_raster_to_pix(raster);
	if (cleaned->pix && cleaned->quarter) {
		replace(&cleaned->pix, pixRotateOrth(cleaned->pix, (l_int32)cleaned->quarter));
		add_measured(steps, "rotate", 90.0 * cleaned->quarter);
	}
	if (cleaned->pix && pixGetDepth(cleaned->pix) == 32) {
		if (zong_seal_whiten(cleaned->pix) > 0)
			add_step(steps, "seal to white");
		replace(&cleaned->pix, pixConvertRGBToLuminance(cleaned->pix));
	}
	if (!cleaned->pix || pixGetDepth(cleaned->pix) == 32)
		return ZONG_EWORKER_MEMORY;
	if (raster->channels == 1 && pixGetDepth(cleaned->pix) == 8 &&
		zong_seal_whiten_grey(cleaned->pix) > 0)
		add_step(steps, "grey seal to white");
	if (zong_inverse_turn_page(cleaned->pix))
		add_step(steps, "light on dark turned over");
	if (zong_inverse_turn(cleaned->pix) > 0)
		add_step(steps, "white on black turned over");
	return 0;
}

int zong_clean(const struct zong_raster *raster, float dpi, unsigned int quarter,
	struct zong_cleaned *ret_cleaned, struct zong_buf *steps)
{
	struct zong_cleaned cleaned = {
		.quarter = quarter % 4,
		.scale = 1,
		.page_width = raster->width,
		.page_height = raster->height,
	};
	struct zong_survey survey;
	double height, scale;
	int err;

	err = prepare(raster, &cleaned, steps);
	if (!err)
		err = zong_survey_take(cleaned.pix, &survey, NULL);
	if (err) {
		pixDestroy(&cleaned.pix);
		return err;
	}
	cleaned.blank = survey.blank;
	if (!cleaned.blank) {
		height = zong_survey_glyph(&survey);
		scale = zong_resize_scale(cleaned.pix, height, dpi);
		if (zong_ground_even(cleaned.pix, &survey))
			add_step(steps, "dark fields lightened");
		if (survey.contrast && zong_faint_darken(cleaned.pix, survey.contrast))
			add_step(steps, "faint ink darkened");
		straighten(&cleaned, &survey, steps);
		cleaned.full = pixClone(cleaned.pix);
		if (zong_resize(&cleaned.pix, scale)) {
			cleaned.scale = scale;
			add_measured(steps, "scale", scale);
		}
		cleaned.glyph = height * cleaned.scale;
	}
	zong_survey_release(&survey);
	*ret_cleaned = cleaned;
	return 0;
}

void zong_cleaned_release(struct zong_cleaned *cleaned)
{
	pixDestroy(&cleaned->pix);
	pixDestroy(&cleaned->full);
}

/* -- and back -- */

struct point {
	double x, y;
};

static struct point back(const struct zong_cleaned *cleaned, double x, double y)
{
	bool turned = cleaned->quarter & 1;
	double width = turned ? cleaned->page_height : cleaned->page_width;
	double height = turned ? cleaned->page_width : cleaned->page_height;
	double sine = sin(cleaned->angle), cosine = cos(cleaned->angle);
	double dx = x / cleaned->scale - width / 2, dy = y / cleaned->scale - height / 2;
	struct point level = {
		.x = width / 2 + dx * cosine + dy * sine,
		.y = height / 2 - dx * sine + dy * cosine,
	};

	switch (cleaned->quarter) {
	case 1:
		return (struct point){level.y, cleaned->page_height - level.x};
	case 2:
		return (struct point){
			cleaned->page_width - level.x, cleaned->page_height - level.y};
	case 3:
		return (struct point){cleaned->page_width - level.y, level.x};
	default:
		return level;
	}
}

static uint32_t within(double value, uint32_t most)
{
	if (!(value > 0))
		return 0;
	return value >= most ? most : (uint32_t)value;
}

struct zong_box zong_cleaned_box(
	const struct zong_cleaned *cleaned, int left, int top, int right, int bottom)
{
	const struct point corner[4] = {
		back(cleaned, left, top),
		back(cleaned, right, top),
		back(cleaned, left, bottom),
		back(cleaned, right, bottom),
	};
	struct point low = corner[0], high = corner[0];
	struct zong_box box;
	int i;

	for (i = 1; i < 4; i++) {
		low.x = fmin(low.x, corner[i].x);
		low.y = fmin(low.y, corner[i].y);
		high.x = fmax(high.x, corner[i].x);
		high.y = fmax(high.y, corner[i].y);
	}
	box.x = within(low.x, cleaned->page_width);
	box.y = within(low.y, cleaned->page_height);
	box.width = within(ceil(high.x), cleaned->page_width) - box.x;
	box.height = within(ceil(high.y), cleaned->page_height) - box.y;
	return box;
}
