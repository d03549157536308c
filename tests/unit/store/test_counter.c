/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

struct step {
	enum zong_counter counter;
	int64_t by;
	uint64_t value;
};

static int count(struct zong_txn *txn, void *ctx)
{
	struct step *step = ctx;

	return zong_txn_count(txn, step->counter, step->by, &step->value);
}

static void counters_begin_at_zero_and_are_apart(void **state)
{
	struct fixture *f = *state;
	struct step step = {ZONG_COUNT_PAGES, 12, 0};
	int i;

	for (i = 0; i < ZONG_COUNTER_COUNT_; i++)
		assert_int_equal(fixture_counter(f->store, (enum zong_counter)i), 0);
	assert_int_equal(zong_store_write(f->store, count, &step), 0);
	assert_int_equal(step.value, 12);
	step.by = -2;
	assert_int_equal(zong_store_write(f->store, count, &step), 0);
	assert_int_equal(step.value, 10);
	fixture_reopen(f);
	for (i = 0; i < ZONG_COUNTER_COUNT_; i++)
		assert_int_equal(fixture_counter(f->store, (enum zong_counter)i),
			i == ZONG_COUNT_PAGES ? 10 : 0);
}

static void counting_below_zero_is_corruption_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct step step = {ZONG_COUNT_FILES, 3, 0};

	assert_int_equal(zong_store_write(f->store, count, &step), 0);
	step.by = -4;
	assert_int_equal(zong_store_write(f->store, count, &step), ZONG_ECORRUPT);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_FILES), 3);
}

static int count_then_fail(struct zong_txn *txn, void *ctx)
{
	int r = count(txn, ctx);

	return r ? r : ZONG_ECASEEXISTS;
}

static void a_refused_change_does_not_count(void **state)
{
	struct fixture *f = *state;
	struct step step = {ZONG_COUNT_LOG, 1, 0};

	assert_int_equal(zong_store_write(f->store, count_then_fail, &step), ZONG_ECASEEXISTS);
	assert_int_equal(fixture_counter(f->store, ZONG_COUNT_LOG), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(counters_begin_at_zero_and_are_apart),
		TEST(counting_below_zero_is_corruption_and_changes_nothing),
		TEST(a_refused_change_does_not_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
