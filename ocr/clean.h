/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_CLEAN_H
#define ZONG_OCR_CLEAN_H

/* Makes of a page the picture that the recogniser likes: dark text on white, level, letters of a
 * certain height, no seal over them. Each step is taken only where the page needs it, and is named
 * in words. The page itself is never changed. */

#include <stdbool.h>
#include <stdint.h>

#include <zong/buffer.h>
#include <zong/quality.h>

#include "look.h"
#include "raster.h"

struct Pix;

/* How to get from the picture back to the page. */
struct zong_cleaned {
	struct Pix *pix;      /* 1 or 8 bit, dark on light */
	unsigned int quarter; /* quarter turns clockwise made */
	double angle;	      /* radians turned clockwise after that, around the centre */
	double scale;	      /* then enlarged by */
	struct Pix *full;     /* as it was before that; NULL: blank */
	double glyph; /* height of most Han characters in the picture; 0: too little to say */
	bool blank;   /* as zong_clean_is_blank(); the picture is not levelled then */
	uint32_t page_width, page_height;
};

/* Nothing worth reading: dust, a slight shadow and a dark edge are nothing, three letters are not.
 * Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_clean_is_blank(const struct zong_raster *raster, bool *ret_blank);
/* The same, and what the page looks like (@ret_any: it has a look; a blank one has none), which is made of the
 * same picture of its ink. @dpi: as the file says, 0: it does not. @ret_any and @ret_look may both be NULL.
 * @ret_quality: how well it was scanned; may be NULL. */
int zong_clean_survey(const struct zong_raster *raster, float dpi, bool *ret_blank, bool *ret_any,
	struct zong_look *ret_look, struct zong_quality *ret_quality);
/* @quarter: turn the page so many quarters clockwise first. @steps: what was done is added, parts
 * set off by "; ". Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_clean(const struct zong_raster *raster, float dpi, unsigned int quarter,
	struct zong_cleaned *ret_cleaned, struct zong_buf *steps);
/* Its pictures are no more; what is empty may be released. */
void zong_cleaned_release(struct zong_cleaned *cleaned);
/* A box of the picture as a box of the page. */
struct zong_box zong_cleaned_box(
	const struct zong_cleaned *cleaned, int left, int top, int right, int bottom);

#endif
