/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <zong/time.h>

#include "pace.h"

static struct zong_pace pace;
static int64_t now;

static int setup(void **state)
{
	(void)state;
	now = 1000 * ZONG_SECOND;
	zong_pace_init(&pace);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_pace_release(&pace);
	return 0;
}

/* @threads at once, each page taking @seconds. */
static void read_pages(unsigned int pages, unsigned int threads, double seconds)
{
	for (unsigned int i = 0; i < pages; i += threads) {
		for (unsigned int t = 0; t < threads; t++)
			zong_pace_begin(&pace, now);
		now += (int64_t)(seconds * ZONG_SECOND);
		for (unsigned int t = 0; t < threads; t++)
			zong_pace_end(&pace, now, true);
	}
}

static void nothing_is_known_before_some_pages_are_read(void **state)
{
	(void)state;
	assert_true(zong_pace_rate(&pace) == 0);
	read_pages(3, 1, 0.5);
	assert_true(zong_pace_rate(&pace) == 0);
	read_pages(1, 1, 0.5);
	assert_float_equal(zong_pace_rate(&pace), 2, 0.001);
}

static void threads_at_once_add_up_and_rest_counts_nothing(void **state)
{
	(void)state;
	read_pages(40, 2, 0.5);
	assert_float_equal(zong_pace_rate(&pace), 4, 0.1);
	now += 3600 * ZONG_SECOND;
	assert_float_equal(zong_pace_rate(&pace), 4, 0.1);
	read_pages(2, 2, 0.5);
	assert_float_equal(zong_pace_rate(&pace), 4, 0.1);
}

static void the_last_pages_count_most(void **state)
{
	(void)state;
	read_pages(1000, 1, 0.1);
	assert_float_equal(zong_pace_rate(&pace), 10, 0.01);
	read_pages(300, 1, 2);
	assert_float_equal(zong_pace_rate(&pace), 0.5, 0.05);
}

static void what_came_to_nothing_costs_time_and_is_no_page(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		zong_pace_begin(&pace, now);
		now += ZONG_SECOND;
		zong_pace_end(&pace, now, i % 2 == 1);
	}
	assert_float_equal(zong_pace_rate(&pace), 0.5, 0.02);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_known_before_some_pages_are_read),
		TEST(threads_at_once_add_up_and_rest_counts_nothing),
		TEST(the_last_pages_count_most),
		TEST(what_came_to_nothing_costs_time_and_is_no_page),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
