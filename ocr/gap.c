/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdbool.h>

#include <allheaders.h>

#include <zong/error.h>

#include "gap.h"

#define WIDE 1.3   /* of the usual letter; spread letters of a label (姓 名) stand closer */
#define PALE 0.35  /* of the contrast of the strip; the pattern of the paper is paler, the letters of a label are not */
#define SPECK 0.15 /* of the usual letter; smaller is dust */
#define EDGE 0.15  /* of the usual letter, around a part */
#define FLAT 0.5   /* of the usual letter: a row of letters is no lower, */
#define TALL 1.6   /* and no higher: a photograph is, or two rows */
#define SPLIT 0.12 /* of the usual letter; rows that are nearer are one: the parts of a letter */

/* What is dark in it, without dust. */
static PIX *ink_of(PIX *part, double glyph)
{
	int least = (int)(SPECK * glyph) + 1;
	l_uint32 paper = 255, ink = 0;
	PIX *dark, *clean;

	if (pixGetDepth(part) == 1) {
		dark = pixClone(part);
	} else {
		pixGetRankValue(part, 1, 0.5f, &paper);
		pixGetRankValue(part, 1, 0.01f, &ink);
		dark = pixThresholdToBinary(
			part, (l_int32)((double)paper - PALE * ((double)paper - (double)ink)));
	}
	clean = dark ? pixSelectBySize(
			       dark, least, least, 8, L_SELECT_IF_EITHER, L_SELECT_IF_GTE, NULL)
		     : NULL;
	pixDestroy(&dark);
	return clean;
}

/* Closes one part at column @end of the strip. False: there are too many. */
static bool close_part(const struct zong_strip *strip, int first, int end, int edge,
	struct zong_strip *parts, size_t *count)
{
	struct zong_strip *part = &parts[*count];

	if (*count == ZONG_GAP_PARTS)
		return false;
	*part = *strip;
	part->left = strip->left + (first > edge ? first - edge : 0);
	part->right = strip->left + end + edge;
	if (part->right > strip->right)
		part->right = strip->right;
	(*count)++;
	return true;
}

static bool part_columns(NUMA *columns, const struct zong_strip *strip, double glyph,
	struct zong_strip *parts, size_t *count)
{
	int width = numaGetCount(columns), edge = (int)(EDGE * glyph), x, first = -1, last = -1;
	l_int32 ink;

	for (x = 0; x < width; x++) {
		if (numaGetIValue(columns, x, &ink) != 0 || ink == 0)
			continue;
		if (first >= 0 && x - last > WIDE * glyph) {
			if (!close_part(strip, first, last + 1, edge, parts, count))
				return false;
			first = x;
		}
		if (first < 0)
			first = x;
		last = x;
	}
	return first < 0 || close_part(strip, first, last + 1, edge, parts, count);
}

/* What rows belong together, and how much ink stands there. */
struct rows {
	int first, end;
	double ink;
};

static bool is_letters(const struct rows *rows, double glyph)
{
	int height = rows->end - rows->first;

	return height >= FLAT * glyph && height <= TALL * glyph;
}

static struct rows heaviest(NUMA *counts, double glyph)
{
	struct rows best = {0}, rows = {.first = -1};
	int y, height = numaGetCount(counts);
	l_int32 ink;

	for (y = 0; y <= height; y++) {
		ink = 0;
		if (y < height)
			numaGetIValue(counts, y, &ink);
		if (ink > 0) {
			if (rows.first < 0)
				rows = (struct rows){.first = y};
			rows.end = y + 1;
			rows.ink += ink;
		} else if (rows.first >= 0 && (y == height || y - rows.end > SPLIT * glyph)) {
			if (is_letters(&rows, glyph) && rows.ink > best.ink)
				best = rows;
			rows.first = -1;
		}
	}
	return best;
}

/* Parts as high as their letters; one that is no row of letters goes, if others are. */
static void fit_rows(PIX *ink, const struct zong_strip *strip, double glyph,
	struct zong_strip *parts, size_t *count)
{
	struct rows rows[ZONG_GAP_PARTS];
	size_t i, good = 0, kept = 0;
	int edge = (int)(EDGE * glyph) + 1;

	for (i = 0; i < *count; i++) {
		const struct zong_strip columns = {.left = parts[i].left - strip->left,
			.right = parts[i].right - strip->left,
			.bottom = pixGetHeight(ink)};
		PIX *piece = zong_strip_clip(ink, &columns);
		NUMA *counts = piece ? pixCountPixelsByRow(piece, NULL) : NULL;

		rows[i] = counts ? heaviest(counts, glyph) : (struct rows){0};
		good += rows[i].ink > 0;
		numaDestroy(&counts);
		pixDestroy(&piece);
	}
	for (i = 0; good > 0 && i < *count; i++) {
		if (rows[i].ink <= 0)
			continue;
		parts[kept] = parts[i];
		parts[kept].top = strip->top + (rows[i].first > edge ? rows[i].first - edge : 0);
		parts[kept].bottom = strip->top + rows[i].end + edge;
		if (parts[kept].bottom > strip->bottom)
			parts[kept].bottom = strip->bottom;
		kept++;
	}
	if (good > 0)
		*count = kept;
}

int zong_gap_part(struct Pix *pix, const struct zong_strip *strip, double glyph,
	struct zong_strip ret_parts[ZONG_GAP_PARTS], size_t *ret_count)
{
	PIX *part = zong_strip_clip(pix, strip), *ink = part ? ink_of(part, glyph) : NULL;
	NUMA *columns = ink ? pixCountPixelsByColumn(ink) : NULL;
	int err = columns ? 0 : ZONG_EWORKER_MEMORY;

	*ret_count = 0;
	if (columns && !part_columns(columns, strip, glyph, ret_parts, ret_count))
		*ret_count = 0;
	if (!err)
		fit_rows(ink, strip, glyph, ret_parts, ret_count);
	numaDestroy(&columns);
	pixDestroy(&ink);
	pixDestroy(&part);
	return err;
}
