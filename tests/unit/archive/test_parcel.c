/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "fixture.h"
#include "sample_units.h"

#define UNITS 5

/* Opens a case with the units 1 to @count of parcel @parcel. */
static void open_case(struct fixture *f, const char *no, int parcel, int count)
{
	char units[UNITS][32];
	char *unit[UNITS];
	char kind[] = "首次登记";
	Zong__Case wanted = ZONG__CASE__INIT;
	Zong__Case *cas;
	bool again;

	for (int i = 0; i < count; i++) {
		snprintf(units[i], sizeof(units[i]), "370786001001GB%05dF0001%04d", parcel, i + 1);
		unit[i] = units[i];
	}
	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = kind;
	wanted.units = unit;
	wanted.n_units = (size_t)count;
	assert_int_equal(zong_case_open(f->archive, &f->archivist, &wanted, &cas, &again,
				 &f->warnings, &f->err),
		0);
	zong__case__free_unpacked(cas, NULL);
	zong_warnings_release(&f->warnings);
}

static int look(struct fixture *f, const struct zong_subject *who, const char *code,
	const char *cursor, size_t max)
{
	zong_parcel_release(&f->parcel);
	return zong_parcel_get(f->archive, who, code, cursor, max, &f->parcel, &f->err);
}

static void a_parcel_shows_its_units_cases_and_materials(void **state)
{
	struct fixture *f = *state;

	open_case(f, "parcel-1", 11, 3);
	assert_int_equal(fixture_add(f, "parcel-1", "", "text 甲\n", "tax", &f->receipt), 0);
	assert_int_equal(look(f, &f->archivist, "370786001001gb00011", NULL, 50), 0);
	assert_string_equal(f->parcel.code.text, "370786001001GB00011");
	assert_int_equal(f->parcel.code.level, ZONG_UNIT_PARCEL);
	assert_int_equal(f->parcel.units, 3);
	assert_string_equal(f->parcel.unit[2].text, "370786001001GB00011F00010003");
	assert_int_equal(f->parcel.cases, 1);
	assert_int_equal(f->parcel.materials, 1);
	assert_null(f->parcel.next);
	assert_int_equal(look(f, &f->archivist, "370786001001GB00011F00010002", NULL, 50), 0);
	assert_int_equal(f->parcel.units, 1);
	assert_int_equal(f->parcel.cases, 1);
	assert_int_equal(f->parcel.materials, 1);
	assert_int_equal(look(f, &f->archivist, "370786001001GB00011F0001", NULL, 50), 0);
	assert_int_equal(f->parcel.code.level, ZONG_UNIT_BUILDING);
}

static void a_list_over_pages_shows_each_case_once(void **state)
{
	struct fixture *f = *state;
	char *cursor = NULL;
	size_t cases = 0;
	size_t units = 0;
	char no[32];

	for (int i = 0; i < 6; i++) {
		snprintf(no, sizeof(no), "pages-%d", i);
		open_case(f, no, 12, 1 + i % UNITS);
	}
	do {
		char *next;

		assert_int_equal(look(f, &f->archivist, "370786001001GB00012", cursor, 2), 0);
		free(cursor);
		cases += f->parcel.cases;
		units += f->parcel.units;
		next = f->parcel.next;
		f->parcel.next = NULL;
		cursor = next;
	} while (cursor);
	assert_int_equal(cases, 6);
	assert_true(units >= UNITS);
}

static void a_department_sees_what_is_its_own(void **state)
{
	struct fixture *f = *state;

	open_case(f, "own-1", 13, 2);
	open_case(f, "own-2", 13, 2);
	assert_int_equal(fixture_add(f, "own-1", "", "text 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "own-2", "", "text 丙\n", "housing", &f->other), 0);
	assert_int_equal(look(f, &f->tax, "370786001001GB00013", NULL, 50), 0);
	assert_int_equal(f->parcel.cases, 1);
	assert_string_equal(f->parcel.cas[0]->no, "own-1");
	assert_int_equal(f->parcel.materials, 1);
	assert_memory_equal(f->parcel.material[0]->id.data, f->receipt.material->id.data, 16);
}

static void hidden_and_empty_parcels_are_answered_alike(void **state)
{
	struct fixture *f = *state;

	open_case(f, "none-1", 14, 1);
	assert_int_equal(look(f, &f->tax, "370786001001GB00014", NULL, 50), ZONG_ENOENT);
	assert_int_equal(look(f, &f->tax, "370786001001GB99999", NULL, 50), ZONG_ENOENT);
	assert_int_equal(look(f, &f->archivist, "370786001001GB99999", NULL, 50), ZONG_ENOENT);
	assert_int_equal(
		look(f, &f->administrator, "370786001001GB00014", NULL, 50), ZONG_EFORBIDDEN);
	assert_int_equal(
		look(f, &f->nobody, "370786001001GB00014", NULL, 50), ZONG_EUNAUTHENTICATED);
}

static void bad_codes_and_cursors_are_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = {
		"", "37078", "37078600100!", "370786001001GB00001F000100011", "甲"};
	char *elsewhere;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(look(f, &f->archivist, bad[i], NULL, 50), ZONG_EUNITCODE);
	assert_int_equal(look(f, &f->archivist, "370786", "!", 50), ZONG_ECURSOR);
	/* a key that the client thought of */
	assert_int_equal(look(f, &f->archivist, "370786", "__8", 50), ZONG_ECURSOR);
	/* a cursor of elsewhere tells of no code and row */
	assert_int_equal(zong_cursor_make("\xff\xff", 2, &elsewhere), 0);
	assert_int_equal(look(f, &f->archivist, "370786", elsewhere, 50), ZONG_ECURSOR);
	free(elsewhere);
}

static void looking_at_a_parcel_is_on_record(void **state)
{
	struct fixture *f = *state;

	open_case(f, "record-1", 15, 1);
	assert_int_equal(look(f, &f->lookup, "370786001001GB00015", NULL, 50), 0);
	assert_int_equal(fixture_log(f, "parcel.read", "parcel/370786001001GB00015", NULL), 1);
}

static void what_was_filed_under_the_code_before_is_found_and_said_to_be(void **state)
{
	struct fixture *f = *state;

	open_case(f, "before-1", 21, 2);
	open_case(f, "after-1", 22, 1);
	assert_int_equal(fixture_add(f, "before-1", "", "text 丁\n", "tax", &f->receipt), 0);
	sample_happened(f, "split", "2015-01-01", "370786001001GB00021",
		"370786001001GB00022 370786001001GB00023");
	assert_int_equal(look(f, &f->archivist, "370786001001GB00022F00010001", NULL, 50), 0);
	assert_int_equal(f->parcel.before.count, 1);
	assert_string_equal(f->parcel.before.step[0].code, "370786001001GB00021");
	assert_int_equal(f->parcel.cases, 2);
	assert_string_equal(f->parcel.cas[0]->no, "after-1");
	assert_null(f->parcel.cas_via[0]);
	assert_string_equal(f->parcel.cas[1]->no, "before-1");
	assert_string_equal(f->parcel.cas_via[1], "370786001001GB00021");
	assert_int_equal(f->parcel.materials, 1);
	assert_string_equal(f->parcel.material_via[0], "370786001001GB00021");
	assert_false(f->parcel.ended);
	/* A part on which nothing is filed yet. */
	assert_int_equal(look(f, &f->archivist, "370786001001GB00023", NULL, 50), 0);
	assert_int_equal(f->parcel.cases, 1);
	assert_non_null(f->parcel.table);
	assert_int_equal(look(f, &f->archivist, "370786001001GB00021", NULL, 50), 0);
	assert_true(f->parcel.ended);
	assert_int_equal(f->parcel.after.count, 2);
	assert_int_equal(f->parcel.cases, 1);
	/* A department sees what is its own, and codes where there is some. */
	assert_int_equal(look(f, &f->tax, "370786001001GB00023", NULL, 50), 0);
	assert_int_equal(f->parcel.cases, 1);
	assert_int_equal(look(f, &f->housing, "370786001001GB00023", NULL, 50), ZONG_ENOENT);
}

static void pages_go_over_from_one_code_to_the_one_before(void **state)
{
	static const char *const codes[] = {
		"370786001001GB00033", "370786001001GB00032", "370786001001GB00031"};
	struct fixture *f = *state;
	char *cursor = NULL;
	size_t cases = 0, vias = 0, pages = 0;
	char no[32];

	for (int parcel = 31; parcel <= 33; parcel++)
		for (int i = 0; i < 5; i++) {
			snprintf(no, sizeof(no), "over-%d-%d", parcel, i);
			open_case(f, no, parcel, 1 + i % UNITS);
		}
	sample_happened(f, "renumber", "2010-01-01", codes[2], codes[1]);
	sample_happened(f, "renumber", "2012-01-01", codes[1], codes[0]);
	do {
		assert_int_equal(look(f, &f->archivist, codes[0], cursor, 2), 0);
		free(cursor);
		for (size_t i = 0; i < f->parcel.cases; i++)
			vias += f->parcel.cas_via[i] != NULL;
		cases += f->parcel.cases;
		cursor = f->parcel.next;
		f->parcel.next = NULL;
		assert_true(++pages < 50);
	} while (cursor);
	assert_int_equal(cases, 15);
	assert_int_equal(vias, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_parcel_shows_its_units_cases_and_materials, fixture_clear),
		cmocka_unit_test_teardown(a_list_over_pages_shows_each_case_once, fixture_clear),
		cmocka_unit_test_teardown(a_department_sees_what_is_its_own, fixture_clear),
		cmocka_unit_test_teardown(
			hidden_and_empty_parcels_are_answered_alike, fixture_clear),
		cmocka_unit_test_teardown(bad_codes_and_cursors_are_refused, fixture_clear),
		cmocka_unit_test_teardown(looking_at_a_parcel_is_on_record, fixture_clear),
		cmocka_unit_test_teardown(
			what_was_filed_under_the_code_before_is_found_and_said_to_be,
			fixture_clear),
		cmocka_unit_test_teardown(
			pages_go_over_from_one_code_to_the_one_before, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
