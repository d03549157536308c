/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_deliveries.h"

static int withdraw(struct fixture *f, const char *reason)
{
	int err;

	zong_events_free(f->event, 1);
	f->event = NULL;
	err = zong_delivery_withdraw(f->archive, &f->archivist,
		fixture_id(&f->receipt.delivery[0]->id), reason, &f->event, &f->err);
	return err;
}

static void what_nobody_was_told_of_is_withdrawn_without_a_word(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "end-1");
	assert_int_equal(fixture_add(f, "end-1", "", "text 甲\n", "tax", &f->receipt), 0);
	assert_int_equal(withdraw(f, " "), ZONG_EREASON);
	assert_int_equal(withdraw(f, "误送"), 0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN);
	assert_string_equal(f->event->delivery->reason, "误送");
	assert_int_equal(sample_feed(f, &f->tax, "tax", 0), 0);
	assert_int_equal(fixture_log(f, "delivery.withdraw", NULL, NULL), 1);
	/* the same word again has the same answer, another has not */
	assert_int_equal(withdraw(f, "误送"), 0);
	assert_int_equal(withdraw(f, "别的"), ZONG_EDELIVERYSTATE);
	assert_int_equal(fixture_log(f, "delivery.withdraw", NULL, NULL), 1);
}

static void what_was_told_is_withdrawn_with_a_notice_that_names_no_material(void **state)
{
	struct fixture *f = *state;
	uint64_t cursor;

	fixture_case(f, "end-2");
	assert_int_equal(fixture_add(f, "end-2", "", "text 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(sample_feed(f, &f->tax, "tax", 0), 1);
	cursor = f->events[0].delivery->cursor;
	assert_int_equal(withdraw(f, "误送"), 0);
	assert_int_equal(sample_feed(f, &f->tax, "tax", cursor), 1);
	assert_string_equal(zong_event_type(f->events[0].delivery), "zong.withdrawn");
	assert_null(f->events[0].material);
	assert_null(f->events[0].kind);
	assert_string_equal(f->events[0].delivery->reason, "误送");
	assert_memory_equal(f->events[0].delivery->about.data, f->receipt.delivery[0]->id.data, 16);
	/* nothing in a notice can be sent back, and it is no delivery to be withdrawn */
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(
		zong_delivery_return(f->archive, &f->tax, fixture_id(&f->events[0].delivery->id),
			"不要", &f->event, &f->err),
		ZONG_EDELIVERYSTATE);
	assert_int_equal(
		zong_delivery_withdraw(f->archive, &f->archivist,
			fixture_id(&f->events[0].delivery->id), "误送", &f->event, &f->err),
		ZONG_EDELIVERYSTATE);
	assert_int_equal(zong_delivery_receipt(f->archive, &f->tax,
				 fixture_id(&f->events[0].delivery->id), NULL, &f->event, &f->err),
		0);
}

static void what_is_wanted_again_stands_again_under_an_event_of_its_own(void **state)
{
	struct fixture *f = *state;
	uint64_t cursor;

	fixture_case(f, "end-3");
	assert_int_equal(fixture_add(f, "end-3", "", "text 丙\n", "housing", &f->receipt), 0);
	assert_int_equal(sample_feed(f, &f->housing, "housing", 0), 1);
	assert_int_equal(withdraw(f, "误送"), 0);
	assert_int_equal(sample_feed(f, &f->housing, "housing", 0), 1);
	cursor = f->events[0].delivery->cursor;
	assert_int_equal(fixture_add(f, "end-3", "", "text 丙\n", "housing", &f->other), 0);
	assert_true(f->other.again);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
	assert_int_equal(sample_feed(f, &f->housing, "housing", cursor), 1);
	assert_string_equal(zong_event_type(f->events[0].delivery), "zong.delivery");
	assert_non_null(f->events[0].material);
	/* the feed told of both, and one receipt ends both */
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_SENT);
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_receipt(f->archive, &f->housing,
				 fixture_id(&f->events[0].delivery->id), NULL, &f->event, &f->err),
		0);
	assert_int_equal(sample_delivery(f, 0)->state, ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
	assert_true(f->event->delivery->received != 0);
}

static void what_stands_again_and_is_taken_back_again_is_told_again(void **state)
{
	struct fixture *f = *state;
	uint64_t cursor;

	fixture_case(f, "end-6");
	assert_int_equal(fixture_add(f, "end-6", "", "text 辛\n", "housing", &f->receipt), 0);
	cursor = f->receipt.delivery[0]->cursor - 1;
	assert_int_equal(sample_feed(f, &f->housing, "housing", cursor), 1);
	assert_int_equal(withdraw(f, "误送"), 0);
	assert_int_equal(fixture_add(f, "end-6", "", "text 辛\n", "housing", &f->other), 0);
	/* nobody has read that it stands again, and it is taken back once more */
	assert_int_equal(withdraw(f, "又是误送"), 0);
	assert_int_equal(sample_feed(f, &f->housing, "housing", cursor), 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(zong_event_type(f->events[i].delivery), "zong.withdrawn");
	assert_string_equal(f->events[1].delivery->reason, "又是误送");
	/* and again, and received: the notice is not open any more */
	zong_receipt_release(&f->other);
	assert_int_equal(fixture_add(f, "end-6", "", "text 辛\n", "housing", &f->other), 0);
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_receipt(f->archive, &f->housing,
				 fixture_id(&f->receipt.delivery[0]->id), NULL, &f->event, &f->err),
		0);
	assert_int_equal(sample_feed(f, &f->housing, "housing", cursor), 4);
	for (size_t i = 0; i < 4; i++)
		if (f->events[i].delivery->kind == ZONG__DELIVERY_KIND__NOTICE_RESTORED)
			assert_int_equal(f->events[i].delivery->state,
				ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
}

static void a_newer_version_supersedes_whatever_was_not_taken_back(void **state)
{
	struct fixture *f = *state;
	uint64_t cursor;

	fixture_case(f, "end-4");
	assert_int_equal(
		fixture_add(f, "end-4", "合同", "text 丁\n", "tax,housing", &f->receipt), 0);
	cursor = f->receipt.delivery[1]->cursor > f->receipt.delivery[0]->cursor
			 ? f->receipt.delivery[1]->cursor
			 : f->receipt.delivery[0]->cursor;
	assert_int_equal(sample_feed(f, &f->housing, "housing", 0) > 0, 1);
	assert_int_equal(sample_replace(f, "end-4", "text 戊\n"), 0);
	assert_int_equal(f->other.material->version, 2);
	assert_string_equal(f->other.material->type, "合同");
	assert_int_equal(f->other.deliveries, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(
			sample_delivery(f, i)->state, ZONG__DELIVERY_STATE__DELIVERY_SUPERSEDED);
		assert_memory_equal(f->event->delivery->next.data, f->other.material->id.data, 16);
	}
	/* housing had been shown the old one and is told; the tax office only gets the new one */
	assert_int_equal(sample_feed(f, &f->housing, "housing", cursor), 2);
	assert_string_equal(zong_event_type(f->events[0].delivery), "zong.superseded");
	assert_string_equal(zong_event_type(f->events[1].delivery), "zong.delivery");
	assert_int_equal(sample_feed(f, &f->tax, "tax", cursor), 1);
	assert_int_equal(f->events[0].delivery->version, 2);
	assert_int_equal(withdraw(f, "误送"), ZONG_EDELIVERYSTATE);
	assert_int_equal(sample_replace(f, "end-4", "text 己\n"), ZONG_EREPLACED);
	assert_int_equal(sample_replace(f, "end-4", "text 戊\n"), 0);
	assert_true(f->other.again);
	fixture_case(f, "end-5");
	assert_int_equal(sample_replace(f, "end-5", "text 庚\n"), ZONG_EREPLACES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_nobody_was_told_of_is_withdrawn_without_a_word, fixture_clear),
		cmocka_unit_test_teardown(
			what_was_told_is_withdrawn_with_a_notice_that_names_no_material,
			fixture_clear),
		cmocka_unit_test_teardown(
			what_is_wanted_again_stands_again_under_an_event_of_its_own, fixture_clear),
		cmocka_unit_test_teardown(
			what_stands_again_and_is_taken_back_again_is_told_again, fixture_clear),
		cmocka_unit_test_teardown(
			a_newer_version_supersedes_whatever_was_not_taken_back, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
