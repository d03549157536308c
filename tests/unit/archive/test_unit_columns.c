/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit_columns.h"

static void columns_are_known_by_the_names_that_registers_use(void **state)
{
	static const struct {
		const char *name;
		size_t column;
	} names[] = {
		{"不动产单元号", ZONG_COLUMN_CODE},
		{"宗地代码", ZONG_COLUMN_CODE},
		{"Code", ZONG_COLUMN_CODE},
		{"坐落", ZONG_COLUMN_ADDRESS},
		{"建筑面积", ZONG_COLUMN_AREA},
		{"权利人", ZONG_COLUMNS_MAX},
		{"", ZONG_COLUMNS_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(
			zong_unit_column_of(ZONG_UNIT_TABLE_UNITS, names[i].name), names[i].column);
	assert_int_equal(
		zong_unit_column_of(ZONG_UNIT_TABLE_EVENTS, "变更前代码"), ZONG_COLUMN_BEFORE);
}

static void each_name_that_is_written_is_read_back(void **state)
{
	enum zong_unit_table tables[] = {ZONG_UNIT_TABLE_UNITS, ZONG_UNIT_TABLE_EVENTS};
	size_t needed;

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		size_t count = zong_unit_columns(tables[t], &needed);

		assert_true(count <= ZONG_COLUMNS_MAX && needed >= 1 && needed <= count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(
				zong_unit_column_of(tables[t], zong_unit_column_name(tables[t], i)),
				i);
		assert_string_equal(zong_unit_column_name(tables[t], count), "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_known_by_the_names_that_registers_use),
		cmocka_unit_test(each_name_that_is_written_is_read_back),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
