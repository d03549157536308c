/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a pixel is black: a little above the middle, as scanners are set, so that thin strokes
 * live. */
enum { THRESHOLD = 150 };

static uint8_t clamp(double value)
{
	return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5);
}

static void take_pixels(cairo_surface_t *surface, struct mkscan_image *image)
{
	const uint8_t *data = cairo_image_surface_get_data(surface);
	size_t stride = (size_t)cairo_image_surface_get_stride(surface);
	uint8_t *out = image->pixels;

	for (uint32_t y = 0; y < image->height; y++) {
		const uint32_t *row = (const void *)(data + y * stride);

		for (uint32_t x = 0; x < image->width; x++) {
			unsigned r = (row[x] >> 16) & 255, g = (row[x] >> 8) & 255,
				 b = row[x] & 255;

			if (image->samples == 3) {
				*out++ = (uint8_t)r;
				*out++ = (uint8_t)g;
				*out++ = (uint8_t)b;
			} else {
				*out++ = (uint8_t)((r * 299 + g * 587 + b * 114 + 500) / 1000);
			}
		}
	}
}

/* The optics: every sample becomes partly the mean of its neighbours. In place, two rows kept. */
static int blur(struct mkscan_image *image, double weight)
{
	size_t step = image->samples, line = (size_t)image->width * step;
	uint8_t *above = malloc(line), *here = malloc(line);
	unsigned part = (unsigned)(weight * 256);

	if (!above || !here || image->height < 3) {
		free(above);
		free(here);
		return image->height < 3 ? 0 : -ENOMEM;
	}
	memcpy(above, image->pixels, line);
	for (uint32_t y = 1; y + 1 < image->height; y++) {
		uint8_t *row = image->pixels + y * line;
		const uint8_t *below = row + line;
		uint8_t *swap;

		memcpy(here, row, line);
		for (size_t i = step; i + step < line; i++) {
			unsigned sum = above[i - step] + 2u * above[i] + above[i + step] +
				       2u * here[i - step] + 4u * here[i] + 2u * here[i + step] +
				       below[i - step] + 2u * below[i] + below[i + step];

			row[i] =
				(uint8_t)((here[i] * (256 - part) * 16 + sum * part + 2048) / 4096);
		}
		swap = above;
		above = here;
		here = swap;
	}
	free(above);
	free(here);
	return 0;
}

/* Old paper is darker than white, yellowish, and unevenly lit: two broad waves and a fold's shade.
 */
struct background {
	double wave_x, wave_y, phase_x, phase_y, depth, tone[3];
};

static void background_init(struct background *ground, struct mkscan_rng *rng, double noise)
{
	ground->wave_x = mkscan_rng_between(rng, 1.0, 4.0);
	ground->wave_y = mkscan_rng_between(rng, 1.0, 4.0);
	ground->phase_x = mkscan_rng_between(rng, 0, 2 * M_PI);
	ground->phase_y = mkscan_rng_between(rng, 0, 2 * M_PI);
	ground->depth = 0.10 * noise;
	ground->tone[0] = 1 - 0.06 * noise;
	ground->tone[1] = 1 - 0.09 * noise;
	ground->tone[2] = 1 - 0.18 * noise;
}

static void age(struct mkscan_image *image, double noise, struct mkscan_rng *rng)
{
	struct background ground;
	/* Specks are few even on bad copies; of 2^16. */
	uint32_t specks = (uint32_t)(noise * noise * 160);
	double grain = 22 * noise;
	uint8_t *at = image->pixels;

	background_init(&ground, rng, noise);
	for (uint32_t y = 0; y < image->height; y++) {
		double shade_y = sin(ground.phase_y + ground.wave_y * y / image->height);

		for (uint32_t x = 0; x < image->width; x++) {
			double shade_x = sin(ground.phase_x + ground.wave_x * x / image->width);
			double light = 1 - ground.depth * (1 + 0.5 * (shade_x + shade_y));
			uint64_t bits = mkscan_rng_next(rng);
			/* Three uniform numbers added are close enough to a bell. */
			double bell = ((bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255)) /
					      382.5 -
				      1;
			uint32_t chance = (uint32_t)(bits >> 24) & 0xffff;
			bool salt = (bits >> 41) & 1;

			for (unsigned s = 0; s < image->samples; s++, at++) {
				double tone = image->samples == 3 ? ground.tone[s] : ground.tone[1];

				*at = chance < specks ? (salt ? 255 : 20)
						      : clamp(*at * light * tone + bell * grain);
			}
		}
	}
}

/* Dust on the glass: round dark spots of a tenth of a millimetre or two, a few on each sheet. */
static void dust(struct mkscan_image *image, double noise, struct mkscan_rng *rng)
{
	unsigned spots = mkscan_rng_below(rng, (uint32_t)(60 * noise) + 1);

	for (unsigned i = 0; i < spots; i++) {
		int radius = (int)(mkscan_rng_between(rng, 0.05, 0.2) / 25.4 * image->dpi + 0.5);
		int cx = (int)mkscan_rng_below(rng, image->width);
		int cy = (int)mkscan_rng_below(rng, image->height);
		uint8_t dark = (uint8_t)(40 + mkscan_rng_below(rng, 90));

		for (int y = cy - radius; y <= cy + radius; y++) {
			for (int x = cx - radius; x <= cx + radius; x++) {
				size_t at = ((size_t)y * image->width + (size_t)x) * image->samples;
				bool outside = x < 0 || y < 0 || x >= (int)image->width ||
					       y >= (int)image->height;

				if (outside ||
					(x - cx) * (x - cx) + (y - cy) * (y - cy) > radius * radius)
					continue;
				for (unsigned s = 0; s < image->samples; s++) {
					if (image->pixels[at + s] > dark)
						image->pixels[at + s] = dark;
				}
			}
		}
	}
}

int mkscan_damage(cairo_surface_t *surface, enum mkscan_colour colour, double noise, unsigned dpi,
	struct mkscan_rng *rng, struct mkscan_image *ret_image)
{
	struct mkscan_image image = {
		.width = (uint32_t)cairo_image_surface_get_width(surface),
		.height = (uint32_t)cairo_image_surface_get_height(surface),
		.samples = colour == MKSCAN_RGB ? 3 : 1,
		.bilevel = colour == MKSCAN_BILEVEL,
		.dpi = dpi,
	};
	size_t size = (size_t)image.width * image.height * image.samples;
	int err = 0;

	image.pixels = malloc(size);
	if (!image.pixels)
		return -ENOMEM;
	cairo_surface_flush(surface);
	take_pixels(surface, &image);
	if (noise > 0) {
		err = blur(&image, fmin(1, 0.4 + noise));
		age(&image, noise, rng);
		dust(&image, noise, rng);
	}
	if (err) {
		free(image.pixels);
		return err;
	}
	for (size_t i = 0; image.bilevel && i < size; i++)
		image.pixels[i] = image.pixels[i] < THRESHOLD ? 0 : 255;
	*ret_image = image;
	return 0;
}
