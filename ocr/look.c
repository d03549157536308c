/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include "look.h"

#define WIDTH ZONG_LOOK_WIDTH
#define HEIGHT ZONG_LOOK_HEIGHT
#define WRITING_LEAST 0.75 /* millimetres of the longer side of a piece; smaller is dust */
#define WRITING_MOST 11.0  /* larger is a rule, a frame, a picture */
#define DASH 4.0	   /* a longer piece ... */
#define DASH_ASPECT 5	   /* ... so many times as long as thick is part of a rule */
#define EDGE 3.0	   /* millimetres: shadows */
#define PIXELS_LEAST 100
#define SKEW_CONFIDENCE 2.0f

/* The hash is taken from a coarser grid. */
#define COARSE_WIDTH 24
#define COARSE_HEIGHT 32

struct ground {
	double sine, cosine; /* of the page's angle */
	double cell;	     /* pixels */
	double x, y;	     /* the middle of the writing, in cells */
	double pixels;
	float (*ink)[WIDTH]; /* pixels of ink in each cell; NULL: only count */
};

static void add_pixel(struct ground *ground, double x, double y)
{
	double u = (x * ground->cosine - y * ground->sine) / ground->cell;
	double v = (x * ground->sine + y * ground->cosine) / ground->cell;
	float left, top;
	int column, row;

	if (!ground->ink) {
		ground->x += u;
		ground->y += v;
		ground->pixels++;
		return;
	}
	u += WIDTH / 2.0 - 0.5 - ground->x;
	v += HEIGHT / 2.0 - 0.5 - ground->y;
	column = (int)floor(u);
	row = (int)floor(v);
	if (column < 0 || row < 0 || column >= WIDTH - 1 || row >= HEIGHT - 1)
		return;
	/* Shared out among the four cells around it, so that a small shift changes little. */
	left = 1 - (float)(u - column);
	top = 1 - (float)(v - row);
	ground->ink[row][column] += left * top;
	ground->ink[row][column + 1] += (1 - left) * top;
	ground->ink[row + 1][column] += left * (1 - top);
	ground->ink[row + 1][column + 1] += (1 - left) * (1 - top);
}

static void add_piece(struct ground *ground, PIX *piece, int left, int top)
{
	int height = pixGetHeight(piece), words = pixGetWpl(piece), y, i;
	const l_uint32 *line = pixGetData(piece);

	for (y = 0; y < height; y++, line += words)
		for (i = 0; i < words; i++) {
			l_uint32 word = line[i];

			while (word) {
				int bit = __builtin_clz(word);

				word &= ~(0x80000000u >> bit);
				add_pixel(ground, left + i * 32 + bit + 0.5, top + y + 0.5);
			}
		}
}

/* Neither dust, nor a rule or a frame or a part of one that came through in dashes, nor a picture, nor a shadow. */
static bool is_writing(PIX *ink, double mm, int x, int y, int w, int h)
{
	int longer = w > h ? w : h, shorter = w > h ? h : w;

	if (longer < WRITING_LEAST * mm || longer > WRITING_MOST * mm)
		return false;
	if (longer > DASH * mm && longer > DASH_ASPECT * shorter)
		return false;
	return x >= EDGE * mm && y >= EDGE * mm && x + w <= pixGetWidth(ink) - EDGE * mm &&
	       y + h <= pixGetHeight(ink) - EDGE * mm;
}

static void add_writing(struct ground *ground, PIX *ink, PIXA *pieces)
{
	double mm = ground->cell / ZONG_LOOK_CELL;
	int i, count = pixaGetCount(pieces);

	for (i = 0; i < count; i++) {
		l_int32 x, y, w, h;
		PIX *piece;

		pixaGetBoxGeometry(pieces, i, &x, &y, &w, &h);
		if (!is_writing(ink, mm, x, y, w, h))
			continue;
		piece = pixaGetPix(pieces, i, L_CLONE);
		if (piece)
			add_piece(ground, piece, x, y);
		pixDestroy(&piece);
	}
}

/* ---- the hash ---- */

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

static void hash(const float (*ink)[WIDTH], uint8_t ret_hash[ZONG_LOOK_HASH])
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
	memset(ret_hash, 0, ZONG_LOOK_HASH);
	for (i = 0; i < ZONG_LOOK_BITS; i++) {
		double sum = 0;

		for (y = 0; y < COARSE_HEIGHT; y++)
			sum += rows[y][wave[i].across] *
			       cos(M_PI * (y + 0.5) * wave[i].down / COARSE_HEIGHT);
		if (sum > 0)
			ret_hash[i / 8] |= (uint8_t)(1 << i % 8);
	}
}

static uint8_t level_of(double ink)
{
	double root = sqrt(ink / ZONG_LOOK_FULL) * (ZONG_LOOK_LEVELS - 1);

	return root >= ZONG_LOOK_LEVELS - 1 ? ZONG_LOOK_LEVELS - 1 : (uint8_t)(root + 0.5);
}

static double angle_of(PIX *ink)
{
	l_float32 degrees = 0, confidence = 0;

	if (pixFindSkewSweepAndSearch(ink, &degrees, &confidence, 4, 2, 5, 1, 0.02f) != 0 ||
		confidence < SKEW_CONFIDENCE)
		return 0;
	return (double)degrees * M_PI / 180;
}

void zong_look_make(PIX *ink, PIXA *pieces, double dpi, bool *ret_any, struct zong_look *ret_look)
{
	float cells[HEIGHT][WIDTH] = {{0}};
	double angle = angle_of(ink);
	struct ground ground = {
		.sine = sin(angle),
		.cosine = cos(angle),
		.cell = dpi / 25.4 * ZONG_LOOK_CELL,
	};
	int x, y;

	add_writing(&ground, ink, pieces);
	*ret_any = ground.pixels >= PIXELS_LEAST;
	if (!*ret_any)
		return;
	ground.x /= ground.pixels;
	ground.y /= ground.pixels;
	ground.ink = cells;
	add_writing(&ground, ink, pieces);
	hash(cells, ret_look->hash);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			ret_look->cell[y][x] =
				level_of((double)cells[y][x] / (ground.cell * ground.cell));
}
