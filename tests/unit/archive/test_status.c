/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixture.h"

static void numbers_follow_what_was_done(void **state)
{
	struct fixture *f = *state;
	struct zong_status before;
	struct zong_status after;

	assert_int_equal(zong_status_get(f->archive, &f->archivist, &before), 0);
	assert_int_equal(strlen(before.archive), 36);
	assert_int_equal(before.departments, 2);
	assert_int_equal(before.workers, 2);
	fixture_case(f, "status-1");
	assert_int_equal(fixture_add(f, "status-1", "", "text 甲\nblank\ntext 甲\n", "tax,housing",
				 &f->receipt),
		0);
	assert_int_equal(
		zong_delivery_receipt(f->archive, &f->tax, fixture_id(&f->receipt.delivery[0]->id),
			NULL, &f->event, &f->err) == 0 ||
			zong_delivery_receipt(f->archive, &f->tax,
				fixture_id(&f->receipt.delivery[1]->id), NULL, &f->event,
				&f->err) == 0,
		1);
	zong_status_peek(f->archive, &after);
	assert_int_equal(after.cases, before.cases + 1);
	assert_int_equal(after.materials, before.materials + 1);
	assert_int_equal(after.files, before.files + 1);
	assert_int_equal(after.pages, before.pages + 3);
	assert_int_equal(after.rasters, before.rasters + 2);
	assert_int_equal(after.pages_read, before.pages_read + 1);
	assert_int_equal(after.bytes_in, before.bytes_in + f->receipt.material->bytes);
	assert_int_equal(after.jobs_waiting, before.jobs_waiting + 1);
	assert_int_equal(
		after.deliveries[ZONG__DELIVERY_STATE__DELIVERY_DUE], before.deliveries[0] + 1);
	assert_int_equal(after.deliveries[ZONG__DELIVERY_STATE__DELIVERY_RECEIVED],
		before.deliveries[2] + 1);
	assert_true(after.log >= before.log + 3);
	assert_true(after.commits > before.commits);
	assert_true(after.catalog_bytes > 0);
}

static void departments_do_not_see_them(void **state)
{
	struct fixture *f = *state;
	struct zong_status status;

	assert_int_equal(zong_status_get(f->archive, &f->tax, &status), ZONG_EFORBIDDEN);
	assert_int_equal(zong_status_get(f->archive, &f->nobody, &status), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_status_get(f->archive, &f->lookup, &status), 0);
	assert_int_equal(zong_status_get(f->archive, &f->administrator, &status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(numbers_follow_what_was_done, fixture_clear),
		cmocka_unit_test_teardown(departments_do_not_see_them, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
