/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "sample_found.h"

#define UNIT "370786001001GB00001F00010001"

static struct sample sample;
static struct sample_found s;
static struct zong_id one, two;
static struct zong_digest raster;

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_case(&sample, (struct sample_case){.no = "A1",
				     .unit = UNIT,
				     .party = "示例甲",
				     .cert = "鲁(2018)昌邑市不动产权第0000012号"});
	sample_case(&sample, (struct sample_case){.no = "A2", .party = "示例乙"});
	sample_case(&sample, (struct sample_case){.no = "A3"});
	one = sample_material(&sample,
		(struct sample_material){
			.case_no = "A1", .title = "甲", .unit = UNIT, .page = {"同", "异"}});
	two = sample_material(
		&sample, (struct sample_material){.case_no = "A2", .title = "乙", .page = {"同"}});
	zong_digest_of("同", 3, &raster);
	return 0;
}

static int end(void **state)
{
	(void)state;
	sample_end(&s);
	sample_close(&sample);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	sample_end(&s);
	return 0;
}

static void start(struct zong_search search)
{
	sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "", search);
}

static void a_case_is_its_materials_or_stands_alone(void **state)
{
	(void)state;
	start((struct zong_search){.words = "x"});
	assert_int_equal(zong_found_case(&s.found, "A1", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(s.found.count, 1);
	assert_true(zong_id_equal(&s.found.item[0].material, &one));
	assert_string_equal(s.found.item[0].case_no, "A1");
	assert_int_equal(zong_found_case(&s.found, "A3", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(s.found.count, 2);
	assert_string_equal(s.found.item[1].case_no, "A3");
	/* One that is not there is nothing. */
	assert_int_equal(zong_found_case(&s.found, "A", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(s.found.count, 2);
}

static void a_raster_is_every_page_it_stands_on(void **state)
{
	(void)state;
	start((struct zong_search){.words = "x"});
	assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 0.5), 0);
	assert_int_equal(s.found.count, 2);
	assert_int_equal(s.found.item[0].page, 1);
}

static void one_material_and_page_comes_once_with_its_best(void **state)
{
	(void)state;
	start((struct zong_search){.words = "x"});
	zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 0.5);
	zong_found_raster(&s.found, &raster, ZONG_WHY_UNIT, 0.9);
	zong_found_material(&s.found, &one, 0, NULL, ZONG_WHY_TITLE, 0.7, NULL);
	zong_found_case(&s.found, "A3", ZONG_WHY_CASE, 0.1);
	zong_found_case(&s.found, "A3", ZONG_WHY_PARTY, 0.2);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 4);
	assert_int_equal(s.found.item[0].why, ZONG_WHY_UNIT);
	assert_int_equal(s.found.item[1].why, ZONG_WHY_UNIT);
	assert_int_equal(s.found.item[2].why, ZONG_WHY_TITLE);
	assert_int_equal(s.found.item[3].why, ZONG_WHY_PARTY);
	sample_end(&s);
	start((struct zong_search){.words = "x"});
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 0);
}

static void what_does_not_hold_is_left_out(void **state)
{
	static const struct {
		struct zong_search search;
		size_t count;
	} cases[] = {
		{{.case_no = "A1"}, 1},
		{{.case_no = "A"}, 2},
		{{.parcel = "370786001001"}, 1},
		{{.parcel = "370787"}, 0},
		{{.cert = "12"}, 1},
		{{.cert = "13"}, 0},
		{{.party = "示例"}, 2},
		{{.party = "示例乙"}, 1},
		{{.party = "示例乙", .case_no = "A1"}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(cases[i].search);
		assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 1), 0);
		assert_int_equal(s.found.count, cases[i].count);
	}
	/* What leads to it holds by itself. */
	start((struct zong_search){.cert = "13"});
	s.found.leads = ZONG_LEADS_CERT;
	assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 1), 0);
	assert_int_equal(s.found.count, 2);
}

static void what_one_may_not_see_leaves_no_trace(void **state)
{
	bool added = true;

	(void)state;
	sample_deliver(&sample, &two, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_begin(&s, &sample, ZONG_ROLE_DEPARTMENT, "tax", (struct zong_search){.words = "x"});
	assert_int_equal(zong_found_material(&s.found, &one, 0, NULL, ZONG_WHY_TEXT, 1, &added), 0);
	assert_false(added);
	assert_int_equal(zong_found_case(&s.found, "A1", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(zong_found_case(&s.found, "A3", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(s.found.count, 0);
	assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 1), 0);
	assert_int_equal(s.found.count, 1);
	assert_true(zong_id_equal(&s.found.item[0].material, &two));
}

static void the_further_uses_of_one_page_come_later(void **state)
{
	size_t first = 0;

	(void)state;
	for (int i = 0; i < 5; i++)
		sample_material(&sample,
			(struct sample_material){.case_no = "A2", .title = "又", .page = {"同"}});
	start((struct zong_search){.words = "x"});
	assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 1), 0);
	assert_int_equal(s.found.count, 7);
	for (size_t i = 0; i < s.found.count; i++)
		first += s.found.item[i].score > 0.99;
	assert_int_equal(first, ZONG_FOUND_FIRST);
}

static void after_so_many_no_more_are_looked_at(void **state)
{
	(void)state;
	start((struct zong_search){.words = "x"});
	s.found.looked = ZONG_LIMIT_SEARCH_SCAN;
	assert_true(zong_found_full(&s.found));
	assert_int_equal(zong_found_raster(&s.found, &raster, ZONG_WHY_TEXT, 1), 0);
	assert_int_equal(zong_found_case(&s.found, "A1", ZONG_WHY_CASE, 1), 0);
	assert_int_equal(s.found.count, 0);
}

static void reasons_have_their_names(void **state)
{
	static const char *const names[] = {
		"text", "title", "case", "unit", "lineage", "certificate", "volume", "party", "id"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_string_equal(zong_why_name((enum zong_why)i), names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_case_is_its_materials_or_stands_alone, forget),
		cmocka_unit_test_teardown(a_raster_is_every_page_it_stands_on, forget),
		cmocka_unit_test_teardown(one_material_and_page_comes_once_with_its_best, forget),
		cmocka_unit_test_teardown(what_does_not_hold_is_left_out, forget),
		cmocka_unit_test_teardown(what_one_may_not_see_leaves_no_trace, forget),
		cmocka_unit_test_teardown(the_further_uses_of_one_page_come_later, forget),
		cmocka_unit_test_teardown(after_so_many_no_more_are_looked_at, forget),
		cmocka_unit_test(reasons_have_their_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
