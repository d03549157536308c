/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zong/buffer.h>

#include "sample_search.h"

static struct zong_facets facets;
static struct zong_buf told = ZONG_BUF_INIT(1 << 20);

static int forget_facets(void **state)
{
	zong_facets_release(&facets);
	zong_buf_release(&told);
	return forget(state);
}

static void ask_as(const struct zong_subject *who, struct zong_search search)
{
	forget_facets(NULL);
	search.ret_facets = &facets;
	assert_int_equal(run_as(who, search), 0);
}

/* value=count, most first. */
static const char *values(enum zong_facet_of of)
{
	zong_buf_clear(&told);
	for (size_t i = 0; i < facets.count[of]; i++)
		zong_buf_add_format(&told, "%s%s=%u", i ? " " : "", facets.facet[of][i].value,
			(unsigned int)facets.facet[of][i].count);
	return zong_buf_str(&told);
}

static void hits_are_counted_by_kind_year_and_type(void **state)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");
	char year[16];

	(void)state;
	ask_as(&who, (struct zong_search){.case_no = "2026112"});
	assert_int_equal(total, 5);
	assert_string_equal(values(ZONG_FACET_KIND), "转移登记=4 首次登记=1");
	assert_string_equal(values(ZONG_FACET_TYPE), "买卖合同=1");
	assert_string_equal(values(ZONG_FACET_DEPARTMENT), "");
	/* All of this test's own year, the case alone by the day it was opened. */
	assert_int_equal(facets.count[ZONG_FACET_YEAR], 1);
	snprintf(year, sizeof(year), "%s", facets.facet[ZONG_FACET_YEAR][0].value);
	assert_int_equal(facets.facet[ZONG_FACET_YEAR][0].count, 5);
	assert_true(facets.exact);
	/* One added to the box leaves what it counted. */
	find((struct zong_search){.case_no = "2026112", .words = "业务:\"首次登记\""});
	assert_int_equal(total, 1);
	find((struct zong_search){.case_no = "2026112", .from = year, .to = year});
	assert_int_equal(total, 5);
}

static void all_are_counted_however_few_are_shown(void **state)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");

	(void)state;
	ask_as(&who, (struct zong_search){.words = "示例", .max = 1});
	assert_int_equal(count, 1);
	assert_true(total > 1);
	assert_true(facets.facet[ZONG_FACET_KIND][0].count > 1);
	assert_int_equal(facets.facet[ZONG_FACET_YEAR][0].count, total);
}

static void departments_are_counted_for_whoever_may_know(void **state)
{
	struct zong_subject archivist = sample_subject(ZONG_ROLE_ARCHIVIST, "");
	struct zong_subject lookup = sample_subject(ZONG_ROLE_LOOKUP, "");
	struct zong_subject tax = sample_subject(ZONG_ROLE_DEPARTMENT, "tax");

	(void)state;
	sample_department(&sample, "tax", "税务");
	sample_department(&sample, "housing", "住建");
	sample_deliver(&sample, &contract, "tax", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &contract, "housing", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &letter, "housing", ZONG__DELIVERY_STATE__DELIVERY_DUE);
	sample_deliver(&sample, &map, "tax", ZONG__DELIVERY_STATE__DELIVERY_WITHDRAWN);
	ask_as(&archivist, (struct zong_search){.case_no = "20261124"});
	assert_string_equal(values(ZONG_FACET_DEPARTMENT), "housing=2 tax=1");
	assert_string_equal(facets.facet[ZONG_FACET_DEPARTMENT][0].name, "住建");
	ask_as(&lookup, (struct zong_search){.case_no = "20261124"});
	assert_string_equal(values(ZONG_FACET_DEPARTMENT), "");
	assert_string_equal(values(ZONG_FACET_KIND), "转移登记=4");
	ask_as(&tax, (struct zong_search){.case_no = "20261124"});
	assert_string_equal(values(ZONG_FACET_DEPARTMENT), "tax=1");
	assert_string_equal(values(ZONG_FACET_KIND), "转移登记=1");
	assert_string_equal(values(ZONG_FACET_TYPE), "买卖合同=1");
}

#define MANY 25

static int put_kinds(struct zong_txn *txn, void *ctx)
{
	char no[16], kind[32];

	(void)ctx;
	for (int i = 0; i < MANY; i++) {
		struct sample_case c = {.no = no, .kind = kind};
		int err;

		snprintf(no, sizeof(no), "2030%04d", i);
		snprintf(kind, sizeof(kind), "种类%02d", i);
		err = sample_put_case(txn, &c);
		if (err)
			return err;
	}
	return 0;
}

static int put_many(struct zong_txn *txn, void *ctx)
{
	const int *from = ctx;
	char no[16];

	for (int i = *from; i < *from + 500; i++) {
		struct sample_case c = {.no = no};
		int err;

		snprintf(no, sizeof(no), "2031%04d", i);
		err = sample_put_case(txn, &c);
		if (err)
			return err;
	}
	return 0;
}

static void only_so_many_values_are_told_and_so_many_hits_counted(void **state)
{
	struct zong_subject who = sample_subject(ZONG_ROLE_ARCHIVIST, "");

	(void)state;
	assert_int_equal(zong_store_write(sample.archive.store, put_kinds, NULL), 0);
	ask_as(&who, (struct zong_search){.case_no = "2030"});
	assert_int_equal(facets.count[ZONG_FACET_KIND], ZONG_LIMIT_FACETS);
	assert_true(facets.exact);
	for (int from = 0; from < ZONG_LIMIT_FACET_HITS + 500; from += 500)
		assert_int_equal(zong_store_write(sample.archive.store, put_many, &from), 0);
	ask_as(&who, (struct zong_search){.case_no = "2031"});
	assert_false(facets.exact);
	assert_int_equal(facets.facet[ZONG_FACET_KIND][0].count, ZONG_LIMIT_FACET_HITS);
}

#define TEST(name) cmocka_unit_test_teardown(name, forget_facets)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hits_are_counted_by_kind_year_and_type),
		TEST(all_are_counted_however_few_are_shown),
		TEST(departments_are_counted_for_whoever_may_know),
		TEST(only_so_many_values_are_told_and_so_many_hits_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
