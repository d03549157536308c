/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/error.h>
#include <zong/limits.h>

#include "pdf.h"

#define SMALL_SIDE 500.0     /* pixels of the longer side of the survey */
#define COVER_LEAST 0.80     /* a scanner's image may leave a margin */
#define IMAGES_MOST 1000     /* strips of one page */
#define COVER_MOST 1.10	     /* poppler rounds boxes up */
#define STRIP_OFF 2.0	     /* pixels */
#define DIFFERENCE_MOST 14.0 /* mean of 255 between a page and its image, both small */

/* -- survey -- */

/* cairo is told to paint, to mask or to fill when an image is drawn, as it is for areas. */
static void saw_area(cairo_surface_t *observer, cairo_surface_t *target, void *data)
{
	struct zong_pdf_survey *survey = data;

	(void)observer;
	(void)target;
	survey->areas++;
	/* What was written before may be under an image now; a scan comes before anything else. */
	if (survey->areas <= survey->images)
		survey->glyphs = 0;
}

static void saw_line(cairo_surface_t *observer, cairo_surface_t *target, void *data)
{
	struct zong_pdf_survey *survey = data;

	(void)observer;
	(void)target;
	survey->lines = true;
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
		(int)fmax(1, ceil(survey->width * scale)),
		(int)fmax(1, ceil(survey->height * scale)));
	if (cairo_surface_status(survey->small) != CAIRO_STATUS_SUCCESS)
		return ZONG_EWORKER_MEMORY;
	cairo = cairo_create(survey->small);
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_destroy(cairo);
	observer = cairo_surface_create_observer(survey->small, CAIRO_SURFACE_OBSERVER_NORMAL);
	cairo_surface_observer_add_paint_callback(observer, saw_area, survey);
	cairo_surface_observer_add_mask_callback(observer, saw_area, survey);
	cairo_surface_observer_add_fill_callback(observer, saw_area, survey);
	cairo_surface_observer_add_stroke_callback(observer, saw_line, survey);
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

void zong_pdf_take_surface(
	struct zong_raster *raster, cairo_surface_t *surface, uint32_t x, uint32_t y)
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
	int err =
		sum && count ? zong_raster_init(&small, width, height, 1, 8) : ZONG_EWORKER_MEMORY;
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
		if (raster->width != raster->height && width != height &&
			(lies != page_lies) != turned)
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
	PopplerRectangle area;
	cairo_surface_t *surface;
};

/* The pieces of a page, from top to bottom. */
struct stack {
	struct piece *piece;
	unsigned int count;
};

static void release_stack(struct stack *stack)
{
	unsigned int i;

	for (i = 0; i < stack->count; i++)
		if (stack->piece[i].surface)
			cairo_surface_destroy(stack->piece[i].surface);
	free(stack->piece);
	*stack = (struct stack){0};
}

static int by_top(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;

	if (one->area.y1 != other->area.y1)
		return one->area.y1 < other->area.y1 ? -1 : 1;
	return 0;
}

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

/* At most @most of the pieces; those already decoded count against the limit of a page. */
static int collect(PopplerPage *page, unsigned int most, struct stack *ret_stack)
{
	GList *images = poppler_page_get_image_mapping(page), *item;
	struct stack stack = {.piece = calloc(IMAGES_MOST, sizeof(*stack.piece))};
	uint64_t pixels = 0;
	int err = stack.piece ? 0 : ZONG_EWORKER_MEMORY;

	for (item = images; item && stack.count < most && !err; item = item->next) {
		PopplerImageMapping *mapping = item->data;
		struct piece *piece = &stack.piece[stack.count];

		piece->area.x1 = fmin(mapping->area.x1, mapping->area.x2);
		piece->area.x2 = fmax(mapping->area.x1, mapping->area.x2);
		piece->area.y1 = fmin(mapping->area.y1, mapping->area.y2);
		piece->area.y2 = fmax(mapping->area.y1, mapping->area.y2);
		piece->surface = get_image(page, mapping->image_id);
		if (!piece->surface) {
			err = ZONG_ENOENT;
			break;
		}
		stack.count++;
		pixels += (uint64_t)cairo_image_surface_get_width(piece->surface) *
			  (uint64_t)cairo_image_surface_get_height(piece->surface);
		if (pixels > ZONG_LIMIT_PIXELS)
			err = ZONG_ENOENT;
	}
	poppler_page_free_image_mapping(images);
	if (!err && stack.count == 0)
		err = ZONG_ENOENT;
	if (err) {
		release_stack(&stack);
		return err;
	}
	qsort(stack.piece, stack.count, sizeof(*stack.piece), by_top);
	*ret_stack = stack;
	return 0;
}

/* poppler rounds the far edges of an image up to whole points; near edges are exact. */
static double extent(double size, double page)
{
	return fabs(size - page) <= 1 ? page : size;
}

static void note_dpi(const struct stack *stack, const struct zong_pdf_survey *survey, bool turned,
	float *ret_dpi_x, float *ret_dpi_y)
{
	const struct piece *first = &stack->piece[0], *last = &stack->piece[stack->count - 1];
	double width = cairo_image_surface_get_width(first->surface);
	double height = cairo_image_surface_get_height(first->surface);
	double across = extent(first->area.x2 - first->area.x1, survey->width);
	double down = extent(first->area.y2 - first->area.y1, survey->height);
	unsigned int i;

	if (stack->count > 1 && last->area.y1 > first->area.y1) {
		for (height = 0, i = 0; i + 1 < stack->count; i++)
			height += cairo_image_surface_get_height(stack->piece[i].surface);
		down = last->area.y1 - first->area.y1;
	}
	across = (turned ? height : width) / across * 72;
	down = (turned ? width : height) / down * 72;
	if (across >= 1 && across <= 1e5 && down >= 1 && down <= 1e5) {
		*ret_dpi_x = (float)across;
		*ret_dpi_y = (float)down;
	}
}

/* Strips lie one under the other: equally wide, without gaps, none over another. */
static int pile(const struct stack *stack, double down, struct zong_raster *ret_raster)
{
	const struct piece *first = &stack->piece[0];
	int width = cairo_image_surface_get_width(first->surface);
	uint64_t height = 0;
	unsigned int i;
	uint32_t y = 0;
	int err;

	for (i = 0; i < stack->count; i++) {
		const struct piece *piece = &stack->piece[i];
		double off = (piece->area.y1 - first->area.y1) * down - (double)height;

		if (cairo_image_surface_get_width(piece->surface) != width ||
			fabs(piece->area.x1 - first->area.x1) > 1 || fabs(off) > STRIP_OFF)
			return ZONG_ENOENT;
		height += (uint64_t)cairo_image_surface_get_height(piece->surface);
	}
	err = zong_raster_init(ret_raster, (uint32_t)width, (uint32_t)height, 3, 8);
	for (i = 0; i < stack->count && !err; i++) {
		zong_pdf_take_surface(ret_raster, stack->piece[i].surface, 0, y);
		y += (uint32_t)cairo_image_surface_get_height(stack->piece[i].surface);
	}
	return err;
}

static int settle(struct zong_raster *raster, const struct zong_pdf_survey *survey, bool one)
{
	unsigned int orientation = 1;
	double apart = 0;
	int err = find_orientation(raster, survey->small, &orientation, &apart);

	if (err)
		return err;
	if (apart > DIFFERENCE_MOST || (!one && orientation != 1))
		return ZONG_ENOENT;
	return zong_raster_orient(raster, orientation);
}

int zong_pdf_image(PopplerPage *page, const struct zong_pdf_survey *survey,
	struct zong_raster *ret_raster, float *ret_dpi_x, float *ret_dpi_y)
{
	struct zong_raster raster = ZONG_RASTER_INIT;
	struct stack stack = {0};
	const PopplerRectangle *area;
	bool plain, turned;
	int err;

	if (!survey->small || survey->images > IMAGES_MOST)
		return ZONG_ENOENT;
	plain = !survey->lines && survey->glyphs == 0 && survey->areas == survey->images;
	/* Of a page that has to be drawn only the fineness of its first image is wanted. */
	err = collect(page, plain ? IMAGES_MOST : 1, &stack);
	if (err)
		return err;
	area = &stack.piece[0].area;
	turned = stack.count == 1 &&
		 (cairo_image_surface_get_width(stack.piece[0].surface) >
			 cairo_image_surface_get_height(stack.piece[0].surface)) !=
			 (area->x2 - area->x1 > area->y2 - area->y1);
	note_dpi(&stack, survey, turned, ret_dpi_x, ret_dpi_y);
	/* An image much larger than the page is cut off by it. */
	err = plain && survey->cover < COVER_MOST ? 0 : ZONG_ENOENT;
	if (!err)
		err = pile(&stack, (double)*ret_dpi_y / 72, &raster);
	release_stack(&stack);
	if (!err)
		err = settle(&raster, survey, survey->images == 1);
	if (err) {
		zong_raster_release(&raster);
		return err == ZONG_EWORKER_MEMORY ? err : ZONG_ENOENT;
	}
	*ret_raster = raster;
	return 0;
}
