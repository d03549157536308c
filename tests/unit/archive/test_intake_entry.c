/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "intake_entry.h"

static int check(struct fixture *f, const struct zong_intake *intake)
{
	if (f->material)
		zong__material__free_unpacked(f->material, NULL);
	f->material = NULL;
	zong_warnings_release(&f->warnings);
	memset(&f->err, 0, sizeof(f->err));
	return zong_intake_entry_check(
		f->archive, &f->archivist, intake, &f->material, &f->warnings, &f->err);
}

static void a_title_is_found_where_none_is_given(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *title, *file, *type, *expected;
	} titles[] = {
		{"买卖合同", "a.pdf", "合同", "买卖合同"},
		{"", "a.pdf", "合同", "a"},
		{NULL, ".pdf", "合同", ".pdf"},
		{NULL, "扫描件", "合同", "扫描件"},
		{NULL, "x/y/", "合同", "合同"},
		{NULL, NULL, "合同", "合同"},
		{NULL, NULL, NULL, "材料"},
	};

	fixture_case(f, "entry-1");
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		struct zong_intake intake = {.case_no = "entry-1",
			.title = titles[i].title,
			.file_name = titles[i].file,
			.type = titles[i].type};

		assert_int_equal(check(f, &intake), 0);
		assert_string_equal(f->material->title, titles[i].expected);
	}
}

static void departments_named_twice_count_once(void **state)
{
	struct fixture *f = *state;
	static const char *const to[] = {"tax", "housing", "tax"};
	struct zong_intake intake = {.case_no = "entry-2", .receivers = to, .receivers_count = 3};

	fixture_case(f, "entry-2");
	assert_int_equal(check(f, &intake), 0);
	assert_int_equal(f->material->n_receivers, 2);
	assert_string_equal(f->material->receivers[1], "housing");
}

static void units_and_scope_are_taken_as_given(void **state)
{
	struct fixture *f = *state;
	static const char *const units[] = {"370786 001001 gb00000", "370786001001GB00000"};
	static const char *const scopes[] = {"case", "unit", "building", "parcel"};
	struct zong_intake intake = {.case_no = "entry-3", .units = units, .units_count = 2};

	fixture_case(f, "entry-3");
	for (int i = 0; i < 4; i++) {
		intake.scope = scopes[i];
		assert_int_equal(check(f, &intake), 0);
		assert_int_equal(f->material->scope, i);
	}
	assert_int_equal(f->material->n_units, 1);
	assert_string_equal(f->material->units[0], "370786001001GB00000");
	assert_int_equal(f->warnings.count, 1);
	assert_string_equal(f->warnings.item[0].code, "unit-serial");
}

static void too_many_departments_are_over_the_limit(void **state)
{
	struct fixture *f = *state;
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
	char names[ZONG_LIMIT_RECEIVERS + 1][3];
	const char *to[ZONG_LIMIT_RECEIVERS + 1];
	struct zong_intake intake = {
		.case_no = "entry-4", .receivers = to, .receivers_count = ZONG_LIMIT_RECEIVERS + 1};

	for (int i = 0; i <= ZONG_LIMIT_RECEIVERS; i++) {
		names[i][0] = letters[i / 26];
		names[i][1] = letters[i % 26];
		names[i][2] = '\0';
		to[i] = names[i];
	}
	fixture_case(f, "entry-4");
	assert_int_equal(check(f, &intake), ZONG_ELIMIT);
	assert_string_equal(f->err.subject, "to");
	intake.receivers_count--;
	assert_int_equal(check(f, &intake), ZONG_ENODEPARTMENT);
	assert_string_equal(f->err.subject, "aa");
}

static void a_long_file_name_is_cut_at_a_character(void **state)
{
	struct fixture *f = *state;
	char name[ZONG_LIMIT_TITLE * 2 + 1];
	struct zong_intake intake = {.case_no = "entry-5", .file_name = name, .title = "甲"};

	for (size_t i = 0; i + 3 < sizeof(name); i += 3)
		memcpy(name + i, "卷", 4);
	fixture_case(f, "entry-5");
	assert_int_equal(check(f, &intake), 0);
	assert_int_equal(strlen(f->material->file_name), ZONG_LIMIT_TITLE / 3 * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_title_is_found_where_none_is_given, fixture_clear),
		cmocka_unit_test_teardown(departments_named_twice_count_once, fixture_clear),
		cmocka_unit_test_teardown(units_and_scope_are_taken_as_given, fixture_clear),
		cmocka_unit_test_teardown(too_many_departments_are_over_the_limit, fixture_clear),
		cmocka_unit_test_teardown(a_long_file_name_is_cut_at_a_character, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
