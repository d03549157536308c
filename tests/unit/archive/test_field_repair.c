/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <zong/code.h>

#include "field_repair.h"
#include "sample_fields.h"

static void one_way_that_passes_is_taken_and_marked(void **state)
{
	static const struct sample_fields ids[] = {
		{"1101O519491231002X", "11010519491231002X*"},
		{"I10105I9491231O02X", "11010519491231002X*"},
		{"11010519491231002X", "11010519491231002X"},
		/* a digit is never taken for another one */
		{"110105194912310021", "110105194912310021!"},
		{"11010519491231008X", "11010519491231008X!"},
	};
	static const struct sample_fields credits[] = {
		{"9135O100M000100Y43", "91350100M000100Y43*"},
		{"统一社会信用代码 91350100M0O0100Y43", "91350100M000100Y43*"},
		{"91350100M000100Y43", "91350100M000100Y43"},
		{"91350100M000100Y44", "91350100M000100Y44!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("id", ids);
	SAMPLE_FIELDS_CHECK("uscc", credits);
}

static void a_unit_code_has_no_check_digit_and_is_never_repaired(void **state)
{
	static const struct sample_fields samples[] = {
		{"3707860O1001GB00001F00010001", "3707860O1001GB00001F00010001!"},
	};

	(void)state;
	SAMPLE_FIELDS_CHECK("unit", samples);
}

static void two_ways_or_none_are_left(void **state)
{
	char text[ZONG_REPAIR_LEN + 1] = "untouched";

	(void)state;
	/* nothing to repair, nothing that W looks like, more than a slip */
	assert_false(zong_repair_id("11010519491231002X", text));
	assert_false(zong_repair_id("1101W519491231002X", text));
	assert_false(zong_repair_id("OOOOO519491231002X", text));
	assert_string_equal(text, "untouched");
	assert_false(zong_repair_credit("91350100M000100Y43", true, text));
}

/* Whatever is put in the place of whatever: what comes back passes its check, and only it does. */
static void what_is_repaired_always_passes(void **state)
{
	static const char letters[] = "OIZSBDGLQTUAX";
	const char *right = "11010519491231002X";
	size_t repaired = 0;

	(void)state;
	for (size_t at = 0; at < ZONG_REPAIR_LEN; at++) {
		for (const char *c = letters; *c; c++) {
			char text[ZONG_REPAIR_LEN + 1], got[ZONG_REPAIR_LEN + 1];

			memcpy(text, right, sizeof(text));
			text[at] = *c;
			if (!zong_repair_id(text, got))
				continue;
			repaired++;
			assert_int_equal(
				zong_id_no_check(got, ZONG_REPAIR_LEN, text), ZONG_CHECK_OK);
		}
	}
	assert_true(repaired > 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_way_that_passes_is_taken_and_marked),
		cmocka_unit_test(a_unit_code_has_no_check_digit_and_is_never_repaired),
		cmocka_unit_test(two_ways_or_none_are_left),
		cmocka_unit_test(what_is_repaired_always_passes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
