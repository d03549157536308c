/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"
#include "row.h"

static void text_and_bytes_can_be_set_again_and_again(void **state)
{
	_cleanup_row_ Zong__Material *row = zong_row_new(&zong__material__descriptor);

	(void)state;
	assert_non_null(row);
	assert_string_equal(row->title, "");
	assert_int_equal(zong_row_set(&row->title, "甲"), 0);
	assert_int_equal(zong_row_set(&row->title, "乙"), 0);
	assert_string_equal(row->title, "乙");
	assert_int_equal(zong_row_set(&row->title, NULL), 0);
	assert_string_equal(row->title, "");
	assert_int_equal(zong_row_set_bytes(&row->id, "0123456789abcdef", 16), 0);
	assert_int_equal(zong_row_set_bytes(&row->id, NULL, 0), 0);
	assert_int_equal(row->id.len, 0);
	assert_int_equal(zong_row_append(&row->units, &row->n_units, "a"), 0);
	assert_int_equal(zong_row_append(&row->units, &row->n_units, "b"), 0);
	assert_int_equal(row->n_units, 2);
	assert_string_equal(row->units[1], "b");
}

static void a_copy_is_equal_and_its_own(void **state)
{
	_cleanup_row_ Zong__Material *row = zong_row_new(&zong__material__descriptor);
	ProtobufCMessage *message;
	Zong__Material *copy;

	(void)state;
	zong_row_set(&row->title, "甲");
	zong_row_append(&row->units, &row->n_units, "a");
	row->pages = 5;
	assert_int_equal(zong_row_copy(&row->base, &message), 0);
	copy = (Zong__Material *)message;
	zong_row_set(&row->title, "other");
	assert_string_equal(copy->title, "甲");
	assert_string_equal(copy->units[0], "a");
	assert_int_equal(copy->pages, 5);
	zong__material__free_unpacked(copy, NULL);
}

static void ids_and_digests_must_have_their_length(void **state)
{
	uint8_t bytes[33] = {1};
	ProtobufCBinaryData data = {.data = bytes};
	struct zong_digest digest;
	struct zong_id id;

	(void)state;
	for (data.len = 0; data.len <= 33; data.len++) {
		assert_int_equal(zong_row_id(&data, &id), data.len == 16);
		assert_int_equal(zong_row_digest(&data, &digest), data.len == 32);
	}
}

static void rows_are_found_by_their_key(void **state)
{
	struct fixture *f = *state;
	_cleanup_row_ Zong__Department *department = NULL;
	Zong__Delivery *delivery;
	struct zong_id id;

	fixture_case(f, "row-1");
	assert_int_equal(fixture_add(f, "row-1", "", "text 甲\n", "tax", &f->receipt), 0);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(zong_row_department(f->txn, "tax", &department), 0);
	assert_string_equal(department->name, "税务");
	assert_true(zong_row_id(&f->receipt.material->id, &id));
	assert_int_equal(zong_row_material(f->txn, &id, &f->material), 0);
	assert_string_equal(f->material->case_no, "row-1");
	assert_int_equal(zong_row_delivery_to(f->txn, &id, "tax", &delivery), 0);
	assert_string_equal(delivery->department, "tax");
	zong__delivery__free_unpacked(delivery, NULL);
	assert_int_equal(zong_row_delivery_to(f->txn, &id, "housing", &delivery), ZONG_ENOENT);
	assert_int_equal(zong_row_delivery_to(f->txn, &id, "ta", &delivery), ZONG_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_bytes_can_be_set_again_and_again),
		cmocka_unit_test(a_copy_is_equal_and_its_own),
		cmocka_unit_test(ids_and_digests_must_have_their_length),
		cmocka_unit_test_teardown(rows_are_found_by_their_key, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
