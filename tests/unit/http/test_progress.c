/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/progress.h"

static struct zong_progress progress;
static const struct zong_subject one = {.role = ZONG_ROLE_ARCHIVIST, .key = "token:1"};
static const struct zong_subject other = {.role = ZONG_ROLE_ARCHIVIST, .key = "token:2"};

static int setup(void **state)
{
	(void)state;
	zong_progress_init(&progress);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	zong_progress_release(&progress);
	return 0;
}

static void an_upload_under_way_is_told_to_its_sender_alone(void **state)
{
	struct zong_progress_entry *entry;
	struct zong_id id;
	double done = -1;

	(void)state;
	zong_id_new(&id);
	assert_int_equal(zong_progress_get(&progress, &id, &one, &done), ZONG_ENOENT);
	entry = zong_progress_begin(&progress, &id, &one);
	assert_non_null(entry);
	zong_progress_set(&progress, entry, 0.25);
	assert_int_equal(zong_progress_get(&progress, &id, &one, &done), 0);
	assert_true(done == 0.25);
	assert_int_equal(zong_progress_get(&progress, &id, &other, &done), ZONG_ENOENT);
	zong_progress_end(&progress, entry);
	assert_int_equal(zong_progress_get(&progress, &id, &one, &done), ZONG_ENOENT);
}

static void figures_beyond_the_ends_are_the_ends(void **state)
{
	struct zong_progress_entry *entry;
	struct zong_id id;
	double done = -1;

	(void)state;
	zong_id_new(&id);
	entry = zong_progress_begin(&progress, &id, &one);
	zong_progress_set(&progress, entry, 7);
	assert_int_equal(zong_progress_get(&progress, &id, &one, &done), 0);
	assert_true(done == 1);
	zong_progress_set(&progress, entry, -1);
	assert_int_equal(zong_progress_get(&progress, &id, &one, &done), 0);
	assert_true(done == 0);
}

static void a_name_in_use_and_a_full_table_are_passed_over(void **state)
{
	struct zong_progress_entry *first;
	struct zong_id id;
	size_t i;

	(void)state;
	zong_id_new(&id);
	first = zong_progress_begin(&progress, &id, &one);
	assert_non_null(first);
	assert_null(zong_progress_begin(&progress, &id, &other));
	for (i = 1; i < ZONG_LIMIT_EXECUTOR; i++) {
		zong_id_new(&id);
		assert_non_null(zong_progress_begin(&progress, &id, &one));
	}
	zong_id_new(&id);
	assert_null(zong_progress_begin(&progress, &id, &one));
	zong_progress_set(&progress, NULL, 0.5);
	zong_progress_end(&progress, NULL);
	zong_progress_end(&progress, first);
	assert_ptr_equal(zong_progress_begin(&progress, &id, &one), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_upload_under_way_is_told_to_its_sender_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(
			figures_beyond_the_ends_are_the_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_name_in_use_and_a_full_table_are_passed_over, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
