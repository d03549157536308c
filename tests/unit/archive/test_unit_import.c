/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_units.h"
#include "unit.h"

#define P "370786004001GB000"

static int import(struct fixture *f, const char *text, struct zong_table_report *ret_report)
{
	return sample_import(f, ZONG_UNIT_TABLE_UNITS, text, strlen(text), ret_report);
}

static void what_cannot_be_taken_is_in_the_report_and_all_else_is_taken(void **state)
{
	static const char text[] = "坐落,不动产单元号,面积,权利人,终止日期\n"
				   "示例路1号," P "01F00010001,98.76,示例甲,\n"
				   "示例路2号,370786,1,,\n"
				   "示例路3号," P "01F0001000O,1,,\n"
				   "示例路4号," P "01F00010004,约90,,\n"
				   "示例路5号," P "01F00010005,90,,2020-13-01\n"
				   "示例路6号," P "01F00010006,90,,,多\n"
				   "示例路7号," P "01F00010001,1,,\n"
				   "\"示例路,8号\",370786 004001 gc00001 W00000000,1,,2020-01-02\n";
	static const struct {
		uint64_t line;
		int code;
		const char *text;
	} refused[] = {
		{3, ZONG_EUNITCODE, "370786"},
		{4, ZONG_EUNITCODE, P "01F0001000O"},
		{5, ZONG_EINVAL, "area"},
		{6, ZONG_EDATE, "ended"},
		{7, ZONG_ETABLE, "示例路6号"},
		{8, ZONG_EDUPLICATE, P "01F00010001"},
	};
	struct fixture *f = *state;
	struct zong_table_report report;
	Zong__Unit **units;
	size_t count;

	assert_int_equal(import(f, text, &report), 0);
	assert_int_equal(report.lines, 8);
	assert_int_equal(report.added, 2);
	assert_int_equal(report.refused, 6);
	assert_int_equal(report.refusals, 6);
	for (size_t i = 0; i < report.refusals; i++) {
		assert_int_equal(report.refusal[i].line, refused[i].line);
		assert_int_equal(report.refusal[i].code, refused[i].code);
		assert_string_equal(report.refusal[i].text, refused[i].text);
	}
	assert_string_equal(report.ignored, "权利人");
	assert_string_equal(report.encoding, "utf-8");
	assert_int_equal(report.odd[0], 1);
	zong_table_report_release(&report);
	assert_int_equal(zong_unit_list(f->archive, &f->archivist, "370786004001", NULL, 9, &units,
				 &count, &f->next, &f->err),
		0);
	assert_int_equal(count, 2);
	assert_string_equal(units[0]->address, "示例路1号");
	assert_string_equal(units[0]->area, "98.76");
	assert_string_equal(units[1]->address, "示例路,8号");
	assert_string_equal(units[1]->ended, "2020-01-02");
	zong_units_free(units, count);
}

static void the_same_table_again_changes_nothing(void **state)
{
	static const char text[] = "code,name\n" P "11,甲\n" P "12,乙\n";
	static const char other[] = "code,name\n" P "11,甲\n" P "12,丙\n" P "13,丁\n";
	struct fixture *f = *state;
	struct zong_table_report report;
	size_t lines;

	assert_int_equal(import(f, text, &report), 0);
	assert_int_equal(report.added, 2);
	zong_table_report_release(&report);
	lines = fixture_log(f, "unit.import", "units", NULL);
	assert_int_equal(import(f, text, &report), 0);
	assert_int_equal(report.same, 2);
	assert_int_equal(report.added + report.changed, 0);
	zong_table_report_release(&report);
	assert_int_equal(fixture_log(f, "unit.import", "units", NULL), lines);
	assert_int_equal(import(f, other, &report), 0);
	assert_int_equal(report.same, 1);
	assert_int_equal(report.changed, 1);
	assert_int_equal(report.added, 1);
	zong_table_report_release(&report);
	assert_int_equal(fixture_log(f, "unit.import", "units", NULL), lines + 1);
}

static void a_long_table_goes_in_by_batches(void **state)
{
	struct fixture *f = *state;
	struct zong_buf text = ZONG_BUF_INIT(16 << 20);
	struct zong_table_report report;
	size_t lines = fixture_log(f, "unit.import", "units", NULL);
	int err;

	zong_buf_add_str(&text, "code\n");
	for (int i = 0; i < 2 * ZONG_TABLE_BATCH + 10; i++)
		zong_buf_add_format(&text, "370786005001GB%05dF00010001\n", i + 1);
	/* The first once more, in another batch. */
	zong_buf_add_str(&text, "370786005001GB00001F00010001\n");
	err = sample_import(f, ZONG_UNIT_TABLE_UNITS, zong_buf_str(&text), text.len, &report);
	zong_buf_release(&text);
	assert_int_equal(err, 0);
	assert_int_equal(report.added, 2 * ZONG_TABLE_BATCH + 10);
	assert_int_equal(report.refused, 1);
	assert_int_equal(report.refusal[0].code, ZONG_EDUPLICATE);
	assert_int_equal(report.refusal[0].line, 2 * ZONG_TABLE_BATCH + 12);
	zong_table_report_release(&report);
	assert_int_equal(fixture_log(f, "unit.import", "units", NULL), lines + 3);
}

static void events_come_as_a_table_too(void **state)
{
	static const char text[] = "变更类型,变更日期,变更前代码,变更后代码,变更原因\n"
				   "分割,2010-01-01," P "21,\"" P "22、" P "23\",示例\n"
				   "merge,2012-01-01," P "22;" P "23," P "24,\n"
				   "灭失,2013-01-01," P "22,,\n"
				   "搬家,2013-01-01," P "24,,\n"
				   "end,2013-1-1," P "24,,\n"
				   "split,2013-01-01," P "24," P "25,\n";
	static const int codes[] = {ZONG_EUNITENDED, ZONG_EINVAL, ZONG_EDATE, ZONG_EINVAL};
	struct fixture *f = *state;
	struct zong_table_report report;

	assert_int_equal(sample_import(f, ZONG_UNIT_TABLE_EVENTS, text, strlen(text), &report), 0);
	assert_int_equal(report.added, 2);
	assert_int_equal(report.refused, 4);
	/* What the table shows to be wrong is told before what the archive does, within a batch. */
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(report.refusal[i].code, codes[(i + 1) % 4]);
	zong_table_report_release(&report);
	assert_int_equal(sample_import(f, ZONG_UNIT_TABLE_EVENTS, text, strlen(text), &report), 0);
	assert_int_equal(report.same, 2);
	zong_table_report_release(&report);
}

static void what_is_no_such_table_is_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_table_report report;

	assert_int_equal(import(f, "", &report), ZONG_ETABLE);
	assert_int_equal(import(f, "坐落,面积\n甲,1\n", &report), ZONG_ETABLE);
	assert_string_equal(f->err.subject, "1: 不动产单元号?");
	assert_int_equal(import(f, "code,单元号\n1,2\n", &report), ZONG_ETABLE);
	assert_int_equal(zong_unit_import(f->archive, &f->lookup, ZONG_UNIT_TABLE_UNITS, -1, 0,
				 NULL, NULL, NULL, &report, &f->err),
		ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			what_cannot_be_taken_is_in_the_report_and_all_else_is_taken, fixture_clear),
		cmocka_unit_test_teardown(the_same_table_again_changes_nothing, fixture_clear),
		cmocka_unit_test_teardown(a_long_table_goes_in_by_batches, fixture_clear),
		cmocka_unit_test_teardown(events_come_as_a_table_too, fixture_clear),
		cmocka_unit_test_teardown(what_is_no_such_table_is_refused, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
