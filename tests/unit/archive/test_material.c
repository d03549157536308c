/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static char id[ZONG_ID_TEXT];

static void add(struct fixture *f, const char *no, const char *pages, const char *to)
{
	fixture_case(f, no);
	assert_int_equal(fixture_add(f, no, "", pages, to, &f->receipt), 0);
	memcpy(id, fixture_id(&f->receipt.material->id), sizeof(id));
}

static int get(struct fixture *f, const struct zong_subject *who, const char *which)
{
	if (f->material)
		zong__material__free_unpacked(f->material, NULL);
	f->material = NULL;
	memset(&f->err, 0, sizeof(f->err));
	return zong_material_get(f->archive, who, which, &f->material, &f->err);
}

static int read_page(struct fixture *f, const struct zong_subject *who, uint32_t page)
{
	Zong__Material *material = NULL;
	int err;

	if (f->reading)
		zong__reading__free_unpacked(f->reading, NULL);
	f->reading = NULL;
	err = zong_material_reading(f->archive, who, id, page, &material, &f->reading, &f->err);
	if (material)
		zong__material__free_unpacked(material, NULL);
	return err;
}

static void hidden_missing_and_malformed_are_answered_alike(void **state)
{
	struct fixture *f = *state;
	static const char missing[] = "00000000-0000-7000-8000-000000000000";

	add(f, "hidden-1", "text 甲\n", "housing");
	assert_int_equal(get(f, &f->housing, id), 0);
	assert_int_equal(get(f, &f->tax, id), ZONG_ENOENT);
	assert_string_equal(f->err.subject, id);
	assert_int_equal(get(f, &f->tax, missing), ZONG_ENOENT);
	assert_string_equal(f->err.subject, missing);
	assert_int_equal(get(f, &f->tax, "x"), ZONG_ENOENT);
	assert_int_equal(get(f, &f->administrator, id), ZONG_EFORBIDDEN);
	assert_int_equal(get(f, &f->administrator, missing), ZONG_EFORBIDDEN);
	assert_int_equal(get(f, &f->nobody, id), ZONG_EUNAUTHENTICATED);
	assert_int_equal(get(f, &f->lookup, id), 0);
}

static void pages_of_what_is_hidden_are_hidden(void **state)
{
	struct fixture *f = *state;
	struct zong_buf png = ZONG_BUF_INIT(1000);
	Zong__Delivery **list;
	size_t count;

	add(f, "hidden-2", "text 乙\nblank\n", "housing");
	assert_int_equal(read_page(f, &f->tax, 2), ZONG_ENOENT);
	assert_int_equal(read_page(f, &f->tax, 99), ZONG_ENOENT);
	assert_int_equal(
		zong_material_png(f->archive, &f->tax, id, 1, 10, &png, &f->err), ZONG_ENOENT);
	assert_int_equal(
		zong_material_pages(f->archive, &f->tax, f->receipt.material, true, &f->pages),
		ZONG_ENOENT);
	assert_int_equal(
		zong_delivery_of_material(f->archive, &f->tax, f->receipt.material, &list, &count),
		0);
	assert_int_equal(count, 0);
	assert_int_equal(png.len, 0);
	assert_int_equal(read_page(f, &f->housing, 2), 0);
}

static void every_state_of_a_page_has_its_answer(void **state)
{
	struct fixture *f = *state;

	add(f, "states-1", "text 丙\nblank\ndamaged\n", NULL);
	assert_int_equal(read_page(f, &f->archivist, 1), ZONG_ENOTREADY);
	assert_string_equal(f->err.subject, "1");
	assert_int_equal(read_page(f, &f->archivist, 2), 0);
	assert_int_equal(f->reading->n_lines, 0);
	assert_int_equal(f->reading->width, 2480);
	assert_int_equal(f->reading->source, ZONG_TEXT_NONE);
	assert_int_equal(read_page(f, &f->archivist, 3), ZONG_EDAMAGED);
	assert_int_equal(read_page(f, &f->archivist, 0), ZONG_EPAGENO);
	assert_int_equal(read_page(f, &f->archivist, 4), ZONG_EPAGENO);
	assert_int_equal(read_page(f, &f->archivist, UINT32_MAX), ZONG_EPAGENO);
}

static void a_picture_is_drawn_from_the_stored_file(void **state)
{
	struct fixture *f = *state;
	struct zong_buf png = ZONG_BUF_INIT(1000);

	add(f, "png-1", "text 丁\ndamaged\n", NULL);
	assert_int_equal(zong_material_png(f->archive, &f->lookup, id, 1, 640, &png, &f->err), 0);
	assert_string_equal(zong_buf_str(&png), "picture of page 1, 640 wide");
	assert_int_equal(zong_material_png(f->archive, &f->lookup, id, 2, 640, &png, &f->err),
		ZONG_EDAMAGED);
	assert_int_equal(
		zong_material_png(f->archive, &f->lookup, id, 3, 640, &png, &f->err), ZONG_EPAGENO);
	assert_int_equal(fake_pool_counts().renders, 1);
	zong_buf_release(&png);
}

static void reading_it_is_on_record(void **state)
{
	struct fixture *f = *state;
	char object[64] = "material/";

	add(f, "record-1", "blank\n", NULL);
	memcpy(object + 9, id, sizeof(id));
	assert_int_equal(get(f, &f->lookup, id), 0);
	assert_int_equal(get(f, &f->lookup, id), 0);
	assert_int_equal(fixture_log(f, "material.read", object, NULL), 1);
	assert_int_equal(read_page(f, &f->lookup, 1), 0);
	assert_int_equal(fixture_log(f, "page.read", object, NULL), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			hidden_missing_and_malformed_are_answered_alike, fixture_clear),
		cmocka_unit_test_teardown(pages_of_what_is_hidden_are_hidden, fixture_clear),
		cmocka_unit_test_teardown(every_state_of_a_page_has_its_answer, fixture_clear),
		cmocka_unit_test_teardown(a_picture_is_drawn_from_the_stored_file, fixture_clear),
		cmocka_unit_test_teardown(reading_it_is_on_record, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
