/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/handover.h>

#include "sample_check.h"
#include "sample_papers.h"

static const char *found; /* by the last check */

static const char *check(struct fixture *f, bool repair)
{
	found = sample_check(f, repair);
	f->archive->today = SAMPLE_TODAY;
	return found;
}

static char shelved[ZONG_ORIGINAL_CODE], lent[ZONG_ORIGINAL_CODE];

static int setup(void **state)
{
	struct fixture *f;

	if (fixture_setup_paused(state))
		return -1;
	f = *state;
	sample_room(f);
	fixture_case(f, "C-1");
	sample_paper(f, "C-1", "R-B1", shelved);
	sample_paper(f, "C-1", "R-B1", lent);
	if (sample_lend(f, lent, "示例乙", SAMPLE_TODAY + 5) || sample_reserve(f, lent, "示例丁"))
		return -1;
	return fixture_clear(state);
}

static void a_sound_store_room_is_found_sound(void **state)
{
	assert_string_equal(check(*state, false), "");
}

static void index_rows_that_are_missing_or_too_many_are_told_and_put_right(void **state)
{
	static const enum zong_table tables[] = {ZONG_TABLE_PLACES_BY_PARENT,
		ZONG_TABLE_ORIGINALS_BY_CASE, ZONG_TABLE_ORIGINALS_BY_PLACE,
		ZONG_TABLE_ORIGINALS_BY_STATE, ZONG_TABLE_LOANS_OPEN};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		char missing[64], extra[64];

		snprintf(missing, sizeof(missing), "index-missing %s/", zong_table_name(tables[i]));
		snprintf(extra, sizeof(extra), "index-extra %s/", zong_table_name(tables[i]));
		do_harm(f, (struct harm){.table = tables[i]});
		assert_non_null(strstr(check(f, false), missing));
		assert_non_null(strstr(check(f, true), " repaired"));
		assert_string_equal(check(f, false), "");
		/* a key that is none of this table's */
		do_harm(f, (struct harm){.table = ZONG_TABLE_CASES, .move = true, .to = tables[i]});
		assert_non_null(strstr(check(f, false), extra));
		assert_non_null(strstr(check(f, true), " repaired"));
		assert_string_equal(check(f, false), "");
	}
}

static void damaged_rows_are_named(void **state)
{
	static const enum zong_table tables[] = {
		ZONG_TABLE_PLACES, ZONG_TABLE_ORIGINALS, ZONG_TABLE_LOANS, ZONG_TABLE_RESERVATIONS};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		char damaged[64];

		snprintf(damaged, sizeof(damaged), "row-damaged %s/", zong_table_name(tables[i]));
		do_harm(f, (struct harm){.table = tables[i], .bytes = "\x0f\xff", .len = 2});
		assert_non_null(strstr(check(f, false), damaged));
	}
}

static void a_place_that_is_gone_is_named(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_PLACES}); /* the room */
	assert_non_null(strstr(check(f, false), "row-missing place/R\n"));
}

/* A row that says it lies on a place while a loan of it is open. */
static int lay_down(struct zong_txn *txn, void *ctx)
{
	Zong__Original *original, *before;
	int err = zong_original_row(txn, ctx, &original);

	if (err)
		return err;
	err = zong_original_copy(original, &before);
	if (!err)
		err = zong_original_lay(original, "R-B1", "示例");
	if (!err)
		err = zong_original_put(txn, before, original);
	zong__original__free_unpacked(original, NULL);
	zong__original__free_unpacked(before, NULL);
	return err;
}

static void a_loan_of_what_lies_on_a_shelf_is_told(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zong_store_write(f->archive->store, lay_down, lent), 0);
	assert_non_null(strstr(check(f, false), "row-wrong loan/"));
}

/* One list that is open, with one paper. */
static void list_one(struct fixture *f)
{
	const char *code = shelved;
	struct zong_new_handover wanted = {
		.direction = "out", .other = "示例档案馆", .codes = &code, .count = 1};
	struct zong_handover made;
	Zong__Stocktake *take;

	assert_int_equal(zong_handover_make(f->archive, &f->archivist, &wanted, &made, &f->err), 0);
	zong_handover_release(&made);
	assert_int_equal(
		zong_stocktake_take(f->archive, &f->archivist, "R", NULL, 0, &take, &f->err), 0);
	zong__stocktake__free_unpacked(take, NULL);
	assert_string_equal(check(f, false), "");
}

static int unlock(struct zong_txn *txn, void *ctx)
{
	Zong__Original *original;
	int err = zong_original_row(txn, ctx, &original);

	if (!err)
		err = zong_row_set(&original->listed, "");
	if (!err)
		err = zong_original_put(txn, original, original);
	zong__original__free_unpacked(original, NULL);
	return err;
}

static void a_list_holds_what_is_on_it(void **state)
{
	struct fixture *f = *state;

	list_one(f);
	assert_int_equal(zong_store_write(f->archive->store, unlock, shelved), 0);
	assert_non_null(strstr(check(f, false), "row-wrong handover/"));
}

static void items_without_their_list_and_lists_without_their_items_are_told(void **state)
{
	struct fixture *f = *state;

	list_one(f);
	do_harm(f, (struct harm){.table = ZONG_TABLE_HANDOVER_ITEMS});
	assert_non_null(strstr(check(f, false), "row-wrong handover/"));
	assert_non_null(strstr(found, "row-missing original/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_HANDOVERS, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(check(f, false), "row-damaged handovers/"));
	do_harm(f, (struct harm){.table = ZONG_TABLE_STOCKTAKES, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(check(f, false), "row-damaged stocktakes/"));
}

static void a_paper_that_the_log_knows_and_nobody_else_is_told_once(void **state)
{
	struct fixture *f = *state;
	const char *first;

	do_harm(f, (struct harm){.table = ZONG_TABLE_ORIGINALS});
	first = strstr(check(f, false), "row-missing original/");
	assert_non_null(first);
	assert_null(strstr(first + 1, "row-missing original/"));
	assert_null(strstr(found, "index-extra")); /* right again when the row comes back */
	check(f, true);
	assert_null(strstr(check(f, false), "index-missing"));
}

static void a_paper_that_is_lent_has_its_loan(void **state)
{
	struct fixture *f = *state;

	do_harm(f, (struct harm){.table = ZONG_TABLE_LOANS});
	assert_non_null(strstr(check(f, false), "row-missing loan of original/"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_store_room_is_found_sound),
		TEST(index_rows_that_are_missing_or_too_many_are_told_and_put_right),
		TEST(damaged_rows_are_named),
		TEST(a_place_that_is_gone_is_named),
		TEST(a_loan_of_what_lies_on_a_shelf_is_told),
		TEST(a_list_holds_what_is_on_it),
		TEST(items_without_their_list_and_lists_without_their_items_are_told),
		TEST(a_paper_that_the_log_knows_and_nobody_else_is_told_once),
		TEST(a_paper_that_is_lent_has_its_loan),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
