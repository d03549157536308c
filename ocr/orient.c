/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <allheaders.h>
#include <tesseract/capi.h>

#include <zong/utf8.h>

#include "orient.h"

#define WINDOW 500 /* pixels a side: about 15 lines of 18 characters */
#define STEP 250
#define CHARACTERS 10 /* fewer prove little */
#define CLEARLY 0.15  /* of confidence */

/* The window with most ink. */
static PIX *densest(PIX *pix)
{
	PIX *ink = pixGetDepth(pix) == 1 ? pixClone(pix) : pixThresholdToBinary(pix, 128);
	l_int32 width = pixGetWidth(pix), height = pixGetHeight(pix), x, y, most = -1;
	BOX *best = NULL;
	PIX *window;

	for (y = 0; ink && (y == 0 || y + WINDOW <= height); y += STEP) {
		for (x = 0; x == 0 || x + WINDOW <= width; x += STEP) {
			BOX *box = boxCreate(x, y, WINDOW, WINDOW);
			l_int32 count = 0;

			if (box && pixCountPixelsInRect(ink, box, &count, NULL) == 0 &&
				count > most) {
				boxDestroy(&best);
				best = boxClone(box);
				most = count;
			}
			boxDestroy(&box);
		}
	}
	window = best ? pixClipRectangle(pix, best, NULL) : NULL;
	boxDestroy(&best);
	pixDestroy(&ink);
	return window;
}

/* How sure the recogniser is of what it reads in the window, 0 to 1. */
static double confidence_of(TessBaseAPI *api, PIX *window)
{
	double confidence, characters;
	char *text;

	TessBaseAPISetImage2(api, window);
	text = TessBaseAPIGetUTF8Text(api);
	if (!text)
		return 0;
	characters = (double)zong_utf8_count(text, strlen(text));
	confidence = TessBaseAPIMeanTextConf(api) / 100.0;
	TessDeleteText(text);
	return characters >= CHARACTERS ? confidence : confidence * characters / CHARACTERS;
}

unsigned int zong_orient_guess(struct TessBaseAPI *api, struct Pix *pix)
{
	PIX *window = densest(pix);
	double as_it_is = 0, most = 0;
	unsigned int quarter, best = 0;

	if (!window)
		return 0;
	TessBaseAPISetPageSegMode(api, PSM_SINGLE_BLOCK);
	for (quarter = 0; quarter < 4; quarter++) {
		PIX *turned = pixRotateOrth(window, (l_int32)quarter);
		double now = turned ? confidence_of(api, turned) : 0;

		pixDestroy(&turned);
		if (quarter == 0)
			as_it_is = now;
		if (now > most) {
			most = now;
			best = quarter;
		}
	}
	TessBaseAPIClear(api);
	TessBaseAPISetPageSegMode(api, PSM_AUTO);
	pixDestroy(&window);
	return most >= as_it_is + CLEARLY ? best : 0;
}
