/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "look.h"
#include "row.h"

static void a_file_leads_to_a_material_that_one_may_read(void **state)
{
	struct fixture *f = *state;
	struct zong_digest digest;
	struct zong_digest unknown = {{7}};

	fixture_case(f, "look-1");
	fixture_case(f, "look-2");
	assert_int_equal(fixture_add(f, "look-1", "", "text 甲\n", "housing", &f->receipt), 0);
	assert_int_equal(fixture_add(f, "look-2", "", "text 甲\n", "tax", &f->other), 0);
	assert_true(zong_row_digest(&f->other.material->file, &digest));
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_look_file(f->txn, &f->tax, &digest, &f->material), 0);
	assert_string_equal(f->material->case_no, "look-2");
	zong__material__free_unpacked(f->material, NULL);
	f->material = NULL;
	assert_int_equal(zong_look_file(f->txn, &f->lookup, &digest, &f->material), 0);
	assert_string_equal(f->material->case_no, "look-1");
	zong__material__free_unpacked(f->material, NULL);
	f->material = NULL;
	assert_int_equal(zong_look_file(f->txn, &f->tax, &unknown, &f->material), ZONG_ENOENT);
	assert_int_equal(
		zong_look_file(f->txn, &f->administrator, &digest, &f->material), ZONG_EFORBIDDEN);
}

static void a_material_is_named_in_the_log_by_its_id(void **state)
{
	struct fixture *f = *state;
	char object[ZONG_LOOK_OBJECT];
	char expected[64] = "material/";

	fixture_case(f, "look-3");
	assert_int_equal(fixture_add(f, "look-3", "", "text 乙\n", NULL, &f->receipt), 0);
	strncat(expected, fixture_id(&f->receipt.material->id), 40);
	zong_look_object(f->receipt.material, object);
	assert_string_equal(object, expected);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_look_material(f->txn, &f->lookup, expected + 9, &f->material), 0);
	assert_int_equal(
		zong_look_material(f->txn, &f->tax, expected + 9, &f->material), ZONG_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_file_leads_to_a_material_that_one_may_read, fixture_clear),
		cmocka_unit_test_teardown(a_material_is_named_in_the_log_by_its_id, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
