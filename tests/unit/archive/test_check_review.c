/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/review.h>

#include "row.h"
#include "sample_check.h"

#define WRONG "370786001001GB00001F00010002"

static int setup(void **state)
{
	struct zong_review_item *items, done = {0};
	struct fixture *f;
	char *next = NULL;
	size_t count;
	int err;

	if (fixture_setup(state))
		return -1;
	f = *state;
	fixture_case(f, "C-1");
	if (fixture_add(
		    f, "C-1", "", "text 单元 " WRONG " 110105194912310021\n", NULL, &f->receipt) ||
		!fixture_settle(f) ||
		zong_review_list(
			f->archive, &f->archivist, NULL, 9, &items, &count, &next, &f->err))
		return -1;
	err = count == 2 ? 0 : -1;
	for (size_t i = 0; i < count && !err; i++)
		if (strcmp(items[i].review->what, "id") == 0)
			err = zong_review_decide(f->archive, &f->archivist, items[i].id,
				ZONG_REVIEW_CORRECT, "11010519491231002X", &done, &f->err);
	zong_review_free(items, count);
	zong_row_cleanup(&done.review);
	zong_row_cleanup(&done.material);
	free(next);
	return err;
}

static void a_sound_list_is_found_sound(void **state)
{
	assert_string_equal(sample_check(*state, false), "");
}

static void an_open_item_that_is_not_filed_is_filed_again(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_REVIEWS_OPEN});
	assert_non_null(strstr(sample_check(f, false), "index-missing reviews_open/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void what_is_filed_without_an_item_is_taken_out(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_REVIEWS,
			   .only_open = true,
			   .open = ZONG_TABLE_REVIEWS_OPEN});
	assert_non_null(strstr(sample_check(f, false), "index-extra reviews_open/"));
	assert_non_null(strstr(sample_check(f, true), " repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static void a_damaged_item_and_a_damaged_correction_are_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_REVIEWS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged review/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_CORRECTIONS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged correction/sha256:"));
}

static void a_correction_of_a_page_that_nobody_has_is_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_RASTERS});
	assert_non_null(strstr(sample_check(f, false), "row-missing raster of correction/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_list_is_found_sound),
		TEST(an_open_item_that_is_not_filed_is_filed_again),
		TEST(what_is_filed_without_an_item_is_taken_out),
		TEST(a_damaged_item_and_a_damaged_correction_are_named),
		TEST(a_correction_of_a_page_that_nobody_has_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
