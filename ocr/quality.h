/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_QUALITY_H
#define ZONG_OCR_QUALITY_H

/* The figures of zong/quality.h, measured on the small picture of the ink that the survey made and on some hundred
 * spots of the page where there is ink, so that a large page costs no more than a small one. Threads: any. */

#include <zong/quality.h>

#include "survey.h"

/* @pix: 1 or 8 bit, dark on light, what @survey was taken of. @dpi: of @pix. @ret_quality: all set.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_quality_measure(struct Pix *pix, const struct zong_survey *survey, double dpi,
	struct zong_quality *ret_quality);

#endif
