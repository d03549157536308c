/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_alike.h"

#define WIDTH 2480
#define HEIGHT 3508
#define WAVES 40

bool alike_is_drawn(const char *name)
{
	return strncmp(name, "photo-", 6) == 0 || strncmp(name, "plan-", 5) == 0;
}

static uint32_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

static uint32_t between(uint64_t *seed, uint32_t least, uint32_t most)
{
	return least + next(seed) % (most - least + 1);
}

static void fill(struct zong_raster *sheet, uint32_t left, uint32_t top, uint32_t width,
	uint32_t height, int grey)
{
	for (uint32_t y = top; y < top + height && y < HEIGHT; y++)
		for (uint32_t x = left; x < left + width && x < WIDTH; x++)
			zong_raster_row(sheet, y)[x] = (uint8_t)grey;
}

/* A photograph glued on a sheet, always at the same place: light and shade of many sizes, the larger the stronger. */
static void draw_photo(uint64_t *seed, struct zong_raster *sheet)
{
	double across[WAVES], down[WAVES], phase[WAVES], strength[WAVES];

	for (int i = 0; i < WAVES; i++) {
		double length = 2.0 + 60.0 * i / WAVES, angle = next(seed) % 6283 / 1000.0;

		across[i] = length * cos(angle) * 2 * M_PI / WIDTH;
		down[i] = length * sin(angle) * 2 * M_PI / WIDTH;
		phase[i] = next(seed) % 6283 / 1000.0;
		strength[i] = 70.0 / (1 + i / 4.0);
	}
	for (uint32_t y = 700; y < 2000; y++)
		for (uint32_t x = 350; x < 2130; x++) {
			double grey = 128;

			for (int i = 0; i < WAVES; i++)
				grey += strength[i] * cos(across[i] * x + down[i] * y + phase[i]);
			zong_raster_row(sheet, y)[x] = (uint8_t)fmin(fmax(grey, 10), 235);
		}
}

/* The plan of a flat: outer walls that are the same for all, inner walls, doors. */
static void draw_plan(uint64_t *seed, struct zong_raster *sheet)
{
	const uint32_t left = 400, top = 600, width = 1680, height = 2200, wall = 14;

	fill(sheet, left, top, width, wall, 20);
	fill(sheet, left, top + height, width, wall, 20);
	fill(sheet, left, top, wall, height, 20);
	fill(sheet, left + width, top, wall, height + wall, 20);
	for (int i = 0; i < 7; i++) {
		uint32_t x = left + between(seed, 1, 9) * width / 10;
		uint32_t y = top + between(seed, 1, 9) * height / 10;
		uint32_t length = between(seed, 3, 7);

		if (i % 2)
			fill(sheet, x, y, length * width / 20, wall, 30);
		else
			fill(sheet, x, y, wall, length * height / 20, 30);
		for (int step = 0; step < 90; step++) /* a door that opens */
			fill(sheet, x + (uint32_t)(120 * cos(step * M_PI / 180)),
				y + (uint32_t)(120 * sin(step * M_PI / 180)), 4, 4, 60);
	}
}

void alike_draw(const char *name, struct zong_raster *ret_sheet)
{
	uint64_t seed = UINT64_C(88172645463325252) +
			strtoull(strchr(name, '-') + 1, NULL, 10) * UINT64_C(2654435761);
	int i;

	if (zong_raster_init(ret_sheet, WIDTH, HEIGHT, 1, 8))
		abort();
	for (i = 0; i < 20; i++)
		next(&seed);
	if (name[1] == 'h')
		draw_photo(&seed, ret_sheet);
	else
		draw_plan(&seed, ret_sheet);
}
