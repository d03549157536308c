/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/check.h>
#include <zong/volume.h>

#include "row.h"
#include "sample_check.h"
#include "sample_papers.h"
#include "volume_row.h"

static int setup(void **state)
{
	if (fixture_setup_paused(state))
		return -1;
	sample_room(*state);
	fixture_case(*state, "V-1");
	fixture_case(*state, "V-2");
	return fixture_clear(state);
}

/* Of a case with one sheet of two pages; @no NULL: the next number of 2001. */
static int make(struct fixture *f, const char *no, char ret_no[ZONG_ARCHIVAL_TEXT])
{
	const struct zong_volume_item sheet = {.title = "示例附件", .pages = 2};
	const char *cases[] = {"V-1", "V-1"};
	struct zong_new_volume wanted = {.no = no,
		.fonds = "J001",
		.year = "2001",
		.cases = cases,
		.case_count = 2,
		.entry = {.title = "示例卷", .item = &sheet, .items = 1, .has_items = true}};
	Zong__Volume *made;
	int err = zong_volume_new(f->archive, &f->archivist, &wanted, &made, &f->err);

	if (!err) {
		snprintf(ret_no, ZONG_ARCHIVAL_TEXT, "%s", made->no);
		assert_int_equal(made->n_cases, 1);
		zong_volume_free(made);
	}
	return err;
}

typedef int volume_step(struct zong_archive *archive, const struct zong_subject *who,
	const char *no, const char *text, Zong__Volume **ret_volume, struct zong_err *err);

static int take(struct fixture *f, const struct zong_subject *who, volume_step *step,
	const char *no, const char *text)
{
	Zong__Volume *volume;
	int err = step(f->archive, who, no, text, &volume, &f->err);

	if (!err)
		zong_volume_free(volume);
	return err;
}

static int shelve(struct fixture *f, const char *box, const char *no)
{
	size_t moved;

	return zong_volume_shelve(f->archive, &f->archivist, box, &no, 1, &moved, &f->err);
}

static void numbers_follow_each_other_and_pass_over_what_is_taken(void **state)
{
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];

	assert_int_equal(make(f, NULL, no), 0);
	assert_string_equal(no, "J001-BDC·2001-Y-0001");
	assert_int_equal(make(f, "j001-bdc.2001-y-0002", no), 0);
	assert_string_equal(no, "J001-BDC·2001-Y-0002");
	assert_int_equal(make(f, no, no), ZONG_EEXIST);
	assert_int_equal(make(f, NULL, no), 0);
	assert_string_equal(no, "J001-BDC·2001-Y-0003");
	assert_int_equal(take(f, &f->archivist, zong_volume_annul, no, ""), ZONG_EREASON);
	assert_int_equal(take(f, &f->archivist, zong_volume_annul, no, "开错"), 0);
	assert_int_equal(take(f, &f->archivist, zong_volume_annul, no, "再"), ZONG_EVOLUMESTATE);
	assert_int_equal(make(f, no, no), ZONG_EEXIST);
	assert_int_equal(make(f, NULL, no), 0);
	assert_string_equal(no, "J001-BDC·2001-Y-0004");
	assert_int_equal(make(f, "1/2", no), ZONG_EARCHIVALNO);
}

static void it_is_closed_checked_by_another_and_only_then_shelved(void **state)
{
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT], other[ZONG_ARCHIVAL_TEXT];
	struct zong_subject twin = f->local;

	snprintf(twin.name, sizeof(twin.name), "%s", f->archivist.name);
	assert_int_equal(make(f, NULL, no), 0);
	assert_int_equal(make(f, NULL, other), 0);
	assert_int_equal(shelve(f, "R-B2", no), ZONG_EVOLUMESTATE);
	assert_int_equal(take(f, &f->archivist, zong_volume_check, no, ""), ZONG_EVOLUMESTATE);
	assert_int_equal(take(f, &f->lookup, zong_volume_close, no, ""), ZONG_EFORBIDDEN);
	assert_int_equal(take(f, &f->archivist, zong_volume_close, no, ""), 0);
	assert_int_equal(take(f, &f->archivist, zong_volume_check, no, ""), ZONG_ESAMEPERSON);
	assert_int_equal(take(f, &twin, zong_volume_check, no, ""), ZONG_ESAMEPERSON);
	assert_int_equal(take(f, &f->local, zong_volume_check, no, ""), 0);
	assert_int_equal(shelve(f, "R", no), ZONG_EPLACELEVEL);
	assert_int_equal(shelve(f, "X", no), ZONG_ENOPLACE);
	assert_int_equal(shelve(f, "R-B2", no), 0);
	assert_int_equal(shelve(f, "R-B2", no), 0); /* scanned twice */
	assert_int_equal(take(f, &f->archivist, zong_volume_close, other, ""), 0);
	assert_int_equal(take(f, &f->local, zong_volume_check, other, ""), 0);
	assert_int_equal(shelve(f, "R-B2", other), ZONG_EPLACEFULL);
	assert_int_equal(
		zong_place_remove(f->archive, &f->archivist, "R-B2", &f->err), ZONG_EPLACEUSED);
	assert_int_equal(take(f, &f->archivist, zong_volume_annul, no, "开错"), 0);
	assert_int_equal(shelve(f, "R-B2", other), 0);
}

static void a_material_lies_in_one_volume_and_is_counted_against_its_scan(void **state)
{
	struct fixture *f = *state;
	const char *cases[] = {"V-2"};
	struct zong_new_volume wanted = {.fonds = "J001", .cases = cases, .case_count = 1};
	struct zong_volume_item item = {.pages = 3};
	struct zong_volume_entry entry = {.item = &item, .items = 1, .has_items = true};
	char id[ZONG_ID_TEXT], no[ZONG_ARCHIVAL_TEXT];
	Zong__Volume *volume;

	assert_int_equal(
		fixture_add(f, "V-2", "合同", "text 甲\ntext 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err), 0);
	assert_int_equal(volume->n_items, 1);
	assert_int_equal(volume->items[0]->scanned, 2);
	snprintf(id, sizeof(id), "%s", fixture_id(&volume->items[0]->material));
	snprintf(no, sizeof(no), "%s", volume->no);
	zong_volume_free(volume);
	assert_int_equal(take(f, &f->archivist, zong_volume_close, no, ""), ZONG_EUNCOUNTED);
	item.material = id;
	assert_int_equal(
		zong_volume_set(f->archive, &f->archivist, no, 9, &entry, &volume, &f->err),
		ZONG_ECHANGED);
	assert_int_equal(
		zong_volume_set(f->archive, &f->archivist, no, 1, &entry, &volume, &f->err), 0);
	assert_true(zong_volume_differs(volume->items[0]));
	zong_volume_free(volume);
	assert_int_equal(take(f, &f->archivist, zong_volume_close, no, " "), ZONG_EPAGECOUNT);
	assert_string_equal(f->err.subject, "1 (3/2)");
	/* another volume of the case is proposed without it, and cannot have it */
	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err), 0);
	assert_int_equal(volume->n_items, 0);
	zong_volume_free(volume);
	wanted.entry = entry;
	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err),
		ZONG_EINVOLUME);
	assert_string_equal(f->err.subject, no);
	/* departments */
	assert_int_equal(zong_volume_get(f->archive, &f->tax, no, &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_get(f->archive, &f->housing, no, &volume, &f->err), ZONG_ENOVOLUME);
}

/* ---- zong check ---- */

static void what_is_lost_of_volumes_is_found(void **state)
{
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];

	assert_int_equal(make(f, NULL, no), 0);
	assert_string_equal(sample_check(f, false), "");
	do_harm(f, (struct harm){.table = ZONG_TABLE_VOLUMES_BY_CASE});
	assert_non_null(strstr(sample_check(f, true), "index-missing volumes_by_case/"));
	assert_string_equal(sample_check(f, false), "");
	do_harm(f, (struct harm){.table = ZONG_TABLE_VOLUMES});
	assert_non_null(strstr(sample_check(f, false), "row-missing volume/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			numbers_follow_each_other_and_pass_over_what_is_taken, fixture_clear),
		cmocka_unit_test_teardown(
			it_is_closed_checked_by_another_and_only_then_shelved, fixture_clear),
		cmocka_unit_test_teardown(
			a_material_lies_in_one_volume_and_is_counted_against_its_scan,
			fixture_clear),
		cmocka_unit_test_teardown(what_is_lost_of_volumes_is_found, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
