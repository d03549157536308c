/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sample_fields.h"

static void dates_are_found_in_every_form(void **state)
{
	static const struct sample_fields samples[] = {
		{"2026年11月24日", "2026-11-24"},
		{"签订日期 2026 年 1 月 2 日 生效", "2026-01-02"},
		{"２０２６年１１月２４日", "2026-11-24"},
		{"2026-11-24", "2026-11-24"},
		{"2026.1.4 至 2027/02/28", "2026-01-04; 2027-02-28"},
		{"1900.01.01-长期", "1900-01-01"},
		{"2016.05.01-2036.05.01", "2016-05-01; 2036-05-01"},
		{"二〇二六年十一月二十四日", "2026-11-24"},
		{"二○一八年三月三十一日", "2018-03-31"},
		{"一九九九年十月一日", "1999-10-01"},
		{"2026年11月\n24日", "2026-11-24"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("date", samples);
}

static void a_day_that_does_not_exist_is_kept_as_not_valid(void **state)
{
	static const struct sample_fields samples[] = {
		{"2026年2月29日", "2026-02-29!"},
		{"2024年2月29日", "2024-02-29"},
		{"2026-13-01", "2026-13-01!"},
		{"二〇二六年四月三十一日", "2026-04-31!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("date", samples);
}

static void a_hurt_day_character_is_known_by_its_place(void **state)
{
	static const struct sample_fields samples[] = {
		{"2018年6月1H", "2018-06-01*"}, {"2018年6月15曰", "2018-06-15*"},
		{"2075年6月30目", "2075-06-30*"}, {"二〇二六年四月三口", "2026-04-03*"},
		{"2018年6月1", ""},				    /* it may have been the 15th */
		{"2018年6月1元", ""}, {"2018-6-1目", "2018-06-01"}, /* complete without it */
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("date", samples);
}

static void what_is_no_date_is_left_alone(void **state)
{
	static const struct sample_fields samples[] = {
		{"2026年11月", ""},
		{"2026-11-24-0001", ""},
		{"12026-11-24", ""},
		{"电话 2026-1124", ""},
		{"1026年1月1日", ""},
		{"2026年11月\n\n24日", ""},
		{"", ""},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("date", samples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_found_in_every_form),
		cmocka_unit_test(a_day_that_does_not_exist_is_kept_as_not_valid),
		cmocka_unit_test(a_hurt_day_character_is_known_by_its_place),
		cmocka_unit_test(what_is_no_date_is_left_alone),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
