/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <allheaders.h>

#include <zong/error.h>

#include "cell.h"
#include "table.h"

/* All in heights of the usual letter. */
#define ACROSS 2.0	/* a ruled line is longer; strokes of letters are shorter */
#define DOWN 1.4	/* the same, of lines that go down */
#define THICK 0.3	/* and not thicker */
#define BRIDGE 0.5	/* a line is made longer at both ends, to meet the next */
#define CELL_LEAST 1.0	/* width and height of a cell */
#define TABLE_NEAR 0.5	/* cells of one table are not farther apart */
#define CELLS_MOST 2000 /* of a page; a photograph of a net has any number */
#define TABLE_CELLS 4	/* a table has so many cells */
#define FULL 0.65	/* of its box that a cell fills: an L is none */

struct grid {
	PIX *walls;   /* 1 bit: ruled lines, half size */
	PIXA *pieces; /* what they shut in */
	BOXA *boxes;
	double glyph; /* in it */
};

static int odd(double value)
{
	return (int)value | 1;
}

/* Of @lines only what is thin, or would be but for what crosses it. */
static PIX *keep_thin(PIX *lines, int thick, bool across)
{
	PIX *blocks =
		across ? pixOpenBrick(NULL, lines, 1, thick) : pixOpenBrick(NULL, lines, thick, 1);
	PIX *thin = blocks ? pixSubtract(NULL, lines, blocks) : NULL;

	pixDestroy(&blocks);
	return thin;
}

static PIX *find_lines(PIX *ink, double glyph, bool across)
{
	int least = odd((across ? ACROSS : DOWN) * glyph);
	int bridge = odd(2 * BRIDGE * glyph), thick = (int)(THICK * glyph) + 2;
	PIX *lines = across ? pixOpenBrick(NULL, ink, least, 1) : pixOpenBrick(NULL, ink, 1, least);
	PIX *thin = lines ? keep_thin(lines, thick, across) : NULL;
	PIX *longer = NULL;

	if (thin)
		longer = across ? pixDilateBrick(NULL, thin, bridge, 3)
				: pixDilateBrick(NULL, thin, 3, bridge);
	pixDestroy(&lines);
	pixDestroy(&thin);
	return longer;
}

/* Half as large as @pix, any ink in four pixels is ink: lines that are not quite level hold. */
static PIX *ink_of(PIX *pix)
{
	PIX *ink = pixGetDepth(pix) == 1 ? pixClone(pix) : NULL, *half;

	if (!ink && pixOtsuAdaptiveThreshold(pix, 400, 400, 1, 1, 0.1f, NULL, &ink) != 0)
		return NULL;
	half = pixReduceRankBinary2(ink, 1, NULL);
	pixDestroy(&ink);
	return half;
}

static int find_grid(PIX *pix, double glyph, struct grid *ret_grid)
{
	struct grid grid = {.glyph = glyph / 2};
	PIX *ink = ink_of(pix);
	PIX *across = ink ? find_lines(ink, grid.glyph, true) : NULL;
	PIX *down = across ? find_lines(ink, grid.glyph, false) : NULL;
	PIX *inside = NULL;

	grid.walls = down ? pixOr(NULL, across, down) : NULL;
	inside = grid.walls ? pixInvert(NULL, grid.walls) : NULL;
	grid.boxes = inside ? pixConnComp(inside, &grid.pieces, 4) : NULL;
	pixDestroy(&ink);
	pixDestroy(&across);
	pixDestroy(&down);
	pixDestroy(&inside);
	*ret_grid = grid;
	return grid.boxes ? 0 : ZONG_EWORKER_MEMORY;
}

static void release_grid(struct grid *grid)
{
	pixDestroy(&grid->walls);
	pixaDestroy(&grid->pieces);
	boxaDestroy(&grid->boxes);
}

/* -- which of them are cells -- */

struct piece {
	int which; /* of the grid's pieces */
	struct zong_strip at;
	size_t table;
};

static bool is_within(const struct zong_strip *small, const struct zong_strip *large)
{
	return small->left >= large->left && small->right <= large->right &&
	       small->top >= large->top && small->bottom <= large->bottom;
}

static bool may_be_cell(const struct grid *grid, int i, struct zong_strip *ret_at)
{
	int width = pixGetWidth(grid->walls), height = pixGetHeight(grid->walls);
	double least = CELL_LEAST * grid->glyph;
	PIX *piece;
	l_int32 x, y, w, h, area = 0;

	boxaGetBoxGeometry(grid->boxes, i, &x, &y, &w, &h);
	if (x == 0 || y == 0 || x + w == width || y + h == height || w < least || h < least)
		return false;
	piece = pixaGetPix(grid->pieces, i, L_CLONE);
	pixCountPixels(piece, &area, NULL);
	pixDestroy(&piece);
	*ret_at = (struct zong_strip){x, y, x + w, y + h};
	return area >= FULL * w * h;
}

/* What has another inside is the frame of a page. Returns how many are left. */
static size_t drop_frames(struct piece *piece, size_t count)
{
	size_t i, j, kept = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < count; j++)
			if (i != j && is_within(&piece[j].at, &piece[i].at))
				break;
		piece[i].table = j == count;
	}
	for (i = 0; i < count; i++)
		if (piece[i].table)
			piece[kept++] = piece[i];
	return kept;
}

static bool are_near(const struct zong_strip *a, const struct zong_strip *b, double near)
{
	return a->left - b->right <= near && b->left - a->right <= near &&
	       a->top - b->bottom <= near && b->top - a->bottom <= near;
}

/* Numbers tables from 1; cells of one with too few get 0. */
static void group(struct piece *piece, size_t count, double near, size_t *queue)
{
	size_t tables = 0, i, j;

	for (i = 0; i < count; i++)
		piece[i].table = SIZE_MAX;
	for (i = 0; i < count; i++) {
		size_t head = 0, tail = 0;

		if (piece[i].table != SIZE_MAX)
			continue;
		piece[i].table = ++tables;
		for (queue[tail++] = i; head < tail; head++)
			for (j = 0; j < count; j++)
				if (piece[j].table == SIZE_MAX &&
					are_near(&piece[queue[head]].at, &piece[j].at, near)) {
					piece[j].table = tables;
					queue[tail++] = j;
				}
		if (tail >= TABLE_CELLS)
			continue;
		for (j = 0; j < tail; j++)
			piece[queue[j]].table = 0;
		tables--;
	}
}

static int by_place(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;

	if (one->table != other->table)
		return one->table < other->table ? -1 : 1;
	return one->at.top != other->at.top ? one->at.top - other->at.top
					    : one->at.left - other->at.left;
}

static int by_left(const void *a, const void *b)
{
	const struct piece *one = a, *other = b;

	return one->at.left - other->at.left;
}

static int lower(const struct zong_strip *a, const struct zong_strip *b)
{
	int one = a->bottom - a->top, other = b->bottom - b->top;

	return one < other ? one : other;
}

/* Rows of cells that begin at about the same height, each from left to right. */
static void put_in_order(struct piece *piece, size_t count)
{
	size_t i, end;

	qsort(piece, count, sizeof(*piece), by_place);
	for (i = 0; i < count; i = end) {
		for (end = i + 1; end < count && piece[end].table == piece[i].table; end++)
			if (piece[end].at.top >
				piece[i].at.top + lower(&piece[i].at, &piece[end].at) / 2)
				break;
		qsort(&piece[i], end - i, sizeof(*piece), by_left);
	}
}

/* The cells of tables in reading order. */
static size_t find_pieces(const struct grid *grid, struct piece *piece, size_t *queue)
{
	size_t count = 0, kept = 0, i;
	int j;

	for (j = 0; j < boxaGetCount(grid->boxes) && count < CELLS_MOST; j++)
		if (may_be_cell(grid, j, &piece[count].at))
			piece[count++].which = j;
	count = drop_frames(piece, count);
	group(piece, count, TABLE_NEAR * grid->glyph, queue);
	for (i = 0; i < count; i++)
		if (piece[i].table)
			piece[kept++] = piece[i];
	put_in_order(piece, kept);
	return kept;
}

/* -- their pictures -- */

static void grow(struct zong_strip *all, const struct zong_strip *cell)
{
	if (all->right == 0) {
		*all = *cell;
		return;
	}
	all->left = cell->left < all->left ? cell->left : all->left;
	all->top = cell->top < all->top ? cell->top : all->top;
	all->right = cell->right > all->right ? cell->right : all->right;
	all->bottom = cell->bottom > all->bottom ? cell->bottom : all->bottom;
}

static int take_cell(PIX *pix, const struct grid *grid, const struct piece *piece, double contrast,
	struct zong_table *table)
{
	PIX *shape = pixaGetPix(grid->pieces, piece->which, L_CLONE);
	struct zong_strip at = {
		2 * piece->at.left, 2 * piece->at.top, 2 * piece->at.right, 2 * piece->at.bottom};
	struct zong_cell *cell = &table->cell[table->cells];
	int err = shape ? zong_cell_cut(pix, shape, &at, 2 * grid->glyph, contrast, cell)
			: ZONG_EWORKER_MEMORY;

	pixDestroy(&shape);
	if (err || !cell->pix)
		return err;
	cell->table = &table->all[piece->table];
	grow(&table->all[piece->table], &at);
	table->cells++;
	return 0;
}

/* The page with cells and the lines between them gone: lines reach no farther than a letter. */
static PIX *without(PIX *pix, const struct grid *grid, const struct piece *piece, size_t count)
{
	PIX *gone = pixCreateTemplate(grid->walls), *wide, *mask, *rest;
	int reach = odd(2 * TABLE_NEAR * grid->glyph) + 2;
	size_t i;

	for (i = 0; gone && i < count; i++)
		pixRasterop(gone, piece[i].at.left, piece[i].at.top,
			piece[i].at.right - piece[i].at.left, piece[i].at.bottom - piece[i].at.top,
			PIX_SET, NULL, 0, 0);
	wide = gone ? pixDilateBrick(NULL, gone, reach, reach) : NULL;
	if (wide) {
		pixAnd(wide, wide, grid->walls);
		pixOr(gone, gone, wide);
	}
	mask = wide ? pixExpandReplicate(gone, 2) : NULL;
	rest = mask ? pixGetDepth(pix) == 1 ? pixConvert1To8(NULL, pix, 255, 0) : pixCopy(NULL, pix)
		    : NULL;
	if (rest)
		zong_cell_blot(rest, mask);
	pixDestroy(&gone);
	pixDestroy(&wide);
	pixDestroy(&mask);
	return rest;
}

int zong_table_find(
	struct Pix *pix, double glyph, struct zong_arena *arena, struct zong_table *ret_table)
{
	struct piece *piece = zong_arena_calloc(arena, CELLS_MOST, sizeof(*piece));
	size_t *queue = zong_arena_calloc(arena, CELLS_MOST, sizeof(*queue));
	struct zong_table table = {0};
	struct grid grid = {0};
	double contrast = 0;
	size_t count = 0, i;
	int err = piece && queue ? find_grid(pix, glyph, &grid) : ZONG_EWORKER_MEMORY;

	if (!err)
		count = find_pieces(&grid, piece, queue);
	if (count > 0) {
		table.cell = zong_arena_calloc(arena, count, sizeof(*table.cell));
		table.all = zong_arena_calloc(arena, count + 1, sizeof(*table.all));
		err = table.cell && table.all ? 0 : ZONG_EWORKER_MEMORY;
		contrast = zong_cell_contrast(pix);
	}
	for (i = 0; i < count && !err; i++)
		err = take_cell(pix, &grid, &piece[i], contrast, &table);
	if (!err && table.cells > 0) {
		table.rest = without(pix, &grid, piece, count);
		err = table.rest ? 0 : ZONG_EWORKER_MEMORY;
	}
	release_grid(&grid);
	if (err)
		zong_table_release(&table);
	*ret_table = table;
	return err;
}

void zong_table_release(struct zong_table *table)
{
	size_t i;

	for (i = 0; i < table->cells; i++)
		pixDestroy(&table->cell[i].pix);
	pixDestroy(&table->rest);
	*table = (struct zong_table){0};
}
