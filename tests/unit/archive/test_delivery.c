/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "row.h"

/* Text id of the (only) delivery of the receipt. */
static const char *added(struct fixture *f, const char *no, const char *pages, const char *to)
{
	fixture_case(f, no);
	assert_int_equal(fixture_add(f, no, "", pages, to, &f->receipt), 0);
	assert_true(f->receipt.deliveries > 0);
	return fixture_id(&f->receipt.delivery[0]->id);
}

static int receive(
	struct fixture *f, const struct zong_subject *who, const char *id, const char *digest)
{
	zong_events_free(f->event, 1);
	f->event = NULL;
	return zong_delivery_receipt(f->archive, who, id, digest, &f->event, &f->err);
}

static int give_back(
	struct fixture *f, const struct zong_subject *who, const char *id, const char *reason)
{
	zong_events_free(f->event, 1);
	f->event = NULL;
	return zong_delivery_return(f->archive, who, id, reason, &f->event, &f->err);
}

static void every_state_has_a_name_of_its_own(void **state)
{
	static const char *const names[] = {
		"due", "sent", "received", "returned", "withdrawn", "superseded", "waiting"};

	(void)state;
	for (int i = 0; i < 7; i++)
		assert_string_equal(zong_delivery_state_name((Zong__DeliveryState)i), names[i]);
	assert_string_equal(zong_delivery_state_name((Zong__DeliveryState)7), "unknown");
}

static void a_receipt_twice_has_the_same_answer(void **state)
{
	struct fixture *f = *state;
	const char *id = added(f, "receipt-1", "text 甲\n", "tax");
	uint64_t record;
	int64_t ended;

	assert_int_equal(receive(f, &f->tax, id, NULL), 0);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
	assert_string_equal(f->event->delivery->ended_by, "token:tax");
	assert_string_equal(f->event->kind, "转移登记");
	assert_string_equal(f->event->material->case_no, "receipt-1");
	record = f->event->delivery->record;
	ended = f->event->delivery->ended;
	assert_true(record > 0 && ended > 0);
	assert_int_equal(receive(f, &f->tax, id, NULL), 0);
	assert_int_equal(f->event->delivery->record, record);
	assert_int_equal(f->event->delivery->ended, ended);
	assert_int_equal(give_back(f, &f->tax, id, "不清楚"), ZONG_EDELIVERYSTATE);
	assert_int_equal(fixture_log(f, "delivery.receipt", NULL, NULL), 1);
}

static void after_a_return_there_is_no_receipt(void **state)
{
	struct fixture *f = *state;
	const char *id = added(f, "return-1", "text 乙\n", "tax");

	assert_int_equal(give_back(f, &f->tax, id, "第三页看不清"), 0);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_RETURNED);
	assert_string_equal(f->event->delivery->reason, "第三页看不清");
	assert_int_equal(give_back(f, &f->tax, id, "第三页看不清"), 0);
	assert_int_equal(give_back(f, &f->tax, id, "另一个原因"), ZONG_EDELIVERYSTATE);
	assert_int_equal(receive(f, &f->tax, id, NULL), ZONG_EDELIVERYSTATE);
	assert_string_equal(f->err.subject, id);
}

static void a_return_needs_a_reason(void **state)
{
	struct fixture *f = *state;
	const char *id = added(f, "return-2", "text 丙\n", "tax");
	char long_reason[ZONG_LIMIT_REASON + 2];

	memset(long_reason, 'x', sizeof(long_reason) - 1);
	long_reason[sizeof(long_reason) - 1] = '\0';
	assert_int_equal(give_back(f, &f->tax, id, NULL), ZONG_EREASON);
	assert_int_equal(give_back(f, &f->tax, id, ""), ZONG_EREASON);
	assert_int_equal(give_back(f, &f->tax, id, " \t　"), ZONG_EREASON);
	assert_int_equal(give_back(f, &f->tax, id, long_reason), ZONG_ELIMIT);
	assert_int_equal(give_back(f, &f->tax, id, "\xff"), ZONG_EENCODING);
}

static void a_receipt_with_another_digest_is_refused(void **state)
{
	struct fixture *f = *state;
	const char *id = added(f, "digest-1", "text 丁\n", "tax");
	struct zong_digest digest;
	char text[ZONG_DIGEST_TEXT];

	assert_true(zong_row_digest(&f->receipt.material->file, &digest));
	digest.bytes[3] ^= 1;
	zong_digest_format(&digest, text);
	assert_int_equal(receive(f, &f->tax, id, text), ZONG_ECORRUPT);
	assert_int_equal(receive(f, &f->tax, id, "sha256:12"), ZONG_EINVAL);
	digest.bytes[3] ^= 1;
	zong_digest_format(&digest, text);
	assert_int_equal(receive(f, &f->tax, id, text), 0);
	digest.bytes[3] ^= 1;
	zong_digest_format(&digest, text);
	assert_int_equal(receive(f, &f->tax, id, text), ZONG_ECORRUPT);
}

static void others_do_not_know_of_a_delivery(void **state)
{
	struct fixture *f = *state;
	const char *id = added(f, "others-1", "text 戊\n", "housing");
	static const char missing[] = "00000000-0000-7000-8000-000000000000";

	assert_int_equal(receive(f, &f->tax, id, NULL), ZONG_ENODELIVERY);
	assert_int_equal(receive(f, &f->tax, missing, NULL), ZONG_ENODELIVERY);
	assert_int_equal(receive(f, &f->tax, "x", NULL), ZONG_ENODELIVERY);
	assert_int_equal(give_back(f, &f->tax, id, "甲"), ZONG_ENODELIVERY);
	assert_int_equal(
		zong_delivery_get(f->archive, &f->tax, id, &f->event, &f->err), ZONG_ENODELIVERY);
	assert_int_equal(zong_delivery_get(f->archive, &f->tax, missing, &f->event, &f->err),
		ZONG_ENODELIVERY);
	assert_int_equal(
		zong_delivery_get(f->archive, &f->tax, "x", &f->event, &f->err), ZONG_ENODELIVERY);
	assert_int_equal(receive(f, &f->archivist, id, NULL), ZONG_EFORBIDDEN);
	assert_int_equal(
		zong_delivery_get(f->archive, &f->lookup, id, &f->event, &f->err), ZONG_EFORBIDDEN);
	assert_int_equal(zong_delivery_get(f->archive, &f->archivist, id, &f->event, &f->err), 0);
	zong_events_free(f->event, 1);
	f->event = NULL;
	assert_int_equal(zong_delivery_get(f->archive, &f->housing, id, &f->event, &f->err), 0);
	assert_int_equal(f->event->delivery->state, ZONG__DELIVERY_STATE__DELIVERY_DUE);
}

static size_t count_of(struct fixture *f, const struct zong_subject *who)
{
	Zong__Delivery **list;
	size_t count;

	assert_int_equal(
		zong_delivery_of_material(f->archive, who, f->receipt.material, &list, &count), 0);
	for (size_t i = 0; i < count; i++)
		zong__delivery__free_unpacked(list[i], NULL);
	free(list);
	return count;
}

static void each_sees_the_deliveries_of_a_material_that_are_its_own(void **state)
{
	struct fixture *f = *state;

	added(f, "list-1", "text 己\n", "tax,housing");
	assert_int_equal(count_of(f, &f->archivist), 2);
	assert_int_equal(count_of(f, &f->tax), 1);
	assert_int_equal(count_of(f, &f->lookup), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_a_name_of_its_own),
		cmocka_unit_test_teardown(a_receipt_twice_has_the_same_answer, fixture_clear),
		cmocka_unit_test_teardown(after_a_return_there_is_no_receipt, fixture_clear),
		cmocka_unit_test_teardown(a_return_needs_a_reason, fixture_clear),
		cmocka_unit_test_teardown(a_receipt_with_another_digest_is_refused, fixture_clear),
		cmocka_unit_test_teardown(others_do_not_know_of_a_delivery, fixture_clear),
		cmocka_unit_test_teardown(
			each_sees_the_deliveries_of_a_material_that_are_its_own, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
