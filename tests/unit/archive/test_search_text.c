/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/time.h>

#include "sample_found.h"
#include "search_text.h"

static struct sample sample;
static struct sample_found s;
static struct zong_text_hits hits;
static struct zong_id one;

static int begin(void **state)
{
	(void)state;
	sample_open(&sample);
	sample_case(&sample, (struct sample_case){.no = "A1"});
	one = sample_material(&sample, (struct sample_material){.case_no = "A1",
					       .title = "业务合同",
					       .page = {"业务 说明", "别的", "全部 业务"}});
	assert_int_equal(zong_text_settle(sample.archive.store, 10 * ZONG_SECOND), 0);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	zong_text_hits_release(&hits);
	sample_end(&s);
	return 0;
}

static int end(void **state)
{
	forget(state);
	sample_close(&sample);
	return 0;
}

static void start(const char *words)
{
	forget(NULL);
	sample_begin(&s, &sample, ZONG_ROLE_ARCHIVIST, "", (struct zong_search){.words = words});
}

static void pages_and_titles_come_from_the_index(void **state)
{
	(void)state;
	start("业务");
	assert_int_equal(zong_text_hits_ask(&hits, sample.archive.store, &s.query, false,
				 ZONG_LIMIT_SEARCH_SCAN),
		0);
	assert_int_equal(hits.count, 3);
	assert_false(hits.more);
	assert_int_equal(zong_text_hits_add(&hits, &s.found), 0);
	zong_found_sort(&s.found);
	assert_int_equal(s.found.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(s.found.item[i].score >= 0.3 && s.found.item[i].score <= 0.8);
		assert_int_equal(
			s.found.item[i].why, s.found.item[i].page ? ZONG_WHY_TEXT : ZONG_WHY_TITLE);
	}
	assert_float_equal(s.found.item[0].score, 0.8, 0.0001);
}

static void punctuation_alone_asks_nothing(void **state)
{
	(void)state;
	start("、。");
	assert_int_equal(zong_text_hits_ask(&hits, sample.archive.store, &s.query, false,
				 ZONG_LIMIT_SEARCH_SCAN),
		0);
	assert_int_equal(hits.count, 0);
	assert_int_equal(zong_text_hits_add(&hits, &s.found), 0);
	assert_int_equal(s.found.count, 0);
}

static void the_pages_of_a_material_are_looked_through(void **state)
{
	size_t pages = 10;

	(void)state;
	start("业务");
	assert_int_equal(zong_text_material(&s.found, &one, &pages), 0);
	assert_int_equal(pages, 7);
	assert_int_equal(s.found.count, 3);
	assert_int_equal(s.found.item[0].page, 1);
	assert_int_equal(s.found.item[1].page, 3);
	assert_int_equal(s.found.item[2].page, 0); /* its title */
	start("业务 全部");
	pages = 10;
	assert_int_equal(zong_text_material(&s.found, &one, &pages), 0);
	assert_int_equal(s.found.count, 1);
}

static void not_more_pages_are_looked_through_than_allowed(void **state)
{
	struct zong_id none = {{1}};
	size_t pages = 2;

	(void)state;
	start("业务");
	assert_int_equal(zong_text_material(&s.found, &one, &pages), 0);
	assert_int_equal(pages, 0);
	assert_int_equal(s.found.count, 2);
	assert_int_equal(zong_text_material(&s.found, &none, &pages), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_and_titles_come_from_the_index, forget),
		cmocka_unit_test_teardown(punctuation_alone_asks_nothing, forget),
		cmocka_unit_test_teardown(the_pages_of_a_material_are_looked_through, forget),
		cmocka_unit_test_teardown(not_more_pages_are_looked_through_than_allowed, forget),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, begin, end);
}
