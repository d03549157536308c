/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zong/look.h>

#define WIDTH ZONG_LOOK_WIDTH
#define HEIGHT ZONG_LOOK_HEIGHT

/* The hash is taken from a coarser grid. */
#define COARSE_WIDTH 24
#define COARSE_HEIGHT 32

struct wave {
	int across, down, length;
};

static int by_length(const void *a, const void *b)
{
	const struct wave *p = a, *q = b;

	if (p->length != q->length)
		return p->length - q->length;
	return p->across - q->across;
}

/* The lowest ones, but for the constant; the window is 5 wide and 7 high. */
static void choose_waves(struct wave ret_waves[ZONG_LOOK_BITS])
{
	struct wave all[COARSE_WIDTH * COARSE_WIDTH];
	size_t count = 0;
	int u, v;

	for (u = 0; u < COARSE_WIDTH; u++)
		for (v = 0; v < COARSE_WIDTH; v++)
			if (u || v)
				all[count++] = (struct wave){u, v, u * u * 49 + v * v * 25};
	qsort(all, count, sizeof(*all), by_length);
	memcpy(ret_waves, all, ZONG_LOOK_BITS * sizeof(*all));
}

static void pool(const float (*ink)[WIDTH], double coarse[COARSE_HEIGHT][COARSE_WIDTH])
{
	int x, y, i, j;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++) {
			double u = (x + 0.5) * COARSE_WIDTH / WIDTH - 0.5;
			double v = (y + 0.5) * COARSE_HEIGHT / HEIGHT - 0.5;
			int column = (int)floor(u), row = (int)floor(v);

			for (j = 0; j < 2; j++)
				for (i = 0; i < 2; i++) {
					double share = (i ? u - column : 1 - u + column) *
						       (j ? v - row : 1 - v + row);

					if (row + j < 0 || row + j >= COARSE_HEIGHT ||
						column + i < 0 || column + i >= COARSE_WIDTH)
						continue;
					coarse[row + j][column + i] += share * (double)ink[y][x];
				}
		}
	for (y = 0; y < COARSE_HEIGHT; y++)
		for (x = 0; x < COARSE_WIDTH; x++)
			coarse[y][x] = sqrt(coarse[y][x]);
}

void zong_look_waves_of_ink(const float ink[HEIGHT][WIDTH], float ret_waves[ZONG_LOOK_BITS])
{
	double coarse[COARSE_HEIGHT][COARSE_WIDTH] = {{0}};
	double rows[COARSE_HEIGHT][COARSE_WIDTH];
	struct wave wave[ZONG_LOOK_BITS];
	int x, y, u, i;

	pool(ink, coarse);
	for (y = 0; y < COARSE_HEIGHT; y++)
		for (u = 0; u < COARSE_WIDTH; u++) {
			rows[y][u] = 0;
			for (x = 0; x < COARSE_WIDTH; x++)
				rows[y][u] +=
					coarse[y][x] * cos(M_PI * (x + 0.5) * u / COARSE_WIDTH);
		}
	choose_waves(wave);
	for (i = 0; i < ZONG_LOOK_BITS; i++) {
		double sum = 0;

		for (y = 0; y < COARSE_HEIGHT; y++)
			sum += rows[y][wave[i].across] *
			       cos(M_PI * (y + 0.5) * wave[i].down / COARSE_HEIGHT);
		ret_waves[i] = (float)sum;
	}
}

void zong_look_hash(const float waves[ZONG_LOOK_BITS], uint8_t ret_hash[ZONG_LOOK_HASH])
{
	memset(ret_hash, 0, ZONG_LOOK_HASH);
	for (int i = 0; i < ZONG_LOOK_BITS; i++)
		if (waves[i] > 0)
			ret_hash[i / 8] |= (uint8_t)(1 << i % 8);
}

float zong_look_ink(uint8_t level)
{
	float root = (float)(level % ZONG_LOOK_LEVELS) / (ZONG_LOOK_LEVELS - 1);

	return (float)ZONG_LOOK_FULL * root * root;
}

void zong_look_waves(const struct zong_look *look, float ret_waves[ZONG_LOOK_BITS])
{
	float ink[HEIGHT][WIDTH];

	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			ink[y][x] = zong_look_ink(look->cell[y][x]);
	zong_look_waves_of_ink((const float(*)[WIDTH])ink, ret_waves);
}
