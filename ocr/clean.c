/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include <zong/error.h>

#include "clean.h"
#include "seal.h"

#define SKEW_LEAST 0.25      /* degrees; less does not disturb lines */
#define SKEW_MOST 15.0
#define SKEW_CONFIDENCE 2.5f
#define SKEW_SIDE 1200       /* pixels of the longer side on which skew is measured */
#define DARK_MEAN 115        /* of a page of light letters on dark */
#define GLYPH_WANTED 36.0    /* pixels of a Han character; the model's lines are 36 high */
#define GLYPH_SMALL 24.0     /* below it the page is enlarged */
#define GLYPH_LARGE 80.0     /* above it the page is made smaller */
#define SCALE_MOST 4.0
#define PIXELS_MOST 60e6     /* of an enlarged page */

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

/* -- blank or not -- */

#define BLANK_SIDE 1170  /* A4 at 100 dpi: a letter of 8 points is 8 pixels */
#define BLANK_STROKE 21  /* wider than any stroke then */
#define BLANK_CONTRAST 48
#define BLANK_SIZE 6     /* smaller marks are dust */
#define BLANK_MARKS 3    /* fewer are a scratch */

static PIX *to_grey(PIX *pix)
{
	switch (pixGetDepth(pix)) {
	case 1:
		return pixConvert1To8(NULL, pix, 255, 0);
	case 32:
		return pixConvertRGBToLuminance(pix);
	default:
		return pixClone(pix);
	}
}

static PIX *reduced_grey(PIX *pix, double longer)
{
	double side = fmax(pixGetWidth(pix), pixGetHeight(pix));
	PIX *grey, *small;

	if (side <= longer)
		return to_grey(pix);
	if (pixGetDepth(pix) == 1)
		return pixScaleToGray(pix, (l_float32)(longer / side));
	/* Half sizes are cheap and average; what remains is less than a factor of two. */
	grey = to_grey(pix);
	while (grey && side >= 2 * longer) {
		small = pixScaleAreaMap2(grey);
		pixDestroy(&grey);
		grey = small;
		side /= 2;
	}
	small = grey ? pixScaleAreaMap(grey, (l_float32)(longer / side), (l_float32)(longer / side)) : NULL;
	pixDestroy(&grey);
	return small;
}

static bool is_mark(BOX *box, int width, int height)
{
	l_int32 x, y, w, h;
	int longer;

	boxGetGeometry(box, &x, &y, &w, &h);
	longer = w > h ? w : h;
	/* What hangs on the edge is a shadow, a punched hole or the next sheet. */
	if (x <= width / 100 || y <= height / 100 || x + w >= width - width / 100 ||
		y + h >= height - height / 100)
		return false;
	/* Nor is a long thin line: dirt under the glass draws those. */
	if ((w <= 3 || h <= 3) && longer > 100)
		return false;
	return longer >= BLANK_SIZE;
}

static int count_marks(PIX *marks)
{
	BOXA *boxes = pixConnComp(marks, NULL, 8);
	int i, n, count = 0;

	if (!boxes)
		return -1;
	n = boxaGetCount(boxes);
	for (i = 0; i < n && count < BLANK_MARKS; i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);

		if (is_mark(box, pixGetWidth(marks), pixGetHeight(marks)))
			count++;
		boxDestroy(&box);
	}
	boxaDestroy(&boxes);
	return count;
}

int zong_clean_is_blank(const struct zong_raster *raster, bool *ret_blank)
{
	PIX *pix = zong_raster_to_pix(raster);
	PIX *grey = pix ? reduced_grey(pix, BLANK_SIDE) : NULL;
	PIX *paper = NULL, *ink = NULL, *marks = NULL;
	int count = -1;

	pixDestroy(&pix);
	/* Closing fills every dark stroke with the paper around it; the difference is ink. */
	if (grey)
		paper = pixCloseGray(grey, BLANK_STROKE, BLANK_STROKE);
	if (paper)
		ink = pixSubtractGray(NULL, paper, grey);
	if (ink) {
		pixInvert(ink, ink);
		marks = pixThresholdToBinary(ink, 255 - BLANK_CONTRAST);
	}
	if (marks)
		count = count_marks(marks);
	pixDestroy(&grey);
	pixDestroy(&paper);
	pixDestroy(&ink);
	pixDestroy(&marks);
	if (count < 0)
		return ZONG_EWORKER_MEMORY;
	*ret_blank = count < BLANK_MARKS;
	return 0;
}

/* -- steps -- */

/* Letters light on dark turned over. */
static void lighten(PIX *pix, struct zong_buf *steps)
{
	l_float32 mean = 255;
	PIX *small;

	if (pixGetDepth(pix) == 1) {
		l_float32 black = 0;

		pixForegroundFraction(pix, &black);
		mean = 255 * (1 - black);
	} else {
		small = pixScaleAreaMap2(pix);
		if (!small)
			return;
		pixGetAverageMasked(small, NULL, 0, 0, 1, L_MEAN_ABSVAL, &mean);
		pixDestroy(&small);
	}
	if (mean >= DARK_MEAN)
		return;
	pixInvert(pix, pix);
	add_step(steps, "light on dark turned over");
}

/* Ink on a reduced picture of the page, for measuring only. */
static PIX *ink_of(PIX *pix, double longer)
{
	PIX *grey, *ink = NULL;

	if (pixGetDepth(pix) == 1 && fmax(pixGetWidth(pix), pixGetHeight(pix)) <= longer)
		return pixClone(pix);
	grey = reduced_grey(pix, longer);
	if (!grey)
		return NULL;
	if (pixGetWidth(grey) < 16 || pixGetHeight(grey) < 16 ||
		pixOtsuAdaptiveThreshold(grey, 300, 300, 0, 0, 0.1f, NULL, &ink) != 0)
		ink = NULL;
	pixDestroy(&grey);
	return ink;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The height of a Han character in pixels, 0 when there is too little to say: strokes and dots make
 * many small pieces, so what counts is the height that the upper part of all pieces has. */
static double glyph_height(PIX *ink)
{
	BOXA *boxes = pixConnComp(ink, NULL, 8);
	int i, n, count = 0;
	double height = 0;
	int *heights;

	if (!boxes)
		return 0;
	n = boxaGetCount(boxes);
	heights = calloc((size_t)n + 1, sizeof(*heights));
	for (i = 0; i < n && heights; i++) {
		l_int32 w, h;

		boxaGetBoxGeometry(boxes, i, NULL, NULL, &w, &h);
		if (h >= 6 && w >= 4 && h <= 400 && w <= 4 * h && h <= 4 * w)
			heights[count++] = h;
	}
	if (count >= 10) {
		qsort(heights, (size_t)count, sizeof(*heights), by_number);
		height = heights[count * 3 / 4];
	}
	free(heights);
	boxaDestroy(&boxes);
	return height;
}

static double choose_scale(PIX *pix, float dpi)
{
	double longer = 2500, side = fmax(pixGetWidth(pix), pixGetHeight(pix));
	PIX *ink = ink_of(pix, longer);
	double height = ink ? glyph_height(ink) : 0, scale = 1;
	double pixels = (double)pixGetWidth(pix) * pixGetHeight(pix);

	pixDestroy(&ink);
	if (side > longer)
		height *= side / longer;
	if (height <= 0)
		return dpi > 0 && dpi < 150 ? 2 : 1;
	if (height < GLYPH_SMALL || height > GLYPH_LARGE)
		scale = GLYPH_WANTED / height;
	if (scale > SCALE_MOST)
		scale = SCALE_MOST;
	if (pixels * scale * scale > PIXELS_MOST && scale > 1)
		scale = fmax(1, sqrt(PIXELS_MOST / pixels));
	return scale;
}

static void straighten(struct zong_cleaned *cleaned, struct zong_buf *steps)
{
	PIX *ink = ink_of(cleaned->pix, SKEW_SIDE);
	l_float32 degrees = 0, confidence = 0;
	PIX *level;

	if (!ink)
		return;
	if (pixFindSkewSweepAndSearch(ink, &degrees, &confidence, 1, 1, 7, 1, 0.05f) != 0)
		degrees = 0;
	pixDestroy(&ink);
	if (confidence < SKEW_CONFIDENCE || fabsf(degrees) < SKEW_LEAST || fabsf(degrees) > SKEW_MOST)
		return;
	cleaned->angle = degrees * M_PI / 180;
	level = pixRotate(cleaned->pix, (l_float32)cleaned->angle, L_ROTATE_AREA_MAP,
		L_BRING_IN_WHITE, 0, 0);
	if (!level) {
		cleaned->angle = 0;
		return;
	}
	replace(&cleaned->pix, level);
	add_measured(steps, "skew", (double)degrees);
}

static void enlarge(struct zong_cleaned *cleaned, float dpi, struct zong_buf *steps)
{
	double scale = choose_scale(cleaned->pix, dpi);
	PIX *grey;

	if (fabs(scale - 1) < 0.1)
		return;
	if (pixGetDepth(cleaned->pix) == 1) {
		grey = scale < 1 ? pixScaleToGray(cleaned->pix, (l_float32)scale) : NULL;
		if (!grey) {
			replace(&cleaned->pix, pixConvert1To8(NULL, cleaned->pix, 255, 0));
			grey = pixScale(cleaned->pix, (l_float32)scale, (l_float32)scale);
		}
	} else {
		grey = scale > 1 ? pixScaleGrayLI(cleaned->pix, (l_float32)scale, (l_float32)scale)
				 : pixScaleAreaMap(cleaned->pix, (l_float32)scale, (l_float32)scale);
	}
	if (!grey)
		return;
	replace(&cleaned->pix, grey);
	cleaned->scale = scale;
	add_measured(steps, "scale", scale);
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

	cleaned.pix = zong_raster_to_pix(raster);
	if (!cleaned.pix)
		return ZONG_EWORKER_MEMORY;
	if (cleaned.quarter) {
		replace(&cleaned.pix, pixRotateOrth(cleaned.pix, (l_int32)cleaned.quarter));
		add_measured(steps, "rotate", 90.0 * cleaned.quarter);
	}
	if (pixGetDepth(cleaned.pix) == 32) {
		if (zong_seal_whiten(cleaned.pix) > 0)
			add_step(steps, "seal to white");
		replace(&cleaned.pix, pixConvertRGBToLuminance(cleaned.pix));
	}
	lighten(cleaned.pix, steps);
	straighten(&cleaned, steps);
	enlarge(&cleaned, dpi, steps);
	*ret_cleaned = cleaned;
	return 0;
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
		return (struct point){cleaned->page_width - level.x, cleaned->page_height - level.y};
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

struct zong_box zong_cleaned_box(const struct zong_cleaned *cleaned, int left, int top, int right,
	int bottom)
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
