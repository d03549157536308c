/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/material.h>

#include "format.h"
#include "sample_reading.h"

static Zong__Reading *reading;
static struct zong_buf buf;

static int begin(void **state)
{
	(void)state;
	zong_buf_init(&buf, 1 << 20);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	sample_free(reading);
	reading = NULL;
	zong_buf_release(&buf);
	return 0;
}

static void words_are_joined_with_blanks_only_where_they_were(void **state)
{
	(void)state;
	reading = sample_reading("不|动|产 登|记\nPage 1 of|2 页 ，共 3\n户 别 A");
	assert_int_equal(zong_reading_text(reading, &buf), 0);
	assert_string_equal(zong_buf_str(&buf), "不动产登记\nPage 1 of2 页，共 3\n户别 A\n");
}

static void a_blank_page_has_no_text(void **state)
{
	(void)state;
	reading = sample_reading("");
	assert_int_equal(zong_reading_text(reading, &buf), 0);
	assert_int_equal(buf.len, 0);
}

static void a_full_buffer_is_told(void **state)
{
	(void)state;
	reading = sample_reading("不动产");
	buf.max = 4;
	assert_int_equal(zong_reading_text(reading, &buf), ZONG_ELIMIT);
}

static void boxes_are_joined_around_both(void **state)
{
	struct zong_box a = {10, 20, 30, 40};
	struct zong_box b = {5, 50, 10, 100};
	struct zong_box huge = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
	struct zong_box joined = zong_format_box_join(a, b);

	(void)state;
	assert_int_equal(joined.x, 5);
	assert_int_equal(joined.y, 20);
	assert_int_equal(joined.width, 35);
	assert_int_equal(joined.height, 130);
	joined = zong_format_box_join((struct zong_box){0}, a);
	assert_memory_equal(&joined, &a, sizeof(a));
	joined = zong_format_box_join(a, (struct zong_box){0});
	assert_memory_equal(&joined, &a, sizeof(a));
	zong_format_box_join(a, huge);
	joined = zong_format_box(NULL);
	assert_int_equal(joined.width, 0);
}

static void shares_are_kept_between_none_and_all(void **state)
{
	(void)state;
	assert_int_equal(zong_format_percent(-1), 0);
	assert_int_equal(zong_format_percent(0), 0);
	assert_int_equal(zong_format_percent(0.905F), 91);
	assert_int_equal(zong_format_percent(7), 100);
	assert_int_equal(zong_format_percent(__builtin_nanf("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			words_are_joined_with_blanks_only_where_they_were, begin, forget),
		cmocka_unit_test_setup_teardown(a_blank_page_has_no_text, begin, forget),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_told, begin, forget),
		cmocka_unit_test(boxes_are_joined_around_both),
		cmocka_unit_test(shares_are_kept_between_none_and_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
