/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row.h"
#include "row_page.h"
#include "sample_units.h"

#define P "370786008001GB000"

/* Units 1 to 7, and one that lies elsewhere. */
static void fill(struct fixture *f)
{
	static const char text[] =
		"code\n" P "01\n" P "02\n" P "03\n" P "04\n" P "05\n" P "06\n" P "07\n"
		"370786009001GB00001\n";
	struct zong_table_report report;

	assert_int_equal(
		sample_import(f, ZONG_UNIT_TABLE_UNITS, text, sizeof(text) - 1, &report), 0);
	zong_table_report_release(&report);
}

/* The last digits of what comes on pages of @max, joined. */
static void expect(
	struct fixture *f, const struct zong_row_page *page, size_t max, const char *digits)
{
	char text[32] = "";
	char *cursor = NULL;

	do {
		ProtobufCMessage **rows;
		size_t count;

		assert_int_equal(
			zong_row_page_read(f->archive, page, cursor, max, &rows, &count, &f->next),
			0);
		free(cursor);
		assert_true(count <= max);
		for (size_t i = 0; i < count; i++) {
			const char *code = ((Zong__Unit *)rows[i])->code;

			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s",
				code + strlen(code) - 1);
			zong_row_cleanup(&rows[i]);
		}
		free(rows);
		cursor = f->next;
		f->next = NULL;
	} while (cursor);
	assert_string_equal(text, digits);
}

static void pages_give_each_row_once_in_both_directions(void **state)
{
	struct fixture *f = *state;
	struct zong_row_page page = {
		.table = ZONG_TABLE_UNITS, .type = &zong__unit__descriptor, .prefix = "370786008"};

	fill(f);
	expect(f, &page, 3, "1234567");
	expect(f, &page, 7, "1234567");
	expect(f, &page, 50, "1234567");
	page.backwards = true;
	expect(f, &page, 3, "7654321");
	expect(f, &page, 1, "7654321");
	page.prefix = NULL;
	expect(f, &page, 4, "17654321");
}

static void a_cursor_of_nobody_is_refused(void **state)
{
	struct fixture *f = *state;
	struct zong_row_page page = {.table = ZONG_TABLE_UNITS, .type = &zong__unit__descriptor};
	ProtobufCMessage **rows;
	size_t count;

	assert_int_equal(zong_row_page_read(f->archive, &page, "x", 3, &rows, &count, &f->next),
		ZONG_ECURSOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			pages_give_each_row_once_in_both_directions, fixture_clear),
		cmocka_unit_test_teardown(a_cursor_of_nobody_is_refused, fixture_clear),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, fixture_setup_paused, fixture_teardown);
}
