/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <zong/access.h>
#include <zong/query.h>

#include "deliver.h"
#include "fixture.h"
#include "row.h"

/* The table of access.h: administrator, archivist, department, lookup, kiosk, custodian, auditor, local. */
static void the_table_is_what_the_header_says(void **state)
{
	static const struct {
		const char *name;
		const char *may;
	} rows[ZONG_VERB_COUNT_] = {
		[ZONG_VERB_CASE_OPEN] = {"case.open", "-x-----x"},
		[ZONG_VERB_CASE_READ] = {"case.read", "-xxx-x-x"},
		[ZONG_VERB_MATERIAL_ADD] = {"material.add", "-x-x-x-x"},
		[ZONG_VERB_MATERIAL_READ] = {"material.read", "-xxx-x-x"},
		[ZONG_VERB_SEARCH] = {"search", "-xxx-x-x"},
		[ZONG_VERB_FEED_READ] = {"feed.read", "--x----x"},
		[ZONG_VERB_DELIVERY_READ] = {"delivery.read", "-xx--x-x"},
		[ZONG_VERB_DELIVERY_END] = {"delivery.end", "--x----x"},
		[ZONG_VERB_USER_MANAGE] = {"user.manage", "x------x"},
		[ZONG_VERB_DELIVERY_MANAGE] = {"delivery.manage", "-x---x-x"},
		[ZONG_VERB_DEPARTMENT_LIST] = {"department.list", "xxx--xxx"},
		[ZONG_VERB_DEPARTMENT_MANAGE] = {"department.manage", "x------x"},
		[ZONG_VERB_TOKEN_MANAGE] = {"token.manage", "x------x"},
		[ZONG_VERB_JOB_READ] = {"job.read", "xx---xxx"},
		[ZONG_VERB_JOB_RETRY] = {"job.retry", "xx---x-x"},
		[ZONG_VERB_STATUS_READ] = {"status.read", "xx-x-xxx"},
		[ZONG_VERB_CASE_EVENT] = {"case.event", "-x---x-x"},
		[ZONG_VERB_RETENTION_READ] = {"retention.read", "xx---xxx"},
		[ZONG_VERB_RETENTION_MANAGE] = {"retention.manage", "x------x"},
		[ZONG_VERB_HOLD_MANAGE] = {"hold.manage", "xx---x-x"},
		[ZONG_VERB_DESTRUCTION_MANAGE] = {"destruction.manage", "xx---x-x"},
		[ZONG_VERB_REVIEW_READ] = {"review.read", "-xx--x-x"},
		[ZONG_VERB_JOB_CANCEL] = {"job.cancel", "xx---x-x"},
		[ZONG_VERB_LINK_LIST] = {"link.list", "-x-x-x-x"},
		[ZONG_VERB_LINK_DECIDE] = {"link.decide", "-x-----x"},
		[ZONG_VERB_LOG_READ] = {"log.read", "x-----xx"},
		[ZONG_VERB_UNIT_LIST] = {"unit.list", "-x-x-x-x"},
		[ZONG_VERB_UNIT_MANAGE] = {"unit.manage", "-x-----x"},
		[ZONG_VERB_REVIEW_DECIDE] = {"review.decide", "-x-----x"},
		[ZONG_VERB_ORIGINAL_READ] = {"original.read", "-xxx-x-x"},
		[ZONG_VERB_ORIGINAL_RESERVE] = {"original.reserve", "-x-x-x-x"},
		[ZONG_VERB_ORIGINAL_LEND] = {"original.lend", "-x---x-x"},
		[ZONG_VERB_ORIGINAL_MANAGE] = {"original.manage", "-x---x-x"},
		[ZONG_VERB_PLACE_READ] = {"place.read", "-x-x-x-x"},
		[ZONG_VERB_HANDOVER_MANAGE] = {"handover.manage", "-x---x-x"},
		[ZONG_VERB_QUERY_ENTER] = {"query.enter", "-x-x---x"},
		[ZONG_VERB_QUERY_DECIDE] = {"query.decide", "-x-x---x"},
		[ZONG_VERB_QUERY_READ] = {"query.read", "-x-x---x"},
		[ZONG_VERB_CATALOGUE_READ] = {"catalogue.read", "xxxx-xxx"},
		[ZONG_VERB_CASE_CHANGE] = {"case.change", "-x-----x"},
		[ZONG_VERB_PROOF_READ] = {"proof.read", "xxxx-xxx"},
		[ZONG_VERB_VAULT_USE] = {"vault.use", "-xx--x-x"},
		[ZONG_VERB_VAULT_MAKE] = {"vault.make", "--x----x"},
		[ZONG_VERB_PROPERTY_READ] = {"property.read", "-x---xxx"},
		[ZONG_VERB_PROPERTY_RUN] = {"property.run", "-x---x-x"},
		[ZONG_VERB_DESK_ASK] = {"desk.ask", "----x--x"},
		[ZONG_VERB_VOLUME_READ] = {"volume.read", "-xxx-x-x"},
		[ZONG_VERB_VOLUME_PRINT] = {"volume.print", "-x-x-x-x"},
		[ZONG_VERB_VOLUME_MANAGE] = {"volume.manage", "-x---x-x"},
	};
	struct zong_subject who = {0};

	(void)state;
	memcpy(who.department, "tax", 4);
	for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++) {
		assert_string_equal(zong_verb_name(verb), rows[verb].name);
		for (int role = 0; role < 8; role++) {
			who.role = ZONG_ROLE_ADMINISTRATOR + role;
			assert_int_equal(zong_access_may(&who, verb, NULL),
				rows[verb].may[role] == 'x' ? 0 : ZONG_EFORBIDDEN);
		}
		who.role = ZONG_ROLE_NONE;
		assert_int_equal(zong_access_may(&who, verb, NULL), ZONG_EUNAUTHENTICATED);
		assert_int_equal(zong_access_may(NULL, verb, NULL), ZONG_EUNAUTHENTICATED);
	}
	who.role = 99;
	assert_int_equal(zong_access_may(&who, ZONG_VERB_SEARCH, NULL), ZONG_EUNAUTHENTICATED);
	who.role = ZONG_ROLE_LOCAL;
	assert_int_equal(zong_access_may(&who, ZONG_VERB_COUNT_, NULL), ZONG_EFORBIDDEN);
	assert_string_equal(zong_verb_name(ZONG_VERB_COUNT_), "unknown");
}

static void a_member_of_a_vault_may_what_one_does_with_papers_and_nothing_of_departments(void **state)
{
	static const enum zong_verb verbs[] = {ZONG_VERB_CASE_OPEN, ZONG_VERB_CASE_READ,
		ZONG_VERB_MATERIAL_ADD, ZONG_VERB_MATERIAL_READ, ZONG_VERB_SEARCH,
		ZONG_VERB_JOB_READ, ZONG_VERB_JOB_RETRY, ZONG_VERB_JOB_CANCEL,
		ZONG_VERB_STATUS_READ, ZONG_VERB_CASE_CHANGE, ZONG_VERB_CASE_EVENT,
		ZONG_VERB_RETENTION_READ, ZONG_VERB_RETENTION_MANAGE, ZONG_VERB_HOLD_MANAGE,
		ZONG_VERB_DESTRUCTION_MANAGE, ZONG_VERB_REVIEW_READ, ZONG_VERB_REVIEW_DECIDE,
		ZONG_VERB_UNIT_LIST, ZONG_VERB_UNIT_MANAGE, ZONG_VERB_LOG_READ,
		ZONG_VERB_PROPERTY_READ, ZONG_VERB_PROPERTY_RUN};
	struct zong_subject who = {.role = ZONG_ROLE_MEMBER};
	size_t allowed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		assert_int_equal(zong_access_may(&who, verbs[i], NULL), 0);
	for (int verb = 0; verb < ZONG_VERB_COUNT_; verb++)
		allowed += zong_access_may(&who, verb, NULL) == 0;
	assert_int_equal(allowed, sizeof(verbs) / sizeof(verbs[0]));
	assert_int_equal(zong_role_parse("member"), ZONG_ROLE_NONE);
}

static int may(struct fixture *f, const struct zong_subject *who, enum zong_verb verb,
	struct zong_object object)
{
	object.txn = f->txn;
	return zong_access_may(who, verb, &object);
}

static void a_department_owns_what_was_delivered_to_it(void **state)
{
	struct fixture *f = *state;
	struct zong_object material;
	struct zong_object cas;

	fixture_case(f, "own-1");
	assert_int_equal(fixture_add(f, "own-1", "", "text 甲\n", "housing", &f->other), 0);
	assert_int_equal(fixture_add(f, "own-1", "", "text 乙\n", "tax", &f->receipt), 0);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	material = (struct zong_object){.material = f->receipt.material};
	cas = (struct zong_object){.cas = f->cas};
	assert_int_equal(may(f, &f->tax, ZONG_VERB_MATERIAL_READ, material), 0);
	assert_int_equal(may(f, &f->housing, ZONG_VERB_MATERIAL_READ, material), ZONG_ENOENT);
	assert_int_equal(may(f, &f->archivist, ZONG_VERB_MATERIAL_READ, material), 0);
	assert_int_equal(may(f, &f->lookup, ZONG_VERB_MATERIAL_READ, material), 0);
	assert_int_equal(
		may(f, &f->administrator, ZONG_VERB_MATERIAL_READ, material), ZONG_EFORBIDDEN);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_CASE_READ, cas), 0);
	assert_int_equal(may(f, &f->housing, ZONG_VERB_CASE_READ, cas), 0);
}

static void the_lookup_desk_files_only_what_is_shown_for_a_query(void **state)
{
	struct fixture *f = *state;
	char kind[] = ZONG_QUERY_KIND, other[] = "转移登记";
	Zong__Case cas = ZONG__CASE__INIT;

	cas.kind = kind;
	assert_int_equal(
		may(f, &f->lookup, ZONG_VERB_MATERIAL_ADD, (struct zong_object){.cas = &cas}), 0);
	/* and sends it to nobody */
	assert_int_equal(may(f, &f->lookup, ZONG_VERB_MATERIAL_ADD,
				 (struct zong_object){.cas = &cas, .department = "tax"}),
		ZONG_EFORBIDDEN);
	cas.kind = other;
	assert_int_equal(may(f, &f->lookup, ZONG_VERB_MATERIAL_ADD, (struct zong_object){.cas = &cas}),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		may(f, &f->archivist, ZONG_VERB_MATERIAL_ADD, (struct zong_object){.cas = &cas}), 0);
}

static void a_case_without_a_delivery_is_hidden_from_departments(void **state)
{
	struct fixture *f = *state;

	fixture_case(f, "hidden-1");
	assert_int_equal(fixture_add(f, "hidden-1", "", "text 丙\n", "housing", &f->receipt), 0);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_CASE_READ, (struct zong_object){.cas = f->cas}),
		ZONG_ENOENT);
	assert_int_equal(
		may(f, &f->housing, ZONG_VERB_CASE_READ, (struct zong_object){.cas = f->cas}), 0);
}

struct withdrawal {
	Zong__Delivery *delivery;
};

static int write_withdrawal(struct zong_txn *txn, void *ctx)
{
	struct withdrawal *withdrawal = ctx;
	struct zong_deliver_place before;

	zong_deliver_place(withdrawal->delivery, &before);
	withdrawal->delivery->state = ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN;
	return zong_deliver_put(txn, withdrawal->delivery, &before);
}

static void a_withdrawn_delivery_gives_no_right(void **state)
{
	struct fixture *f = *state;
	struct withdrawal withdrawal;

	fixture_case(f, "withdrawn-1");
	assert_int_equal(fixture_add(f, "withdrawn-1", "", "text 丁\n", "tax", &f->receipt), 0);
	withdrawal.delivery = f->receipt.delivery[0];
	assert_int_equal(zong_store_write(f->archive->store, write_withdrawal, &withdrawal), 0);
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_MATERIAL_READ,
				 (struct zong_object){.material = f->receipt.material}),
		ZONG_ENOENT);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_CASE_READ, (struct zong_object){.cas = f->cas}),
		ZONG_ENOENT);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_DELIVERY_READ,
				 (struct zong_object){.delivery = withdrawal.delivery}),
		ZONG_ENOENT);
	assert_int_equal(may(f, &f->archivist, ZONG_VERB_DELIVERY_READ,
				 (struct zong_object){.delivery = withdrawal.delivery}),
		0);
}

static void deliveries_and_feeds_belong_to_their_department(void **state)
{
	struct fixture *f = *state;
	Zong__Delivery delivery = ZONG__DELIVERY__INIT;
	char tax[] = "tax";
	struct zong_subject empty = f->tax;

	delivery.department = tax;
	assert_int_equal(zong_store_read_begin(f->archive->store, &f->txn), 0);
	assert_int_equal(may(f, &f->tax, ZONG_VERB_DELIVERY_END,
				 (struct zong_object){.delivery = &delivery}),
		0);
	assert_int_equal(may(f, &f->housing, ZONG_VERB_DELIVERY_END,
				 (struct zong_object){.delivery = &delivery}),
		ZONG_ENOENT);
	assert_int_equal(may(f, &f->archivist, ZONG_VERB_DELIVERY_END,
				 (struct zong_object){.delivery = &delivery}),
		ZONG_EFORBIDDEN);
	assert_int_equal(
		may(f, &f->tax, ZONG_VERB_FEED_READ, (struct zong_object){.department = "tax"}), 0);
	assert_int_equal(
		may(f, &f->tax, ZONG_VERB_FEED_READ, (struct zong_object){.department = "housing"}),
		ZONG_ENOENT);
	empty.department[0] = '\0';
	assert_int_equal(
		may(f, &empty, ZONG_VERB_FEED_READ, (struct zong_object){.department = ""}),
		ZONG_ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_of_a_vault_may_what_one_does_with_papers_and_nothing_of_departments),
		cmocka_unit_test(the_table_is_what_the_header_says),
		cmocka_unit_test_teardown(
			a_department_owns_what_was_delivered_to_it, fixture_clear),
		cmocka_unit_test_teardown(
			a_case_without_a_delivery_is_hidden_from_departments, fixture_clear),
		cmocka_unit_test_teardown(
			the_lookup_desk_files_only_what_is_shown_for_a_query, fixture_clear),
		cmocka_unit_test_teardown(a_withdrawn_delivery_gives_no_right, fixture_clear),
		cmocka_unit_test_teardown(
			deliveries_and_feeds_belong_to_their_department, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
