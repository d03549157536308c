/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <zong/arena.h>

static struct zong_arena arena;

static int empty_arena(void **state)
{
	(void)state;
	arena = (struct zong_arena)ZONG_ARENA_INIT;
	return 0;
}

static int release_arena(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

static void memory_is_zeroed_and_aligned_for_anything(void **state)
{
	(void)state;
	for (size_t size = 0; size < 300; size++) {
		uint8_t *p = zong_arena_alloc(&arena, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, size);
	}
}

static void pieces_do_not_overlap(void **state)
{
	uint8_t *pieces[200];

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		/* now and then one that needs a block of its own */
		size_t size = i % 20 == 19 ? 40000 : 200;

		pieces[i] = zong_arena_alloc(&arena, size);
		assert_non_null(pieces[i]);
		memset(pieces[i], (int)i, size);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t at = 0; at < (i % 20 == 19 ? 40000u : 200u); at++)
			assert_int_equal(pieces[i][at], i);
}

static void a_big_piece_leaves_the_room_of_the_block_before(void **state)
{
	uint8_t *first = zong_arena_alloc(&arena, 16);
	uint8_t *second;

	(void)state;
	assert_non_null(first);
	assert_non_null(zong_arena_alloc(&arena, 1000000));
	second = zong_arena_alloc(&arena, 16);
	assert_ptr_equal(second, first + 16);
}

static void over_the_maximum_nothing_is_given(void **state)
{
	(void)state;
	arena.max = 1024;
	assert_null(zong_arena_alloc(&arena, 1025));
	assert_non_null(zong_arena_alloc(&arena, 1000));
	assert_null(zong_arena_alloc(&arena, 100));
	assert_non_null(zong_arena_alloc(&arena, 16));
	assert_null(zong_arena_alloc(&arena, 1));
	zong_arena_release(&arena);
	assert_non_null(zong_arena_alloc(&arena, 1000));
}

static void without_a_maximum_the_named_limit_holds(void **state)
{
	(void)state;
	assert_null(zong_arena_alloc(&arena, (64 << 20) + 1));
	assert_non_null(zong_arena_alloc(&arena, 1 << 20));
	assert_null(zong_arena_alloc(&arena, 64 << 20));
}

static void sizes_that_would_overflow_are_refused(void **state)
{
	(void)state;
	arena.max = SIZE_MAX;
	assert_null(zong_arena_alloc(&arena, SIZE_MAX));
	assert_null(zong_arena_alloc(&arena, SIZE_MAX - 8));
	assert_null(zong_arena_calloc(&arena, SIZE_MAX / 2, 3));
	assert_null(zong_arena_strn(&arena, "", SIZE_MAX));
	assert_non_null(zong_arena_calloc(&arena, 3, 5));
}

static void copies_are_whole_and_strings_end(void **state)
{
	(void)state;
	assert_memory_equal(zong_arena_copy(&arena, "a\0b", 3), "a\0b", 3);
	assert_non_null(zong_arena_copy(&arena, NULL, 0));
	assert_string_equal(zong_arena_str(&arena, "宗地"), "宗地");
	assert_string_equal(zong_arena_strn(&arena, "宗地", 3), "宗");
	assert_string_equal(zong_arena_strn(&arena, NULL, 0), "");
	assert_string_equal(zong_arena_format(&arena, "%s:%d", "x", 5), "x:5");
	assert_int_equal(strlen(zong_arena_format(&arena, "%0*d", 30000, 1)), 30000);
}

static void releasing_nothing_is_no_harm(void **state)
{
	(void)state;
	zong_arena_release(NULL);
	zong_arena_release(&arena);
	zong_arena_release(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, empty_arena, release_arena)
	const struct CMUnitTest tests[] = {
		TEST(memory_is_zeroed_and_aligned_for_anything),
		TEST(pieces_do_not_overlap),
		TEST(a_big_piece_leaves_the_room_of_the_block_before),
		TEST(over_the_maximum_nothing_is_given),
		TEST(without_a_maximum_the_named_limit_holds),
		TEST(sizes_that_would_overflow_are_refused),
		TEST(copies_are_whole_and_strings_end),
		TEST(releasing_nothing_is_no_harm),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
