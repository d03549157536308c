/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zong/alike.h>
#include <zong/error.h>
#include <zong/search.h>

static void a_search_for_what_looks_alike_stands_alone(void **state)
{
	struct fixture *f = *state;
	struct zong_search search = {0};
	struct zong_hit *hits;
	size_t count, total;
	char id[37], object[64];

	fixture_case(f, "S1");
	assert_int_equal(fixture_add(f, "S1", "件", "like a 一\n", NULL, &f->other), 0);
	assert_int_equal(fixture_add(f, "S1", "件", "like a 二\n", "tax", &f->receipt), 0);
	memcpy(id, fixture_id(&f->receipt.material->id), sizeof(id));
	search.like = id;
	assert_int_equal(zong_search_run(f->archive, &f->archivist, &search, &hits, &count,
				 &f->next, &total, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_int_equal(total, 1);
	assert_null(f->next);
	assert_string_equal(hits[0].why, "alike");
	assert_string_equal(hits[0].case_no, "S1");
	assert_int_equal(hits[0].page, 1);
	assert_int_equal(hits[0].like_page, 1);
	assert_true(hits[0].score > 0.9);
	assert_string_equal(hits[0].material, fixture_id(&f->other.material->id));
	zong_hits_free(hits, count);
	snprintf(object, sizeof(object), "search/like=%s", id);
	assert_int_equal(fixture_log(f, "search", object, NULL), 1);
	assert_int_equal(zong_search_run(f->archive, &f->tax, &search, &hits, &count, &f->next,
				 &total, &f->err),
		0);
	assert_int_equal(total, 0);
	zong_hits_free(hits, count);
	assert_int_equal(zong_search_run(f->archive, &f->housing, &search, &hits, &count, &f->next,
				 &total, &f->err),
		ZONG_ENOENT);
	search.words = "一";
	assert_int_equal(zong_search_run(f->archive, &f->archivist, &search, &hits, &count,
				 &f->next, &total, &f->err),
		ZONG_EQUERY);
	search.words = NULL;
	search.like_page = 2;
	assert_int_equal(zong_search_run(f->archive, &f->archivist, &search, &hits, &count,
				 &f->next, &total, &f->err),
		ZONG_EPAGENO);
	search.cursor = "x";
	assert_int_equal(zong_search_run(f->archive, &f->archivist, &search, &hits, &count,
				 &f->next, &total, &f->err),
		ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			a_search_for_what_looks_alike_stands_alone, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
