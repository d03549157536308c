/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "review.h"
#include "sample_links.h"

/* Numbers of one test are of no other: parcel and serial say which. */
#define CERT(year, serial) "鲁(" year ")昌邑市不动产权第0" serial "号"

static void a_transfer_goes_on_from_where_the_number_was_issued(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020101", "首次登记", "01", CERT("2015", "010001"));
	sample_link_case(f, "201903020101", "转移登记", "01", NULL);
	assert_link(f, "201903020101", "201503020101", "");
	sample_link_page(f, "201903020101", CERT("2015", "010001"));
	assert_link(f, "201903020101", "201503020101", "proposed title");
	assert_link(f, "201503020101", "201903020101", "");
	/* the next one goes on from the first, by the first's number, until it shows another */
	sample_link_case(f, "202203020101", "抵押登记", "01", CERT("2015", "010001"));
	assert_link(f, "202203020101", "201503020101", "proposed mortgage");
	assert_link(f, "202203020101", "201903020101", "");
}

static void the_earlier_case_may_come_in_later(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201903020201", "转移登记", "02", NULL);
	sample_link_page(f, "201903020201", CERT("2015", "020001"));
	sample_link_case(f, "202003020201", "抵押登记", "02", NULL);
	sample_link_page(f, "202003020201", CERT("2015", "020001"));
	/* a number of 2015 was not issued in 2019: both show a paper whose case is not here */
	assert_link(f, "202003020201", "201903020201", "");
	sample_link_case(f, "201503020201", "首次登记", "02", NULL);
	sample_link_page(f, "201503020201", CERT("2015", "020001"));
	assert_link(f, "201903020201", "201503020201", "proposed title");
	assert_link(f, "202003020201", "201503020201", "proposed mortgage");
	/* an earlier one yet takes their place */
	sample_link_case(f, "201502010201", "首次登记", "02", CERT("2015", "020001"));
	assert_link(f, "201903020201", "201503020201", "");
	assert_link(f, "201903020201", "201502010201", "proposed title");
	assert_link(f, "202003020201", "201502010201", "proposed mortgage");
	assert_link(f, "201503020201", "201502010201", "proposed title");
}

static void what_ends_a_burden_goes_on_from_the_latest_one(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020301", "首次登记", "03", CERT("2015", "030001"));
	sample_link_case(f, "201603020301", "抵押登记", "03", CERT("2015", "030001"));
	sample_link_case(f, "201703020301", "抵押权注销登记", "03", CERT("2015", "030001"));
	assert_link(f, "201703020301", "201603020301", "proposed discharge");
	assert_link(f, "201703020301", "201503020301", "");
	sample_link_case(f, "201803020301", "抵押登记", "03", CERT("2015", "030001"));
	sample_link_case(f, "201903020301", "抵押权注销登记", "03", CERT("2015", "030001"));
	assert_link(f, "201903020301", "201803020301", "proposed discharge: several");
	sample_link_case(f, "202003020301", "查封登记", "03", CERT("2015", "030001"));
	sample_link_case(f, "202103020301", "解封", "03", CERT("2015", "030001"));
	assert_link(f, "202003020301", "201503020301", "proposed seizure");
	assert_link(f, "202103020301", "202003020301", "proposed lifting");
}

static void what_is_odd_makes_a_link_doubtful(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "B0401", "首次登记", "04", CERT("2015", "040001"));
	sample_link_case(f, "B0402", "转移登记", "04", CERT("2015", "040001"));
	assert_link(f, "B0402", "B0401", "proposed title: order");
	sample_link_case(f, "201503020402", "首次登记", "04", CERT("2015", "040002"));
	sample_link_case(f, "201603020402", "转移登记", "05", CERT("2015", "040002"));
	assert_link(f, "201603020402", "201503020402", "proposed title: units");
	sample_link_case(f, "200503020403", "首次登记", "04", CERT("2015", "040003"));
	sample_link_case(f, "201603020403", "转移登记", "04", CERT("2015", "040003"));
	assert_link(f, "201603020403", "200503020403", "proposed title: year");
}

static void two_titles_stand_in_each_others_way(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020601", "首次登记", "06", CERT("2015", "060001"));
	sample_link_case(f, "201703020601", "转移登记", "06", CERT("2017", "060002"));
	sample_link_case(f, "201903020601", "转移登记", "06", CERT("2017", "060002"));
	assert_link(f, "201903020601", "201703020601", "proposed title");
	sample_link_page(f, "201903020601", CERT("2015", "060001"));
	assert_link(f, "201903020601", "201703020601", "proposed title: several");
	assert_link(f, "201903020601", "201503020601", "proposed title: several");
}

static void what_a_person_decided_is_not_proposed_again(void **state)
{
	struct fixture *f = *state;

	sample_link_case(f, "201503020701", "首次登记", "07", CERT("2015", "070001"));
	sample_link_case(f, "201903020701", "转移登记", "07", CERT("2015", "070001"));
	assert_int_equal(sample_link_decide(f, &f->archivist, "201903020701", "201503020701", false,
				 "不是同一处"),
		0);
	sample_link_page(f, "201903020701", CERT("2015", "070001"));
	assert_link(f, "201903020701", "201503020701", "refused title");
}

static size_t open_links(struct fixture *f, const char *no, char *ret_id)
{
	struct zong_review_item *items;
	size_t count, found = 0;
	char *next;

	assert_int_equal(zong_review_list(f->archive, &f->archivist, NULL, 200, &items, &count,
				 &next, &f->err),
		0);
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].review->what, "link") == 0 &&
			strcmp(items[i].material->case_no, no) == 0) {
			assert_string_equal(items[i].review->why, "doubtful");
			assert_non_null(items[i].review->box);
			snprintf(ret_id, ZONG_REVIEW_ID_TEXT, "%s", items[i].id);
			found++;
		}
	zong_review_free(items, count);
	free(next);
	return found;
}

static int decide(struct fixture *f, const char *id, enum zong_review_decision decision,
	const char *text)
{
	struct zong_review_item item = {0};
	int err =
		zong_review_decide(f->archive, &f->archivist, id, decision, text, &item, &f->err);

	zong_row_cleanup(&item.review);
	zong_row_cleanup(&item.material);
	return err;
}

static void doubtful_links_stand_in_the_review_list(void **state)
{
	char id[ZONG_REVIEW_ID_TEXT];
	struct fixture *f = *state;

	sample_link_case(f, "B0802", "转移登记", "08", NULL);
	sample_link_page(f, "B0802", CERT("2015", "080001"));
	assert_int_equal(open_links(f, "B0802", id), 0);
	/* the other case comes in, and the list of the first one follows */
	sample_link_case(f, "201503020801", "首次登记", "09", CERT("2015", "080001"));
	assert_link(f, "B0802", "201503020801", "proposed title: order, units");
	assert_int_equal(open_links(f, "B0802", id), 1);
	assert_int_equal(decide(f, id, ZONG_REVIEW_ACCEPT, ""), 0);
	assert_link(f, "B0802", "201503020801", "confirmed title: order, units");
	assert_int_equal(open_links(f, "B0802", id), 0);

	sample_link_case(f, "B0803", "转移登记", "08", NULL);
	sample_link_page(f, "B0803", CERT("2015", "080001"));
	assert_int_equal(open_links(f, "B0803", id), 1);
	assert_int_equal(decide(f, id, ZONG_REVIEW_DISMISS, "抄错的号"), 0);
	assert_link(f, "B0803", "201503020801", "refused title: order, units");

	/* decided where links are decided, it is settled here as well */
	sample_link_case(f, "B0804", "转移登记", "08", NULL);
	sample_link_page(f, "B0804", CERT("2015", "080001"));
	assert_int_equal(open_links(f, "B0804", id), 1);
	assert_int_equal(
		sample_link_decide(f, &f->archivist, "B0804", "201503020801", true, NULL), 0);
	assert_int_equal(open_links(f, "B0804", id), 0);
}

static void a_corrected_number_proposes_what_it_says(void **state)
{
	char id[ZONG_REVIEW_ID_TEXT];
	struct fixture *f = *state;

	sample_link_case(f, "201503021001", "首次登记", "10", CERT("2015", "100001"));
	sample_link_case(f, "201503021002", "首次登记", "11", CERT("2015", "100002"));
	sample_link_case(f, "201903021001", "转移登记", "11", NULL);
	sample_link_page(f, "201903021001", CERT("2015", "100001"));
	assert_link(f, "201903021001", "201503021001", "proposed title: units");
	assert_int_equal(open_links(f, "201903021001", id), 1);
	assert_int_equal(decide(f, id, ZONG_REVIEW_CORRECT, "见 " CERT("2015", "100002") " 为凭"), 0);
	assert_link(f, "201903021001", "201503021001", "");
	assert_link(f, "201903021001", "201503021002", "proposed title");
	assert_int_equal(open_links(f, "201903021001", id), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, fixture_clear)
	const struct CMUnitTest tests[] = {
		TEST(a_transfer_goes_on_from_where_the_number_was_issued),
		TEST(the_earlier_case_may_come_in_later),
		TEST(what_ends_a_burden_goes_on_from_the_latest_one),
		TEST(what_is_odd_makes_a_link_doubtful),
		TEST(two_titles_stand_in_each_others_way),
		TEST(what_a_person_decided_is_not_proposed_again),
		TEST(doubtful_links_stand_in_the_review_list),
		TEST(a_corrected_number_proposes_what_it_says),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
