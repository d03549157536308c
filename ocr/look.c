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
	float waves[ZONG_LOOK_BITS];
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
	zong_look_waves_of_ink((const float(*)[WIDTH])cells, waves);
	zong_look_hash(waves, ret_look->hash);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			ret_look->cell[y][x] =
				level_of((double)cells[y][x] / (ground.cell * ground.cell));
}
