/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mkscan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the page bends down into the spine ---- */

struct bend {
	double spine;  /* x of the spine */
	double reach;  /* how far from it the paper rises, pixels; negative to the left */
	double height; /* at the spine, pixels */
};

static double bend_at(const struct bend *bend, double x)
{
	double t = 1 - (x - bend->spine) / bend->reach;

	return t > 0 ? bend->height * t * t : 0;
}

static struct mkscan_point bend_point(struct mkscan_point at, const void *data)
{
	return (struct mkscan_point){at.x, at.y + bend_at(data, at.x)};
}

/* Row @y of the bent page: each sample comes from higher up, between two rows. */
static void bend_row(const struct mkscan_image *image, uint32_t y, const double *drop, uint8_t *row)
{
	size_t line = (size_t)image->width * image->samples;

	for (uint32_t x = 0; x < image->width; x++) {
		double from = fmax(0, y - drop[x]);
		size_t above = (size_t)from;
		size_t below = above + 1 < image->height ? above + 1 : above;
		double part = from - (double)above;

		for (unsigned s = 0; s < image->samples; s++) {
			size_t at = (size_t)x * image->samples + s;

			row[at] = mkscan_clamp(image->pixels[above * line + at] * (1 - part) +
					       image->pixels[below * line + at] * part);
		}
	}
}

int mkscan_warp_curve(
	struct mkscan_image *image, double strength, bool right, struct mkscan_record *record)
{
	struct bend bend = {
		.spine = right ? image->width : 0,
		.reach = (right ? -0.45 : 0.45) * image->width,
		.height = strength * 18 / 25.4 * image->dpi,
	};
	size_t line = (size_t)image->width * image->samples;
	uint8_t *bent = malloc(line * image->height);
	double *drop = malloc(image->width * sizeof(*drop));

	if (!bent || !drop) {
		free(bent);
		free(drop);
		return -ENOMEM;
	}
	for (uint32_t x = 0; x < image->width; x++)
		drop[x] = bend_at(&bend, x);
	for (uint32_t y = 0; y < image->height; y++)
		bend_row(image, y, drop, bent + y * line);
	free(drop);
	free(image->pixels);
	image->pixels = bent;
	mkscan_record_move(record, bend_point, &bend);
	return 0;
}

/* ---- an edge is cut off ---- */

struct window {
	uint32_t left, top, width, height;
};

static struct mkscan_point window_point(struct mkscan_point at, const void *data)
{
	const struct window *window = data;

	return (struct mkscan_point){at.x - window->left, at.y - window->top};
}

static uint32_t within(double value, uint32_t most)
{
	return value <= 0 ? 0 : value >= most ? most : (uint32_t)value;
}

void mkscan_warp_cut(struct mkscan_image *image, double strength, struct mkscan_rng *rng,
	struct mkscan_record *record)
{
	double deep = strength * 26 / 72 * image->dpi, margin = MKSCAN_MARGIN / 72 * image->dpi;
	struct mkscan_point low = {margin, margin};
	struct mkscan_point high = {image->width - margin, image->height - margin};
	struct window window = {.width = image->width, .height = image->height};
	size_t bytes;

	if (record)
		mkscan_record_extent(record, &low, &high);
	switch (isfinite(low.x) ? mkscan_rng_below(rng, 4) : 4) {
	case 0:
		window.left = within(low.x + deep, image->width / 3 * 2);
		window.width -= window.left;
		break;
	case 1:
		window.width -= within(image->width - high.x + deep, image->width / 3 * 2);
		break;
	case 2:
		window.top = within(low.y + deep, image->height / 3 * 2);
		window.height -= window.top;
		break;
	case 3:
		window.height -= within(image->height - high.y + deep, image->height / 3 * 2);
		break;
	default: /* an empty page */
		window.width -= within(margin, image->width / 3);
	}
	bytes = (size_t)window.width * image->samples;
	for (uint32_t y = 0; y < window.height; y++)
		memmove(image->pixels + y * bytes,
			image->pixels + ((size_t)(y + window.top) * image->width + window.left) *
						image->samples,
			bytes);
	image->width = window.width;
	image->height = window.height;
	mkscan_record_move(record, window_point, &window);
}

/* ---- the page lies sideways or upside down ---- */

struct turn {
	double width, height; /* before */
	unsigned degrees;
};

static struct mkscan_point turn_point(struct mkscan_point at, const void *data)
{
	const struct turn *turn = data;

	if (turn->degrees == 90)
		return (struct mkscan_point){turn->height - at.y, at.x};
	if (turn->degrees == 180)
		return (struct mkscan_point){turn->width - at.x, turn->height - at.y};
	return (struct mkscan_point){at.y, turn->width - at.x};
}

int mkscan_warp_turn(struct mkscan_image *image, unsigned degrees, struct mkscan_record *record)
{
	struct turn turn = {image->width, image->height, degrees};
	uint32_t width = degrees == 180 ? image->width : image->height;
	uint32_t height = degrees == 180 ? image->height : image->width;
	unsigned samples = image->samples;
	const uint8_t *from = image->pixels;
	uint8_t *turned;

	if (!degrees)
		return 0;
	turned = malloc((size_t)width * height * samples);
	if (!turned)
		return -ENOMEM;
	for (uint32_t y = 0; y < image->height; y++) {
		for (uint32_t x = 0; x < image->width; x++, from += samples) {
			/* The middle of a pixel goes to the middle of a pixel. */
			struct mkscan_point to =
				turn_point((struct mkscan_point){x + 0.5, y + 0.5}, &turn);

			memcpy(turned + ((size_t)to.y * width + (size_t)to.x) * samples, from,
				samples);
		}
	}
	free(image->pixels);
	image->pixels = turned;
	image->width = width;
	image->height = height;
	mkscan_record_move(record, turn_point, &turn);
	return 0;
}
