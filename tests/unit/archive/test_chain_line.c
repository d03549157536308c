/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_links.h"
#include "sample_units.h"

static struct zong_chain chain;

static int clear(void **state)
{
	zong_chain_release(&chain);
	return fixture_clear(state);
}

static int get(struct fixture *f, const struct zong_subject *who, const char *code)
{
	zong_chain_release(&chain);
	return zong_chain_get(f->archive, who, code, &chain, &f->err);
}

static void confirm(struct fixture *f, const char *later, const char *earlier)
{
	assert_int_equal(sample_link_decide(f, &f->archivist, later, earlier, true, NULL), 0);
}

/* "number kind[!]..." with ! behind a burden that has ended, + what lies elsewhere. */
static const char *line(void)
{
	static char text[1000];
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < chain.count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s%s%s", i ? ", " : "",
			chain.item[i].cas->no, zong_link_kind_name(chain.item[i].role),
			chain.item[i].ended_by ? "!" : "", chain.item[i].here ? "" : "+");
	return text;
}

static void the_line_of_a_unit_is_in_the_order_of_time(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "202003020101", "转移登记", "01", NULL);
	sample_link_case(f, "201703020101", "抵押权注销登记", "01", NULL);
	sample_link_case(f, "201503020101", "首次登记", "01", NULL);
	sample_link_case(f, "201603020101", "抵押登记", "01", NULL);
	confirm(f, "201603020101", "201503020101");
	confirm(f, "202003020101", "201503020101");
	confirm(f, "201703020101", "201603020101");
	assert_int_equal(get(f, &f->archivist, "370786009011GB00001F00010001"), 0);
	assert_string_equal(line(), "201503020101 title, 201603020101 mortgage!, 201703020101 "
				    "discharge, 202003020101 title");
	assert_int_equal(chain.links, 3);
	assert_false(chain.more);
	assert_int_equal(fixture_log(f, "parcel.read", "parcel/370786009011GB00001F00010001", NULL),
		1);
	/* by the parcel it is the same */
	assert_int_equal(get(f, &f->lookup, "370786009011GB00001"), 0);
	assert_int_equal(chain.count, 4);
	assert_int_equal(get(f, &f->archivist, "370786009011GB00002"), ZONG_ENOENT);
	assert_int_equal(get(f, &f->archivist, "示例"), ZONG_EUNITCODE);
	assert_int_equal(get(f, &f->tax, "370786009011GB00001"), ZONG_ENOENT);
	assert_int_equal(get(f, &f->administrator, "370786009011GB00001"), ZONG_EFORBIDDEN);
}

static void a_confirmed_link_leads_on_and_a_proposed_one_does_not(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020201", "首次登记", "02", "鲁(2015)昌邑市不动产权第0920001号");
	sample_link_case(f, "201703020201", "转移登记", "03", "鲁(2015)昌邑市不动产权第0920001号");
	sample_link_case(f, "201903020201", "抵押登记", "04", NULL);
	assert_int_equal(get(f, &f->archivist, "370786009031GB00001"), 0);
	assert_string_equal(line(), "201703020201 title");
	assert_int_equal(chain.links, 0);
	confirm(f, "201703020201", "201503020201");
	confirm(f, "201903020201", "201703020201");
	assert_int_equal(get(f, &f->archivist, "370786009031GB00001"), 0);
	assert_string_equal(
		line(), "201503020201 title+, 201703020201 title, 201903020201 mortgage+");
	assert_int_equal(chain.links, 2);
}

static void what_the_unit_was_cut_from_is_in_its_line(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020501", "首次登记", "05", NULL);
	sample_link_case(f, "202003020501", "转移登记", "06", NULL);
	sample_happened(
		f, "renumber", "2018-01-01", "370786009051GB00001", "370786009061GB00001");
	assert_int_equal(get(f, &f->archivist, "370786009061GB00001F00010001"), 0);
	assert_string_equal(line(), "201503020501 title, 202003020501 title");
	assert_string_equal(chain.item[0].via, "370786009051GB00001F00010001");
	assert_null(chain.item[1].via);
}

static void a_department_sees_its_part_of_the_line(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020701", "首次登记", "07", NULL);
	sample_link_case(f, "201603020701", "转移登记", "07", NULL);
	confirm(f, "201603020701", "201503020701");
	assert_int_equal(
		fixture_add(f, "201603020701", "合同", "text 一\n", "tax", &f->receipt), 0);
	assert_int_equal(get(f, &f->tax, "370786009071GB00001"), 0);
	assert_string_equal(line(), "201603020701 title");
	assert_int_equal(chain.links, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, clear)
	const struct CMUnitTest tests[] = {
		TEST(the_line_of_a_unit_is_in_the_order_of_time),
		TEST(a_confirmed_link_leads_on_and_a_proposed_one_does_not),
		TEST(what_the_unit_was_cut_from_is_in_its_line),
		TEST(a_department_sees_its_part_of_the_line),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
