/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/error.h>

#include "idle.h"

#define LIMIT 100

static int setup(void **state)
{
	struct zong_idle *idle;
	int err = zong_idle_new(LIMIT, &idle);

	*state = idle;
	return err;
}

static int teardown(void **state)
{
	zong_idle_free(*state);
	return 0;
}

static struct zong_id number(unsigned int n)
{
	return (struct zong_id){.bytes = {(uint8_t)(n >> 8), (uint8_t)n, 1}};
}

static void what_is_used_goes_on_and_what_is_not_is_over(void **state)
{
	struct zong_idle *idle = *state;
	struct zong_id used = number(1), left = number(2), over[4];

	for (int64_t now = 0; now <= 10 * LIMIT; now += LIMIT)
		assert_int_equal(zong_idle_seen(idle, &used, now), 0);
	assert_int_equal(zong_idle_seen(idle, &left, 10 * LIMIT), 0);
	assert_int_equal(zong_idle_over(idle, 11 * LIMIT, over, 4), 0);
	assert_int_equal(zong_idle_seen(idle, &used, 11 * LIMIT), 0);
	assert_int_equal(zong_idle_seen(idle, &left, 11 * LIMIT + 1), ZONG_EUNAUTHENTICATED);
	/* and stays so, however often it is tried */
	assert_int_equal(zong_idle_seen(idle, &left, 11 * LIMIT + 2), ZONG_EUNAUTHENTICATED);
	assert_int_equal(zong_idle_over(idle, 11 * LIMIT + 2, over, 0), 0);
	assert_int_equal(zong_idle_over(idle, 11 * LIMIT + 2, over, 4), 1);
	assert_true(zong_id_equal(&over[0], &left));
	zong_idle_forget(idle, &left);
	assert_int_equal(zong_idle_over(idle, 11 * LIMIT + 2, over, 4), 0);
	zong_idle_forget(idle, &left);
	assert_int_equal(zong_idle_seen(idle, &used, 11 * LIMIT + 2), 0);
}

static void with_more_than_there_is_place_for_the_longest_unused_is_forgotten(void **state)
{
	static struct zong_id over[ZONG_IDLE_SESSIONS + 2];
	struct zong_idle *idle = *state;
	struct zong_id id;

	for (unsigned int n = 0; n <= ZONG_IDLE_SESSIONS; n++) {
		id = number(n);
		assert_int_equal(zong_idle_seen(idle, &id, n == 0 ? 5 : n == 7 ? 4 : 10), 0);
	}
	assert_int_equal(zong_idle_over(idle, 11 + LIMIT, over, ZONG_IDLE_SESSIONS + 2),
		ZONG_IDLE_SESSIONS);
	for (size_t i = 0; i < ZONG_IDLE_SESSIONS; i++) {
		id = number(7);
		assert_false(zong_id_equal(&over[i], &id));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_used_goes_on_and_what_is_not_is_over, setup, teardown),
		cmocka_unit_test_setup_teardown(
			with_more_than_there_is_place_for_the_longest_unused_is_forgotten, setup,
			teardown),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
