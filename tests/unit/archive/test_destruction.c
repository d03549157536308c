/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zong/retention.h>
#include <zong/time.h>

#include "fixture.h"
#include "sample_destruction.h"

static void one_person_is_not_two_by_another_token(void **state)
{
	struct fixture *f = *state;
	struct zong_subject again = f->administrator;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];

	due_material(f, "D-1", "text d1\n", id);
	propose(f, id, list);
	assert_int_equal(execute(f, &f->administrator, list), ZONG_ELISTSTATE);
	assert_int_equal(approve(f, &f->archivist, list), ZONG_ESAMEPERSON);
	snprintf(again.name, sizeof(again.name), "TOKEN: archivist"); /* blanks and case aside */
	assert_int_equal(approve(f, &again, list), ZONG_ESAMEPERSON);
	assert_int_equal(approve(f, &f->tax, list), ZONG_EFORBIDDEN);
	assert_int_equal(approve(f, &f->lookup, list), ZONG_EFORBIDDEN);
	assert_int_equal(approve(f, &f->administrator, "no id"), ZONG_ENOENT);
	assert_int_equal(approve(f, &f->administrator, list), 0);
	assert_int_equal(approve(f, &f->administrator, list), ZONG_ELISTSTATE);
	assert_int_equal(execute(f, &f->tax, list), ZONG_EFORBIDDEN);
	assert_int_equal(execute(f, &f->archivist, list), 0);
	assert_int_equal(execute(f, &f->archivist, list), ZONG_ELISTSTATE);
}

static void a_destroyed_material_leaves_a_tombstone_and_certificates(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT], object[64];

	due_material(f, "D-2", "text d2\nblank\n", id);
	propose(f, id, list);
	assert_int_equal(approve(f, &f->administrator, list), 0);
	assert_int_equal(execute(f, &f->archivist, list), 0);
	assert_int_equal(
		zong_material_get(f->archive, &f->archivist, id, &f->material, &f->err), 0);
	assert_true(f->material->destroyed > 0);
	assert_string_equal(fixture_id(&f->material->destroyed_list), list);
	snprintf(object, sizeof(object), "material/%s", id);
	assert_int_equal(fixture_log(f, "material.destroyed", object, NULL), 1);
	snprintf(object, sizeof(object), "destruction/%s", list);
	assert_int_equal(fixture_log(f, "destruction.propose", object, NULL), 1);
	assert_int_equal(fixture_log(f, "destruction.approve", object, NULL), 1);
	assert_int_equal(fixture_log(f, "destruction.execute", object, NULL), 1);
	assert_int_equal(fixture_log(f, "destruction.certificate", object, NULL), 1);
	assert_int_equal(zong_material_bytes(f->archive, &f->archivist, id, &f->bytes, &f->err),
		ZONG_EDESTROYED);
	assert_int_equal(zong_material_reading(f->archive, &f->archivist, id, 1, &f->material,
				 &f->reading, &f->err),
		ZONG_EDESTROYED);
	assert_int_equal(
		zong_material_pages(f->archive, &f->archivist, f->material, true, &f->pages), 0);
	assert_int_equal(f->pages.pages, 0);
	/* the case and the department's feed still answer */
	assert_int_equal(zong_case_materials(f->archive, &f->archivist, "D-2", &f->materials,
				 &f->material_count, &f->err),
		0);
	assert_int_equal(f->material_count, 1);
}

static void bytes_that_were_fetched_before_are_not_given_from_memory(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];
	struct zong_bytes *bytes;

	due_material(f, "D-3", "text d3\n", id);
	assert_int_equal(zong_material_bytes(f->archive, &f->archivist, id, &bytes, &f->err), 0);
	zong_bytes_close(bytes);
	propose(f, id, list);
	assert_int_equal(approve(f, &f->administrator, list), 0);
	assert_int_equal(execute(f, &f->archivist, list), 0);
	assert_int_equal(
		zong_material_bytes_now(f->archive, &f->archivist, id, &bytes), ZONG_EDESTROYED);
	assert_int_equal(zong_material_bytes(f->archive, &f->archivist, id, &bytes, &f->err),
		ZONG_EDESTROYED);
}

static void an_execution_that_was_interrupted_is_finished_at_the_start(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT], long_page[4000];
	struct zong_destruction made;
	int64_t until = zong_time_monotonic() + 20 * ZONG_SECOND;
	bool done = false;

	snprintf(long_page, sizeof(long_page), "text d4 %03900d\n", 4);
	due_material(f, "D-4", long_page, id);
	propose(f, id, list);
	assert_int_equal(approve(f, &f->administrator, list), 0);
	begin_executing(f, list);
	fixture_reopen(f, false);
	while (!done && zong_time_monotonic() < until) {
		assert_int_equal(
			zong_destruction_get(f->archive, &f->archivist, list, &made, &f->err), 0);
		done = made.list->state == ZONG__DESTRUCTION_STATE__DESTRUCTION_EXECUTED &&
		       waiting(f) == 0;
		if (done)
			assert_int_equal(made.list->destroyed, 1);
		zong_destruction_release(&made);
		usleep(5000);
	}
	assert_true(done);
	fixture_reopen(f, true);
}

static void a_hold_keeps_case_material_and_all_below_a_code(void **state)
{
	static const char *const wrong[][2] = {
		{"case", "D-99"}, {"material", "no id"}, {"unit", "37078"}, {"page", "D-5"}};
	static const int codes[] = {ZONG_ENOCASE, ZONG_ENOENT, ZONG_EUNITCODE, ZONG_EINVAL};
	struct fixture *f = *state;
	struct zong_verdict verdict;
	char id[ZONG_ID_TEXT], hold_id[ZONG_ID_TEXT];
	Zong__Hold *hold;
	const char *targets[][2] = {{"case", "D-5"}, {"material", id}, {"unit", "370786"},
		{"unit", "370786001001GB00001F0001"}, {"unit", "370786001001GB00001F00010001"}};

	due_material(f, "D-5", "text d5\n", id);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(zong_hold_place(f->archive, &f->archivist, wrong[i][0],
					 wrong[i][1], "诉讼", &hold, &f->err),
			codes[i]);
	assert_int_equal(
		zong_hold_place(f->archive, &f->archivist, "case", "D-5", "　", &hold, &f->err),
		ZONG_EREASON);
	assert_int_equal(
		zong_hold_place(f->archive, &f->tax, "case", "D-5", "诉讼", &hold, &f->err),
		ZONG_EFORBIDDEN);
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		assert_int_equal(zong_hold_place(f->archive, &f->archivist, targets[i][0],
					 targets[i][1], "诉讼", &hold, &f->err),
			0);
		snprintf(hold_id, sizeof(hold_id), "%s", fixture_id(&hold->id));
		zong__hold__free_unpacked(hold, NULL);
		assert_int_equal(zong_retention_of(f->archive, &f->archivist, id, &f->material,
					 &verdict, &f->err),
			0);
		zong_row_cleanup(&f->material);
		f->material = NULL;
		assert_int_equal(verdict.state, ZONG_KEPT_HELD);
		assert_string_equal(verdict.hold, hold_id);
		assert_int_equal(
			zong_hold_lift(f->archive, &f->archivist, hold_id, "结案", &hold, &f->err),
			0);
		zong__hold__free_unpacked(hold, NULL);
		assert_int_equal(
			zong_hold_lift(f->archive, &f->archivist, hold_id, "结案", &hold, &f->err),
			ZONG_EEXIST);
	}
	assert_int_equal(zong_hold_place(f->archive, &f->archivist, "unit", "370786009", "别处",
				 &hold, &f->err),
		0);
	zong__hold__free_unpacked(hold, NULL);
	assert_int_equal(
		zong_retention_of(f->archive, &f->archivist, id, &f->material, &verdict, &f->err),
		0);
	assert_int_equal(verdict.state, ZONG_KEPT_DUE);
}

static void an_event_is_dated_and_stands_once(void **state)
{
	struct fixture *f = *state;
	Zong__Case *row;
	bool again;

	fixture_case(f, "D-6");
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "D-6", "注销", "2999-01-01",
				 &row, &again, &f->err),
		ZONG_EDATE);
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "D-6", "注销", "2020-02-30",
				 &row, &again, &f->err),
		ZONG_EDATE);
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "D-6", "opened",
				 "2020-01-01", &row, &again, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_case_event_add(f->archive, &f->lookup, "D-6", "注销", "2020-01-01",
				 &row, &again, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "D-7", "注销", "2020-01-01",
				 &row, &again, &f->err),
		ZONG_ENOCASE);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(zong_case_event_add(f->archive, &f->archivist, "D-6", "注销",
					 "2020-01-01", &row, &again, &f->err),
			0);
		assert_int_equal(again, i == 1);
		assert_int_equal(row->n_events, 1);
		zong__case__free_unpacked(row, NULL);
	}
	assert_int_equal(fixture_log(f, "case.event", "case/D-6", NULL), 1);
	/* a case opened again with the same words is still the same case */
	fixture_case(f, "D-6");
	assert_int_equal(f->cas->n_events, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(one_person_is_not_two_by_another_token, fixture_clear),
		cmocka_unit_test_teardown(
			a_destroyed_material_leaves_a_tombstone_and_certificates, fixture_clear),
		cmocka_unit_test_teardown(
			bytes_that_were_fetched_before_are_not_given_from_memory, fixture_clear),
		cmocka_unit_test_teardown(
			an_execution_that_was_interrupted_is_finished_at_the_start, fixture_clear),
		cmocka_unit_test_teardown(
			a_hold_keeps_case_material_and_all_below_a_code, fixture_clear),
		cmocka_unit_test_teardown(an_event_is_dated_and_stands_once, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
