/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/handover.h>

#include "sample_check.h"
#include "sample_destruction.h"
#include "sample_papers.h"
#include "sample_properties.h"

/* What the archive does by itself: closing a volume, handing over; and what stays when papers are destroyed. */

static int setup(void **state)
{
	if (sample_properties_setup(state))
		return -1;
	sample_room(*state);
	return fixture_clear(state);
}

/* A list with one paper of each case, looked at. */
static void make_list(
	struct fixture *f, const char *const *cases, size_t count, char ret_no[ZONG_HANDOVER_NO])
{
	char code[4][ZONG_ORIGINAL_CODE];
	const char *codes[4];
	struct zong_new_handover wanted = {
		.direction = "out", .other = "示例档案馆", .codes = codes, .count = count};
	struct zong_handover list;

	for (size_t i = 0; i < count; i++) {
		sample_paper(f, cases[i], "R-B1", code[i]);
		codes[i] = code[i];
	}
	assert_int_equal(zong_handover_make(f->archive, &f->archivist, &wanted, &list, &f->err), 0);
	snprintf(ret_no, ZONG_HANDOVER_NO, "%s", list.handover->no);
	zong_handover_release(&list);
	assert_int_equal(
		zong_handover_check(f->archive, &f->local, ret_no, codes, count, &list, &f->err),
		0);
	zong_handover_release(&list);
}

static int take(struct fixture *f, const char *no, const char *reason, struct zong_handover *list)
{
	memset(list, 0, sizeof(*list));
	return zong_handover_take(f->archive, &f->local, no, reason, list, &f->err);
}

static void edit_bytes(ProtobufCMessage *row)
{
	((Zong__Material *)row)->bytes++;
}

static void a_list_whose_cases_fail_is_taken_for_a_reason_only(void **state)
{
	static const char *const cases[] = {"A-1", "A-2", "A-3", "A-2"};
	struct fixture *f = *state;
	char no[ZONG_HANDOVER_NO];
	struct zong_handover list;

	sample_sound(f, "A-1");
	sample_sound(f, "A-2");
	sample_edit_material(f, edit_bytes);
	/* nothing of it was scanned: there is nothing to test, and paper may go */
	sample_catalogue_case(f, "A-3", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "");
	make_list(f, cases, 4, no);
	assert_int_equal(take(f, no, NULL, &list), ZONG_EPROPERTIES);
	assert_string_equal(f->err.subject, "A-2 (2)");
	assert_int_equal(take(f, no, " \n", &list), ZONG_EPROPERTIES);
	assert_int_equal(fixture_log(f, "handover.take", NULL, NULL), 0);
	/* each case once a try, whatever the number of its papers */
	assert_int_equal(fixture_log(f, "property.run", "case/A-2", NULL), 2);
	assert_int_equal(take(f, no, "登记有误，另行更正", &list), 0);
	assert_string_equal(list.handover->taken->note, "登记有误，另行更正");
	zong_handover_release(&list);
	assert_int_equal(take(f, no, "再", &list), ZONG_EHANDOVERSTATE);
}

static void a_list_that_is_sound_needs_no_reason_and_keeps_none(void **state)
{
	static const char *const cases[] = {"B-1"};
	struct fixture *f = *state;
	char no[ZONG_HANDOVER_NO];
	struct zong_handover list;

	sample_sound(f, "B-1");
	make_list(f, cases, 1, no);
	assert_int_equal(take(f, no, "以防万一", &list), 0);
	assert_string_equal(list.handover->taken->note, "");
	zong_handover_release(&list);
}

static void whoever_may_not_take_sets_nothing_going(void **state)
{
	static const char *const cases[] = {"C-1"};
	struct fixture *f = *state;
	char no[ZONG_HANDOVER_NO];
	struct zong_handover list;

	sample_sound(f, "C-1");
	make_list(f, cases, 1, no);
	assert_int_equal(zong_handover_take(f->archive, &f->lookup, no, NULL, &list, &f->err),
		ZONG_EFORBIDDEN);
	assert_int_equal(zong_handover_take(f->archive, &f->archivist, no, NULL, &list, &f->err),
		ZONG_ESAMEPERSON);
	assert_int_equal(zong_handover_take(f->archive, &f->local, "none", NULL, &list, &f->err),
		ZONG_ENOHANDOVER);
	assert_int_equal(fixture_log(f, "property.run", "case/C-1", NULL), 0);
}

static void a_report_that_a_crash_kept_away_is_made_when_the_volume_is_checked(void **state)
{
	struct sample_change gone = {.table = ZONG_TABLE_PROPERTIES};
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];
	Zong__Volume *volume;

	sample_sound(f, "D-1");
	sample_close(f, "D-1", no);
	assert_int_equal(fixture_log(f, "property.run", "case/D-1", NULL), 1);
	zong_property_key("D-1", ZONG__PROPERTY_STAGE__PROPERTY_FILING, NULL, &gone.key);
	sample_do(f, &gone);
	assert_int_equal(zong_volume_check(f->archive, &f->local, no, "", &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(fixture_log(f, "property.run", "case/D-1", NULL), 2);
}

static void one_that_is_there_is_not_made_again(void **state)
{
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];
	Zong__Volume *volume;

	sample_sound(f, "E-1");
	sample_close(f, "E-1", no);
	assert_int_equal(zong_volume_check(f->archive, &f->local, no, "", &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(fixture_log(f, "property.run", "case/E-1", NULL), 1);
	/* opened and closed anew it is */
	assert_int_equal(
		zong_volume_reopen(f->archive, &f->local, no, "补件", &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_close(f->archive, &f->archivist, no, NULL, &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(fixture_log(f, "property.run", "case/E-1", NULL), 2);
}

static void what_was_destroyed_keeps_its_report_and_is_not_looked_at(void **state)
{
	struct fixture *f = *state;
	char id[ZONG_ID_TEXT], list[ZONG_ID_TEXT];
	Zong__PropertyReport *report, **reports;
	const struct zong_property_order order = {
		.material = id, .stage = ZONG__PROPERTY_STAGE__PROPERTY_KEEPING};
	size_t count;

	due_material(f, "G-1", "text 到期\n", id);
	zong__property_report__free_unpacked(sample_run(f, NULL, id, false), NULL);
	propose(f, id, list);
	assert_int_equal(approve(f, &f->local, list), 0);
	assert_int_equal(execute(f, &f->local, list), 0);
	assert_int_equal(
		zong_property_list(f->archive, &f->archivist, NULL, id, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_string_equal(reports[0]->case_no, "G-1");
	zong_property_free(reports, count);
	assert_int_equal(zong_property_run(f->archive, &f->archivist, &order, &report, &f->err),
		ZONG_EDESTROYED);
	report = sample_run(f, "G-1", NULL, true);
	assert_int_equal(report->destroyed, 1);
	assert_int_equal(report->materials, 0);
	assert_int_equal(sample_item(report, ZONG_PROPERTY_DIGEST)->result,
		ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN);
	zong__property_report__free_unpacked(report, NULL);
	assert_string_equal(sample_check(f, false), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(what_was_destroyed_keeps_its_report_and_is_not_looked_at),
		TEST(a_list_whose_cases_fail_is_taken_for_a_reason_only),
		TEST(a_list_that_is_sound_needs_no_reason_and_keeps_none),
		TEST(whoever_may_not_take_sets_nothing_going),
		TEST(a_report_that_a_crash_kept_away_is_made_when_the_volume_is_checked),
		TEST(one_that_is_there_is_not_made_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
