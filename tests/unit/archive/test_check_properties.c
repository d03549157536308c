/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_check.h"
#include "sample_properties.h"

static int setup(void **state)
{
	struct fixture *f;
	char id[ZONG_ID_TEXT];

	if (sample_properties_setup(state))
		return -1;
	f = *state;
	/* one without a failure, and one with, of a case and of a material */
	sample_sound(f, "K-1");
	zong__property_report__free_unpacked(sample_run(f, "K-1", NULL, false), NULL);
	sample_catalogue_case(f, "K-2", "转移登记", "", SAMPLE_UNIT, "11010519491231002X", "");
	assert_int_equal(fixture_add(f, "K-2", "合同", "blank\n", "", &f->receipt), 0);
	zong__property_report__free_unpacked(sample_run(f, "K-2", NULL, false), NULL);
	snprintf(id, sizeof(id), "%s", fixture_id(&f->receipt.material->id));
	zong__property_report__free_unpacked(sample_run(f, NULL, id, false), NULL);
	return 0;
}

static void edit_result(ProtobufCMessage *row)
{
	Zong__PropertyReport *report = (Zong__PropertyReport *)row;

	report->items[ZONG_PROPERTY_SCOPE]->result = ZONG__PROPERTY_RESULT__PROPERTY_PASSED;
}

static void edit_back(ProtobufCMessage *row)
{
	Zong__PropertyReport *report = (Zong__PropertyReport *)row;

	report->items[ZONG_PROPERTY_SCOPE]->result = ZONG__PROPERTY_RESULT__PROPERTY_FAILED;
}

static void edit(struct fixture *f, sample_edit *how)
{
	struct sample_change change = {.table = ZONG_TABLE_PROPERTIES,
		.type = &zong__property_report__descriptor,
		.edit = how};

	zong_property_key("K-2", ZONG__PROPERTY_STAGE__PROPERTY_KEEPING, NULL, &change.key);
	sample_do(f, &change);
}

static void sound_reports_are_found_sound(void **state)
{
	assert_string_equal(sample_check(*state, false), "");
}

static void a_result_that_was_changed_is_found(void **state)
{
	struct fixture *f = *state;

	edit(f, edit_result);
	assert_string_equal(sample_check(f, false), "row-wrong property/K-2/CQ\n");
	edit(f, edit_back);
	assert_string_equal(sample_check(f, false), "");
}

static void a_failure_that_is_not_filed_by_time_is_filed_again(void **state)
{
	struct fixture *f = *state;
	const char *found;

	do_harm(f, (struct harm){.table = ZONG_TABLE_PROPERTIES_FAILED});
	found = sample_check(f, true);
	assert_non_null(strstr(found, "index-missing properties_failed/"));
	assert_non_null(strstr(found, "repaired"));
	assert_string_equal(sample_check(f, false), "");
}

static int put_extra(struct zong_txn *txn, void *ctx)
{
	struct zong_key key;

	(void)ctx;
	zong_key_clear(&key);
	zong_key_u64(&key, 1);
	zong_key_str(&key, "K-1");
	zong_key_u8(&key, ZONG__PROPERTY_STAGE__PROPERTY_KEEPING);
	return zong_txn_put_bytes(txn, ZONG_TABLE_PROPERTIES_FAILED, &key, NULL, 0);
}

static void an_entry_without_a_failure_goes(void **state)
{
	struct fixture *f = *state;
	const char *found;

	assert_int_equal(zong_store_write(f->archive->store, put_extra, NULL), 0);
	found = sample_check(f, true);
	assert_non_null(strstr(found, "index-extra properties/"));
	assert_string_equal(sample_check(f, false), "");
}

static void a_row_that_is_no_report_is_damaged_and_the_next_run_takes_its_place(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport *report;

	do_harm(f, (struct harm){.table = ZONG_TABLE_PROPERTIES, .bytes = "\x0f\xff", .len = 2});
	assert_non_null(strstr(sample_check(f, false), "row-damaged properties"));
	report = sample_run(f, "K-1", NULL, false);
	assert_int_equal(report->failed, 0);
	zong__property_report__free_unpacked(report, NULL);
	assert_string_equal(sample_check(f, false), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
		TEST(sound_reports_are_found_sound),
		TEST(a_result_that_was_changed_is_found),
		TEST(a_failure_that_is_not_filed_by_time_is_filed_again),
		TEST(an_entry_without_a_failure_goes),
		TEST(a_row_that_is_no_report_is_damaged_and_the_next_run_takes_its_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
