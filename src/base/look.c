/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zong/cleanup.h>
#include <zong/error.h>
#include <zong/look.h>

#define WIDTH ZONG_LOOK_WIDTH
#define HEIGHT ZONG_LOOK_HEIGHT
#define CELLS (WIDTH * HEIGHT)

/* ---- packing ---- */

struct halves {
	uint8_t *to;
	const uint8_t *from;
	size_t at, count;
};

static void put_half(struct halves *halves, unsigned int value)
{
	if (halves->at % 2 == 0)
		halves->to[halves->at / 2] = (uint8_t)(value << 4);
	else
		halves->to[halves->at / 2] |= (uint8_t)value;
	halves->at++;
}

static int take_half(struct halves *halves)
{
	int byte;

	if (halves->at >= halves->count)
		return -1;
	byte = halves->from[halves->at / 2];
	return halves->at++ % 2 == 0 ? byte >> 4 : byte & 15;
}

size_t zong_look_pack(const struct zong_look *look, uint8_t ret_bytes[ZONG_LOOK_PACKED])
{
	struct halves halves = {.to = ret_bytes + 1 + ZONG_LOOK_HASH};
	const uint8_t *cell = look->cell[0];
	size_t i = 0, run;

	ret_bytes[0] = ZONG_LOOK_VERSION;
	memcpy(ret_bytes + 1, look->hash, ZONG_LOOK_HASH);
	while (i < CELLS) {
		put_half(&halves, cell[i]);
		if (cell[i++])
			continue;
		for (run = 0; i < CELLS && !cell[i]; i++)
			run++;
		for (; run >= 15; run -= 15)
			put_half(&halves, 15);
		put_half(&halves, (unsigned int)run);
	}
	return 1 + ZONG_LOOK_HASH + (halves.at + 1) / 2;
}

/* Empty cells that follow the first one, or -1. */
static long take_run(struct halves *halves)
{
	long run = 0;
	int half;

	do {
		half = take_half(halves);
		if (half < 0 || run > CELLS)
			return -1;
		run += half;
	} while (half == 15);
	return run;
}

int zong_look_unpack(const uint8_t *bytes, size_t len, struct zong_look *ret_look)
{
	struct halves halves;
	uint8_t *cell = ret_look->cell[0];
	size_t i = 0;

	if (len < 1 + ZONG_LOOK_HASH || len > ZONG_LOOK_PACKED || bytes[0] != ZONG_LOOK_VERSION)
		return ZONG_ECORRUPT;
	halves = (struct halves){
		.from = bytes + 1 + ZONG_LOOK_HASH,
		.count = 2 * (len - 1 - ZONG_LOOK_HASH),
	};
	memcpy(ret_look->hash, bytes + 1, ZONG_LOOK_HASH);
	while (i < CELLS) {
		int half = take_half(&halves);
		long run = half == 0 ? take_run(&halves) : 0;

		if (half < 0 || run < 0 || i + 1 + (size_t)run > CELLS)
			return ZONG_ECORRUPT;
		cell[i++] = (uint8_t)half;
		memset(cell + i, 0, (size_t)run);
		i += (size_t)run;
	}
	if (halves.at % 2 && take_half(&halves) != 0)
		return ZONG_ECORRUPT;
	return halves.at == halves.count ? 0 : ZONG_ECORRUPT;
}

/* ---- comparing ---- */

unsigned int zong_look_bits_apart(const uint8_t a[ZONG_LOOK_HASH], const uint8_t b[ZONG_LOOK_HASH])
{
	unsigned int i, apart = 0;
	uint64_t x, y;

	for (i = 0; i < ZONG_LOOK_HASH; i += 8) {
		memcpy(&x, a + i, 8);
		memcpy(&y, b + i, 8);
		apart += (unsigned int)__builtin_popcountll(x ^ y);
	}
	return apart;
}

#define SHIFT 8	 /* cells, 12 mm: the middles of two scans of one sheet are nearer */
#define AROUND 6 /* cells to each side, 10 mm, in which ink is made equally dark */
#define SPOT 3	 /* cells, 4 mm: a character */
#define SPOT_STEP 2
#define SPOTS 8 /* the most different ones count; one may be dirt */
#define ONE_SIDED 0.15f
#define SHARED                                                                                     \
	0.7f /* of all ink must lie where both have some; of two scans of a sheet 0.95 and more does */
#define CELLS_LEAST 200 /* with ink, 25 characters; scans of ID cards have 1,600 */
#define PLACE 9		/* spots, 30 mm: a seal */
#define STRIKING 0.2f
#define SPOT_ROWS ((HEIGHT - SPOT) / SPOT_STEP + 1)
#define SPOT_COLUMNS ((WIDTH - SPOT) / SPOT_STEP + 1)
#define PAPER                                                                                      \
	0.08f /* ink a cell that is always thought to be there: in a nearly empty spot dust is nothing */
#define FIELD_PAPER 0.5f

typedef float grid[HEIGHT][WIDTH];
typedef float sums[HEIGHT + 1][WIDTH + 1]; /* of all cells above and to the left */

struct desk {
	grid a, b, moved, smooth;
	sums first, second, third;
	float spot[SPOT_ROWS][SPOT_COLUMNS];
};

static void to_ink(const struct zong_look *look, grid ink)
{
	float ink_of[ZONG_LOOK_LEVELS];
	int level, y, x;

	for (level = 0; level < ZONG_LOOK_LEVELS; level++)
		ink_of[level] = zong_look_ink((uint8_t)level);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			ink[y][x] = ink_of[look->cell[y][x] % ZONG_LOOK_LEVELS];
}

/* How far the profile @b must be moved to lie over @a, in parts of a cell. */
static float offset_of(const float *a, const float *b, int count)
{
	float error[2 * SHIFT + 1], sum_a = 0, sum_b = 0, gain, bend;
	int i, shift, best = -SHIFT;

	for (i = 0; i < count; i++) {
		sum_a += a[i];
		sum_b += b[i];
	}
	gain = sum_b > 0 ? sum_a / sum_b : 1;
	for (shift = -SHIFT; shift <= SHIFT; shift++) {
		float sum = 0;

		for (i = 0; i < count; i++) {
			bool outside = i + shift < 0 || i + shift >= count;
			float off = a[i] - (outside ? 0 : b[i + shift] * gain);

			sum += off * off;
		}
		error[shift + SHIFT] = sum;
		if (sum < error[best + SHIFT])
			best = shift;
	}
	if (best == -SHIFT || best == SHIFT)
		return (float)best;
	/* The bottom of the parabola through the best three. */
	bend = error[best - 1 + SHIFT] - 2 * error[best + SHIFT] + error[best + 1 + SHIFT];
	if (bend <= 0)
		return (float)best;
	return (float)best + 0.5f * (error[best - 1 + SHIFT] - error[best + 1 + SHIFT]) / bend;
}

static void offsets(const struct desk *desk, float *ret_x, float *ret_y)
{
	float columns[2][WIDTH] = {{0}}, rows[2][HEIGHT] = {{0}};
	int y, x;

	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++) {
			columns[0][x] += desk->a[y][x];
			columns[1][x] += desk->b[y][x];
			rows[0][y] += desk->a[y][x];
			rows[1][y] += desk->b[y][x];
		}
	*ret_x = offset_of(columns[0], columns[1], WIDTH);
	*ret_y = offset_of(rows[0], rows[1], HEIGHT);
}

static float at(const float (*ink)[WIDTH], int y, int x)
{
	return y < 0 || x < 0 || y >= HEIGHT || x >= WIDTH ? 0 : ink[y][x];
}

/* Moves b over a. Moving by parts of a cell blurs, so a is blurred as much. */
static void lay_over(struct desk *desk)
{
	float dx, dy, part_x, part_y, blur_x, blur_y;
	int whole_x, whole_y, y, x;

	offsets(desk, &dx, &dy);
	whole_x = (int)floorf(dx);
	whole_y = (int)floorf(dy);
	part_x = dx - (float)whole_x;
	part_y = dy - (float)whole_y;
	blur_x = part_x * (1 - part_x);
	blur_y = part_y * (1 - part_y);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++) {
			float above = (1 - part_x) * at(desk->b, y + whole_y, x + whole_x) +
				      part_x * at(desk->b, y + whole_y, x + whole_x + 1);
			float below = (1 - part_x) * at(desk->b, y + whole_y + 1, x + whole_x) +
				      part_x * at(desk->b, y + whole_y + 1, x + whole_x + 1);

			desk->moved[y][x] = (1 - part_y) * above + part_y * below;
			desk->smooth[y][x] =
				(1 - blur_x) * desk->a[y][x] +
				blur_x * 0.5f * (at(desk->a, y, x - 1) + at(desk->a, y, x + 1));
		}
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++)
			desk->a[y][x] =
				(1 - blur_y) * desk->smooth[y][x] +
				blur_y * 0.5f *
					(at(desk->smooth, y - 1, x) + at(desk->smooth, y + 1, x));
}

static void add_up(const float (*ink)[WIDTH], sums ret_sums)
{
	int y, x;

	for (x = 0; x <= WIDTH; x++)
		ret_sums[0][x] = 0;
	for (y = 0; y < HEIGHT; y++) {
		float row = 0;

		ret_sums[y + 1][0] = 0;
		for (x = 0; x < WIDTH; x++) {
			row += ink[y][x];
			ret_sums[y + 1][x + 1] = ret_sums[y][x + 1] + row;
		}
	}
}

static float sum_of(const float (*table)[WIDTH + 1], int top, int left, int bottom, int right)
{
	top = top < 0 ? 0 : top;
	left = left < 0 ? 0 : left;
	bottom = bottom > HEIGHT ? HEIGHT : bottom;
	right = right > WIDTH ? WIDTH : right;
	return table[bottom][right] - table[top][right] - table[bottom][left] + table[top][left];
}

/* Makes both equally dark all around each cell; a becomes the difference, moved the sum, b which way. */
static void subtract(struct desk *desk)
{
	int y, x;

	add_up(desk->a, desk->first);
	add_up(desk->moved, desk->second);
	for (y = 0; y < HEIGHT; y++)
		for (x = 0; x < WIDTH; x++) {
			int top = y - AROUND, left = x - AROUND;
			int bottom = y + AROUND + 1, right = x + AROUND + 1;
			float ink_a = sum_of(desk->first, top, left, bottom, right) + FIELD_PAPER;
			float ink_b = sum_of(desk->second, top, left, bottom, right) + FIELD_PAPER;
			float gain = ink_a / ink_b, a, b;

			gain = sqrtf(gain < 0.5f ? 0.5f : gain > 2 ? 2 : gain);
			a = desk->a[y][x] / gain;
			b = desk->moved[y][x] * gain;
			desk->a[y][x] = fabsf(a - b);
			desk->moved[y][x] = a + b;
			desk->b[y][x] = a - b;
		}
}

/* Is there ink on one of the two only? A pale seal, a photograph, the lines behind a certificate come through in one
 * scan and not in another. What was written instead of something else has left ink on both. */
static bool one_sided(float ink, float more)
{
	return ink - fabsf(more) < ONE_SIDED * (ink + fabsf(more));
}

/* Share of the ink in spots that have ink on both. */
static float measure_spots(struct desk *desk)
{
	float all = 0, shared = 0;
	int y, x;

	add_up(desk->a, desk->first);
	add_up(desk->moved, desk->second);
	add_up(desk->b, desk->third);
	for (y = 0; y < SPOT_ROWS; y++)
		for (x = 0; x < SPOT_COLUMNS; x++) {
			int top = y * SPOT_STEP, left = x * SPOT_STEP;
			int bottom = top + SPOT, right = left + SPOT;
			float off = sum_of(desk->first, top, left, bottom, right);
			float ink = sum_of(desk->second, top, left, bottom, right);
			float more = sum_of(desk->third, top, left, bottom, right);

			desk->spot[y][x] = 0;
			all += ink;
			if (one_sided(ink, more))
				continue;
			shared += ink;
			desk->spot[y][x] = off / (ink + PAPER * SPOT * SPOT);
		}
	return all > 0 ? shared / all : 0;
}

/* Blots out the square that differs most: a seal stands on one scan darker than on the other, a hand lay on the
 * glass, and that is one place. A form that was filled in with something else differs in many. */
static void forgive_one_place(struct desk *desk)
{
	int y, x, worst_y = 0, worst_x = 0;
	float worst = -1;

	memset(desk->first, 0, sizeof(desk->first));
	for (y = 0; y < SPOT_ROWS; y++) {
		float row = 0;

		for (x = 0; x < SPOT_COLUMNS; x++) {
			row += fmaxf(desk->spot[y][x] - STRIKING, 0);
			desk->first[y + 1][x + 1] = desk->first[y][x + 1] + row;
		}
	}
	for (y = 0; y < SPOT_ROWS; y++)
		for (x = 0; x < SPOT_COLUMNS; x++) {
			int bottom = y + PLACE > SPOT_ROWS ? SPOT_ROWS : y + PLACE;
			int right = x + PLACE > SPOT_COLUMNS ? SPOT_COLUMNS : x + PLACE;
			float sum = sum_of(desk->first, y, x, bottom, right);

			if (sum > worst) {
				worst = sum;
				worst_y = y;
				worst_x = x;
			}
		}
	for (y = worst_y; y < SPOT_ROWS && y < worst_y + PLACE; y++)
		for (x = worst_x; x < SPOT_COLUMNS && x < worst_x + PLACE; x++)
			desk->spot[y][x] = 0;
}

static float worst_spots(const struct desk *desk)
{
	float worst[SPOTS] = {0}, sum = 0;
	int y, x, i;

	for (y = 0; y < SPOT_ROWS; y++)
		for (x = 0; x < SPOT_COLUMNS; x++)
			for (i = 0; i < SPOTS && desk->spot[y][x] > worst[i]; i++) {
				if (i > 0)
					worst[i - 1] = worst[i];
				worst[i] = desk->spot[y][x];
			}
	for (i = 0; i < SPOTS; i++)
		sum += worst[i];
	return sum / SPOTS;
}

/* Is there so little writing that many sheets look like that? */
static bool says_little(const struct zong_look *look)
{
	const uint8_t *cell = look->cell[0];
	int count = 0;

	for (size_t i = 0; i < CELLS; i++)
		count += cell[i] > 0;
	return count < CELLS_LEAST;
}

int zong_look_differ(const struct zong_look *a, const struct zong_look *b, float *ret_difference)
{
	_cleanup_free_ struct desk *desk = NULL;

	if (says_little(a) || says_little(b)) {
		*ret_difference = 1;
		return 0;
	}
	desk = malloc(sizeof(*desk));
	if (!desk)
		return ZONG_ENOMEM;
	to_ink(a, desk->a);
	to_ink(b, desk->b);
	lay_over(desk);
	subtract(desk);
	if (measure_spots(desk) < SHARED) {
		*ret_difference = 1;
		return 0;
	}
	forgive_one_place(desk);
	*ret_difference = worst_spots(desk);
	return 0;
}
