/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <zong/error.h>
#include <zong/look.h>

static struct zong_look look, other;
static uint8_t packed[ZONG_LOOK_PACKED];

static uint32_t number;

static unsigned int next(void)
{
	number = number * 1664525 + 1013904223;
	return number >> 16;
}

/* Something like lines of characters. */
static void write_on(struct zong_look *page, uint32_t seed)
{
	int x, y;

	number = seed;
	memset(page, 0, sizeof(*page));
	for (y = 20; y < 160; y += 5)
		for (x = 15; x < 110; x++) {
			page->cell[y][x] = (uint8_t)(2 + next() % 8);
			page->cell[y + 1][x] = (uint8_t)(2 + next() % 8);
		}
	for (x = 0; x < ZONG_LOOK_HASH; x++)
		page->hash[x] = (uint8_t)next();
}

static void a_look_comes_back_as_it_was_packed(void **state)
{
	size_t len, dense;
	int x;

	(void)state;
	write_on(&look, 1);
	len = zong_look_pack(&look, packed);
	assert_int_equal(zong_look_unpack(packed, len, &other), 0);
	assert_memory_equal(&other, &look, sizeof(look));
	memset(&look.cell, 0, sizeof(look.cell));
	len = zong_look_pack(&look, packed);
	assert_true(len < 1000);
	assert_int_equal(zong_look_unpack(packed, len, &other), 0);
	assert_memory_equal(&other, &look, sizeof(look));
	/* the longest: every other cell empty */
	for (x = 0; x < ZONG_LOOK_WIDTH * ZONG_LOOK_HEIGHT; x++)
		look.cell[x / ZONG_LOOK_WIDTH][x % ZONG_LOOK_WIDTH] = x % 2 ? 15 : 0;
	dense = zong_look_pack(&look, packed);
	assert_true(dense <= ZONG_LOOK_PACKED);
	assert_int_equal(zong_look_unpack(packed, dense, &other), 0);
	assert_memory_equal(&other, &look, sizeof(look));
}

static void what_is_no_look_is_refused(void **state)
{
	size_t len, i;

	(void)state;
	write_on(&look, 2);
	len = zong_look_pack(&look, packed);
	for (i = 0; i < len; i++)
		assert_int_equal(zong_look_unpack(packed, i, &other), ZONG_ECORRUPT);
	packed[len] = 0;
	assert_int_equal(zong_look_unpack(packed, len + 1, &other), ZONG_ECORRUPT);
	packed[0]++;
	assert_int_equal(zong_look_unpack(packed, len, &other), ZONG_ECORRUPT);
	memset(packed, 0xff, sizeof(packed));
	packed[0] = ZONG_LOOK_VERSION;
	assert_int_equal(zong_look_unpack(packed, sizeof(packed), &other), ZONG_ECORRUPT);
	/* a run longer than the page */
	memset(packed + 1 + ZONG_LOOK_HASH, 0x0f, 1);
	assert_int_equal(zong_look_unpack(packed, sizeof(packed), &other), ZONG_ECORRUPT);
}

static void bits_apart_are_counted(void **state)
{
	uint8_t a[ZONG_LOOK_HASH] = {0}, b[ZONG_LOOK_HASH] = {0};

	(void)state;
	assert_int_equal(zong_look_bits_apart(a, b), 0);
	b[0] = 0x81;
	b[31] = 7;
	assert_int_equal(zong_look_bits_apart(a, b), 5);
	memset(b, 0xff, sizeof(b));
	assert_int_equal(zong_look_bits_apart(a, b), ZONG_LOOK_BITS);
}

static void a_page_moved_by_some_millimetres_is_the_same(void **state)
{
	float apart;

	(void)state;
	write_on(&look, 3);
	assert_int_equal(zong_look_differ(&look, &look, &apart), 0);
	assert_true(apart < 0.001f);
	memset(&other, 0, sizeof(other));
	memcpy(&other.cell[3][2], &look.cell[0][0], sizeof(look.cell) - 3 * ZONG_LOOK_WIDTH - 2);
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart < 0.01f);
}

static void other_writing_in_many_places_is_another_page(void **state)
{
	float apart;
	int x, line;

	(void)state;
	write_on(&look, 4);
	other = look;
	for (line = 0; line < 28; line += 4)
		for (x = 30; x < 45; x++) {
			other.cell[20 + 5 * line][x] = (uint8_t)(1 + next() % 14);
			other.cell[21 + 5 * line][x] = (uint8_t)(1 + next() % 14);
		}
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart > ZONG_LOOK_SAME);
	write_on(&other, 5);
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart > 0.3f);
}

static void one_place_is_forgiven(void **state)
{
	float apart;
	int x, y;

	(void)state;
	write_on(&look, 6);
	other = look;
	for (y = 100; y < 114; y++)
		for (x = 60; x < 74; x++)
			other.cell[y][x] = (uint8_t)(next() % 15);
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart <= ZONG_LOOK_SAME);
}

static void where_little_stands_nothing_is_alike(void **state)
{
	float apart;
	int x;

	(void)state;
	memset(&look, 0, sizeof(look));
	other = look;
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart >= 1);
	/* the number of a page */
	for (x = 0; x < 30; x++)
		look.cell[170 + x % 3][60 + x / 3] = 7;
	assert_int_equal(zong_look_differ(&look, &look, &apart), 0);
	assert_true(apart >= 1);
	write_on(&other, 7);
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart >= 1);
	assert_int_equal(zong_look_differ(&other, &look, &apart), 0);
	assert_true(apart >= 1);
}

static void a_page_with_a_third_of_the_writing_is_another(void **state)
{
	float apart;

	(void)state;
	write_on(&look, 8);
	other = look;
	memset(other.cell[65], 0, (ZONG_LOOK_HEIGHT - 65) * ZONG_LOOK_WIDTH);
	assert_int_equal(zong_look_differ(&look, &other, &apart), 0);
	assert_true(apart >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_comes_back_as_it_was_packed),
		cmocka_unit_test(what_is_no_look_is_refused),
		cmocka_unit_test(bits_apart_are_counted),
		cmocka_unit_test(a_page_moved_by_some_millimetres_is_the_same),
		cmocka_unit_test(other_writing_in_many_places_is_another_page),
		cmocka_unit_test(one_place_is_forgiven),
		cmocka_unit_test(where_little_stands_nothing_is_alike),
		cmocka_unit_test(a_page_with_a_third_of_the_writing_is_another),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
