/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_catalogue.h"

#include "catalogue.h"

static size_t versions(struct fixture *f, const struct zong_subject *who)
{
	Zong__Catalogue **rows;
	size_t count;

	assert_int_equal(zong_catalogue_list(f->archive, who, &rows, &count, &f->err), 0);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rows[i]->version, count - i);
		assert_string_equal(rows[i]->text, "");
	}
	zong_catalogues_free_rows(rows, count);
	return count;
}

static void a_changed_file_is_the_next_version_and_the_same_is_none(void **state)
{
	struct fixture *f = *state;
	const struct zong_catalogue *catalogue, *again;
	Zong__Catalogue *row;

	assert_int_equal(versions(f, &f->archivist), 1);
	assert_int_equal(fixture_log(f, "catalogue.new", "catalogue/1", NULL), 1);
	fixture_reopen(f, true);
	assert_int_equal(versions(f, &f->tax), 1);
	sample_catalogue_set(f, "department H housing 住建\nmaterial 甲\nbusiness 转移登记\n"
				"needs 甲 required copy 1 H\n");
	assert_int_equal(versions(f, &f->administrator), 2);
	assert_int_equal(fixture_log(f, "catalogue.new", "catalogue/2", NULL), 1);
	assert_int_equal(
		zong_catalogue_get(f->archive, &f->lookup, 1, &row, &catalogue, &f->err), 0);
	assert_string_equal(row->text, sample_catalogue);
	assert_string_equal(row->name, "hall.rules");
	assert_true(row->record > 0 && row->since > 0);
	assert_int_equal(catalogue->businesses, 3);
	zong__catalogue__free_unpacked(row, NULL);
	assert_int_equal(
		zong_catalogue_get(f->archive, &f->archivist, 0, &row, &catalogue, &f->err), 0);
	assert_int_equal(row->version, 2);
	assert_int_equal(catalogue->businesses, 1);
	zong__catalogue__free_unpacked(row, NULL);
	/* taken apart once */
	assert_int_equal(
		zong_catalogue_get(f->archive, &f->archivist, 2, &row, &again, &f->err), 0);
	assert_ptr_equal(again, catalogue);
	zong__catalogue__free_unpacked(row, NULL);
	/* back to the first text: a version of its own */
	sample_catalogue_set(f, sample_catalogue);
	assert_int_equal(versions(f, &f->archivist), 3);
	assert_int_equal(
		zong_catalogue_get(f->archive, &f->archivist, 4, &row, &catalogue, &f->err),
		ZONG_ENOCATALOGUE);
	assert_int_equal(zong_catalogue_get(f->archive, &f->nobody, 1, &row, &catalogue, &f->err),
		ZONG_EUNAUTHENTICATED);
}

static void a_case_keeps_the_version_it_was_opened_under(void **state)
{
	struct fixture *f = *state;
	struct zong_case_needs needs;
	Zong__Case *cas;

	sample_catalogue_case(
		f, "V-1", "转移登记", "买卖", "370786001001GB00001F00010001", NULL, NULL);
	assert_int_equal(f->cas->catalogue, 1);
	sample_catalogue_set(f, "department H housing 住建\nmaterial 甲\nbusiness 转移登记\n"
				"needs 甲 required copy 1 H\n");
	assert_string_equal(sample_missing(f, &f->archivist, "V-1"),
		"登记申请书! 身份证明! 授权委托书 营业执照 买卖合同!");
	sample_catalogue_case(
		f, "V-2", "转移登记", "买卖", "370786001001GB00001F00010001", NULL, NULL);
	assert_int_equal(f->cas->catalogue, 2);
	assert_string_equal(sample_missing(f, &f->archivist, "V-2"), "甲!");
	assert_int_equal(zong_case_get(f->archive, &f->archivist, "V-1", &cas, &f->err), 0);
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, cas, &needs, &f->err), 0);
	assert_int_equal(needs.version, 1);
	assert_true(needs.kept);
	assert_int_equal(needs.businesses, 1);
	assert_string_equal(needs.missing[0].keep, "永久");
	zong_case_needs_release(&needs);
	zong__case__free_unpacked(cas, NULL);
}

static int empty_setup(void **state)
{
	return fixture_setup_paused(state);
}

static void a_case_from_before_is_judged_by_the_newest_and_sends_nothing(void **state)
{
	struct fixture *f = *state;
	const struct zong_case_change change = {NULL, "买卖", "补录原因"};
	struct zong_case_needs needs;
	Zong__Case *cas;
	bool again;

	fixture_case(f, "OLD-1");
	assert_int_equal(f->cas->catalogue, 0);
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, f->cas, &needs, &f->err), 0);
	assert_int_equal(needs.version, 0);
	assert_int_equal(needs.count, 0);
	zong_case_needs_release(&needs);
	sample_catalogue_set(f, sample_catalogue);
	assert_int_equal(zong_case_needs(f->archive, &f->archivist, f->cas, &needs, &f->err), 0);
	assert_int_equal(needs.version, 1);
	assert_false(needs.kept);
	assert_true(needs.count > 0);
	zong_case_needs_release(&needs);
	assert_int_equal(fixture_add(f, "OLD-1", "身份证明", "text 旧\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.deliveries, 0);
	assert_string_equal(sample_missing(f, &f->archivist, "OLD-1"),
		"登记申请书! 授权委托书 营业执照 买卖合同");
	/* changed, it is taken up again, and what lies in it goes its way */
	assert_int_equal(zong_case_change(f->archive, &f->archivist, "OLD-1", &change, &cas, &again,
				 &f->err),
		0);
	assert_int_equal(cas->catalogue, 1);
	zong__case__free_unpacked(cas, NULL);
	assert_int_equal(fixture_add(f, "OLD-1", "身份证明", "text 旧\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.deliveries, 2);
}

static void a_file_that_is_wrong_is_named_and_nothing_is_opened(void **state)
{
	struct fixture *f = *state;
	struct zong_archive_options options = {.paused = true};
	char path[300];

	snprintf(path, sizeof(path), "%s/hall.rules", f->dir);
	sample_write(path, "business 转移登记\nneeds 甲 required copy 1 H\n");
	zong_archive_close(f->archive);
	f->archive = NULL;
	assert_int_equal(zong_archive_open(f->dir, &options, &f->archive, &f->err), ZONG_EINVAL);
	assert_string_equal(
		f->err.subject, "hall.rules:2 no line says that there is such a material: 甲");
	assert_int_equal(remove(path), 0);
	assert_int_not_equal(zong_archive_open(f->dir, &options, &f->archive, &f->err), 0);
	assert_non_null(strstr(f->err.subject, "hall.rules"));
	sample_write(path, sample_catalogue);
	fixture_reopen(f, true);
	assert_int_equal(versions(f, &f->archivist), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sample_catalogue_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_changed_file_is_the_next_version_and_the_same_is_none),
		TEST(a_case_keeps_the_version_it_was_opened_under),
		cmocka_unit_test_setup_teardown(
			a_case_from_before_is_judged_by_the_newest_and_sends_nothing, empty_setup,
			fixture_teardown),
		TEST(a_file_that_is_wrong_is_named_and_nothing_is_opened),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
