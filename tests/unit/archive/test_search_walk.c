/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_filed.h"
#include "search_walk.h"

/* What is found, in order: contract, deed, map, 3 the case without material. */
static const char *walked(enum zong_role role, const char *department, const char *words)
{
	static char found[8];
	size_t count = 0;

	sample_begin(&s, &sample, role, department, (struct zong_search){.words = words});
	assert_int_equal(zong_walk_name_departments(&s.found, &s.query), 0);
	assert_int_equal(zong_walk_filters(&s.found), 0);
	zong_found_sort(&s.found);
	for (size_t i = 0; i < s.found.count && count < 7; i++) {
		const struct zong_id *id = &s.found.item[i].material;

		assert_string_equal(zong_why_name(s.found.item[i].why), "filter");
		found[count++] = zong_id_equal(id, &contract) ? 'c'
				 : zong_id_equal(id, &deed)   ? 'd'
				 : zong_id_equal(id, &map)    ? 'm'
							      : '3';
	}
	found[count] = '\0';
	return found;
}

static const char *archivist(const char *words)
{
	return walked(ZONG_ROLE_ARCHIVIST, "", words);
}

static void what_came_in_is_walked_newest_first_within_its_days(void **state)
{
	(void)state;
	assert_string_equal(archivist("日期:2024..2025"), "mdc");
	assert_string_equal(archivist("日期:2024-05"), "dc");
	assert_string_equal(archivist("日期:2024-05-31"), "d");
	assert_string_equal(archivist("日期:2022"), "");
	assert_string_equal(archivist("类型:证书"), "d");
	assert_string_equal(archivist("自:2024-05-02 类型:\"图\""), "m");
	assert_string_equal(archivist("至:1970"), "");
}

static void a_kind_alone_leads_to_cases_without_material_too(void **state)
{
	(void)state;
	assert_string_equal(archivist("业务:抵押"), "d");
	assert_string_equal(archivist("业务:转移"), "cm3");
	assert_string_equal(archivist("业务:转移 -类型:图"), "c3");
	/* A case whose materials are all excluded is not one without material. */
	assert_string_equal(archivist("业务:抵押 -类型:证书"), "");
	assert_string_equal(archivist("业务:查封"), "");
}

static void a_department_is_its_feed_by_id_or_name(void **state)
{
	(void)state;
	assert_string_equal(archivist("部门:housing"), "dc");
	assert_string_equal(archivist("部门:住建"), "dc");
	assert_string_equal(archivist("部门:税务"), "c");
	assert_string_equal(archivist("部门:税务 日期:2025"), "");
	assert_string_equal(archivist("部门:没有"), "");
}

static void a_department_walks_only_what_it_may_see(void **state)
{
	(void)state;
	assert_string_equal(walked(ZONG_ROLE_DEPARTMENT, "tax", "日期:2024..2025"), "c");
	assert_string_equal(walked(ZONG_ROLE_DEPARTMENT, "tax", "业务:登记"), "c");
	assert_string_equal(walked(ZONG_ROLE_DEPARTMENT, "tax", "部门:税务"), "c");
	assert_string_equal(walked(ZONG_ROLE_DEPARTMENT, "tax", "部门:住建"), "");
	assert_string_equal(walked(ZONG_ROLE_DEPARTMENT, "tax", "部门:housing"), "");
	assert_string_equal(walked(ZONG_ROLE_LOOKUP, "", "部门:housing"), "");
}

#define TEST(name) cmocka_unit_test_teardown(name, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_came_in_is_walked_newest_first_within_its_days),
		TEST(a_kind_alone_leads_to_cases_without_material_too),
		TEST(a_department_is_its_feed_by_id_or_name),
		TEST(a_department_walks_only_what_it_may_see),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
