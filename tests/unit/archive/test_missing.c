/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "M-1");
	return fixture_clear(state);
}

static int find(struct fixture *f, const char *code, const char *place)
{
	struct zong_original view;
	int err = zong_original_found(
		f->archive, &f->archivist, code, place, "在邻盒", &view, &f->err);

	if (!err)
		zong_original_release(&view);
	return err;
}

static void what_is_missing_is_lent_to_nobody_until_it_is_found(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_original view;

	sample_paper(f, "M-1", "R-B1", code);
	assert_int_equal(find(f, code, NULL), ZONG_ENOTMISSING);
	assert_int_equal(
		zong_original_missing(f->archive, &f->archivist, code, " ", &view, &f->err),
		ZONG_EREASON);
	assert_int_equal(
		zong_original_missing(f->archive, &f->lookup, code, "示例", &view, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(sample_lose(f, code), 0);
	assert_int_equal(sample_lose(f, code), ZONG_EMISSING);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY), ZONG_EMISSING);
	assert_int_equal(find(f, code, "R"), ZONG_EPLACELEVEL);
	assert_int_equal(find(f, code, "NONE"), ZONG_ENOPLACE);
	assert_string_equal(sample_where(f, code), "missing");
	assert_int_equal(find(f, code, NULL), 0);
	assert_string_equal(sample_where(f, code), "unshelved");
	assert_int_equal(sample_lose(f, code), 0);
	assert_int_equal(find(f, code, "r-s"), 0);
	assert_string_equal(sample_where(f, code), "shelved R-S");
}

static void what_its_borrower_lost_is_no_longer_with_him(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_loan_item *items;
	char *next;
	size_t count;

	sample_paper(f, "M-1", "R-B1", code);
	assert_int_equal(sample_lend(f, code, "示例乙", SAMPLE_TODAY), 0);
	assert_int_equal(sample_lose(f, code), 0);
	assert_string_equal(sample_where(f, code), "missing");
	assert_int_equal(sample_return(f, code, 10, NULL), ZONG_ENOTLENT);
	assert_int_equal(zong_loan_list(f->archive, &f->archivist, "trouble", NULL, 5, &items,
				 &count, &next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_int_equal(items[0].loan->condition, ZONG__LOAN_CONDITION__LOAN_LOST);
	zong_loans_free(items, count);
}

/* ---- stock-takes: stocktake.c ---- */

static Zong__Stocktake *take(
	struct fixture *f, const char *place, const char *const *codes, size_t count)
{
	Zong__Stocktake *made;

	assert_int_equal(
		zong_stocktake_take(f->archive, &f->archivist, place, codes, count, &made, &f->err),
		0);
	return made;
}

static void a_stock_take_compares_all_below_a_place(void **state)
{
	struct fixture *f = *state;
	char code[5][ZONG_ORIGINAL_CODE];
	const char *codes[] = {code[0], code[3], code[4], "?", code[0], "?", NULL};
	char unknown[ZONG_ORIGINAL_CODE];
	Zong__Stocktake *made;

	assert_int_equal(sample_place_add(f, "shelf", "R-T", "R", 0), 0);
	assert_int_equal(sample_place_add(f, "box", "R-T1", "R-T", 0), 0);
	sample_paper(f, "M-1", "R-T", code[0]);
	sample_paper(f, "M-1", "R-T1", code[1]);
	sample_paper(f, "M-1", "R-T1", code[2]);
	sample_paper(f, "M-1", "R-B1", code[3]);
	sample_paper(f, "M-1", "R-T1", code[4]);
	assert_int_equal(sample_lend(f, code[4], "示例乙", SAMPLE_TODAY), 0);
	zong_paper_code_format('Y', 99999, unknown);
	codes[6] = unknown;
	made = take(f, "r-t", codes, 7);
	assert_int_equal(made->expected, 3);
	assert_int_equal(made->found, 1);
	assert_int_equal(made->n_items, 6);
	for (size_t i = 0; i < made->n_items; i++) {
		const Zong__StocktakeItem *item = made->items[i];
		const char *kind = zong_stocktake_kind_name(item->kind);

		if (strcmp(item->code, code[3]) == 0) {
			assert_string_equal(kind, "misplaced");
			assert_string_equal(item->place, "R-B1");
		} else if (strcmp(item->code, code[4]) == 0) {
			assert_string_equal(kind, "extra");
			assert_string_equal(item->state, "lent");
		} else if (strcmp(item->code, "?") == 0) {
			assert_string_equal(item->state, "no-code");
		} else if (strcmp(item->code, unknown) == 0) {
			assert_string_equal(item->state, "unknown");
		} else {
			assert_string_equal(kind, "missing");
			assert_string_equal(item->place, "R-T1");
		}
	}
	zong__stocktake__free_unpacked(made, NULL);
	assert_string_equal(sample_where(f, code[1]), "shelved R-T1"); /* nothing was changed */
}

static void the_second_step_marks_what_was_not_moved_since(void **state)
{
	struct fixture *f = *state;
	char code[3][ZONG_ORIGINAL_CODE], id[ZONG_ID_TEXT];
	const char *wrong[] = {code[0]};
	Zong__Stocktake *made;

	assert_int_equal(sample_place_add(f, "shelf", "R-U", "R", 0), 0);
	for (int i = 0; i < 3; i++)
		sample_paper(f, "M-1", "R-U", code[i]);
	wrong[0] = code[2];
	made = take(f, "R-U", wrong, 1);
	snprintf(id, sizeof(id), "%s", fixture_id(&made->id));
	zong__stocktake__free_unpacked(made, NULL);
	assert_int_equal(sample_lend(f, code[0], "示例乙", SAMPLE_TODAY), 0);
	assert_int_equal(sample_return(f, code[0], 10, NULL), 0); /* it was there after all */
	assert_int_equal(
		zong_stocktake_mark(f->archive, &f->archivist, id, wrong, 1, &made, &f->err),
		ZONG_ENOORIGINAL);
	assert_int_equal(zong_stocktake_mark(f->archive, &f->lookup, id, NULL, 0, &made, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_stocktake_mark(f->archive, &f->archivist, id, NULL, 0, &made, &f->err), 0);
	assert_int_equal(made->n_items, 2);
	assert_int_equal(!!made->items[0]->marked + !!made->items[1]->marked, 1);
	zong__stocktake__free_unpacked(made, NULL);
	assert_string_equal(sample_where(f, code[0]), "shelved R-U");
	assert_string_equal(sample_where(f, code[1]), "missing");
	assert_string_equal(sample_where(f, code[2]), "shelved R-U");
	assert_int_equal(zong_stocktake_get(f->archive, &f->archivist, id, &made, &f->err), 0);
	assert_true(made->marked > 0);
	zong__stocktake__free_unpacked(made, NULL);
	assert_int_equal(
		zong_stocktake_get(f->archive, &f->archivist, "x", &made, &f->err), ZONG_ENOENT);
}

static void stock_takes_are_listed_newest_first(void **state)
{
	struct fixture *f = *state;
	Zong__Stocktake **list, *made;
	char id[ZONG_ID_TEXT];
	size_t count;

	zong__stocktake__free_unpacked(take(f, "R", NULL, 0), NULL);
	made = take(f, "R-S", NULL, 0);
	snprintf(id, sizeof(id), "%s", fixture_id(&made->id));
	zong__stocktake__free_unpacked(made, NULL);
	assert_int_equal(zong_stocktake_list(f->archive, &f->archivist, NULL, 1, &list, &count,
				 &f->next, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(fixture_id(&list[0]->id), id);
	assert_non_null(f->next);
	zong_stocktakes_free(list, count);
	assert_int_equal(zong_stocktake_take(f->archive, &f->archivist, "R", NULL,
				 ZONG_LIMIT_STOCKTAKE + 1, &made, &f->err),
		ZONG_ELIMIT);
	assert_int_equal(
		zong_stocktake_take(f->archive, &f->archivist, "NONE", NULL, 0, &made, &f->err),
		ZONG_ENOPLACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_is_missing_is_lent_to_nobody_until_it_is_found, fixture_clear),
		cmocka_unit_test_teardown(
			what_its_borrower_lost_is_no_longer_with_him, fixture_clear),
		cmocka_unit_test_teardown(a_stock_take_compares_all_below_a_place, fixture_clear),
		cmocka_unit_test_teardown(
			the_second_step_marks_what_was_not_moved_since, fixture_clear),
		cmocka_unit_test_teardown(stock_takes_are_listed_newest_first, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
