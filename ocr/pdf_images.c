/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "pdf.h"

#define SMALL_SIDE 500.0   /* pixels of the longer side of the survey */
#define COVER_LEAST 0.80   /* a scanner's image may leave a margin */
#define IMAGES_MOST 1000   /* strips of one page */
#define SAME_DPI 0.02
#define DIFFERENCE_MOST 14.0 /* mean of 255 between a page and its image, both small */

/* -- survey -- */

static void saw_image(cairo_surface_t *observer, cairo_surface_t *target, void *data)
{
	struct zong_pdf_survey *survey = data;

	(void)observer;
	(void)target;
	survey->paints++;
	/* What was written before may be under it now. */
	survey->glyphs = 0;
}

static void saw_drawing(cairo_surface_t *observer, cairo_surface_t *target, void *data)
{
	struct zong_pdf_survey *survey = data;

	(void)observer;
	(void)target;
	survey->drawing = true;
}

static void saw_glyphs(cairo_surface_t *observer, cairo_surface_t *target, void *data)
{
	struct zong_pdf_survey *survey = data;

	(void)observer;
	(void)target;
	survey->glyphs++;
}

static double area_of(const PopplerRectangle *area)
{
	return fabs(area->x2 - area->x1) * fabs(area->y2 - area->y1);
}

static int look_closely(PopplerPage *page, struct zong_pdf_survey *survey)
{
	double scale = SMALL_SIDE / fmax(survey->width, survey->height);
	cairo_surface_t *observer;
	cairo_t *cairo;

	survey->small = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
		(int)fmax(1, ceil(survey->width * scale)), (int)fmax(1, ceil(survey->height * scale)));
	if (cairo_surface_status(survey->small) != CAIRO_STATUS_SUCCESS)
		return ZONG_EWORKER_MEMORY;
	cairo = cairo_create(survey->small);
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_destroy(cairo);
	observer = cairo_surface_create_observer(survey->small, CAIRO_SURFACE_OBSERVER_NORMAL);
	cairo_surface_observer_add_paint_callback(observer, saw_image, survey);
	cairo_surface_observer_add_mask_callback(observer, saw_image, survey);
	cairo_surface_observer_add_fill_callback(observer, saw_drawing, survey);
	cairo_surface_observer_add_stroke_callback(observer, saw_drawing, survey);
	cairo_surface_observer_add_glyphs_callback(observer, saw_glyphs, survey);
	cairo = cairo_create(observer);
	cairo_scale(cairo, scale, scale);
	poppler_page_render(page, cairo);
	cairo_destroy(cairo);
	cairo_surface_destroy(observer);
	cairo_surface_flush(survey->small);
	return 0;
}

int zong_pdf_survey(PopplerPage *page, struct zong_pdf_survey *ret_survey)
{
	struct zong_pdf_survey survey = {0};
	GList *images, *item;
	double area = 0;
	int err = 0;

	poppler_page_get_size(page, &survey.width, &survey.height);
	images = poppler_page_get_image_mapping(page);
	for (item = images; item; item = item->next) {
		PopplerImageMapping *mapping = item->data;

		survey.images++;
		area += area_of(&mapping->area);
	}
	poppler_page_free_image_mapping(images);
	survey.cover = survey.width * survey.height > 0 ? area / (survey.width * survey.height) : 0;
	if (survey.images > 0 && survey.cover >= COVER_LEAST)
		err = look_closely(page, &survey);
	if (err)
		zong_pdf_survey_release(&survey);
	else
		*ret_survey = survey;
	return err;
}

void zong_pdf_survey_release(struct zong_pdf_survey *survey)
{
	if (survey->small)
		cairo_surface_destroy(survey->small);
	survey->small = NULL;
}

/* -- pixels -- */

static uint8_t on_white(unsigned int colour, unsigned int alpha)
{
	unsigned int sum = colour + 255 - alpha; /* cairo's colours are multiplied by alpha */

	return sum > 255 ? 255 : (uint8_t)sum;
}

void zong_pdf_take_surface(struct zong_raster *raster, cairo_surface_t *surface, uint32_t x, uint32_t y)
{
	uint32_t width = (uint32_t)cairo_image_surface_get_width(surface);
	uint32_t height = (uint32_t)cairo_image_surface_get_height(surface);
	int stride = cairo_image_surface_get_stride(surface);
	const uint8_t *data = cairo_image_surface_get_data(surface);
	bool alpha = cairo_image_surface_get_format(surface) == CAIRO_FORMAT_ARGB32;
	uint32_t i, j;

	if (!data || x >= raster->width || y >= raster->height)
		return;
	if (width > raster->width - x)
		width = raster->width - x;
	if (height > raster->height - y)
		height = raster->height - y;
	for (j = 0; j < height; j++) {
		const uint8_t *in = data + (size_t)stride * j;
		uint8_t *out = zong_raster_row(raster, y + j) + (size_t)x * 3;

		for (i = 0; i < width; i++, in += 4, out += 3) {
			uint32_t pixel;
			unsigned int a;

			memcpy(&pixel, in, sizeof(pixel));
			a = alpha ? pixel >> 24 : 255;
			out[0] = on_white(pixel >> 16 & 255, a);
			out[1] = on_white(pixel >> 8 & 255, a);
			out[2] = on_white(pixel & 255, a);
		}
	}
}

/* -- does the image look as the page does, and which way round -- */

/* The mean of each cell, in grey. */
static int make_small(const struct zong_raster *raster, uint32_t width, uint32_t height,
	struct zong_raster *ret_small)
{
	uint64_t *sum = calloc((size_t)width * height, sizeof(*sum));
	uint32_t *count = calloc((size_t)width * height, sizeof(*count));
	struct zong_raster small;
	int err = sum && count ? zong_raster_init(&small, width, height, 1, 8) : ZONG_EWORKER_MEMORY;
	uint32_t x, y;
	size_t i;

	for (y = 0; y < raster->height && !err; y++) {
		const uint8_t *p = zong_raster_row(raster, y);
		size_t row = (size_t)((uint64_t)y * height / raster->height) * width;

		for (x = 0; x < raster->width; x++, p += 3) {
			i = row + (size_t)((uint64_t)x * width / raster->width);
			sum[i] += (unsigned int)(p[0] + p[1] + p[2]);
			count[i] += 3;
		}
	}
	for (i = 0; i < (size_t)width * height && !err; i++)
		if (count[i])
			small.data[i] = (uint8_t)(sum[i] / count[i]);
	if (!err)
		*ret_small = small;
	free(sum);
	free(count);
	return err;
}

static double difference(const struct zong_raster *small, cairo_surface_t *page)
{
	int stride = cairo_image_surface_get_stride(page);
	const uint8_t *data = cairo_image_surface_get_data(page);
	uint32_t width = (uint32_t)cairo_image_surface_get_width(page);
	uint32_t height = (uint32_t)cairo_image_surface_get_height(page);
	uint64_t sum = 0;
	uint32_t x, y;

	if (small->width != width || small->height != height)
		return 255;
	for (y = 0; y < height; y++) {
		const uint8_t *row = data + (size_t)stride * y;

		for (x = 0; x < width; x++) {
			int grey = (row[4 * x] + row[4 * x + 1] + row[4 * x + 2]) / 3;

			sum += (uint64_t)abs(grey - zong_raster_row(small, y)[x]);
		}
	}
	return (double)sum / ((double)width * height);
}

/* poppler tells the box of an image and not how it is turned in it; the likeness of the page does. */
static int find_orientation(const struct zong_raster *raster, cairo_surface_t *page,
	unsigned int *ret_orientation, double *ret_difference)
{
	/* Rotations before mirrors: a blank page should not come out mirrored. */
	static const unsigned int candidates[] = {1, 6, 8, 3, 2, 4, 5, 7};
	uint32_t width = (uint32_t)cairo_image_surface_get_width(page);
	uint32_t height = (uint32_t)cairo_image_surface_get_height(page);
	double best = 255;
	unsigned int i, chosen = 1;

	for (i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		unsigned int orientation = candidates[i];
		struct zong_raster small = ZONG_RASTER_INIT;
		bool turned = orientation >= 5;
		bool lies = raster->width > raster->height, page_lies = width > height;
		double now;
		int err;

		/* The shapes must agree, else a turned blank page would do as well. */
		if (raster->width != raster->height && width != height && (lies != page_lies) != turned)
			continue;
		err = make_small(raster, turned ? height : width, turned ? width : height, &small);
		if (!err)
			err = zong_raster_orient(&small, orientation);
		if (err) {
			zong_raster_release(&small);
			return err;
		}
		now = difference(&small, page);
		zong_raster_release(&small);
		if (now < best * 0.8 - 0.05) {
			best = now;
			chosen = orientation;
		}
	}
	*ret_orientation = chosen;
	*ret_difference = best;
	return 0;
}

/* -- one image, or strips of one -- */

struct piece {
	PopplerRectangle area; /* x1 < x2, y1 < y2; only differences are meant */
	int id;
};

static unsigned int collect(PopplerPage *page, struct piece *pieces, PopplerRectangle *ret_all)
{
	GList *images = poppler_page_get_image_mapping(page), *item;
	PopplerRectangle all = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
	unsigned int count = 0;

	for (item = images; item && count < IMAGES_MOST; item = item->next) {
		PopplerImageMapping *mapping = item->data;
		PopplerRectangle *area = &pieces[count].area;

		area->x1 = fmin(mapping->area.x1, mapping->area.x2);
		area->x2 = fmax(mapping->area.x1, mapping->area.x2);
		area->y1 = fmin(mapping->area.y1, mapping->area.y2);
		area->y2 = fmax(mapping->area.y1, mapping->area.y2);
		pieces[count++].id = mapping->image_id;
		all.x1 = fmin(all.x1, area->x1);
		all.y1 = fmin(all.y1, area->y1);
		all.x2 = fmax(all.x2, area->x2);
		all.y2 = fmax(all.y2, area->y2);
	}
	poppler_page_free_image_mapping(images);
	*ret_all = all;
	return count;
}

struct canvas {
	PopplerRectangle all;
	double across, down;  /* pixels a point */
	struct zong_raster raster;
	uint64_t pixels;      /* put so far */
};

static cairo_surface_t *get_image(PopplerPage *page, int id)
{
	cairo_surface_t *surface = poppler_page_get_image(page, id);

	if (!surface)
		return NULL;
	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS ||
		cairo_surface_get_type(surface) != CAIRO_SURFACE_TYPE_IMAGE ||
		(cairo_image_surface_get_format(surface) != CAIRO_FORMAT_RGB24 &&
			cairo_image_surface_get_format(surface) != CAIRO_FORMAT_ARGB32)) {
		cairo_surface_destroy(surface);
		return NULL;
	}
	cairo_surface_flush(surface);
	return surface;
}

/* The first piece says the resolution; @turned: its rows run down the page. */
static int begin_canvas(struct canvas *canvas, const struct piece *piece, cairo_surface_t *surface,
	unsigned int count, bool turned)
{
	double width = cairo_image_surface_get_width(surface);
	double height = cairo_image_surface_get_height(surface);
	double across = piece->area.x2 - piece->area.x1, down = piece->area.y2 - piece->area.y1;

	if (!(across > 0 && down > 0))
		return ZONG_ENOENT;
	canvas->across = (turned ? height : width) / across;
	canvas->down = (turned ? width : height) / down;
	if (count > 1) {
		width = round((canvas->all.x2 - canvas->all.x1) * canvas->across);
		height = round((canvas->all.y2 - canvas->all.y1) * canvas->down);
	}
	if (!(width >= 1 && height >= 1 && width * height <= (double)ZONG_LIMIT_PIXELS))
		return ZONG_ENOENT;
	return zong_raster_init(&canvas->raster, (uint32_t)width, (uint32_t)height, 3, 8);
}

static int put_piece(struct canvas *canvas, const struct piece *piece, cairo_surface_t *surface)
{
	double width = cairo_image_surface_get_width(surface);
	double height = cairo_image_surface_get_height(surface);
	double x = round((piece->area.x1 - canvas->all.x1) * canvas->across);
	double y = round((piece->area.y1 - canvas->all.y1) * canvas->down);
	double across = width / (piece->area.x2 - piece->area.x1);
	double down = height / (piece->area.y2 - piece->area.y1);

	/* A strip of few rows has its height rounded. */
	if (fabs(across / canvas->across - 1) > SAME_DPI + 1 / width ||
		fabs(down / canvas->down - 1) > SAME_DPI + 1 / height)
		return ZONG_ENOENT;
	zong_pdf_take_surface(&canvas->raster, surface, (uint32_t)x, (uint32_t)y);
	canvas->pixels += (uint64_t)(width * height);
	return 0;
}

static int compose(PopplerPage *page, const struct piece *pieces, unsigned int count,
	bool turned, struct canvas *canvas)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		cairo_surface_t *surface = get_image(page, pieces[i].id);

		if (!surface)
			return ZONG_ENOENT;
		if (i == 0)
			err = begin_canvas(canvas, &pieces[i], surface, count, turned);
		if (!err && count == 1)
			zong_pdf_take_surface(&canvas->raster, surface, 0, 0);
		else if (!err)
			err = put_piece(canvas, &pieces[i], surface);
		cairo_surface_destroy(surface);
	}
	/* Strips lie side by side: neither gaps nor images over images. */
	if (!err && count > 1) {
		double share = (double)canvas->pixels /
			((double)canvas->raster.width * canvas->raster.height);

		err = share > 0.98 && share < 1.02 ? 0 : ZONG_ENOENT;
	}
	return err;
}

static int settle(struct canvas *canvas, const struct zong_pdf_survey *survey, unsigned int count)
{
	unsigned int orientation = 1;
	double apart = 0;
	int err = find_orientation(&canvas->raster, survey->small, &orientation, &apart);

	if (err)
		return err;
	if (apart > DIFFERENCE_MOST || (count > 1 && orientation != 1))
		return ZONG_ENOENT;
	return zong_raster_orient(&canvas->raster, orientation);
}

int zong_pdf_image(PopplerPage *page, const struct zong_pdf_survey *survey,
	struct zong_raster *ret_raster, float *ret_dpi_x, float *ret_dpi_y)
{
	struct canvas canvas = {.raster = ZONG_RASTER_INIT};
	struct piece *pieces;
	unsigned int count;
	cairo_surface_t *first;
	bool turned = false;
	int err;

	if (!survey->small || survey->images > IMAGES_MOST)
		return ZONG_ENOENT;
	pieces = calloc(IMAGES_MOST, sizeof(*pieces));
	if (!pieces)
		return ZONG_EWORKER_MEMORY;
	count = collect(page, pieces, &canvas.all);
	first = count ? get_image(page, pieces[0].id) : NULL;
	if (!first) {
		free(pieces);
		return ZONG_ENOENT;
	}
	if (count == 1)
		turned = (cairo_image_surface_get_width(first) >
				 cairo_image_surface_get_height(first)) !=
			(canvas.all.x2 - canvas.all.x1 > canvas.all.y2 - canvas.all.y1);
	err = begin_canvas(&canvas, &pieces[0], first, count, turned);
	cairo_surface_destroy(first);
	if (canvas.across > 0 && canvas.across < 1e4 && canvas.down > 0 && canvas.down < 1e4) {
		*ret_dpi_x = (float)(canvas.across * 72);
		*ret_dpi_y = (float)(canvas.down * 72);
	}
	zong_raster_release(&canvas.raster);
	if (survey->drawing || survey->glyphs || survey->paints != count || survey->cover > 1.05)
		err = ZONG_ENOENT;
	if (!err)
		err = compose(page, pieces, count, turned, &canvas);
	if (!err)
		err = settle(&canvas, survey, count);
	free(pieces);
	if (err) {
		zong_raster_release(&canvas.raster);
		return err == ZONG_EWORKER_MEMORY ? err : ZONG_ENOENT;
	}
	*ret_raster = canvas.raster;
	return 0;
}
