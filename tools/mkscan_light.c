/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double points(const struct mkscan_image *image, double millimetres)
{
	return millimetres / 25.4 * image->dpi;
}

/* ---- clouds: numbers from 0 to 1 that change smoothly over the page ---- */

struct clouds {
	double cell; /* pixels between two random numbers */
	size_t width;
	float *grid;
};

static int clouds_init(struct clouds *clouds, const struct mkscan_image *image, double millimetres,
	struct mkscan_rng *rng)
{
	size_t height;

	clouds->cell = fmax(1, points(image, millimetres));
	clouds->width = (size_t)(image->width / clouds->cell) + 2;
	height = (size_t)(image->height / clouds->cell) + 2;
	clouds->grid = malloc(clouds->width * height * sizeof(*clouds->grid));
	if (!clouds->grid)
		return -ENOMEM;
	for (size_t i = 0; i < clouds->width * height; i++)
		clouds->grid[i] = (float)mkscan_rng_between(rng, 0, 1);
	return 0;
}

static double clouds_at(const struct clouds *clouds, uint32_t x, uint32_t y)
{
	double column = x / clouds->cell, row = y / clouds->cell;
	size_t left = (size_t)column, top = (size_t)row;
	const float *at = clouds->grid + top * clouds->width + left;
	double dx = column - (double)left, dy = row - (double)top;

	return (at[0] * (1 - dx) + at[1] * dx) * (1 - dy) +
	       (at[clouds->width] * (1 - dx) + at[clouds->width + 1] * dx) * dy;
}

/* ---- the toner is weak ---- */

/* Toner lies in patches, runs out in streaks, and strokes break where a grain of it is missing. */
int mkscan_light_fade(struct mkscan_image *image, double strength, struct mkscan_rng *rng)
{
	struct clouds patches = {0}, grains = {0};
	uint8_t *at = image->pixels;
	int err = clouds_init(&patches, image, 14, rng);

	if (!err)
		err = clouds_init(&grains, image, 0.17, rng);
	for (uint32_t y = 0; !err && y < image->height; y++) {
		for (uint32_t x = 0; x < image->width; x++) {
			double thin = strength * (0.55 + 0.6 * clouds_at(&patches, x, y));
			/* From all toner to none over a quarter of the range. */
			double gap = (clouds_at(&grains, x, y) - 1 + 0.75 * thin) * 4;
			double left = (1 - 0.55 * thin) * (1 - fmin(0.85, fmax(0, gap)));

			for (unsigned s = 0; s < image->samples; s++, at++)
				*at = mkscan_clamp(255 - (255 - *at) * left);
		}
	}
	free(patches.grid);
	free(grains.grid);
	return err;
}

/* ---- the scanner ---- */

void mkscan_light_shadow(
	struct mkscan_image *image, double strength, bool right, struct mkscan_rng *rng)
{
	double reach = points(image, 14 + 22 * strength), gutter = points(image, 4 * strength);
	double lean = mkscan_rng_between(rng, -0.004, 0.004);
	uint8_t *at = image->pixels;

	for (uint32_t y = 0; y < image->height; y++) {
		for (uint32_t x = 0; x < image->width; x++) {
			double from = (right ? image->width - 1 - x : x) + lean * y;
			double light =
				from < gutter ? 0.04
					      : 1 - (0.5 + 0.45 * strength) *
								exp(-2.6 * (from - gutter) / reach);

			for (unsigned s = 0; s < image->samples; s++, at++)
				*at = mkscan_clamp(*at * light);
		}
	}
}

/* The sheet is smaller than the glass and the lid is black; no edge is quite straight. */
void mkscan_light_border(struct mkscan_image *image, double strength, struct mkscan_rng *rng)
{
	double most = points(image, 2 + 9 * strength), edge[8];
	uint8_t *at = image->pixels;

	for (int i = 0; i < 8; i++)
		edge[i] = mkscan_rng_between(rng, 0.25, 1) * most;
	for (uint32_t y = 0; y < image->height; y++) {
		double down = y / (double)image->height;
		double left = edge[0] + (edge[1] - edge[0]) * down;
		double right = image->width - edge[2] - (edge[3] - edge[2]) * down;

		for (uint32_t x = 0; x < image->width; x++) {
			double across = x / (double)image->width;
			double top = edge[4] + (edge[5] - edge[4]) * across;
			double bottom = image->height - edge[6] - (edge[7] - edge[6]) * across;
			bool outside = x < left || x >= right || y < top || y >= bottom;

			for (unsigned s = 0; s < image->samples; s++, at++) {
				if (outside)
					*at = (uint8_t)(12 + mkscan_rng_below(rng, 14));
			}
		}
	}
}

enum { TAPS_MAX = 64 };

static unsigned bell(double sigma, unsigned taps[TAPS_MAX + 1])
{
	unsigned reach = (unsigned)fmin(TAPS_MAX, ceil(2.5 * sigma));
	double sum = 0;

	for (int i = -(int)reach; i <= (int)reach; i++)
		sum += exp(-i * i / (2 * sigma * sigma));
	for (unsigned i = 0; i <= reach; i++)
		taps[i] = (unsigned)(exp(-(double)i * i / (2 * sigma * sigma)) / sum * 65536 + 0.5);
	return reach;
}

/* Along @count samples that lie @step apart. @line: room for them and @reach more at either end. */
static void blur_line(uint8_t *samples, size_t count, size_t step, const unsigned *taps,
	unsigned reach, uint8_t *line)
{
	for (size_t i = 0; i < count; i++)
		line[reach + i] = samples[i * step];
	memset(line, samples[0], reach);
	memset(line + reach + count, samples[(count - 1) * step], reach);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *at = line + reach + i;
		unsigned sum = at[0] * taps[0] + 32768;

		for (unsigned k = 1; k <= reach; k++)
			sum += (at[k] + *(at - k)) * taps[k];
		samples[i * step] = sum >> 16 > 255 ? 255 : (uint8_t)(sum >> 16);
	}
}

/* The paper did not lie flat on the glass. */
int mkscan_light_blur(struct mkscan_image *image, double strength)
{
	unsigned taps[TAPS_MAX + 1];
	/* In black and white nothing is left of a thin stroke that is blurred further. */
	double wide = points(image, image->bilevel ? 0.17 * strength : 0.3 * strength);
	unsigned reach = bell(fmax(0.3, wide), taps);
	size_t longer = image->width > image->height ? image->width : image->height;
	size_t row = (size_t)image->width * image->samples;
	uint8_t *line = malloc(longer + 2 * (size_t)reach);

	if (!line)
		return -ENOMEM;
	for (uint32_t y = 0; y < image->height; y++) {
		for (unsigned s = 0; s < image->samples; s++)
			blur_line(image->pixels + y * row + s, image->width, image->samples, taps,
				reach, line);
	}
	for (size_t i = 0; i < row; i++)
		blur_line(image->pixels + i, image->height, row, taps, reach, line);
	free(line);
	return 0;
}

/* Too little light: the paper is grey, and strokes run together where the copier saw black. */
void mkscan_light_dark(struct mkscan_image *image, double strength, struct mkscan_rng *rng)
{
	/* A bilevel scanner would have given a black page; one that gave text was set just so. */
	double white = image->bilevel ? 1 - 0.36 * strength : 1 - 0.8 * strength;
	double wave = mkscan_rng_between(rng, 1, 4), phase = mkscan_rng_between(rng, 0, 2 * M_PI);
	uint8_t *at = image->pixels;

	for (uint32_t y = 0; y < image->height; y++) {
		double light = white * (1 + 0.06 * sin(phase + wave * y / image->height));

		for (uint32_t x = 0; x < image->width; x++) {
			double grain =
				mkscan_rng_between(rng, -1, 1) + mkscan_rng_between(rng, -1, 1);

			for (unsigned s = 0; s < image->samples; s++, at++)
				*at = mkscan_clamp(*at * light + grain * 14 * strength);
		}
	}
}

/* Too much light: thin strokes are washed out. */
void mkscan_light_bright(struct mkscan_image *image, double strength)
{
	double ink = image->bilevel ? 1 - 0.5 * strength : 1 - 0.9 * strength;
	size_t size = (size_t)image->width * image->height * image->samples;

	for (size_t i = 0; i < size; i++)
		image->pixels[i] = mkscan_clamp(262 - (255 - image->pixels[i]) * ink);
}

/* Grey on grey. */
void mkscan_light_flatten(struct mkscan_image *image, double strength, struct mkscan_rng *rng)
{
	double range = 1 - (image->bilevel ? 0.95 : 0.85) * strength,
	       middle = image->bilevel ? 150 : 165;
	uint8_t *at = image->pixels;

	for (size_t i = 0; i < (size_t)image->width * image->height; i++) {
		double grain = mkscan_rng_between(rng, -1, 1) + mkscan_rng_between(rng, -1, 1);

		for (unsigned s = 0; s < image->samples; s++, at++)
			*at = mkscan_clamp(
				middle + (*at - 140) * range +
				grain * (image->bilevel ? 8 + 30 * strength : 6 + 20 * strength));
	}
}
