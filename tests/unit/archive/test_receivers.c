/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "receivers.h"
#include "row.h"

static Zong__Material *material;

static int setup(void **state)
{
	(void)state;
	material = zong_row_new(&zong__material__descriptor);
	return material ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	zong__material__free_unpacked(material, NULL);
	return 0;
}

/* "tax housing*": a star marks those by the catalogue alone. Static. */
static const char *all(void)
{
	static char text[200];

	text[0] = '\0';
	for (size_t i = 0; i < material->n_receivers; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s%s%s", i ? " " : "",
			material->receivers[i],
			zong_receivers_by_catalogue(material, material->receivers[i]) ? "*" : "");
	}
	return text;
}

static void a_department_is_there_once_by_who_came_first(void **state)
{
	(void)state;
	assert_int_equal(zong_receivers_add(material, "tax", false), 0);
	assert_int_equal(zong_receivers_add(material, "housing", true), 0);
	assert_int_equal(zong_receivers_add(material, "tax", true), 0);
	assert_int_equal(zong_receivers_add(material, "housing", false), 0);
	assert_string_equal(all(), "tax housing*");
	assert_true(zong_receivers_have(material, "tax"));
	assert_false(zong_receivers_have(material, "bank"));
	assert_false(zong_receivers_by_catalogue(material, "bank"));
}

static void what_a_person_claims_is_the_catalogues_no_more(void **state)
{
	(void)state;
	assert_int_equal(zong_receivers_add(material, "tax", true), 0);
	assert_int_equal(zong_receivers_add(material, "bank", true), 0);
	assert_true(zong_receivers_claim(material, "tax"));
	assert_false(zong_receivers_claim(material, "tax"));
	assert_false(zong_receivers_claim(material, "nobody"));
	assert_string_equal(all(), "tax bank*");
}

static void what_is_dropped_is_gone_from_both_lists(void **state)
{
	(void)state;
	assert_int_equal(zong_receivers_add(material, "tax", true), 0);
	assert_int_equal(zong_receivers_add(material, "housing", false), 0);
	assert_int_equal(zong_receivers_add(material, "bank", true), 0);
	zong_receivers_drop(material, "tax");
	assert_string_equal(all(), "housing bank*");
	assert_int_equal(material->n_by_catalogue, 1);
	zong_receivers_forget_catalogue(material);
	assert_string_equal(all(), "housing");
	assert_int_equal(material->n_by_catalogue, 0);
	zong_receivers_forget_catalogue(material);
	zong_receivers_drop(material, "nobody");
	assert_int_equal(zong_receivers_add(material, "bank", true), 0);
	assert_string_equal(all(), "housing bank*");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_department_is_there_once_by_who_came_first),
		TEST(what_a_person_claims_is_the_catalogues_no_more),
		TEST(what_is_dropped_is_gone_from_both_lists),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
