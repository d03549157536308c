/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "mkscan.h"

static void published_numbers_have_their_check_digits(void **state)
{
	(void)state;
	assert_int_equal(mkscan_idno_check("11010519491231002"), 'X');
	assert_int_equal(mkscan_orgcode_check("D2143569"), 'X');
	assert_int_equal(mkscan_credit_check("91350100M000100Y4"), '3');
}

static void made_numbers_are_whole_and_checked(void **state)
{
	char idno[19], credit[19];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		mkscan_idno_make(i, idno);
		assert_int_equal(strlen(idno), 18);
		assert_int_equal(idno[17], mkscan_idno_check(idno));
		assert_memory_equal(idno, "37078619000101", 14);
		mkscan_credit_make(i % 2 ? "11" : "91", i, credit);
		assert_int_equal(strlen(credit), 18);
		assert_int_equal(credit[16], mkscan_orgcode_check(credit + 8));
		assert_int_equal(credit[17], mkscan_credit_check(credit));
	}
}

static void money_is_written_in_capitals_with_its_zeros(void **state)
{
	static const struct {
		unsigned yuan;
		const char *text;
	} cases[] = {
		{0, "零元整"},
		{7, "柒元整"},
		{10200, "壹万零贰佰元整"},
		{18300, "壹万捌仟叁佰元整"},
		{100001, "壹拾万零壹元整"},
		{1220000, "壹佰贰拾贰万元整"},
		{1050, "壹仟零伍拾元整"},
		{10000000, "壹仟万元整"},
		{10500300, "壹仟零伍拾万零叁佰元整"},
	};
	char buf[96];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mkscan_money_write(cases[i].yuan, buf, sizeof(buf));
		assert_string_equal(buf, cases[i].text);
	}
}

static void money_never_leaves_a_small_buffer(void **state)
{
	char buf[8];

	(void)state;
	for (size_t len = 1; len <= sizeof(buf); len++) {
		memset(buf, '!', sizeof(buf));
		mkscan_money_write(99999999, buf, len);
		assert_true(memchr(buf, '\0', len));
		for (size_t i = len; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '!');
	}
}

static void a_stream_depends_on_seed_and_number_only(void **state)
{
	struct mkscan_rng a, b, c;
	uint64_t first;

	(void)state;
	mkscan_rng_init(&a, 5, 1);
	mkscan_rng_init(&b, 5, 1);
	mkscan_rng_init(&c, 5, 2);
	first = mkscan_rng_next(&a);
	assert_true(first == mkscan_rng_next(&b));
	assert_true(first != mkscan_rng_next(&c));
	for (int i = 0; i < 10000; i++) {
		double value = mkscan_rng_between(&a, -2, 3);

		assert_true(value >= -2 && value < 3);
		assert_in_range(mkscan_rng_below(&a, 7), 0, 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_numbers_have_their_check_digits),
		cmocka_unit_test(made_numbers_are_whole_and_checked),
		cmocka_unit_test(money_is_written_in_capitals_with_its_zeros),
		cmocka_unit_test(money_never_leaves_a_small_buffer),
		cmocka_unit_test(a_stream_depends_on_seed_and_number_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
