/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static void each_page_has_its_state(void **state)
{
	struct fixture *f = *state;
	uint32_t parked;
	uint32_t read;

	fixture_case(f, "pages-1");
	assert_int_equal(fixture_add(f, "pages-1", "", "text 甲\nblank\ndamaged\ntorn 乙\n", NULL,
				 &f->receipt),
		0);
	assert_true(fixture_settle(f));
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, false, &f->pages),
		0);
	assert_int_equal(f->pages.pages, 4);
	assert_int_equal(f->pages.page[0].state, ZONG_PAGE_READ);
	assert_int_equal(f->pages.page[0].source, ZONG_TEXT_OCR);
	assert_true(f->pages.page[0].confidence > 0.8f);
	assert_int_equal(f->pages.page[1].state, ZONG_PAGE_BLANK);
	assert_int_equal(f->pages.page[2].state, ZONG_PAGE_DAMAGED);
	assert_int_equal(f->pages.page[2].err, ZONG_EDAMAGED);
	assert_int_equal(f->pages.page[3].state, ZONG_PAGE_PARKED);
	assert_int_equal(f->pages.page[3].err, ZONG_EDAMAGED);
	assert_string_equal(f->pages.page[3].reason, "page 4");
	assert_int_equal(f->pages.read, 2);
	assert_int_equal(f->pages.parked, 2);
	assert_int_equal(f->pages.fields, 0);
	assert_int_equal(
		zong_material_progress(f->archive, f->receipt.material, &read, &parked), 0);
	assert_int_equal(read, 2);
	assert_int_equal(parked, 2);
}

static void fields_come_with_their_page(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "pages-2");
	assert_int_equal(
		fixture_add(f, "pages-2", "",
			"text 无\nblank\ntext 370786001001GB00001F00010001 11010519491231002X\n",
			NULL, &f->receipt),
		0);
	assert_true(fixture_settle(f));
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, true, &f->pages),
		0);
	assert_int_equal(f->pages.fields, 2);
	assert_int_equal(f->pages.field[0].page, 3);
	assert_string_equal(f->pages.field[0].field->kind, "unit");
	assert_string_equal(f->pages.field[1].field->kind, "id");
}

static void pages_wait_until_they_are_read(void **state)
{
	struct fixture *f = *state;
	uint32_t parked;
	uint32_t read;

	fake_pool_gate(false);
	fixture_case(f, "pages-3");
	assert_int_equal(fixture_add(f, "pages-3", "", "text 丙\nblank\n", NULL, &f->receipt), 0);
	assert_int_equal(zong_material_pages(
				 f->archive, &f->archivist, f->receipt.material, true, &f->pages),
		0);
	assert_int_equal(f->pages.page[0].state, ZONG_PAGE_WAITING);
	assert_int_equal(f->pages.read, 1);
	assert_int_equal(
		zong_material_progress(f->archive, f->receipt.material, &read, &parked), 0);
	assert_int_equal(read + parked, 1);
	fake_pool_gate(true);
	assert_true(fixture_settle(f));
	assert_int_equal(
		zong_material_progress(f->archive, f->receipt.material, &read, &parked), 0);
	assert_int_equal(read, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_page_has_its_state, fixture_clear),
		cmocka_unit_test_teardown(fields_come_with_their_page, fixture_clear),
		cmocka_unit_test_teardown(pages_wait_until_they_are_read, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
