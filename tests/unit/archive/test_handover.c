/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/handover.h>

#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "H-1");
	return fixture_clear(state);
}

static int make(struct fixture *f, const char *direction, const char *const *codes, size_t count,
	char ret_no[ZONG_HANDOVER_NO])
{
	struct zong_new_handover wanted = {
		.direction = direction, .other = "示例档案馆", .codes = codes, .count = count};
	struct zong_handover made;
	int err = zong_handover_make(f->archive, &f->archivist, &wanted, &made, &f->err);

	if (!err) {
		snprintf(ret_no, ZONG_HANDOVER_NO, "%s", made.handover->no);
		zong_handover_release(&made);
	}
	return err;
}

static int look_at(struct fixture *f, const char *no, const char *code)
{
	struct zong_handover list;
	int err = zong_handover_check(f->archive, &f->local, no, &code, 1, &list, &f->err);

	if (!err)
		zong_handover_release(&list);
	return err;
}

static int give_back(struct fixture *f, const char *no, const char *code, const char *reason)
{
	struct zong_handover list;
	int err = zong_handover_return(f->archive, &f->local, no, &code, 1, reason, &list, &f->err);

	if (!err)
		zong_handover_release(&list);
	return err;
}

static int take(struct fixture *f, const struct zong_subject *who, const char *no)
{
	struct zong_handover list;
	int err = zong_handover_take(f->archive, who, no, NULL, &list, &f->err);

	if (!err)
		zong_handover_release(&list);
	return err;
}

static void what_is_on_a_list_stays_where_it_is_until_another_person_has_taken_it(void **state)
{
	struct fixture *f = *state;
	char code[2][ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes[] = {code[0], code[1], code[0]};
	struct zong_subject twin = f->local;

	for (int i = 0; i < 2; i++)
		sample_paper(f, "H-1", "R-B1", code[i]);
	assert_int_equal(make(f, "out", codes, 3, no), 0);
	assert_string_equal(no, "2024100400001"); /* the day and a number */
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY), ZONG_EONLIST);
	assert_int_equal(sample_shelve(f, "R-S", code[0]), ZONG_EONLIST);
	assert_int_equal(sample_lose(f, code[0]), ZONG_EONLIST);
	assert_int_equal(make(f, "out", codes, 1, no), ZONG_EONLIST);
	assert_int_equal(take(f, &f->local, no), ZONG_EUNCHECKED);
	assert_string_equal(f->err.subject, "2");
	assert_int_equal(look_at(f, no, code[0]), 0);
	assert_int_equal(look_at(f, no, code[0]), 0); /* scanned twice */
	assert_int_equal(take(f, &f->local, no), ZONG_EUNCHECKED);
	assert_string_equal(f->err.subject, "1");
	assert_int_equal(look_at(f, no, code[1]), 0);
	assert_int_equal(take(f, &f->archivist, no), ZONG_ESAMEPERSON);
	snprintf(twin.name, sizeof(twin.name), " %.100s", f->archivist.name);
	assert_int_equal(take(f, &twin, no), ZONG_ESAMEPERSON);
	assert_string_equal(sample_where(f, code[0]), "shelved R-B1");
	assert_int_equal(take(f, &f->local, no), 0);
	assert_string_equal(sample_where(f, code[0]), "handed-over");
	assert_string_equal(sample_where(f, code[1]), "handed-over");
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY), ZONG_EHANDED);
	assert_int_equal(sample_shelve(f, "R-S", code[0]), ZONG_EHANDED);
	assert_int_equal(sample_lose(f, code[0]), ZONG_EHANDED);
	assert_int_equal(take(f, &f->local, no), ZONG_EHANDOVERSTATE);
	assert_string_equal(f->err.subject, "taken");
	assert_int_equal(look_at(f, no, code[0]), ZONG_EHANDOVERSTATE);
}

static void what_goes_back_is_free_again_and_says_why(void **state)
{
	struct fixture *f = *state;
	char code[2][ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes[] = {code[0], code[1]};
	struct zong_handover list;

	for (int i = 0; i < 2; i++)
		sample_paper(f, "H-1", "R-B1", code[i]);
	assert_int_equal(make(f, "out", codes, 2, no), 0);
	assert_int_equal(give_back(f, no, code[0], " "), ZONG_EREASON);
	assert_int_equal(give_back(f, no, "Y1", "缺页"), ZONG_ENOORIGINAL);
	assert_int_equal(look_at(f, no, code[0]), 0);
	assert_int_equal(give_back(f, no, code[0], "缺页"), 0); /* after all */
	assert_int_equal(look_at(f, no, code[0]), ZONG_EDECIDED);
	assert_int_equal(sample_shelve(f, "R-S", code[0]), 0);
	assert_int_equal(look_at(f, no, code[1]), 0);
	assert_int_equal(take(f, &f->local, no), 0);
	assert_string_equal(sample_where(f, code[0]), "shelved R-S");
	assert_string_equal(sample_where(f, code[1]), "handed-over");
	assert_int_equal(zong_handover_get(f->archive, &f->archivist, no, &list, &f->err), 0);
	assert_int_equal(list.items, 2);
	assert_int_equal(list.handover->checked, 1);
	assert_int_equal(list.handover->returned, 1);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(list.item[i]->reason,
			strcmp(list.item[i]->original, code[0]) == 0 ? "缺页" : "");
	zong_handover_release(&list);
	assert_int_equal(
		zong_handover_get(f->archive, &f->lookup, no, &list, &f->err), ZONG_EFORBIDDEN);
}

static void what_comes_in_waits_to_be_shelved_and_what_is_refused_stays_outside(void **state)
{
	struct fixture *f = *state;
	char code[3][ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes[] = {code[0], code[1]};
	const char *here = code[2];

	sample_paper(f, "H-1", NULL, code[0]);
	sample_paper(f, "H-1", NULL, code[1]);
	sample_paper(f, "H-1", "R-B1", code[2]);
	assert_int_equal(make(f, "in", &here, 1, no), ZONG_EINHOUSE);
	assert_int_equal(make(f, "in", codes, 2, no), 0);
	assert_int_equal(look_at(f, no, code[0]), 0);
	assert_int_equal(give_back(f, no, code[1], "不属本库"), 0);
	assert_int_equal(take(f, &f->local, no), 0);
	assert_string_equal(sample_where(f, code[0]), "unshelved");
	assert_string_equal(sample_where(f, code[1]), "handed-over");
	assert_int_equal(sample_shelve(f, "R-S", code[0]), 0);
	assert_int_equal(make(f, "out", &codes[1], 1, no), ZONG_EHANDED);
	assert_int_equal(make(f, "in", &codes[1], 1, no), 0); /* once more */
	assert_int_equal(look_at(f, no, code[1]), 0);
	assert_int_equal(take(f, &f->local, no), 0);
	assert_string_equal(sample_where(f, code[1]), "unshelved");
}

static void who_waits_for_a_paper_keeps_it_in_the_house(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes = code;

	sample_paper(f, "H-1", "R-B1", code);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0);
	assert_int_equal(make(f, "out", &codes, 1, no), ZONG_ERESERVED);
	assert_string_equal(f->err.subject, "示例丁");
}

static void a_list_that_is_cancelled_leaves_everything_as_it_was(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes = code;
	struct zong_handover list;
	Zong__Handover **lists;
	size_t count;

	sample_paper(f, "H-1", "R-B1", code);
	assert_int_equal(make(f, "out", &codes, 1, no), 0);
	assert_int_equal(zong_handover_cancel(f->archive, &f->archivist, no, "", &list, &f->err),
		ZONG_EREASON);
	assert_int_equal(
		zong_handover_cancel(f->archive, &f->archivist, no, "开错", &list, &f->err), 0);
	assert_string_equal(zong_handover_state_name(list.handover->state), "cancelled");
	zong_handover_release(&list);
	assert_int_equal(sample_shelve(f, "R-S", code), 0);
	assert_int_equal(take(f, &f->local, no), ZONG_EHANDOVERSTATE);
	assert_int_equal(zong_handover_list(f->archive, &f->archivist, NULL, 1, &lists, &count,
				 &f->next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(lists[0]->no, no); /* newest first */
	assert_non_null(f->next);
	zong_handovers_free(lists, count);
}

static void what_is_no_list_or_no_number_is_told(void **state)
{
	static const char *const none[] = {
		"", "1", "20241004", "2024100499999", "2024-10-0001", "20241004000011"};
	struct fixture *f = *state;
	char no[ZONG_HANDOVER_NO];
	const char *codes = "Y000000000";
	struct zong_handover list;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(
			zong_handover_get(f->archive, &f->archivist, none[i], &list, &f->err),
			ZONG_ENOHANDOVER);
	assert_int_equal(make(f, "out", NULL, 0, no), ZONG_EINVAL);
	assert_int_equal(make(f, "up", &codes, 1, no), ZONG_EINVAL);
	assert_int_equal(make(f, "out", &codes, 1, no), ZONG_EORIGINALCODE);
	assert_int_equal(make(f, "out", &codes, ZONG_LIMIT_HANDOVER + 1, no), ZONG_ELIMIT);
}

static void numbers_begin_anew_each_day(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], no[ZONG_HANDOVER_NO];
	const char *codes = code;

	f->archive->today = SAMPLE_TODAY + 1;
	for (int i = 1; i <= 3; i++) {
		char expected[ZONG_HANDOVER_NO];

		sample_paper(f, "H-1", "R-B1", code);
		assert_int_equal(make(f, "out", &codes, 1, no), 0);
		snprintf(expected, sizeof(expected), "20241005%05d", i);
		assert_string_equal(no, expected);
	}
	f->archive->today = SAMPLE_TODAY;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_on_a_list_stays_where_it_is_until_another_person_has_taken_it),
		cmocka_unit_test(what_goes_back_is_free_again_and_says_why),
		cmocka_unit_test(
			what_comes_in_waits_to_be_shelved_and_what_is_refused_stays_outside),
		cmocka_unit_test(who_waits_for_a_paper_keeps_it_in_the_house),
		cmocka_unit_test_teardown(
			a_list_that_is_cancelled_leaves_everything_as_it_was, fixture_clear),
		cmocka_unit_test(what_is_no_list_or_no_number_is_told),
		cmocka_unit_test(numbers_begin_anew_each_day),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
