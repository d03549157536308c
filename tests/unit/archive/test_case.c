/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static int open_case(struct fixture *f, const struct zong_subject *who, const char *no,
	const char *kind, const char *note, bool *ret_again)
{
	Zong__Case wanted = ZONG__CASE__INIT;
	Zong__Case *cas = NULL;
	int err;

	wanted.no = (char *)(uintptr_t)no;
	wanted.kind = (char *)(uintptr_t)kind;
	wanted.note = (char *)(uintptr_t)note;
	memset(&f->err, 0, sizeof(f->err));
	zong_warnings_release(&f->warnings);
	err = zong_case_open(f->archive, who, &wanted, &cas, ret_again, &f->warnings, &f->err);
	if (cas)
		zong__case__free_unpacked(cas, NULL);
	return err;
}

static void an_opened_case_is_kept_and_on_record(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "２０２６-open");
	assert_string_equal(f->cas->no, "2026-open");
	assert_true(f->cas->opened > 0);
	assert_string_equal(f->cas->opened_by, "token:archivist");
	assert_int_equal(fixture_log(f, "case.open", "case/2026-open", NULL), 1);
	zong__case__free_unpacked(f->cas, NULL);
	f->cas = NULL;
	fixture_reopen(f, true);
	assert_int_equal(
		zong_case_get(f->archive, &f->archivist, "2026-open", &f->cas, &f->err), 0);
	assert_string_equal(f->cas->kind, "转移登记");
	assert_string_equal(f->cas->parties[0]->name, "示例甲");
	assert_string_equal(f->cas->units[0], "370786001001GB00001F00010001");
}

static void the_same_content_again_changes_nothing(void **state)
{
	struct fixture *f = *state;
	bool again;

	assert_int_equal(open_case(f, &f->archivist, "same-1", "转移登记", "甲", &again), 0);
	assert_false(again);
	assert_int_equal(open_case(f, &f->local, "same-1", "转移登记", "甲", &again), 0);
	assert_true(again);
	assert_int_equal(
		open_case(f, &f->archivist, "same-1", "转移登记", "乙", &again), ZONG_ECASEEXISTS);
	assert_string_equal(f->err.subject, "same-1");
	assert_int_equal(fixture_log(f, "case.open", "case/same-1", NULL), 1);
}

static void only_archivists_and_the_owner_open_cases(void **state)
{
	struct fixture *f = *state;
	bool again;

	assert_int_equal(
		open_case(f, &f->administrator, "role-1", "转移登记", "", &again), ZONG_EFORBIDDEN);
	assert_int_equal(
		open_case(f, &f->lookup, "role-1", "转移登记", "", &again), ZONG_EFORBIDDEN);
	assert_int_equal(open_case(f, &f->tax, "role-1", "转移登记", "", &again), ZONG_EFORBIDDEN);
	assert_int_equal(
		open_case(f, &f->nobody, "role-1", "转移登记", "", &again), ZONG_EUNAUTHENTICATED);
	assert_int_equal(open_case(f, &f->local, "role-1", "转移登记", "", &again), 0);
}

static void hidden_and_missing_cases_are_answered_alike(void **state)
{
	struct fixture *f = *state;
	struct zong_err missing;

	fixture_case(f, "seen-1");
	assert_int_equal(fixture_add(f, "seen-1", "", "text 甲\n", "housing", &f->receipt), 0);
	assert_int_equal(
		zong_case_get(f->archive, &f->tax, "seen-2", &f->cas, &missing), ZONG_ENOCASE);
	zong__case__free_unpacked(f->cas, NULL);
	f->cas = NULL;
	assert_int_equal(
		zong_case_get(f->archive, &f->tax, "seen-1", &f->cas, &f->err), ZONG_ENOCASE);
	assert_int_equal(f->err.code, missing.code);
	assert_string_equal(f->err.subject, "seen-1");
	assert_int_equal(zong_case_get(f->archive, &f->tax, "a/b", &f->cas, &f->err), ZONG_ENOCASE);
	assert_int_equal(zong_case_get(f->archive, &f->administrator, "seen-1", &f->cas, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_case_get(f->archive, &f->administrator, "seen-2", &f->cas, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_case_get(f->archive, &f->housing, "seen-1", &f->cas, &f->err), 0);
}

static void a_department_sees_its_materials_of_a_case_only(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "mine-1");
	assert_int_equal(fixture_add(f, "mine-1", "", "text 乙\n", "housing", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "mine-1", "", "text 丙\n", "tax", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "mine-1", "", "text 丁\n", NULL, &f->other), 0);
	assert_int_equal(zong_case_materials(f->archive, &f->tax, "mine-1", &f->materials,
				 &f->material_count, &f->err),
		0);
	assert_int_equal(f->material_count, 1);
	assert_memory_equal(f->materials[0]->id.data, f->receipt.material->id.data, 16);
	zong_materials_free(f->materials, f->material_count);
	f->materials = NULL;
	f->material_count = 0;
	assert_int_equal(zong_case_materials(f->archive, &f->archivist, "mine-1", &f->materials,
				 &f->material_count, &f->err),
		0);
	assert_int_equal(f->material_count, 3);
	assert_memory_equal(f->materials[2]->id.data, f->other.material->id.data, 16);
}

static void a_list_goes_on_where_it_ended(void **state)
{
	struct fixture *f = *state;
	char *cursor = NULL;
	size_t seen = 0;
	char no[32];

	for (int i = 0; i < 7; i++) {
		snprintf(no, sizeof(no), "list-%d", i);
		fixture_case(f, no);
	}
	do {
		f->next = NULL;
		assert_int_equal(zong_case_list(f->archive, &f->archivist, "list-", cursor, 3,
					 &f->cases, &f->case_count, &f->next, &f->err),
			0);
		free(cursor);
		for (size_t i = 0; i < f->case_count; i++) {
			snprintf(no, sizeof(no), "list-%d", 6 - (int)seen++);
			assert_string_equal(f->cases[i]->no, no);
		}
		zong_cases_free(f->cases, f->case_count);
		f->cases = NULL;
		f->case_count = 0;
		cursor = f->next;
	} while (cursor);
	assert_int_equal(seen, 7);
	f->next = NULL;
	assert_int_equal(zong_case_list(f->archive, &f->archivist, NULL, NULL, 2, &f->cases,
				 &f->case_count, &f->next, &f->err),
		0);
	assert_int_equal(f->case_count, 2);
	assert_string_equal(f->cases[0]->no, "list-6");
	assert_non_null(f->next);
	assert_int_equal(zong_case_list(f->archive, &f->archivist, NULL, "!", 2, &f->cases,
				 &f->case_count, &f->next, &f->err),
		ZONG_ECURSOR);
}

static void a_department_lists_its_cases_only(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "dept-1");
	fixture_case(f, "dept-2");
	assert_int_equal(fixture_add(f, "dept-2", "", "text 戊\n", "tax", &f->receipt), 0);
	assert_int_equal(zong_case_list(f->archive, &f->tax, "dept-", NULL, 50, &f->cases,
				 &f->case_count, &f->next, &f->err),
		0);
	assert_int_equal(f->case_count, 1);
	assert_string_equal(f->cases[0]->no, "dept-2");
	assert_null(f->next);
	assert_int_equal(zong_case_list(f->archive, &f->administrator, NULL, NULL, 50, &f->cases,
				 &f->case_count, &f->next, &f->err),
		ZONG_EFORBIDDEN);
}

static void reading_a_case_with_persons_is_on_record(void **state)
{
	struct fixture *f = *state;
	uint64_t reads;
	bool again;

	fixture_case(f, "read-1");
	assert_int_equal(open_case(f, &f->archivist, "read-2", "转移登记", "", &again), 0);
	zong__case__free_unpacked(f->cas, NULL);
	f->cas = NULL;
	assert_int_equal(zong_case_get(f->archive, &f->lookup, "read-2", &f->cas, &f->err), 0);
	zong__case__free_unpacked(f->cas, NULL);
	f->cas = NULL;
	assert_int_equal(fixture_log(f, "case.read", "case/read-2", NULL), 0);
	assert_int_equal(zong_case_get(f->archive, &f->lookup, "read-1", &f->cas, &f->err), 0);
	assert_int_equal(fixture_log(f, "case.read", "case/read-1", &reads), 1);
	assert_int_equal(reads, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(an_opened_case_is_kept_and_on_record, fixture_clear),
		cmocka_unit_test_teardown(the_same_content_again_changes_nothing, fixture_clear),
		cmocka_unit_test_teardown(only_archivists_and_the_owner_open_cases, fixture_clear),
		cmocka_unit_test_teardown(
			hidden_and_missing_cases_are_answered_alike, fixture_clear),
		cmocka_unit_test_teardown(
			a_department_sees_its_materials_of_a_case_only, fixture_clear),
		cmocka_unit_test_teardown(a_list_goes_on_where_it_ended, fixture_clear),
		cmocka_unit_test_teardown(a_department_lists_its_cases_only, fixture_clear),
		cmocka_unit_test_teardown(reading_a_case_with_persons_is_on_record, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
