/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <zong/error.h>

#include "throttle.h"

static int setup(void **state)
{
	struct zong_throttle *throttle;
	int err = zong_throttle_new(&throttle);

	*state = throttle;
	return err;
}

static int teardown(void **state)
{
	zong_throttle_free(*state);
	return 0;
}

static void fail_often(
	struct zong_throttle *throttle, const char *name, unsigned int times, int64_t now)
{
	for (unsigned int i = 0; i < times; i++)
		zong_throttle_failed(throttle, name, "192.0.2.1", now);
}

static void the_door_closes_after_several_failures_and_opens_again(void **state)
{
	struct zong_throttle *throttle = *state;

	fail_often(throttle, "admin", ZONG_THROTTLE_FREE - 1, 1000);
	assert_int_equal(zong_throttle_check(throttle, "admin", "192.0.2.1", 1000), 0);
	fail_often(throttle, "admin", 1, 1000);
	assert_int_equal(
		zong_throttle_check(throttle, "admin", "192.0.2.1", 1000), ZONG_ETHROTTLED);
	assert_int_equal(
		zong_throttle_check(throttle, "admin", "192.0.2.1", 999 + ZONG_THROTTLE_FIRST),
		ZONG_ETHROTTLED);
	assert_int_equal(
		zong_throttle_check(throttle, "admin", "192.0.2.1", 1000 + ZONG_THROTTLE_FIRST), 0);
}

static void other_names_and_origins_are_not_concerned(void **state)
{
	struct zong_throttle *throttle = *state;

	fail_often(throttle, "admin", ZONG_THROTTLE_FREE, 1000);
	assert_int_equal(zong_throttle_check(throttle, "admin", "192.0.2.2", 1000), 0);
	assert_int_equal(zong_throttle_check(throttle, "other", "192.0.2.1", 1000), 0);
}

static void each_further_failure_closes_for_longer_up_to_a_bound(void **state)
{
	struct zong_throttle *throttle = *state;

	fail_often(throttle, "admin", ZONG_THROTTLE_FREE + 1, 0);
	assert_int_equal(zong_throttle_check(throttle, "admin", "192.0.2.1", ZONG_THROTTLE_FIRST),
		ZONG_ETHROTTLED);
	assert_int_equal(
		zong_throttle_check(throttle, "admin", "192.0.2.1", 2 * ZONG_THROTTLE_FIRST), 0);
	fail_often(throttle, "admin", 100, 0);
	assert_int_equal(
		zong_throttle_check(throttle, "admin", "192.0.2.1", ZONG_THROTTLE_LONGEST), 0);
}

static void a_success_forgets_the_failures(void **state)
{
	struct zong_throttle *throttle = *state;

	fail_often(throttle, "admin", ZONG_THROTTLE_FREE - 1, 0);
	zong_throttle_succeeded(throttle, "admin", "192.0.2.1");
	fail_often(throttle, "admin", ZONG_THROTTLE_FREE - 1, 0);
	assert_int_equal(zong_throttle_check(throttle, "admin", "192.0.2.1", 0), 0);
}

static void a_flood_of_names_forgets_the_oldest_only(void **state)
{
	struct zong_throttle *throttle = *state;
	char name[32];

	fail_often(throttle, "old", ZONG_THROTTLE_FREE, 1);
	for (int i = 0; i < ZONG_THROTTLE_NAMES - 1; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		fail_often(throttle, name, ZONG_THROTTLE_FREE, 2 + i);
	}
	assert_int_equal(zong_throttle_check(throttle, "old", "192.0.2.1", 3), ZONG_ETHROTTLED);
	fail_often(throttle, "one more", 1, 5000);
	assert_int_equal(zong_throttle_check(throttle, "old", "192.0.2.1", 3), 0);
	assert_int_equal(zong_throttle_check(throttle, "name 0", "192.0.2.1", 3), ZONG_ETHROTTLED);
}

static void hashing_takes_turns(void **state)
{
	struct zong_throttle *throttle = *state;

	for (int i = 0; i < 3 * ZONG_THROTTLE_HASHES; i++) {
		zong_throttle_enter(throttle);
		zong_throttle_leave(throttle);
	}
	assert_int_equal(zong_throttle_check(throttle, "admin", "", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_door_closes_after_several_failures_and_opens_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
			other_names_and_origins_are_not_concerned, setup, teardown),
		cmocka_unit_test_setup_teardown(
			each_further_failure_closes_for_longer_up_to_a_bound, setup, teardown),
		cmocka_unit_test_setup_teardown(a_success_forgets_the_failures, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_flood_of_names_forgets_the_oldest_only, setup, teardown),
		cmocka_unit_test_setup_teardown(hashing_takes_turns, setup, teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
