/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/time.h>

#include "keeper.h"
#include "sample_destruction.h"

static bool collected(struct fixture *f)
{
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;

	while (waiting(f) > 0 && zong_time_monotonic() < until)
		usleep(2000);
	return waiting(f) == 0;
}

/* Whose page is long enough for a segment of its own. */
static void destroy_one(struct fixture *f, const char *no, char mark)
{
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT], page[4000];

	snprintf(page, sizeof(page), "text %s %03900d%c\n", no, 0, mark);
	due_material(f, no, page, id);
	destroy(f, id, list);
}

static void what_was_destroyed_waits_until_the_keeper_is_there(void **state)
{
	struct fixture *f = *state;
	struct zong_keeper *keeper;

	destroy_one(f, "K-1", 'a');
	assert_true(waiting(f) > 0);
	assert_int_equal(zong_keeper_start(f->archive, &keeper), 0);
	assert_true(collected(f));
	zong_keeper_stop(keeper);
}

static void one_that_runs_already_collects_when_it_is_asked(void **state)
{
	struct fixture *f = *state;
	struct zong_keeper *keeper;

	assert_int_equal(zong_keeper_start(f->archive, &keeper), 0);
	assert_true(collected(f));
	for (char mark = 'b'; mark < 'e'; mark++) {
		char no[8];

		snprintf(no, sizeof(no), "K-2%c", mark);
		f->archive->keeper = keeper; /* as execution asks it */
		destroy_one(f, no, mark);
		f->archive->keeper = NULL;
		assert_true(collected(f));
	}
	zong_keeper_stop(keeper);
}

static Zong__DestructionState state_of(struct fixture *f, const char *list, uint32_t *ret_destroyed)
{
	struct zong_destruction made;
	Zong__DestructionState now;

	assert_int_equal(zong_destruction_get(f->archive, &f->archivist, list, &made, &f->err), 0);
	now = made.list->state;
	*ret_destroyed = made.list->destroyed;
	zong_destruction_release(&made);
	return now;
}

static void a_list_under_way_is_finished_before_anything_is_collected(void **state)
{
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;
	char id[2][ZONG_ID_TEXT], list[2][ZONG_ID_TEXT];
	struct fixture *f = *state;
	struct zong_keeper *keeper;
	uint32_t destroyed;

	for (size_t i = 0; i < 2; i++) {
		char no[8];

		snprintf(no, sizeof(no), "K-3%zu", i);
		due_material(f, no, no, id[i]);
		propose(f, id[i], list[i]);
		assert_int_equal(approve(f, &f->administrator, list[i]), 0);
	}
	begin_executing(f, list[0]);
	assert_int_equal(zong_keeper_start(f->archive, &keeper), 0);
	while (state_of(f, list[0], &destroyed) != ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED &&
		zong_time_monotonic() < until)
		usleep(2000);
	assert_int_equal(
		state_of(f, list[0], &destroyed), ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED);
	assert_int_equal(destroyed, 1);
	/* one that nobody began is left alone */
	assert_int_equal(
		state_of(f, list[1], &destroyed), ZONG__DESTRUCTION_STATE__DESTRUCTION_APPROVED);
	zong_keeper_stop(keeper);
}

static void it_ends_at_once_whatever_it_does(void **state)
{
	struct fixture *f = *state;
	struct zong_keeper *keeper;
	int64_t begun;

	destroy_one(f, "K-4", 'x');
	for (int i = 0; i < 20; i++) {
		assert_int_equal(zong_keeper_start(f->archive, &keeper), 0);
		zong_keeper_ask(keeper);
		begun = zong_time_monotonic();
		zong_keeper_stop(keeper);
		assert_true(zong_time_monotonic() - begun < 5 * ZONG_SECOND);
	}
	zong_keeper_ask(NULL);
	zong_keeper_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_was_destroyed_waits_until_the_keeper_is_there, fixture_clear),
		cmocka_unit_test_teardown(
			one_that_runs_already_collects_when_it_is_asked, fixture_clear),
		cmocka_unit_test_teardown(
			a_list_under_way_is_finished_before_anything_is_collected, fixture_clear),
		cmocka_unit_test_teardown(it_ends_at_once_whatever_it_does, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
