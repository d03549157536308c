/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/chain.h>
#include <zong/time.h>

#include "sample_deliveries.h"

static void set(struct fixture *f, const char *id, int reading, int previous)
{
	struct zong_department_wish wish = ZONG_DEPARTMENT_WISH;
	Zong__Department *row;
	bool secrets;

	wish.wait_reading = reading;
	wish.wait_previous = previous;
	assert_int_equal(zong_department_set(
				 f->archive, &f->administrator, id, &wish, &row, &secrets, &f->err),
		0);
	zong__department__free_unpacked(row, NULL);
}

static const char *waits(const Zong__Delivery *delivery)
{
	unsigned int at = 0;
	const char *name = zong_delivery_wait_name(delivery, &at);

	return name ? name : "";
}

static void a_material_waits_until_no_page_of_it_waits_to_be_read(void **state)
{
	struct fixture *f = *state;

	set(f, "tax", 1, -1);
	fixture_case(f, "wait-1");
	assert_int_equal(fixture_add(f, "wait-1", "", "text 甲\ntext 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WAITING);
	assert_string_equal(waits(f->event->delivery), "reading");
	assert_int_equal(f->event->delivery->cursor, 0);
	assert_int_equal(sample_feed(f, &f->tax, "tax", 0), 0);
	/* nobody can acknowledge what has not come */
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_receipt(f->archive, &f->tax,
				 fixture_id(&f->receipt.delivery[0]->id), NULL, &f->event, &f->err),
		ZONG_EDELIVERYSTATE);
	fixture_reopen(f, false);
	assert_true(fixture_settle(f));
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_true(f->event->delivery->cursor > 0);
	assert_true(f->event->delivery->due >= f->event->delivery->created);
	assert_int_equal(sample_feed(f, &f->tax, "tax", 0), 1);
	/* what is known already does not wait */
	fixture_reopen(f, true);
	assert_int_equal(fixture_add(f, "wait-1", "另", "text 甲\n", "tax", &f->other), 0);
	assert_int_equal(f->other.delivery[0]->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	set(f, "tax", 0, -1);
}

static void decide(struct fixture *f, const char *later, const char *earlier, bool confirm)
{
	struct zong_link_wish wish = {
		.later = later,
		.earlier = earlier,
		.decision = confirm ? ZONG_LINK_CONFIRM : ZONG_LINK_REFUSE,
		.reason = "示例",
	};
	Zong__Link *link;

	assert_int_equal(zong_link_decide(f->archive, &f->archivist, &wish, &link, &f->err), 0);
	zong__link__free_unpacked(link, NULL);
}

static void a_case_waits_for_the_one_that_it_goes_on_from(void **state)
{
	struct fixture *f = *state;

	set(f, "housing", -1, 1);
	fixture_case(f, "wait-2");
	fixture_case(f, "wait-3");
	assert_int_equal(fixture_add(f, "wait-2", "", "text 丙\n", "housing", &f->other), 0);
	assert_int_equal(f->other.delivery[0]->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	decide(f, "wait-3", "wait-2", true);
	assert_int_equal(fixture_add(f, "wait-3", "", "text 丁\n", "housing", &f->receipt), 0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WAITING);
	assert_string_equal(waits(f->event->delivery), "previous");
	/* one that is sent back holds up what comes after it */
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_return(f->archive, &f->housing,
				 fixture_id(&f->other.delivery[0]->id), "缺页", &f->event, &f->err),
		0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WAITING);
	/* the link was a mistake: it waits for nothing */
	decide(f, "wait-3", "wait-2", false);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	set(f, "housing", -1, 0);
}

static void what_a_department_wants_no_more_is_waited_for_no_more(void **state)
{
	struct fixture *f = *state;

	set(f, "housing", 1, 1);
	fixture_case(f, "wait-4");
	assert_int_equal(fixture_add(f, "wait-4", "", "text 戊\n", "housing", &f->receipt), 0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WAITING);
	set(f, "housing", -1, 0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WAITING);
	set(f, "housing", 0, -1);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_material_waits_until_no_page_of_it_waits_to_be_read, fixture_clear),
		cmocka_unit_test_teardown(
			a_case_waits_for_the_one_that_it_goes_on_from, fixture_clear),
		cmocka_unit_test_teardown(
			what_a_department_wants_no_more_is_waited_for_no_more, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
