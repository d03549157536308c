/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "decode.h"
#include "pdf.h"

#define DPI 300.0
#define DPI_LEAST 150.0 /* for a page whose images are coarser */
#define DPI_MOST 600.0
#define CAIRO_SIDE_MAX 32000 /* cairo's own limit is 32767 */
#define POINTS_AN_INCH 72.0

struct pdf {
	PopplerDocument *document;
};

static int pdf_open(int fd, void **ret_state, uint32_t *ret_pages)
{
	struct pdf *pdf = calloc(1, sizeof(*pdf));
	GError *error = NULL;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 4);
	int pages, err = 0;

	if (!pdf || own < 0) {
		if (own >= 0)
			close(own);
		free(pdf);
		return ZONG_EWORKER_MEMORY;
	}
	/* poppler closes the descriptor, on failure too. */
	pdf->document = poppler_document_new_from_fd(own, NULL, &error);
	if (!pdf->document) {
		err = g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED)
			      ? ZONG_EENCRYPTED
			      : ZONG_EDAMAGED;
		g_clear_error(&error);
		free(pdf);
		return err;
	}
	pages = poppler_document_get_n_pages(pdf->document);
	if (pages <= 0)
		err = ZONG_ENOPAGES;
	else if (pages > ZONG_LIMIT_PAGES)
		err = ZONG_EPAGES;
	if (err) {
		g_object_unref(pdf->document);
		free(pdf);
		return err;
	}
	*ret_state = pdf;
	*ret_pages = (uint32_t)pages;
	return 0;
}

static void pdf_close(void *state)
{
	struct pdf *pdf = state;

	g_object_unref(pdf->document);
	free(pdf);
}

/* The size in pixels that a page of points is drawn in. */
static double scale_of(const struct zong_pdf_survey *survey, double dpi)
{
	double scale = dpi / POINTS_AN_INCH;
	double pixels = survey->width * survey->height * scale * scale;
	double side = fmax(survey->width, survey->height) * scale;

	if (side > CAIRO_SIDE_MAX)
		scale *= CAIRO_SIDE_MAX / side;
	pixels = survey->width * survey->height * scale * scale;
	/* A little below the limit, so that rounding up does not cross it. */
	if (pixels > 0.99 * ZONG_LIMIT_PIXELS)
		scale *= sqrt(0.99 * ZONG_LIMIT_PIXELS / pixels);
	return scale;
}

static uint32_t pixels_of(double points, double scale)
{
	double pixels = ceil(points * scale - 0.01);

	return pixels < 1 ? 1 : (uint32_t)pixels;
}

static void draw(PopplerPage *page, cairo_surface_t *surface, double scale)
{
	cairo_t *cairo = cairo_create(surface);

	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_scale(cairo, scale, scale);
	poppler_page_render(page, cairo);
	cairo_destroy(cairo);
	cairo_surface_flush(surface);
}

static int draw_raster(PopplerPage *page, const struct zong_pdf_survey *survey, double scale,
	struct zong_raster *ret_raster)
{
	uint32_t width = pixels_of(survey->width, scale);
	uint32_t height = pixels_of(survey->height, scale);
	struct zong_raster raster;
	cairo_surface_t *surface;
	int err;

	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(surface);
		return ZONG_EWORKER_MEMORY;
	}
	draw(page, surface, scale);
	err = zong_raster_init(&raster, width, height, 3, 8);
	if (!err) {
		zong_pdf_take_surface(&raster, surface, 0, 0);
		*ret_raster = raster;
	}
	cairo_surface_destroy(surface);
	return err;
}

/* Coarse images are not blown up, fine ones keep their detail. */
static double drawing_dpi(const struct zong_pdf_survey *survey, float image_dpi)
{
	if (survey->cover < 0.5 || image_dpi <= 0)
		return DPI;
	return fmin(fmax(image_dpi, DPI_LEAST), DPI_MOST);
}

static int get_page(struct pdf *pdf, uint32_t number, PopplerPage **ret_page,
	struct zong_pdf_survey *ret_survey)
{
	PopplerPage *page = poppler_document_get_page(pdf->document, (int)number - 1);
	int err;

	if (!page)
		return ZONG_EDAMAGED;
	err = zong_pdf_survey(page, ret_survey);
	if (!err && !(ret_survey->width >= 1 && ret_survey->height >= 1 &&
			    ret_survey->width < 1e6 && ret_survey->height < 1e6)) {
		zong_pdf_survey_release(ret_survey);
		err = ZONG_EDAMAGED;
	}
	if (err)
		g_object_unref(page);
	else
		*ret_page = page;
	return err;
}

static int pdf_page(void *state, uint32_t number, struct zong_page *ret_page)
{
	struct zong_page result = ZONG_PAGE_INIT;
	struct zong_pdf_survey survey = {0};
	PopplerPage *page;
	double scale;
	int err;

	err = get_page(state, number, &page, &survey);
	if (err)
		return err;
	result.bits = 8;
	result.text_layer = zong_pdf_has_text(page, &survey);
	err = result.text_layer
		      ? ZONG_ENOENT
		      : zong_pdf_image(page, &survey, &result.raster, &result.dpi_x, &result.dpi_y);
	if (err == ZONG_ENOENT) {
		scale = scale_of(
			&survey, result.text_layer ? DPI : drawing_dpi(&survey, result.dpi_x));
		result.dpi_x = result.dpi_y = (float)(scale * POINTS_AN_INCH);
		err = draw_raster(page, &survey, scale, &result.raster);
	}
	zong_pdf_survey_release(&survey);
	g_object_unref(page);
	if (!err)
		*ret_page = result;
	return err;
}

static int pdf_text(
	void *state, uint32_t number, struct zong_arena *arena, struct zong_reading *ret_reading)
{
	struct zong_pdf_survey survey = {0};
	PopplerPage *page;
	double scale;
	int err;

	err = get_page(state, number, &page, &survey);
	if (err)
		return err;
	if (zong_pdf_has_text(page, &survey)) {
		scale = scale_of(&survey, DPI);
		err = zong_pdf_text(page, scale, pixels_of(survey.width, scale),
			pixels_of(survey.height, scale), arena, ret_reading);
	} else {
		ret_reading->source = ZONG_TEXT_NONE;
	}
	zong_pdf_survey_release(&survey);
	g_object_unref(page);
	return err;
}

const struct zong_decoder zong_decoder_pdf = {
	.open = pdf_open,
	.page = pdf_page,
	.text = pdf_text,
	.close = pdf_close,
};
