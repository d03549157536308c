/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "B-1");
	return fixture_clear(state);
}

static int extend(struct fixture *f, const char *code, int32_t due, const char *reason)
{
	char day[ZONG_DAY_TEXT];
	struct zong_original view;
	int err;

	zong_day_format(due, day);
	err = zong_original_extend(f->archive, &f->archivist, code, day, reason, &view, &f->err);
	if (!err)
		zong_original_release(&view);
	return err;
}

static int lend(struct fixture *f, const char *code, const struct zong_new_loan *wanted)
{
	struct zong_original view = {0};
	int err = zong_original_lend(f->archive, &f->archivist, code, wanted, &view, &f->err);

	zong_original_release(&view);
	return err;
}

static void a_paper_that_is_lent_lies_nowhere(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], object[32];

	sample_paper(f, "B-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 10), 0);
	assert_string_equal(sample_where(f, code), "lent 示例乙");
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 10), ZONG_ELENT);
	assert_int_equal(sample_shelve(f, "R-S", code), ZONG_ELENT);
	snprintf(object, sizeof(object), "original/%s", code);
	assert_int_equal(fixture_log(f, "loan.lend", object, NULL), 1);
	assert_int_equal(sample_lend(f, "Y000000000", "示例乙", SAMPLE_TODAY), ZONG_EORIGINALCODE);
	zong_paper_code_format('Y', 99999, object);
	assert_int_equal(sample_lend(f, object, "示例乙", SAMPLE_TODAY), ZONG_ENOORIGINAL);
}

static void the_copy_is_offered_before_the_paper(void **state)
{
	struct fixture *f = *state;
	struct zong_new_loan wanted = {
		.borrower = "示例乙", .purpose = "示例", .approver = "示例丙", .due = "2024-10-10"};
	char code[ZONG_ORIGINAL_CODE];
	struct zong_original view;

	fixture_case(f, "B-2");
	sample_paper(f, "B-2", "R-B1", code);
	assert_int_equal(fixture_add(f, "B-2", "合同", "text 甲\n", NULL, &f->receipt), 0);
	for (int i = 0; i < 2; i++) {
		wanted.copy_not_enough = i ? " \t" : NULL;
		assert_int_equal(zong_original_lend(
					 f->archive, &f->archivist, code, &wanted, &view, &f->err),
			ZONG_ECOPYFIRST);
		assert_int_equal(view.copy_count, 1);
		assert_string_equal(view.copy[0].material, fixture_id(&f->receipt.material->id));
		zong_original_release(&view);
	}
	assert_string_equal(sample_where(f, code), "shelved R-B1");
	wanted.copy_not_enough = "需核对印章";
	assert_int_equal(lend(f, code, &wanted), 0);
}

static void what_is_missing_of_a_loan_is_named(void **state)
{
	struct fixture *f = *state;
	struct zong_new_loan wanted = {
		.borrower = "示例乙", .purpose = "示例", .approver = "示例丙", .due = "2024-10-10"};
	char code[ZONG_ORIGINAL_CODE];
	char name[ZONG_LIMIT_NAME + 2];

	sample_paper(f, "B-1", "R-B1", code);
	wanted.borrower = "　";
	assert_int_equal(lend(f, code, &wanted), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "borrower");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	wanted.borrower = name;
	assert_int_equal(lend(f, code, &wanted), ZONG_ELIMIT);
	wanted.borrower = "示例乙";
	wanted.approver = NULL;
	assert_int_equal(lend(f, code, &wanted), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "approver");
	wanted.approver = "示例丙";
	for (int i = 0; i < 5; i++) {
		static const char *const days[] = {
			"2024-10-03", "2026-01-01", "2024-13-01", "", "soon"};

		wanted.due = days[i];
		assert_int_equal(lend(f, code, &wanted), ZONG_EDUEDAY);
	}
	wanted.due = "2024-10-04"; /* today */
	assert_int_equal(lend(f, code, &wanted), 0);
}

static void a_loan_is_extended_to_a_later_day_so_often_and_not_while_somebody_waits(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_original view;

	sample_paper(f, "B-1", "R-B1", code);
	assert_int_equal(extend(f, code, SAMPLE_TODAY + 5, "示例"), ZONG_ENOTLENT);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(extend(f, code, SAMPLE_TODAY + 5, "示例"), ZONG_EDUEDAY);
	assert_int_equal(extend(f, code, SAMPLE_TODAY + 6, " "), ZONG_EREASON);
	for (int i = 0; i < ZONG_LIMIT_EXTENSIONS; i++)
		assert_int_equal(extend(f, code, SAMPLE_TODAY + 6 + i, "示例"), 0);
	assert_int_equal(extend(f, code, SAMPLE_TODAY + 100, "示例"), ZONG_ELIMIT);
	assert_int_equal(zong_original_get(f->archive, &f->archivist, code, &view, &f->err), 0);
	assert_int_equal(view.original->lent->due, SAMPLE_TODAY + 5 + ZONG_LIMIT_EXTENSIONS);
	assert_int_equal(view.loan->due, view.original->lent->due);
	assert_int_equal(view.loan->n_extensions, ZONG_LIMIT_EXTENSIONS);
	zong_original_release(&view);
	sample_paper(f, "B-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_reserve(f, code, "示例丁"), 0);
	assert_int_equal(extend(f, code, SAMPLE_TODAY + 9, "示例"), ZONG_ERESERVED);
	assert_string_equal(f->err.subject, "示例丁");
}

/* ---- coming back: loan_return.c ---- */

static void it_goes_back_where_it_was_if_there_is_room(void **state)
{
	struct fixture *f = *state;
	char code[2][ZONG_ORIGINAL_CODE];

	sample_paper(f, "B-1", "R-B2", code[0]); /* takes one */
	sample_paper(f, "B-1", NULL, code[1]);
	assert_int_equal(sample_return(f, code[0], 10, NULL), ZONG_ENOTLENT);
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_return(f, code[0], 10, NULL), 0);
	assert_string_equal(sample_where(f, code[0]), "shelved R-B2");
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_shelve(f, "R-B2", code[1]), 0);
	assert_int_equal(sample_return(f, code[0], 10, NULL), 0); /* not refused: it is here */
	assert_string_equal(sample_where(f, code[0]), "unshelved");
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY + 5), 0);
	{
		struct zong_return back = {.pages = 10, .place = "R-B2"};
		struct zong_original view;

		assert_int_equal(zong_original_return(
					 f->archive, &f->archivist, code[0], &back, &view, &f->err),
			ZONG_EPLACEFULL);
		assert_string_equal(sample_where(f, code[0]), "lent 示例乙");
	}
}

static size_t loans(struct fixture *f, const char *what, const char *code)
{
	struct zong_loan_item *items;
	char *next = NULL;
	size_t count, found = 0;

	do {
		char *cursor = next;

		next = NULL;
		assert_int_equal(zong_loan_list(f->archive, &f->archivist, what, cursor, 2, &items,
					 &count, &next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < count; i++)
			found += strcmp(items[i].original->code, code) == 0;
		zong_loans_free(items, count);
	} while (next);
	return found;
}

static void what_comes_back_otherwise_is_settled_by_a_person(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_original view;

	sample_paper(f, "B-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_return(f, code, 10, ""), ZONG_EREASON);
	assert_int_equal(sample_return(f, code, 9, NULL), 0);
	assert_int_equal(loans(f, "trouble", code), 1);
	assert_int_equal(sample_lend(f, code, "示例丁", SAMPLE_TODAY + 5), 0);
	assert_int_equal(sample_return(f, code, 10, "撕裂"), 0);
	assert_int_equal(loans(f, "trouble", code), 2);
	assert_int_equal(
		zong_original_settle(f->archive, &f->archivist, code, "", 0, &view, &f->err),
		ZONG_EREASON);
	assert_int_equal(
		zong_original_settle(f->archive, &f->archivist, code, "已处理", 9, &view, &f->err),
		0);
	assert_int_equal(view.original->pages, 9);
	zong_original_release(&view);
	assert_int_equal(loans(f, "trouble", code), 0);
	assert_int_equal(
		zong_original_settle(f->archive, &f->archivist, code, "已处理", 0, &view, &f->err),
		ZONG_EDECIDED);
}

/* ---- lists: loan_list.c ---- */

static void what_is_overdue_is_listed_from_the_day_after(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_loan_item *items;
	Zong__Loan **history;
	char *next = NULL;
	size_t count;

	sample_paper(f, "B-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY + 1), 0);
	f->archive->today = SAMPLE_TODAY + 1;
	assert_int_equal(loans(f, "overdue", code), 0);
	f->archive->today = SAMPLE_TODAY + 2;
	assert_int_equal(loans(f, "overdue", code), 1);
	assert_int_equal(loans(f, "out", code), 1);
	assert_int_equal(sample_return(f, code, 10, NULL), 0);
	assert_int_equal(loans(f, "overdue", code), 0);
	f->archive->today = SAMPLE_TODAY;
	assert_int_equal(zong_loan_list(f->archive, &f->archivist, "all", NULL, 5, &items, &count,
				 &next, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_loan_list(f->archive, &f->lookup, "out", NULL, 5, &items, &count,
				 &next, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(sample_lend(f, code, "示例丁", SAMPLE_TODAY + 1), 0);
	assert_int_equal(zong_loan_history(f->archive, &f->archivist, code, NULL, 1, &history,
				 &count, &next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(history[0]->borrower, "示例丁"); /* newest first */
	zong_loan_rows_free(history, count);
	assert_non_null(next);
	f->next = next;
	assert_int_equal(zong_loan_history(f->archive, &f->archivist, code, f->next, 5, &history,
				 &count, &next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(history[0]->borrower, "示例乙");
	zong_loan_rows_free(history, count);
	assert_null(next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_paper_that_is_lent_lies_nowhere, fixture_clear),
		cmocka_unit_test_teardown(the_copy_is_offered_before_the_paper, fixture_clear),
		cmocka_unit_test_teardown(what_is_missing_of_a_loan_is_named, fixture_clear),
		cmocka_unit_test_teardown(
			a_loan_is_extended_to_a_later_day_so_often_and_not_while_somebody_waits,
			fixture_clear),
		cmocka_unit_test_teardown(
			it_goes_back_where_it_was_if_there_is_room, fixture_clear),
		cmocka_unit_test_teardown(
			what_comes_back_otherwise_is_settled_by_a_person, fixture_clear),
		cmocka_unit_test_teardown(
			what_is_overdue_is_listed_from_the_day_after, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
