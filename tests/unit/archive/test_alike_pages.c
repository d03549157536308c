/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include <zong/alike.h>
#include <zong/error.h>

static struct zong_alike *alike;
static size_t count, total;
static bool more;

static int ask(struct fixture *f, const struct zong_subject *who, const char *id, uint32_t page)
{
	zong_alike_free(alike, count);
	alike = NULL;
	count = 0;
	return zong_alike_of_material(
		f->archive, who, id, page, 100, &alike, &count, &total, &more, &f->err);
}

static void add(struct fixture *f, const char *no, const char *pages, const char *to, char *ret_id)
{
	assert_int_equal(fixture_add(f, no, "件", pages, to, &f->receipt), 0);
	memcpy(ret_id, fixture_id(&f->receipt.material->id), 37);
	zong_receipt_release(&f->receipt);
}

static int clear(void **state)
{
	zong_alike_free(alike, count);
	alike = NULL;
	count = 0;
	return fixture_clear(state);
}

static void pages_that_look_alike_are_told_with_their_places(void **state)
{
	struct fixture *f = *state;
	char first[37], second[37], third[37];

	fixture_case(f, "A1");
	add(f, "A1", "text 一\nlike stone 一\n", NULL, first);
	add(f, "A1", "like stone 二\nblank\nlike water 一\n", NULL, second);
	add(f, "A1", "text 一\n", NULL, third);
	assert_int_equal(ask(f, &f->archivist, first, 0), 0);
	assert_int_equal(count, 2);
	assert_int_equal(total, 2);
	assert_string_equal(alike[0].case_no, "A1");
	/* the first page of both has the same pixels */
	for (size_t i = 0; i < count; i++) {
		bool scan = alike[i].page == 2;

		assert_string_equal(alike[i].material, scan ? second : third);
		assert_int_equal(alike[i].other_page, 1);
		assert_true(alike[i].distance < 0.01f);
	}
	assert_int_equal(ask(f, &f->archivist, first, 2), 0);
	assert_int_equal(count, 1);
	assert_string_equal(alike[0].material, second);
	assert_int_equal(ask(f, &f->archivist, second, 3), 0);
	assert_int_equal(count, 0);
	assert_int_equal(ask(f, &f->archivist, second, 2), 0);
	assert_int_equal(count, 0);
}

static void what_the_subject_may_not_see_is_not_there(void **state)
{
	struct fixture *f = *state;
	char open[37], hidden[37];

	fixture_case(f, "A2");
	add(f, "A2", "like cloud 一\n", "tax", open);
	add(f, "A2", "like cloud 二\n", NULL, hidden);
	assert_int_equal(ask(f, &f->archivist, open, 0), 0);
	assert_int_equal(count, 1);
	assert_int_equal(ask(f, &f->tax, open, 0), 0);
	assert_int_equal(count, 0);
	assert_int_equal(total, 0);
	assert_int_equal(ask(f, &f->tax, hidden, 0), ZONG_ENOENT);
	assert_int_equal(ask(f, &f->housing, open, 0), ZONG_ENOENT);
	assert_int_equal(ask(f, &f->administrator, open, 0), ZONG_EFORBIDDEN);
	assert_int_equal(ask(f, &f->archivist, "nothing", 0), ZONG_ENOENT);
	assert_int_equal(ask(f, &f->archivist, open, 2), ZONG_EPAGENO);
}

static void other_numbers_make_it_another_sheet(void **state)
{
	struct fixture *f = *state;
	char one[37], same[37], other[37];

	fixture_case(f, "A3");
	add(f, "A3", "like river 公民身份号码 370786190001010019\n", NULL, one);
	add(f, "A3", "like river 号码 370786190001010019 二\n", NULL, same);
	add(f, "A3", "like river 公民身份号码 370786190001010027\n", NULL, other);
	assert_true(fixture_settle(f));
	assert_int_equal(ask(f, &f->archivist, one, 0), 0);
	assert_int_equal(count, 1);
	assert_string_equal(alike[0].material, same);
	assert_int_equal(ask(f, &f->archivist, other, 0), 0);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pages_that_look_alike_are_told_with_their_places, clear),
		cmocka_unit_test_teardown(what_the_subject_may_not_see_is_not_there, clear),
		cmocka_unit_test_teardown(other_numbers_make_it_another_sheet, clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
