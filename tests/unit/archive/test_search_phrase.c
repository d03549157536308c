/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sample_reading.h"
#include "search_phrase.h"

static struct zong_arena arena;
static struct zong_phrase phrases[16];
static size_t count;
static struct zong_cells cells;
static Zong__Reading *reading;

static int forget(void **state)
{
	(void)state;
	zong_cells_release(&cells);
	sample_free(reading);
	reading = NULL;
	zong_arena_release(&arena);
	return 0;
}

static void ask(const char *text, bool begins, const char *page)
{
	forget(NULL);
	count = 0;
	assert_int_equal(zong_phrases_add(phrases, &count, text, begins, &arena), 0);
	reading = sample_reading(page);
	assert_int_equal(zong_cells_init(&cells, reading), 0);
}

static bool stands(const char *text, bool begins, const char *page)
{
	size_t end;

	ask(text, begins, page);
	for (size_t i = 0; i < cells.count; i++)
		if (zong_phrase_at(&phrases[count - 1], &cells, i, &end))
			return true;
	return false;
}

/* How many cells long what is alike is; 0: nothing is. */
static size_t alike(const char *text, const char *page)
{
	size_t end;

	ask(text, false, page);
	for (size_t i = 0; i < cells.count; i++)
		if (zong_phrase_alike_at(&phrases[0], &cells, i, &end))
			return end - i;
	return 0;
}

static void phrases_know_what_they_are(void **state)
{
	(void)state;
	ask("自然资源 \"a b\" 12号", false, "");
	assert_int_equal(count, 3);
	assert_int_equal(phrases[0].han, 4);
	assert_false(phrases[0].quoted);
	assert_true(phrases[1].quoted);
	assert_int_equal(phrases[1].len, 2);
	assert_int_equal(phrases[2].han, 1);
	ask("a,b", true, "");
	assert_int_equal(count, 2);
	assert_false(phrases[0].begins);
	assert_true(phrases[1].begins);
	ask("自然", true, "");
	assert_false(phrases[0].begins);
}

static void a_beginning_stands_at_the_beginning_of_a_word(void **state)
{
	(void)state;
	assert_true(stands("2024", true, "编号 20240001"));
	assert_false(stands("2024", false, "编号 20240001"));
	assert_false(stands("024", true, "编号 20240001"));
	assert_true(stands("a-2024", true, "A-20240001"));
	assert_true(stands("2024", true, "在20240001年"));
}

static void one_character_may_be_another_wherever_it_stands(void **state)
{
	(void)state;
	assert_int_equal(alike("自然资源", "昌邑市自然资源局"), 4);
	assert_int_equal(alike("自然资源", "目然资源局"), 4);
	assert_int_equal(alike("自然资源", "自燃资源局"), 4);
	assert_int_equal(alike("自然资源", "昌邑自然资原"), 4);
	assert_int_equal(alike("自然资源", "自 然\n货 源"), 4);
	assert_int_equal(alike("自然资源", "自、资源"), 4);
	assert_int_equal(alike("自然资源", "自然，货源"), 5);
	assert_int_equal(alike("自然资源", "自然0源"), 4);
}

static void two_others_are_too_many(void **state)
{
	(void)state;
	assert_int_equal(alike("自然资源", "目然资原"), 0);
	assert_int_equal(alike("自然资源", "自然"), 0);
	assert_int_equal(alike("自然资源", "自然资"), 0);
	assert_int_equal(alike("自然资源", "自然源"), 0);
	assert_int_equal(alike("自然资源局", "自然的资源局"), 0);
}

static void what_is_short_quoted_or_a_number_is_exact(void **state)
{
	(void)state;
	assert_int_equal(alike("自然资", "自燃资"), 0);
	assert_int_equal(alike("\"自然资源\"", "自燃资源"), 0);
	assert_int_equal(alike("邑市第12号文件", "邑市第13号文件"), 0);
	assert_int_equal(alike("邑市第12号文件", "邑市弟12号文件"), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(phrases_know_what_they_are, forget),
		cmocka_unit_test_teardown(a_beginning_stands_at_the_beginning_of_a_word, forget),
		cmocka_unit_test_teardown(one_character_may_be_another_wherever_it_stands, forget),
		cmocka_unit_test_teardown(two_others_are_too_many, forget),
		cmocka_unit_test_teardown(what_is_short_quoted_or_a_number_is_exact, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
