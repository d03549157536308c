/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_links.h"

static Zong__Link **links;
static size_t count;
static char *next;

static int clear(void **state)
{
	zong_links_free(links, count);
	links = NULL;
	count = 0;
	free(next);
	next = NULL;
	return fixture_clear(state);
}

static int get(struct fixture *f, const struct zong_subject *who, const char *no)
{
	zong_links_free(links, count);
	links = NULL;
	count = 0;
	return zong_link_get(f->archive, who, no, &links, &count, &f->err);
}

static int list(struct fixture *f, const struct zong_subject *who, bool doubtful,
	const char *cursor, size_t max)
{
	zong_links_free(links, count);
	links = NULL;
	count = 0;
	return zong_link_list(
		f->archive, who, doubtful, cursor, max, &links, &count, &next, &f->err);
}

static void a_case_has_links_in_both_directions(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201501010101", "首次登记", "01", "鲁(2015)昌邑市不动产权第0900001号");
	sample_link_case(f, "201601010101", "转移登记", "01", "鲁(2015)昌邑市不动产权第0900001号");
	sample_link_case(f, "201701010101", "抵押登记", "01", NULL);
	assert_int_equal(sample_link_decide(
				 f, &f->archivist, "201701010101", "201601010101", true, NULL),
		0);
	assert_int_equal(get(f, &f->archivist, "201601010101"), 0);
	assert_int_equal(count, 2);
	assert_string_equal(links[0]->earlier, "201501010101");
	assert_string_equal(links[0]->evidence[0]->certificate, "鲁(2015)昌邑市不动产权第0900001号");
	assert_string_equal(links[1]->later, "201701010101");
	assert_int_equal(fixture_log(f, "case.read", "case/201601010101", NULL), 1);
	assert_int_equal(get(f, &f->archivist, "201601019999"), ZONG_ENOCASE);
	assert_int_equal(get(f, &f->administrator, "201601010101"), ZONG_EFORBIDDEN);
}

static void a_department_sees_links_between_what_it_sees(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "C0201", "首次登记", "02", NULL);
	sample_link_case(f, "C0202", "转移登记", "02", NULL);
	sample_link_case(f, "C0203", "转移登记", "02", NULL);
	assert_int_equal(sample_link_decide(f, &f->archivist, "C0202", "C0201", true, NULL), 0);
	assert_int_equal(sample_link_decide(f, &f->archivist, "C0203", "C0202", true, NULL), 0);
	assert_int_equal(get(f, &f->tax, "C0202"), ZONG_ENOCASE);
	assert_int_equal(fixture_add(f, "C0202", "合同", "text 一\n", "tax", &f->receipt), 0);
	assert_int_equal(get(f, &f->tax, "C0202"), 0);
	assert_int_equal(count, 0);
	assert_int_equal(fixture_add(f, "C0201", "合同", "text 二\n", "tax", &f->receipt), 0);
	assert_int_equal(get(f, &f->tax, "C0202"), 0);
	assert_int_equal(count, 1);
	assert_string_equal(links[0]->earlier, "C0201");
}

static void what_is_open_is_listed_doubtful_ones_first(void **state)
{
	struct fixture *f = *state;
	size_t doubtful = 0, all = 0;
	char *cursor;

	for (int i = 0; i < 5; i++) {
		char cert[80], first[20], second[20];

		snprintf(cert, sizeof(cert), "鲁(2015)昌邑市不动产权第09100%02d号", i);
		snprintf(first, sizeof(first), "20150101030%d", i);
		snprintf(second, sizeof(second), "20160101030%d", i);
		sample_link_case(f, first, "首次登记", "03", cert);
		sample_link_case(f, second, "转移登记", i % 2 ? "04" : "03", cert);
	}
	assert_int_equal(list(f, &f->archivist, true, NULL, 100), 0);
	assert_null(next);
	for (size_t i = 0; i < count; i++)
		assert_true(links[i]->n_doubts > 0);
	doubtful = count;
	assert_true(doubtful >= 2);
	/* page by page it is the same */
	assert_int_equal(list(f, &f->lookup, false, NULL, 2), 0);
	while (1) {
		for (size_t i = 0; i < count; i++)
			assert_int_equal(links[i]->n_doubts > 0, all++ < doubtful);
		if (!next)
			break;
		cursor = next;
		next = NULL;
		assert_int_equal(list(f, &f->lookup, false, cursor, 2), 0);
		free(cursor);
	}
	assert_true(all >= doubtful + 3);
	assert_true(fixture_log(f, "link.list", "links", NULL) > 0);
	/* what is decided is open no more */
	assert_int_equal(sample_link_decide(
				 f, &f->archivist, "201601010301", "201501010301", true, NULL),
		0);
	assert_int_equal(list(f, &f->archivist, true, NULL, 100), 0);
	assert_int_equal(count, doubtful - 1);
	assert_int_equal(list(f, &f->archivist, true, "garbage!", 100), ZONG_ECURSOR);
	assert_int_equal(list(f, &f->tax, true, NULL, 100), ZONG_EFORBIDDEN);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
	const struct CMUnitTest tests[] = {
		TEST(a_case_has_links_in_both_directions),
		TEST(a_department_sees_links_between_what_it_sees),
		TEST(what_is_open_is_listed_doubtful_ones_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
