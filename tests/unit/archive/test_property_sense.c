/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/retention.h>
#include <zong/time.h>

#include "sample_properties.h"
#include "volume_row.h"

/* Times beside each other, archival numbers, pages and versions: what a closed volume makes of a case. */

static void edit_year(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Volume *)row)->year, "2025"), 0);
}

static void edit_fonds(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Volume *)row)->fonds, "J002"), 0);
}

static void edit_checked(ProtobufCMessage *row)
{
	((Zong__Volume *)row)->closed->time -= 3600 * ZONG_SECOND;
}

static void edit_uncounted(ProtobufCMessage *row)
{
	((Zong__Volume *)row)->items[0]->pages = 0;
}

static void edit_other_pages(ProtobufCMessage *row)
{
	((Zong__Volume *)row)->items[1]->pages++;
}

static void edit_twice(ProtobufCMessage *row)
{
	Zong__Volume *volume = (Zong__Volume *)row;

	assert_int_equal(zong_row_set_bytes(&volume->items[1]->material,
				 volume->items[0]->material.data, volume->items[0]->material.len),
		0);
}

static void edit_gone(ProtobufCMessage *row)
{
	((Zong__Volume *)row)->items[0]->material.data[0] ^= 1;
}

static void edit_title(ProtobufCMessage *row)
{
	assert_int_equal(zong_row_set(&((Zong__Volume *)row)->title, ""), 0);
}

static void edit_step(ProtobufCMessage *row)
{
	((Zong__Volume *)row)->closed->record = 1;
}

static void a_volume_that_is_wrong_fails_the_item_that_it_is_wrong_for(void **state)
{
	static const struct {
		sample_edit *edit;
		const char *failed;
	} harms[] = {
		{edit_year, "sense year-differs\n"},
		{edit_fonds, "number number-differs\n"},
		{edit_checked, "sense time-order\n"},
		{edit_uncounted, "sequence uncounted\ncontent pages-differ\n"},
		{edit_other_pages, "content pages-differ\n"},
		{edit_twice,
			"repeated in-two-volumes\ncount not-in-volume\ncontent pages-differ\n"},
		{edit_gone, "count not-in-volume\n"},
		{edit_title, "required empty\n"},
		{edit_step, "process other-line\n"},
	};
	struct fixture *f = *state;
	char no[24], volume[ZONG_ARCHIVAL_TEXT];

	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		snprintf(no, sizeof(no), "N-%zu", i);
		sample_sound(f, no);
		sample_close(f, no, volume);
		assert_string_equal(sample_faults(f, no), "");
		sample_edit_volume(f, volume, harms[i].edit);
		assert_string_equal(sample_faults(f, no), harms[i].failed);
	}
}

static void a_number_that_is_lost_before_one_is_a_gap(void **state)
{
	struct fixture *f = *state;
	char first[ZONG_ARCHIVAL_TEXT], second[ZONG_ARCHIVAL_TEXT];
	struct sample_change gone = {.table = ZONG_TABLE_VOLUMES};

	sample_sound(f, "G-1");
	sample_close(f, "G-1", first);
	sample_sound(f, "G-2");
	sample_close(f, "G-2", second);
	assert_string_equal(sample_faults(f, "G-2"), "");
	zong_row_key_str(&gone.key, first);
	sample_do(f, &gone);
	assert_string_equal(sample_faults(f, "G-2"), "sequence gap\n");
	/* and its own case leads to a volume that is not there */
	assert_string_equal(sample_faults(f, "G-1"), "accessible row-missing\n");
}

static void a_number_of_before_is_not_judged_and_does_not_pass(void **state)
{
	const struct zong_volume_item sheet = {.title = "示例附件", .pages = 2};
	const char *cases[] = {"B-1"};
	struct zong_new_volume wanted = {.no = "旧档 1-2-3",
		.cases = cases,
		.case_count = 1,
		.entry = {.title = "旧卷", .item = &sheet, .items = 1, .has_items = true}};
	struct fixture *f = *state;
	char no[ZONG_ARCHIVAL_TEXT];
	Zong__PropertyReport *report;
	Zong__Volume *volume;

	sample_catalogue_case(f, "B-1", "别的事", "", SAMPLE_UNIT, "11010519491231002X", "");
	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err), 0);
	snprintf(no, sizeof(no), "%s", volume->no);
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_close(f->archive, &f->archivist, no, NULL, &volume, &f->err), 0);
	zong_volume_free(volume);
	report = sample_run(f, "B-1", NULL, false);
	assert_int_equal(sample_item(report, ZONG_PROPERTY_NUMBER)->result,
		ZONG__PROPERTY_RESULT__PROPERTY_NOT_RUN);
	assert_string_equal(
		sample_item(report, ZONG_PROPERTY_NUMBER)->findings[0]->why, "foreign-number");
	zong__property_report__free_unpacked(report, NULL);
}

static void the_same_paper_twice_is_told(void **state)
{
	struct fixture *f = *state;

	sample_sound(f, "T-1");
	assert_int_equal(fixture_add(f, "T-1", "合同", "text 合同 T-1\n", "", &f->receipt), 0);
	if (f->receipt.again) /* the very same is no second material */
		assert_string_equal(sample_faults(f, "T-1"), "");
	else
		assert_string_equal(sample_faults(f, "T-1"), "repeated twice\n");
}

static void pages_that_differ_for_a_reason_that_was_given_are_no_failure(void **state)
{
	const char *cases[] = {"X-1"};
	struct zong_new_volume wanted = {
		.fonds = "J001", .year = "2026", .cases = cases, .case_count = 1};
	struct zong_volume_item items[2] = {{.pages = 3}, {.pages = 1}};
	struct zong_volume_entry entry = {.item = items, .items = 2, .has_items = true};
	struct fixture *f = *state;
	char id[2][ZONG_ID_TEXT], no[ZONG_ARCHIVAL_TEXT];
	Zong__PropertyReport *report;
	Zong__Volume *volume;

	sample_sound(f, "X-1");
	assert_int_equal(zong_volume_new(f->archive, &f->archivist, &wanted, &volume, &f->err), 0);
	snprintf(no, sizeof(no), "%s", volume->no);
	for (size_t i = 0; i < 2; i++) {
		snprintf(id[i], ZONG_ID_TEXT, "%s", fixture_id(&volume->items[i]->material));
		items[i].material = id[i];
	}
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_set(f->archive, &f->archivist, no, 0, &entry, &volume, &f->err), 0);
	zong_volume_free(volume);
	assert_int_equal(
		zong_volume_close(f->archive, &f->archivist, no, "背面空白", &volume, &f->err), 0);
	zong_volume_free(volume);
	report = sample_run(f, "X-1", NULL, false);
	assert_string_equal(sample_failed(report), "");
	assert_string_equal(sample_item(report, ZONG_PROPERTY_CONTENT)->why, "explained");
	assert_string_equal(sample_item(report, ZONG_PROPERTY_CONTENT)->detail, "背面空白");
	zong__property_report__free_unpacked(report, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(a_volume_that_is_wrong_fails_the_item_that_it_is_wrong_for),
		TEST(a_number_that_is_lost_before_one_is_a_gap),
		TEST(a_number_of_before_is_not_judged_and_does_not_pass),
		TEST(the_same_paper_twice_is_told),
		TEST(pages_that_differ_for_a_reason_that_was_given_are_no_failure),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_properties_setup, fixture_teardown);
}
