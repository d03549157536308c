/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a pixel is black: a little above the middle, as scanners are set, so that thin strokes
 * live. */
enum { THRESHOLD = 150 };

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

				*at = chance < specks
					      ? (salt ? 255 : 20)
					      : mkscan_clamp(*at * light * tone + bell * grain);
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

/* One damage with its own random numbers; 0 if it is not asked for. */
static double begin(
	const struct mkscan_ageing *ageing, enum mkscan_harm harm, struct mkscan_rng *rng)
{
	mkscan_harm_rng(rng, harm, ageing->seed, ageing->page);
	return ageing->harms.strength[harm];
}

/* The paper: its toner, and how it lies on the glass. */
static int harm_paper(const struct mkscan_ageing *ageing, struct mkscan_image *image,
	struct mkscan_record *record)
{
	struct mkscan_rng rng;
	double strength = begin(ageing, MKSCAN_FADED, &rng);
	bool right;
	int err = strength > 0 ? mkscan_light_fade(image, strength, &rng) : 0;

	/* One spine for the curve and the shadow. */
	strength = begin(ageing, MKSCAN_CURVE, &rng);
	right = mkscan_rng_below(&rng, 2);
	if (!err && strength > 0)
		err = mkscan_warp_curve(image, strength, right, record);
	strength = begin(ageing, MKSCAN_SHADOW, &rng);
	if (strength > 0)
		mkscan_light_shadow(image, strength, right, &rng);
	strength = begin(ageing, MKSCAN_BORDER, &rng);
	if (strength > 0)
		mkscan_light_border(image, strength, &rng);
	return err;
}

/* The scanner: its lens and its lamp. */
static int harm_light(const struct mkscan_ageing *ageing, struct mkscan_image *image)
{
	struct mkscan_rng rng;
	double strength = begin(ageing, MKSCAN_BLUR, &rng);
	int err = strength > 0 ? mkscan_light_blur(image, strength) : 0;

	strength = begin(ageing, MKSCAN_DARK, &rng);
	if (strength > 0)
		mkscan_light_dark(image, strength, &rng);
	strength = begin(ageing, MKSCAN_BRIGHT, &rng);
	if (strength > 0)
		mkscan_light_bright(image, strength);
	strength = begin(ageing, MKSCAN_LOWCONTRAST, &rng);
	if (strength > 0)
		mkscan_light_flatten(image, strength, &rng);
	return err;
}

/* What the program that scanned made of it. */
static int harm_file(const struct mkscan_ageing *ageing, struct mkscan_image *image,
	struct mkscan_record *record)
{
	struct mkscan_rng rng;
	double strength = begin(ageing, MKSCAN_CUT, &rng);
	int err = 0;

	if (strength > 0)
		mkscan_warp_cut(image, strength, &rng, record);
	strength = begin(ageing, MKSCAN_JPEGPASS, &rng);
	if (strength > 0)
		err = mkscan_jpeg_pass(image, (int)strength);
	if (!err)
		err = mkscan_warp_turn(image, ageing->turn, record);
	return err;
}

static int add_noise(struct mkscan_image *image, double noise, struct mkscan_rng *rng)
{
	int err = blur(image, fmin(1, 0.4 + noise));

	age(image, noise, rng);
	dust(image, noise, rng);
	return err;
}

int mkscan_damage(cairo_surface_t *surface, const struct mkscan_ageing *ageing,
	struct mkscan_rng *rng, struct mkscan_record *record, struct mkscan_image *ret_image)
{
	struct mkscan_image image = {
		.width = (uint32_t)cairo_image_surface_get_width(surface),
		.height = (uint32_t)cairo_image_surface_get_height(surface),
		.samples = ageing->colour == MKSCAN_RGB ? 3 : 1,
		.bilevel = ageing->colour == MKSCAN_BILEVEL,
		.dpi = ageing->dpi,
	};
	size_t size = (size_t)image.width * image.height * image.samples;
	int err;

	image.pixels = malloc(size);
	if (!image.pixels)
		return -ENOMEM;
	cairo_surface_flush(surface);
	take_pixels(surface, &image);
	err = harm_paper(ageing, &image, record);
	if (!err)
		err = harm_light(ageing, &image);
	if (!err && ageing->noise > 0)
		err = add_noise(&image, ageing->noise, rng);
	if (!err)
		err = harm_file(ageing, &image, record);
	if (err) {
		free(image.pixels);
		return err;
	}
	size = (size_t)image.width * image.height * image.samples;
	for (size_t i = 0; image.bilevel && i < size; i++)
		image.pixels[i] = image.pixels[i] < THRESHOLD ? 0 : 255;
	*ret_image = image;
	return 0;
}
