/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZONG_OCR_PDF_H
#define ZONG_OCR_PDF_H

/* What the three parts of the PDF decoder share: decode_pdf.c opens and draws, pdf_images.c takes a
 * scanner's page as the image it is, pdf_text.c takes the text layer. */

#include <stdbool.h>
#include <stdint.h>

#include <cairo.h>
#include <poppler.h>

#include <zong/arena.h>
#include <zong/reading.h>

#include "raster.h"

/* What there is on a page, found by drawing it small. */
struct zong_pdf_survey {
	double width, height; /* points, rotation applied */
	unsigned int images;
	double cover;		/* 0..1: the images' share of the page */
	unsigned int glyphs;	/* visible ones not hidden by a later image */
	bool lines;		/* drawn ones */
	unsigned int areas;	/* painted ones, images among them */
	cairo_surface_t *small; /* the page, RGB24; NULL when there are no images to compare */
};

/* @ret_survey is released by the caller. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_pdf_survey(PopplerPage *page, struct zong_pdf_survey *ret_survey);
void zong_pdf_survey_release(struct zong_pdf_survey *survey);
/* A page that is one image, or strips of one, and nothing else that can be seen: those very pixels,
 * upright. Returns 0, ZONG_ENOENT (it is no such page), ZONG_EPIXELS, ZONG_EWORKER_MEMORY.
 * @ret_dpi_x, @ret_dpi_y are set whenever the page has images, also with ZONG_ENOENT. */
int zong_pdf_image(PopplerPage *page, const struct zong_pdf_survey *survey,
	struct zong_raster *ret_raster, float *ret_dpi_x, float *ret_dpi_y);
/* Does the file itself know the text of the page? An invisible layer over a scan does not count. */
bool zong_pdf_has_text(PopplerPage *page, const struct zong_pdf_survey *survey);
/* @scale: pixels a point. Returns 0 or ZONG_EWORKER_MEMORY. */
int zong_pdf_text(PopplerPage *page, double scale, uint32_t width, uint32_t height,
	struct zong_arena *arena, struct zong_reading *ret_reading);
/* RGB24 or ARGB32 on white, into the raster at (x, y); what lies outside is cut off. */
void zong_pdf_take_surface(
	struct zong_raster *raster, cairo_surface_t *surface, uint32_t x, uint32_t y);

#endif
