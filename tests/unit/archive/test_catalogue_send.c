/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_catalogue.h"

#include "catalogue.h"

#define UNIT "370786001001GB00001F00010001"

/* "housing,tax": to whom it went, in the order of the row. Static. */
static const char *sent(const struct zong_receipt *receipt)
{
	static char text[200];

	text[0] = '\0';
	assert_int_equal(receipt->deliveries, receipt->material->n_receivers);
	for (size_t i = 0; i < receipt->material->n_receivers; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s", i ? "," : "",
			receipt->material->receivers[i]);
	}
	return text;
}

static int clear(void **state)
{
	struct fixture *f = *state;

	f->only = false;
	f->scope = NULL;
	return fixture_clear(state);
}

static void a_type_of_the_catalogue_goes_to_its_departments_and_those_named(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "S-1", "转移登记", "买卖", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "S-1", "购房合同", "text 一\n", NULL, &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "housing,tax");
	assert_int_equal(f->receipt.material->n_by_catalogue, 2);
	assert_true(f->receipt.material->tax);
	assert_int_equal(fixture_add(f, "S-1", "登记申请书", "text 二\n", "tax", &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "tax,housing");
	assert_int_equal(f->receipt.material->n_by_catalogue, 1);
	assert_string_equal(f->receipt.material->by_catalogue[0], "housing");
	assert_false(f->receipt.material->tax);
	/* what stands in no catalogue goes where it is sent */
	assert_int_equal(fixture_add(f, "S-1", "照片", "text 三\n", "tax", &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "tax");
	assert_int_equal(fixture_add(f, "S-1", "", "text 四\n", NULL, &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "");
	/* a bank that the archive does not have gets nothing */
	sample_catalogue_case(f, "S-1B", "抵押登记", "", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "S-1B", "抵押合同", "text 五\n", NULL, &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "");
}

static void who_says_only_limits_it_until_it_is_said_no_more(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "S-2", "转移登记", "买卖", UNIT, NULL, NULL);
	f->only = true;
	assert_int_equal(fixture_add(f, "S-2", "买卖合同", "text 六\n", NULL, &f->receipt), 0);
	assert_string_equal(sent(&f->receipt), "");
	assert_true(f->receipt.material->only);
	assert_true(f->receipt.material->tax);
	assert_int_equal(fixture_add(f, "S-2", "买卖合同", "text 六\n", "tax", &f->receipt), 0);
	assert_true(f->receipt.again && f->receipt.material->only);
	assert_string_equal(sent(&f->receipt), "tax");
	f->only = false;
	assert_int_equal(fixture_add(f, "S-2", "买卖合同", "text 六\n", NULL, &f->receipt), 0);
	assert_true(f->receipt.again && !f->receipt.material->only);
	assert_string_equal(sent(&f->receipt), "tax,housing");
	assert_int_equal(f->receipt.material->n_by_catalogue, 1);
	/* a person who names the department takes it over from the catalogue */
	assert_int_equal(fixture_add(f, "S-2", "买卖合同", "text 六\n", "housing", &f->receipt), 0);
	assert_int_equal(f->receipt.material->n_by_catalogue, 0);
	assert_string_equal(sent(&f->receipt), "tax,housing");
}

static void the_scope_is_the_catalogues_unless_the_sender_says_it(void **state)
{
	struct fixture *f = *state;

	sample_catalogue_case(f, "S-3", "首次登记", "", UNIT, NULL, NULL);
	assert_int_equal(fixture_add(f, "S-3", "权籍调查表", "text 七\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.material->scope, ZONG__SCOPE__SCOPE_PARCEL);
	assert_false(f->receipt.material->scope_given);
	f->scope = "case";
	assert_int_equal(fixture_add(f, "S-3", "权籍调查表", "text 八\n", NULL, &f->receipt), 0);
	assert_int_equal(f->receipt.material->scope, ZONG__SCOPE__SCOPE_CASE);
	assert_true(f->receipt.material->scope_given);
}

#define TEST(name) cmocka_unit_test_teardown(name, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_type_of_the_catalogue_goes_to_its_departments_and_those_named),
		TEST(who_says_only_limits_it_until_it_is_said_no_more),
		TEST(the_scope_is_the_catalogues_unless_the_sender_says_it),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_catalogue_setup, fixture_teardown);
}
