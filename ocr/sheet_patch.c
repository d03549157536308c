/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Patch T, by the widths of its bars along many parallel lines across it. The narrow bar is the unit, whatever
 * the resolution; the page tells roughly how large it may be. */
#include <math.h>
#include <stdlib.h>

#include <allheaders.h>

#include <zong/error.h>

#include "sheet.h"

#define RUNS (2 * ZONG_PATCH_BARS - 1)
#define UNITS (ZONG_PATCH_WIDTH / ZONG_PATCH_NARROW)
#define WIDE (ZONG_PATCH_WIDE / ZONG_PATCH_NARROW)
#define NARROW_LEAST                                                                               \
	0.5 /* of a unit: bars grow in dark scans and spaces shrink, or the other way round */
#define NARROW_MOST 1.5
#define WIDE_LEAST 1.9
#define WIDE_MOST 3.2
#define QUIET 1.5	/* units of white on both sides */
#define UNIT_PIXELS 4.0 /* with fewer, widths cannot be told */
#define SIDE_LEAST 56.0 /* units in the shorter side: A5 printed at 130 % ... */
#define SIDE_MOST 210.0 /* ... to A3 printed at 70 % */
#define PLACE 0.35	/* of the page: no further from its edge */
#define LENGTH                                                                                     \
	18.0 /* units along the bars that must show it: 36 mm of the 50 that a patch has at least */
#define SHARE 0.6  /* of the lines there */
#define SLOPE 0.15 /* of a page that lies askew: 8.5 degrees */
#define SPECK 800  /* runs shorter than this part of the shorter side are dust */
#define CONTRAST 64

/* The page seen along columns or rows: pixel p of line n is bytes[n * next + p * step]. */
struct lines {
	const uint8_t *bytes; /* 1: dark */
	size_t step, next;
	int length, count;
	double side; /* the shorter one of the page */
};

struct run {
	int at, len;
};

/* -- dark and light -- */

static int threshold_of(const uint8_t *grey, size_t count)
{
	size_t histogram[256] = {0}, sum = 0;
	int dark = -1, light = -1;

	for (size_t i = 0; i < count; i++)
		histogram[grey[i]]++;
	for (int level = 0; level < 256; level++) {
		sum += histogram[level];
		if (dark < 0 && sum * 200 >= count)
			dark = level;
		if (light < 0 && sum * 2 >= count)
			light = level;
	}
	return light - dark < CONTRAST ? 0 : (dark + light) / 2;
}

static uint8_t *darkness_of(PIX *grey, size_t width, size_t height)
{
	uint8_t *bytes = malloc(width * height);
	int threshold;

	if (!bytes)
		return NULL;
	for (size_t y = 0; y < height; y++) {
		const l_uint32 *row = pixGetData(grey) + y * (size_t)pixGetWpl(grey);

		for (size_t x = 0; x < width; x++)
			bytes[y * width + x] = (uint8_t)GET_DATA_BYTE(row, x);
	}
	threshold = threshold_of(bytes, width * height);
	for (size_t i = 0; i < width * height; i++)
		bytes[i] = bytes[i] < threshold;
	return bytes;
}

/* -- one line -- */

/* Runs of one darkness, the first one light; what is short counts as what is around it. */
static size_t find_runs(const struct lines *lines, int line, struct run *runs)
{
	const uint8_t *at = lines->bytes + (size_t)line * lines->next;
	int least = (int)(lines->side / SPECK) + 1;
	size_t count = 1;
	int p = 0;

	runs[0] = (struct run){0, 0};
	while (p < lines->length) {
		bool dark = at[(size_t)p * lines->step];
		int end = p + 1;

		while (end < lines->length && at[(size_t)end * lines->step] == dark)
			end++;
		if (end - p < least || dark == (count % 2 == 0))
			runs[count - 1].len += end - p;
		else
			runs[count++] = (struct run){p, end - p};
		p = end;
	}
	return count;
}

static bool within(double value, double least, double most)
{
	return value >= least && value <= most;
}

/* The seven runs from @run on, which is dark: bars of the widths of a Patch T, @first_wide that of its reverse. */
static bool is_pattern(const struct run *run, bool first_wide, double unit)
{
	for (int i = 0; i < RUNS; i++) {
		bool wide = i % 2 == 0 && (i / 2 % 2 == 0) == first_wide;

		if (!(wide ? within(run[i].len, WIDE_LEAST * unit, WIDE_MOST * unit)
			   : within(run[i].len, NARROW_LEAST * unit, NARROW_MOST * unit)))
			return false;
	}
	return true;
}

/* Is there a Patch T from run @i on? Read from the nearer edge. */
static bool is_patch(const struct lines *lines, const struct run *runs, size_t i, size_t count)
{
	const struct run *run = runs + i;
	double total = run[RUNS - 1].at + run[RUNS - 1].len - run->at;
	double unit = total / UNITS, middle = run->at + total / 2;
	double before = run[-1].len;
	double after = i + RUNS < count ? run[RUNS].len : lines->length - (run->at + total);

	if (unit < UNIT_PIXELS || !within(lines->side / unit, SIDE_LEAST, SIDE_MOST))
		return false;
	if (before < QUIET * unit || after < QUIET * unit)
		return false;
	if (middle <= PLACE * lines->length)
		return is_pattern(run, false, unit);
	return middle >= (1 - PLACE) * lines->length && is_pattern(run, true, unit);
}

/* -- many lines -- */

/* Patterns that go on from line to line. */
struct band {
	int first, last, at, hits;
	double unit;
};

struct search {
	struct band *band;
	size_t bands, room;
	double spacing; /* pixels between lines looked at */
};

static bool is_long(const struct band *band, double spacing)
{
	int lines = band->last - band->first + 1;

	return (band->last - band->first) * spacing >= LENGTH * band->unit &&
	       band->hits >= SHARE * lines;
}

/* Adds a pattern at line @line (counted among those looked at); *ret_found: a band is long enough. */
static int add_hit(struct search *search, int line, const struct run *run, bool *ret_found)
{
	double unit = (run[RUNS - 1].at + run[RUNS - 1].len - run->at) / UNITS;
	struct band *grown;

	for (size_t i = 0; i < search->bands; i++) {
		struct band *band = &search->band[i];
		double gap = (line - band->last) * search->spacing;

		if (gap > 3 * unit || gap <= 0 || fabs(unit - band->unit) > 0.25 * unit ||
			abs(run->at - band->at) > gap * SLOPE + 0.5 * unit)
			continue;
		band->last = line;
		band->at = run->at;
		band->hits++;
		*ret_found = is_long(band, search->spacing);
		return 0;
	}
	if (search->bands == search->room) {
		search->room = search->room ? 2 * search->room : 16;
		grown = reallocarray(search->band, search->room, sizeof(*grown));
		if (!grown)
			return ZONG_EWORKER_MEMORY;
		search->band = grown;
	}
	search->band[search->bands++] =
		(struct band){.first = line, .last = line, .at = run->at, .hits = 1, .unit = unit};
	return 0;
}

static int search_lines(const struct lines *lines, bool *ret_found)
{
	struct run *runs = malloc(((size_t)lines->length + 2) * sizeof(*runs));
	int step = (int)(lines->side / SIDE_MOST) + 1; /* about one a millimetre */
	struct search search = {.spacing = step};
	int err = runs ? 0 : ZONG_EWORKER_MEMORY;

	for (int n = 0; !err && !*ret_found && n * step < lines->count; n++) {
		size_t count = find_runs(lines, n * step, runs);

		for (size_t i = 1; i + RUNS <= count && !err && !*ret_found; i += 2)
			if (is_patch(lines, runs, i, count))
				err = add_hit(&search, n, runs + i, ret_found);
	}
	free(search.band);
	free(runs);
	return err;
}

int zong_sheet_patch(PIX *grey, bool *ret_patch)
{
	int width = pixGetWidth(grey), height = pixGetHeight(grey);
	uint8_t *bytes = darkness_of(grey, (size_t)width, (size_t)height);
	struct lines columns = {.bytes = bytes,
		.step = (size_t)width,
		.next = 1,
		.length = height,
		.count = width,
		.side = width < height ? width : height};
	struct lines rows = {.bytes = bytes,
		.step = 1,
		.next = (size_t)width,
		.length = width,
		.count = height,
		.side = columns.side};
	int err = bytes ? 0 : ZONG_EWORKER_MEMORY;

	*ret_patch = false;
	if (!err)
		err = search_lines(&columns, ret_patch);
	if (!err && !*ret_patch)
		err = search_lines(&rows, ret_patch);
	free(bytes);
	return err;
}
