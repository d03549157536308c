/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_found.h"
#include "search_rows.h"

#define UNIT "370786001001GB00001F00010001"
#define CERT "鲁(2018)昌邑市不动产权第0000012号"

static struct sample sample;
static struct sample_found s;
static struct zong_id page;

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_case(
		&sample, (struct sample_case){
				 .no = "20260001", .unit = UNIT, .party = "示例甲", .cert = CERT});
	sample_case(&sample, (struct sample_case){.no = "20260002",
				     .party = "示例甲乙",
				     .cert = "鲁(2018)昌邑市不动产权第0001012号",
				     .idno = "11010519491231002X"});
	sample_case(&sample, (struct sample_case){.no = "2026"});
	page = sample_material(&sample, (struct sample_material){.case_no = "2026",
						.title = "证",
						.page = {UNIT "\n" CERT "\n11010519491231002X"}});
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
	s.found.leads = ZONG_LEADS_CASE | ZONG_LEADS_CERT | ZONG_LEADS_PARTY | ZONG_LEADS_UNIT;
}

static void the_whole_number_of_a_case_comes_before_its_beginning(void **state)
{
	(void)state;
	start((struct zong_search){.case_no = "2026"});
	assert_int_equal(zong_rows_case(&s.found, "2026"), 0);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 3);
	assert_string_equal(s.found.item[0].case_no, "2026");
	assert_float_equal(s.found.item[0].score, 1, 0.001);
	assert_true(s.found.item[1].score < 1);
}

static void a_code_leads_to_what_is_filed_and_what_was_read(void **state)
{
	(void)state;
	start((struct zong_search){.parcel = "370786001001GB00001"});
	assert_int_equal(zong_rows_unit(&s.found, &s.query.unit), 0);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 2);
	assert_string_equal(s.found.item[0].case_no, "20260001"); /* entered comes before read */
	assert_int_equal(s.found.item[1].page, 1);
	start((struct zong_search){.parcel = "370786001001GB00002"});
	assert_int_equal(zong_rows_unit(&s.found, &s.query.unit), 0);
	assert_int_equal(s.found.count, 0);
}

static void a_certificate_leads_by_text_and_by_tail(void **state)
{
	static const struct {
		const char *cert;
		size_t count;
	} cases[] = {{CERT, 2}, {"鲁(2018)昌邑市不动产权第00", 3}, {"0000012", 2}, {"12", 3},
		{"012", 3}, {"1012", 1}, {"0", 0}, {"2", 3},
		{"鲁(2018)昌邑市不动产权第0000013号", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start((struct zong_search){.cert = cases[i].cert});
		assert_int_equal(zong_rows_cert(&s.found, &s.query.cert), 0);
		zong_found_sort(&s.found);
		assert_int_equal(s.found.count, cases[i].count);
	}
}

static void a_party_leads_by_name_and_by_number(void **state)
{
	(void)state;
	start((struct zong_search){.party = "示例甲"});
	assert_int_equal(zong_rows_party(&s.found, &s.query.party), 0);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 2);
	assert_string_equal(s.found.item[0].case_no, "20260001");
	start((struct zong_search){.party = "11010519491231002X"});
	assert_int_equal(zong_rows_party(&s.found, &s.query.party), 0);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 2);
	assert_int_equal(s.found.item[0].why, ZONG_WHY_ID);
	assert_int_equal(s.found.item[1].page, 1);
}

static void what_was_read_makes_a_material_hold(void **state)
{
	(void)state;
	start((struct zong_search){.parcel = UNIT, .cert = "12", .party = "11010519491231002X"});
	assert_int_equal(zong_rows_read_sets(&s.found), 0);
	assert_int_equal(s.found.unit_read.count, 1);
	assert_int_equal(s.found.cert_read.count, 1);
	assert_int_equal(s.found.party_read.count, 1);
	assert_true(zong_id_equal(&s.found.unit_read.id[0], &page));
	/* The case of that page has none of the three entered. */
	s.found.leads = 0;
	assert_int_equal(zong_found_material(&s.found, &page, 0, NULL, ZONG_WHY_CASE, 1, NULL), 0);
	assert_int_equal(s.found.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_whole_number_of_a_case_comes_before_its_beginning, forget),
		cmocka_unit_test_teardown(a_code_leads_to_what_is_filed_and_what_was_read, forget),
		cmocka_unit_test_teardown(a_certificate_leads_by_text_and_by_tail, forget),
		cmocka_unit_test_teardown(a_party_leads_by_name_and_by_number, forget),
		cmocka_unit_test_teardown(what_was_read_makes_a_material_hold, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
