/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_SURVEY_H
#define ZONG_OCR_SURVEY_H

/* What there is on a page, measured on a small picture of its ink: whether it is blank, and how high its characters
 * are. Threads: any. */

#include <stdbool.h>

struct Boxa;
struct Pix;
struct Pixa;

/* Ink in a small picture, its pieces, and how much smaller it is. */
struct zong_survey {
	struct Pix *ink;
	struct Pix *paper; /* as small: what lies around and under the strokes, be it paper, shadow or a dark field; NULL of 1 bit */
	struct Boxa *pieces;
	double ratio;
	int contrast; /* grey steps from the paper to faint ink, the only ink there is; 0: it is dark enough */
	bool blank;
};

/* @pix: 1 or 8 bit, dark on light. @ret_pieces: NULL, or gets the pieces. Returns 0 or ZONG_EWORKER_MEMORY;
 * released with zong_survey_release(). */
int zong_survey_take(struct Pix *pix, struct zong_survey *ret_survey, struct Pixa **ret_pieces);
void zong_survey_release(struct zong_survey *survey);
/* The height of a Han character in pixels, 0 when there is too little to say: strokes and dots make
 * many small pieces, so what counts is the height that the upper part of all pieces has. */
double zong_survey_glyph(const struct zong_survey *survey);

#endif
