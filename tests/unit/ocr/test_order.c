/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "order.h"

#define LINES 6

static struct zong_arena arena;
static struct zong_reading reading;
static struct zong_word word[2 * LINES];
static struct zong_line line[LINES];
static bool gone[LINES];
static const struct zong_strip *table[LINES];

static int teardown(void **state)
{
	(void)state;
	zong_arena_release(&arena);
	return 0;
}

/* Each line is two words, "a" and "a2" of line a; every second line begins a block. */
static void lines(uint32_t count)
{
	static const char *const names[] = {
		"a", "a2", "b", "b2", "c", "c2", "d", "d2", "e", "e2", "f", "f2"};
	uint32_t i;

	for (i = 0; i < count; i++) {
		word[2 * i] = (struct zong_word){.text = names[2 * i]};
		word[2 * i + 1] = (struct zong_word){.text = names[2 * i + 1]};
		line[i] = (struct zong_line){.first = 2 * i, .count = 2, .block = i / 2};
		gone[i] = false;
		table[i] = NULL;
	}
	reading = (struct zong_reading){
		.word = word, .words = 2 * count, .line = line, .lines = count};
}

static int insert(const struct zong_strip *place, uint32_t old)
{
	const struct zong_order known = {place, gone, table, old};

	return zong_order_insert(&reading, &known, &arena);
}

static void is_now(const char *expected)
{
	char found[64] = "";
	uint32_t i;

	for (i = 0; i < reading.lines; i++) {
		const struct zong_word *first = &reading.word[reading.line[i].first];

		assert_int_equal(reading.line[i].first, 2 * i);
		assert_int_equal(reading.line[i].count, 2);
		assert_int_equal(first[1].text[0], first[0].text[0]);
		assert_int_equal(first[1].text[1], '2');
		strncat(found, first->text, sizeof(found) - strlen(found) - 1);
	}
	assert_int_equal(reading.words, 2 * reading.lines);
	assert_string_equal(found, expected);
}

static void a_heading_stands_before_what_is_below_it(void **state)
{
	const struct zong_strip place[] = {
		{600, 10, 900, 30},   /* a number in the corner */
		{100, 100, 300, 120}, /* a short line that does not reach below the heading */
		{100, 130, 700, 150},
		{400, 50, 600, 90},
	};

	(void)state;
	lines(4);
	assert_int_equal(insert(place, 3), 0);
	is_now("adbc");
	assert_int_equal(reading.line[0].block, 0);
	assert_int_equal(reading.line[1].block, 1);
	assert_int_equal(reading.line[2].block, 2);
	assert_int_equal(reading.line[3].block, 3);
}

static void a_heading_of_a_column_stays_in_it(void **state)
{
	const struct zong_strip place[] = {
		{0, 10, 400, 30},
		{0, 50, 400, 70},
		{500, 10, 900, 30},
		{500, 90, 900, 110},
		{550, 50, 800, 80},
		{550, 0, 800, 9},
	};

	(void)state;
	lines(6);
	assert_int_equal(insert(place, 4), 0);
	is_now("abfced");
}

static void what_is_below_everything_comes_last(void **state)
{
	const struct zong_strip place[] = {
		{0, 10, 400, 30}, {0, 50, 400, 70}, {900, 200, 1000, 230}};

	(void)state;
	lines(3);
	assert_int_equal(insert(place, 2), 0);
	is_now("abc");
}

static void what_was_read_better_since_is_left_out(void **state)
{
	const struct zong_strip place[] = {{0, 10, 400, 30}, {0, 50, 100, 70}, {150, 50, 400, 70},
		{0, 90, 400, 120}, {0, 50, 400, 72}};

	(void)state;
	lines(5);
	gone[1] = gone[2] = true;
	assert_int_equal(insert(place, 4), 0);
	is_now("aed");
}

static void a_page_can_lose_all_its_lines(void **state)
{
	const struct zong_strip place[] = {{0, 10, 400, 30}};

	(void)state;
	lines(1);
	gone[0] = true;
	assert_int_equal(insert(place, 1), 0);
	assert_int_equal(reading.lines, 0);
	assert_int_equal(reading.words, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_heading_stands_before_what_is_below_it),
		TEST(a_heading_of_a_column_stays_in_it),
		TEST(what_is_below_everything_comes_last),
		TEST(what_was_read_better_since_is_left_out),
		TEST(a_page_can_lose_all_its_lines),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
