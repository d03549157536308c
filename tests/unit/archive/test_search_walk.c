/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>
#include <zong/retention.h>

#include "sample_found.h"
#include "search_walk.h"

static struct sample sample;
static struct sample_found s;
static struct zong_id contract, deed, map;

static int64_t noon(const char *day)
{
	int32_t number;

	assert_int_equal(zong_day_parse(day, &number), 0);
	return ((int64_t)number * 24 + 4) * 3600 *
	       ZONG_SECOND; /* the same day from -4 to +19 hours */
}

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_department(&sample, "tax", "税务");
	sample_department(&sample, "housing", "住建");
	sample_case(&sample, (struct sample_case){.no = "A1",
				     .kind = "转移登记",
				     .party = "示例甲",
				     .address = "奎聚路1号",
				     .unit = "370786001001GB00001F00010001"});
	sample_case(
		&sample, (struct sample_case){.no = "A2", .kind = "抵押登记", .party = "示例乙"});
	sample_case(&sample,
		(struct sample_case){.no = "A3", .kind = "转移登记", .opened = noon("2023-01-05")});
	contract = sample_material(&sample,
		(struct sample_material){.case_no = "A1",
			.title = "合同",
			.type = "存量房买卖合同",
			.page = {"买卖 合同 正文", "单元号 370786 001001 GB00001 F00010001 附件"},
			.received = noon("2024-05-01")});
	deed = sample_material(&sample, (struct sample_material){.case_no = "A2",
						.title = "权证",
						.type = "不动产权证书",
						.page = {"权证 正文"},
						.received = noon("2024-05-31")});
	map = sample_material(&sample, (struct sample_material){.case_no = "A1",
					       .title = "宗地图",
					       .type = "图",
					       .page = {"图 附件"},
					       .received = noon("2025-01-01")});
	sample_deliver(&sample, &contract, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &contract, "housing", ZONG__DELIVERY_STATE__DELIVERY_RECEIVED);
	sample_deliver(&sample, &deed, "housing", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &map, "tax", ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	sample_end(&s);
	return 0;
}

static int end(void **state)
{
	forget(state);
	sample_close(&sample);
	return 0;
}

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
