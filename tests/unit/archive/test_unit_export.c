/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample_units.h"

#define P "370786006001GB000"

/* Caller frees. */
static char *export(struct fixture *f, enum zong_unit_table table, const char *prefix,
	const char *encoding, size_t *ret_len)
{
	uint64_t len;
	char *text;
	int fd;

	assert_int_equal(zong_unit_export(f->archive, &f->lookup, table, prefix, encoding, &fd,
				 &len, &f->err),
		0);
	text = calloc(1, (size_t)len + 1);
	assert_non_null(text);
	assert_int_equal(zong_file_read_at(fd, text, (size_t)len, 0), 0);
	close(fd);
	*ret_len = (size_t)len;
	return text;
}

static void what_was_written_is_read_back_as_the_same(void **state)
{
	static const char *const encodings[] = {"utf-8", "gb18030", NULL};
	static const char in[] =
		"code,name,address,usage,area,began,ended,note\n" P
		"01F00010001,\"1号楼, \"\"甲\"\"座\",示例路1号,住宅,98.76,2001-01-01,,𠮷\n" P
		"01F00010002,,,,,,,\n";
	struct fixture *f = *state;
	struct zong_table_report report;

	assert_int_equal(sample_import(f, ZONG_UNIT_TABLE_UNITS, in, strlen(in), &report), 0);
	assert_int_equal(report.added, 2);
	zong_table_report_release(&report);
	for (size_t i = 0; i < 3; i++) {
		size_t len;
		char *text = export(f, ZONG_UNIT_TABLE_UNITS, "370786006001", encodings[i], &len);
		int err = sample_import(f, ZONG_UNIT_TABLE_UNITS, text, len, &report);

		free(text);
		assert_int_equal(err, 0);
		assert_int_equal(report.lines, 2);
		assert_int_equal(report.same, 2);
		assert_string_equal(report.ignored, "");
		zong_table_report_release(&report);
	}
	assert_int_equal(fixture_log(f, "unit.export", "units", NULL), 1);
}

static void events_are_written_without_those_withdrawn(void **state)
{
	struct fixture *f = *state;
	struct zong_table_report report;
	Zong__UnitEvent *event;
	char id[ZONG_ID_TEXT];
	char *text;
	size_t len;
	int err;

	sample_happened(f, "split", "2010-01-01", P "11", P "12 " P "13");
	assert_int_equal(
		sample_event(f, &f->archivist, "end", "2011-01-01", P "12", "", id, NULL), 0);
	assert_int_equal(
		zong_unit_event_withdraw(f->archive, &f->archivist, id, "错", &event, &f->err), 0);
	zong__unit_event__free_unpacked(event, NULL);
	text = export(f, ZONG_UNIT_TABLE_EVENTS, NULL, NULL, &len);
	err = strcmp(text, "\xEF\xBB\xBF变更类型,变更日期,变更前代码,变更后代码,变更原因\r\n"
			   "split,2010-01-01," P "11," P "12;" P "13,示例\r\n");
	assert_int_equal(sample_import(f, ZONG_UNIT_TABLE_EVENTS, text, len, &report), 0);
	free(text);
	assert_int_equal(err, 0);
	assert_int_equal(report.same, 1);
	zong_table_report_release(&report);
}

static void what_cannot_be_is_refused(void **state)
{
	struct fixture *f = *state;
	uint64_t len;
	int fd;

	assert_int_equal(zong_unit_export(f->archive, &f->lookup, ZONG_UNIT_TABLE_UNITS, "x", NULL,
				 &fd, &len, &f->err),
		ZONG_EUNITCODE);
	assert_int_equal(zong_unit_export(f->archive, &f->lookup, ZONG_UNIT_TABLE_UNITS, NULL,
				 "latin1", &fd, &len, &f->err),
		ZONG_EINVAL);
	assert_int_equal(zong_unit_export(f->archive, &f->tax, ZONG_UNIT_TABLE_UNITS, NULL, NULL,
				 &fd, &len, &f->err),
		ZONG_EFORBIDDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_was_written_is_read_back_as_the_same, fixture_clear),
		cmocka_unit_test_teardown(
			events_are_written_without_those_withdrawn, fixture_clear),
		cmocka_unit_test_teardown(what_cannot_be_is_refused, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
