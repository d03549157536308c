/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/time.h>

#include "push/retry.h"

static void the_waits_are_those_of_the_schedule_give_or_take_a_tenth(void **state)
{
	static const int64_t seconds[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
	int64_t sum = 0;
	uint32_t random;
	unsigned int i;

	(void)state;
	for (i = 0; i < ZONG_RETRIES; i++) {
		for (random = 0; random < 5000; random += 7) {
			int64_t wait = zong_retry_wait(i + 1, 0, 0, random);

			assert_true(wait >= seconds[i] * ZONG_SECOND / 10 * 9);
			assert_true(wait <= seconds[i] * ZONG_SECOND / 10 * 11);
		}
		sum += seconds[i];
	}
	/* More than three days in all: a webhook may be down over a weekend. */
	assert_true(sum > 75 * 3600 && sum < 76 * 3600);
	assert_int_not_equal(zong_retry_wait(2, 0, 0, 1), zong_retry_wait(2, 0, 0, 900));
}

static void after_the_last_it_is_enough(void **state)
{
	(void)state;
	assert_true(zong_retry_wait(ZONG_RETRIES, 0, 0, 0) > 0);
	assert_int_equal(zong_retry_wait(ZONG_RETRIES + 1, 0, 0, 0), -1);
	assert_int_equal(zong_retry_wait(ZONG_RETRIES + 1, 0, 60, 0), -1);
	assert_int_equal(zong_retry_wait(0, 0, 0, 0), -1);
	assert_int_equal(zong_retry_wait(UINT32_MAX, 0, 0, 0), -1);
}

static void a_receiver_may_put_us_off_but_not_for_ever(void **state)
{
	(void)state;
	assert_int_equal(zong_retry_wait(1, 0, 120, 0), 120 * ZONG_SECOND);
	assert_int_equal(zong_retry_wait(1, 0, 1, 500), 5 * ZONG_SECOND);
	assert_int_equal(zong_retry_wait(1, 0, INT64_MAX, 0), ZONG_RETRY_AFTER_MAX * ZONG_SECOND);
}

static void the_whole_schedule_follows_another_first_wait(void **state)
{
	(void)state;
	assert_int_equal(zong_retry_wait(1, ZONG_SECOND / 10, 0, 500), ZONG_SECOND / 10);
	assert_int_equal(zong_retry_wait(2, ZONG_SECOND / 10, 0, 500), 6 * ZONG_SECOND);
	assert_true(zong_retry_wait(9, 86400 * ZONG_SECOND, 0, 1000) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_waits_are_those_of_the_schedule_give_or_take_a_tenth),
		cmocka_unit_test(after_the_last_it_is_enough),
		cmocka_unit_test(a_receiver_may_put_us_off_but_not_for_ever),
		cmocka_unit_test(the_whole_schedule_follows_another_first_wait),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
