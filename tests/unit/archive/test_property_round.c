/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include <zong/time.h>

#include "sample_properties.h"

#define YEAR (365 * 24 * 3600 * ZONG_SECOND)

static struct zong_property_round *round_under_way;

static int stop(void **state)
{
	zong_property_round_stop(round_under_way);
	round_under_way = NULL;
	return fixture_clear(state);
}

static size_t runs(struct fixture *f, const char *no)
{
	char object[64];

	snprintf(object, sizeof(object), "case/%s", no);
	return fixture_log(f, "property.run", object, NULL);
}

static bool wait_runs(struct fixture *f, const char *no, size_t count)
{
	int64_t until = zong_time_monotonic() + 30 * ZONG_SECOND;

	while (runs(f, no) < count && zong_time_monotonic() < until)
		usleep(10000);
	return runs(f, no) >= count;
}

static void edit_old(ProtobufCMessage *row)
{
	((Zong__Case *)row)->opened -= YEAR + 3600 * ZONG_SECOND;
}

static void a_case_is_run_when_its_time_has_come_and_no_other_is(void **state)
{
	struct fixture *f = *state;
	Zong__PropertyReport **reports;
	size_t count;

	sample_sound(f, "Q-1");
	sample_sound(f, "Q-2");
	sample_sound(f, "Q-3");
	sample_edit_case(f, "Q-2", edit_old);
	assert_int_equal(zong_property_round_start(f->archive, YEAR, &round_under_way), 0);
	assert_true(wait_runs(f, "Q-2", 1));
	zong_property_round_stop(round_under_way);
	round_under_way = NULL;
	assert_int_equal(runs(f, "Q-1"), 0);
	assert_int_equal(runs(f, "Q-3"), 0);
	assert_int_equal(zong_property_list(
				 f->archive, &f->archivist, "Q-2", NULL, &reports, &count, &f->err),
		0);
	assert_int_equal(count, 1);
	assert_int_equal(reports[0]->stage, ZONG__PROPERTY_STAGE__PROPERTY_KEEPING);
	assert_string_equal(reports[0]->occasion, "schedule");
	assert_string_equal(reports[0]->by, "zong");
	assert_string_equal(sample_item(reports[0], ZONG_PROPERTY_READABLE)->why, "decoded-now");
	zong_property_free(reports, count);
	/* after a restart it is not done again, as the report says when it was; another one that is due now is */
	fixture_reopen(f, true);
	sample_edit_case(f, "Q-3", edit_old);
	assert_int_equal(zong_property_round_start(f->archive, YEAR, &round_under_way), 0);
	assert_true(wait_runs(f, "Q-3", 1));
	assert_int_equal(runs(f, "Q-2"), 1);
}

static void a_short_round_comes_to_each_case_again_and_again(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		zong_property_round_start(f->archive, ZONG_SECOND / 5, &round_under_way), 0);
	for (int i = 1; i <= 3; i++) {
		char no[8];

		snprintf(no, sizeof(no), "Q-%d", i);
		assert_true(wait_runs(f, no, 3));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, stop)
		TEST(a_case_is_run_when_its_time_has_come_and_no_other_is),
		TEST(a_short_round_comes_to_each_case_again_and_again),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, sample_properties_setup, fixture_teardown);
}
