/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <zong/look.h>

static struct zong_look look;
static float ink[ZONG_LOOK_HEIGHT][ZONG_LOOK_WIDTH];
static float waves[ZONG_LOOK_BITS], again[ZONG_LOOK_BITS];
static uint8_t hash[ZONG_LOOK_HASH], other[ZONG_LOOK_HASH];

static void write_lines(void)
{
	memset(&look, 0, sizeof(look));
	for (int y = 25; y < 150; y += 4)
		for (int x = 15; x < 100 + y % 30; x++)
			look.cell[y][x] = (uint8_t)(3 + (x * 7 + y * 5) % 11);
	for (int y = 0; y < ZONG_LOOK_HEIGHT; y++)
		for (int x = 0; x < ZONG_LOOK_WIDTH; x++)
			ink[y][x] = zong_look_ink(look.cell[y][x]);
}

static void waves_of_a_look_are_those_of_its_ink(void **state)
{
	(void)state;
	write_lines();
	zong_look_waves(&look, waves);
	zong_look_waves_of_ink((const float(*)[ZONG_LOOK_WIDTH])ink, again);
	assert_memory_equal(waves, again, sizeof(waves));
}

static void the_hash_is_their_signs_whatever_the_unit(void **state)
{
	(void)state;
	write_lines();
	zong_look_waves_of_ink((const float(*)[ZONG_LOOK_WIDTH])ink, waves);
	zong_look_hash(waves, hash);
	for (int i = 0; i < ZONG_LOOK_BITS; i++)
		assert_int_equal(hash[i / 8] >> i % 8 & 1, waves[i] > 0);
	for (int y = 0; y < ZONG_LOOK_HEIGHT; y++)
		for (int x = 0; x < ZONG_LOOK_WIDTH; x++)
			ink[y][x] *= 64;
	zong_look_waves_of_ink((const float(*)[ZONG_LOOK_WIDTH])ink, waves);
	zong_look_hash(waves, other);
	assert_true(zong_look_bits_apart(hash, other) <= 1);
}

static void a_small_change_turns_few_bits_over(void **state)
{
	(void)state;
	write_lines();
	zong_look_waves(&look, waves);
	zong_look_hash(waves, hash);
	for (int x = 20; x < 30; x++)
		look.cell[80][x] = 0;
	zong_look_waves(&look, again);
	zong_look_hash(again, other);
	assert_true(zong_look_bits_apart(hash, other) <= 16);
	/* and those were near zero */
	for (int i = 0; i < ZONG_LOOK_BITS; i++)
		if ((waves[i] > 0) != (again[i] > 0))
			assert_true(waves[i] < 3 && waves[i] > -3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waves_of_a_look_are_those_of_its_ink),
		cmocka_unit_test(the_hash_is_their_signs_whatever_the_unit),
		cmocka_unit_test(a_small_change_turns_few_bits_over),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
