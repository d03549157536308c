/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "L-1");
	return fixture_clear(state);
}

static void a_place_lies_in_one_of_a_higher_level(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(sample_place_add(f, "cabinet", "R-C", "R", 0), 0); /* beside a shelf */
	assert_int_equal(
		sample_place_add(f, "position", "R-C-1", "R-C", 0), 0); /* levels left out */
	assert_int_equal(sample_place_add(f, "cabinet", "X", "R-S", 0), ZONG_EPLACELEVEL);
	assert_int_equal(sample_place_add(f, "box", "X", "R-B1", 0), ZONG_EPLACELEVEL);
	assert_int_equal(sample_place_add(f, "room", "X", "R", 0), ZONG_EPLACELEVEL);
	assert_int_equal(sample_place_add(f, "box", "X", NULL, 0), ZONG_EPLACELEVEL);
	assert_int_equal(sample_place_add(f, "hall", "X", "R", 0), ZONG_EINVAL);
	assert_int_equal(sample_place_add(f, "box", "X", "NONE", 0), ZONG_ENOPLACE);
	assert_int_equal(sample_place_add(f, "box", "r-b1", "R-S", 0), ZONG_EEXIST);
	assert_int_equal(
		sample_place_add(f, "box", "X", "R", ZONG_LIMIT_CAPACITY + 1), ZONG_ELIMIT);
	assert_int_equal(fixture_log(f, "place.add", "place/R-C-1", NULL), 1);
	assert_int_equal(fixture_log(f, "place.add", "place/X", NULL), 0);
}

static void codes_that_are_made_count_up_and_are_never_made_again(void **state)
{
	struct fixture *f = *state;
	struct zong_new_place wanted = {.level = "box", .parent = "R", .name = "示例"};
	char code[3][ZONG_PLACE_CODE];
	struct zong_place_view place;

	/* none of these is a number */
	assert_int_equal(sample_place_add(f, "box", "WEST", "R", 0), 0);
	assert_int_equal(sample_place_add(f, "box", "W-1234567", "R", 0), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(
			zong_place_add(f->archive, &f->archivist, &wanted, &place, &f->err), 0);
		snprintf(code[i], sizeof(code[i]), "%s", place.place->code);
		zong_place_release(&place);
		if (i == 1)
			assert_int_equal(
				zong_place_remove(f->archive, &f->archivist, code[1], &f->err), 0);
	}
	for (size_t i = 0; i < 3; i++) {
		char number[ZONG_ORIGINAL_CODE];

		zong_paper_code_format('W', (uint32_t)i + 1, number);
		assert_string_equal(code[i], number);
	}
}

static void what_something_is_in_stays(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_place_view place;

	assert_int_equal(sample_place_add(f, "box", "GONE", "R-S", 0), 0);
	sample_paper(f, "L-1", "GONE", code);
	assert_int_equal(
		zong_place_remove(f->archive, &f->archivist, "R", &f->err), ZONG_EPLACEUSED);
	assert_int_equal(
		zong_place_remove(f->archive, &f->archivist, "GONE", &f->err), ZONG_EPLACEUSED);
	assert_int_equal(sample_shelve(f, "R-B1", code), 0);
	assert_int_equal(
		zong_place_remove(f->archive, &f->lookup, "GONE", &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(zong_place_remove(f->archive, &f->archivist, "gone", &f->err), 0);
	assert_int_equal(
		zong_place_get(f->archive, &f->lookup, "GONE", &place, &f->err), ZONG_ENOPLACE);
	assert_int_equal(
		zong_place_remove(f->archive, &f->archivist, "GONE", &f->err), ZONG_ENOPLACE);
	/* its code may be used again by those who stick labels themselves */
	assert_int_equal(sample_place_add(f, "box", "GONE", "R", 0), 0);
	assert_int_equal(zong_place_get(f->archive, &f->lookup, "GONE", &place, &f->err), 0);
	assert_int_equal(place.above_count, 1);
	assert_int_equal(place.originals, 0);
	zong_place_release(&place);
	assert_int_equal(
		zong_place_get(f->archive, &f->tax, "GONE", &place, &f->err), ZONG_EFORBIDDEN);
}

static void a_list_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	Zong__Place **places;
	char code[16], *next = NULL;
	size_t count, seen = 0;

	assert_int_equal(sample_place_add(f, "room", "Q", NULL, 0), 0);
	for (int i = 0; i < 7; i++) {
		snprintf(code, sizeof(code), "Q-%d", i);
		assert_int_equal(sample_place_add(f, "box", code, "Q", 0), 0);
	}
	do {
		char *cursor = next;

		next = NULL;
		assert_int_equal(zong_place_list(f->archive, &f->lookup, "q", cursor, 3, &places,
					 &count, &next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < count; i++) {
			snprintf(code, sizeof(code), "Q-%zu", seen++);
			assert_string_equal(places[i]->code, code);
		}
		zong_places_free(places, count);
	} while (next);
	assert_int_equal(seen, 7);
	assert_int_equal(zong_place_list(f->archive, &f->lookup, "NONE", NULL, 3, &places, &count,
				 &next, &f->err),
		ZONG_ENOPLACE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_lies_in_one_of_a_higher_level),
		cmocka_unit_test(codes_that_are_made_count_up_and_are_never_made_again),
		cmocka_unit_test(what_something_is_in_stays),
		cmocka_unit_test(a_list_goes_on_where_it_ended),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
