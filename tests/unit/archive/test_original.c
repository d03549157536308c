/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_papers.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "O-1");
	fixture_case(*state, "O-2");
	return fixture_clear(state);
}

static int make(
	struct fixture *f, const struct zong_new_original *wanted, struct zong_original *ret_made)
{
	return zong_original_new(f->archive, &f->archivist, wanted, ret_made, &f->err);
}

static void a_paper_takes_title_and_pages_from_its_scans(void **state)
{
	struct fixture *f = *state;
	const char *materials[3];
	char ids[2][ZONG_ID_TEXT];
	struct zong_new_original wanted = {
		.case_no = "O-1", .materials = materials, .material_count = 3};
	struct zong_original made;

	assert_int_equal(
		fixture_add(f, "O-1", "买卖合同", "text 甲\ntext 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "O-1", "身份证明", "text 丙\n", NULL, &f->other), 0);
	snprintf(ids[0], sizeof(ids[0]), "%s", fixture_id(&f->receipt.material->id));
	snprintf(ids[1], sizeof(ids[1]), "%s", fixture_id(&f->other.material->id));
	materials[0] = ids[0];
	materials[1] = ids[1];
	materials[2] = ids[0]; /* named twice */
	assert_int_equal(make(f, &wanted, &made), 0);
	assert_int_equal(made.original->n_materials, 2);
	assert_int_equal(made.original->pages, 3);
	assert_true(strcmp(made.original->title, "买卖合同") == 0 || made.original->title[0]);
	assert_string_equal(zong_original_state_name(made.original), "unshelved");
	assert_int_equal(made.copy_count, 2);
	assert_string_equal(made.copy[0].material, ids[0]);
	/* the department that has a scan sees the paper, and of the copies only its own */
	{
		char code[ZONG_ORIGINAL_CODE];
		struct zong_original seen;

		snprintf(code, sizeof(code), "%s", made.original->code);
		zong_original_release(&made);
		assert_int_equal(zong_original_get(f->archive, &f->tax, code, &seen, &f->err), 0);
		assert_int_equal(seen.copy_count, 1);
		assert_string_equal(seen.copy[0].material, ids[0]);
		zong_original_release(&seen);
		assert_int_equal(zong_original_get(f->archive, &f->housing, code, &seen, &f->err),
			ZONG_ENOORIGINAL);
	}
	wanted.case_no = "O-2";
	assert_int_equal(make(f, &wanted, &made), ZONG_ENOENT);
}

static void what_is_not_said_or_not_there_is_told(void **state)
{
	static const char *const none[] = {"no id"};
	struct fixture *f = *state;
	struct zong_new_original wanted = {.case_no = "O-2", .title = "示例"};
	struct zong_original made;

	assert_int_equal(make(f, &wanted, &made), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "pages");
	wanted.pages = 5;
	wanted.title = "";
	assert_int_equal(make(f, &wanted, &made), ZONG_EINVAL);
	assert_string_equal(f->err.subject, "title");
	wanted.title = "\xff";
	assert_int_equal(make(f, &wanted, &made), ZONG_EENCODING);
	wanted.title = "示例";
	wanted.case_no = "O-9";
	assert_int_equal(make(f, &wanted, &made), ZONG_ENOCASE);
	wanted.case_no = "O-2";
	wanted.place = "R";
	assert_int_equal(make(f, &wanted, &made), ZONG_EPLACELEVEL);
	wanted.place = "nowhere";
	assert_int_equal(make(f, &wanted, &made), ZONG_ENOPLACE);
	wanted.place = NULL;
	wanted.materials = none;
	wanted.material_count = 1;
	assert_int_equal(make(f, &wanted, &made), ZONG_ENOENT);
	wanted.material_count = ZONG_LIMIT_ORIGINAL_MATERIALS + 1;
	assert_int_equal(make(f, &wanted, &made), ZONG_ELIMIT);
	wanted.material_count = 0;
	assert_int_equal(zong_original_new(f->archive, &f->lookup, &wanted, &made, &f->err),
		ZONG_EFORBIDDEN);
}

static void the_papers_of_a_whole_case_have_all_its_scans(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE];
	struct zong_original seen;

	fixture_case(f, "O-3");
	sample_paper(f, "O-3", "R-S", code);
	assert_int_equal(
		zong_original_get(f->archive, &f->tax, code, &seen, &f->err), ZONG_ENOORIGINAL);
	assert_int_equal(fixture_add(f, "O-3", "甲", "text 丁\n", "tax", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "O-3", "乙", "text 戊\n", NULL, &f->other), 0);
	assert_int_equal(zong_original_get(f->archive, &f->tax, code, &seen, &f->err), 0);
	assert_int_equal(seen.copy_count, 1);
	zong_original_release(&seen);
	assert_int_equal(zong_original_get(f->archive, &f->lookup, code, &seen, &f->err), 0);
	assert_int_equal(seen.copy_count, 2);
	assert_false(seen.copy_more);
	assert_int_equal(seen.place_count, 2);
	zong_original_release(&seen);
}

static void each_reading_is_on_record(void **state)
{
	struct fixture *f = *state;
	char code[ZONG_ORIGINAL_CODE], object[32];
	struct zong_original seen;

	sample_paper(f, "O-2", NULL, code);
	snprintf(object, sizeof(object), "original/%s", code);
	assert_int_equal(fixture_log(f, "original.read", object, NULL), 0);
	assert_int_equal(zong_original_get(f->archive, &f->lookup, code, &seen, &f->err), 0);
	zong_original_release(&seen);
	assert_int_equal(fixture_log(f, "original.new", object, NULL), 1);
	assert_int_equal(fixture_log(f, "original.read", object, NULL), 1);
	assert_int_equal(zong_original_get(f->archive, &f->administrator, code, &seen, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_original_get(f->archive, &f->lookup, "Y123", &seen, &f->err),
		ZONG_EORIGINALCODE);
}

/* ---- lists: original_list.c ---- */

static size_t list(struct fixture *f, const struct zong_subject *who,
	struct zong_original_filter filter, size_t step)
{
	Zong__Original **originals;
	char *next = NULL;
	size_t count, seen = 0;

	do {
		char *cursor = next;

		next = NULL;
		assert_int_equal(zong_original_list(f->archive, who, &filter, cursor, step,
					 &originals, &count, &next, &f->err),
			0);
		free(cursor);
		assert_true(count <= step);
		seen += count;
		zong_originals_free(originals, count);
	} while (next);
	return seen;
}

static void lists_are_of_a_case_a_place_or_a_state_and_show_only_what_may_be_seen(void **state)
{
	struct fixture *f = *state;
	Zong__Original **originals;
	char code[5][ZONG_ORIGINAL_CODE], *next;
	size_t count;

	fixture_case(f, "O-5");
	for (int i = 0; i < 5; i++)
		sample_paper(f, "O-5", i < 3 ? "R-B1" : NULL, code[i]);
	assert_int_equal(sample_lend(f, code[4], "示例乙", SAMPLE_TODAY + 5), 0);
	assert_int_equal(
		list(f, &f->lookup, (struct zong_original_filter){.case_no = "O-5"}, 2), 5);
	assert_int_equal(list(f, &f->lookup, (struct zong_original_filter){.place = "r-b1"}, 2), 3);
	assert_int_equal(list(f, &f->lookup, (struct zong_original_filter){.state = "lent"}, 2), 1);
	assert_true(list(f, &f->lookup, (struct zong_original_filter){0}, 3) >= 5);
	assert_int_equal(list(f, &f->housing, (struct zong_original_filter){0}, 3), 0);
	assert_int_equal(zong_original_list(f->archive, &f->housing,
				 &(struct zong_original_filter){.case_no = "O-5"}, NULL, 5,
				 &originals, &count, &next, &f->err),
		ZONG_ENOCASE);
	assert_int_equal(zong_original_list(f->archive, &f->tax,
				 &(struct zong_original_filter){.place = "R-B1"}, NULL, 5,
				 &originals, &count, &next, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_original_list(f->archive, &f->lookup,
				 &(struct zong_original_filter){.case_no = "O-5", .place = "R-B1"},
				 NULL, 5, &originals, &count, &next, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_original_list(f->archive, &f->lookup,
				 &(struct zong_original_filter){.state = "somewhere"}, NULL, 5,
				 &originals, &count, &next, &f->err),
		ZONG_EINVAL);
	assert_int_equal(fixture_log(f, "original.list", "case/O-5", NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_paper_takes_title_and_pages_from_its_scans, fixture_clear),
		cmocka_unit_test_teardown(what_is_not_said_or_not_there_is_told, fixture_clear),
		cmocka_unit_test_teardown(
			the_papers_of_a_whole_case_have_all_its_scans, fixture_clear),
		cmocka_unit_test_teardown(each_reading_is_on_record, fixture_clear),
		cmocka_unit_test_teardown(
			lists_are_of_a_case_a_place_or_a_state_and_show_only_what_may_be_seen,
			fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
